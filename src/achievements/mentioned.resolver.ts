import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../kernel/context.js';
import { Mention } from '../mentions/mention.entity.js';
import { Achievement } from './achievement.entity.js';
import { visibleAchievement } from './achievement.queries.js';

@Resolver(() => Mention)
export class MentionedAchievementResolver {
  @FieldResolver(() => Achievement, {
    nullable: true,
    description:
      'The result in which a backer or an inventor is named, or which a talent names as evidence; null for other kinds, or where the viewer may not see it.',
  })
  achievement(@Root() mention: Mention, @Ctx() ctx: Context): Promise<Achievement | null> | null {
    return mention.kind === 'CO_INVESTOR' || mention.kind === 'EMPLOYER'
      ? null
      : visibleAchievement(ctx, mention.subjectId);
  }
}
