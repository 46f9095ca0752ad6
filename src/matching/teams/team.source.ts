import type { EntityManager } from 'typeorm';
import type { Context } from '../../kernel/context.js';
import { barredCounterparts } from '../lists/match.barred.js';
import { talentFits } from './team.fits.js';
import type { TalentFits } from './team.placing.js';
import type { TeamPool } from './team.pool.js';

/** Source of the talents and fits for team building. */
export interface TeamSource {
  pool: TeamPool;
  /**
   * Fits (relative match scores) of all talents for an achievement, except the barred ones; null if the achievement is
   * not in the pool.
   */
  fits(achievementId: string, barred: ReadonlySet<string>): TalentFits | null;
}

/** Talents who may be proposed for teams now, and their match scores, from this process's in-memory store. */
export async function teamSource(ctx: Context): Promise<TeamSource> {
  const { held, pool } = await ctx.app.matching.freshTeams();
  return {
    pool,
    fits(achievementId, barred) {
      const opportunity = held.opportunities.get(achievementId);
      return opportunity === undefined ? null : talentFits(held.talents, opportunity, ctx.app.matching.day, barred);
    },
  };
}

/**
 * Talents who must not be proposed in teams for an achievement: those who declined one of its teams, those barred by a
 * declined match, and its own inventors.
 */
export async function barredFromTeams(
  db: EntityManager,
  achievementId: string,
  now: Date,
): Promise<ReadonlySet<string>> {
  const matches = await barredCounterparts(db, 'TALENT', [achievementId], now);
  const refusals = (await db.query(`SELECT talent_id AS id FROM team_refusal WHERE achievement_id = $1`, [
    achievementId,
  ])) as Array<{ id: string }>;
  return new Set([...(matches.get(achievementId) ?? []), ...refusals.map(({ id }) => id)]);
}
