import type { EntityManager } from 'typeorm';
import type { AchievementEdit, AchievementHooks } from '../../achievements/achievement.hooks.js';
import {
  applyInput,
  changedFields,
  emptyRecord,
  missingForRegistration,
  recordHash,
  type AchievementRecord,
} from '../../achievements/achievement.record.js';
import { nextRegistrationNos } from '../../achievements/achievement.service.js';
import { achievementLifecycle, EDITABLE } from '../../achievements/achievement.stages.js';
import {
  insertAchievements,
  replaceAchievements,
  type StoredAchievement,
} from '../../achievements/achievement.store.js';
import { queueDuplicateScan } from '../../achievements/duplicates.service.js';
import type { AchievementStatus } from '../../achievements/vocabularies.js';
import type { FieldProblem } from '../../kernel/errors.js';
import type { Organisation } from '../../identity/organisations/organisation.entity.js';
import { newId } from '../../lib/ids.js';
import { noteForIndexing } from '../../outbox/indexing.js';
import type { CodeLists } from '../../taxonomy/code-lists.js';
import type { AchievementKeys } from './achievements.keys.js';
import {
  emptyOutcome,
  noteLine,
  problemLine,
  problemOf,
  type BatchOutcome,
  type ColumnOf,
} from '../runs/import.outcome.js';
import type { KeyedRow, RowProblem } from '../runs/import.row-keys.js';
import type { ImportRegister } from '../runs/import.vocabularies.js';
import { toInput } from './achievements.row-input.js';
import type { RowPatch } from './achievements.row-reader.js';
import { shown } from '../mapping/mapping.js';
import { retitled } from './retitling.js';
import { Slices } from '../../lib/tabular/slices.js';
import { dayOfChina } from '../../lib/day.js';
import { coded, say } from '../../messages/catalogue.js';
import type { Message } from '../../lib/messages/message.js';
import { termOf } from '../../taxonomy/vocabulary.js';

type Row = KeyedRow<RowPatch, AchievementKeys>;

/** Settings shared by all batches of a run. */
export interface BatchSettings {
  institution: Organisation;
  register: ImportRegister;
  dryRun: boolean;
  accountId: string | null;
  hooks: AchievementHooks;
  codes: CodeLists;
  columnOf: ColumnOf;
  /** Lines whose row was confirmed to give its stored achievement a new title. */
  retitledLines: ReadonlySet<number>;
  at: Date;
}

interface Existing {
  id: string;
  external_id: string | null;
  registration_no: string | null;
  status: AchievementStatus;
  revision: number;
  record: AchievementRecord;
}

/**
 * Applies a batch of rows to an institution's achievements in the caller's transaction, by a fixed number of
 * statements. Rows with problems are reported and skipped.
 */
