import type { App } from '../kernel/context.js';
import { applyTrackRecords, trackRecordKeysOf } from '../importing/targets/track-records.apply-rows.js';
import type { TrackRecordPatch } from '../importing/targets/track-records.reader.js';
import { Organisation } from '../identity/organisations/organisation.entity.js';
import { createInvestorProfile } from '../investors/investor.service.js';
import { appendLedger } from '../ledger/ledger.service.js';
import { toGlobalId } from '../lib/ids.js';
import { contextFor } from './sample.actors.js';
import type { Progress } from './sample.cohorts.js';
import { readInvestors, type SampleInvestor, type SampleTrackRecord } from './sample.matching-data.js';
import { sampleLogins, sampleOrganisationIds } from './sample.people.js';
import { dayOfChina } from '../lib/day.js';

const OPERATOR = sampleLogins.accounts[0].email;
/** Number of profiles written concurrently; small, so that database connections remain for requests. */
const TOGETHER = 4;
/** Profiles per line of progress. */
const STEP = 20;

/**
 * Creates the sample's investor profiles and track records. An existing profile stays as it is, and records are added
 * only to an investor that has none.
 */
export async function loadSampleInvestors(app: App, progress: Progress): Promise<void> {
  const investors = await readInvestors();
  const ids = await sampleOrganisationIds(app.dataSource.manager);
  const profiles = (await app.dataSource.query(
    `SELECT organisation_id, (SELECT count(*)::int FROM track_record r WHERE r.investor_id = p.id) AS records
     FROM investor_profile p`,
  )) as Array<{ organisation_id: string; records: number }>;
  const recordsOf = new Map(profiles.map((row) => [row.organisation_id, row.records]));
  for (let start = 0; start < investors.length; start += TOGETHER) {
    await Promise.all(
      investors.slice(start, start + TOGETHER).map(async (investor) => {
        const organisationId = ids.get(investor.key)!;
        // Existing profiles are left as they are, because a user may have edited them: an interrupted start only
        // adds what is missing.
        if (!recordsOf.has(organisationId)) await createProfile(app, organisationId, investor);
        if ((recordsOf.get(organisationId) ?? 0) === 0) await addRecords(app, organisationId, investor.trackRecord);
      }),
    );
    const done = Math.min(start + TOGETHER, investors.length);
    if (done % STEP === 0) progress(`sample pool: ${done}/${investors.length} investors with their track records`);
  }
}

async function createProfile(app: App, organisationId: string, investor: SampleInvestor): Promise<void> {
  const {
    thesis,
    industries,
    excludedIndustries,
    trlMin,
    trlMax,
    fundingStages,
    ticketMin,
    ticketMax,
    ticketCurrency,
    regions,
    cooperationModes,
  } = investor;
  await createInvestorProfile(await contextFor(app, OPERATOR, { id: organisationId, kind: investor.kind }), {
    organisationId: toGlobalId('Organisation', organisationId),
    profile: {
      thesis,
      industries,
      excludedIndustries,
      fundingStages,
      cooperationModes,
      regionCodes: regions,
      trl: trlMin === null ? null : { min: trlMin, max: trlMax },
      ticket: ticketMin === null ? null : { min: String(ticketMin), max: String(ticketMax), currency: ticketCurrency },
    },
  });
}

/** Adds an investor's past investments, dated up to today, in one batch, as an import does. */
async function addRecords(app: App, organisationId: string, records: readonly SampleTrackRecord[]): Promise<void> {
  const { viewer, now } = await contextFor(app, OPERATOR, { id: organisationId, kind: 'INVESTOR' });
  const at = now();
  await app.dataSource.transaction(async (tx) => {
    const organisation = await tx.findOneByOrFail(Organisation, { id: organisationId });
    const [profile] = (await tx.query(`SELECT id FROM investor_profile WHERE organisation_id = $1`, [
      organisationId,
    ])) as Array<{ id: string }>;
    const rows = records
      .filter(({ date }) => date <= dayOfChina(at))
      .map((record, i) => {
        const patch = patchOf(record);
        return { line: i + 1, cells: [], problems: [], patch, keys: trackRecordKeysOf(patch) };
      });
    const outcome = await applyTrackRecords(
      tx,
      { organisation, investorId: profile!.id, columnOf: () => null, at, retitledLines: new Set<number>() },
      rows,
      new Map(),
      false,
    );
    if (outcome.rejected > 0)
      throw new Error(`the sample's track records are not valid: ${JSON.stringify(outcome.report)}`);
    await appendLedger(tx, viewer.pseudonym, at, outcome.ledger);
  });
}

const patchOf = ({
  company,
  industry,
  region,
  stage,
  amount,
  currency,
  date,
  coInvestors,
  externalId,
}: SampleTrackRecord): TrackRecordPatch => ({
  fields: {
    externalId,
    company,
    industryCode: industry,
    regionCode: region,
    stage,
    amount: String(amount),
    currency,
    investedOn: date,
  },
  coInvestors,
});
