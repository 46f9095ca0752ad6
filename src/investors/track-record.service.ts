import type { EntityManager } from 'typeorm';
import { authorize } from '../kernel/authz.js';
import { requireLogin, type Context } from '../kernel/context.js';
import { ConflictError, InputError, NotFoundError, type FieldProblem } from '../kernel/errors.js';
import { readBackers } from '../identity/organisations/backers.js';
import { record } from '../ledger/ledger.service.js';
import { replacedContent, replacedFact } from '../ledger/replaced.js';
import { canonicalDecimal } from '../lib/decimal.js';
import { newId } from '../lib/ids.js';
import { readId } from '../kernel/node.js';
import { codeLists } from '../taxonomy/code-lists.js';
import { loadRates } from '../taxonomy/currency.js';
import { refuseStale } from '../kernel/stale-revision.js';
import { write, writeOnce } from '../kernel/write.js';
import type { InvestorProfile } from './investor.entity.js';
import { lockInvestor } from './investor.service.js';
import { TrackRecord } from './track-record.entity.js';
import type {
  AddTrackRecordInput,
  RemoveTrackRecordInput,
  TrackRecordInput,
  UpdateTrackRecordInput,
} from './track-record.inputs.js';
import {
  applyTrackRecord,
  changedTrackFields,
  companyKey,
  emptyTrackRecord,
  MAX_TRACK_RECORDS,
  shownTrackRecord,
  type TrackRecordCodes,
  type TrackRecordData,
} from './track-record.record.js';
import { dayOfChina } from '../lib/day.js';
import { say } from '../messages/catalogue.js';

const AT = 'input.record.';

/** Reads the reference data against which past investments are checked, as of the time `at`. */
export async function trackRecordCodes(tx: EntityManager, at: Date): Promise<TrackRecordCodes> {
  const [{ industries, regions }, rates] = await Promise.all([codeLists(tx.connection), loadRates(tx)]);
  return { industries, regions, rates, today: dayOfChina(at) };
}

/** The validated fields of a stored past investment, for comparison with an edited one. */
export function dataOf(
  stored: Pick<
    TrackRecord,
    | 'company'
    | 'industryCode'
    | 'regionCode'
    | 'stage'
    | 'amountText'
    | 'currencyCode'
    | 'investedOn'
    | 'coInvestorData'
    | 'externalIdText'
  >,
): TrackRecordData {
  const { company, industryCode, regionCode, stage, investedOn } = stored;
  return {
    company,
    industryCode,
    regionCode,
    stage,
    investedOn,
    amount: stored.amountText === null ? null : canonicalDecimal(stored.amountText),
    currency: stored.currencyCode,
    coInvestors: stored.coInvestorData,
    externalId: stored.externalIdText,
  };
}

function columnsOf(data: TrackRecordData) {
  const { company, industryCode, regionCode, stage, investedOn } = data;
  return {
    company,
    companyKey: companyKey(company),
    industryCode,
    regionCode,
    stage,
    amountText: data.amount,
    currencyCode: data.currency,
    investedOn,
    coInvestorData: data.coInvestors,
    externalIdText: data.externalId,
  };
}

/** Applies a client's input to a past investment and returns the result; adds every problem found to `problems`. */
type Apply = (base: TrackRecordData, problems: FieldProblem[]) => TrackRecordData;

/**
 * Finds what an input refers to (codes, co-investors' organisations) and returns the function that applies the input.
 */
async function reading(
  tx: EntityManager,
  ctx: Context,
  investor: InvestorProfile,
  input: TrackRecordInput,
): Promise<Apply> {
  const found: FieldProblem[] = [];
  const { coInvestors, ...fields } = input;
  const backers =
    coInvestors === undefined ? undefined : await readBackers(tx, `${AT}coInvestors`, coInvestors ?? [], found);
  if (backers?.some((backer) => backer.organisationId === investor.organisationId))
    found.push({
      field: `${AT}coInvestors`,
      code: 'SELF',
      message: say('SELF.coInvestor'),
    });
  const codes = await trackRecordCodes(tx, ctx.now());
  return (base, problems) => {
    problems.push(...found);
    return applyTrackRecord(base, fields, backers, codes, problems, AT);
  };
}

/** Returns a past investment after an input is applied to it; throws an input error if there are problems. */
function sound(base: TrackRecordData, apply: Apply): TrackRecordData {
  const problems: FieldProblem[] = [];
  const next = apply(base, problems);
  if (problems.length > 0) throw new InputError(problems);
  return next;
}

/**
 * Runs a function and converts the database's errors about a taken external id, or a second investment in the same
 * company on the same day and stage, into typed conflicts.
 */
