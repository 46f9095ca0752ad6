import { mentionKey, mentionStatus } from '../mentions/mention.queries.js';
import { Arg, Args, Ctx, Field, FieldResolver, ID, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../kernel/context.js';
import { Organisation } from '../identity/organisations/organisation.entity.js';
import { ConnectionArgs, type Page } from '../graphql/pagination.js';
import { readId } from '../kernel/node.js';
import { investorById, InvestorProfile, InvestorProfileConnection } from './investor.entity.js';
import {
  CreateInvestorProfileInput,
  InvestorProfileActionInput,
  InvestorProfileFilter,
  SuspendInvestorProfileInput,
  UpdateInvestorProfileInput,
} from './investor.inputs.js';
import { listInvestors } from './investor.list.js';
import { readInvestor, readInvestorOf } from './investor.queries.js';
import * as service from './investor.service.js';
import { CoInvestor, TrackRecord, TrackRecordConnection } from './track-record.entity.js';
import { AddTrackRecordInput, RemoveTrackRecordInput, UpdateTrackRecordInput } from './track-record.inputs.js';
import { addTrackRecord, removeTrackRecord, updateTrackRecord } from './track-record.service.js';
import { visibleOrganisation } from '../identity/organisations/organisations.service.js';
import { can } from '../kernel/authz.js';
import { DeleteDraftInput, deletedDraft, DeletedDraftPayload } from '../profiles/draft.inputs.js';
import { trackRecordPage } from './track-record.queries.js';

@ObjectType({ description: 'Result of a change to an investor profile.' })
export class InvestorProfilePayload {
  @Field(() => InvestorProfile, { description: 'The profile as it is now.' })
  profile: InvestorProfile;
}

@ObjectType({ description: 'Result of adding or editing a track record.' })
export class TrackRecordPayload {
  @Field(() => TrackRecord, { description: 'The record as it is now.' })
  record: TrackRecord;
}

@ObjectType({ description: 'Result of removing a track record.' })
export class RemoveTrackRecordPayload {
  @Field(() => ID, { description: 'Id of what was removed.' })
  removedId: string;
}

const payload = async (profile: Promise<InvestorProfile>): Promise<InvestorProfilePayload> => ({
  profile: await profile,
});

@Resolver(() => InvestorProfile)
export class InvestorResolver {
  @Query(() => InvestorProfile, {
    nullable: true,
    description: 'One investor profile; null where there is none or it is not for the viewer.',
  })
  investorProfile(
    @Ctx() ctx: Context,
    @Arg('id', () => ID, { description: 'The profile.' }) id: string,
  ): Promise<InvestorProfile | null> {
    return readInvestor(ctx, readId('id', 'InvestorProfile', id));
  }

  @Query(() => InvestorProfileConnection, {
    description: 'Investor profiles that the viewer may see, the latest first.',
  })
  investorProfiles(
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => InvestorProfileFilter, { nullable: true, description: 'Narrows the list.' })
    filter?: InvestorProfileFilter,
  ): Promise<Page<InvestorProfile>> {
    return listInvestors(ctx, filter, args);
  }

  @Mutation(() => InvestorProfilePayload, {
    description: 'Writes the investor profile of an organisation, which may be empty. An organisation has one.',
  })
  createInvestorProfile(
    @Ctx() ctx: Context,
    @Arg('input', () => CreateInvestorProfileInput, { description: 'Whose, and what.' })
    input: CreateInvestorProfileInput,
  ): Promise<InvestorProfilePayload> {
    return payload(service.createInvestorProfile(ctx, input));
  }

  @Mutation(() => InvestorProfilePayload, {
    description: 'Edits an investor profile. An edit of a stale revision is a CONFLICT (STALE_REVISION).',
  })
  updateInvestorProfile(
    @Ctx() ctx: Context,
    @Arg('input', () => UpdateInvestorProfileInput, { description: 'What changes.' }) input: UpdateInvestorProfileInput,
  ): Promise<InvestorProfilePayload> {
    return payload(service.updateInvestorProfile(ctx, input));
  }

  @Mutation(() => DeletedDraftPayload, {
    description:
      'Deletes the profile of an organisation that was never verified, with its track record, for good; one that others could see is paused instead.',
  })
  deleteDraftInvestorProfile(
    @Ctx() ctx: Context,
    @Arg('input', () => DeleteDraftInput, { description: 'Which, in which revision.' }) input: DeleteDraftInput,
  ): Promise<DeletedDraftPayload> {
    return deletedDraft(service.deleteDraftInvestorProfile(ctx, input));
  }

  @Mutation(() => InvestorProfilePayload, {
    description: 'Pauses a profile: it is shown, and proposed to nobody, until it is resumed.',
  })
  pauseInvestorProfile(
    @Ctx() ctx: Context,
    @Arg('input', () => InvestorProfileActionInput, { description: 'Which.' }) input: InvestorProfileActionInput,
  ): Promise<InvestorProfilePayload> {
    return payload(service.pauseInvestorProfile(ctx, input));
  }

  @Mutation(() => InvestorProfilePayload, { description: 'Ends a pause.' })
  resumeInvestorProfile(
    @Ctx() ctx: Context,
    @Arg('input', () => InvestorProfileActionInput, { description: 'Which.' }) input: InvestorProfileActionInput,
  ): Promise<InvestorProfilePayload> {
    return payload(service.resumeInvestorProfile(ctx, input));
  }

  @Mutation(() => InvestorProfilePayload, { description: 'Operator: stops a profile, with a reason for its members.' })
  suspendInvestorProfile(
    @Ctx() ctx: Context,
    @Arg('input', () => SuspendInvestorProfileInput, { description: 'Which, and why.' })
    input: SuspendInvestorProfileInput,
  ): Promise<InvestorProfilePayload> {
    return payload(service.suspendInvestorProfile(ctx, input));
  }

  @Mutation(() => InvestorProfilePayload, {
    description: 'Operator: takes a suspension back. The profile is then PAUSED; its owner resumes it.',
  })
  reinstateInvestorProfile(
    @Ctx() ctx: Context,
    @Arg('input', () => InvestorProfileActionInput, { description: 'Which.' }) input: InvestorProfileActionInput,
  ): Promise<InvestorProfilePayload> {
    return payload(service.reinstateInvestorProfile(ctx, input));
  }

  @Mutation(() => TrackRecordPayload, { description: 'Adds a past investment.' })
  async addTrackRecord(
    @Ctx() ctx: Context,
    @Arg('input', () => AddTrackRecordInput, { description: 'To which profile, and what.' }) input: AddTrackRecordInput,
  ): Promise<TrackRecordPayload> {
    return { record: await addTrackRecord(ctx, input) };
  }

  @Mutation(() => TrackRecordPayload, {
    description: 'Edits a past investment. An edit of a stale revision is a CONFLICT (STALE_REVISION).',
  })
  async updateTrackRecord(
    @Ctx() ctx: Context,
    @Arg('input', () => UpdateTrackRecordInput, { description: 'What changes.' }) input: UpdateTrackRecordInput,
  ): Promise<TrackRecordPayload> {
    return { record: await updateTrackRecord(ctx, input) };
  }

  @Mutation(() => RemoveTrackRecordPayload, { description: 'Removes a past investment for good.' })
  async removeTrackRecord(
    @Ctx() ctx: Context,
    @Arg('input', () => RemoveTrackRecordInput, { description: 'Which.' }) input: RemoveTrackRecordInput,
  ): Promise<RemoveTrackRecordPayload> {
    return { removedId: await removeTrackRecord(ctx, input) };
  }
}

