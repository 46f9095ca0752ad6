import { Arg, Ctx, FieldResolver, Float, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Achievement } from '../../achievements/achievement.entity.js';
import { visibleAchievement } from '../../achievements/achievement.queries.js';
import { can } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { Organisation } from '../../identity/organisations/organisation.entity.js';
import { Locale, type LocalizedText, LocalizedText as LocalizedTextType } from '../../kernel/localized.js';
import { readId } from '../../kernel/node.js';
import { Industry, industryByCode } from '../../taxonomy/taxonomy.entity.js';
import { cohortById, entryById } from './cohort.access.js';
import { Cohort } from './cohort.entity.js';
import {
  AnswerAppealInput,
  AppealExclusionInput,
  CohortEntryPayload,
  CohortEntryResult,
  DecideScreeningInput,
  SubmitToCohortInput,
} from './cohort.inputs.js';
import * as queries from './cohort.queries.js';
import { ScreenAppeal } from './cohort.types.js';
import { CohortEntry, ScoreAxis } from './entry.entity.js';
import { ScorePassport } from '../admission/passport.entity.js';
import * as screening from '../screening/screening.service.js';
import { orRefusal, type VettingRefusal } from '../vetting.errors.js';
import { DecisionReason, EntryDecision } from '../vocabularies.js';
import { localeArg } from '../../graphql/locale-arg.js';
import { Reads } from '../../graphql/read-columns.js';

const payload = async (entry: Promise<CohortEntry>): Promise<CohortEntryPayload> =>
  Object.assign(new CohortEntryPayload(), { entry: await entry });
const ifScores = <T>(ctx: Context, entry: CohortEntry, value: T): T | null =>
  queries.showsScores(ctx, entry) ? value : null;

@Resolver(() => CohortEntry)
export class CohortEntryResolver {
  @Query(() => CohortEntry, {
    nullable: true,
    description: 'One entry of a cohort; its fields are guarded one by one.',
  })
  cohortEntry(
    @Ctx() ctx: Context,
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
  ): Promise<CohortEntry | null> {
    return queries.readEntry(ctx, readId('id', 'CohortEntry', id));
  }

  @FieldResolver(() => Cohort, { description: 'Its cohort.' })
  cohort(@Root() entry: CohortEntry, @Ctx() ctx: Context): Promise<Cohort | null> {
    return ctx.load(cohortById).load(entry.cohortId);
  }

  @FieldResolver(() => Industry, {
    nullable: true,
    description: 'The division by which it is compared: that of its primary industry.',
  })
  industry(@Root() entry: CohortEntry, @Ctx() ctx: Context): Promise<Industry | null> | null {
    return entry.industryCode === null ? null : ctx.load(industryByCode).load(entry.industryCode);
  }

  @FieldResolver(() => Achievement, { nullable: true, description: 'The achievement, where the viewer may see it.' })
  achievement(@Root() entry: CohortEntry, @Ctx() ctx: Context): Promise<Achievement | null> {
    return visibleAchievement(ctx, entry.achievementId);
  }

