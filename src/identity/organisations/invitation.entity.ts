import { Ctx, Field, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import type { Context } from '../../kernel/context.js';
import { connectionType } from '../../graphql/pagination.js';
import { Node } from '../../kernel/node.js';
import { Account, accountById } from '../accounts/account.entity.js';
import { MembershipRole } from './membership.entity.js';
import { Organisation, organisationById } from './organisation.entity.js';
import type { MembershipRole as Role } from '../../kernel/viewer.js';

export const InvitationStatus = { OPEN: 'OPEN', ACCEPTED: 'ACCEPTED', REVOKED: 'REVOKED', EXPIRED: 'EXPIRED' } as const;
export type InvitationStatus = keyof typeof InvitationStatus;
registerEnumType(InvitationStatus, {
  name: 'InvitationStatus',
  description: 'Where an invitation stands.',
  valuesConfig: {
    OPEN: { description: 'Can be accepted.' },
    ACCEPTED: { description: 'The person is a member.' },
    REVOKED: { description: 'Taken back, or replaced by a later one.' },
    EXPIRED: { description: 'Seven days passed.' },
  },
});

/**
 * An invitation, mailed to one address, to become a member of an organisation. Only the organisation's owners see it.
 */
@ObjectType({
  implements: Node,
  description: 'A mail that lets one address join an organisation. The organisation’s owners see it.',
})
@Entity('invitation')
export class Invitation extends Node {
  @Column('uuid', { name: 'organisation_id' })
  organisationId: string;

  @Field(() => String, { description: 'The address it was mailed to.' })
  @Column('text')
  email: string;

  @Field(() => MembershipRole, { description: 'The role that it gives.' })
  @Column('text')
  role: Role;

  @Column('text', { name: 'token_hash' })
  tokenHash: string;

  @Column('uuid', { name: 'invited_by', nullable: true })
  invitedById: string | null;

  @Field(() => Date, { description: 'When it was sent.' })
  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Field(() => Date, { description: 'Until when it can be accepted.' })
  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3 })
  expiresAt: Date;

  @Field(() => Date, { nullable: true, description: 'When it was accepted.' })
  @Column({ type: 'timestamptz', name: 'accepted_at', precision: 3, nullable: true })
  acceptedAt: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was taken back or replaced.' })
  @Column({ type: 'timestamptz', name: 'revoked_at', precision: 3, nullable: true })
  revokedAt: Date | null;

  @Field(() => InvitationStatus, { description: 'Where it stands now.' })
  status(@Ctx() ctx: Context): InvitationStatus {
    if (this.acceptedAt !== null) return 'ACCEPTED';
    if (this.revokedAt !== null) return 'REVOKED';
    return this.expiresAt > ctx.now() ? 'OPEN' : 'EXPIRED';
  }

  @Field(() => Organisation, { description: 'The organisation.' })
  organisation(@Ctx() ctx: Context): Promise<Organisation | null> {
    return ctx.load(organisationById).load(this.organisationId);
  }

  @Field(() => Account, { nullable: true, description: 'Who invited; null once that person’s account is erased.' })
  invitedBy(@Ctx() ctx: Context): Promise<Account | null> {
    return this.invitedById === null ? Promise.resolve(null) : ctx.load(accountById).load(this.invitedById);
  }
}

export const InvitationConnection = connectionType('Invitation', () => Invitation);
