import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../kernel/context.js';
import { Mention } from '../mentions/mention.entity.js';
import { TalentProfile } from './talent.entity.js';
import { visibleTalent } from './talent.queries.js';

@Resolver(() => Mention)
export class NamingTalentResolver {
  @FieldResolver(() => TalentProfile, {
    nullable: true,
    description:
      'The talent that names an employer, or a result as evidence; null for other kinds, or where the viewer may not see the profile.',
  })
  namedByTalent(@Root() mention: Mention, @Ctx() ctx: Context): Promise<TalentProfile | null> | null {
    return mention.kind === 'EMPLOYER' || mention.kind === 'EVIDENCE' ? visibleTalent(ctx, mention.namerId) : null;
  }
}
