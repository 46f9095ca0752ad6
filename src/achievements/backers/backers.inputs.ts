import { InputType, Field, ID } from 'type-graphql';
import { BackerInput } from '../../identity/organisations/backers.js';
import { MutationInput } from '../../kernel/mutation-input.js';

@InputType({ description: 'Input of setAchievementBackers.' })
export class SetAchievementBackersInput extends MutationInput {
  @Field(() => ID, { description: 'The achievement.' })
  achievementId: string;

  @Field(() => [BackerInput], {
    description: 'Everyone who has put money into it, at most 50; replaces what was said before.',
  })
  backers: BackerInput[];
}
