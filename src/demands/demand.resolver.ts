import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../kernel/context.js';
import { Organisation } from '../identity/organisations/organisation.entity.js';
import { ConnectionArgs, type Page } from '../graphql/pagination.js';
import { readId } from '../kernel/node.js';
import { Demand, DemandConnection } from './demand.entity.js';
import {
  CreateDemandInput,
  DemandActionInput,
  DemandFilter,
  DemandPayload,
  SuspendDemandInput,
  UpdateDemandInput,
} from './demand.inputs.js';
import { listDemands, visibleDemand } from './demand.queries.js';
import * as service from './demand.service.js';
import { DeleteDraftInput, deletedDraft, DeletedDraftPayload } from '../profiles/draft.inputs.js';

const payload = async (demand: Promise<Demand>): Promise<DemandPayload> => ({ demand: await demand });
const which = { description: 'Which, and why.' } as const;

@Resolver(() => Demand)
export class DemandResolver {
  @Query(() => Demand, { nullable: true, description: 'One demand; null when it is not there or not for the viewer.' })
  demand(@Ctx() ctx: Context, @Arg('id', () => ID, { description: 'Its id.' }) id: string): Promise<Demand | null> {
    return visibleDemand(ctx, readId('id', 'Demand', id));
  }

  @Query(() => DemandConnection, {
    description:
      'Demands that the viewer may see, the newest first: those of verified enterprises for everyone, all of their own for enterprises, all for operators.',
  })
  demands(
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => DemandFilter, { nullable: true, description: 'Narrows the list.' }) filter?: DemandFilter,
  ): Promise<Page<Demand>> {
    return listDemands(ctx, filter, args);
  }

  @Mutation(() => DemandPayload, { description: 'Posts a demand for an enterprise.' })
  createDemand(
    @Ctx() ctx: Context,
    @Arg('input', () => CreateDemandInput, { description: 'What to post.' }) input: CreateDemandInput,
  ): Promise<DemandPayload> {
    return payload(service.createDemand(ctx, input));
  }

  @Mutation(() => DemandPayload, {
    description:
      'Edits a demand. An edit of a stale revision is a CONFLICT (STALE_REVISION) that shows your values beside the current ones.',
  })
  updateDemand(
    @Ctx() ctx: Context,
    @Arg('input', () => UpdateDemandInput, { description: 'What changes.' }) input: UpdateDemandInput,
  ): Promise<DemandPayload> {
    return payload(service.updateDemand(ctx, input));
  }

  @Mutation(() => DeletedDraftPayload, {
    description:
      'Deletes a demand of an enterprise that was never verified, for good; one that others could see is withdrawn instead.',
  })
  deleteDraftDemand(
    @Ctx() ctx: Context,
    @Arg('input', () => DeleteDraftInput, { description: 'Which, in which revision.' }) input: DeleteDraftInput,
  ): Promise<DeletedDraftPayload> {
    return deletedDraft(service.deleteDraftDemand(ctx, input));
  }

  @Mutation(() => DemandPayload, { description: 'Pauses a demand: it is shown, and not proposed.' })
  pauseDemand(
    @Ctx() ctx: Context,
    @Arg('input', () => DemandActionInput, which) input: DemandActionInput,
  ): Promise<DemandPayload> {
    return payload(service.pauseDemand(ctx, input));
  }

  @Mutation(() => DemandPayload, { description: 'Opens a paused, fulfilled or withdrawn demand again.' })
  resumeDemand(
    @Ctx() ctx: Context,
    @Arg('input', () => DemandActionInput, which) input: DemandActionInput,
  ): Promise<DemandPayload> {
    return payload(service.resumeDemand(ctx, input));
  }

  @Mutation(() => DemandPayload, { description: 'Notes that a demand is met.' })
  fulfilDemand(
    @Ctx() ctx: Context,
    @Arg('input', () => DemandActionInput, which) input: DemandActionInput,
  ): Promise<DemandPayload> {
    return payload(service.fulfilDemand(ctx, input));
  }

  @Mutation(() => DemandPayload, { description: 'Takes a demand back; resumeDemand undoes it.' })
  withdrawDemand(
    @Ctx() ctx: Context,
    @Arg('input', () => DemandActionInput, which) input: DemandActionInput,
  ): Promise<DemandPayload> {
    return payload(service.withdrawDemand(ctx, input));
  }

  @Mutation(() => DemandPayload, { description: 'Operator: takes a demand off the lists.' })
  suspendDemand(
    @Ctx() ctx: Context,
    @Arg('input', () => SuspendDemandInput, which) input: SuspendDemandInput,
  ): Promise<DemandPayload> {
    return payload(service.suspendDemand(ctx, input));
  }

  @Mutation(() => DemandPayload, { description: 'Operator: brings a suspended demand back as it was.' })
  reinstateDemand(
    @Ctx() ctx: Context,
    @Arg('input', () => DemandActionInput, which) input: DemandActionInput,
  ): Promise<DemandPayload> {
    return payload(service.reinstateDemand(ctx, input));
  }
}

@Resolver(() => Organisation)
export class OrganisationDemandsResolver {
  @FieldResolver(() => DemandConnection, { description: 'Its demands that the viewer may see, the newest first.' })
  demands(
    @Root() organisation: Organisation,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => DemandFilter, { nullable: true, description: 'Narrows the list.' }) filter?: DemandFilter,
  ): Promise<Page<Demand>> {
    return listDemands(ctx, { ...filter, organisationId: organisation.globalId }, args);
  }
}
