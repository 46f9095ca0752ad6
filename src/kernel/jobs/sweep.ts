import type { Pool } from 'pg';
import type { EntityManager } from 'typeorm';
import type { App } from '../context.js';
import type { Task } from '../jobs.js';
import { passes } from '../database/outages.js';

/**
 * States how a domain recovers when a job of one of its tasks is lost: deleted by hand, absent from a restored backup
 * of an earlier version, or spent because the process was killed in its only attempt.
 */
export type Sweep =
  | {
      /** The task whose jobs move the state on. */
      readonly task: string;
      /**
       * Finds the state that waits for a job of the task although none waits or runs, and adds the job again under the
       * key under which it was added first; or ends the state, where it cannot go on. Returns how many it found. Runs
       * every minute in any process, so that it must be cheap and find nothing to do in what is under way.
       */
      readonly requeue: (tx: EntityManager, app: App) => Promise<number>;
    }
  | {
      readonly task: string;
      /** Why no state waits for a job of the task. */
      readonly stateless: string;
    };

/** Name and key of the task that looks for state whose job is lost. */
export const SWEEP_TASK = 'kernel:sweep';

/**
 * Adds the job that looks for lost jobs, to run at once. If such a job waits already, it is replaced, so that there is
 * never a second one.
 */
export async function queueSweep(pool: Pool): Promise<void> {
  await pool.query(`SELECT graphile_worker.add_job($1, job_key := $1, queue_name := $1)`, [SWEEP_TASK]);
}

/**
 * Runs the sweeps of all domains, each in a transaction of its own: the failure of one is logged and holds up no other,
 * unless the database is away.
 */
export const sweepAll: Task = async (app) => {
  for (const sweep of app.modules.sweeps) {
    if (!('requeue' in sweep)) continue;
    try {
      const found = await app.dataSource.transaction((tx) => sweep.requeue(tx, app));
      if (found > 0) app.log.warn({ task: sweep.task, found }, 'work whose job was lost goes on');
    } catch (error) {
      // An outage of the database fails the whole job, which is tried again and tells of it in one line.
      if (passes(error)) throw error;
      app.metrics.jobsFailed.inc({ task: SWEEP_TASK });
      app.log.warn({ task: sweep.task, err: error }, 'a search for lost jobs failed and is repeated in a minute');
    }
  }
};
