import { Arg, Ctx, Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import { can } from '../kernel/authz.js';
import type { Context } from '../kernel/context.js';
import { accountById } from '../identity/accounts/account.entity.js';
import { ProfileStatus } from '../identity/profile-status.js';
import { Locale, localize, LocalizedText, localizeOrNull, type Localized } from '../kernel/localized.js';
import { connectionType } from '../graphql/pagination.js';
import { Node } from '../kernel/node.js';
import { profileBase } from '../profiles/profile.entity.js';
import { Industry, industryByCode, Region, regionByCode } from '../taxonomy/taxonomy.entity.js';
import { talentIndustriesOf } from './talent.loaders.js';
import {
  ManagerGrade,
  TalentEvidenceKind,
  TalentKind,
  TalentRole,
  TalentVerification,
  TalentVisibility,
} from './vocabularies.js';
import { defineLoader, byKey, groupedByKey } from '../lib/batching.js';
import { selectEntities } from '../lib/rows.js';
import { localeArg } from '../graphql/locale-arg.js';

/**
 * Evidence of a talent's abilities (paper, closed deal, launched product); visible to the same viewers as the talent.
 */
@ObjectType({
  implements: Node,
  description:
    'What shows that a talent can do it: a paper, a deal closed, a product launched. As visible as the talent.',
})
@Entity('talent_evidence')
export class TalentEvidence extends Node {
  @Column('uuid', { name: 'talent_id' })
  talentId: string;

  @Field(() => TalentEvidenceKind, { description: 'What it is.' })
  @Column('text')
  kind: TalentEvidenceKind;

  @Column('jsonb', { name: 'title' })
  titleText: Localized;

  @Field(() => Int, { nullable: true, description: 'The year of it.' })
  @Column('smallint', { nullable: true })
  year: number | null;

  @Field(() => String, { nullable: true, description: 'Where it can be looked up, http or https.' })
  @Column('text', { nullable: true })
  url: string | null;

  @Column('uuid', { name: 'achievement_id', nullable: true })
  achievementId: string | null;

  @Field(() => Int, { description: 'Place in the list, from 1.' })
  @Column('smallint')
  position: number;

  @Field(() => LocalizedText, { description: 'Its title.' })
  title(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText {
    return localize(this.titleText, locale ?? ctx.locale);
  }
}

/**
 * Profile of a person 人才 available for a team, in the person's own words; one per account. The code that returns an
 * entity must have checked `talent:read`. Contains no contact details: first contact is by introduction.
 */
@ObjectType({
  implements: Node,
  description:
    'A person who would join a result’s team 人才, by their own words. Addresses are never shown: contact happens through introductions.',
})
@Entity('talent_profile')
export class TalentProfile extends profileBase<ProfileStatus>({
  status: { type: ProfileStatus, description: 'Whether it takes part: only ACTIVE ones are proposed.' },
  statusReason: { description: 'Why it is SUSPENDED; for the person and operators.', right: 'talent:private' },
  viewerCanEdit: { description: 'Whether the viewer may edit it: the person alone.', right: 'talent:edit' },
}) {
  /** Account of the person; null once the person is erased. */
  @Column('uuid', { name: 'account_id', nullable: true })
  accountId: string | null;

  @Field(() => TalentKind, { description: 'What the person knows: the science, the market, or both.' })
  @Column('text')
  kind: TalentKind;

  @Column('jsonb', { name: 'headline' })
  headlineText: Localized;

  @Column('jsonb', { name: 'bio', nullable: true })
  bioText: Localized | null;

  @Column('jsonb', { name: 'skills' })
  skillTexts: Localized[];

  @Field(() => String, { nullable: true, description: 'ORCID iD, with a right check digit.' })
  @Column('text', { nullable: true })
  orcid: string | null;

  @Column('uuid', { name: 'organisation_id', nullable: true })
  organisationId: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Days a month that the person can give, 0 to 31; null where nothing is said.',
  })
  @Column('smallint', { name: 'days_per_month', nullable: true })
  daysPerMonth: number | null;

  @Field(() => String, { nullable: true, description: 'From when, YYYY-MM-DD; null is from now on.' })
  @Column('date', { name: 'available_from', nullable: true })
  availableFrom: string | null;

  @Column('text', { name: 'region_codes', array: true })
  regionCodes: string[];

  @Field(() => [String], { description: 'Languages that the person works in: ISO 639-1 codes.' })
  @Column('text', { array: true })
  languages: string[];

  @Field(() => [TalentRole], { description: 'As what the person would join.' })
  @Column('text', { array: true })
  roles: TalentRole[];

  @Field(() => ManagerGrade, {
    nullable: true,
    description: 'Grade of a technology manager 技术经理人; only with that role.',
  })
  @Column('text', { name: 'manager_grade', nullable: true })
  managerGrade: ManagerGrade | null;

  @Field(() => TalentVisibility, { description: 'Who may find it.' })
  @Column('text')
  visibility: TalentVisibility;

  @Field(() => TalentVerification, {
    description: 'Whether an operator has checked it; an edit of what was checked sets it back to UNVERIFIED.',
  })
  @Column('text')
  verification: TalentVerification;

  @Column('text', { name: 'verification_reason', nullable: true })
  verificationReasonText: string | null;

  @Field(() => String, { nullable: true, description: 'The name that the person goes by on the platform.' })
  async displayName(@Ctx() ctx: Context): Promise<string | null> {
    return this.accountId === null ? null : ((await ctx.load(accountById).load(this.accountId))?.displayName ?? null);
  }

  @Field(() => LocalizedText, { nullable: true, description: 'What the person is in one line.' })
  headline(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText | null {
    return localizeOrNull(this.headlineText, locale ?? ctx.locale);
  }

  @Field(() => LocalizedText, { nullable: true, description: 'What the person has done, in their own words.' })
  bio(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText | null {
    return localizeOrNull(this.bioText, locale ?? ctx.locale);
  }

  @Field(() => [LocalizedText], { description: 'Skills, in the person’s own order.' })
  skills(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText[] {
    return this.skillTexts.map((skill) => localize(skill, locale ?? ctx.locale));
  }

  @Field(() => [Industry], {
    description: 'Industries that the person knows, at any level, in the order of their codes.',
  })
  async industries(@Ctx() ctx: Context): Promise<Industry[]> {
    const codes = await ctx.load(talentIndustriesOf).load(this.id);
    return (await Promise.all(codes.map((code) => ctx.load(industryByCode).load(code)))).filter(
      (industry) => industry !== null,
    );
  }

  @Field(() => [Region], { description: 'Where the person would work, at any level; none is anywhere.' })
  async regions(@Ctx() ctx: Context): Promise<Region[]> {
    return (await Promise.all(this.regionCodes.map((code) => ctx.load(regionByCode).load(code)))).filter(
      (region) => region !== null,
    );
  }

  @Field(() => [TalentEvidence], { description: 'What shows that the person can do it, in the person’s own order.' })
  evidence(@Ctx() ctx: Context): Promise<TalentEvidence[]> {
    return ctx.load(evidenceOfTalent).load(this.id);
  }

  @Field(() => String, { nullable: true, description: 'Why verification was refused; for the person and operators.' })
  verificationReason(@Ctx() ctx: Context): string | null {
    return can(ctx, 'talent:private', this) ? this.verificationReasonText : null;
  }
}

export const TalentProfileConnection = connectionType('TalentProfile', () => TalentProfile);

export const talentById = defineLoader<string, TalentProfile | null>(async (db, ids) =>
  byKey(ids, await selectEntities(db, TalentProfile, 'WHERE e.id = ANY($1)', [ids]), (talent) => talent.id),
);

export const talentOfAccount = defineLoader<string, TalentProfile | null>(async (db, ids) =>
  byKey(
    ids,
    await selectEntities(db, TalentProfile, 'WHERE e.account_id = ANY($1)', [ids]),
    (talent) => talent.accountId,
  ),
);

export const evidenceOfTalent = defineLoader<string, TalentEvidence[]>(async (db, ids) =>
  groupedByKey(
    ids,
    await selectEntities(db, TalentEvidence, 'WHERE e.talent_id = ANY($1) ORDER BY e.position', [ids]),
    (row) => row.talentId,
  ),
);
