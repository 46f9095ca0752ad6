import type { EntityManager } from 'typeorm';
import type { FieldProblem } from '../../kernel/errors.js';
import {
  findBackers,
  MAX_BACKERS,
  withoutRepetitions,
  type Backer,
  type KnownBackers,
} from '../../identity/organisations/backers.js';
import type { Organisation } from '../../identity/organisations/organisation.entity.js';
import { newId } from '../../lib/ids.js';
import { selectEntities } from '../../lib/rows.js';
import { comparable } from '../../text/normalise.js';
import { TrackRecord } from '../../investors/track-record.entity.js';
import {
  applyTrackRecord,
  changedTrackFields,
  companyKey,
  emptyTrackRecord,
  MAX_TRACK_RECORDS,
  type TrackRecordCodes,
  type TrackRecordData,
} from '../../investors/track-record.record.js';
import { dataOf, trackRecordCodes } from '../../investors/track-record.service.js';
import {
  emptyOutcome,
  noteLine,
  problemLine,
  problemOf,
  type BatchOutcome,
  type ColumnOf,
} from '../runs/import.outcome.js';
import type { KeyedRow, RowProblem } from '../runs/import.row-keys.js';
import type { TrackRecordPatch } from './track-records.reader.js';
import { nothingInCommon } from './retitling.js';
import { Slices } from '../../lib/tabular/slices.js';
import { coded } from '../../messages/catalogue.js';

/** Keys by which an imported row finds its past investment: the external id, else company, day and funding round. */
export interface TrackRecordKeys {
  externalId?: string;
  /** Key made of company, day and funding round. */
  company?: string;
}

type Row = KeyedRow<TrackRecordPatch, TrackRecordKeys>;

/** Settings shared by all batches of a run. */
export interface TrackRecordSettings {
  organisation: Organisation;
  investorId: string;
  columnOf: ColumnOf;
  /** Lines whose row was confirmed to give the company of its stored investment a new name. */
  retitledLines: ReadonlySet<number>;
  at: Date;
}

const MAX_NAME = 200;

const naturalKey = (company: string, investedOn: string, stage: string | null | undefined) =>
  `${companyKey(company)} ${investedOn} ${stage ?? ''}`.trim();

export function trackRecordKeysOf({ fields }: TrackRecordPatch): TrackRecordKeys {
  if (fields.externalId != null) return { externalId: fields.externalId };
  // An empty cell of the external id does not clear that of a stored investment which is found by its other key.
  delete fields.externalId;
  return fields.company == null || fields.investedOn == null
    ? {}
    : { company: naturalKey(fields.company, fields.investedOn, fields.stage) };
}

