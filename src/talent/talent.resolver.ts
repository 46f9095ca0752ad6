import { can } from '../kernel/authz.js';
import { mentionKey, mentionStatus } from '../mentions/mention.queries.js';
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../kernel/context.js';
import { ViewerProfile } from '../identity/accounts/viewer.types.js';
import { ConnectionArgs, type Page } from '../graphql/pagination.js';
import { readId } from '../kernel/node.js';
import { TalentProfile, TalentProfileConnection } from './talent.entity.js';
import {
  CreateTalentProfileInput,
  OwnTalentInput,
  ReinstateTalentInput,
  RejectTalentInput,
  SetTalentEvidenceInput,
  SuspendTalentInput,
  TalentFilter,
  TalentProfilePayload,
  UpdateTalentProfileInput,
  VerifyTalentInput,
} from './talent.inputs.js';
import * as operation from './talent.operation.js';
import { listTalents, ownTalent, visibleTalent } from './talent.queries.js';
import { deleteDraftTalentProfile } from './talent.drafts.js';
import * as service from './talent.service.js';
import { deletedDraft, DeletedDraftPayload, DeleteOwnDraftInput } from '../profiles/draft.inputs.js';
import { Organisation } from '../identity/organisations/organisation.entity.js';
import { visibleOrganisation } from '../identity/organisations/organisations.service.js';

const payload = async (talent: Promise<TalentProfile>): Promise<TalentProfilePayload> => ({ talent: await talent });

@Resolver(() => TalentProfile)
export class TalentResolver {
  @Query(() => TalentProfile, {
    nullable: true,
    description: 'One talent; null when it is not there or not for the viewer.',
  })
  talentProfile(
    @Ctx() ctx: Context,
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
  ): Promise<TalentProfile | null> {
    return visibleTalent(ctx, readId('id', 'TalentProfile', id));
  }

