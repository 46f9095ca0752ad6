import { Field, ID, InputType, Int } from 'type-graphql';
import { ProfileStatus } from '../identity/profile-status.js';
import { Decimal } from '../lib/decimal.js';
import { LocalizedInput } from '../kernel/localized.js';
import { CooperationMode } from '../taxonomy/cooperation.js';
import { FundingStage } from './vocabularies.js';
import { MutationInput } from '../kernel/mutation-input.js';

@InputType({ description: 'Technology readiness levels that an investor looks for.' })
export class TrlRangeInput {
  @Field(() => Int, { nullable: true, description: 'At least this level, 1 to 9.' })
  min?: number | null;

  @Field(() => Int, { nullable: true, description: 'At most this level, 1 to 9.' })
  max?: number | null;
}

@InputType({ description: 'The amounts that an investor puts into one result; one end may be open.' })
export class TicketRangeInput {
  @Field(() => Decimal, { nullable: true, description: 'At least this much.' })
  min?: string | null;

  @Field(() => Decimal, { nullable: true, description: 'At most this much.' })
  max?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'ISO 4217 code of a currency that has a rate (see `currencyRates`). Needed.',
  })
  currency?: string | null;
}

@InputType({
  description:
    'What an investor looks for. In an edit: what is given replaces, null clears, what is absent stays. Everything may be left out: an empty profile is one too.',
})
export class InvestorProfileInput {
  @Field(() => LocalizedInput, {
    nullable: true,
    description: 'What it looks for, in its own words; at most 5,000 characters.',
  })
  thesis?: LocalizedInput | null;

  @Field(() => [String], {
    nullable: true,
    description: 'GB/T 4754 codes at any level that it wants; at most 50. None is any.',
  })
  industries?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'GB/T 4754 codes that it never wants to be proposed, with all below them; at most 50.',
  })
  excludedIndustries?: string[] | null;

  @Field(() => TrlRangeInput, { nullable: true, description: 'Technology readiness levels.' })
  trl?: TrlRangeInput | null;

  @Field(() => [FundingStage], { nullable: true, description: 'Rounds it takes part in. None is any.' })
  fundingStages?: FundingStage[] | null;

  @Field(() => TicketRangeInput, { nullable: true, description: 'How much it puts into one result.' })
  ticket?: TicketRangeInput | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Codes of `regions` at any level; at most 50. None is anywhere.',
  })
  regionCodes?: string[] | null;

  @Field(() => [CooperationMode], { nullable: true, description: 'Ways of cooperation that it seeks. None is any.' })
  cooperationModes?: CooperationMode[] | null;
}

@InputType({ description: 'Input of createInvestorProfile.' })
export class CreateInvestorProfileInput extends MutationInput {
  @Field(() => ID, {
    description: 'The organisation: an investor, enterprise or government body of which you are an editor or owner.',
  })
  organisationId: string;

  @Field(() => InvestorProfileInput, { nullable: true, description: 'What it looks for.' })
  profile?: InvestorProfileInput | null;
}

@InputType({ description: 'Input of updateInvestorProfile.' })
export class UpdateInvestorProfileInput extends MutationInput {
  @Field(() => ID, { description: 'The profile.' })
  id: string;

  @Field(() => Int, { description: 'The revision that the edit was made on.' })
  revision: number;

  @Field(() => InvestorProfileInput, { description: 'What changes.' })
  profile: InvestorProfileInput;
}

@InputType({ description: 'Names an investor profile.' })
export class InvestorProfileActionInput extends MutationInput {
  @Field(() => ID, { description: 'The profile.' })
  id: string;
}

@InputType({ description: 'Input of suspendInvestorProfile.' })
export class SuspendInvestorProfileInput extends MutationInput {
  @Field(() => ID, { description: 'The profile.' })
  id: string;

  @Field(() => String, { description: 'Why, for the organisation’s members; at most 500 characters.' })
  reason: string;
}

@InputType({ description: 'An amount that an investor shall be able to put in.' })
export class AmountInput {
  @Field(() => Decimal, { description: 'The amount.' })
  amount: string;

  @Field(() => String, { description: 'ISO 4217 code of a currency that has a rate.' })
  currency: string;
}

@InputType({ description: 'Narrows the list of investors to those that fit. Who says nothing about a point fits.' })
export class InvestorProfileFilter {
  @Field(() => String, {
    nullable: true,
    description: 'Part of the organisation’s name or of the thesis; at most 100 characters.',
  })
  text?: string | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'GB/T 4754 codes at any level: the investor wants at least one of them, something below or something above it, and does not exclude it.',
  })
  industries?: string[] | null;

  @Field(() => [FundingStage], { nullable: true, description: 'Rounds, of which it takes part in at least one.' })
  fundingStages?: FundingStage[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Codes of `regions` at any level: it invests in at least one of them, within it or in all around it.',
  })
  regions?: string[] | null;

  @Field(() => Int, { nullable: true, description: 'A readiness level, 1 to 9, within its range.' })
  trl?: number | null;

  @Field(() => AmountInput, {
    nullable: true,
    description: 'An amount within its ticket, compared by the rates of `currencyRates`.',
  })
  amount?: AmountInput | null;

  @Field(() => [CooperationMode], {
    nullable: true,
    description: 'Ways of cooperation, of which it seeks at least one.',
  })
  cooperationModes?: CooperationMode[] | null;

  @Field(() => [ProfileStatus], { nullable: true, description: 'Statuses; ACTIVE and PAUSED by default.' })
  statuses?: ProfileStatus[] | null;
}
