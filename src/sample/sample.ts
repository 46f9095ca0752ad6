import type { App } from '../context.js';
import { toGlobalId } from '../lib/ids.js';
import { setReviewerStatus } from '../vetting/reviewers.service.js';
import { appAt, contextAs } from './sample.actors.js';
import { COHORTS, openings, playCohort, type Progress } from './sample.cohorts.js';
import { readCohorts } from './sample.data.js';
import { reviewerEmail, sampleLogins } from './sample.people.js';

export { loadSamplePeople, sampleLogins } from './sample.people.js';

/**
 * The invented pool that embedded servers start with: past cohorts, played through the services from registration to
 * closing. It never enters a database that somebody named. A start that was cut short goes on where it stopped.
 */
export async function loadSample(app: App, progress: Progress): Promise<void> {
  const [done] = (await app.dataSource.query(`SELECT 1 FROM loaded_file WHERE name = 'sample-pool'`)) as unknown[];
  if (done) return;
  const cohorts = await readCohorts(COHORTS);
  const total = cohorts.reduce((sum, results) => sum + results.length, 0);
  const opened = await openings(app);
  for (const [k, results] of cohorts.entries()) await playCohort(app, k, opened[k]!, results, total, progress);
  await retireReviewers(app);
  await app.dataSource.query(`INSERT INTO loaded_file (name, sha256, loaded_at) VALUES ('sample-pool', '', now()) ON CONFLICT DO NOTHING`);
  progress('sample pool: complete');
}

/** Their terms are over, so that the next cohort is judged by whom its operator chooses. */
async function retireReviewers(app: App): Promise<void> {
  const operator = await contextAs(appAt(app, app.clock()), sampleLogins.accounts[0].email);
  const active = (await app.dataSource.query(`SELECT r.id FROM reviewer r JOIN account a ON a.id = r.account_id WHERE r.status = 'ACTIVE' AND a.email LIKE $1 ORDER BY r.id`, [reviewerEmail('%')])) as Array<{ id: string }>;
  for (const { id } of active) await setReviewerStatus(operator, { id: toGlobalId('Reviewer', id), status: 'SUSPENDED', reason: '聘期届满 The term is over.' });
}