  @Query(() => TalentProfileConnection, {
    description:
      'Talents that the viewer may see, the newest first: PUBLIC ones for everyone, REGISTERED ones for members of verified organisations, all for operators.',
  })
  talentProfiles(
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => TalentFilter, { nullable: true, description: 'Narrows the list.' }) filter?: TalentFilter,
  ): Promise<Page<TalentProfile>> {
    return listTalents(ctx, filter, args);
  }

  @Mutation(() => TalentProfilePayload, { description: 'Writes your talent profile; each person has one.' })
  createTalentProfile(
    @Ctx() ctx: Context,
    @Arg('input', () => CreateTalentProfileInput, { description: 'What to write.' }) input: CreateTalentProfileInput,
  ): Promise<TalentProfilePayload> {
    return payload(service.createTalentProfile(ctx, input));
  }

  @Mutation(() => TalentProfilePayload, {
    description:
      'Edits your talent profile. An edit of a stale revision is a CONFLICT (STALE_REVISION) that shows your values beside the current ones.',
  })
  updateTalentProfile(
    @Ctx() ctx: Context,
    @Arg('input', () => UpdateTalentProfileInput, { description: 'What changes.' }) input: UpdateTalentProfileInput,
  ): Promise<TalentProfilePayload> {
    return payload(service.updateTalentProfile(ctx, input));
  }

  @Mutation(() => TalentProfilePayload, { description: 'Replaces the list of what shows that you can do it.' })
  setTalentEvidence(
    @Ctx() ctx: Context,
    @Arg('input', () => SetTalentEvidenceInput, { description: 'The list.' }) input: SetTalentEvidenceInput,
  ): Promise<TalentProfilePayload> {
    return payload(service.setTalentEvidence(ctx, input));
  }

  @Mutation(() => DeletedDraftPayload, {
    description:
      'Deletes your talent profile for good while it was always HIDDEN, no operator has judged it and no team names it; otherwise hide or pause it.',
  })
  deleteDraftTalentProfile(
    @Ctx() ctx: Context,
    @Arg('input', () => DeleteOwnDraftInput, { description: 'Its revision.' }) input: DeleteOwnDraftInput,
  ): Promise<DeletedDraftPayload> {
    return deletedDraft(deleteDraftTalentProfile(ctx, input));
  }

  @Mutation(() => TalentProfilePayload, { description: 'Pauses your profile: it is shown, and not proposed.' })
  pauseTalentProfile(
    @Ctx() ctx: Context,
    @Arg('input', () => OwnTalentInput, { description: 'Nothing but an idempotency key.' }) input: OwnTalentInput,
  ): Promise<TalentProfilePayload> {
    return payload(service.pauseTalentProfile(ctx, input));
  }

  @Mutation(() => TalentProfilePayload, { description: 'Has your paused profile proposed again.' })
  resumeTalentProfile(
    @Ctx() ctx: Context,
    @Arg('input', () => OwnTalentInput, { description: 'Nothing but an idempotency key.' }) input: OwnTalentInput,
  ): Promise<TalentProfilePayload> {
    return payload(service.resumeTalentProfile(ctx, input));
  }

  @Mutation(() => TalentProfilePayload, {
    description: 'Operator: notes that what a talent says was checked and holds.',
  })
  verifyTalent(
    @Ctx() ctx: Context,
    @Arg('input', () => VerifyTalentInput, { description: 'Which, in which revision.' }) input: VerifyTalentInput,
  ): Promise<TalentProfilePayload> {
    return payload(operation.verifyTalent(ctx, input));
  }

  @Mutation(() => TalentProfilePayload, {
    description:
      'Operator: notes that what a talent says does not hold; it is not shown or proposed until it is mended.',
  })
  rejectTalent(
    @Ctx() ctx: Context,
    @Arg('input', () => RejectTalentInput, { description: 'Which, in which revision, and why.' })
    input: RejectTalentInput,
  ): Promise<TalentProfilePayload> {
    return payload(operation.rejectTalent(ctx, input));
  }

  @Mutation(() => TalentProfilePayload, { description: 'Operator: takes a talent off the lists.' })
  suspendTalent(
    @Ctx() ctx: Context,
    @Arg('input', () => SuspendTalentInput, { description: 'Which, and why.' }) input: SuspendTalentInput,
  ): Promise<TalentProfilePayload> {
    return payload(operation.suspendTalent(ctx, input));
  }

  @Mutation(() => TalentProfilePayload, { description: 'Operator: brings a suspended talent back as it was.' })
  reinstateTalent(
    @Ctx() ctx: Context,
    @Arg('input', () => ReinstateTalentInput, { description: 'Which.' }) input: ReinstateTalentInput,
  ): Promise<TalentProfilePayload> {
    return payload(operation.reinstateTalent(ctx, input));
  }
}

@Resolver(() => ViewerProfile)
export class ViewerTalentResolver {
  @FieldResolver(() => TalentProfile, {
    nullable: true,
    description: 'The viewer’s own talent profile; null where there is none.',
  })
  talentProfile(@Ctx() ctx: Context): Promise<TalentProfile | null> {
    return ownTalent(ctx);
  }
}

@Resolver(() => TalentProfile)
export class TalentFieldsResolver {
  @FieldResolver(() => Organisation, {
    nullable: true,
    description:
      'Where the person works, if said, confirmed by the organisation, and if the viewer may know of it; unconfirmed for the person, the organisation and operators.',
  })
  async organisation(@Root() talent: TalentProfile, @Ctx() ctx: Context): Promise<Organisation | null> {
    const { id, organisationId } = talent;
    if (organisationId === null) return null;
    const own = can(ctx, 'talent:private', talent) || can(ctx, 'mention:read', { organisationId, accountId: null });
    const confirmed = await ctx.load(mentionStatus).load(mentionKey('EMPLOYER', id, id, organisationId));
    return own || confirmed === 'CONFIRMED' ? visibleOrganisation(ctx, organisationId) : null;
  }
}
