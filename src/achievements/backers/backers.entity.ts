import { MentionStatus } from '../../mentions/vocabularies.js';
import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@ObjectType({ description: 'Who has put money into a result already, as its lister says.' })
@Entity('achievement_backer')
export class AchievementBacker {
  @PrimaryColumn('uuid', { name: 'achievement_id' })
  achievementId: string;

  /** Position in the list, from 1. */
  @PrimaryColumn('smallint')
  position: number;

  @Field(() => String, { description: 'The name as written.' })
  @Column('text')
  name: string;

  @Column('uuid', { name: 'organisation_id', nullable: true })
  organisationId: string | null;

  @Field(() => MentionStatus, {
    nullable: true,
    description: 'Whether the organisation agrees to be named; null where it is not here.',
  })
  consent: MentionStatus | null;
}