export async function applyBatch(
  tx: EntityManager,
  settings: BatchSettings,
  rows: readonly Row[],
  before: ReadonlyMap<string, number>,
): Promise<BatchOutcome> {
  const outcome = emptyOutcome();
  const existing = await findExisting(tx, settings, rows);
  const held = await settings.hooks.held(
    tx,
    rows.flatMap((row) => existing(row)?.id ?? []),
  );
  const taken = await numbersTaken(tx, settings.institution.id, rows);
  const inserts: StoredAchievement[] = [];
  const updates: StoredAchievement[] = [];
  const toRegister: StoredAchievement[] = [];
  const toIndex: string[] = [];
  const edits: AchievementEdit[] = [];

  const slices = new Slices();
  for (const row of rows) {
    if (slices.due()) await slices.turn();
    const own = [...row.problems];
    const found = existing(row);
    if (row.patch.id !== undefined && found === undefined)
      own.push(
        problemOf(settings, row, {
          field: 'id',
          ...coded('UNKNOWN_ID'),
        }),
      );
    if (row.keys.registrationNo !== undefined && taken.has(row.keys.registrationNo)) {
      own.push(
        problemOf(settings, row, {
          field: 'registrationNo',
          ...coded('REGISTRATION_NO_TAKEN.institution'),
        }),
      );
    }
    const earlier = found && (before.get(found.id) ?? outcome.touched.get(found.id));
    if (earlier !== undefined)
      own.push(
        problemOf(settings, row, {
          field: 'id',
          ...coded('DUPLICATE_IN_FILE.achievement', { line: earlier }),
        }),
      );
    const oldTitle = found === undefined ? null : retitled(row.patch, found.record.title);
    const confirmed = settings.retitledLines.has(row.line);
    if (own.length === 0 && oldTitle !== null && !confirmed) own.push(anotherTitle(settings, row, oldTitle));
    const decided = own.length === 0 ? decide(settings, row, found, held) : null;
    own.push(...(decided?.problems ?? []));
    if (decided === null || own.length > 0) {
      outcome.rejected += 1;
      outcome.report.push(...own.map((problem) => problemLine(row.line, problem)));
      continue;
    }
    const { stored, registers, changed, note } = decided;
    if (confirmed)
      outcome.report.push(
        noteLine(row.line, {
          ...(oldTitle === null ? coded('NOT_A_RETITLING') : coded('RETITLED', { title: oldTitle })),
          field: 'title',
        }),
      );
    if (note !== null) outcome.report.push(noteLine(row.line, { code: 'NOT_REGISTERED', message: note }));
    outcome.touched.set(stored.id, row.line);
    if (!changed && !registers) {
      outcome.unchanged += 1;
      continue;
    }
    if (found === undefined) outcome.created += 1;
    else outcome.updated += 1;
    if (found === undefined) inserts.push(stored);
    else updates.push({ ...stored, changed: changedFields(found.record, stored.record) });
    if (registers) toRegister.push(stored);
    else if (stored.status !== 'DRAFT')
      edits.push({ id: stored.id, fields: changedFields(found!.record, stored.record) });
    if (stored.status === 'ADMITTED') toIndex.push(stored.id);
  }
  await noteChangesOfPool(tx, settings, outcome, updates, edits);
  outcome.registeredIds = toRegister.map((stored) => stored.id);
  if (settings.dryRun) return outcome;

  const unnumbered = toRegister.filter((stored) => stored.record.registrationNo === null);
  const numbers = unnumbered.length === 0 ? [] : await nextRegistrationNos(tx, settings.at, unnumbered.length);
  unnumbered.forEach((stored, i) => (stored.record.registrationNo = numbers[i]!));
  for (const stored of toRegister) stored.record.registeredOn ??= dayOfChina(settings.at);
  await insertAchievements(tx, inserts);
  await replaceAchievements(tx, updates);
  await noteForIndexing(tx, toIndex);
  const scanned = [
    ...outcome.registeredIds,
    ...updates.filter((stored) => stored.status !== 'DRAFT').map((stored) => stored.id),
  ];
  await queueDuplicateScan(tx, [...new Set(scanned)], settings.at);
  if (edits.length > 0) outcome.ledger.push(...(await settings.hooks.edited(tx, settings.at, edits)));
  if (toRegister.length > 0)
    outcome.ledger.push(
      ...(await settings.hooks.moved(
        tx,
        settings.at,
        toRegister.map(({ id }) => ({ id, action: 'register' })),
      )),
    );
  return outcome;
}

/** Reports which results of the pool the batch changes, and which score passports that voids. */
async function noteChangesOfPool(
  tx: EntityManager,
  { hooks }: BatchSettings,
  outcome: BatchOutcome,
  updates: readonly StoredAchievement[],
  edits: readonly AchievementEdit[],
): Promise<void> {
  if (edits.length === 0) return;
  const admitted = new Set(updates.filter((stored) => stored.status === 'ADMITTED').map((stored) => stored.id));
  const voided = await hooks.voidedBy(tx, edits);
  for (const { id, fields } of edits) {
    const line = outcome.touched.get(id)!;
    if (admitted.has(id)) {
      outcome.admittedChanged += 1;
      outcome.report.push(noteLine(line, coded('ADMITTED_CHANGED', { fields })));
    }
    if (voided.has(id)) {
      outcome.passportsVoided += 1;
      outcome.report.push(noteLine(line, coded('PASSPORT_VOIDED')));
    }
  }
}

/** The problem of a row whose key finds an achievement with a title that has nothing in common with the row's. */
function anotherTitle(settings: BatchSettings, row: Row, title: string): RowProblem {
  const field = row.keys.id !== undefined ? 'id' : row.keys.externalId !== undefined ? 'externalId' : 'registrationNo';
  return problemOf(settings, row, {
    field,
    ...coded('KEY_MEETS_ANOTHER_TITLE.achievement', { title: shown(title), line: row.line }),
  });
}

interface Decision {
  problems: RowProblem[];
  stored: StoredAchievement;
  changed: boolean;
  registers: boolean;
  /**
   * Why the achievement is not registered although the import registers achievements; null where that does not apply.
   */
  note: Message | null;
}

