import { Ctx, Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity, In } from 'typeorm';
import type { Context } from '../kernel/context.js';
import { NotFoundError } from '../kernel/errors.js';
import { Account, accountById } from '../identity/accounts/account.entity.js';
import { Organisation, organisationById } from '../identity/organisations/organisation.entity.js';
import { connectionType } from '../graphql/pagination.js';
import { Node } from '../kernel/node.js';
import { sideOf } from './interest.sides.js';
import { interestLifecycle, InterestSide, InterestStatus } from './interest.stages.js';
import { defineLoader, byKey } from '../lib/batching.js';
import { say } from '../messages/catalogue.js';

@ObjectType({
  implements: Node,
  description: 'A message in a thread of interest. Only the two sides read it; operators do not.',
})
@Entity('interest_message')
export class InterestMessage extends Node {
  @Column('uuid', { name: 'interest_id' })
  interestId: string;

  @Field(() => Int, { name: 'number', description: 'Its number in the thread, from 1.' })
  @Column('integer')
  seq: number;

  @Column('uuid', { name: 'author_id', nullable: true })
  authorId: string | null;

  @Field(() => InterestSide, { description: 'The side that wrote it.' })
  @Column('text')
  side: InterestSide;

  @Field(() => String, {
    description: 'The text, as written; a fixed sentence in its place once its author’s account is erased.',
  })
  @Column('text')
  body: string;

  @Field(() => Date, { description: 'When it was written.' })
  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Field(() => Account, { nullable: true, description: 'Who wrote it; null once erased.' })
  author(@Ctx() ctx: Context): Promise<Account | null> | null {
    return this.authorId === null ? null : ctx.load(accountById).load(this.authorId);
  }

  @Field(() => Interest, { description: 'Its thread.' })
  interest(@Ctx() ctx: Context): Promise<Interest | null> {
    return ctx.load(interestById).load(this.interestId);
  }
}

export const InterestMessageConnection = connectionType('InterestMessage', () => InterestMessage);

/**
 * The interest of a party (a person, alone or for an organisation) in a pool entry, and the thread of messages about
 * it. Only the party and the listing institution may see it: code that returns a thread to a viewer must have checked
 * `sideOf`.
 */
@ObjectType({
  implements: Node,
  description: 'Interest in a pool entry, with its thread between the party and the lister. Only the two sides see it.',
})
@Entity('interest')
export class Interest extends Node {
  @Column('uuid', { name: 'achievement_id' })
  achievementId: string;

  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  @Column('uuid', { name: 'account_id', nullable: true })
  accountId: string | null;

  @Column('uuid', { name: 'organisation_id', nullable: true })
  organisationId: string | null;

  @Field(() => InterestStatus, { description: 'Where it stands.' })
  @Column('text')
  status: InterestStatus;

  @Field(() => Date, { description: 'When the interest was said.' })
  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Field(() => Date, { description: 'When the newest message was written.' })
  @Column({ type: 'timestamptz', name: 'last_message_at', precision: 3 })
  lastMessageAt: Date;

  @Field(() => Date, { nullable: true, description: 'When it was closed; null while it is not.' })
  @Column({ type: 'timestamptz', name: 'closed_at', precision: 3, nullable: true })
  closedAt: Date | null;

  @Field(() => InterestSide, { nullable: true, description: 'Which side closed it; that side may reopen it.' })
  @Column('text', { name: 'closed_by', nullable: true })
  closedBy: InterestSide | null;

  @Field(() => String, { nullable: true, description: 'Why it was closed, if said.' })
  @Column('text', { name: 'close_reason', nullable: true })
  closeReason: string | null;

  @Field(() => Int, { description: 'How many messages it has.' })
  @Column('integer', { name: 'message_count' })
  messageCount: number;

  /** Sequence number of the newest message of each side (party and lister); 0 if a side has written none. */
  @Column('integer', { name: 'party_seq' })
  partySeq: number;

  @Column('integer', { name: 'lister_seq' })
  listerSeq: number;

  @Field(() => Organisation, { description: 'The institution that lists the entry.' })
  institution(@Ctx() ctx: Context): Promise<Organisation | null> {
    return ctx.load(organisationById).load(this.institutionId);
  }

  @Field(() => Account, { nullable: true, description: 'Who said the interest; null once erased.' })
  party(@Ctx() ctx: Context): Promise<Account | null> | null {
    return this.accountId === null ? null : ctx.load(accountById).load(this.accountId);
  }

  @Field(() => Organisation, {
    nullable: true,
    description: 'The organisation for which it was said; null for a person’s own interest.',
  })
  organisation(@Ctx() ctx: Context): Promise<Organisation | null> | null {
    return this.organisationId === null ? null : ctx.load(organisationById).load(this.organisationId);
  }

  @Field(() => InterestSide, { description: 'On which side the viewer stands.' })
  viewerSide(@Ctx() ctx: Context): InterestSide {
    const side = sideOf(ctx, this);
    if (side === null) throw new NotFoundError(say('thing.theThread'));
    return side;
  }

  @Field(() => Boolean, { description: 'Whether the viewer may write into it now.' })
  viewerCanReply(@Ctx() ctx: Context): boolean {
    return interestLifecycle.allows(this.status, this.viewerSide(ctx) === 'PARTY' ? 'write' : 'answer');
  }

  @Field(() => Boolean, { description: 'Whether the viewer may close it now.' })
  viewerCanClose(@Ctx() ctx: Context): boolean {
    return interestLifecycle.allows(this.status, 'close') && sideOf(ctx, this) !== null;
  }

  @Field(() => Boolean, { description: 'Whether the viewer may reopen it: it is closed, and their side closed it.' })
  viewerCanReopen(@Ctx() ctx: Context): boolean {
    return interestLifecycle.allows(this.status, 'reopen') && this.closedBy === this.viewerSide(ctx);
  }
}

export const InterestConnection = connectionType('Interest', () => Interest);

export const interestById = defineLoader<string, Interest | null>(async (db, ids) =>
  byKey(ids, await db.findBy(Interest, { id: In([...ids]) }), (interest) => interest.id),
);
