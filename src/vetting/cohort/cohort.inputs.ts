import { createUnionType, Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { LocalizedInput } from '../../kernel/localized.js';
import { Cohort } from './cohort.entity.js';
import { CohortEntry } from './entry.entity.js';
import { Objection } from '../../objections/objection.entity.js';
import {
  AppealsOpen,
  AssignmentIncomplete,
  CohortNotOpen,
  NoticePeriodRunning,
  ObjectionsOpen,
  QuotaExceeded,
  ReviewsIncomplete,
  ScreenChanged,
  WithdrawalsOpen,
} from '../vetting.errors.js';
import { Dimension, ScreenStatus, TieKey } from '../vocabularies.js';
import { MutationInput } from '../../kernel/mutation-input.js';
import { ObjectionOutcome, ObjectionReason } from '../../objections/vocabularies.js';

@InputType({ description: 'A number of one dimension.' })
export class DimensionValueInput {
  @Field(() => Dimension, { description: 'The dimension.' })
  dimension: Dimension;

  @Field(() => Float, { description: 'Its number.' })
  value: number;
}

@InputType({ description: 'What a cohort is run by. What is absent stays, or takes the default in a new cohort.' })
export class CohortSettingsInput {
  @Field(() => Float, {
    nullable: true,
    description: 'Share of the registered that may be admitted: above 0, at most 0.2, four decimals. Default 0.2.',
  })
  quotaRate?: number | null;

  @Field(() => [DimensionValueInput], {
    nullable: true,
    description:
      'Weights of all dimensions; they sum to 1. Default 0.35 market potential, 0.3 economic value, 0.35 technical content.',
  })
  weights?: DimensionValueInput[] | null;

  @Field(() => [DimensionValueInput], {
    nullable: true,
    description: 'Least calibrated scores, 0 to 5; a dimension left out has none. Default 2 each.',
  })
  floors?: DimensionValueInput[] | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Least number of independent reviews per dimension, from 3. Default 3.',
  })
  minReviews?: number | null;

  @Field(() => Int, { nullable: true, description: 'Most entries per reviewer. Default 40.' })
  reviewerLoad?: number | null;

  @Field(() => Int, { nullable: true, description: 'Days of the public notice, 1 to 90. Default 7.' })
  noticeDays?: number | null;

  @Field(() => Int, { nullable: true, description: 'Months for which passports are valid, 1 to 120. Default 24.' })
  validityMonths?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Share of entries that a second, independent panel judges too, 0 to 1. Default 0.1.',
  })
  doubleShare?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether reviewers see neither inventors nor institution. Default true.',
  })
  blind?: boolean | null;

  @Field(() => [TieKey], {
    nullable: true,
    description:
      'How equal scores are ordered, key by key. Default technical content, market potential, earlier registration, id.',
  })
  tieRule?: TieKey[] | null;
}

@InputType({ description: 'Input of createCohort.' })
export class CreateCohortInput extends MutationInput {
  @Field(() => Int, { description: 'Its year, from 1990 to five years ahead.' })
  year: number;

  @Field(() => LocalizedInput, { nullable: true, description: 'Its name; by default its year and number.' })
  name?: LocalizedInput | null;

  @Field(() => CohortSettingsInput, { nullable: true, description: 'What it is run by.' })
  settings?: CohortSettingsInput | null;
}

@InputType({ description: 'Input of updateCohort.' })
export class UpdateCohortInput extends MutationInput {
  @Field(() => ID, { description: 'The cohort.' })
  id: string;

  @Field(() => LocalizedInput, { nullable: true, description: 'Its new name.' })
  name?: LocalizedInput | null;

  @Field(() => CohortSettingsInput, { nullable: true, description: 'What changes.' })
  settings?: CohortSettingsInput | null;
}

@InputType({ description: 'Names a cohort.' })
export class CohortActionInput extends MutationInput {
  @Field(() => ID, { description: 'The cohort.' })
  id: string;
}

@InputType({ description: 'Input of unfreezeCohort.' })
export class UnfreezeCohortInput extends CohortActionInput {
  @Field(() => String, { description: 'Why; kept in the ledger. At most 500 characters.' })
  reason: string;
}

@InputType({ description: 'Input of startPublicNotice.' })
export class StartPublicNoticeInput extends CohortActionInput {
  @Field(() => Boolean, {
    nullable: true,
    description: 'True: go on though some entries have too few reviews; these are not admitted (TOO_FEW_REVIEWS).',
  })
  acceptMissingReviews?: boolean | null;
}

@InputType({ description: 'Input of submitToCohort.' })
export class SubmitToCohortInput extends MutationInput {
  @Field(() => ID, {
    description: 'The achievement: in cultivation, or in the pool with a passport that no longer holds.',
  })
  achievementId: string;
}

@InputType({ description: 'Input of decideScreening.' })
export class DecideScreeningInput extends MutationInput {
  @Field(() => ID, { description: 'The entry.' })
  entryId: string;

  @Field(() => Boolean, { description: 'True: it counts; false: it does not.' })
  count: boolean;

