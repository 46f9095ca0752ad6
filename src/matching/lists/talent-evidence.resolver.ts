import { can } from '../../kernel/authz.js';
import { byKey, defineLoader } from '../../lib/batching.js';
import { confirmedMention } from '../../mentions/mention.sources.js';
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Achievement } from '../../achievements/achievement.entity.js';
import { visibleAchievement } from '../../achievements/achievement.queries.js';
import type { Context } from '../../kernel/context.js';
import { TalentEvidence } from '../../talent/talent.entity.js';

/**
 * Loads by evidence id: the account of the talent, and whether the achievement's institution has confirmed the
 * evidence.
 */
const evidenceConsent = defineLoader<string, { accountId: string | null; confirmed: boolean } | null>(
  async (db, ids) => {
    const rows = (await db.query(
      `SELECT e.id, t.account_id AS "accountId",
         ${confirmedMention('EVIDENCE', 'a.id', 't.id', 'a.institution_id')} AS confirmed
       FROM talent_evidence e
       JOIN talent_profile t ON t.id = e.talent_id
       JOIN achievement a ON a.id = e.achievement_id
       WHERE e.id = ANY($1)`,
      [ids],
    )) as Array<{ id: string; accountId: string | null; confirmed: boolean }>;
    return byKey(ids, rows, (row) => row.id);
  },
);

/**
 * Resolves the achievement named by a talent's evidence. Lives in matching, because the domains of talents and
 * achievements must not import each other.
 */
@Resolver(() => TalentEvidence)
export class TalentEvidenceResolver {
  @FieldResolver(() => Achievement, {
    nullable: true,
    description:
      'The achievement that it belongs to, once its lister has confirmed; null where it is none of the platform, or not for the viewer.',
  })
  async achievement(@Root() evidence: TalentEvidence, @Ctx() ctx: Context): Promise<Achievement | null> {
    if (evidence.achievementId === null) return null;
    // Achievement and consent are requested together, so that for a list of talents each takes one statement.
    const [achievement, consent] = await Promise.all([
      visibleAchievement(ctx, evidence.achievementId),
      ctx.load(evidenceConsent).load(evidence.id),
    ]);
    if (achievement === null || consent === null) return null;
    const own = consent.accountId !== null && consent.accountId === ctx.viewer.accountId;
    const named = can(ctx, 'mention:read', { organisationId: achievement.institutionId, accountId: null });
    return consent.confirmed || own || named ? achievement : null;
  }
}
