import { GraphQLJSON } from 'graphql-scalars';
import { Arg, createUnionType, Ctx, Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Context } from '../../kernel/context.js';
import { badInput } from '../../kernel/errors.js';
import { connectionType } from '../../graphql/pagination.js';
import { Node } from '../../kernel/node.js';
import { AssignmentRunPayload } from '../assignments/assignments.inputs.js';
import { entryById } from '../cohort/cohort.access.js';
import { CohortEntry } from '../cohort/entry.entity.js';
import type { Reliability } from '../calibration/reliability.js';
import { Reviewer } from '../reviewers/reviewers.entity.js';
import { ConflictReason, FitKind } from '../reviewers/reviewers.vocabularies.js';
import { CohortNotOpen } from '../vetting.errors.js';
import { Dimension, DIMENSIONS, EntryDecision } from '../vocabularies.js';
import { MutationInput } from '../../kernel/mutation-input.js';
import { reviewerById } from '../reviewers/reviewers.entity.js';

/** A pair of reviewer and entry that must not be assigned because of a conflict of interest. */
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

@ObjectType({ description: 'A figure with its 95 % interval.' })
export class IntervalEstimate {
  @Field(() => Float, { description: 'The figure.' })
  value: number;

  @Field(() => Float, { description: 'Lower end (bootstrap over entries).' })
  low: number;

  @Field(() => Float, { description: 'Upper end.' })
  high: number;
}

@ObjectType({ description: 'How far two independent, blind panels agree in one dimension.' })
export class DimensionReliability {
  @Field(() => Dimension, { description: 'The dimension.' })
  dimension: Dimension;

  @Field(() => Int, { description: 'How many entries both panels judged.' })
  entries: number;

  @Field(() => IntervalEstimate, {
    nullable: true,
    description: 'Krippendorff’s alpha for interval data, between the panels’ mean scores; null with too little data.',
  })
  alpha: IntervalEstimate | null;

  @Field(() => IntervalEstimate, {
    nullable: true,
    description: 'One-way intraclass correlation ICC(1,1), between the panels’ mean scores; null with too little data.',
  })
  icc: IntervalEstimate | null;
}

export type StoredReliability = Record<Dimension, Reliability>;

/** Converts a stored reliability to a list in the fixed order of dimensions. */
export function reliabilityList(stored: StoredReliability): DimensionReliability[] {
  return DIMENSIONS.map((dimension) => ({
    dimension,
    entries: stored[dimension].units,
    alpha: stored[dimension].alpha,
    icc: stored[dimension].icc,
  }));
}

/** A stored fit of the calibration to a cohort's reviews. */
@ObjectType({
  implements: Node,
  description:
    'A fit of the calibration over a cohort’s reviews. For operators; what is public of it stands with the cohort.',
})
@Entity('fit')
export class FitReport extends Node {
  @Column('uuid', { name: 'cohort_id' })
  cohortId: string;

  @Field(() => FitKind, { description: 'What it was made for.' })
  @Column('text')
  kind: FitKind;

  @Field(() => String, { description: 'SHA-256 of everything it was computed from.' })
  @Column('text', { name: 'inputs_hash' })
  inputsHash: string;

  @Field(() => GraphQLJSON, {
    description:
      'Per dimension: model, mean, variances, favour of the own region, whether all entries compare. With INTERIM also `band`: cut, entries in the boundary band, expected changes.',
  })
  @Column('jsonb')
  parameters: Record<string, unknown>;

  @Column('jsonb', { name: 'reliability', nullable: true })
  storedReliability: StoredReliability | null;

  @Field(() => Date, { description: 'When it was made.' })
  @Column({ type: 'timestamptz', precision: 3 })
  at: Date;

  @Field(() => [DimensionReliability], { description: 'Agreement of the blind doubles so far.' })
  get reliability(): DimensionReliability[] {
    return this.storedReliability === null ? [] : reliabilityList(this.storedReliability);
  }
}

/** A reviewer's figures in one fit. */
@ObjectType({
  description:
    'What a fit says of a reviewer in one dimension. For operators, and for the reviewer once the cohort is closed.',
})
@Entity('reviewer_figure')
export class ReviewerFigure {
  @PrimaryColumn('uuid', { name: 'fit_id' })
  fitId: string;

  @PrimaryColumn('uuid', { name: 'reviewer_id' })
  reviewerId: string;

  @Field(() => Dimension, { description: 'The dimension.' })
  @PrimaryColumn('text')
  dimension: Dimension;

  @Field(() => Float, {
    description:
      'How much higher (positive: lenient) or lower (negative: severe) than the average reviewer this one scores.',
  })
  @Column('double precision')
  severity: number;

  @Field(() => Float, { description: 'Its standard error.' })
  @Column('double precision', { name: 'severity_se' })
  severityStandardError: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Correlation of the scores with what all other reviews let expect; null below three reviews.',
  })
  @Column('double precision', { nullable: true })
  agreement: number | null;

  @Field(() => Int, { description: 'How many reviews it rests on.' })
  @Column('integer')
  reviews: number;

  @Field(() => Reviewer, { nullable: true, description: 'The reviewer.' })
  reviewer(@Ctx() ctx: Context): Promise<Reviewer | null> {
    return ctx.load(reviewerById).load(this.reviewerId);
  }
}

export const ReviewerFigureConnection = connectionType('ReviewerFigure', () => ReviewerFigure);

@ObjectType({ description: 'Reviews of one dimension, counted over the entries.' })
export class DimensionProgress {
  @Field(() => Dimension, { description: 'The dimension.' })
  dimension: Dimension;

  @Field(() => Int, { description: 'Entries with at least the least number of reviewers.' })
  entriesAssigned: number;

