import { Field, Float, InputType, Int, ObjectType } from 'type-graphql';
import { MutationInput } from '../../kernel/mutation-input.js';
import { MatchModelVersion } from './match-model.entity.js';

@InputType({ description: 'One parameter to change.' })
export class MatchModelParameterInput {
  @Field(() => String, {
    description: 'Where it stands, such as `investor.weights.text`; see `matchModels { parameters { path } }`.',
  })
  path: string;

  @Field(() => Float, { description: 'The new value.' })
  value: number;
}

@InputType({ description: 'Input of createMatchModel.' })
export class CreateMatchModelInput extends MutationInput {
  @Field(() => Int, { description: 'The version to start from.' })
  base: number;

  @Field(() => [MatchModelParameterInput], { description: 'What differs, 1 to 100 parameters.' })
  changes: MatchModelParameterInput[];

  @Field(() => String, { nullable: true, description: 'Why; at most 2,000 characters.' })
  note?: string | null;
}

@InputType({ description: 'Input of activateMatchModel.' })
export class ActivateMatchModelInput extends MutationInput {
  @Field(() => Int, { description: 'The version.' })
  version: number;
}

@ObjectType({ description: 'Payload with a version of the model.' })
export class MatchModelPayload {
  @Field(() => MatchModelVersion, { description: 'The version.' })
  model: MatchModelVersion;
}