/** Implements `ApplyBatch` for track records. */
export async function applyTrackRecords(
  tx: EntityManager,
  settings: TrackRecordSettings,
  rows: readonly Row[],
  before: ReadonlyMap<string, number>,
  dryRun: boolean,
): Promise<BatchOutcome> {
  const outcome = emptyOutcome();
  // The investor profile is locked before its investments, in the same order as in every other write of them, to
  // prevent deadlocks.
  if (!dryRun) await tx.query(`SELECT 1 FROM investor_profile WHERE id = $1 FOR NO KEY UPDATE`, [settings.investorId]);
  const codes = await trackRecordCodes(tx, settings.at);
  const existing = await findExisting(tx, settings.investorId, rows);
  const known = await findBackers(tx, [], [...new Set(rows.flatMap((row) => row.patch.coInvestors ?? []))]);
  const [total] = (await tx.query(`SELECT count(*)::int AS n FROM track_record WHERE investor_id = $1`, [
    settings.investorId,
  ])) as Array<{ n: number }>;
  const stored: Array<{ id: string; revision: number; data: TrackRecordData }> = [];

  const slices = new Slices();
  for (const row of rows) {
    if (slices.due()) await slices.turn();
    const own = [...row.problems];
    const like = existing(row);
    const earlier = like && (before.get(like.id) ?? outcome.touched.get(like.id));
    // A row with an external id gives it to the stored investment of the same company, day and funding round that has
    // none. If an earlier row of the file already stands for that stored investment, this row describes another
    // investment, which is created.
    const found =
      earlier !== undefined && row.keys.externalId !== undefined && like!.externalIdText === null ? undefined : like;
    if (found && earlier !== undefined)
      own.push(
        problemOf(settings, row, {
          field: 'company',
          ...coded('DUPLICATE_IN_FILE.investment', { line: earlier }),
        }),
      );
    const company = row.patch.fields.company;
    const renamed =
      found !== undefined && company != null && nothingInCommon(found.company, company) ? found.company : null;
    if (renamed !== null && own.length === 0 && !settings.retitledLines.has(row.line))
      own.push(
        problemOf(settings, row, {
          field: 'externalId',
          ...coded('KEY_MEETS_ANOTHER_TITLE.investment', { title: renamed.slice(0, 100), line: row.line }),
        }),
      );
    const base = found ? dataOf(found) : emptyTrackRecord;
    const next = decide(settings, row, base, codes, known, own);
    if (found === undefined && own.length === 0 && total!.n + outcome.created >= MAX_TRACK_RECORDS) {
      own.push(
        problemOf(settings, row, {
          field: 'company',
          ...coded('TOO_MANY.trackRecords', { max: MAX_TRACK_RECORDS }),
        }),
      );
    }
    if (own.length > 0) {
      outcome.rejected += 1;
      outcome.report.push(...own.map((problem) => problemLine(row.line, problem)));
      continue;
    }
    const id = found?.id ?? newId();
    outcome.touched.set(id, row.line);
    if (settings.retitledLines.has(row.line))
      outcome.report.push(
        noteLine(row.line, {
          ...(renamed === null ? coded('NOT_A_RETITLING') : coded('RETITLED', { title: renamed })),
          field: 'company',
        }),
      );
    if (found && changedTrackFields(base, next).length === 0) {
      outcome.unchanged += 1;
      continue;
    }
    outcome[found ? 'updated' : 'created'] += 1;
    stored.push({ id, revision: (found?.revision ?? 0) + 1, data: next });
  }
  if (!dryRun && stored.length > 0) await store(tx, settings, stored);
  return outcome;
}

/**
 * Computes the new values of a row's past investment and adds its problems to `problems`, which already contains those
 * of unreadable cells.
 */
function decide(
  settings: TrackRecordSettings,
  row: Row,
  base: TrackRecordData,
  codes: TrackRecordCodes,
  known: KnownBackers,
  problems: RowProblem[],
): TrackRecordData {
  const found: FieldProblem[] = [];
  const backers =
    row.patch.coInvestors === undefined
      ? undefined
      : backersOf(settings, row.patch.coInvestors, base.coInvestors, known, found);
  const next = applyTrackRecord(base, row.patch.fields, backers, codes, found);
  for (const problem of found) {
    // An unreadable cell was already reported with its own problem, so no second problem of its field is added.
    if (row.problems.some((other) => other.field === problem.field)) continue;
    // The currency may come from the cell or header of the amount, so its problem is reported for that column.
    const at = problem.field === 'currency' && settings.columnOf('currency') === null ? 'amount' : problem.field;
    problems.push({ ...problemOf(settings, row, { ...problem, field: at }), field: problem.field });
  }
  return next;
}

/**
 * Finds the organisations of co-investors by name, and leaves out the investor itself, which such lists often include.
 */
