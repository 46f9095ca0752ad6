import { createHash } from 'node:crypto';
import type { App } from '../../kernel/context.js';
import { passes } from '../../kernel/database/outages.js';
import { changedRows } from '../../lib/changed-rows.js';
import { addLostJob, isAlive, type Task } from '../../kernel/jobs.js';
import type { Sweep } from '../../kernel/jobs/sweep.js';
import { appendLedger } from '../../ledger/ledger.service.js';
import type { RoundResult } from './compute.js';
import { inThread } from './in-thread.js';
import { MAX_PAIRS } from './problem.js';
import {
  pairRows,
  readRoundProblem,
  RoundTooLargeError,
  standingRows,
  type PosedRound,
} from './round.problem-mapping.js';
import { lockRound, ROUND_TASK } from './round.service.js';
import type { MatchingRound } from './round.entity.js';
import { roundLifecycle } from './vocabularies.js';
import { canonicalJson } from '../../lib/canonical-json.js';

interface Computation {
  roundId: string;
  computation: string;
}

/**
 * Interval, in milliseconds, at which a running computation stores its progress and checks whether it was cancelled.
 */
const WATCH_MS = 500;

/** Advisory lock that marks the process that computes a matching round; PostgreSQL releases it if the process dies. */
const roundLock = (roundId: string): [sql: string, values: string[]] => [
  `hashtextextended('matching.round ' || $1, 0)`,
  [roundId],
];

/**
 * Background job that computes a matching round. A failure is stored in the round and ends the job. The job is retried
 * after a shutdown of the process, or if the failure could not be stored.
 */
const computeInBackground: Task = async (app, payload, signal) => {
  const wish = payload as Computation;
  const holder = app.dataSource.createQueryRunner();
  try {
    const [key, values] = roundLock(wish.roundId);
    const [lock] = (await holder.query(`SELECT pg_try_advisory_lock(${key}) AS held`, values)) as Array<{
      held: boolean;
    }>;
    if (!lock!.held) return;
    try {
      await execute(app, wish, signal);
    } finally {
      await holder.query(`SELECT pg_advisory_unlock(${key})`, values);
    }
  } finally {
    await holder.release();
  }
};

/**
 * Queues again the matching rounds whose job is lost: status COMPUTING, but nobody holds the advisory lock.
 */
export const sweepRounds: Sweep = {
  task: ROUND_TASK,
  async requeue(tx) {
    let count = 0;
    for (const { id, computation } of (await tx.query(
      `SELECT id, computation FROM matching_round WHERE status = 'COMPUTING' ORDER BY id`,
    )) as Array<{ id: string; computation: string }>) {
      // First, so that the lock below is taken only where no job could find it taken.
      if (await isAlive(tx, `round:${id}`)) continue;
      const [key, values] = roundLock(id);
      const [free] = (await tx.query(`SELECT pg_try_advisory_xact_lock(${key}) AS free`, values)) as Array<{
        free: boolean;
      }>;
      if (!free!.free) continue;
      if (await addLostJob(tx, ROUND_TASK, { roundId: id, computation }, { key: `round:${id}` })) count += 1;
    }
    return count;
  },
};

export const roundTasks = { [ROUND_TASK]: computeInBackground };

/**
 * Stores a computation's phase and progress in its matching round; false if it was cancelled or replaced by a newer
 * computation.
 */
async function note(
  app: App,
  { roundId, computation }: Computation,
  phase: string,
  progress: number,
): Promise<boolean> {
  const rows = await changedRows(
    app.dataSource.manager,
    `UPDATE matching_round
     SET phase = $3, progress = GREATEST(progress, $4)
     WHERE id = $1 AND computation = $2 AND status = 'COMPUTING'
     RETURNING id`,
    [roundId, computation, phase, Math.round(progress)],
  );
  return rows.length > 0;
}

