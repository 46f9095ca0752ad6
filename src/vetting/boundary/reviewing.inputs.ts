import { createUnionType, Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { AssignmentRunPayload } from '../assignments/assignments.inputs.js';
import { CohortNotOpen } from '../vetting.errors.js';
import { MutationInput } from '../../kernel/mutation-input.js';
import { FitReport } from './fit-report.entity.js';
import { BoundaryRound } from './reviewing.types.js';

@InputType({ description: 'Input of fitCohort.' })
export class FitCohortInput extends MutationInput {
  @Field(() => ID, { description: 'The cohort, under review.' })
  cohortId: string;
}

@InputType({ description: 'Input of proposeBoundaryRound.' })
export class ProposeBoundaryRoundInput extends MutationInput {
  @Field(() => ID, { description: 'The cohort, under review.' })
  cohortId: string;

  @Field(() => Int, {
    description: 'Reviews that may be spent, 1 to 20,000. An entry takes one per group of dimensions.',
  })
  budget: number;

  @Field(() => Float, {
    defaultValue: 1,
    description: 'Reviewing stops when the expected number of changed decisions falls below this number.',
  })
  bound: number;
}

@InputType({ description: 'Input of assignBoundaryRound.' })
export class AssignBoundaryRoundInput extends MutationInput {
  @Field(() => ID, { description: 'The cohort, under review.' })
  cohortId: string;

  @Field(() => Int, { description: 'The proposed round.' })
  round: number;

  @Field(() => Date, { description: 'Until when reviews are awaited.' })
  dueAt: Date;
}

@ObjectType({ description: 'Result of an interim fit.' })
export class FitPayload {
  @Field(() => FitReport, { description: 'The fit; the earlier one where no review has come since.' })
  fit: FitReport;
}

@ObjectType({ description: 'Result of proposing a round.' })
export class BoundaryRoundPayload {
  @Field(() => BoundaryRound, { description: 'The proposal.' })
  round: BoundaryRound;
}

const byClass = (value: object) => value.constructor.name;

export const FitCohortResult = createUnionType({
  name: 'FitCohortResult',
  description: 'The fit, or why there is none.',
  types: () => [FitPayload, CohortNotOpen] as const,
  resolveType: byClass,
});

export const ProposeBoundaryRoundResult = createUnionType({
  name: 'ProposeBoundaryRoundResult',
  description: 'The proposal, or why there is none.',
  types: () => [BoundaryRoundPayload, CohortNotOpen] as const,
  resolveType: byClass,
});

export const AssignBoundaryRoundResult = createUnionType({
  name: 'AssignBoundaryRoundResult',
  description: 'The run, or why there is none.',
  types: () => [AssignmentRunPayload, CohortNotOpen] as const,
  resolveType: byClass,
});
