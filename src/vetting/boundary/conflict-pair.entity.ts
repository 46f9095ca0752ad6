import { Ctx, Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Context } from '../../kernel/context.js';
import { connectionType } from '../../graphql/pagination.js';
import { entryById } from '../cohort/cohort.access.js';
import { CohortEntry } from '../cohort/entry.entity.js';
import { Reviewer } from '../reviewers/reviewers.entity.js';
import { ConflictReason } from '../reviewers/reviewers.vocabularies.js';
import { reviewerById } from '../reviewers/reviewers.entity.js';

/** A stored pair of reviewer and entry that must not be assigned to each other because of a conflict of interest. */
@ObjectType({ description: 'A reviewer who must not judge an entry, and why. For operators.' })
@Entity('conflict')
export class ConflictPair {
  @Column('uuid', { name: 'cohort_id' })
  cohortId: string;

  @PrimaryColumn('uuid', { name: 'entry_id' })
  entryId: string;

  @PrimaryColumn('uuid', { name: 'reviewer_id' })
  reviewerId: string;

  @Field(() => [ConflictReason], { description: 'Why.' })
  @Column('text', { array: true })
  reasons: ConflictReason[];

  @Field(() => CohortEntry, { description: 'The entry.' })
  entry(@Ctx() ctx: Context): Promise<CohortEntry | null> {
    return ctx.load(entryById).load(this.entryId);
  }

  @Field(() => Reviewer, { description: 'The reviewer.' })
  reviewer(@Ctx() ctx: Context): Promise<Reviewer | null> {
    return ctx.load(reviewerById).load(this.reviewerId);
  }
}

export const ConflictPairConnection = connectionType('ConflictPair', () => ConflictPair);
