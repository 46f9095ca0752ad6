import type { EntityManager } from 'typeorm';
import { achievementLifecycle } from '../../achievements/achievement.stages.js';
import { authorize } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { badInput, ConflictError } from '../../kernel/errors.js';
import { requireReason } from '../../kernel/reason.js';
import { changedRows } from '../../lib/changed-rows.js';
import { appendLedger, type LedgerEntry } from '../../ledger/ledger.service.js';
import { reasonFact } from '../../ledger/texts.js';
import { yearOfChina, yearProblem } from '../../lib/day.js';
import { newId } from '../../lib/ids.js';
import { readLocalized } from '../../kernel/localized.js';
import { readId } from '../../kernel/node.js';
import { writeOnce } from '../../kernel/write.js';
import { excludeWithdrawn } from '../admission/withdrawal.reopening.js';
import { RULE_VERSION, ruleFact } from '../admission/rule-version.js';
import { lockCohort } from './cohort.access.js';
import { Cohort, type CohortSettings } from './cohort.entity.js';
import type { CohortActionInput, CreateCohortInput, UnfreezeCohortInput, UpdateCohortInput } from './cohort.inputs.js';
import { defaultSettings, readSettings } from './cohort.settings.js';
import { cohortLifecycle, type CohortAction } from './cohort.stages.js';
import { closeEntering, enterCohort } from './entering.js';
import { finishScansOf, refuseOpenAppeals, refuseUnseen } from '../screening/freezing.js';
import { screenAgain, screenEntries } from '../screening/screening.js';
import { AssignmentIncomplete, CohortNotOpen, refusal } from '../vetting.errors.js';
import { DIMENSIONS } from '../vocabularies.js';
import { say } from '../../messages/catalogue.js';
import { termOf } from '../../taxonomy/vocabulary.js';

/**
 * Appends ledger records in the viewer's name. Called last in a transaction, because appending locks the ledger until
 * the commit.
 */
export const note = (tx: EntityManager, ctx: Context, entries: readonly LedgerEntry[]) =>
  appendLedger(tx, ctx.viewer.pseudonym, ctx.now(), entries);

export const cohortFact = (id: string, kind: string, facts: Record<string, unknown>): LedgerEntry => ({
  kind: `cohort.${kind}`,
  subjectType: 'Cohort',
  subjectId: id,
  facts,
});

/** How many years ahead of the present one a cohort may be dated. */
const MAX_YEARS_AHEAD = 5;

const columnsOf = (settings: CohortSettings) => ({
  quotaRateText: String(settings.quotaRate),
  weightMap: settings.weights,
  floorMap: settings.floors,
  minReviews: settings.minReviews,
  reviewerLoad: settings.reviewerLoad,
  noticeDays: settings.noticeDays,
  validityMonths: settings.validityMonths,
  doubleShareText: String(settings.doubleShare),
  blind: settings.blind,
  tieRule: settings.tieRule,
});

function readName(name: CreateCohortInput['name']) {
  const problems: Parameters<typeof readLocalized>[3] = [];
  const text = readLocalized('input.name', name, 120, problems);
  if (problems[0]) throw badInput(problems[0].field, problems[0].code, problems[0].message);
  return text;
}

/**
 * Operator action: opens a cohort; only one can be open at a time. Achievements registered while none was open enter it
 * at once.
 */
