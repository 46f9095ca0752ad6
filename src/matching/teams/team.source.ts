import type { EntityManager } from 'typeorm';
import type { Context } from '../../kernel/context.js';
import { barredCounterparts } from '../lists/match.barred.js';
import { talentFits } from './team.fits.js';
import type { TalentFits } from './team.placing.js';
import type { TeamPool } from './team.pool.js';

/** Where teams get their people and their fits from. */
export interface TeamSource {
  pool: TeamPool;
  /** Fits of all but the barred; null for what is not in the pool. */
  fits(achievementId: string, barred: ReadonlySet<string>): TalentFits | null;
}

/** Everybody who may be proposed now, and their matches, from what the process holds. */
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

/** Who is not proposed for an achievement: who declined a team of it, whom a declined match bars for now, and its own inventors. */
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