async function execute(app: App, wish: Computation, stopping: AbortSignal | undefined): Promise<void> {
  if (!(await note(app, wish, 'SCORING', 5))) return;
  const unwanted = new AbortController();
  let at: [phase: string, progress: number] = ['SCORING', 5];
  // A report of this timer aborts the computation once the round no longer waits for it. A failure of such a report is
  // ignored; a failure of the first report, above, fails the job, and of the last, before storing, the round.
  const watch = setInterval(
    () =>
      void note(app, wish, ...at).then(
        (wanted) => wanted || unwanted.abort(new Error('not wanted any more')),
        () => undefined,
      ),
    WATCH_MS,
  );
  const signal = stopping ? AbortSignal.any([stopping, unwanted.signal]) : unwanted.signal;
  try {
    const posed = await readRoundProblem(app, wish.roundId, signal, (share) => (at = ['SCORING', 5 + 35 * share]));
    const result = await inThread(
      'round',
      { problem: posed.problem, method: posed.method },
      { signal, progress: (share) => (at = ['CHOOSING', 40 + 50 * share]) },
    );
    await note(app, wish, 'STORING', 90);
    await store(app, wish, posed, result);
  } catch (error) {
    if (stopping?.aborted) throw error;
    if (unwanted.signal.aborted) return;
    // The round keeps its status, and the job is tried again.
    if (passes(error)) throw error;
    const known = error instanceof RoundTooLargeError;
    if (!known) app.log.error({ err: error, roundId: wish.roundId }, 'a matching round could not be computed');
    const fault = known
      ? `${error.pairs} pairs are too many for one round, which takes ${MAX_PAIRS}: give participants 0 places to leave them out.`
      : 'Something went wrong; the log has the details. Compute the round again.';
    await app.dataSource.transaction(async (tx) => {
      const round = await lockRound(tx, wish.roundId);
      if (round.computation !== wish.computation || round.status !== 'COMPUTING') return;
      await changedRows(tx, `UPDATE matching_round SET status = $2, fault = $3, phase = NULL WHERE id = $1`, [
        wish.roundId,
        roundLifecycle.next(round.status, 'fail'),
        fault,
      ]);
      await appendLedger(tx, null, app.clock(), [
        {
          kind: 'round.failed',
          subjectType: 'MatchingRound',
          subjectId: round.id,
          facts: { computation: wish.computation },
        },
      ]);
    });
  } finally {
    clearInterval(watch);
  }
}

async function store(app: App, wish: Computation, posed: PosedRound, result: RoundResult): Promise<void> {
  const pairs = pairRows(posed, result);
  const standings = standingRows(posed, result);
  const { pairing: _pairing, fairness, method, ...figures } = result;
  const kept = { ...figures, achievementSide: fairness.achievementSide, investorSide: fairness.investorSide };
  const digest = createHash('sha256')
    .update(canonicalJson(pairs.map((pair) => [pair.achievement_id, pair.investor_id, pair.score])))
    .digest('hex');
  await app.dataSource.transaction(async (tx) => {
    const round: MatchingRound = await lockRound(tx, wish.roundId);
    if (round.computation !== wish.computation || round.status !== 'COMPUTING') return;
    await changedRows(tx, `DELETE FROM matching_round_pair WHERE round_id = $1`, [round.id]);
    await changedRows(tx, `DELETE FROM matching_round_standing WHERE round_id = $1`, [round.id]);
    await tx.query(
      `INSERT INTO matching_round_pair (
         id, round_id, achievement_id, investor_id, institution_id, organisation_id, score, terms, model_version,
         status
       )
       SELECT p.id, $1, a.id, i.id, a.institution_id, i.organisation_id, p.score, p.terms, $3, 'PROPOSED'
       FROM jsonb_to_recordset($2::jsonb) AS p(
         id uuid, achievement_id uuid, investor_id uuid, score float8, terms jsonb
       )
       JOIN achievement a ON a.id = p.achievement_id
       JOIN investor_profile i ON i.id = p.investor_id`,
      [round.id, JSON.stringify(pairs), posed.modelVersion],
    );
    await tx.query(
      `INSERT INTO matching_round_standing (
         id, round_id, side, participant_id, organisation_id, candidates, places, pairs, got, best, share, ranks,
         shown
       )
       SELECT s.id, $1, s.side, s.participant_id, COALESCE(a.institution_id, i.organisation_id), s.candidates,
         s.places, s.pairs, s.got, s.best, s.share, s.ranks, s.shown
       FROM jsonb_to_recordset($2::jsonb) AS s(
         id uuid, side text, participant_id uuid, candidates int, places int, pairs int, got float8, best float8,
         share float8, ranks int[], shown jsonb
       )
       LEFT JOIN achievement a ON s.side = 'ACHIEVEMENT' AND a.id = s.participant_id
       LEFT JOIN investor_profile i ON s.side = 'INVESTOR' AND i.id = s.participant_id
       WHERE a.id IS NOT NULL OR i.id IS NOT NULL`,
      [round.id, JSON.stringify(standings)],
    );
    await changedRows(
      tx,
      `UPDATE matching_round
       SET status = $2, figures = $3, model_version = $4, computed_at = $5, progress = 100, phase = 'DONE',
         stale = false
       WHERE id = $1`,
      [round.id, roundLifecycle.next(round.status, 'finish'), JSON.stringify(kept), posed.modelVersion, app.clock()],
    );
    await appendLedger(tx, null, app.clock(), [
      {
        kind: 'round.computed',
        subjectType: 'MatchingRound',
        subjectId: round.id,
        facts: {
          computation: wish.computation,
          method,
          modelVersion: posed.modelVersion,
          pairs: kept.pairs,
          objective: kept.objective,
          upperBound: kept.upperBound,
          blockingPairs: kept.blockingPairs,
          digest,
        },
      },
    ]);
  });
}
