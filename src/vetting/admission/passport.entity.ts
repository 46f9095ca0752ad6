import { Ctx, Field, Float, Int, ObjectType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import type { Context } from '../../kernel/context.js';
import { Node } from '../../kernel/node.js';
import { cohortById } from '../cohort/cohort.access.js';
import { Cohort, type PerDimension } from '../cohort/cohort.entity.js';
import { interval, ScoreAxis } from '../cohort/entry.entity.js';
import { DIMENSIONS, PassportVoidReason, type Dimension } from '../vocabularies.js';

/** Score of a passport in one dimension, as stored in a JSON column. */
export interface StoredAxis {
  score: number;
  se: number;
  percentile: number | null;
  reviews: number;
  comparable: boolean;
}

/**
 * 评分护照, score passport: the scores that an achievement was admitted with, valid until an expiry date or until it is
 * voided.
 */
@ObjectType({
  implements: Node,
  description:
    'Score passport 评分护照 of an admitted achievement: three axes with their uncertainty, and until when they hold.',
})
@Entity('score_passport')
export class ScorePassport extends Node {
  @Column('uuid', { name: 'achievement_id' })
  achievementId: string;

  @Column('uuid', { name: 'cohort_id' })
  cohortId: string;

  @Column('uuid', { name: 'entry_id' })
  entryId: string;

  @Column('jsonb', { name: 'axes' })
  axisMap: Record<Dimension, StoredAxis>;

  @Column('jsonb', { name: 'weights' })
  weightMap: PerDimension;

  @Field(() => Float, { description: 'Combined calibrated score, 0 to 5: the weighted sum of the axes.' })
  @Column('double precision')
  score: number;

  @Field(() => Float, { name: 'standardError', description: 'Its standard error.' })
  @Column('double precision')
  se: number;

  @Column('text', { name: 'industry_codes', array: true })
  industryCodes: string[];

  @Field(() => Int, { description: 'The revision of the record that was judged.' })
  @Column('integer')
  revision: number;

  @Column('text', { name: 'evidence_revision' })
  evidenceHash: string;

  @Field(() => Date, { description: 'When it was issued.' })
  @Column({ type: 'timestamptz', name: 'issued_at', precision: 3 })
  issuedAt: Date;

  @Field(() => Date, { description: 'Until when it is valid.' })
  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3 })
  expiresAt: Date;

  @Field(() => Date, {
    nullable: true,
    description: 'When it ceased to hold before a new one came; null while it holds.',
  })
  @Column({ type: 'timestamptz', name: 'voided_at', precision: 3, nullable: true })
  voidedAt: Date | null;

  @Field(() => PassportVoidReason, { nullable: true, description: 'Why it no longer holds.' })
  @Column('text', { name: 'void_reason', nullable: true })
  voidReason: PassportVoidReason | null;

  @Field(() => Boolean, {
    description: 'Whether it holds now. Where not, the achievement needs a new review: submitToCohort.',
  })
  isValid(@Ctx() ctx: Context): boolean {
    return this.voidedAt === null && this.expiresAt > ctx.now();
  }

  @Field(() => Float, { description: 'Lower end of the 95 % interval of the combined score.' })
  get low(): number {
    return interval(this.score, this.se).low;
  }

  @Field(() => Float, { description: 'Upper end of the 95 % interval of the combined score.' })
  get high(): number {
    return interval(this.score, this.se).high;
  }

  @Field(() => [ScoreAxis], { description: 'The three axes, always in the same order.' })
  get axes(): ScoreAxis[] {
    return DIMENSIONS.map((dimension) => {
      const { se, ...axis } = this.axisMap[dimension];
      return { dimension, ...axis, standardError: se, ...interval(axis.score, se), weight: this.weightMap[dimension] };
    });
  }

  @Field(() => Cohort, { description: 'The cohort whose closing issued it.' })
  cohort(@Ctx() ctx: Context): Promise<Cohort | null> {
    return ctx.load(cohortById).load(this.cohortId);
  }
}
