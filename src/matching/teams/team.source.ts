import type { EntityManager } from 'typeorm';
import type { Context } from '../../kernel/context.js';
import { barredCounterparts, inventorsAmongTalents, type DeclinesSeenBy } from '../lists/match.barred.js';
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
 * The reader for whom talents are left out: the entry's institution (LISTER), a talent, or an operator (POOL), for whom
 * the declines of both sides count.
 */
export type TeamReader = { side: Exclude<DeclinesSeenBy, 'COUNTERPART'> } | { side: 'COUNTERPART'; talentId: string };

/**
 * Talents not proposed for an achievement to this reader: those who declined an invitation to a team for it, those
 * whose match the reader's side declined, and the achievement's confirmed inventors. A talent must not learn what the
 * institution or other talents declined, so for a talent only the talent's own declines and the inventors count.
 */
export async function barredFromTeams(
  db: EntityManager,
  achievementId: string,
  now: Date,
  reader: TeamReader,
): Promise<ReadonlySet<string>> {
  const matches = (await barredCounterparts(db, 'TALENT', [achievementId], now, reader.side)).get(achievementId);
  const refusals = (await db.query(`SELECT talent_id AS id FROM team_refusal WHERE achievement_id = $1`, [
    achievementId,
  ])) as Array<{ id: string }>;
  const all = new Set([...(matches ?? []), ...refusals.map(({ id }) => id)]);
  if (reader.side !== 'COUNTERPART') return all;
  const inventors = await inventorsAmongTalents(db, achievementId);
  return new Set([...all].filter((id) => id === reader.talentId || inventors.has(id)));
}
