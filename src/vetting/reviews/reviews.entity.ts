import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Column, Entity, In } from 'typeorm';
import { Node } from '../../kernel/node.js';
import { ReviewStatus } from '../reviewers/reviewers.vocabularies.js';
import { Dimension, DIMENSIONS } from '../vocabularies.js';
import { defineLoader, groupedByKey } from '../../lib/batching.js';

@ObjectType({ description: 'The score of one dimension in a review.' })
export class DimensionScore {
  @Field(() => Dimension, { description: 'The dimension.' })
  dimension: Dimension;

  @Field(() => Float, {
    nullable: true,
    description: 'The score: half points from 0 to 5; null in a draft without one.',
  })
  score: number | null;

  @Field(() => String, { nullable: true, description: 'Why.' })
  rationale: string | null;

  @Field(() => Boolean, {
    description: 'Whether the lister may read the rationale once the cohort is closed, without a name.',
  })
  forLister: boolean;
}

/**
 * One version of a review. Only the reviewer who wrote it may read it; the code that returns an entity must have
 * checked this. Institutions get anonymised texts in another way (cultivation).
 */
@ObjectType({ implements: Node, description: 'One version of a review. Only its reviewer reads it.' })
@Entity('review')
export class Review extends Node {
  @Column('uuid', { name: 'assignment_id' })
  assignmentId: string;

  @Field(() => Int, { description: 'Its number, from 1; a correction is a new version.' })
  @Column('integer')
  version: number;

  @Field(() => ReviewStatus, { description: 'Where it stands.' })
  @Column('text')
  status: ReviewStatus;

  @Column('jsonb', { name: 'scores' })
  scoreMap: Partial<Record<Dimension, number>>;

  @Column('jsonb', { name: 'rationales' })
  rationaleMap: Partial<Record<Dimension, string>>;

  @Field(() => Int, { nullable: true, description: 'How sure the reviewer is: 1 (barely) to 5 (fully).' })
  @Column('smallint', { nullable: true })
  confidence: number | null;

  @Field(() => [String], { description: 'What the reviewer found missing, by gap codes.' })
  @Column('text', { name: 'gap_codes', array: true })
  gapCodes: string[];

  @Field(() => String, { nullable: true, description: 'With a correction: why.' })
  @Column('text', { name: 'correction_reason', nullable: true })
  correctionReason: string | null;

  @Column('text', { array: true })
  shared: Dimension[];

  @Column('text', { nullable: true })
  salt: string | null;

  @Field(() => Date, { description: 'When it was last saved.' })
  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;

  @Field(() => Date, { nullable: true, description: 'When it was submitted; null for a draft.' })
  @Column({ type: 'timestamptz', name: 'submitted_at', precision: 3, nullable: true })
  submittedAt: Date | null;

  @Field(() => [DimensionScore], { description: 'The scores, in the order of dimensions.' })
  get scores(): DimensionScore[] {
    return DIMENSIONS.filter(
      (dimension) => this.scoreMap[dimension] !== undefined || this.rationaleMap[dimension] !== undefined,
    ).map((dimension) => ({
      dimension,
      score: this.scoreMap[dimension] ?? null,
      rationale: this.rationaleMap[dimension] ?? null,
      forLister: this.shared.includes(dimension),
    }));
  }
}

export const reviewsOf = defineLoader<string, Review[]>(async (db, ids) =>
  groupedByKey(
    ids,
    await db.find(Review, { where: { assignmentId: In([...ids]) }, order: { version: 'DESC' } }),
    (review) => review.assignmentId,
  ),
);
