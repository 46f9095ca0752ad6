import type { ClosingStep } from '../kernel/closing.js';
import type { Task } from '../kernel/jobs.js';
import { appendLedger } from '../ledger/ledger.service.js';
import { noteForIndexing } from '../outbox/indexing.js';
import { achievementLifecycle } from './achievement.stages.js';
import type { AchievementStatus } from './vocabularies.js';

export const CLOSED_ENTRIES_TASK = 'achievements:step-back-closed';

/** Statuses in which an achievement of a closed organisation is retired or withdrawn. */
const STEPPING_BACK: readonly AchievementStatus[] = ['DRAFT', 'REGISTERED', 'CULTIVATING', 'ADMITTED'];

/**
 * Retires the closed organisation's pool entries and withdraws its other results. A result that a cohort is judging
 * stays until that cohort is closed, as the number of results that a cohort judges must not change; the cron task
 * `stepBackLater` then retires or withdraws it.
 */
export const stepBackEntries: ClosingStep = async (tx, { id: organisationId, actor }, app) => {
  const rows = (await tx.query(
    `SELECT id, status, revision
     FROM achievement
     WHERE institution_id = $1 AND status = ANY ($2)
     ORDER BY id
     FOR NO KEY UPDATE`,
    [organisationId, STEPPING_BACK],
  )) as Array<{ id: string; status: AchievementStatus; revision: number }>;
  const held = await app.achievementHooks.held(
    tx,
    rows.map(({ id }) => id),
  );
  const steps = rows
    .filter(({ id }) => !held.has(id))
    .map((row) => {
      const action = row.status === 'ADMITTED' ? ('retire' as const) : ('withdraw' as const);
      return { ...row, action, to: achievementLifecycle.next(row.status, action) };
    });
  if (steps.length === 0) return;
  const at = app.clock();
  await tx.query(
    `UPDATE achievement a
     SET status = s.status, updated_at = $3
     FROM unnest($1::uuid[], $2::text[]) AS s(id, status)
     WHERE a.id = s.id`,
    [steps.map(({ id }) => id), steps.map(({ to }) => to), at],
  );
  await noteForIndexing(
    tx,
    steps.filter(({ action }) => action === 'retire').map(({ id }) => id),
  );
  const followed = await app.achievementHooks.moved(
    tx,
    at,
    steps.map(({ id, action }) => ({ id, action })),
  );
  await appendLedger(tx, actor, at, [
    ...steps.map(({ id, status, to, action, revision }) => ({
      kind: `achievement.${action}`,
      subjectType: 'Achievement',
      subjectId: id,
      facts: { from: status, to, revision, cause: 'ORGANISATION_CLOSED' },
    })),
    ...followed,
  ]);
};

/**
 * Cron task, hourly: retires or withdraws the achievements of closed organisations that a cohort was judging when the
 * organisation was closed.
 */
export const stepBackLater: Task = async (app) => {
  const rows = (await app.dataSource.query(
    `SELECT DISTINCT o.id
     FROM organisation o
     JOIN achievement a ON a.institution_id = o.id AND a.status = ANY ($1)
     WHERE o.verification = 'CLOSED'`,
    [STEPPING_BACK],
  )) as Array<{ id: string }>;
  for (const { id } of rows) await app.dataSource.transaction((tx) => stepBackEntries(tx, { id, actor: null }, app));
};
