import { GraphQLJSON } from 'graphql-scalars';
import { Ctx, Field, Float, Int, ObjectType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import type { Context } from '../../kernel/context.js';
import { connectionType } from '../../graphql/pagination.js';
import { Node } from '../../kernel/node.js';
import { entryById } from '../cohort/cohort.access.js';
import { CohortEntry } from '../cohort/entry.entity.js';
import { Reviewer } from '../reviewers/reviewers.entity.js';
import { AssignmentRunStatus, AssignmentStatus } from '../reviewers/reviewers.vocabularies.js';
import { Dimension } from '../vocabularies.js';
import { reviewerById } from '../reviewers/reviewers.entity.js';

/** Assignment of a reviewer to an entry in the view of operators, which does not include the review's content. */
@ObjectType({
  implements: Node,
  description:
    'A reviewer on an entry. For operators; the reviewer sees it as DeskAssignment, and what the reviewer writes stays there.',
})
@Entity('assignment')
export class Assignment extends Node {
  @Column('uuid', { name: 'cohort_id' })
  cohortId: string;

  @Column('uuid', { name: 'entry_id' })
  entryId: string;

  @Column('uuid', { name: 'reviewer_id' })
  reviewerId: string;

  @Field(() => Int, {
    description: '1 for the main panel, 2 for the independent second one that measures reliability.',
  })
  @Column('smallint')
  panel: number;

  @Field(() => Int, { description: '0 for the first assignment, from 1 for rounds of the boundary band.' })
  @Column('smallint')
  round: number;

  @Field(() => [Dimension], { description: 'What is to be judged.' })
  @Column('text', { array: true })
  dimensions: Dimension[];

  @Field(() => AssignmentStatus, { description: 'Where it stands.' })
  @Column('text')
  status: AssignmentStatus;

  @Field(() => Float, { nullable: true, description: 'How near the reviewer’s documents are to the achievement.' })
  @Column('real', { nullable: true })
  similarity: number | null;

  /** Province codes of the entry's and the reviewer's region when the assignment was made; null if unknown. */
  @Column('text', { name: 'entry_region', nullable: true })
  entryRegion: string | null;

  @Column('text', { name: 'reviewer_region', nullable: true })
  reviewerRegion: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was declined or withdrawn.' })
  @Column('text', { name: 'status_reason', nullable: true })
  statusReason: string | null;

  @Field(() => Date, { description: 'When it was made.' })
  @Column({ type: 'timestamptz', name: 'assigned_at', precision: 3 })
  assignedAt: Date;

  @Field(() => Date, { nullable: true, description: 'Until when the review is awaited.' })
  @Column({ type: 'timestamptz', name: 'due_at', precision: 3, nullable: true })
  dueAt: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was declined or withdrawn.' })
  @Column({ type: 'timestamptz', name: 'ended_at', precision: 3, nullable: true })
  endedAt: Date | null;

  @Field(() => CohortEntry, { description: 'The entry.' })
  entry(@Ctx() ctx: Context): Promise<CohortEntry | null> {
    return ctx.load(entryById).load(this.entryId);
  }

  @Field(() => Reviewer, { description: 'The reviewer.' })
  reviewer(@Ctx() ctx: Context): Promise<Reviewer | null> {
    return ctx.load(reviewerById).load(this.reviewerId);
  }
}

export const AssignmentConnection = connectionType('Assignment', () => Assignment);

/** Empty seats of one panel of reviewers, with the reasons, as stored in JSON with the assignment run. */
export interface UnmetSeats {
  entryId: string;
  dimensions: Dimension[];
  panel: 1 | 2;
  missing: number;
  reasons: Array<{ reason: string; reviewers: number }>;
}

/** One run of the background job that assigns reviewers to a cohort's entries. */
@ObjectType({
  implements: Node,
  description: 'A run of the assignment over a cohort, worked off in the background. For operators.',
})
@Entity('assignment_run')
export class AssignmentRun extends Node {
  @Column('uuid', { name: 'cohort_id' })
  cohortId: string;

  @Field(() => Int, {
    description: '0 for the first assignment and for refilling it, from 1 for rounds of the boundary band.',
  })
  @Column('smallint')
  round: number;

  @Field(() => AssignmentRunStatus, { description: 'Where it stands.' })
  @Column('text')
  status: AssignmentRunStatus;

  @Field(() => Int, { description: 'How far it is, in per cent.' })
  @Column('smallint')
  progress: number;

  @Field(() => String, { description: 'What it does now: QUEUED, CONFLICTS, SIMILARITY, SOLVING, STORING or DONE.' })
  @Column('text')
  phase: string;

  @Field(() => Int, { description: 'How many assignments it made.' })
  @Column('integer')
  made: number;

  @Column('jsonb', { name: 'unmet' })
  unmetSeats: UnmetSeats[];

  @Field(() => GraphQLJSON, {
    description:
      'Figures of the solution per group of dimensions: objective, upperBound, gap, bridges, and contrasts between industries before and after bridging.',
  })
  @Column('jsonb')
  quality: unknown;

  @Field(() => String, { nullable: true, description: 'With FAILED: what went wrong.' })
  @Column('text', { nullable: true })
  fault: string | null;

  @Field(() => Date, { description: 'Until when the reviews are awaited.' })
  @Column({ type: 'timestamptz', name: 'due_at', precision: 3 })
  dueAt: Date;

  @Field(() => Date, { description: 'When it was asked for.' })
  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Field(() => Date, { nullable: true, description: 'When it began.' })
  @Column({ type: 'timestamptz', name: 'started_at', precision: 3, nullable: true })
  startedAt: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it ended.' })
  @Column({ type: 'timestamptz', name: 'finished_at', precision: 3, nullable: true })
  finishedAt: Date | null;
}
