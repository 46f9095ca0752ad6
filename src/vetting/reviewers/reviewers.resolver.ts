import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { Context } from '../../kernel/context.js';
import { Organisation, organisationById } from '../../identity/organisations/organisation.entity.js';
import { ConnectionArgs, type Page } from '../../graphql/pagination.js';
import { readId } from '../../kernel/node.js';
import { declareTie, retractDeclaration, setOrganisationFamily } from './conflicts.declarations.js';
import { Reviewer, ReviewerConnection } from './reviewers.entity.js';
import {
  ApplyAsReviewerInput,
  CreateReviewerInput,
  DeclarationPayload,
  DeclareTieInput,
  InviteReviewerInput,
  InviteReviewerPayload,
  OrganisationFamilyInput,
  OrganisationFamilyPayload,
  RetractDeclarationInput,
  RetractDeclarationPayload,
  ReviewerPayload,
  SetReviewerDocumentsInput,
  SetReviewerStatusInput,
  UpdateReviewerProfileInput,
} from './reviewers.inputs.js';
import * as queries from './reviewers.queries.js';
import { ReviewerFilter } from './reviewers.queries.js';
import * as service from './reviewers.service.js';
import { ReviewerRecordRow } from '../boundary/reviewing.types.js';
import { ReviewerFigure } from '../boundary/fit-report.entity.js';

const payload = async (reviewer: Promise<Reviewer>): Promise<ReviewerPayload> => ({ reviewer: await reviewer });

@ObjectType({ description: 'Two organisations of one family.' })
export class OrganisationFamilyPair {
  constructor(private readonly pair: queries.FamilyPair) {}

  @Field(() => Organisation, { description: 'The parent.' })
  parent(@Ctx() ctx: Context): Promise<Organisation | null> {
    return ctx.load(organisationById).load(this.pair.parent_id);
  }

  @Field(() => Organisation, { description: 'The child.' })
  child(@Ctx() ctx: Context): Promise<Organisation | null> {
    return ctx.load(organisationById).load(this.pair.child_id);
  }
}