export function createCohort(ctx: Context, input: CreateCohortInput): Promise<Cohort> {
  const settings = readSettings(defaultSettings, input.settings);
  const given = readName(input.name);
  const wrong = yearProblem(input.year, yearOfChina(ctx.now()), 1990, MAX_YEARS_AHEAD);
  if (wrong) throw badInput('input.year', wrong.code, wrong.message);
  return writeOnce(ctx, 'createCohort', input, Cohort, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    await closeEntering(tx);
    const open = await tx.findOneBy(Cohort, { status: 'OPEN' });
    if (open) throw new ConflictError(say('COHORT_OPEN.first'), 'COHORT_OPEN', { cohortId: open.globalId });
    const [row] = (await tx.query(`SELECT COALESCE(max(number), 0) + 1 AS number FROM cohort WHERE year = $1`, [
      input.year,
    ])) as Array<{ number: number }>;
    const number = Number(row!.number);
    const id = newId();
    const nameText = given ?? { zh: `${input.year} 年第 ${number} 批`, en: `${input.year}, cohort ${number}` };
    await tx.insert(Cohort, {
      id,
      year: input.year,
      number,
      nameText,
      status: 'OPEN',
      createdAt: ctx.now(),
      registeredCount: 0,
      quota: 0,
      admittedCount: 0,
      ...columnsOf(settings),
    });
    const waiting = (await tx.query(`SELECT id FROM achievement WHERE status = 'REGISTERED' ORDER BY id`)) as Array<{
      id: string;
    }>;
    const entered = await enterCohort(
      tx,
      id,
      waiting.map((achievement) => achievement.id),
      ctx.now(),
    );
    await note(tx, ctx, [cohortFact(id, 'opened', { year: input.year, number, settings }), ...entered]);
    return tx.findOneByOrFail(Cohort, { id });
  });
}

/**
 * Operator action: changes the name and settings of an open cohort; throws the refusal CohortNotOpen if it is no longer
 * open.
 */
export function updateCohort(ctx: Context, input: UpdateCohortInput): Promise<Cohort> {
  const id = readId('input.id', 'Cohort', input.id);
  const name = readName(input.name);
  return writeOnce(ctx, 'updateCohort', input, Cohort, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const cohort = await lockCohort(tx, id);
    assertOpen(cohort);
    const settings = readSettings(cohort.settings, input.settings);
    await tx.update(Cohort, { id }, { ...columnsOf(settings), ...(name && { nameText: name }) });
    await note(tx, ctx, [cohortFact(id, 'updated', { settings })]);
    return tx.findOneByOrFail(Cohort, { id });
  });
}

/** Throws the refusal CohortNotOpen unless the cohort is open. */
export function assertOpen(cohort: Cohort): void {
  if (cohort.status === 'OPEN') return;
  throw refusal(CohortNotOpen, {
    said: say('COHORT_NOT_OPEN.fixed', { status: termOf('CohortStatus', cohort.status) }),
    status: cohort.status,
  });
}

/**
 * Carries out one operator action on a cohort's lifecycle in one transaction: checks the right, locks the cohort,
 * checks the status, applies the effect, saves the new status and records it in the ledger.
 */
export function step(
  ctx: Context,
  input: CohortActionInput,
  action: CohortAction,
  effect: (
    tx: EntityManager,
    cohort: Cohort,
  ) => Promise<{ change: Partial<Cohort>; records: (after: Cohort) => LedgerEntry[] }>,
  guard: (cohort: Cohort) => void = () => undefined,
  /** Called after the ledger records were appended, for example to sign the ledger's head. */
  last: (tx: EntityManager, after: Cohort) => Promise<unknown> = () => Promise.resolve(),
): Promise<Cohort> {
  const id = readId('input.id', 'Cohort', input.id);
  return writeOnce(ctx, `cohort.${action}`, input, Cohort, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const cohort = await lockCohort(tx, id);
    guard(cohort);
    const status = cohortLifecycle.next(cohort.status, action);
    const { change, records } = await effect(tx, cohort);
    await tx.update(Cohort, { id }, { status, ...change });
    const after = await tx.findOneByOrFail(Cohort, { id });
    await note(tx, ctx, records(after));
    await last(tx, after);
    return after;
  });
}

/**
 * Operator action: screens the entries of an open cohort now. A background job does the same after each registration.
 */
export function screenCohort(ctx: Context, input: CohortActionInput): Promise<Cohort> {
  const id = readId('input.id', 'Cohort', input.id);
  return writeOnce(ctx, 'screenCohort', input, Cohort, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const cohort = await lockCohort(tx, id);
    assertOpen(cohort);
    await finishScansOf(tx, id, ctx.now());
    await note(tx, ctx, await screenEntries(tx, id, ctx.now()));
    return cohort;
  });
}

