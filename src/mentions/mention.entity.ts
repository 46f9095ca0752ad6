import { Field, ObjectType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import { connectionType } from '../graphql/pagination.js';
import { Node } from '../kernel/node.js';
import { MentionKind, MentionStatus } from './vocabularies.js';

/**
 * A mention: one party names another one in a record. Database triggers store mentions, so that no code that writes
 * such a record can forget it. Readable by the named party and operators; code that returns a mention must have checked
 * `mention:read`.
 */
@ObjectType({
  implements: Node,
  description:
    'That another party names one: as a backer, co-investor, inventor, employer or in evidence. It is shown, linked and used once the named party has confirmed it. For the named party and operators.',
})
@Entity('mention')
export class Mention extends Node {
  @Field(() => MentionKind, { description: 'In which way.' })
  @Column('text')
  kind: MentionKind;

  @Column('uuid', { name: 'subject_id' })
  subjectId: string;

  @Column('uuid', { name: 'namer_id' })
  namerId: string;

  @Column('uuid', { name: 'organisation_id', nullable: true })
  organisationId: string | null;

  @Column('uuid', { name: 'talent_id', nullable: true })
  talentId: string | null;

  @Field(() => MentionStatus, { description: 'What the named party answered.' })
  @Column('text')
  status: MentionStatus;

  @Field(() => Date, { description: 'Since when it stands.' })
  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Field(() => Date, { nullable: true, description: 'When the named party last answered.' })
  @Column({ type: 'timestamptz', name: 'answered_at', precision: 3, nullable: true })
  answeredAt: Date | null;

  @Column('uuid', { name: 'answered_by', nullable: true })
  answeredById: string | null;
}

export const MentionConnection = connectionType('Mention', () => Mention);