  @FieldResolver(() => LocalizedTextType, {
    nullable: true,
    description:
      'Title of the achievement; for its institution and operators, for all once it is proposed for admission.',
  })
  title(
    @Root() entry: CohortEntry,
    @Ctx() ctx: Context,
    @Arg('locale', () => Locale, localeArg) locale?: Locale,
  ): Promise<LocalizedText | null> {
    return queries.entryTitle(ctx, entry, locale);
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description: 'The revision of the record that is judged; seen as the title is.',
  })
  revision(@Root() entry: CohortEntry, @Ctx() ctx: Context): number | null {
    return queries.entryRevision(ctx, entry);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Names the evidence that is judged: SHA-256 over the sorted hashes of its files, one a line. For those who may read evidence of every tier; null for others, and until the cohort is frozen.',
  })
  evidenceRevision(@Root() entry: CohortEntry, @Ctx() ctx: Context): Promise<string | null> {
    return queries.evidenceHash(ctx, entry.achievementId, entry.evidenceHash);
  }

  @FieldResolver(() => Organisation, { nullable: true, description: 'The institution; seen as the title is.' })
  institution(@Root() entry: CohortEntry, @Ctx() ctx: Context): Promise<Organisation | null> | null {
    return queries.entryInstitution(ctx, entry);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'What the operator said with a verdict on the screen; for its institution and operators.',
  })
  screenNote(@Root() entry: CohortEntry, @Ctx() ctx: Context): string | null {
    return queries.isInsider(ctx, entry) ? entry.screenNoteText : null;
  }

  @FieldResolver(() => ScreenAppeal, {
    nullable: true,
    description: 'The appeal against an exclusion, with its answer; for its institution and operators.',
  })
  appeal(@Root() entry: CohortEntry, @Ctx() ctx: Context): ScreenAppeal | null {
    if (!queries.isInsider(ctx, entry) || entry.appealedAt === null) return null;
    return {
      text: entry.appealText ?? '',
      madeAt: entry.appealedAt,
      upheld: entry.appealUpheld,
      answer: entry.appealAnswer,
      answeredAt: entry.appealAnsweredAt,
    };
  }

  @FieldResolver(() => EntryDecision, {
    nullable: true,
    description: 'What the public notice proposes; null before, and for those who do not see its scores.',
  })
  proposal(@Root() entry: CohortEntry, @Ctx() ctx: Context): EntryDecision | null {
    return ifScores(ctx, entry, entry.proposalState);
  }

  @FieldResolver(() => EntryDecision, {
    nullable: true,
    description: 'What its closed cohort decided; seen as the scores are.',
  })
  decision(@Root() entry: CohortEntry, @Ctx() ctx: Context): EntryDecision | null {
    return ifScores(ctx, entry, entry.decisionState);
  }

  @FieldResolver(() => DecisionReason, {
    nullable: true,
    description: 'Why it is not admitted; seen as the scores are.',
  })
  decisionReason(@Root() entry: CohortEntry, @Ctx() ctx: Context): DecisionReason | null {
    return ifScores(ctx, entry, entry.decisionReasonState);
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'Combined calibrated score: for all once it is proposed, for its institution from the public notice on, for operators always.',
  })
  score(@Root() entry: CohortEntry, @Ctx() ctx: Context): number | null {
    return ifScores(ctx, entry, entry.combinedScore);
  }

  @FieldResolver(() => Float, { nullable: true, description: 'Standard error of the score.' })
  standardError(@Root() entry: CohortEntry, @Ctx() ctx: Context): number | null {
    return ifScores(ctx, entry, entry.combinedSe);
  }

  @FieldResolver(() => Int, { nullable: true, description: 'Place among all counted entries, from 1.' })
  rank(@Root() entry: CohortEntry, @Ctx() ctx: Context): number | null {
    return ifScores(ctx, entry, entry.rankNumber);
  }

  @FieldResolver(() => [ScoreAxis], {
    nullable: true,
    description: 'The calibrated score of each dimension; seen as the score is.',
  })
  axes(@Root() entry: CohortEntry, @Ctx() ctx: Context): Promise<ScoreAxis[] | null> {
    return queries.entryAxes(ctx, entry);
  }

  @FieldResolver(() => CohortEntry, {
    nullable: true,
    description: 'Its entry in an earlier cohort, where it is handed in again; for its institution and operators.',
  })
  previous(@Root() entry: CohortEntry, @Ctx() ctx: Context): Promise<CohortEntry | null> | null {
    return entry.previousEntryId === null || !queries.isInsider(ctx, entry)
      ? null
      : ctx.load(entryById).load(entry.previousEntryId);
  }

  @FieldResolver(() => Boolean, { description: 'Whether the viewer may appeal against its exclusion now.' })
  async viewerCanAppeal(@Root() entry: CohortEntry, @Ctx() ctx: Context): Promise<boolean> {
    if (
      entry.screen !== 'EXCLUDED' ||
      entry.appealedAt !== null ||
      !can(ctx, 'achievement:edit', { organisationId: entry.institutionId })
    )
      return false;
    return (await ctx.load(cohortById).load(entry.cohortId))?.status === 'OPEN';
  }

  @Mutation(() => CohortEntryResult, {
    description:
      'Lister: hands in again what is in cultivation, or what is in the pool with a passport that no longer holds, to the open cohort.',
  })
  submitToCohort(
    @Ctx() ctx: Context,
    @Arg('input', () => SubmitToCohortInput, { description: 'Which.' }) input: SubmitToCohortInput,
  ): Promise<CohortEntryPayload | VettingRefusal> {
    return orRefusal(payload(screening.submitToCohort(ctx, input)));
  }

  @Mutation(() => CohortEntryResult, {
    description:
      'Operator: counts or excludes an entry of an open cohort, with a reason; the automatic screen does not overturn it.',
  })
  decideScreening(
    @Ctx() ctx: Context,
    @Arg('input', () => DecideScreeningInput, { description: 'The verdict.' }) input: DecideScreeningInput,
  ): Promise<CohortEntryPayload | VettingRefusal> {
    return orRefusal(payload(screening.decideScreening(ctx, input)));
  }

  @Mutation(() => CohortEntryResult, {
    description: 'Lister: appeals against the exclusion of an entry, while the cohort is open.',
  })
  appealExclusion(
    @Ctx() ctx: Context,
    @Arg('input', () => AppealExclusionInput, { description: 'Which, and why.' }) input: AppealExclusionInput,
  ): Promise<CohortEntryPayload | VettingRefusal> {
    return orRefusal(payload(screening.appealExclusion(ctx, input)));
  }

  @Mutation(() => CohortEntryResult, { description: 'Operator: answers an appeal; upheld, the entry counts.' })
  answerAppeal(
    @Ctx() ctx: Context,
    @Arg('input', () => AnswerAppealInput, { description: 'The answer.' }) input: AnswerAppealInput,
  ): Promise<CohortEntryPayload | VettingRefusal> {
    return orRefusal(payload(screening.answerAppeal(ctx, input)));
  }
}

@Resolver(() => ScorePassport)
export class ScorePassportResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Names the evidence that was judged: SHA-256 over the sorted hashes of its files, one a line. For those who may read evidence of every tier; null for others.',
  })
  evidenceRevision(@Root() passport: ScorePassport, @Ctx() ctx: Context): Promise<string | null> {
    return queries.evidenceHash(ctx, passport.achievementId, passport.evidenceHash);
  }
}

@Resolver(() => Achievement)
export class AchievementVettingResolver {
  @Reads<Achievement>()
  @FieldResolver(() => ScorePassport, {
    nullable: true,
    description: 'Its latest score passport; `isValid` says whether it holds.',
  })
  passport(@Root() achievement: Achievement, @Ctx() ctx: Context): Promise<ScorePassport | null> {
    return queries.latestPassport(ctx, achievement);
  }

  @Reads<Achievement>('institutionId')
  @FieldResolver(() => [CohortEntry], {
    nullable: true,
    description: 'Every cohort it was in, the latest first; for its institution and operators, null for others.',
  })
  cohortEntries(@Root() achievement: Achievement, @Ctx() ctx: Context): Promise<CohortEntry[]> | null {
    return queries.entriesOf(ctx, achievement);
  }
}
