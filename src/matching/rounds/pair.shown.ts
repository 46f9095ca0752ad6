import { can } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import type { PairSide } from './pair.answers.js';
import type { RoundPair } from './pair.entity.js';
import type { MatchingRound } from './round.entity.js';
import type { RoundPairStatus } from './vocabularies.js';

/** A side's answer is visible to that side and operators; the other side sees only the pair's status. */
export const maySeeAnswer = (ctx: Context, pair: RoundPair, side: PairSide): boolean =>
  can(ctx, 'pair:readAnswer', { organisationId: side === 'LISTER' ? pair.institutionId : pair.organisationId });

/**
 * The status as the viewer may see it: until the round is closed, a decline is known to the side that declined and to
 * operators, and the pair is PROPOSED to the other side.
 */
export function shownStatus(
  ctx: Context,
  pair: RoundPair,
  round: Pick<MatchingRound, 'status'> | null,
): RoundPairStatus {
  if (pair.status !== 'DECLINED' || round?.status === 'CLOSED') return pair.status;
  const known =
    (pair.listerAnswerStored === 'DECLINED' && maySeeAnswer(ctx, pair, 'LISTER')) ||
    (pair.investorAnswerStored === 'DECLINED' && maySeeAnswer(ctx, pair, 'INVESTOR'));
  return known ? 'DECLINED' : 'PROPOSED';
}

/**
 * SQL of `shownStatus` for a pair `p` of a round that is not closed and a viewer who is not an operator; `:own` are the
 * ids of the viewer's organisations.
 */
export const SHOWN_STATUS = `CASE
  WHEN p.status = 'DECLINED'
    AND NOT (p.lister_answer IS NOT DISTINCT FROM 'DECLINED' AND p.institution_id = ANY(:own))
    AND NOT (p.investor_answer IS NOT DISTINCT FROM 'DECLINED' AND p.organisation_id = ANY(:own))
  THEN 'PROPOSED'
  ELSE p.status
END`;
