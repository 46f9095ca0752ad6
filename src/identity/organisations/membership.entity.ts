import { Ctx, Field, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, In, type EntityManager } from 'typeorm';
import type { Context } from '../../kernel/context.js';
import { can } from '../../kernel/authz.js';
import { byKey, defineLoader } from '../../lib/batching.js';
import { connectionType } from '../../graphql/pagination.js';
import { Node } from '../../kernel/node.js';
import { Account, accountById } from '../accounts/account.entity.js';
import { Organisation, organisationById } from './organisation.entity.js';
import type { MembershipRole as Role } from '../../kernel/viewer.js';

export const MembershipRole = { OWNER: 'OWNER', EDITOR: 'EDITOR', MEMBER: 'MEMBER' } as const satisfies Record<
  Role,
  Role
>;
registerEnumType(MembershipRole, {
  name: 'MembershipRole',
  description: 'What a member may do for an organisation; each role includes those below it.',
  valuesConfig: {
    OWNER: { description: 'Edits the organisation and manages its members.' },
    EDITOR: { description: 'Edits what the organisation lists.' },
    MEMBER: { description: 'Sees what the organisation sees.' },
  },
});

/** A person's membership in an organisation. */
@ObjectType({
  implements: Node,
  description: 'A person’s place in an organisation. The organisation’s members see it.',
})
@Entity('membership')
export class Membership extends Node {
  @Column('uuid', { name: 'account_id' })
  accountId: string;

  @Column('uuid', { name: 'organisation_id' })
  organisationId: string;

  @Field(() => MembershipRole, { description: 'What the person may do.' })
  @Column('text')
  role: Role;

  @Field(() => Date, { description: 'Since when.' })
  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  since: Date;

  @Field(() => Account, { description: 'The person.' })
  account(@Ctx() ctx: Context): Promise<Account | null> {
    return ctx.load(accountById).load(this.accountId);
  }

  @Field(() => Organisation, { description: 'The organisation.' })
  organisation(@Ctx() ctx: Context): Promise<Organisation | null> {
    return ctx.load(organisationById).load(this.organisationId);
  }

  @Field(() => Boolean, { description: 'Whether the viewer may change the role or remove the member.' })
  viewerCanEdit(@Ctx() ctx: Context): boolean {
    return can(ctx, 'organisation:manage', { organisationId: this.organisationId });
  }
}

export const MembershipConnection = connectionType('Membership', () => Membership);

export const membershipById = defineLoader<string, Membership | null>(async (db: EntityManager, ids) =>
  byKey(ids, await db.findBy(Membership, { id: In([...ids]) }), (m) => m.id),
);
