import type { EntityManager } from 'typeorm';
import type { Context } from '../../context.js';
import type { AchievementFacts } from './needs.js';
import { nearness } from './cover.js';
import { loadTeamTalents } from './team.facts.js';
import type { TalentFits } from './team.placing.js';
import { TeamPool } from './team.pool.js';

/** Where teams get their people and their fits from. */
export interface TeamSource {
  pool: TeamPool;
  fits(achievementId: string, facts: AchievementFacts): TalentFits;
}

const BATCH = 5000;

/** Everybody who may be proposed now. */
export async function teamSource(ctx: Context): Promise<TeamSource> {
  const pool = new TeamPool();
  for (let after: string | null = null; ; ) {
    const talents = await loadTeamTalents(ctx.db, { after, limit: BATCH });
    for (const talent of talents) pool.upsert(talent);
    if (talents.length < BATCH) break;
    after = talents.at(-1)!.id;
  }
  return {
    pool,
    fits(_achievementId, facts) {
      const fit = (row: number) => nearness(facts.industries, pool.talentAt(row).industries).value;
      const known = new Map(Array.from(pool.present(), (row) => [pool.idOf(row)!, fit(row)]));
      return { known, rest: 0, exact: (ids) => ids.map((id) => known.get(id) ?? 0) };
    },
  };
}

/** Who is never proposed for an achievement: who declined a team of it, and its own inventors. */
export async function barredFromTeams(db: EntityManager, achievementId: string, _now: Date): Promise<ReadonlySet<string>> {
  const rows = (await db.query(
    `SELECT talent_id AS id FROM team_refusal WHERE achievement_id = $1
     UNION SELECT t.id FROM inventor i JOIN talent_profile t ON t.orcid = i.orcid WHERE i.achievement_id = $1`,
    [achievementId],
  )) as Array<{ id: string }>;
  return new Set(rows.map(({ id }) => id));
}
