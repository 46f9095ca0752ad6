import { Ctx, Field, ObjectType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import type { Context } from '../../kernel/context.js';
import { connectionType } from '../../graphql/pagination.js';
import { Node } from '../../kernel/node.js';

/**
 * A session: one log-in on one device, continued by refresh tokens that can each be used once. Only its owner sees it.
 */
@ObjectType({ implements: Node, description: 'A log-in on one device. Only its owner sees it.' })
@Entity('session')
export class Session extends Node {
  @Column('uuid', { name: 'account_id' })
  accountId: string;

  @Field(() => Date, { description: 'When it began.' })
  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Field(() => Date, { description: 'When it was last refreshed.' })
  @Column({ type: 'timestamptz', name: 'last_used_at', precision: 3 })
  lastUsedAt: Date;

  @Field(() => Date, { description: 'When it ends unless it is refreshed before.' })
  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3 })
  expiresAt: Date;

  @Field(() => String, { nullable: true, description: 'Name of the device or program, as given at log-in.' })
  @Column('text', { name: 'user_agent', nullable: true })
  device: string | null;

  @Column({ type: 'timestamptz', name: 'revoked_at', precision: 3, nullable: true })
  revokedAt: Date | null;

  @Column('text', { name: 'revoked_reason', nullable: true })
  revokedReason: string | null;

  @Field(() => Boolean, { description: 'Whether this request came through it.' })
  isCurrent(@Ctx() ctx: Context): boolean {
    return ctx.viewer.sessionId === this.id;
  }
}

export const SessionConnection = connectionType('Session', () => Session);