/** The decision for a row without problems. */
function decide(settings: BatchSettings, row: Row, found: Existing | undefined, held: ReadonlySet<string>): Decision {
  const { institution } = settings;
  const base = found?.record ?? { ...emptyRecord, regionCode: institution.regionCode };
  const problems: FieldProblem[] = [];
  const next = applyInput(base, toInput(row.patch, base), settings.codes, problems, dayOfChina(settings.at));
  const status = found?.status ?? 'DRAFT';
  // A registered achievement keeps its registration number and date even if the row's cells for them are empty.
  if (status !== 'DRAFT' && status !== 'WITHDRAWN') {
    next.registrationNo ??= base.registrationNo;
    next.registeredOn ??= base.registeredOn;
  }
  const changed =
    found === undefined || (changedFields(base, next).length > 0 && recordHash(base) !== recordHash(next));
  const missing = missingForRegistration(next);
  const verified = institution.verification === 'VERIFIED';
  const registers = status === 'DRAFT' && settings.register !== 'NEVER' && verified && missing.length === 0;
  if (problems.length === 0 && changed && found !== undefined && (!EDITABLE.includes(status) || held.has(found.id))) {
    problems.push({
      field: 'id',
      ...(held.has(found.id)
        ? coded('NOT_EDITABLE.judged')
        : coded('NOT_EDITABLE.status', { status: termOf('AchievementStatus', status) })),
    });
  }
  if (problems.length === 0 && changed && status !== 'DRAFT') problems.push(...missing);
  if (problems.length === 0 && status === 'DRAFT' && settings.register === 'REQUIRED') problems.push(...missing);
  const lacks = status === 'DRAFT' && settings.register === 'WHEN_COMPLETE' && verified && missing.length > 0;
  return {
    problems: problems.map((problem) => problemOf(settings, row, problem)),
    stored: {
      id: found?.id ?? newId(),
      institutionId: institution.id,
      status: registers ? achievementLifecycle.next('DRAFT', 'register') : status,
      revision: (found?.revision ?? 0) + 1,
      record: next,
      editedBy: settings.accountId,
      note: null,
      at: settings.at,
    },
    changed,
    registers,
    note: lacks ? say('NOT_REGISTERED.lacks', { fields: missing.map(({ field }) => field) }) : null,
  };
}

/**
 * Finds the stored achievements that the rows refer to, by id, else external id, else registration number, and locks
 * them except in a dry run.
 */
async function findExisting(
  tx: EntityManager,
  settings: BatchSettings,
  rows: readonly Row[],
): Promise<(row: Row) => Existing | undefined> {
  const values = (key: keyof AchievementKeys) =>
    rows.map((row) => row.keys[key]).filter((value) => value !== undefined);
  const found = (await tx.query(
    `SELECT a.id, a.external_id, a.registration_no, a.status, a.revision, r.record
     FROM achievement a JOIN achievement_revision r ON r.achievement_id = a.id AND r.revision = a.revision
     WHERE a.id IN (
       SELECT id FROM achievement WHERE id = ANY($2) AND institution_id = $1
       UNION ALL SELECT id FROM achievement WHERE institution_id = $1 AND external_id = ANY($3)
       UNION ALL SELECT id FROM achievement WHERE institution_id = $1 AND registration_no = ANY($4))
     ORDER BY a.id ${settings.dryRun ? '' : 'FOR UPDATE OF a'}`,
    [settings.institution.id, values('id'), values('externalId'), values('registrationNo')],
  )) as Existing[];
  const byId = new Map(found.map((entry) => [entry.id, entry]));
  const byExternalId = new Map(found.map((entry) => [entry.external_id, entry]));
  const byNumber = new Map(found.map((entry) => [entry.registration_no, entry]));
  return ({ keys }) => {
    if (keys.id !== undefined) return byId.get(keys.id);
    if (keys.externalId !== undefined) return byExternalId.get(keys.externalId);
    return keys.registrationNo === undefined ? undefined : byNumber.get(keys.registrationNo);
  };
}

async function numbersTaken(tx: EntityManager, institutionId: string, rows: readonly Row[]): Promise<Set<string>> {
  const numbers = rows.map((row) => row.keys.registrationNo).filter((number) => number !== undefined);
  if (numbers.length === 0) return new Set();
  const found = (await tx.query(
    `SELECT registration_no
     FROM achievement
     WHERE registration_no = ANY($1) AND institution_id <> $2 AND status NOT IN ('DRAFT', 'WITHDRAWN')`,
    [numbers, institutionId],
  )) as Array<{ registration_no: string }>;
  return new Set(found.map((row) => row.registration_no));
}
