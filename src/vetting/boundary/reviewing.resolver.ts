import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Context } from '../../kernel/context.js';
import { ConnectionArgs, type Page } from '../../graphql/pagination.js';
import { AssignmentRunPayload } from '../assignments/assignments.inputs.js';
import { Cohort } from '../cohort/cohort.entity.js';
import * as queries from './reviewing.queries.js';
import * as service from './reviewing.service.js';
import { BoundaryRound, ReviewProgress } from './reviewing.types.js';
import { orRefusal } from '../vetting.errors.js';
import { ConflictPair, ConflictPairConnection } from './conflict-pair.entity.js';
import { DimensionReliability } from './reliability.types.js';
import { FitReport, ReviewerFigure, ReviewerFigureConnection } from './fit-report.entity.js';
import {
  AssignBoundaryRoundInput,
  AssignBoundaryRoundResult,
  BoundaryRoundPayload,
  FitCohortInput,
  FitCohortResult,
  FitPayload,
  ProposeBoundaryRoundInput,
  ProposeBoundaryRoundResult,
} from './reviewing.inputs.js';

@Resolver(() => Cohort)
export class CohortReviewingResolver {
  @FieldResolver(() => ReviewProgress, {
    nullable: true,
    description: 'How far reviewing is; for operators, null for others.',
  })
  reviewProgress(@Root() cohort: Cohort, @Ctx() ctx: Context): Promise<ReviewProgress | null> {
    return queries.reviewProgress(ctx, cohort);
  }

  @FieldResolver(() => FitReport, {
    nullable: true,
    description: 'The final fit of the calibration, or the newest interim one; for operators, null for others.',
  })
  fit(@Root() cohort: Cohort, @Ctx() ctx: Context): Promise<FitReport | null> {
    return queries.currentFit(ctx, cohort);
  }

  @FieldResolver(() => [DimensionReliability], {
    nullable: true,
    description:
      'How far independent blind panels agreed, per dimension with intervals. Public from the public notice on; operators see it meanwhile.',
  })
  reliability(@Root() cohort: Cohort, @Ctx() ctx: Context): Promise<DimensionReliability[] | null> {
    return queries.publicReliability(ctx, cohort);
  }

  @FieldResolver(() => ConflictPairConnection, {
    nullable: true,
    description: 'The pairs that must not be assigned; for operators, null for others.',
  })
  conflicts(
    @Root() cohort: Cohort,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Promise<Page<ConflictPair>> | null {
    return queries.listConflicts(ctx, cohort, args);
  }

  @FieldResolver(() => ReviewerFigureConnection, {
    nullable: true,
    description: 'Severity and agreement of every reviewer in the fit; for operators, null for others.',
  })
  reviewerFigures(
    @Root() cohort: Cohort,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Promise<Page<ReviewerFigure> | null> {
    return queries.listFigures(ctx, cohort, args);
  }

  @FieldResolver(() => [BoundaryRound], {
    nullable: true,
    description: 'Rounds of extra reviews at the boundary, the newest first; for operators, null for others.',
  })
  boundaryRounds(@Root() cohort: Cohort, @Ctx() ctx: Context): Promise<BoundaryRound[] | null> {
    return queries.listRounds(ctx, cohort.id);
  }

  @Mutation(() => FitCohortResult, {
    description:
      'Operator: fits the reviews so far, for severity, agreement, reliability and the boundary band. Decides nothing.',
  })
  fitCohort(
    @Ctx() ctx: Context,
    @Arg('input', () => FitCohortInput, { description: 'Which.' }) input: FitCohortInput,
  ): Promise<typeof FitCohortResult> {
    return orRefusal(service.fitInterim(ctx, input).then((fit) => Object.assign(new FitPayload(), { fit }))) as Promise<
      typeof FitCohortResult
    >;
  }

  @Mutation(() => ProposeBoundaryRoundResult, {
    description:
      'Operator: proposes extra reviews where they can change the decision. Replaces a proposal that was not assigned.',
  })
  proposeBoundaryRound(
    @Ctx() ctx: Context,
    @Arg('input', () => ProposeBoundaryRoundInput, { description: 'How much may be spent.' })
    input: ProposeBoundaryRoundInput,
  ): Promise<typeof ProposeBoundaryRoundResult> {
    const proposed = service.proposeBoundaryRound(ctx, input).then(async ({ cohortId, round }) => {
      const found = (await queries.listRounds(ctx, cohortId))?.find((row) => row.round === round);
      return Object.assign(new BoundaryRoundPayload(), { round: found });
    });
    return orRefusal(proposed) as Promise<typeof ProposeBoundaryRoundResult>;
  }

  @Mutation(() => AssignBoundaryRoundResult, {
    description:
      'Operator: has a proposed round assigned in the background, under the same rules as the first assignment.',
  })
  assignBoundaryRound(
    @Ctx() ctx: Context,
    @Arg('input', () => AssignBoundaryRoundInput, { description: 'Which.' }) input: AssignBoundaryRoundInput,
  ): Promise<typeof AssignBoundaryRoundResult> {
    return orRefusal(
      service.assignBoundaryRound(ctx, input).then((run) => Object.assign(new AssignmentRunPayload(), { run })),
    ) as Promise<typeof AssignBoundaryRoundResult>;
  }
}
