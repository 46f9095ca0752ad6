import { Arg, Args, Ctx, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql';
import type { Context } from '../../kernel/context.js';
import { ConnectionArgs, type Page } from '../../graphql/pagination.js';
import { Assignment, AssignmentConnection, AssignmentRun } from './assignments.entity.js';
import {
  AssignmentFilter,
  AssignmentPayload,
  AssignmentRunPayload,
  AssignReviewersInput,
  AssignReviewersResult,
  DeclineAssignmentInput,
  DeclineAssignmentResult,
  DeclinedPayload,
  ReplaceAssignmentInput,
  ReplaceAssignmentResult,
  UnfilledPanel,
} from './assignments.inputs.js';
import * as queries from './assignments.queries.js';
import * as service from './assignments.service.js';
import { Cohort } from '../cohort/cohort.entity.js';
import { orRefusal } from '../vetting.errors.js';

@Resolver()
export class AssignmentResolver {
  @Mutation(() => AssignReviewersResult, {
    description:
      'Operator: has every panel of the cohort filled, in the background; `cohort.assignmentRun` shows how far it is. Keeps what stands, so it also refills; asked again while a run is under way, gives that one.',
  })
  assignReviewers(
    @Ctx() ctx: Context,
    @Arg('input', () => AssignReviewersInput, { description: 'Which cohort.' }) input: AssignReviewersInput,
  ): Promise<typeof AssignReviewersResult> {
    return orRefusal(
      service.assignReviewers(ctx, input).then((run) => Object.assign(new AssignmentRunPayload(), { run })),
    ) as Promise<typeof AssignReviewersResult>;
  }

  @Mutation(() => ReplaceAssignmentResult, {
    description: 'Operator: ends one assignment and puts another reviewer in its place, under every rule.',
  })
  replaceAssignment(
    @Ctx() ctx: Context,
    @Arg('input', () => ReplaceAssignmentInput, { description: 'Which, by whom, why.' }) input: ReplaceAssignmentInput,
  ): Promise<typeof ReplaceAssignmentResult> {
    return orRefusal(
      service
        .replaceAssignment(ctx, input)
        .then((assignment) => Object.assign(new AssignmentPayload(), { assignment })),
    ) as Promise<typeof ReplaceAssignmentResult>;
  }

  @Mutation(() => DeclineAssignmentResult, {
    description: 'Reviewer: declines an assignment; somebody else is sought.',
  })
  declineAssignment(
    @Ctx() ctx: Context,
    @Arg('input', () => DeclineAssignmentInput, { description: 'Which, and why.' }) input: DeclineAssignmentInput,
  ): Promise<typeof DeclineAssignmentResult> {
    return orRefusal(
      service.declineAssignment(ctx, input).then((declinedId) => Object.assign(new DeclinedPayload(), { declinedId })),
    ) as Promise<typeof DeclineAssignmentResult>;
  }
}

@Resolver(() => Cohort)
export class CohortAssignmentsResolver {
  @FieldResolver(() => AssignmentRun, {
    nullable: true,
    description: 'The newest run of the assignment; for operators, null for others.',
  })
  assignmentRun(@Root() cohort: Cohort, @Ctx() ctx: Context): Promise<AssignmentRun | null> | null {
    return queries.latestRun(ctx, cohort);
  }

  @FieldResolver(() => AssignmentConnection, {
    nullable: true,
    description: 'Who judges what, and where it stands; for operators, null for others.',
  })
  assignments(
    @Root() cohort: Cohort,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => AssignmentFilter, { nullable: true, description: 'Narrows the list.' })
    filter?: AssignmentFilter,
  ): Promise<Page<Assignment>> | null {
    return queries.listAssignments(ctx, cohort, filter, args);
  }
}

@Resolver(() => AssignmentRun)
export class AssignmentRunResolver {
  @FieldResolver(() => Int, { description: 'How many panels it could not fill.' })
  unmetCount(@Root() run: AssignmentRun): number {
    return run.unmetSeats.length;
  }

  @FieldResolver(() => [UnfilledPanel], {
    description: 'The panels that it could not fill, and why; those that lack most first.',
  })
  unmet(
    @Root() run: AssignmentRun,
    @Ctx() ctx: Context,
    @Arg('first', () => Int, { defaultValue: 20, description: 'How many: 1 to 100.' }) first: number,
  ): Promise<UnfilledPanel[]> {
    return queries.unfilledPanels(ctx, run, first);
  }
}
