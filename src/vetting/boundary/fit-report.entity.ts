import { GraphQLJSON } from 'graphql-scalars';
import { Ctx, Field, Float, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Context } from '../../kernel/context.js';
import { connectionType } from '../../graphql/pagination.js';
import { Node } from '../../kernel/node.js';
import { Reviewer } from '../reviewers/reviewers.entity.js';
import { FitKind } from '../reviewers/reviewers.vocabularies.js';
import { Dimension } from '../vocabularies.js';
import { reviewerById } from '../reviewers/reviewers.entity.js';
import { StoredReliability, DimensionReliability, reliabilityList } from './reliability.types.js';

/** Stored result of a calibration of a cohort's reviews, interim or final. */
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
