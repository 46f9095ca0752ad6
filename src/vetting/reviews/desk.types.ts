import { Arg, Ctx, Field, Float, Int, ObjectType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import { FundingNeed, Keywords } from '../../achievements/achievement.entity.js';
import {
  AchievementAttribute,
  AchievementCategory,
  AchievementStage,
  CooperationMode,
  IpStatus,
  IpType,
  LicenceKind,
} from '../../achievements/vocabularies.js';
import type { Context } from '../../kernel/context.js';
import { Locale, localize, LocalizedText, localizeOrNull } from '../../kernel/localized.js';
import { connectionType } from '../../graphql/pagination.js';
import { Node } from '../../kernel/node.js';
import { Industry, industryByCode, StrategicArea, strategicAreaByCode } from '../../taxonomy/taxonomy.entity.js';
import { cohortById } from '../cohort/cohort.access.js';
import { Cohort } from '../cohort/cohort.entity.js';
import type { ScoreAnchor } from './desk.anchors.js';
import { deskViewOf, type DeskView } from './desk.records.js';
import { Reviewer } from '../reviewers/reviewers.entity.js';
import { AssignmentStatus } from '../reviewers/reviewers.vocabularies.js';
import { Review } from './reviews.entity.js';
import { Dimension } from '../vocabularies.js';
import { reviewsOf } from './reviews.entity.js';
import { summaryOf } from './desk.loaders.js';
import { localeArg } from '../../graphql/locale-arg.js';

@ObjectType('ScoreAnchor', { description: 'What one point of the scale means in one dimension.' })
export class ScoreAnchorView {
  constructor(private readonly anchor: ScoreAnchor) {}

  @Field(() => Dimension, { description: 'The dimension.' })
  get dimension(): Dimension {
    return this.anchor.dimension;
  }

  @Field(() => Float, { description: 'The point: half points from 0 to 5.' })
  get score(): number {
    return this.anchor.score;
  }

  @Field(() => LocalizedText, { description: 'What it means.' })
  words(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText {
    return localize(this.anchor.words, locale ?? ctx.locale);
  }
}

@ObjectType({ description: 'A right as a reviewer sees it.' })
export class DeskIpRight {
  @Field(() => IpType, { description: 'Its kind.' })
  type: IpType;

  @Field(() => IpStatus, { description: 'Its legal status.' })
  status: IpStatus;

  @Field(() => String, {
    nullable: true,
    description: 'Its number; null where reviewing is blind, since it names the owner.',
  })
  number: string | null;
}

@ObjectType({ description: 'A way of cooperation as a reviewer sees it.' })
export class DeskCooperation {
  @Field(() => CooperationMode, { description: 'The way.' })
  mode: CooperationMode;

  @Field(() => LicenceKind, { nullable: true, description: 'With LICENCE: its kind.' })
  licenceKind: LicenceKind | null;
}

@ObjectType({ description: 'A file of evidence that the assigned reviewer may open while the cohort is under review.' })
export class DeskEvidence {
  @Field(() => String, {
    description: 'File name; a neutral one where reviewing is blind. What stands inside the file cannot be hidden.',
  })
  name: string;

  @Field(() => String, { description: 'Media type.' })
  mediaType: string;

  @Field(() => Int, { description: 'Size in bytes.' })
  sizeBytes: number;

  @Field(() => String, { description: 'Where to fetch it, with the same authorization as here.' })
  path: string;
}

/**
 * An entry as its reviewer is shown it: the frozen revision with the content of all disclosure tiers; in a blind
 * cohort, with names masked.
 */
@ObjectType({
  description:
    'An entry as its assigned reviewer sees it: the frozen revision with all its texts. Where reviewing is blind, names are replaced by 〇〇, [institution] and [inventor], numbers that identify by [number].',
})
export class BlindedAchievement {
  constructor(private readonly view: DeskView) {}

  @Field(() => Boolean, { description: 'Whether names are hidden.' })
  get blind(): boolean {
    return this.view.blind;
  }

  @Field(() => LocalizedText, { description: 'Title.' })
  title(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText {
    return localize(this.view.record.title, locale ?? ctx.locale);
  }

  @Field(() => LocalizedText, { nullable: true, description: 'Summary.' })
  summary(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText | null {
    return localizeOrNull(this.view.record.summary, locale ?? ctx.locale);
  }

  @Field(() => LocalizedText, { nullable: true, description: 'Full text.' })
  abstract(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText | null {
    return localizeOrNull(this.view.record.abstract, locale ?? ctx.locale);
  }

  @Field(() => LocalizedText, { nullable: true, description: 'Technical detail, else for verified organisations.' })
  technicalDetail(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText | null {
    return localizeOrNull(this.view.record.technicalDetail, locale ?? ctx.locale);
  }

  @Field(() => LocalizedText, {
    nullable: true,
    description: 'Confidential detail, else under a non-disclosure agreement; to be kept secret.',
  })
  confidentialDetail(
    @Ctx() ctx: Context,
    @Arg('locale', () => Locale, localeArg) locale?: Locale,
  ): LocalizedText | null {
    return localizeOrNull(this.view.record.confidentialDetail, locale ?? ctx.locale);
  }

  @Field(() => LocalizedText, { nullable: true, description: 'What is used today.' })
  incumbent(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText | null {
    return localizeOrNull(this.view.record.incumbent, locale ?? ctx.locale);
  }

  @Field(() => LocalizedText, { nullable: true, description: 'By how much it beats that.' })
  improvement(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText | null {
    return localizeOrNull(this.view.record.improvement, locale ?? ctx.locale);
  }

  @Field(() => [LocalizedText], { description: 'Where it can be used.' })
  applications(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText[] {
    return this.view.record.applications.map((text) => localize(text, locale ?? ctx.locale));
  }

  @Field(() => Keywords, { description: 'Keywords.' })
  get keywords(): Keywords {
    return this.view.record.keywords;
  }

  @Field(() => AchievementCategory, { nullable: true, description: 'Category 成果类别.' })
  get category(): AchievementCategory | null {
    return this.view.record.category;
  }

  @Field(() => AchievementAttribute, { nullable: true, description: 'Attribute 成果属性.' })
  get attribute(): AchievementAttribute | null {
    return this.view.record.attribute;
  }

  @Field(() => AchievementStage, { nullable: true, description: 'Stage 成果所处阶段.' })
  get stage(): AchievementStage | null {
    return this.view.record.stage;
  }

  @Field(() => Int, { nullable: true, description: 'Technology readiness level, 1 to 9.' })
  get trl(): number | null {
    return this.view.record.trl;
  }

  @Field(() => [Industry], { description: 'Its industries, the primary one first.' })
  async industries(@Ctx() ctx: Context): Promise<Industry[]> {
    return (await Promise.all(this.view.record.industries.map((code) => ctx.load(industryByCode).load(code)))).filter(
      (industry) => industry !== null,
    );
  }

  @Field(() => [StrategicArea], { description: 'Strategic emerging industries it belongs to.' })
  async strategicAreas(@Ctx() ctx: Context): Promise<StrategicArea[]> {
    return (
      await Promise.all(this.view.record.strategicAreas.map((code) => ctx.load(strategicAreaByCode).load(code)))
    ).filter((area) => area !== null);
  }

  @Field(() => [DeskIpRight], { description: 'IP rights.' })
  get ipRights(): DeskIpRight[] {
    return this.view.record.ipRights;
  }

  @Field(() => [DeskCooperation], { description: 'Ways of cooperation offered.' })
  get cooperationModes(): DeskCooperation[] {
    return this.view.record.cooperationModes;
  }

  @Field(() => FundingNeed, { nullable: true, description: 'Money needed.' })
  get fundingNeed(): FundingNeed | null {
    return this.view.record.fundingNeed;
  }

  @Field(() => LocalizedText, {
    nullable: true,
    description: 'Name of the listing institution; null where reviewing is blind.',
  })
  institution(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText | null {
    return localizeOrNull(this.view.institution, locale ?? ctx.locale);
  }

  @Field(() => [LocalizedText], { description: 'Names of the inventors; empty where reviewing is blind.' })
  inventors(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText[] {
    return this.view.record.inventors.map((inventor) => localize(inventor.name, locale ?? ctx.locale));
  }

  @Field(() => [DeskEvidence], {
    description: 'Files of evidence of every tier; empty unless the cohort is under review.',
  })
  get evidence(): DeskEvidence[] {
    return this.view.evidence;
  }
}

/**
 * An assignment as its reviewer is shown it. Panel and round are left out, because members of a second panel must not
 * know that they are one.
 */
@ObjectType({
  implements: Node,
  description: 'An entry to be judged, on the desk of its reviewer. Nobody else sees it.',
})
@Entity('assignment')
export class DeskAssignment extends Node {
  @Column('uuid', { name: 'cohort_id' })
  cohortId: string;

  @Column('uuid', { name: 'reviewer_id' })
  reviewerId: string;

  @Field(() => [Dimension], { description: 'What is to be judged.' })
  @Column('text', { array: true })
  dimensions: Dimension[];

  @Field(() => AssignmentStatus, { description: 'Where it stands.' })
  @Column('text')
  status: AssignmentStatus;

  @Field(() => Date, { description: 'When it was assigned.' })
  @Column({ type: 'timestamptz', name: 'assigned_at', precision: 3 })
  assignedAt: Date;

  @Field(() => Date, { nullable: true, description: 'Until when the review is awaited.' })
  @Column({ type: 'timestamptz', name: 'due_at', precision: 3, nullable: true })
  dueAt: Date | null;

  @Field(() => Cohort, { description: 'The cohort.' })
  cohort(@Ctx() ctx: Context): Promise<Cohort | null> {
    return ctx.load(cohortById).load(this.cohortId);
  }

  @Field(() => BlindedAchievement, {
    nullable: true,
    description: 'The entry; null once the assignment was declined or withdrawn.',
  })
  async achievement(@Ctx() ctx: Context): Promise<BlindedAchievement | null> {
    const view = await ctx.load(deskViewOf).load(this.id);
    return view && new BlindedAchievement(view);
  }

  @Field(() => Review, { nullable: true, description: 'The draft, if there is one.' })
  async draft(@Ctx() ctx: Context): Promise<Review | null> {
    return (await ctx.load(reviewsOf).load(this.id)).find((review) => review.status === 'DRAFT') ?? null;
  }

  @Field(() => [Review], { description: 'The submitted versions, the newest first; that one counts.' })
  async submitted(@Ctx() ctx: Context): Promise<Review[]> {
    return (await ctx.load(reviewsOf).load(this.id)).filter((review) => review.status === 'SUBMITTED');
  }

  @Field(() => Boolean, { description: 'Whether it can be reviewed now.' })
  async viewerCanReview(@Ctx() ctx: Context): Promise<boolean> {
    return this.status === 'ASSIGNED' && (await this.cohort(ctx))?.status === 'REVIEWING';
  }

  @Field(() => Boolean, { description: 'Whether the submitted review can be corrected now.' })
  async viewerCanCorrect(@Ctx() ctx: Context): Promise<boolean> {
    return this.status === 'SUBMITTED' && (await this.cohort(ctx))?.status === 'REVIEWING';
  }
}

export const DeskAssignmentConnection = connectionType('DeskAssignment', () => DeskAssignment);

@ObjectType({ description: 'The viewer’s desk as a reviewer.' })
export class ReviewerDesk {
  constructor(readonly reviewerRow: Reviewer) {}

  @Field(() => Reviewer, { description: 'The viewer’s profile.' })
  get reviewer(): Reviewer {
    return this.reviewerRow;
  }

  @Field(() => Int, { description: 'How many reviews are awaited in cohorts under review.' })
  async openCount(@Ctx() ctx: Context): Promise<number> {
    return (await ctx.load(summaryOf).load(this.reviewerRow.id)).open;
  }

  @Field(() => Int, { description: 'How many of them are past their date.' })
  async overdueCount(@Ctx() ctx: Context): Promise<number> {
    const { dueTimes } = await ctx.load(summaryOf).load(this.reviewerRow.id);
    return dueTimes.filter((due) => due < ctx.now()).length;
  }

  @Field(() => Date, {
    nullable: true,
    description: 'The nearest date of an awaited review; null where none is awaited.',
  })
  async nextDueAt(@Ctx() ctx: Context): Promise<Date | null> {
    return (await ctx.load(summaryOf).load(this.reviewerRow.id)).dueTimes[0] ?? null;
  }
}
