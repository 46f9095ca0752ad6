import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { can } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { ConnectionArgs, type Page } from '../../graphql/pagination.js';
import { readId } from '../../kernel/node.js';
import { Invitation, InvitationConnection } from './invitation.entity.js';
import { listInvitations } from './invitations.service.js';
import { listMembers } from './members.service.js';
import { Membership, MembershipConnection } from './membership.entity.js';
import { namesakesById } from './namesakes.js';
import { Organisation, OrganisationConnection } from './organisation.entity.js';
import {
  CloseOrganisationInput,
  CloseOrganisationPayload,
  CreateOrganisationInput,
  CreateOrganisationPayload,
  DeleteOrganisationInput,
  DeleteOrganisationPayload,
  OrganisationFilter,
  RejectOrganisationInput,
  RejectOrganisationPayload,
  UpdateOrganisationInput,
  UpdateOrganisationPayload,
  VerifyOrganisationInput,
  VerifyOrganisationPayload,
} from './organisation.inputs.js';
import {
  createOrganisation,
  listOrganisations,
  rejectOrganisation,
  updateOrganisation,
  verifyOrganisation,
  visibleOrganisation,
} from './organisations.service.js';
import { closeOrganisation } from './closing.service.js';
import { deleteOrganisation } from './deleting.service.js';

@Resolver(() => Organisation)
export class OrganisationsResolver {
  @Query(() => Organisation, {
    nullable: true,
    description: 'One organisation; null where there is none or it is not verified and not the viewer’s.',
  })
  organisation(
    @Ctx() ctx: Context,
    @Arg('id', () => ID, { description: 'Id of an Organisation.' }) id: string,
  ): Promise<Organisation | null> {
    return visibleOrganisation(ctx, readId('id', 'Organisation', id));
  }

  @Query(() => OrganisationConnection, {
    description: 'The verified organisations and the viewer’s own; all of them for operators. Latest first.',
  })
  organisations(
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => OrganisationFilter, { nullable: true, description: 'Which ones; all by default.' })
    filter?: OrganisationFilter | null,
  ): Promise<Page<Organisation>> {
    return listOrganisations(ctx, filter ?? {}, args);
  }

  @FieldResolver(() => MembershipConnection, {
    nullable: true,
    description: 'Its members, earliest first; null unless the viewer is one of them or an operator.',
  })
  members(
    @Ctx() ctx: Context,
    @Root() organisation: Organisation,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Promise<Page<Membership> | null> {
    return listMembers(ctx, organisation.id, args);
  }

  @FieldResolver(() => InvitationConnection, {
    nullable: true,
    description: 'Its invitations, latest first; null unless the viewer owns it or is an operator.',
  })
  invitations(
    @Ctx() ctx: Context,
    @Root() organisation: Organisation,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Promise<Page<Invitation> | null> {
    return listInvitations(ctx, organisation.id, args);
  }

  @FieldResolver(() => [Organisation], {
    nullable: true,
    description:
      'The verified organisations whose name it bears or nearly bears, at most 20, compared without legal forms, accents and look-alike letters; for operators, null for others.',
  })
  namesakes(@Ctx() ctx: Context, @Root() organisation: Organisation): Promise<Organisation[]> | null {
    return can(ctx, 'organisation:readAll', undefined) ? ctx.load(namesakesById).load(organisation.id) : null;
  }

  @FieldResolver(() => Boolean, { description: 'Whether the viewer may see its members.' })
  viewerCanSeeMembers(@Ctx() ctx: Context, @Root() organisation: Organisation): boolean {
    return can(ctx, 'organisation:members', { organisationId: organisation.id });
  }

  @FieldResolver(() => Boolean, { description: 'Whether the viewer may verify or reject it.' })
  viewerCanVerify(@Ctx() ctx: Context, @Root() organisation: Organisation): boolean {
    return can(ctx, 'platform:operate', { organisationId: organisation.id });
  }

  @Mutation(() => CreateOrganisationPayload, {
    description:
      'Creates an organisation that the viewer owns. It is shown to others once an operator has verified it.',
  })
  async createOrganisation(
    @Ctx() ctx: Context,
    @Arg('input', () => CreateOrganisationInput, { description: 'The organisation.' }) input: CreateOrganisationInput,
  ): Promise<CreateOrganisationPayload> {
    return { organisation: await createOrganisation(ctx, input) };
  }

  @Mutation(() => UpdateOrganisationPayload, {
    description:
      'Edits an organisation. Another name, code or kind of a verified one waits in `pendingChange` until an operator verifies it. CONFLICT with reason STALE_REVISION and `currentRevision` when it was changed meanwhile.',
  })
  async updateOrganisation(
    @Ctx() ctx: Context,
    @Arg('input', () => UpdateOrganisationInput, { description: 'The changes.' }) input: UpdateOrganisationInput,
  ): Promise<UpdateOrganisationPayload> {
    return { organisation: await updateOrganisation(ctx, input) };
  }

  @Mutation(() => VerifyOrganisationPayload, {
    description:
      'Verifies an organisation, or the pending change of a verified one; for operators. Its owners get a mail.',
  })
  async verifyOrganisation(
    @Ctx() ctx: Context,
    @Arg('input', () => VerifyOrganisationInput, { description: 'What was checked.' }) input: VerifyOrganisationInput,
  ): Promise<VerifyOrganisationPayload> {
    return { organisation: await verifyOrganisation(ctx, input) };
  }

  @Mutation(() => RejectOrganisationPayload, {
    description:
      'Refuses an organisation, or only the pending change of a verified one; for operators. Its owners get a mail with the note.',
  })
  async rejectOrganisation(
    @Ctx() ctx: Context,
    @Arg('input', () => RejectOrganisationInput, { description: 'What was checked, and why not.' })
    input: RejectOrganisationInput,
  ): Promise<RejectOrganisationPayload> {
    return { organisation: await rejectOrganisation(ctx, input) };
  }

  @Mutation(() => CloseOrganisationPayload, {
    description:
      'Closes an organisation for good; for its owners. Its results leave the pool or are withdrawn (those being judged once that is over), its investor profile pauses, its needs are withdrawn, its threads end and the other sides are told, open invitations end. Name and records stay, its members keep their accounts, and nothing new can be written for it (ORGANISATION_CLOSED).',
  })
  async closeOrganisation(
    @Ctx() ctx: Context,
    @Arg('input', () => CloseOrganisationInput, { description: 'Which one.' }) input: CloseOrganisationInput,
  ): Promise<CloseOrganisationPayload> {
    return { organisation: await closeOrganisation(ctx, input) };
  }

  @Mutation(() => DeleteOrganisationPayload, {
    description:
      'Deletes an organisation that is not verified and appears in no record, such as a thread or a round; others are closed by `closeOrganisation`.',
  })
  async deleteOrganisation(
    @Ctx() ctx: Context,
    @Arg('input', () => DeleteOrganisationInput, { description: 'Which one.' }) input: DeleteOrganisationInput,
  ): Promise<DeleteOrganisationPayload> {
    await deleteOrganisation(ctx, input);
    return { deletedId: input.id };
  }
}
