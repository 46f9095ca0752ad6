import { createUnionType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Assignment, AssignmentRun } from './assignments.entity.js';
import { CohortEntry } from '../cohort/entry.entity.js';
import { ConflictOfInterest, ReviewAlreadySubmitted } from '../reviews/reviews.errors.js';
import { AssignmentStatus } from '../reviewers/reviewers.vocabularies.js';
import { CohortNotOpen } from '../vetting.errors.js';
import { Dimension } from '../vocabularies.js';
import { MutationInput } from '../../kernel/mutation-input.js';

@InputType({ description: 'Input of assignReviewers.' })
export class AssignReviewersInput extends MutationInput {
  @Field(() => ID, { description: 'The cohort: FROZEN or REVIEWING.' })
  cohortId: string;

  @Field(() => Date, { description: 'Until when reviews are awaited.' })
  dueAt: Date;
}

@InputType({ description: 'Input of replaceAssignment.' })
export class ReplaceAssignmentInput extends MutationInput {
  @Field(() => ID, { description: 'The assignment that ends.' })
  id: string;

  @Field(() => ID, { description: 'Who judges instead.' })
  reviewerId: string;

  @Field(() => String, { description: 'Why; at most 500 characters.' })
  reason: string;
}

@InputType({ description: 'Input of declineAssignment.' })
export class DeclineAssignmentInput extends MutationInput {
  @Field(() => ID, { description: 'The assignment on the viewer’s desk.' })
  id: string;

  @Field(() => String, {
    description:
      'Why; at most 500 characters. For a conflict of interest use `declareTie`, so that it counts elsewhere too.',
  })
  reason: string;
}

@InputType({ description: 'Narrows a list of assignments.' })
export class AssignmentFilter {
  @Field(() => [AssignmentStatus], { nullable: true, description: 'In one of these states.' })
  statuses?: AssignmentStatus[] | null;

  @Field(() => ID, { nullable: true, description: 'On this entry.' })
  entryId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Of this reviewer.' })
  reviewerId?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'True: past their date and not submitted.' })
  overdue?: boolean | null;
}

@ObjectType({ description: 'An obstacle to filling a panel.' })
export class UnmetReasonCount {
  @Field(() => String, {
    description:
      'CONFLICT: a conflict of interest. SAME_ORGANISATION: not independent of who sits there. NO_CAPACITY: the load is full.',
  })
  reason: string;

  @Field(() => Int, { description: 'How many reviewers it keeps away.' })
  reviewers: number;
}

@ObjectType({ description: 'A panel that could not be filled.' })
export class UnfilledPanel {
  @Field(() => CohortEntry, { description: 'The entry.' })
  entry: CohortEntry;

  @Field(() => [Dimension], { description: 'The dimensions that lack reviewers.' })
  dimensions: Dimension[];

  @Field(() => Int, { description: '1 for the main panel, 2 for the blind second one.' })
  panel: number;

  @Field(() => Int, { description: 'How many seats are empty.' })
  missing: number;

  @Field(() => [UnmetReasonCount], {
    description: 'Why, the most frequent first; empty where there is simply nobody else.',
  })
  reasons: UnmetReasonCount[];
}

@ObjectType({ description: 'A run of the assignment.' })
export class AssignmentRunPayload {
  @Field(() => AssignmentRun, { description: 'The run: a new one, or the one that is under way.' })
  run: AssignmentRun;
}

@ObjectType({ description: 'Result of a change to an assignment.' })
export class AssignmentPayload {
  @Field(() => Assignment, { description: 'The assignment that stands now.' })
  assignment: Assignment;
}

@ObjectType({ description: 'Result of declining.' })
export class DeclinedPayload {
  @Field(() => ID, { description: 'Id of the assignment that was declined.' })
  declinedId: string;
}

const byClass = (value: object) => value.constructor.name;

export const AssignReviewersResult = createUnionType({
  name: 'AssignReviewersResult',
  description: 'A run, or why there is none.',
  types: () => [AssignmentRunPayload, CohortNotOpen] as const,
  resolveType: byClass,
});

export const ReplaceAssignmentResult = createUnionType({
  name: 'ReplaceAssignmentResult',
  description: 'The new assignment, or why there is none.',
  types: () => [AssignmentPayload, ConflictOfInterest, CohortNotOpen, ReviewAlreadySubmitted] as const,
  resolveType: byClass,
});

export const DeclineAssignmentResult = createUnionType({
  name: 'DeclineAssignmentResult',
  description: 'What was declined, or why it was not.',
  types: () => [DeclinedPayload, CohortNotOpen, ReviewAlreadySubmitted] as const,
  resolveType: byClass,
});
