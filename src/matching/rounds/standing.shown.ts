import type { EntityManager } from 'typeorm';
import { RoundStanding } from './pair.entity.js';
import type { MatchingRound } from './round.entity.js';

/**
 * Standings as their participants may see them: the result counts published pairs only, not those dropped at
 * publication; candidates, best possible result and ranks are the `shown` ones, which do not tell what others declined
 * or vetoed.
 */
export async function asPublished(
  db: EntityManager,
  round: Pick<MatchingRound, 'id' | 'figuresStored'>,
  standings: readonly RoundStanding[],
): Promise<RoundStanding[]> {
  const rows = (await db.query(
    `SELECT achievement_id AS achievement, investor_id AS investor, score, status = 'DROPPED' AS dropped
     FROM matching_round_pair
     WHERE round_id = $1 AND (achievement_id = ANY($2) OR investor_id = ANY($2))
     ORDER BY score DESC, id`,
    [round.id, standings.map(({ participantId }) => participantId)],
  )) as Array<{ achievement: string; investor: string; score: number; dropped: boolean }>;
  const floor = round.figuresStored?.floor ?? 0;
  return standings.map((standing) => {
    const { candidates, best, ranks } = standing.shown ?? standing;
    const made = rows.filter(
      (row) => (standing.side === 'ACHIEVEMENT' ? row.achievement : row.investor) === standing.participantId,
    );
    const got = made.reduce((sum, row) => (row.dropped ? sum : sum + row.score - floor), 0);
    return Object.assign(new RoundStanding(), standing, {
      candidates,
      best,
      pairs: made.filter((row) => !row.dropped).length,
      got,
      share: best > 0 ? Math.min(1, got / best) : null,
      // The stored ranks are in descending order of score, like `made`, and cover all pairs of the participant: ranks
      // of dropped pairs are left out here.
      ranks: ranks.filter((_, k) => made[k]?.dropped === false),
    });
  });
}