interface FrozenEntry {
  entry: string;
  achievement: string;
  revision: number;
  evidence: string;
  industry: string | null;
  enteredAt: Date;
  order: number | null;
}

/**
 * Operator action: freezes a cohort. Screens its entries a last time, fixes the settings and the number of registered
 * entries, stores revision and evidence hash of each counted entry, and sets the counted achievements to UNDER_REVIEW,
 * except those in the pool, which stay ADMITTED. Counted achievements cannot be edited until the cohort is closed or
 * opened again. `seenAt` is when the operator looked at the entries. Refused while an appeal is open, if no entry counts, and if the screen differs from the one that the
 * operator has seen.
 */
export function freezeCohort(ctx: Context, input: CohortActionInput, seenAt: Date | null = null): Promise<Cohort> {
  return step(
    ctx,
    input,
    'freeze',
    async (tx, cohort) => {
      await refuseOpenAppeals(tx, cohort.id);
      await finishScansOf(tx, cohort.id, ctx.now());
      const screened = await screenAgain(tx, cohort.id, ctx.now());
      await refuseUnseen(tx, cohort.id, screened.changes, seenAt);
      const entries = await changedRows<FrozenEntry>(
        tx,
        `UPDATE cohort_entry e
         SET revision = a.revision, evidence_revision = v.hash,
           registration_order = CASE WHEN $2::int > 1 THEN o.place END
         FROM achievement a
         JOIN (
           SELECT x.achievement_id,
             row_number() OVER (ORDER BY x.entered_at, b.registered_seq, b.id) AS place
           FROM cohort_entry x
           JOIN achievement b ON b.id = x.achievement_id
           WHERE x.cohort_id = $1 AND x.screen = 'COUNTED'
         ) o ON o.achievement_id = a.id
         CROSS JOIN LATERAL (
           SELECT encode(
             sha256(convert_to(COALESCE(string_agg(f.sha256, E'\\n' ORDER BY f.sha256), ''), 'UTF8')), 'hex'
           ) AS hash
           FROM evidence_file f
           WHERE f.achievement_id = a.id
         ) v
         WHERE e.cohort_id = $1 AND e.screen = 'COUNTED' AND a.id = e.achievement_id
         RETURNING e.id AS entry, e.achievement_id AS achievement, e.revision, e.evidence_revision AS evidence,
           e.industry_code AS industry, e.entered_at AS "enteredAt", e.registration_order AS "order"`,
        [cohort.id, cohort.ruleVersion],
      );
      if (entries.length === 0) throw new ConflictError(say('NOTHING_COUNTED.cohort'), 'NOTHING_COUNTED');
      await moveAchievements(
        tx,
        cohort.id,
        'REGISTERED',
        achievementLifecycle.next('REGISTERED', 'startReview'),
        ctx.now(),
      );
      const facts = entries
        .sort((a, b) => (a.entry < b.entry ? -1 : 1))
        .map(({ order, ...entry }) => ({
          ...entry,
          enteredAt: entry.enteredAt.toISOString(),
          ...(order !== null && { order }),
        }));
      return {
        change: { frozenAt: ctx.now() },
        records: (after) => [
          ...screened.records,
          cohortFact(after.id, 'frozen', {
            settings: after.settings,
            ...ruleFact(after.ruleVersion),
            registered: after.registeredCount,
            quota: after.quota,
            entries: facts,
          }),
        ],
      };
    },
    assertOpen,
  );
}

/**
 * Operator action: reopens a frozen cohort before reviewing has begun, with a reason, unless another cohort is open.
 * Its assignments are deleted, and achievements UNDER_REVIEW are REGISTERED again.
 */