@Resolver(() => Reviewer)
export class ReviewerResolver {
  @Query(() => ReviewerConnection, { description: 'All reviewers, the newest first; for operators.' })
  reviewers(
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => ReviewerFilter, { nullable: true, description: 'Narrows the list.' }) filter?: ReviewerFilter,
  ): Promise<Page<Reviewer>> {
    return queries.listReviewers(ctx, filter, args);
  }

  @Query(() => [OrganisationFamilyPair], {
    description:
      'Which organisations belong to which; reviewers of one family do not judge its entries. For operators; at most 1,000.',
  })
  async organisationFamilies(
    @Ctx() ctx: Context,
    @Arg('organisationId', () => ID, { nullable: true, description: 'Only pairs of this organisation.' })
    organisationId?: string,
  ): Promise<OrganisationFamilyPair[]> {
    const pairs = await queries.listFamilies(
      ctx,
      organisationId == null ? undefined : readId('organisationId', 'Organisation', organisationId),
    );
    return pairs.map((pair) => new OrganisationFamilyPair(pair));
  }

  @FieldResolver(() => [ReviewerFigure], { description: 'Severity and agreement in closed cohorts, the newest first.' })
  figures(@Root() reviewer: Reviewer, @Ctx() ctx: Context): Promise<ReviewerFigure[]> {
    return ctx.load(queries.closedFiguresOf).load(reviewer.id);
  }

  @FieldResolver(() => [ReviewerRecordRow], {
    description:
      'What the reviewer scored in closed cohorts beside what came of each entry, the newest first; for operators.',
  })
  record(
    @Root() reviewer: Reviewer,
    @Ctx() ctx: Context,
    @Arg('first', () => Int, { defaultValue: 50, description: 'How many: 1 to 500.' }) first: number,
  ): Promise<ReviewerRecordRow[]> {
    return queries.reviewerRecord(ctx, reviewer, first);
  }

  @Mutation(() => ReviewerPayload, { description: 'Applies as a reviewer; an operator activates the profile.' })
  applyAsReviewer(
    @Ctx() ctx: Context,
    @Arg('input', () => ApplyAsReviewerInput, { description: 'The profile.' }) input: ApplyAsReviewerInput,
  ): Promise<ReviewerPayload> {
    return payload(service.applyAsReviewer(ctx, input));
  }

  @Mutation(() => ReviewerPayload, {
    description: 'Operator: makes somebody who has an account a reviewer, active at once.',
  })
  createReviewer(
    @Ctx() ctx: Context,
    @Arg('input', () => CreateReviewerInput, { description: 'Who, and the profile.' }) input: CreateReviewerInput,
  ): Promise<ReviewerPayload> {
    return payload(service.createReviewer(ctx, input));
  }

  @Mutation(() => InviteReviewerPayload, { description: 'Operator: asks somebody by mail to sign up and apply.' })
  async inviteReviewer(
    @Ctx() ctx: Context,
    @Arg('input', () => InviteReviewerInput, { description: 'Whom.' }) input: InviteReviewerInput,
  ): Promise<InviteReviewerPayload> {
    return { invited: await service.inviteReviewer(ctx, input) };
  }

  @Mutation(() => ReviewerPayload, { description: 'Edits the viewer’s own profile.' })
  updateReviewerProfile(
    @Ctx() ctx: Context,
    @Arg('input', () => UpdateReviewerProfileInput, { description: 'What changes.' }) input: UpdateReviewerProfileInput,
  ): Promise<ReviewerPayload> {
    return payload(service.updateReviewerProfile(ctx, input));
  }

  @Mutation(() => ReviewerPayload, {
    description: 'Replaces or extends the documents of the viewer’s own profile, one by one or from CSV; at most 50.',
  })
  setReviewerDocuments(
    @Ctx() ctx: Context,
    @Arg('input', () => SetReviewerDocumentsInput, { description: 'The documents.' }) input: SetReviewerDocumentsInput,
  ): Promise<ReviewerPayload> {
    return payload(service.setReviewerDocuments(ctx, input));
  }

  @Mutation(() => ReviewerPayload, { description: 'Operator: activates or suspends a reviewer.' })
  setReviewerStatus(
    @Ctx() ctx: Context,
    @Arg('input', () => SetReviewerStatusInput, { description: 'Who, and what.' }) input: SetReviewerStatusInput,
  ): Promise<ReviewerPayload> {
    return payload(service.setReviewerStatus(ctx, input));
  }

  @Mutation(() => DeclarationPayload, {
    description:
      'Reviewer: declares a conflict of interest or a collaboration. Assignments that it forbids are withdrawn at once.',
  })
  declareTie(
    @Ctx() ctx: Context,
    @Arg('input', () => DeclareTieInput, { description: 'The tie.' }) input: DeclareTieInput,
  ): Promise<DeclarationPayload> {
    return declareTie(ctx, input);
  }

  @Mutation(() => RetractDeclarationPayload, {
    description: 'Reviewer: takes a declaration back. What it ended stays ended.',
  })
  async retractDeclaration(
    @Ctx() ctx: Context,
    @Arg('input', () => RetractDeclarationInput, { description: 'Which.' }) input: RetractDeclarationInput,
  ): Promise<RetractDeclarationPayload> {
    return { retractedId: await retractDeclaration(ctx, input) };
  }

  @Mutation(() => OrganisationFamilyPayload, {
    description: 'Operator: notes that one organisation belongs to another.',
  })
  async addOrganisationFamily(
    @Ctx() ctx: Context,
    @Arg('input', () => OrganisationFamilyInput, { description: 'Which.' }) input: OrganisationFamilyInput,
  ): Promise<OrganisationFamilyPayload> {
    return { changed: await setOrganisationFamily(ctx, input, true) };
  }

  @Mutation(() => OrganisationFamilyPayload, {
    description: 'Operator: notes that one organisation no longer belongs to another.',
  })
  async removeOrganisationFamily(
    @Ctx() ctx: Context,
    @Arg('input', () => OrganisationFamilyInput, { description: 'Which.' }) input: OrganisationFamilyInput,
  ): Promise<OrganisationFamilyPayload> {
    return { changed: await setOrganisationFamily(ctx, input, false) };
  }
}
