import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../../kernel/context.js';
import { scoreAnchors } from './desk.anchors.js';
import { pageOfDesk, readDesk } from './desk.queries.js';
import { DeskAssignmentConnection, DeskAssignment, ReviewerDesk, ScoreAnchorView } from './desk.types.js';
import {
  CorrectReviewInput,
  CorrectReviewResult,
  ReviewPayload,
  SaveReviewDraftInput,
  SaveReviewDraftResult,
  SubmitReviewInput,
  SubmitReviewResult,
} from './reviews.inputs.js';
import { correctReview, saveReviewDraft, submitReview } from './reviews.service.js';
import type { Review } from './reviews.entity.js';
import { orRefusal } from '../vetting.errors.js';
import { Dimension, DIMENSIONS } from '../vocabularies.js';
import { ConnectionArgs, Page } from '../../graphql/pagination.js';
import { DeskFilter } from './desk.inputs.js';

const outcome = (review: Promise<Review>) =>
  orRefusal(review.then((written) => Object.assign(new ReviewPayload(), { review: written })));

@Resolver()
export class DeskResolver {
  @Query(() => ReviewerDesk, { nullable: true, description: 'The viewer’s desk as a reviewer; null for who is none.' })
  reviewerDesk(@Ctx() ctx: Context): Promise<ReviewerDesk | null> {
    return readDesk(ctx);
  }

  @Query(() => [ScoreAnchorView], {
    description: 'What each half point of the scale means, in words, by dimension from 0 to 5.',
  })
  scoreAnchors(
    @Arg('dimensions', () => [Dimension], { nullable: true, description: 'Of these dimensions; all by default.' })
    dimensions?: Dimension[],
  ): ScoreAnchorView[] {
    return scoreAnchors(DIMENSIONS.filter((dimension) => !dimensions || dimensions.includes(dimension))).map(
      (anchor) => new ScoreAnchorView(anchor),
    );
  }

  @Mutation(() => SaveReviewDraftResult, {
    description: 'Reviewer: saves what there is so far. Nobody else reads a draft.',
  })
  saveReviewDraft(
    @Ctx() ctx: Context,
    @Arg('input', () => SaveReviewDraftInput, { description: 'The draft.' }) input: SaveReviewDraftInput,
  ): Promise<typeof SaveReviewDraftResult> {
    return outcome(saveReviewDraft(ctx, input)) as Promise<typeof SaveReviewDraftResult>;
  }

  @Mutation(() => SubmitReviewResult, { description: 'Reviewer: submits the review, once; it never changes again.' })
  submitReview(
    @Ctx() ctx: Context,
    @Arg('input', () => SubmitReviewInput, { description: 'The review, or the draft’s assignment alone.' })
    input: SubmitReviewInput,
  ): Promise<typeof SubmitReviewResult> {
    return outcome(submitReview(ctx, input)) as Promise<typeof SubmitReviewResult>;
  }

  @Mutation(() => CorrectReviewResult, {
    description: 'Reviewer: adds a version to a submitted review, with a reason, while the cohort is under review.',
  })
  correctReview(
    @Ctx() ctx: Context,
    @Arg('input', () => CorrectReviewInput, { description: 'The review as it should be.' }) input: CorrectReviewInput,
  ): Promise<typeof CorrectReviewResult> {
    return outcome(correctReview(ctx, input)) as Promise<typeof CorrectReviewResult>;
  }
}

@Resolver(() => ReviewerDesk)
export class ReviewerDeskResolver {
  @FieldResolver(() => DeskAssignmentConnection, {
    description: 'What is assigned to the viewer, the earliest date first.',
  })
  assignments(
    @Root() desk: ReviewerDesk,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => DeskFilter, {
      nullable: true,
      description: 'Narrows the list; by default what is to be judged or was submitted.',
    })
    filter?: DeskFilter,
  ): Promise<Page<DeskAssignment>> {
    return pageOfDesk(ctx, desk.reviewerRow.id, filter, args);
  }
}