  @Field(() => Int, { description: 'Entries with at least the least number of submitted reviews.' })
  entriesReviewed: number;
}

@ObjectType({ description: 'How far reviewing is.' })
export class ReviewProgress {
  @Field(() => Int, { description: 'Entries that count.' })
  entries: number;

  @Field(() => Int, { description: 'Assignments that wait for their review.' })
  assigned: number;

  @Field(() => Int, { description: 'Submitted reviews.' })
  submitted: number;

  @Field(() => Int, { description: 'Waiting past their date.' })
  overdue: number;

  @Field(() => Int, { description: 'Declined assignments.' })
  declined: number;

  @Field(() => Int, { description: 'Withdrawn assignments.' })
  withdrawn: number;

  @Field(() => [DimensionProgress], { description: 'By dimension.' })
  dimensions: DimensionProgress[];
}

@ObjectType({ description: 'A round of extra reviews where they can change the decision. For operators.' })
export class BoundaryRound {
  @Field(() => Int, { description: 'Its number, from 1.' })
  round: number;

  @Field(() => Int, { description: 'Reviews it may spend.' })
  budget: number;

  @Field(() => Float, { description: 'The stated bound: below so many expected changes it is not worth its reviews.' })
  bound: number;

  @Field(() => Float, { description: 'How many decisions it is expected to change.' })
  expectedChanges: number;

  @Field(() => Boolean, { description: 'True: below the bound, so it asks for nothing and reviewing can end.' })
  stop: boolean;

  entryIds: string[];

  @Field(() => Int, {
    description: 'How many further reviews it asks for in all, up to three of one entry; each of all dimensions.',
  })
  reviewCount: number;

  @Field(() => Int, { description: 'How many entries it would review again.' })
  get entryCount(): number {
    return this.entryIds.length;
  }

  @Field(() => [CohortEntry], { description: 'The entries to be reviewed again, the most promising first.' })
  async entries(
    @Ctx() ctx: Context,
    @Arg('first', () => Int, { defaultValue: 20, description: 'How many: 1 to 100.' }) first: number,
  ): Promise<CohortEntry[]> {
    if (first < 1 || first > 100) throw badInput('first', 'PAGE_SIZE', '1 to 100.');
    return (await Promise.all(this.entryIds.slice(0, first).map((id) => ctx.load(entryById).load(id)))).filter(
      (entry) => entry !== null,
    );
  }

  @Field(() => Date, { description: 'When it was proposed.' })
  createdAt: Date;

  @Field(() => Date, { nullable: true, description: 'When its assignments were made.' })
  assignedAt: Date | null;
}

@InputType({ description: 'Input of fitCohort.' })
export class FitCohortInput extends MutationInput {
  @Field(() => ID, { description: 'The cohort, under review.' })
  cohortId: string;
}

@InputType({ description: 'Input of proposeBoundaryRound.' })
export class ProposeBoundaryRoundInput extends MutationInput {
  @Field(() => ID, { description: 'The cohort, under review.' })
  cohortId: string;

  @Field(() => Int, {
    description: 'Reviews that may be spent, 1 to 20,000. An entry takes one per group of dimensions.',
  })
  budget: number;

  @Field(() => Float, { defaultValue: 1, description: 'Stop below so many expected changes of decisions.' })
  bound: number;
}

@InputType({ description: 'Input of assignBoundaryRound.' })
export class AssignBoundaryRoundInput extends MutationInput {
  @Field(() => ID, { description: 'The cohort, under review.' })
  cohortId: string;

  @Field(() => Int, { description: 'The proposed round.' })
  round: number;

  @Field(() => Date, { description: 'Until when reviews are awaited.' })
  dueAt: Date;
}

@ObjectType({ description: 'Result of an interim fit.' })
export class FitPayload {
  @Field(() => FitReport, { description: 'The fit; the earlier one where no review has come since.' })
  fit: FitReport;
}

@ObjectType({ description: 'Result of proposing a round.' })
export class BoundaryRoundPayload {
  @Field(() => BoundaryRound, { description: 'The proposal.' })
  round: BoundaryRound;
}

const byClass = (value: object) => value.constructor.name;

export const FitCohortResult = createUnionType({
  name: 'FitCohortResult',
  description: 'The fit, or why there is none.',
  types: () => [FitPayload, CohortNotOpen] as const,
  resolveType: byClass,
});

export const ProposeBoundaryRoundResult = createUnionType({
  name: 'ProposeBoundaryRoundResult',
  description: 'The proposal, or why there is none.',
  types: () => [BoundaryRoundPayload, CohortNotOpen] as const,
  resolveType: byClass,
});

export const AssignBoundaryRoundResult = createUnionType({
  name: 'AssignBoundaryRoundResult',
  description: 'The run, or why there is none.',
  types: () => [AssignmentRunPayload, CohortNotOpen] as const,
  resolveType: byClass,
});

@ObjectType({ description: 'One judgement of a reviewer beside what came of the entry.' })
export class ReviewerRecordRow {
  @Field(() => CohortEntry, { description: 'The entry, in a closed cohort.' })
  entry: CohortEntry;

  @Field(() => Dimension, { description: 'The dimension.' })
  dimension: Dimension;

  @Field(() => Float, { description: 'What the reviewer gave.' })
  score: number;

  @Field(() => Float, { nullable: true, description: 'The calibrated score of the entry.' })
  calibratedScore: number | null;

  @Field(() => EntryDecision, { nullable: true, description: 'What became of the entry.' })
  decision: EntryDecision | null;

  @Field(() => Date, { description: 'When it was submitted.' })
  submittedAt: Date;
}
