import { Field, Int, ObjectType } from 'type-graphql';
import type { Achievement } from '../../achievements/achievement.entity.js';
import { can } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { Demand } from '../../demands/demand.entity.js';
import { InvestorProfile } from '../../investors/investor.entity.js';
import { defineLoader } from '../../lib/batching.js';
import { keysetPage, type ConnectionArgs, type Page } from '../../graphql/pagination.js';
import { selectEntities } from '../../lib/rows.js';
import type { TalentProfile } from '../../talent/talent.entity.js';
import { MatchFeedback } from './feedback.entity.js';
import type { MatchFeedbackFilter } from './feedback.inputs.js';
import { DeclineReason, MatchCounterpartKind, RECURS_FROM, type MatchSide } from '../match.vocabularies.js';
import { DECLINING_PARTY } from './feedback.gaps.js';

@ObjectType({
  description:
    'Number of counterparts that declined an entry for one reason, without their names; a reason with fewer than three is left out.',
})
export class DeclineCount {
  @Field(() => DeclineReason, { description: 'The reason.' })
  reasonCode: DeclineReason;

  @Field(() => MatchCounterpartKind, { description: 'By what kind of counterpart.' })
  kind: MatchCounterpartKind;

  @Field(() => Int, { description: 'By how many; what was taken back is left out.' })
  count: number;
}

/**
 * Loads, per achievement, how often counterparts decline it, by reason and kind of counterpart. `count` is the number
 * of counterparts (investors, talents or demands) with an active decline, so two demands of one enterprise count twice.
 * A reason is left out if fewer than RECURS_FROM parties of that kind gave it, so that the answer does not show who
 * declined; here all demands of one enterprise are one party.
 */
export const declinesOf = defineLoader<string, DeclineCount[]>(async (db, ids) => {
  const rows = (await db.query(
    `SELECT achievement_id AS id, reason_code AS "reasonCode", counterpart_kind AS kind,
       count(DISTINCT counterpart_id)::int AS count
     FROM match_feedback f
     WHERE achievement_id = ANY($1) AND side = 'COUNTERPART' AND action = 'DECLINED' AND ended_at IS NULL
     GROUP BY 1, 2, 3
     HAVING count(DISTINCT ${DECLINING_PARTY}) >= $2
     ORDER BY 4 DESC, 2, 3`,
    [ids, RECURS_FROM],
  )) as Array<DeclineCount & { id: string }>;
  return ids.map((id) =>
    rows
      .filter((row) => row.id === id)
      .map(({ reasonCode, kind, count }) => Object.assign(new DeclineCount(), { reasonCode, kind, count })),
  );
});

/** Active feedback of all sides on a pair of achievement and counterpart, keyed `achievementId|counterpartId`. */
export const standingOfPair = defineLoader<string, MatchFeedback[]>(async (db, keys) => {
  const pairs = keys.map((key) => key.split('|') as [string, string]);
  const found = await selectEntities(
    db,
    MatchFeedback,
    `JOIN unnest($1::uuid[], $2::uuid[]) AS p(a, c) ON e.achievement_id = p.a AND e.counterpart_id = p.c
     WHERE e.ended_at IS NULL`,
    [pairs.map(([a]) => a), pairs.map(([, c]) => c)],
  );
  return keys.map((key) => found.filter((feedback) => `${feedback.achievementId}|${feedback.counterpartId}` === key));
});

/**
 * A page of one side's feedback, newest first; withdrawn and replaced feedback only if the filter asks for it. The
 * caller must have checked that the viewer may read it.
 */
async function feedbackPage(
  ctx: Context,
  side: MatchSide,
  where: string,
  id: string,
  filter: MatchFeedbackFilter | undefined,
  args: ConnectionArgs,
): Promise<Page<MatchFeedback>> {
  const query = ctx.db.createQueryBuilder(MatchFeedback, 'f').where(`f.side = :side AND ${where} = :id`, { side, id });
  if (filter?.actions?.length) query.andWhere('f.action = ANY(:actions)', { actions: filter.actions });
  if (filter?.kinds?.length) query.andWhere('f.counterpart_kind = ANY(:kinds)', { kinds: filter.kinds });
  if (filter?.includeEnded !== true) query.andWhere('f.ended_at IS NULL');
  return keysetPage(query, args, [{ sql: 'f.id', direction: 'DESC', cast: 'uuid', value: (feedback) => feedback.id }]);
}

/**
 * The institution's feedback on matches of its achievement; null unless the viewer is a member of that institution or
 * an operator.
 */
export function listListerFeedback(
  ctx: Context,
  achievement: Achievement,
  filter: MatchFeedbackFilter | undefined,
  args: ConnectionArgs,
): Promise<Page<MatchFeedback>> | null {
  return can(ctx, 'achievement:read', { organisationId: achievement.institutionId })
    ? feedbackPage(ctx, 'LISTER', 'f.achievement_id', achievement.id, filter, args)
    : null;
}

/**
 * True if the viewer may see the matches of a counterpart: members of its organisation (investor, demand), the talent
 * in person, operators.
 */
export function mayReadCounterpart(ctx: Context, counterpart: InvestorProfile | TalentProfile | Demand): boolean {
  const ofOrganisation = counterpart instanceof InvestorProfile || counterpart instanceof Demand;
  return can(ctx, 'counterpart:read', {
    organisationId: ofOrganisation ? counterpart.organisationId : null,
    accountId: ofOrganisation ? null : counterpart.accountId,
  });
}

/** A counterpart's own feedback on its matches; null unless the viewer belongs to the counterpart or is an operator. */
export function listCounterpartFeedback(
  ctx: Context,
  counterpart: InvestorProfile | TalentProfile | Demand,
  filter: MatchFeedbackFilter | undefined,
  args: ConnectionArgs,
): Promise<Page<MatchFeedback>> | null {
  return mayReadCounterpart(ctx, counterpart)
    ? feedbackPage(ctx, 'COUNTERPART', 'f.counterpart_id', counterpart.id, filter, args)
    : null;
}

/** One feedback by database id; null unless the viewer belongs to the side that gave it or is an operator. */
export async function readFeedback(ctx: Context, id: string): Promise<MatchFeedback | null> {
  if (ctx.viewer.accountId === null) return null;
  const [feedback] = await selectEntities(ctx.db, MatchFeedback, 'WHERE e.id = $1', [id]);
  if (!feedback) return null;
  const { side } = feedback;
  // Operators are checked first, without reading the owner of the feedback, who may have been deleted.
  if (can(ctx, 'feedback:read', { side, organisationId: null, accountId: null })) return feedback;
  const owner = (await ctx.db.query(
    side === 'LISTER'
      ? `SELECT institution_id AS "organisationId", NULL::uuid AS "accountId" FROM achievement WHERE id = $1`
      : {
          INVESTOR: `SELECT organisation_id AS "organisationId", NULL::uuid AS "accountId"
            FROM investor_profile
            WHERE id = $1`,
          TALENT: `SELECT NULL::uuid AS "organisationId", account_id AS "accountId" FROM talent_profile WHERE id = $1`,
          DEMAND: `SELECT organisation_id AS "organisationId", NULL::uuid AS "accountId" FROM demand WHERE id = $1`,
        }[feedback.counterpartKind],
    [side === 'LISTER' ? feedback.achievementId : feedback.counterpartId],
  )) as Array<{ organisationId: string | null; accountId: string | null }>;
  const [of] = owner;
  return of && can(ctx, 'feedback:read', { side, ...of }) ? feedback : null;
}