async function keyConflicts<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const { code, constraint } = error as { code?: string; constraint?: string };
    if (code !== '23505') throw error;
    if (constraint === 'track_record_investor_id_external_id_key')
      throw new ConflictError(say('EXTERNAL_ID_TAKEN.sentenceTrackRecord'), 'EXTERNAL_ID_TAKEN', {
        field: `${AT}externalId`,
      });
    if (constraint === 'track_record_natural_key')
      throw new ConflictError(say('TRACK_RECORD_EXISTS.same'), 'TRACK_RECORD_EXISTS', { field: `${AT}company` });
    throw error;
  }
}

/**
 * Adds a past investment to a profile, by an editor or owner of its organisation; refused if the profile has
 * MAX_TRACK_RECORDS of them.
 */
export function addTrackRecord(ctx: Context, input: AddTrackRecordInput): Promise<TrackRecord> {
  requireLogin(ctx);
  const investorId = readId('input.investorId', 'InvestorProfile', input.investorId);
  return keyConflicts(() =>
    writeOnce(ctx, 'addTrackRecord', input, TrackRecord, async (tx) => {
      const investor = await lockInvestor(tx, ctx, investorId);
      authorize(ctx, 'investor:edit', { organisationId: investor.organisationId });
      if ((await tx.countBy(TrackRecord, { investorId })) >= MAX_TRACK_RECORDS)
        throw new ConflictError(say('TOO_MANY.trackRecordsSentence', { max: MAX_TRACK_RECORDS }), 'TOO_MANY', {
          limit: MAX_TRACK_RECORDS,
        });
      const data = sound(emptyTrackRecord, await reading(tx, ctx, investor, input.record));
      const id = newId();
      await tx.insert(TrackRecord, { ...columnsOf(data), id, investorId, revision: 1, createdAt: ctx.now() });
      await record(tx, ctx, {
        kind: 'track_record.added',
        subjectType: 'InvestorProfile',
        subjectId: investorId,
        facts: { record: id },
      });
      return tx.findOneByOrFail(TrackRecord, { id });
    }),
  );
}

/** Locks the investor profile and then a past investment of it; the same order in every write prevents deadlocks. */
async function lockRecord(
  tx: EntityManager,
  ctx: Context,
  id: string,
): Promise<{ stored: TrackRecord; investor: InvestorProfile }> {
  const seen = await tx.findOneBy(TrackRecord, { id });
  if (!seen) throw new NotFoundError(say('thing.theTrackRecord'));
  const investor = await lockInvestor(tx, ctx, seen.investorId);
  authorize(ctx, 'investor:edit', { organisationId: investor.organisationId });
  const stored = await tx.findOne(TrackRecord, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!stored) throw new NotFoundError(say('thing.theTrackRecord'));
  return { stored, investor };
}

/**
 * Edits a past investment. If the client's edit is not based on the newest revision, nothing changes and a CONFLICT
 * shows both sides: see `refuseStale`.
 */
export function updateTrackRecord(ctx: Context, input: UpdateTrackRecordInput): Promise<TrackRecord> {
  requireLogin(ctx);
  const id = readId('input.id', 'TrackRecord', input.id);
  return keyConflicts(() =>
    writeOnce(ctx, 'updateTrackRecord', input, TrackRecord, async (tx) => {
      const { stored, investor } = await lockRecord(tx, ctx, id);
      const before = dataOf(stored);
      const apply = await reading(tx, ctx, investor, input.record);
      await refuseStale<TrackRecordData>(input.revision, {
        what: say('thing.thisTrackRecord'),
        revision: stored.revision,
        current: before,
        baseOf: (revision) => replacedContent(tx, 'InvestorProfile', investor.id, revision, id),
        apply: (base) => apply(base, []),
        show: shownTrackRecord,
      });
      const next = sound(before, apply);
      const fields = changedTrackFields(before, next);
      if (fields.length === 0) return stored;
      await tx.update(TrackRecord, { id }, { ...columnsOf(next), revision: stored.revision + 1 });
      await record(tx, ctx, {
        kind: 'track_record.updated',
        subjectType: 'InvestorProfile',
        subjectId: stored.investorId,
        facts: {
          record: id,
          revision: stored.revision + 1,
          fields,
          ...(await replacedFact(tx, ctx, stored.revision, before)),
        },
      });
      return tx.findOneByOrFail(TrackRecord, { id });
    }),
  );
}

/** Deletes a past investment, by an editor or owner of the investor's organisation. */
export async function removeTrackRecord(ctx: Context, input: RemoveTrackRecordInput): Promise<string> {
  requireLogin(ctx);
  const id = readId('input.id', 'TrackRecord', input.id);
  return write(ctx, async (tx) => {
    const { stored } = await lockRecord(tx, ctx, id);
    await tx.delete(TrackRecord, { id });
    await record(tx, ctx, {
      kind: 'track_record.removed',
      subjectType: 'InvestorProfile',
      subjectId: stored.investorId,
      facts: { record: id },
    });
    return input.id;
  });
}
