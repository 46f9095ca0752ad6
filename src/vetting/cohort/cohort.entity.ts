import { Arg, Ctx, Field, Float, Int, ObjectType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import type { Context } from '../../kernel/context.js';
import { Locale, localize, LocalizedText, type Localized } from '../../kernel/localized.js';
import { connectionType } from '../../graphql/pagination.js';
import { Node } from '../../kernel/node.js';
import { RULE_VERSION, type RuleVersion } from '../admission/rule-version.js';
import { CohortStatus, Dimension, DIMENSIONS, TieKey } from '../vocabularies.js';

/** One number per dimension, as stored in JSON. */
export type PerDimension = Record<Dimension, number>;

@ObjectType({ description: 'A number of one dimension.' })
export class DimensionValue {
  @Field(() => Dimension, { description: 'The dimension.' })
  dimension: Dimension;

  @Field(() => Float, { description: 'Its number.' })
  value: number;
}

/** Converts an object by dimension, as stored, to a list in the fixed order of dimensions. */
export function dimensionValues(stored: PerDimension): DimensionValue[] {
  return DIMENSIONS.map((dimension) => ({ dimension, value: stored[dimension] }));
}

/** Settings of a cohort; they can be changed only while it is open. The ledger records them under `settings`. */
export interface CohortSettings {
  quotaRate: number;
  weights: PerDimension;
  floors: PerDimension;
  minReviews: number;
  reviewerLoad: number;
  noticeDays: number;
  validityMonths: number;
  doubleShare: number;
  blind: boolean;
  tieRule: TieKey[];
}

/**
 * 年度批次, cohort: the achievements registered for one review period. All fields of this class are public; what is
 * confidential about single entries is guarded by the resolvers of the entry.
 */
@ObjectType({
  implements: Node,
  description:
    'A cohort 年度批次: the achievements registered for one review period, with quota, weights and what came of them.',
})
@Entity('cohort')
export class Cohort extends Node {
  @Field(() => Int, { description: 'Its year.' })
  @Column('integer')
  year: number;

  @Field(() => Int, { description: 'Its number within the year, from 1.' })
  @Column('integer')
  number: number;

  @Column('jsonb', { name: 'name' })
  nameText: Localized;

  @Field(() => CohortStatus, { description: 'Where it stands.' })
  @Column('text')
  status: CohortStatus;

  @Column('numeric', { name: 'quota_rate' })
  quotaRateText: string;

  @Column('jsonb', { name: 'weights' })
  weightMap: PerDimension;

  @Column('jsonb', { name: 'floors' })
  floorMap: PerDimension;

  @Field(() => Int, { description: 'Least number of independent reviews per dimension.' })
  @Column('integer', { name: 'min_reviews' })
  minReviews: number;

  @Field(() => Int, { description: 'Most entries per reviewer.' })
  @Column('integer', { name: 'reviewer_load' })
  reviewerLoad: number;

  @Field(() => Int, { description: 'Days of the public notice.' })
  @Column('integer', { name: 'notice_days' })
  noticeDays: number;

  @Field(() => Int, { description: 'Months for which its passports are valid.' })
  @Column('integer', { name: 'validity_months' })
  validityMonths: number;

  @Column('numeric', { name: 'double_share' })
  doubleShareText: string;

  @Field(() => Boolean, { description: 'Whether reviewers see neither inventors nor institution.' })
  @Column('boolean')
  blind: boolean;

  @Field(() => [TieKey], {
    description:
      'How entries of equal score (to two decimals) are ordered, key by key; declared before scores are seen.',
  })
  @Column('text', { name: 'tie_rule', array: true })
  tieRule: TieKey[];

  @Field(() => Int, {
    description:
      'Version of the rule that decides it: 2 compares published values (two decimals) and the order of registration, 1 compared unrounded values and the time of entry.',
  })
  @Column('smallint', { name: 'rule_version', default: RULE_VERSION })
  ruleVersion: RuleVersion;

  @Field(() => Date, { description: 'When it was opened.' })
  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Field(() => Date, { nullable: true, description: 'When its denominator and settings were fixed.' })
  @Column({ type: 'timestamptz', name: 'frozen_at', precision: 3, nullable: true })
  frozenAt: Date | null;

  @Field(() => Date, { nullable: true, description: 'When reviewing began.' })
  @Column({ type: 'timestamptz', name: 'reviewing_at', precision: 3, nullable: true })
  reviewingAt: Date | null;

  @Field(() => Date, { nullable: true, description: 'When the public notice began.' })
  @Column({ type: 'timestamptz', name: 'notice_at', precision: 3, nullable: true })
  noticeAt: Date | null;

  @Field(() => Date, {
    nullable: true,
    description: 'When the public notice ends; later where an entry moved up after an objection.',
  })
  @Column({ type: 'timestamptz', name: 'notice_ends_at', precision: 3, nullable: true })
  noticeEndsAt: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was closed.' })
  @Column({ type: 'timestamptz', name: 'closed_at', precision: 3, nullable: true })
  closedAt: Date | null;

  @Field(() => Int, { description: 'How many count as registered, once frozen: the denominator of the quota.' })
  @Column('integer', { name: 'registered_count' })
  registeredCount: number;

  @Field(() => Int, {
    description: 'How many it may admit: the quota rate of the registered, rounded down. 0 until it is frozen.',
  })
  @Column('integer')
  quota: number;

  @Field(() => Int, { description: 'How many it admitted; 0 until it is closed.' })
  @Column('integer', { name: 'admitted_count' })
  admittedCount: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'Score of the last one that is (or is proposed to be) admitted; null before the public notice, or where nobody is.',
  })
  @Column('double precision', { name: 'cut_off', nullable: true })
  cutOff: number | null;

  @Field(() => LocalizedText, { description: 'Its name.' })
  name(
    @Ctx() ctx: Context,
    @Arg('locale', () => Locale, { nullable: true, description: 'Language wished for; the request’s by default.' })
    locale?: Locale,
  ): LocalizedText {
    return localize(this.nameText, locale ?? ctx.locale);
  }

  @Field(() => Float, { description: 'Share of the registered that may be admitted; at most 0.2.' })
  get quotaRate(): number {
    return Number(this.quotaRateText);
  }

  @Field(() => Float, { description: 'Share of the entries that a second, independent panel judges too.' })
  get doubleShare(): number {
    return Number(this.doubleShareText);
  }

  @Field(() => [DimensionValue], { description: 'Weight of each dimension; they sum to 1.' })
  get weights(): DimensionValue[] {
    return dimensionValues(this.weightMap);
  }

  @Field(() => [DimensionValue], { description: 'Least calibrated score of each dimension.' })
  get floors(): DimensionValue[] {
    return dimensionValues(this.floorMap);
  }

  /** The settings in the form that the ledger records. */
  get settings(): CohortSettings {
    const {
      quotaRate,
      weightMap: weights,
      floorMap: floors,
      minReviews,
      reviewerLoad,
      noticeDays,
      validityMonths,
      doubleShare,
      blind,
      tieRule,
    } = this;
    return {
      quotaRate,
      weights,
      floors,
      minReviews,
      reviewerLoad,
      noticeDays,
      validityMonths,
      doubleShare,
      blind,
      tieRule,
    };
  }
}

export const CohortConnection = connectionType('Cohort', () => Cohort);