@Resolver(() => Organisation)
export class OrganisationInvestorResolver {
  @FieldResolver(() => InvestorProfile, {
    nullable: true,
    description: 'What it looks for as an investor; null where it has no profile.',
  })
  investorProfile(@Root() organisation: Organisation, @Ctx() ctx: Context): Promise<InvestorProfile | null> {
    return readInvestorOf(ctx, organisation.id);
  }
}

@Resolver(() => InvestorProfile)
export class InvestorFieldsResolver {
  @FieldResolver(() => TrackRecordConnection, { description: 'Its past investments, the newest first.' })
  trackRecords(
    @Root() profile: InvestorProfile,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Promise<Page<TrackRecord>> {
    return trackRecordPage(ctx, profile.id, args);
  }
}

@Resolver(() => CoInvestor)
export class CoInvestorResolver {
  @FieldResolver(() => Organisation, {
    nullable: true,
    description: 'The organisation here that it is; null where it is not here.',
  })
  organisation(@Root() coInvestor: CoInvestor, @Ctx() ctx: Context): Promise<Organisation | null> | null {
    return coInvestor.organisationId === null ? null : visibleOrganisation(ctx, coInvestor.organisationId);
  }
}

@Resolver(() => TrackRecord)
export class TrackRecordFieldsResolver {
  @FieldResolver(() => [CoInvestor], {
    description:
      'Who invested together with it. An organisation here is among them once it has confirmed; before, for the investor, itself and operators.',
  })
  async coInvestors(@Root() record: TrackRecord, @Ctx() ctx: Context): Promise<CoInvestor[]> {
    const investor = await ctx.load(investorById).load(record.investorId);
    if (!investor) return [];
    const all = await Promise.all(
      record.coInvestorData.map(async (data) =>
        Object.assign(new CoInvestor(), data, {
          consent:
            data.organisationId === null
              ? null
              : await ctx
                  .load(mentionStatus)
                  .load(mentionKey('CO_INVESTOR', record.id, investor.organisationId, data.organisationId)),
        }),
      ),
    );
    if (can(ctx, 'investor:read', { organisationId: investor.organisationId })) return all;
    return all.filter(
      ({ organisationId, consent }) =>
        organisationId === null ||
        consent === 'CONFIRMED' ||
        can(ctx, 'mention:read', { organisationId, accountId: null }),
    );
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'The investor’s own key; for its members and operators.',
  })
  async externalId(@Root() record: TrackRecord, @Ctx() ctx: Context): Promise<string | null> {
    if (record.externalIdText === null) return null;
    const investor = await ctx.load(investorById).load(record.investorId);
    return investor && can(ctx, 'investor:read', { organisationId: investor.organisationId })
      ? record.externalIdText
      : null;
  }
}
