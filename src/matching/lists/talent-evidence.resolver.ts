import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Achievement } from '../../achievements/achievement.entity.js';
import { visibleAchievement } from '../../achievements/achievement.queries.js';
import type { Context } from '../../kernel/context.js';
import { TalentEvidence } from '../../talent/talent.entity.js';

/**
 * Resolves the achievement named by a talent's evidence. Lives in matching, because the domains of talents and
 * achievements must not import each other.
 */
@Resolver(() => TalentEvidence)
export class TalentEvidenceResolver {
  @FieldResolver(() => Achievement, {
    nullable: true,
    description: 'The achievement that it belongs to; null where it is none of the platform, or not for the viewer.',
  })
  achievement(@Root() evidence: TalentEvidence, @Ctx() ctx: Context): Promise<Achievement | null> | null {
    return evidence.achievementId === null ? null : visibleAchievement(ctx, evidence.achievementId);
  }
}
