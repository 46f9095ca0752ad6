import { Ctx, Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Context } from '../kernel/context.js';
import { Organisation } from '../identity/organisations/organisation.entity.js';
import { visibleOrganisation } from '../identity/organisations/organisations.service.js';

@ObjectType({ description: 'Who has put money into a result already, as its lister says.' })
@Entity('achievement_backer')
export class AchievementBacker {
  @PrimaryColumn('uuid', { name: 'achievement_id' })
  achievementId: string;

  /** Place in the list, from 1. */
  @PrimaryColumn('smallint')
  position: number;

  @Field(() => String, { description: 'The name as written.' })
  @Column('text')
  name: string;

  @Column('uuid', { name: 'organisation_id', nullable: true })
  organisationId: string | null;

  @Field(() => Organisation, {
    nullable: true,
    description: 'The organisation here that it is; null where it is not here.',
  })
  organisation(@Ctx() ctx: Context): Promise<Organisation | null> | null {
    return this.organisationId === null ? null : visibleOrganisation(ctx, this.organisationId);
  }
}
