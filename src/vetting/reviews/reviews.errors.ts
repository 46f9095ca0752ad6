import { Field, ObjectType } from 'type-graphql';
import { vocabulary } from '../../taxonomy/vocabulary.js';
import { ConflictReason } from '../reviewers/reviewers.vocabularies.js';
import { Dimension } from '../vocabularies.js';
import { VettingRefusal } from '../vetting.errors.js';

/** Expected refusals of mutations in reviewing; those concerning cohorts are in vetting.errors.ts. */

export const ReviewPart = vocabulary('ReviewPart', 'A part of a review.', {
  SCORE: ['分数', 'the score of a dimension'],
  RATIONALE: ['理由', 'the rationale, needed for scores of 0, 0.5, 4.5 and 5'],
  CONFIDENCE: ['把握程度', 'the confidence'],
});
export type ReviewPart = keyof typeof ReviewPart;

@ObjectType({ implements: VettingRefusal, description: 'The reviewer has a conflict of interest with the entry.' })
export class ConflictOfInterest extends VettingRefusal {
  @Field(() => [ConflictReason], { description: 'Why.' })
  reasons: ConflictReason[];
}

@ObjectType({
  implements: VettingRefusal,
  description: 'The review was submitted before and never changes; `correctReview` adds a version.',
})
export class ReviewAlreadySubmitted extends VettingRefusal {
  @Field(() => Date, { description: 'When.' })
  submittedAt: Date;
}

@ObjectType({ description: 'Something that a review lacks.' })
export class MissingReviewPart {
  @Field(() => Dimension, { nullable: true, description: 'Of which dimension; null where it is of none.' })
  dimension: Dimension | null;

  @Field(() => ReviewPart, { description: 'What.' })
  part: ReviewPart;
}

@ObjectType({ implements: VettingRefusal, description: 'The review lacks something before it can be submitted.' })
export class ReviewIncomplete extends VettingRefusal {
  @Field(() => [MissingReviewPart], { description: 'What.' })
  missing: MissingReviewPart[];
}