function backersOf(
  { organisation }: TrackRecordSettings,
  names: readonly string[],
  before: readonly Backer[],
  known: KnownBackers,
  problems: FieldProblem[],
): Backer[] {
  if (names.some((name) => [...name].length > MAX_NAME))
    problems.push({
      field: 'coInvestors',
      ...coded('TOO_LONG.coInvestor', { max: MAX_NAME }),
    });
  const self = new Set(
    [organisation.nameText.zh, organisation.nameText.en].flatMap((name) =>
      name === undefined ? [] : [comparable(name)],
    ),
  );
  const backers = names
    .filter((name) => !self.has(comparable(name)))
    // A co-investor whose name is not that of exactly one verified organisation keeps the organisation to which the
    // stored investment links this name.
    .map((name) => ({
      name,
      organisationId: known.byName.get(name) ?? before.find((other) => other.name === name)?.organisationId ?? null,
    }))
    .filter((backer) => backer.organisationId !== organisation.id);
  const once = withoutRepetitions(backers);
  if (once.length > MAX_BACKERS)
    problems.push({ field: 'coInvestors', ...coded('TOO_MANY.coInvestors', { max: MAX_BACKERS }) });
  return once;
}

/**
 * Finds the stored past investment that each row refers to: by external id; else, of those with the same company, day
 * and round, one without an external id; else, for a row without an external id, the only one of them.
 */
async function findExisting(
  tx: EntityManager,
  investorId: string,
  rows: readonly Row[],
): Promise<(row: Row) => TrackRecord | undefined> {
  const companies = rows.flatMap(({ patch: { fields } }) =>
    fields.company == null || fields.investedOn == null ? [] : [companyKey(fields.company)],
  );
  const found = await selectEntities(
    tx,
    TrackRecord,
    `WHERE e.investor_id = $1 AND (e.external_id = ANY($2) OR e.company_key = ANY($3)) ORDER BY e.id`,
    [investorId, rows.flatMap((row) => row.keys.externalId ?? []), companies],
  );
  const byExternalId = new Map(found.map((record) => [record.externalIdText, record]));
  const byNature = new Map<string, TrackRecord[]>();
  for (const record of found) {
    const key = naturalKey(record.company, record.investedOn, record.stage);
    byNature.set(key, [...(byNature.get(key) ?? []), record]);
  }
  return ({ keys, patch: { fields } }) => {
    if (keys.externalId !== undefined && byExternalId.has(keys.externalId)) return byExternalId.get(keys.externalId);
    if (fields.company == null || fields.investedOn == null) return undefined;
    const same = byNature.get(naturalKey(fields.company, fields.investedOn, fields.stage)) ?? [];
    const unkeyed = same.find((record) => record.externalIdText === null);
    // A stored investment with an external id other than the row's is a different investment.
    return unkeyed ?? (keys.externalId === undefined && same.length === 1 ? same[0] : undefined);
  };
}

async function store(
  tx: EntityManager,
  { investorId, at }: TrackRecordSettings,
  records: ReadonlyArray<{ id: string; revision: number; data: TrackRecordData }>,
): Promise<void> {
  const rows = records.map(({ id, revision, data }) => ({
    id,
    revision,
    company: data.company,
    company_key: companyKey(data.company),
    industry_code: data.industryCode,
    region_code: data.regionCode,
    stage: data.stage,
    amount: data.amount,
    currency: data.currency,
    invested_on: data.investedOn,
    co_investors: data.coInvestors,
    external_id: data.externalId,
  }));
  await tx.query(
    `INSERT INTO track_record (
       id, investor_id, company, company_key, industry_code, region_code, stage, amount, currency, invested_on,
       co_investors, external_id, revision, created_at
     )
     SELECT r.id, $2, r.company, r.company_key, r.industry_code, r.region_code, r.stage, r.amount, r.currency,
       r.invested_on, r.co_investors, r.external_id, r.revision, $3
     FROM jsonb_to_recordset($1::jsonb) AS r(
       id uuid, company text, company_key text, industry_code text, region_code text, stage text, amount numeric,
       currency text, invested_on date, co_investors jsonb, external_id text, revision int
     )
     ON CONFLICT (id) DO UPDATE
     SET company = excluded.company, company_key = excluded.company_key, industry_code = excluded.industry_code,
       region_code = excluded.region_code, stage = excluded.stage, amount = excluded.amount,
       currency = excluded.currency, invested_on = excluded.invested_on, co_investors = excluded.co_investors,
       external_id = excluded.external_id, revision = excluded.revision`,
    [JSON.stringify(rows), investorId, at],
  );
}
