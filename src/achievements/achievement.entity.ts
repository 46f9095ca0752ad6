import { Arg, Ctx, Field, Float, Int, ObjectType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import { can } from '../kernel/authz.js';
import type { Context } from '../kernel/context.js';
import { Organisation, organisationById } from '../identity/organisations/organisation.entity.js';
import { Decimal } from '../lib/decimal.js';
import { Locale, localize, LocalizedText, localizeOrNull, type Localized } from '../kernel/localized.js';
import { connectionType } from '../graphql/pagination.js';
import { Node } from '../kernel/node.js';
import {
  Industry,
  industryByCode,
  Region,
  regionByCode,
  StrategicArea,
  strategicAreaByCode,
} from '../taxonomy/taxonomy.entity.js';
import { Cooperation, Inventor, IpRight } from './achievement-parts.entity.js';
import { cooperationOf, industryCodesOf, inventorsOf, ipRightsOf, strategicCodesOf } from './achievement.loaders.js';
import { EDITABLE } from './achievement.stages.js';
import { AchievementAttribute, AchievementCategory, AchievementStage, AchievementStatus } from './vocabularies.js';
import { defineLoader, byKey } from '../lib/batching.js';
import { selectEntities } from '../lib/rows.js';
import { localeArg } from '../graphql/locale-arg.js';
import { Reads } from '../graphql/read-columns.js';

@ObjectType({ description: 'The money needed, as a range.' })
export class FundingNeed {
  @Field(() => Decimal, { description: 'Lower end.' })
  min: string;

  @Field(() => Decimal, { description: 'Upper end.' })
  max: string;

  @Field(() => String, { description: 'ISO 4217 currency code.' })
  currency: string;
}

@ObjectType({ description: 'Keywords in both languages.' })
export class Keywords {
  @Field(() => [String], { description: 'Chinese keywords.' })
  zh: string[];

  @Field(() => [String], { description: 'English keywords.' })
  en: string[];
}

/**
 * A scientific result 科技成果; in the status ADMITTED it is an entry of the pool. The fields of this class belong to the
 * PUBLIC disclosure tier, except `externalId`, which members of the institution and operators read; clients read longer
 * texts, of every tier, through the field `content`.
 */
@ObjectType({
  implements: Node,
  description:
    'A scientific result 科技成果 as registered; an entry of the pool once ADMITTED. Longer content is in `content`, by disclosure tier.',
})
@Entity('achievement')
export class Achievement extends Node {
  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  @Column('text', { name: 'external_id', nullable: true })
  externalIdText: string | null;

  @Field(() => String, { nullable: true, description: 'Registration number 登记号; null for a draft without one.' })
  @Column('text', { name: 'registration_no', nullable: true })
  registrationNo: string | null;

  @Field(() => AchievementStatus, { description: 'Where it stands in its life.' })
  @Column('text')
  status: AchievementStatus;

  @Field(() => Int, { description: 'Counts its edits; send it back with the next one.' })
  @Column('integer')
  revision: number;

  @Column('jsonb', { name: 'title' })
  titleText: Localized;

  @Column('jsonb', { name: 'summary', nullable: true })
  summaryText: Localized | null;

  @Field(() => AchievementCategory, { nullable: true, description: 'Category 成果类别.' })
  @Column('text', { nullable: true })
  category: AchievementCategory | null;

  @Field(() => AchievementAttribute, { nullable: true, description: 'Attribute 成果属性.' })
  @Column('text', { nullable: true })
  attribute: AchievementAttribute | null;

  @Field(() => AchievementStage, { nullable: true, description: 'Stage 成果所处阶段.' })
  @Column('text', { nullable: true })
  stage: AchievementStage | null;

  @Field(() => Int, { nullable: true, description: 'Technology readiness level, 1 to 9.' })
  @Column('smallint', { nullable: true })
  trl: number | null;

  @Column('text', { name: 'region_code', nullable: true })
  regionCode: string | null;

  @Column('numeric', { name: 'funding_min', nullable: true })
  fundingMin: string | null;

  @Column('numeric', { name: 'funding_max', nullable: true })
  fundingMax: string | null;

  @Column('text', { name: 'funding_currency', nullable: true })
  fundingCurrency: string | null;

  @Column('jsonb', { name: 'keywords' })
  keywordLists: Partial<Keywords>;

  @Column('jsonb', { name: 'incumbent', nullable: true })
  incumbentText: Localized | null;

  @Column('jsonb', { name: 'improvement', nullable: true })
  improvementText: Localized | null;

  @Column('jsonb', { name: 'applications' })
  applicationTexts: Localized[];

  @Field(() => String, { nullable: true, description: 'Date of registration, YYYY-MM-DD.' })
  @Column('date', { name: 'registered_on', nullable: true })
  registeredOn: string | null;

  /** Review score in a column numeric(4,2): the database driver returns it as a string, the API as a number. */
  @Column('numeric', { name: 'score', nullable: true })
  scoreText: string | null;

  @Field(() => Date, { nullable: true, description: 'When it entered the pool.' })
  @Column({ type: 'timestamptz', name: 'admitted_at', precision: 3, nullable: true })
  admittedAt: Date | null;

  @Field(() => Date, { description: 'When it was first written.' })
  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Field(() => Date, { description: 'When it was last changed.' })
  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;

  @Reads<Achievement>('institutionId', 'externalIdText')
  @Field(() => String, { nullable: true, description: 'The institution’s own key; for its members and operators.' })
  externalId(@Ctx() ctx: Context): string | null {
    return can(ctx, 'achievement:read', { organisationId: this.institutionId }) ? this.externalIdText : null;
  }

  @Reads<Achievement>('titleText')
  @Field(() => LocalizedText, { description: 'Title.' })
  title(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText {
    return localize(this.titleText, locale ?? ctx.locale);
  }

  @Reads<Achievement>('summaryText')
  @Field(() => LocalizedText, { nullable: true, description: 'What it is and does better, in a few sentences.' })
  summary(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText | null {
    return localizeOrNull(this.summaryText, locale ?? ctx.locale);
  }

  @Reads<Achievement>('keywordLists')
  @Field(() => Keywords, { description: 'Keywords.' })
  get keywords(): Keywords {
    return { zh: this.keywordLists.zh ?? [], en: this.keywordLists.en ?? [] };
  }

  @Reads<Achievement>('fundingMin', 'fundingMax', 'fundingCurrency')
  @Field(() => FundingNeed, { nullable: true, description: 'Money needed.' })
  get fundingNeed(): FundingNeed | null {
    if (this.fundingMin === null || this.fundingMax === null || this.fundingCurrency === null) return null;
    return { min: this.fundingMin, max: this.fundingMax, currency: this.fundingCurrency };
  }

  @Reads<Achievement>('scoreText')
  @Field(() => Float, {
    nullable: true,
    description: 'Score from 0 to 5; null before admission, and where no score passport holds (any more).',
  })
  get score(): number | null {
    return this.scoreText === null ? null : Number(this.scoreText);
  }

  @Reads<Achievement>('incumbentText')
  @Field(() => LocalizedText, { nullable: true, description: 'What is used today and this one beats.' })
  incumbent(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText | null {
    return localizeOrNull(this.incumbentText, locale ?? ctx.locale);
  }

  @Reads<Achievement>('improvementText')
  @Field(() => LocalizedText, { nullable: true, description: 'By how much it beats the incumbent.' })
  improvement(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText | null {
    return localizeOrNull(this.improvementText, locale ?? ctx.locale);
  }

  @Reads<Achievement>('applicationTexts')
  @Field(() => [LocalizedText], { description: 'Where it can be used.' })
  applications(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText[] {
    return this.applicationTexts.map((text) => localize(text, locale ?? ctx.locale));
  }

  @Reads<Achievement>('institutionId')
  @Field(() => Organisation, { description: 'The institution that lists it.' })
  institution(@Ctx() ctx: Context): Promise<Organisation | null> {
    return ctx.load(organisationById).load(this.institutionId);
  }

  @Reads<Achievement>('regionCode')
  @Field(() => Region, { nullable: true, description: 'Where it is.' })
  region(@Ctx() ctx: Context): Promise<Region | null> | null {
    return this.regionCode === null ? null : ctx.load(regionByCode).load(this.regionCode);
  }

  @Reads<Achievement>()
  @Field(() => [Industry], { description: 'Its industries, the primary one first.' })
  async industries(@Ctx() ctx: Context): Promise<Industry[]> {
    const codes = await ctx.load(industryCodesOf).load(this.id);
    return (await Promise.all(codes.map((code) => ctx.load(industryByCode).load(code)))).filter(
      (industry) => industry !== null,
    );
  }

  @Reads<Achievement>()
  @Field(() => Industry, { nullable: true, description: 'The primary industry.' })
  async primaryIndustry(@Ctx() ctx: Context): Promise<Industry | null> {
    const [code] = await ctx.load(industryCodesOf).load(this.id);
    return code === undefined ? null : ctx.load(industryByCode).load(code);
  }

  @Reads<Achievement>()
  @Field(() => [StrategicArea], { description: 'Strategic emerging industries it belongs to.' })
  async strategicAreas(@Ctx() ctx: Context): Promise<StrategicArea[]> {
    const codes = await ctx.load(strategicCodesOf).load(this.id);
    return (await Promise.all(codes.map((code) => ctx.load(strategicAreaByCode).load(code)))).filter(
      (area) => area !== null,
    );
  }

  @Reads<Achievement>()
  @Field(() => [IpRight], { description: 'IP rights.' })
  ipRights(@Ctx() ctx: Context): Promise<IpRight[]> {
    return ctx.load(ipRightsOf).load(this.id);
  }

  @Reads<Achievement>()
  @Field(() => [Cooperation], { description: 'Ways of cooperation offered.' })
  cooperationModes(@Ctx() ctx: Context): Promise<Cooperation[]> {
    return ctx.load(cooperationOf).load(this.id);
  }

  @Reads<Achievement>()
  @Field(() => [Inventor], { description: 'Inventors in order.' })
  inventors(@Ctx() ctx: Context): Promise<Inventor[]> {
    return ctx.load(inventorsOf).load(this.id);
  }

  @Reads<Achievement>('status', 'institutionId')
  @Field(() => Boolean, { description: 'Whether the viewer may edit it now.' })
  viewerCanEdit(@Ctx() ctx: Context): boolean {
    return EDITABLE.includes(this.status) && can(ctx, 'achievement:edit', { organisationId: this.institutionId });
  }
}

export const AchievementConnection = connectionType('Achievement', () => Achievement);

export const achievementById = defineLoader<string, Achievement | null>(async (db, ids) =>
  byKey(ids, await selectEntities(db, Achievement, 'WHERE e.id = ANY($1)', [ids]), (a) => a.id),
);
