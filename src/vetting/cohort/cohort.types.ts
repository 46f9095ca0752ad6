import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Achievement } from '../../achievements/achievement.entity.js';
import { connectionType } from '../../graphql/pagination.js';
import { ScorePassport } from '../admission/passport.entity.js';
import { ScreenReason } from '../vocabularies.js';

@ObjectType({ description: 'How many entries do not count for a reason.' })
export class ScreenReasonCount {
  @Field(() => ScreenReason, { description: 'The reason.' })
  reason: ScreenReason;

  @Field(() => Int, { description: 'How many entries; one with several reasons stands under each.' })
  count: number;
}

@ObjectType({ description: 'A cohort in numbers, public.' })
export class CohortCounts {
  @Field(() => Int, { description: 'Achievements that entered it.' })
  entered: number;

  @Field(() => Int, { description: 'Of these, not screened yet.' })
  pending: number;

  @Field(() => Int, { description: 'Of these, counted as registered.' })
  counted: number;

  @Field(() => Int, { description: 'Of these, excluded.' })
  excluded: number;

  @Field(() => [ScreenReasonCount], { description: 'Why they are excluded.' })
  excludedFor: ScreenReasonCount[];

  @Field(() => Int, { description: 'Counted entries with at least one submitted review.' })
  reviewed: number;

  @Field(() => Int, { description: 'Submitted reviews.' })
  reviews: number;

  @Field(() => Int, { description: 'Entries proposed for admission, from the public notice on.' })
  proposed: number;

  @Field(() => Int, { description: 'Objections made.' })
  objections: number;

  @Field(() => Int, { description: 'Objections upheld.' })
  objectionsUpheld: number;
}

@ObjectType({ description: 'Where a cohort’s work stands, for operators.' })
export class CohortProgress {
  @Field(() => Int, { description: 'Reviews that are waited for.' })
  assigned: number;

  @Field(() => Int, { description: 'Reviews submitted.' })
  submitted: number;

  @Field(() => Int, { description: 'Assignments declined or withdrawn.' })
  dropped: number;

  @Field(() => Int, { description: 'Reviewers with an assignment.' })
  reviewers: number;

  @Field(() => Int, { description: 'Counted entries with the least number of submitted reviews in every dimension.' })
  entriesComplete: number;

  @Field(() => Int, { description: 'Appeals that wait for an answer.' })
  appealsOpen: number;

  @Field(() => Int, { description: 'Objections that wait for an answer.' })
  objectionsOpen: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Entries whose 95 % interval straddles the cut-off; null before the public notice.',
  })
  band: number | null;
}

@ObjectType({ description: 'What an institution said against an exclusion, and the answer.' })
export class ScreenAppeal {
  @Field(() => String, { description: 'The appeal.' })
  text: string;

  @Field(() => Date, { description: 'When it was made.' })
  madeAt: Date;

  @Field(() => Boolean, { nullable: true, description: 'Whether it was right; null while it waits.' })
  upheld: boolean | null;

  @Field(() => String, { nullable: true, description: 'The answer.' })
  answer: string | null;

  @Field(() => Date, { nullable: true, description: 'When it was answered.' })
  answeredAt: Date | null;
}

@ObjectType({ description: 'A place in the order of the pool.' })
export class PoolPlace {
  @Field(() => Int, {
    description:
      'Place within the industry asked for, from 1, as the last closing left it. What has left the pool since leaves a gap.',
  })
  rank: number;

  @Field(() => Float, { description: 'The combined calibrated score by which it is ranked.' })
  score: number;

  @Field(() => Achievement, { description: 'The entry.' })
  achievement: Achievement;

  @Field(() => ScorePassport, { description: 'The passport that the score is from.' })
  passport: ScorePassport;

  /** Rank in the whole pool; also the pagination cursor. */
  position: number;
}

export const PoolPlaceConnection = connectionType('PoolPlace', () => PoolPlace);
