import { setAchievementBackers } from '../achievements/backers/backers.service.js';
import type { App } from '../kernel/context.js';
import { toGlobalId } from '../lib/ids.js';
import { contextFor } from './sample.actors.js';
import { readBackers } from './sample.matching-data.js';
import { sampleLogins } from './sample.people.js';

const OPERATOR = sampleLogins.accounts[0].email;

/** Ids of the sample's achievements by external id. */
export async function achievementIds(app: App): Promise<ReadonlyMap<string, string>> {
  const rows = (await app.dataSource.query(
    `SELECT id, external_id FROM achievement WHERE external_id IS NOT NULL`,
  )) as Array<{ id: string; external_id: string }>;
  return new Map(rows.map((row) => [row.external_id, row.id]));
}

/** Sets the backers of the sample's achievements. */
export async function loadSampleBackers(app: App): Promise<void> {
  const achievements = await achievementIds(app);
  const rows = (await app.dataSource.query(`SELECT id, institution_id FROM achievement`)) as Array<{
    id: string;
    institution_id: string;
  }>;
  const institutionOf = new Map(rows.map((row) => [row.id, row.institution_id]));
  for (const { achievement, names } of await readBackers()) {
    const id = achievements.get(achievement)!;
    const lister = await contextFor(app, OPERATOR, { id: institutionOf.get(id)!, kind: 'INSTITUTE' });
    await setAchievementBackers(lister, {
      achievementId: toGlobalId('Achievement', id),
      backers: names.map((name) => ({ name })),
    });
  }
}

/**
 * Confirms all mentions without an answer, because the histories of the sample's parties were made to fit each other.
 */
export async function confirmSampleMentions(app: App): Promise<void> {
  await app.dataSource.query(`UPDATE mention SET status = 'CONFIRMED', answered_at = $1 WHERE status = 'PENDING'`, [
    app.clock(),
  ]);
}
