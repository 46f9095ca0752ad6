import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { LocalizedInput } from '../../kernel/localized.js';
import { Invitation } from './invitation.entity.js';
import { Membership, MembershipRole } from './membership.entity.js';
import { Organisation, OrganisationKind, VerificationStatus } from './organisation.entity.js';
import type { MembershipRole as Role, OrganisationKind as Kind } from '../../kernel/viewer.js';
import { MutationInput } from '../../kernel/mutation-input.js';

@InputType({ description: 'Which organisations to list; all conditions must hold.' })
export class OrganisationFilter {
  @Field(() => [OrganisationKind], { nullable: true, description: 'Any of these kinds.' })
  kind?: Kind[] | null;

  @Field(() => [VerificationStatus], {
    nullable: true,
    description: 'Any of these; operators see all, others see verified ones and their own.',
  })
  verification?: VerificationStatus[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether a change waits for an operator; others than operators find their own alone.',
  })
  hasPendingChange?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'Part of the Chinese or English name, or the whole unified social credit code; up to 100 characters.',
  })
  text?: string | null;
}

@InputType({ description: 'A new organisation, which the viewer will own and an operator will check.' })
export class CreateOrganisationInput extends MutationInput {
  @Field(() => OrganisationKind, { description: 'What it is.' })
  kind: Kind;

  @Field(() => LocalizedInput, { description: 'Its name, up to 200 characters.' })
  name: LocalizedInput;

  @Field(() => String, { nullable: true, description: 'Unified social credit code 统一社会信用代码, 18 characters.' })
  uscc?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Research Organization Registry id, with or without `https://ror.org/`.',
  })
  ror?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Where it is: six digits of GB/T 2260, or the two letters of a foreign country (ISO 3166-1).',
  })
  regionCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Home page, http or https.' })
  website?: string | null;

  @Field(() => LocalizedInput, { nullable: true, description: 'What it does, up to 2,000 characters.' })
  description?: LocalizedInput | null;
}

@InputType({ description: 'Changes of an organisation; what is left out stays, null empties it.' })
export class UpdateOrganisationInput extends MutationInput {
  @Field(() => ID, { description: 'The organisation.' })
  id: string;

  @Field(() => Int, { description: 'The `revision` that the changes were made on.' })
  revision: number;

  @Field(() => OrganisationKind, {
    nullable: true,
    description: 'What it is. Of a verified one, the change waits in `pendingChange` for an operator.',
  })
  kind?: Kind | null;

  @Field(() => LocalizedInput, {
    nullable: true,
    description:
      'Its name, up to 200 characters. Of a verified one, the change waits in `pendingChange` for an operator.',
  })
  name?: LocalizedInput | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Unified social credit code 统一社会信用代码. Of a verified one, the change waits in `pendingChange` for an operator.',
  })
  uscc?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Research Organization Registry id, with or without `https://ror.org/`.',
  })
  ror?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Where it is: six digits of GB/T 2260, or the two letters of a foreign country (ISO 3166-1).',
  })
  regionCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Home page, http or https.' })
  website?: string | null;

  @Field(() => LocalizedInput, { nullable: true, description: 'What it does, up to 2,000 characters.' })
  description?: LocalizedInput | null;
}

@InputType({ description: 'An organisation that an operator has checked.' })
export class VerifyOrganisationInput extends MutationInput {
  @Field(() => ID, { description: 'The organisation.' })
  id: string;

  @Field(() => Int, { description: 'The `revision` that was checked, so that no later edit is verified unseen.' })
  revision: number;
}

@InputType({ description: 'An organisation that an operator refuses.' })
export class RejectOrganisationInput extends VerifyOrganisationInput {
  @Field(() => String, { description: 'Why, and what to mend, 1 to 2,000 characters; mailed to the owners.' })
  note: string;
}

@InputType({ description: 'An organisation to delete.' })
export class DeleteOrganisationInput extends MutationInput {
  @Field(() => ID, { description: 'The organisation; only one that was never verified.' })
  id: string;
}

