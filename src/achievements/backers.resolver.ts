import { Arg, Ctx, Field, FieldResolver, ID, InputType, Mutation, Resolver, Root } from 'type-graphql';
import type { Context } from '../kernel/context.js';
import { BackerInput } from '../identity/organisations/backers.js';
import { Achievement } from './achievement.entity.js';
import { AchievementPayload } from './achievement.types.js';
import { AchievementBacker } from './backers.entity.js';
import { backersOf, setAchievementBackers } from './backers.service.js';
import { MutationInput } from '../kernel/mutation-input.js';

@InputType({ description: 'Input of setAchievementBackers.' })
export class SetAchievementBackersInput extends MutationInput {
  @Field(() => ID, { description: 'The achievement.' })
  achievementId: string;

  @Field(() => [BackerInput], {
    description: 'Everyone who has put money into it, at most 50; replaces what was said before.',
  })
  backers: BackerInput[];
}

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
