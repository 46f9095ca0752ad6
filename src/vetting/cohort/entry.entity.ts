import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionType } from '../../graphql/pagination.js';
import { Node } from '../../kernel/node.js';
import { DecisionReason, Dimension, EntryDecision, ScreenedBy, ScreenReason, ScreenStatus } from '../vocabularies.js';

/**
 * Entry of an achievement into a cohort. That the entry exists, whether it counts and why are public; its institution
 * and scores are guarded by the field resolvers in entry.resolver.ts.
 */
@ObjectType({
  implements: Node,
  description:
    'An achievement in a cohort. Whether it counts is public; which result it is and its scores are for its institution and operators, and for all once it is proposed for admission.',
})
@Entity('cohort_entry')
export class CohortEntry extends Node {
  @Column('uuid', { name: 'cohort_id' })
  cohortId: string;

  @Column('uuid', { name: 'achievement_id' })
  achievementId: string;

  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  @Column('integer', { name: 'revision' })
  recordRevision: number;

  @Column('text', { name: 'evidence_revision', nullable: true })
  evidenceHash: string | null;

  @Column('text', { name: 'industry_code', nullable: true })
  industryCode: string | null;

  @Field(() => Date, { description: 'When it entered the cohort.' })
  @Column({ type: 'timestamptz', name: 'entered_at', precision: 3 })
  enteredAt: Date;

  @Field(() => Int, {
    nullable: true,
    description:
      'Place in the order of registration among the entries that count, from 1, which the tie rule reads; null until the cohort is frozen.',
  })
  @Column('integer', { name: 'registration_order', nullable: true })
  registrationOrder: number | null;

  @Field(() => ScreenStatus, { description: 'Whether it counts towards the registered ones.' })
  @Column('text')
  screen: ScreenStatus;

  @Field(() => [ScreenReason], { description: 'Why it does not count.' })
  @Column('text', { name: 'screen_reasons', array: true })
  screenReasons: ScreenReason[];

  @Field(() => ScreenedBy, { description: 'Who screened it.' })
  @Column('text', { name: 'screen_by' })
  screenedBy: ScreenedBy;

  @Column('text', { name: 'screen_note', nullable: true })
  screenNoteText: string | null;

  @Field(() => Date, { nullable: true, description: 'When it was screened.' })
  @Column({ type: 'timestamptz', name: 'screened_at', precision: 3, nullable: true })
  screenedAt: Date | null;

  @Column('text', { name: 'appeal', nullable: true })
  appealText: string | null;

  @Column({ type: 'timestamptz', name: 'appealed_at', precision: 3, nullable: true })
  appealedAt: Date | null;

  @Column('uuid', { name: 'appealed_by', nullable: true })
  appealedBy: string | null;

  @Column('text', { name: 'appeal_answer', nullable: true })
  appealAnswer: string | null;

  @Column('boolean', { name: 'appeal_upheld', nullable: true })
  appealUpheld: boolean | null;

  @Column({ type: 'timestamptz', name: 'appeal_answered_at', precision: 3, nullable: true })
  appealAnsweredAt: Date | null;

  @Column('text', { name: 'proposal', nullable: true })
  proposalState: EntryDecision | null;

  @Column('text', { name: 'decision', nullable: true })
  decisionState: EntryDecision | null;

  @Column('text', { name: 'decision_reason', nullable: true })
  decisionReasonState: DecisionReason | null;

  @Column('double precision', { name: 'combined_score', nullable: true })
  combinedScore: number | null;

  @Column('double precision', { name: 'combined_se', nullable: true })
  combinedSe: number | null;

  @Column('integer', { name: 'rank', nullable: true })
  rankNumber: number | null;

  @Column({ type: 'timestamptz', name: 'revoked_at', precision: 3, nullable: true })
  revokedAt: Date | null;

  @Field(() => Date, {
    nullable: true,
    description: 'When it was taken out of the frozen cohort; it still counts in the denominator, and is not admitted.',
  })
  @Column({ type: 'timestamptz', name: 'withdrawn_at', precision: 3, nullable: true })
  withdrawnAt: Date | null;

  @Column('uuid', { name: 'previous_entry_id', nullable: true })
  previousEntryId: string | null;
}

export const CohortEntryConnection = connectionType('CohortEntry', () => CohortEntry);

/** Calibrated score of an entry in one dimension, from the final calibration. */
@Entity('assessment')
export class Assessment {
  @PrimaryColumn('uuid', { name: 'entry_id' })
  entryId: string;

  @PrimaryColumn('text')
  dimension: Dimension;

  @Column('uuid', { name: 'fit_id' })
  fitId: string;

  @Column('double precision')
  score: number;

  @Column('double precision')
  se: number;

  @Column('integer')
  reviews: number;

  @Column('boolean')
  comparable: boolean;

  @Column('real', { name: 'industry_percentile', nullable: true })
  industryPercentile: number | null;
}

/** Half width of a two-sided 95 % confidence interval, in standard errors. */
const WIDTH = 1.96;

/** 95 % confidence interval of a score, clamped to the scale from 0 to 5. */
export function interval(score: number, se: number): { low: number; high: number } {
  return { low: Math.max(0, score - WIDTH * se), high: Math.min(5, score + WIDTH * se) };
}

@ObjectType({
  description: 'One axis of a passport: the calibrated score of a dimension with its uncertainty, ready to be drawn.',
})
export class ScoreAxis {
  @Field(() => Dimension, { description: 'The dimension.' })
  dimension: Dimension;

  @Field(() => Float, { description: 'Calibrated score, 0 to 5.' })
  score: number;

  @Field(() => Float, { description: 'Its standard error.' })
  standardError: number;

  @Field(() => Float, { description: 'Lower end of the 95 % interval.' })
  low: number;

  @Field(() => Float, { description: 'Upper end of the 95 % interval.' })
  high: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Share of the cohort’s entries of the same division with at most this score, in per cent.',
  })
  percentile: number | null;

  @Field(() => Float, { description: 'Weight of the dimension in the combined score.' })
  weight: number;

  @Field(() => Int, { description: 'Number of reviews it rests on.' })
  reviews: number;

  @Field(() => Boolean, {
    description: 'False where too few reviewers link its panel with others: it then compares within the panel only.',
  })
  comparable: boolean;
}
