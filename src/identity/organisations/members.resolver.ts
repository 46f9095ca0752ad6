import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../../kernel/context.js';
import { acceptInvitation, inviteMember, revokeInvitation } from './invitations.service.js';
import { changeMemberRole, leaveOrganisation, removeMember } from './members.service.js';
import {
  AcceptInvitationInput,
  AcceptInvitationPayload,
  ChangeMemberRoleInput,
  ChangeMemberRolePayload,
  InviteMemberInput,
  InviteMemberPayload,
  LeaveOrganisationInput,
  LeaveOrganisationPayload,
  RemoveMemberInput,
  RemoveMemberPayload,
  RevokeInvitationInput,
  RevokeInvitationPayload,
} from './organisation.inputs.js';

@Resolver()
export class MembersResolver {
  @Mutation(() => InviteMemberPayload, { description: 'Mails an invitation that holds for 7 days; for owners.' })
  async inviteMember(
    @Ctx() ctx: Context,
    @Arg('input', () => InviteMemberInput, { description: 'Whom.' }) input: InviteMemberInput,
  ): Promise<InviteMemberPayload> {
    return { invitation: await inviteMember(ctx, input) };
  }

  @Mutation(() => AcceptInvitationPayload, { description: 'Joins the organisation that invited the viewer’s address.' })
  async acceptInvitation(
    @Ctx() ctx: Context,
    @Arg('input', () => AcceptInvitationInput, { description: 'The token.' }) input: AcceptInvitationInput,
  ): Promise<AcceptInvitationPayload> {
    return { membership: await acceptInvitation(ctx, input) };
  }

  @Mutation(() => RevokeInvitationPayload, { description: 'Takes an invitation back; for owners.' })
  async revokeInvitation(
    @Ctx() ctx: Context,
    @Arg('input', () => RevokeInvitationInput, { description: 'Which one.' }) input: RevokeInvitationInput,
  ): Promise<RevokeInvitationPayload> {
    return { invitation: await revokeInvitation(ctx, input) };
  }

  @Mutation(() => ChangeMemberRolePayload, {
    description:
      'Gives a member another role; for owners. CONFLICT with reason LAST_OWNER where nobody would own the organisation.',
  })
  async changeMemberRole(
    @Ctx() ctx: Context,
    @Arg('input', () => ChangeMemberRoleInput, { description: 'Who and what.' }) input: ChangeMemberRoleInput,
  ): Promise<ChangeMemberRolePayload> {
    return { membership: await changeMemberRole(ctx, input) };
  }

  @Mutation(() => RemoveMemberPayload, { description: 'Removes a member at once; for owners. Never the last owner.' })
  async removeMember(
    @Ctx() ctx: Context,
    @Arg('input', () => RemoveMemberInput, { description: 'Who.' }) input: RemoveMemberInput,
  ): Promise<RemoveMemberPayload> {
    await removeMember(ctx, input);
    return { removedId: input.membershipId };
  }

  @Mutation(() => LeaveOrganisationPayload, {
    description: 'Ends the viewer’s own membership. Never the last owner’s.',
  })
  async leaveOrganisation(
    @Ctx() ctx: Context,
    @Arg('input', () => LeaveOrganisationInput, { description: 'Which organisation.' }) input: LeaveOrganisationInput,
  ): Promise<LeaveOrganisationPayload> {
    return { removedId: (await leaveOrganisation(ctx, input)).globalId };
  }
}
