import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Decimal } from '../lib/decimal.js';
import { LocalizedInput } from '../kernel/localized.js';
import { Demand } from './demand.entity.js';
import { DemandStatus } from './vocabularies.js';
import { MutationInput } from '../kernel/mutation-input.js';

@InputType({ description: 'What an enterprise would pay. One end may be left open.' })
export class DemandBudgetInput {
  @Field(() => Decimal, { nullable: true, description: 'At least this much.' })
  min?: string | null;

  @Field(() => Decimal, { nullable: true, description: 'At most this much.' })
  max?: string | null;

  @Field(() => String, { description: 'ISO 4217 currency code.' })
  currency: string;
}

@InputType({ description: 'A figure that what is sought must reach.' })
export class DemandTargetInput {
  @Field(() => LocalizedInput, { description: 'What is measured; at most 100 characters.' })
  name: LocalizedInput;

  @Field(() => String, { description: 'What must be reached, as you write it; at most 100 characters.' })
  value: string;

  @Field(() => String, { nullable: true, description: 'Its unit; at most 30 characters.' })
  unit?: string | null;
}

@InputType({
  description: 'The content of a demand. In an edit: what is given replaces, null clears, what is absent stays.',
})
export class DemandInput {
  @Field(() => LocalizedInput, { nullable: true, description: 'Title, at most 200 characters. Needed.' })
  title?: LocalizedInput | null;

  @Field(() => LocalizedInput, { nullable: true, description: 'What is needed and why; at most 10,000 characters.' })
  description?: LocalizedInput | null;

  @Field(() => [String], { nullable: true, description: 'GB/T 4754 codes at any level; at most 10.' })
  industries?: string[] | null;

  @Field(() => DemandBudgetInput, { nullable: true, description: 'What you would pay.' })
  budget?: DemandBudgetInput | null;

  @Field(() => String, {
    nullable: true,
    description: 'The last day on which it is open, YYYY-MM-DD, in China: today or later.',
  })
  deadline?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Where it is needed: code of `regions`; the enterprise’s region where nothing is said.',
  })
  regionCode?: string | null;

  @Field(() => Int, { nullable: true, description: 'Technology readiness level that is needed at least, 1 to 9.' })
  requiredTrl?: number | null;

  @Field(() => [DemandTargetInput], { nullable: true, description: 'Figures that must be reached; at most 20.' })
  targets?: DemandTargetInput[] | null;
}

@InputType({ description: 'Input of createDemand.' })
export class CreateDemandInput extends MutationInput {
  @Field(() => ID, { description: 'The enterprise; you must be its editor or owner.' })
  organisationId: string;

  @Field(() => DemandInput, { description: 'The content.' })
  content: DemandInput;
}

@InputType({ description: 'Input of updateDemand.' })
export class UpdateDemandInput extends MutationInput {
  @Field(() => ID, { description: 'The demand.' })
  id: string;

  @Field(() => Int, { description: 'The revision that the edit was made on.' })
  revision: number;

  @Field(() => DemandInput, { description: 'What changes.' })
  content: DemandInput;
}

@InputType({ description: 'Names a demand, with an optional reason that is kept in the ledger.' })
export class DemandActionInput extends MutationInput {
  @Field(() => ID, { description: 'The demand.' })
  id: string;

  @Field(() => String, { nullable: true, description: 'Why; at most 500 characters.' })
  reason?: string | null;
}

@InputType({ description: 'Input of suspendDemand.' })
export class SuspendDemandInput extends MutationInput {
  @Field(() => ID, { description: 'The demand.' })
  id: string;

  @Field(() => String, { description: 'Why, for the enterprise; at most 500 characters.' })
  reason: string;
}

@InputType({ description: 'An amount to which budgets in any currency are compared.' })
export class DemandBudgetFilter {
  @Field(() => Decimal, { description: 'The amount.' })
  amount: string;

  @Field(() => String, { description: 'ISO 4217 currency code.' })
  currency: string;
}

@InputType({ description: 'Narrows a list of demands. What is given must all hold; of a list, one value must.' })
export class DemandFilter {
  @Field(() => ID, { nullable: true, description: 'Of this enterprise.' })
  organisationId?: string | null;

  @Field(() => [String], { nullable: true, description: 'In one of these GB/T 4754 codes, below or above it.' })
  industries?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'In one of these codes of `regions` or below.' })
  regions?: string[] | null;

  @Field(() => Int, {
    nullable: true,
    description: 'That a result of this technology readiness level satisfies: those that need no more, or any.',
  })
  trl?: number | null;

  @Field(() => DemandBudgetFilter, {
    nullable: true,
    description: 'That would pay this much or more; those that name no budget are left out.',
  })
  budgetAtLeast?: DemandBudgetFilter | null;

  @Field(() => String, {
    nullable: true,
    description: 'Open on this day still, YYYY-MM-DD; those without a deadline are.',
  })
  openUntil?: string | null;

  @Field(() => [DemandStatus], {
    nullable: true,
    description:
      'In one of these states; WITHDRAWN and SUSPENDED ones are for members of the enterprise and operators.',
  })
  statuses?: DemandStatus[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True: only those whose deadline is past while they were neither met nor taken back. False: the others.',
  })
  expired?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'Whose title or description contains it; at most 100 characters. To search by words use demandSearch.',
  })
  text?: string | null;
}

@ObjectType({ description: 'Result of a mutation of a demand.' })
export class DemandPayload {
  @Field(() => Demand, { description: 'The demand as it is now.' })
  demand: Demand;
}
