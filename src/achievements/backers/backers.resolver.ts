import { can } from '../../kernel/authz.js';
import { mentionKey, mentionStatus } from '../../mentions/mention.queries.js';
import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Context } from '../../kernel/context.js';
import { Achievement } from '../achievement.entity.js';
import { AchievementPayload } from '../achievement.types.js';
import { AchievementBacker } from './backers.entity.js';
import { backersOf, setAchievementBackers } from './backers.service.js';
import { Organisation } from '../../identity/organisations/organisation.entity.js';
import { visibleOrganisation } from '../../identity/organisations/organisations.service.js';
import { SetAchievementBackersInput } from './backers.inputs.js';
import { Reads } from '../../graphql/read-columns.js';

@Resolver(() => Achievement)
export class AchievementBackersResolver {
  @Reads<Achievement>('institutionId')
  @FieldResolver(() => [AchievementBacker], {
    description:
      'Who has put money into it already, as its lister says. An organisation here is among them once it has confirmed; before, for its lister, itself and operators.',
  })
  async backers(@Root() achievement: Achievement, @Ctx() ctx: Context): Promise<AchievementBacker[]> {
    const backers = await ctx.load(backersOf).load(achievement.id);
    await Promise.all(
      backers.map(async (backer) => {
        const { organisationId } = backer;
        backer.consent =
          organisationId === null
            ? null
            : await ctx
                .load(mentionStatus)
                .load(mentionKey('BACKER', achievement.id, achievement.institutionId, organisationId));
      }),
    );
    if (can(ctx, 'achievement:read', { organisationId: achievement.institutionId })) return backers;
    return backers.filter(
      ({ organisationId, consent }) =>
        organisationId === null ||
        consent === 'CONFIRMED' ||
        can(ctx, 'mention:read', { organisationId, accountId: null }),
    );
  }

  @Mutation(() => AchievementPayload, {
    description:
      'Lister: says who has put money into a result already. Those who invest together with them are proposed sooner.',
  })
  async setAchievementBackers(
    @Ctx() ctx: Context,
    @Arg('input', () => SetAchievementBackersInput, { description: 'Who.' }) input: SetAchievementBackersInput,
  ): Promise<AchievementPayload> {
    return { achievement: await setAchievementBackers(ctx, input) };
  }
}

@Resolver(() => AchievementBacker)
export class BackerResolver {
  @FieldResolver(() => Organisation, {
    nullable: true,
    description: 'The organisation here that it is; null where it is not here.',
  })
  organisation(@Root() backer: AchievementBacker, @Ctx() ctx: Context): Promise<Organisation | null> | null {
    return backer.organisationId === null ? null : visibleOrganisation(ctx, backer.organisationId);
  }
}