export function unfreezeCohort(ctx: Context, input: UnfreezeCohortInput): Promise<Cohort> {
  const reason = requireReason('input.reason', input.reason, say('REQUIRED.reopenCohort'));
  const effect: Parameters<typeof step>[3] = async (tx, cohort) => {
    const open = await tx.findOneBy(Cohort, { status: 'OPEN' });
    if (open) throw new ConflictError(say('COHORT_OPEN.meanwhile'), 'COHORT_OPEN', { cohortId: open.globalId });
    await moveAchievements(
      tx,
      cohort.id,
      'UNDER_REVIEW',
      achievementLifecycle.next('UNDER_REVIEW', 'stopReview'),
      ctx.now(),
    );
    const dropped = await changedRows(tx, `DELETE FROM assignment WHERE cohort_id = $1 RETURNING id`, [cohort.id]);
    const said = await reasonFact(tx, ctx, reason);
    return {
      change: { frozenAt: null, ruleVersion: RULE_VERSION },
      records: () => [cohortFact(cohort.id, 'unfrozen', { ...said, assignmentsDropped: dropped.length })],
    };
  };
  // Screens change only in an open cohort.
  const exclude = async (tx: EntityManager, { id }: Cohort) => note(tx, ctx, await excludeWithdrawn(tx, id, ctx.now()));
  return step(ctx, input, 'unfreeze', effect, undefined, exclude);
}

async function moveAchievements(
  tx: EntityManager,
  cohortId: string,
  from: string,
  to: string,
  at: Date,
): Promise<void> {
  await changedRows(
    tx,
    `UPDATE achievement a
     SET status = $3, updated_at = $4
     FROM cohort_entry e
     WHERE e.cohort_id = $1 AND e.screen = 'COUNTED' AND a.id = e.achievement_id AND a.status = $2`,
    [cohortId, from, to, at],
  );
}

/**
 * Number of counted entries, without withdrawn ones, that have, in any dimension, fewer assignments or reviews than the cohort's minimum. `rows`
 * is SQL that selects entry_id and dimensions of each assignment (or review) to be counted.
 */
export async function entriesShort(tx: EntityManager, cohort: Cohort, rows: string): Promise<number> {
  const [short] = (await tx.query(
    `SELECT count(DISTINCT e.id)::int AS n
     FROM cohort_entry e
     CROSS JOIN unnest($2::text[]) AS d(dimension)
     LEFT JOIN (
       SELECT r.entry_id, x.dimension, count(*) AS n
       FROM (${rows}) r
       CROSS JOIN unnest(r.dimensions) AS x(dimension)
       GROUP BY 1, 2
     ) h ON h.entry_id = e.id
       AND h.dimension = d.dimension
     WHERE e.cohort_id = $1 AND e.screen = 'COUNTED' AND e.withdrawn_at IS NULL AND COALESCE(h.n, 0) < $3`,
    [cohort.id, DIMENSIONS, cohort.minReviews],
  )) as Array<{ n: number }>;
  return short!.n;
}

/**
 * Operator action: starts reviewing, so that reviewers see their assignments; requires that the first panel of each
 * counted entry has the cohort's minimum number of reviewers in every dimension.
 */
export function startReviewing(ctx: Context, input: CohortActionInput): Promise<Cohort> {
  return step(ctx, input, 'startReviewing', async (tx, cohort) => {
    const entries = await entriesShort(
      tx,
      cohort,
      `SELECT entry_id, dimensions
       FROM assignment
       WHERE cohort_id = $1 AND panel = 1 AND status IN ('ASSIGNED','SUBMITTED')`,
    );
    if (entries > 0) {
      throw refusal(AssignmentIncomplete, {
        said: say('ASSIGNMENT_INCOMPLETE', { entries, least: cohort.minReviews }),
        entries,
      });
    }
    const [assigned] = (await tx.query(
      `SELECT count(*)::int AS n FROM assignment WHERE cohort_id = $1 AND status IN ('ASSIGNED','SUBMITTED')`,
      [cohort.id],
    )) as Array<{ n: number }>;
    return {
      change: { reviewingAt: ctx.now() },
      records: () => [cohortFact(cohort.id, 'reviewing', { assignments: assigned!.n })],
    };
  });
}
