import { Arg, Ctx, Field, Float, Int, ObjectType } from 'type-graphql';
import type { Context } from '../../kernel/context.js';
import { badInput } from '../../kernel/errors.js';
import { entryById } from '../cohort/cohort.access.js';
import { CohortEntry } from '../cohort/entry.entity.js';
import { Dimension, EntryDecision } from '../vocabularies.js';
import { say } from '../../messages/catalogue.js';

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

  @Field(() => Float, {
    description:
      'The stated bound: a further round is not worth its reviews when the expected number of changed decisions is below this number.',
  })
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
    if (first < 1 || first > 100) throw badInput('first', 'PAGE_SIZE', say('PAGE_SIZE.hundred'));
    return (await Promise.all(this.entryIds.slice(0, first).map((id) => ctx.load(entryById).load(id)))).filter(
      (entry) => entry !== null,
    );
  }

  @Field(() => Date, { description: 'When it was proposed.' })
  createdAt: Date;

  @Field(() => Date, { nullable: true, description: 'When its assignments were made.' })
  assignedAt: Date | null;
}

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
