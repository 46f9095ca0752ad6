import { createUnionType, Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Review } from './reviews.entity.js';
import { ConflictOfInterest, ReviewAlreadySubmitted, ReviewIncomplete } from './reviews.errors.js';
import { CohortNotOpen } from '../vetting.errors.js';
import { Dimension } from '../vocabularies.js';
import { MutationInput } from '../../kernel/mutation-input.js';

@InputType({ description: 'The score of one dimension.' })
export class DimensionScoreInput {
  @Field(() => Dimension, { description: 'The dimension; one that the assignment asks for.' })
  dimension: Dimension;

  @Field(() => Float, { nullable: true, description: 'Half points from 0 to 5; `scoreAnchors` says what each means.' })
  score?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Why; at most 4,000 characters. Needed for scores of 0, 0.5, 4.5 and 5. Read by nobody else unless `forLister` says so.',
  })
  rationale?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True: once the cohort is closed the lister may read the rationale, without a name and only among others. Otherwise nobody but the reviewer reads it.',
  })
  forLister?: boolean | null;
}

@InputType({ description: 'Input of saveReviewDraft.' })
export class SaveReviewDraftInput extends MutationInput {
  @Field(() => ID, { description: 'The assignment on the viewer’s desk.' })
  assignmentId: string;

  @Field(() => [DimensionScoreInput], { description: 'The scores so far; replaces those of the draft.' })
  scores: DimensionScoreInput[];

  @Field(() => Int, { nullable: true, description: 'How sure the reviewer is: 1 (barely) to 5 (fully).' })
  confidence?: number | null;

  @Field(() => [String], { nullable: true, description: 'What is missing, by gap codes.' })
  gapCodes?: string[] | null;
}

@InputType({ description: 'Input of submitReview.' })
export class SubmitReviewInput extends MutationInput {
  @Field(() => ID, { description: 'The assignment on the viewer’s desk.' })
  assignmentId: string;

  @Field(() => [DimensionScoreInput], { nullable: true, description: 'The scores; those of the draft where left out.' })
  scores?: DimensionScoreInput[] | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How sure the reviewer is: 1 (barely) to 5 (fully); needed with `scores`.',
  })
  confidence?: number | null;

  @Field(() => [String], { nullable: true, description: 'With `scores`: what is missing, by gap codes.' })
  gapCodes?: string[] | null;
}

@InputType({ description: 'Input of correctReview: the whole review as it should be.' })
export class CorrectReviewInput extends MutationInput {
  @Field(() => ID, { description: 'The assignment on the viewer’s desk.' })
  assignmentId: string;

  @Field(() => [DimensionScoreInput], { description: 'All scores.' })
  scores: DimensionScoreInput[];

  @Field(() => Int, { description: 'How sure the reviewer is: 1 (barely) to 5 (fully).' })
  confidence: number;

  @Field(() => [String], { nullable: true, description: 'What is missing, by gap codes.' })
  gapCodes?: string[] | null;

  @Field(() => String, { description: 'Why it is corrected; at most 500 characters.' })
  reason: string;
}

@ObjectType({ description: 'Result of a change to a review.' })
export class ReviewPayload {
  @Field(() => Review, { description: 'The version that was written.' })
  review: Review;
}

const byClass = (value: object) => value.constructor.name;

export const SaveReviewDraftResult = createUnionType({
  name: 'SaveReviewDraftResult',
  description: 'The draft, or why it was not saved.',
  types: () => [ReviewPayload, ReviewAlreadySubmitted, ConflictOfInterest, CohortNotOpen] as const,
  resolveType: byClass,
});

export const SubmitReviewResult = createUnionType({
  name: 'SubmitReviewResult',
  description: 'The submitted review, or why it was not submitted.',
  types: () => [ReviewPayload, ReviewAlreadySubmitted, ReviewIncomplete, ConflictOfInterest, CohortNotOpen] as const,
  resolveType: byClass,
});

export const CorrectReviewResult = createUnionType({
  name: 'CorrectReviewResult',
  description: 'The correction, or why it was not made.',
  types: () => [ReviewPayload, ReviewIncomplete, ConflictOfInterest, CohortNotOpen] as const,
  resolveType: byClass,
});