@InputType({ description: 'An organisation to close for good.' })
export class CloseOrganisationInput extends MutationInput {
  @Field(() => ID, { description: 'The organisation.' })
  id: string;

  @Field(() => String, { nullable: true, description: 'Why; at most 500 characters. Kept in the ledger.' })
  reason?: string | null;
}

@InputType({ description: 'Whom to invite, and as what.' })
export class InviteMemberInput extends MutationInput {
  @Field(() => ID, { description: 'The organisation.' })
  organisationId: string;

  @Field(() => String, { description: 'Address to mail the invitation to. An earlier open one to it is replaced.' })
  email: string;

  @Field(() => MembershipRole, { description: 'The role that it gives.' })
  role: Role;
}

@InputType({ description: 'An invitation to accept.' })
export class AcceptInvitationInput extends MutationInput {
  @Field(() => String, { description: 'The token from the mail; the account must have the address it was mailed to.' })
  token: string;
}

@InputType({ description: 'An invitation to take back.' })
export class RevokeInvitationInput extends MutationInput {
  @Field(() => ID, { description: 'The invitation.' })
  id: string;
}

@InputType({ description: 'Another role for a member.' })
export class ChangeMemberRoleInput extends MutationInput {
  @Field(() => ID, { description: 'The membership.' })
  membershipId: string;

  @Field(() => MembershipRole, { description: 'The new role.' })
  role: Role;
}

@InputType({ description: 'A member to remove.' })
export class RemoveMemberInput extends MutationInput {
  @Field(() => ID, { description: 'The membership.' })
  membershipId: string;
}

@InputType({ description: 'An organisation to leave.' })
export class LeaveOrganisationInput extends MutationInput {
  @Field(() => ID, { description: 'The organisation.' })
  organisationId: string;
}

@ObjectType({ description: 'The new organisation.' })
export class CreateOrganisationPayload {
  @Field(() => Organisation, { description: 'The organisation, waiting for an operator.' })
  organisation: Organisation;
}

@ObjectType({ description: 'The organisation as changed.' })
export class UpdateOrganisationPayload {
  @Field(() => Organisation, { description: 'The organisation.' })
  organisation: Organisation;
}

@ObjectType({ description: 'The verified organisation.' })
export class VerifyOrganisationPayload {
  @Field(() => Organisation, { description: 'The organisation.' })
  organisation: Organisation;
}

@ObjectType({ description: 'The refused organisation.' })
export class RejectOrganisationPayload {
  @Field(() => Organisation, { description: 'The organisation.' })
  organisation: Organisation;
}

@ObjectType({ description: 'The closed organisation.' })
export class CloseOrganisationPayload {
  @Field(() => Organisation, { description: 'The organisation, with `closedAt`.' })
  organisation: Organisation;
}

@ObjectType({ description: 'The organisation is gone.' })
export class DeleteOrganisationPayload {
  @Field(() => ID, { description: 'The id that it had.' })
  deletedId: string;
}

@ObjectType({ description: 'The invitation.' })
export class InviteMemberPayload {
  @Field(() => Invitation, { description: 'The invitation; its token is in the mail alone.' })
  invitation: Invitation;
}

@ObjectType({ description: 'The new membership.' })
export class AcceptInvitationPayload {
  @Field(() => Membership, { description: 'The membership.' })
  membership: Membership;
}

@ObjectType({ description: 'The invitation, taken back.' })
export class RevokeInvitationPayload {
  @Field(() => Invitation, { description: 'The invitation.' })
  invitation: Invitation;
}

@ObjectType({ description: 'The membership as changed.' })
export class ChangeMemberRolePayload {
  @Field(() => Membership, { description: 'The membership.' })
  membership: Membership;
}

@ObjectType({ description: 'The member is removed.' })
export class RemoveMemberPayload {
  @Field(() => ID, { description: 'The id that the membership had.' })
  removedId: string;
}

@ObjectType({ description: 'The viewer is no longer a member.' })
export class LeaveOrganisationPayload {
  @Field(() => ID, { description: 'The id that the membership had.' })
  removedId: string;
}