  @Field(() => String, { description: 'Why, for the institution. At most 500 characters.' })
  reason: string;
}

@InputType({ description: 'Input of appealExclusion.' })
export class AppealExclusionInput extends MutationInput {
  @Field(() => ID, { description: 'The entry.' })
  entryId: string;

  @Field(() => String, { description: 'Why it should count. At most 2,000 characters.' })
  text: string;
}

@InputType({ description: 'Input of answerAppeal.' })
export class AnswerAppealInput extends MutationInput {
  @Field(() => ID, { description: 'The entry.' })
  entryId: string;

  @Field(() => Boolean, { description: 'True: the appeal is right, and the entry counts.' })
  uphold: boolean;

  @Field(() => String, { description: 'The answer in words. At most 2,000 characters.' })
  answer: string;
}

@InputType({ description: 'Input of raiseObjection.' })
export class RaiseObjectionInput extends MutationInput {
  @Field(() => ID, { description: 'The entry that is proposed for admission.' })
  entryId: string;

  @Field(() => ObjectionReason, { description: 'What is claimed.' })
  reason: ObjectionReason;

  @Field(() => String, { description: 'In words, with what proves it. At most 4,000 characters.' })
  text: string;
}

@InputType({ description: 'Input of replyToObjection.' })
export class ReplyToObjectionInput extends MutationInput {
  @Field(() => ID, { description: 'The objection.' })
  id: string;

  @Field(() => String, { description: 'The reply in words. At most 4,000 characters.' })
  reply: string;

  @Field(() => Int, {
    nullable: true,
    description: 'The revision of the reply that this one replaces; absent for the first reply.',
  })
  revision?: number | null;
}

@InputType({ description: 'Input of answerObjection.' })
export class AnswerObjectionInput extends MutationInput {
  @Field(() => ID, { description: 'The objection.' })
  id: string;

  @Field(() => ObjectionOutcome, { description: 'The answer.' })
  outcome: ObjectionOutcome;

  @Field(() => String, { description: 'The answer in words. At most 4,000 characters.' })
  answer: string;

  @Field(() => Int, {
    nullable: true,
    description:
      'The revision of the institution’s reply that the answer takes into account, 0 for none: if there is a newer one, nothing is decided. Without it, the answer stands whatever the reply is.',
  })
  replyRevision?: number | null;
}

@InputType({ description: 'Narrows a list of entries.' })
export class CohortEntryFilter {
  @Field(() => [ScreenStatus], { nullable: true, description: 'Screened so.' })
  screens?: ScreenStatus[] | null;

  @Field(() => Boolean, { nullable: true, description: 'True: only those proposed for admission or admitted.' })
  proposed?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True: only those whose appeal waits; for operators, who see all, and institutions, who see their own.',
  })
  appealOpen?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'True: only those of the viewer’s organisations.' })
  own?: boolean | null;
}

@ObjectType({ description: 'Result of a change to a cohort.' })
export class CohortPayload {
  @Field(() => Cohort, { description: 'The cohort as it is now.' })
  cohort: Cohort;
}

@ObjectType({ description: 'Result of a change to an entry.' })
export class CohortEntryPayload {
  @Field(() => CohortEntry, { description: 'The entry as it is now.' })
  entry: CohortEntry;
}

@ObjectType({ description: 'Result of a change to an objection.' })
export class ObjectionPayload {
  @Field(() => Objection, { description: 'The objection as it is now.' })
  objection: Objection;
}

const resolveType = (value: object): string => value.constructor.name;

export const UpdateCohortResult = createUnionType({
  name: 'UpdateCohortResult',
  description: 'The cohort, or why not.',
  types: () => [CohortPayload, CohortNotOpen] as const,
  resolveType,
});
export const FreezeCohortResult = createUnionType({
  name: 'FreezeCohortResult',
  description: 'The frozen cohort, or why not.',
  types: () => [CohortPayload, CohortNotOpen, AppealsOpen, ScreenChanged] as const,
  resolveType,
});
export const StartReviewingResult = createUnionType({
  name: 'StartReviewingResult',
  description: 'The cohort, or why not.',
  types: () => [CohortPayload, AssignmentIncomplete] as const,
  resolveType,
});
export const StartPublicNoticeResult = createUnionType({
  name: 'StartPublicNoticeResult',
  description: 'The cohort, or why not.',
  types: () => [CohortPayload, ReviewsIncomplete, WithdrawalsOpen] as const,
  resolveType,
});
export const CloseCohortResult = createUnionType({
  name: 'CloseCohortResult',
  description: 'The closed cohort, or why not.',
  types: () => [CohortPayload, NoticePeriodRunning, ObjectionsOpen, WithdrawalsOpen, QuotaExceeded] as const,
  resolveType,
});
export const CohortEntryResult = createUnionType({
  name: 'CohortEntryResult',
  description: 'The entry, or why not.',
  types: () => [CohortEntryPayload, CohortNotOpen] as const,
  resolveType,
});
