import { Arg, Ctx, Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Context } from '../kernel/context.js';
import { Organisation, organisationById } from '../identity/organisations/organisation.entity.js';
import { ProfileStatus } from '../identity/profile-status.js';
import { Decimal } from '../lib/decimal.js';
import { Locale, LocalizedText, localizeOrNull, type Localized } from '../kernel/localized.js';
import { connectionType } from '../graphql/pagination.js';
import { Node } from '../kernel/node.js';
import { profileBase } from '../profiles/profile.entity.js';
import { CooperationMode } from '../taxonomy/cooperation.js';
import { Industry, industryByCode, Region, regionByCode } from '../taxonomy/taxonomy.entity.js';
import { investorIndustriesOf } from './investor.loaders.js';
import { FundingStage } from './vocabularies.js';
import { defineLoader, byKey } from '../lib/batching.js';
import { selectEntities } from '../lib/rows.js';

@ObjectType({ description: 'The amounts that an investor puts into one result. An end that is null is open.' })
export class TicketRange {
  @Field(() => Decimal, { nullable: true, description: 'At least this much; null where nothing is said.' })
  min: string | null;

  @Field(() => Decimal, { nullable: true, description: 'At most this much; null where nothing is said.' })
  max: string | null;

  @Field(() => String, { description: 'ISO 4217 currency code.' })
  currency: string;
}

@ObjectType({ description: 'Technology readiness levels that an investor looks for. An end that is null is open.' })
export class TrlRange {
  @Field(() => Int, { nullable: true, description: 'At least this level, 1 to 9; null where nothing is said.' })
  min: number | null;

  @Field(() => Int, { nullable: true, description: 'At most this level, 1 to 9; null where nothing is said.' })
  max: number | null;
}

/** One industry that an investor wants or excludes; clients read it only through the investor's profile. */
@Entity('investor_industry')
export class InvestorIndustry {
  @PrimaryColumn('uuid', { name: 'investor_id' })
  investorId: string;

  @PrimaryColumn('text', { name: 'industry_code' })
  industryCode: string;

  @Column('boolean')
  wanted: boolean;
}

/**
 * What an organisation looks for as an investor. A profile is public once its organisation is verified; code that
 * returns one to a viewer must have checked `isInvestorVisible`.
 */
@ObjectType({
  implements: Node,
  description: 'What an organisation looks for as an investor 投资方画像. Public once its organisation is verified.',
})
@Entity('investor_profile')
export class InvestorProfile extends profileBase<ProfileStatus>({
  status: {
    type: ProfileStatus,
    description: 'Whether it takes part: only ACTIVE ones of verified organisations are proposed.',
  },
  statusReason: { description: 'Why it is SUSPENDED; for its members and operators.', right: 'investor:read' },
  viewerCanEdit: {
    description: 'Whether the viewer may edit it and its track records: an editor or owner of its organisation.',
    right: 'investor:edit',
  },
}) {
  @Column('uuid', { name: 'organisation_id' })
  organisationId: string;

  @Column('jsonb', { name: 'thesis', nullable: true })
  thesisText: Localized | null;

  @Column('smallint', { name: 'trl_min', nullable: true })
  trlMin: number | null;

  @Column('smallint', { name: 'trl_max', nullable: true })
  trlMax: number | null;

  @Field(() => [FundingStage], { description: 'Rounds it takes part in; none is any.' })
  @Column('text', { name: 'funding_stages', array: true })
  fundingStages: FundingStage[];

  @Column('numeric', { name: 'ticket_min', nullable: true })
  ticketMin: string | null;

  @Column('numeric', { name: 'ticket_max', nullable: true })
  ticketMax: string | null;

  @Column('text', { name: 'ticket_currency', nullable: true })
  ticketCurrency: string | null;

  @Column('text', { name: 'region_codes', array: true })
  regionCodes: string[];

  @Field(() => [CooperationMode], { description: 'Ways of cooperation that it seeks; none is any.' })
  @Column('text', { name: 'cooperation_modes', array: true })
  cooperationModes: CooperationMode[];

  @Field(() => LocalizedText, { nullable: true, description: 'What it looks for, in its own words.' })
  thesis(
    @Ctx() ctx: Context,
    @Arg('locale', () => Locale, { nullable: true, description: 'Language wished for; the request’s by default.' })
    locale?: Locale,
  ): LocalizedText | null {
    return localizeOrNull(this.thesisText, locale ?? ctx.locale);
  }

  @Field(() => TrlRange, { nullable: true, description: 'Technology readiness levels; null is any.' })
  get trl(): TrlRange | null {
    return this.trlMin === null && this.trlMax === null ? null : { min: this.trlMin, max: this.trlMax };
  }

  @Field(() => TicketRange, {
    nullable: true,
    description: 'How much it puts into one result; null where nothing is said.',
  })
  get ticket(): TicketRange | null {
    return this.ticketCurrency === null
      ? null
      : { min: this.ticketMin, max: this.ticketMax, currency: this.ticketCurrency };
  }

  @Field(() => Organisation, { description: 'Whose it is.' })
  organisation(@Ctx() ctx: Context): Promise<Organisation | null> {
    return ctx.load(organisationById).load(this.organisationId);
  }

  @Field(() => [Industry], {
    description: 'Industries that it wants, at any level, in the order of their codes; none is any.',
  })
  industries(@Ctx() ctx: Context): Promise<Industry[]> {
    return industriesOf(ctx, this.id, true);
  }

  @Field(() => [Industry], { description: 'Industries that it never wants to be proposed, with all below them.' })
  excludedIndustries(@Ctx() ctx: Context): Promise<Industry[]> {
    return industriesOf(ctx, this.id, false);
  }

  @Field(() => [Region], { description: 'Regions it invests in, at any level; none is anywhere.' })
  async regions(@Ctx() ctx: Context): Promise<Region[]> {
    return (await Promise.all(this.regionCodes.map((code) => ctx.load(regionByCode).load(code)))).filter(
      (region) => region !== null,
    );
  }
}

async function industriesOf(ctx: Context, investorId: string, wanted: boolean): Promise<Industry[]> {
  const rows = await ctx.load(investorIndustriesOf).load(investorId);
  const found = await Promise.all(
    rows.filter((row) => row.wanted === wanted).map((row) => ctx.load(industryByCode).load(row.code)),
  );
  return found.filter((industry) => industry !== null);
}

export const InvestorProfileConnection = connectionType('InvestorProfile', () => InvestorProfile);

export const investorById = defineLoader<string, InvestorProfile | null>(async (db, ids) =>
  byKey(ids, await selectEntities(db, InvestorProfile, 'WHERE e.id = ANY($1)', [ids]), (investor) => investor.id),
);

export const investorOfOrganisation = defineLoader<string, InvestorProfile | null>(async (db, ids) =>
  byKey(
    ids,
    await selectEntities(db, InvestorProfile, 'WHERE e.organisation_id = ANY($1)', [ids]),
    (investor) => investor.organisationId,
  ),
);
