import type { App } from '../kernel/context.js';
import { toGlobalId } from '../lib/ids.js';
import { setReviewerStatus } from '../vetting/reviewers/reviewers.service.js';
import { appAt, contextAs } from './sample.actors.js';
import { confirmSampleMentions, loadSampleBackers } from './sample.backers.js';
import { COHORTS, openings, playCohort, type Progress } from './sample.cohorts.js';
import { readCohorts } from './sample.data.js';
import { loadSampleDemands } from './sample.demands.js';
import { loadSampleInvestors } from './sample.investors.js';
import { reviewerEmail, sampleLogins } from './sample.people.js';
import { withoutSampleMails } from './sample.mails.js';
import { loadSampleTalents } from './sample.talents.js';

export { loadSamplePeople, sampleLogins } from './sample.people.js';

/**
 * Loads the invented sample into the embedded servers: investors with track records and demands of enterprises; past
 * cohorts, played through the services from registration to closing; then talents and backers, which refer to
 * achievements. Never writes to a database configured by an operator. An interrupted load continues at the next start.
 */
export async function loadSample(app: App, progress: Progress): Promise<void> {
  const loaded = new Set(
    (
      (await app.dataSource.query(`SELECT name FROM loaded_file WHERE name = ANY($1)`, [[POOL, PROFILES]])) as Array<{
        name: string;
      }>
    ).map((row) => row.name),
  );
  if (loaded.has(POOL) && loaded.has(PROFILES)) return;
  if (!loaded.has(PROFILES)) {
    await loadSampleInvestors(app, progress);
    await loadSampleDemands(app, progress);
  }
  if (!loaded.has(POOL)) {
    await withoutSampleMails(app, () => playCohorts(app, progress));
    await setLoaded(app, POOL);
  }
  if (!loaded.has(PROFILES)) {
    await withoutSampleMails(app, async () => {
      await loadSampleTalents(app, progress);
      await loadSampleBackers(app);
      await confirmSampleMentions(app);
    });
    await setLoaded(app, PROFILES);
  }
  progress('sample pool: complete');
}

const POOL = 'sample-pool';
/**
 * Marker in the database that the sample's matching profiles are loaded; a sample loaded by a version without matching
 * gets them at the next start.
 */
const PROFILES = 'sample-profiles';

const setLoaded = (app: App, name: string): Promise<unknown> =>
  app.dataSource.query(
    `INSERT INTO loaded_file (name, sha256, loaded_at) VALUES ($1, '', now()) ON CONFLICT DO NOTHING`,
    [name],
  );

async function playCohorts(app: App, progress: Progress): Promise<void> {
  const cohorts = await readCohorts(COHORTS);
  const total = cohorts.reduce((sum, results) => sum + results.length, 0);
  const opened = await openings(app);
  for (const [k, results] of cohorts.entries()) await playCohort(app, k, opened[k]!, results, total, progress);
  await retireReviewers(app);
}

/** Suspends the sample's reviewers, so that the next cohort has only reviewers chosen by its operator. */
async function retireReviewers(app: App): Promise<void> {
  const operator = await contextAs(appAt(app, app.clock()), sampleLogins.accounts[0].email);
  const active = (await app.dataSource.query(
    `SELECT r.id
     FROM reviewer r
     JOIN account a ON a.id = r.account_id
     WHERE r.status = 'ACTIVE' AND a.email LIKE $1
     ORDER BY r.id`,
    [reviewerEmail('%')],
  )) as Array<{ id: string }>;
  for (const { id } of active)
    await setReviewerStatus(operator, {
      id: toGlobalId('Reviewer', id),
      status: 'SUSPENDED',
      reason: '聘期届满 The term is over.',
    });
}
