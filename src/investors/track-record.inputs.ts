import { Field, ID, InputType, Int } from 'type-graphql';
import { BackerInput } from '../identity/organisations/backers.js';
import { Decimal } from '../lib/decimal.js';
import { FundingStage } from './vocabularies.js';
import { MutationInput } from '../kernel/mutation-input.js';

@InputType({ description: 'A past investment. In an edit: what is given replaces, null clears, what is absent stays.' })
export class TrackRecordInput {
  @Field(() => String, { nullable: true, description: 'The company invested in, at most 200 characters. Needed.' })
  company?: string | null;

  @Field(() => String, { nullable: true, description: 'GB/T 4754 code at any level.' })
  industryCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Code of `regions` at any level.' })
  regionCode?: string | null;

  @Field(() => FundingStage, { nullable: true, description: 'The round.' })
  stage?: FundingStage | null;

  @Field(() => Decimal, { nullable: true, description: 'What was put in; needs a currency.' })
  amount?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'ISO 4217 code of a currency that has a rate (see `currencyRates`).',
  })
  currency?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Date of the investment, YYYY-MM-DD, not in the future. Needed.',
  })
  investedOn?: string | null;

  @Field(() => [BackerInput], { nullable: true, description: 'Who invested together with it; at most 50.' })
  coInvestors?: BackerInput[] | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The investor’s own key, unique within its records; imports find rows by it. Members and operators see it.',
  })
  externalId?: string | null;
}

@InputType({ description: 'Input of addTrackRecord.' })
export class AddTrackRecordInput extends MutationInput {
  @Field(() => ID, { description: 'The investor profile.' })
  investorId: string;

  @Field(() => TrackRecordInput, { description: 'The investment.' })
  record: TrackRecordInput;
}

@InputType({ description: 'Input of updateTrackRecord.' })
export class UpdateTrackRecordInput extends MutationInput {
  @Field(() => ID, { description: 'The track record.' })
  id: string;

  @Field(() => Int, { description: 'The revision that the edit was made on.' })
  revision: number;

  @Field(() => TrackRecordInput, { description: 'What changes.' })
  record: TrackRecordInput;
}

@InputType({ description: 'Input of removeTrackRecord.' })
export class RemoveTrackRecordInput extends MutationInput {
  @Field(() => ID, { description: 'The track record.' })
  id: string;
}
