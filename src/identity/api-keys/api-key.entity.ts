import { Field, ObjectType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import { connectionType } from '../../graphql/pagination.js';
import { Node } from '../../kernel/node.js';
import { ApiKeyScope } from '../accounts/account.inputs.js';

/**
 * A long-lived credential by which a program acts for an account. Its secret is stored as a hash; only its owner sees
 * the key.
 */
@ObjectType({
  implements: Node,
  description: 'A long-lived credential for programs. Only its owner sees it, and its secret only once.',
})
@Entity('api_key')
export class ApiKey extends Node {
  @Column('uuid', { name: 'account_id' })
  accountId: string;

  @Field(() => String, { description: 'What it is for.' })
  @Column('text')
  name: string;

  @Field(() => String, { description: 'The eight characters after `tpk_`, to tell keys apart.' })
  @Column('text')
  prefix: string;

  @Column('text', { name: 'secret_hash' })
  secretHash: string;

  @Field(() => [ApiKeyScope], { description: 'What it may do.' })
  @Column('text', { array: true })
  scopes: ApiKeyScope[];

  @Field(() => Date, { description: 'When it was made.' })
  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Field(() => Date, { nullable: true, description: 'When it stops working; null for never.' })
  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3, nullable: true })
  expiresAt: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was last used, to the minute; null for never.' })
  @Column({ type: 'timestamptz', name: 'last_used_at', precision: 3, nullable: true })
  lastUsedAt: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was revoked.' })
  @Column({ type: 'timestamptz', name: 'revoked_at', precision: 3, nullable: true })
  revokedAt: Date | null;
}

export const ApiKeyConnection = connectionType('ApiKey', () => ApiKey);
