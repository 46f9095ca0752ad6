import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Context } from '../../kernel/context.js';
import { Achievement } from '../achievement.entity.js';
import { AchievementPayload } from '../achievement.types.js';
import { AchievementBacker } from './backers.entity.js';
import { backersOf, setAchievementBackers } from './backers.service.js';
import { Organisation } from '../../identity/organisations/organisation.entity.js';
import { visibleOrganisation } from '../../identity/organisations/organisations.service.js';
import { SetAchievementBackersInput } from './backers.inputs.js';

@Resolver(() => Achievement)
export class AchievementBackersResolver {
  @FieldResolver(() => [AchievementBacker], { description: 'Who has put money into it already, as its lister says.' })
  backers(@Root() achievement: Achievement, @Ctx() ctx: Context): Promise<AchievementBacker[]> {
    return ctx.load(backersOf).load(achievement.id);
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
