import type { DataSource } from 'typeorm';
import { loadTeamTalents } from '../teams/team.facts.js';
import { TeamPool } from '../teams/team.pool.js';

/** Number of talents read per statement. */
const BATCH = 2000;

/**
 * Loads all talents for team building, when teams are first requested: few processes need them, so a start does not
 * wait for them. `check` is called after every batch and may throw, which abandons the load.
 */
export async function loadTeamPool(db: DataSource, check: () => void): Promise<TeamPool> {
  const pool = new TeamPool();
  for (let after: string | null = null; ;) {
    const talents = await loadTeamTalents(db.manager, { after, limit: BATCH });
    check();
    for (const talent of talents) pool.upsert(talent);
    if (talents.length < BATCH) return pool;
    after = talents.at(-1)!.id;
  }
}

/** Reads changed talents, given by id, into the pool; those no longer available for teams are removed from it. */
export async function updateTeamPool(db: DataSource, pool: TeamPool, ids: readonly string[]): Promise<void> {
  const gone = new Set(ids);
  for (const talent of await loadTeamTalents(db.manager, { ids })) {
    pool.upsert(talent);
    gone.delete(talent.id);
  }
  gone.forEach((id) => pool.remove(id));
}
