import { Arg, Ctx, Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import type { Context } from '../kernel/context.js';
import { Organisation, organisationById } from '../identity/organisations/organisation.entity.js';
import { Decimal } from '../lib/decimal.js';
import { Locale, localize, LocalizedText, localizeOrNull, type Localized } from '../kernel/localized.js';
import { connectionType } from '../graphql/pagination.js';
import { Node } from '../kernel/node.js';
import { profileBase } from '../profiles/profile.entity.js';
import { Industry, industryByCode, Region, regionByCode } from '../taxonomy/taxonomy.entity.js';
import { demandIndustriesOf } from './demand.loaders.js';
import { isExpired } from './demand.stages.js';
import { DemandStatus } from './vocabularies.js';
import { defineLoader, byKey } from '../lib/batching.js';
import { selectEntities } from '../lib/rows.js';
import { localeArg } from '../graphql/locale-arg.js';
import { dayOfChina } from '../lib/day.js';

/** A target figure of a demand, as stored. */
export interface DemandTargetRecord {
  name: Localized;
  value: string;
  unit: string | null;
}

@ObjectType({ description: 'What an enterprise would pay. An end that is null is open.' })
export class DemandBudget {
  @Field(() => Decimal, { nullable: true, description: 'At least this much; null where nothing is said.' })
  min: string | null;

  @Field(() => Decimal, { nullable: true, description: 'At most this much; null where nothing is said.' })
  max: string | null;

  @Field(() => String, { description: 'ISO 4217 currency code.' })
  currency: string;
}

/** GraphQL type of one stored target figure. */
@ObjectType({ description: 'A figure that what is sought must reach, such as the purity 99.999 %.' })
export class DemandTarget {
  nameText: Localized;

  @Field(() => String, { description: 'What must be reached, as the enterprise writes it: 99.999, ≥ 300, 5 to 8.' })
  value: string;

  @Field(() => String, { nullable: true, description: 'Its unit; null where it has none.' })
  unit: string | null;

  @Field(() => LocalizedText, { description: 'What is measured.' })
  name(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText {
    return localize(this.nameText, locale ?? ctx.locale);
  }
}

/**
 * A technical need that an enterprise posts. Code that returns a demand to a viewer must have checked
 * `isDemandVisible`.
 */
@ObjectType({
  implements: Node,
  description: 'A technical need that an enterprise posts 企业技术需求. Public once its enterprise is verified.',
})
@Entity('demand')
export class Demand extends profileBase<DemandStatus>({
  status: {
    type: DemandStatus,
    description: 'Where it stands; see `isExpired` for one whose deadline is past.',
  },
  statusReason: {
    description: 'Why it is SUSPENDED; for members of the enterprise and operators.',
    right: 'demand:read',
  },
  viewerCanEdit: {
    description: 'Whether the viewer may edit it: an editor or owner of its enterprise.',
    right: 'demand:edit',
  },
}) {
  @Column('uuid', { name: 'organisation_id' })
  organisationId: string;

  @Column('jsonb', { name: 'title' })
  titleText: Localized;

  @Column('jsonb', { name: 'description', nullable: true })
  descriptionText: Localized | null;

  @Column('numeric', { name: 'budget_min', nullable: true })
  budgetMin: string | null;

  @Column('numeric', { name: 'budget_max', nullable: true })
  budgetMax: string | null;

  @Column('text', { name: 'budget_currency', nullable: true })
  budgetCurrency: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The last day on which it is open, YYYY-MM-DD, in China; null is until further notice.',
  })
  @Column('date', { nullable: true })
  deadline: string | null;

  @Column('text', { name: 'region_code', nullable: true })
  regionCode: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Technology readiness level that is needed at least, 1 to 9; null is any.',
  })
  @Column('smallint', { name: 'required_trl', nullable: true })
  requiredTrl: number | null;

  @Column('jsonb', { name: 'targets' })
  targetList: DemandTargetRecord[];

  @Field(() => LocalizedText, { description: 'Title.' })
  title(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText {
    return localize(this.titleText, locale ?? ctx.locale);
  }

  @Field(() => LocalizedText, { nullable: true, description: 'What is needed and why.' })
  description(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText | null {
    return localizeOrNull(this.descriptionText, locale ?? ctx.locale);
  }

  @Field(() => DemandBudget, {
    nullable: true,
    description: 'What the enterprise would pay; null where nothing is said.',
  })
  get budget(): DemandBudget | null {
    return this.budgetCurrency === null
      ? null
      : { min: this.budgetMin, max: this.budgetMax, currency: this.budgetCurrency };
  }

  @Field(() => [DemandTarget], { description: 'Figures that must be reached, in the enterprise’s own order.' })
  get targets(): DemandTarget[] {
    return this.targetList.map(({ name, value, unit }) =>
      Object.assign(new DemandTarget(), { nameText: name, value, unit }),
    );
  }

  @Field(() => Boolean, { description: 'Whether its deadline is past while it was neither met nor taken back.' })
  isExpired(@Ctx() ctx: Context): boolean {
    return isExpired(this, dayOfChina(ctx.now()));
  }

  @Field(() => Organisation, { description: 'The enterprise.' })
  organisation(@Ctx() ctx: Context): Promise<Organisation | null> {
    return ctx.load(organisationById).load(this.organisationId);
  }

  @Field(() => Region, { nullable: true, description: 'Where it is needed.' })
  region(@Ctx() ctx: Context): Promise<Region | null> | null {
    return this.regionCode === null ? null : ctx.load(regionByCode).load(this.regionCode);
  }

  @Field(() => [Industry], { description: 'Its industries, at any level, in the order of their codes.' })
  async industries(@Ctx() ctx: Context): Promise<Industry[]> {
    const codes = await ctx.load(demandIndustriesOf).load(this.id);
    return (await Promise.all(codes.map((code) => ctx.load(industryByCode).load(code)))).filter(
      (industry) => industry !== null,
    );
  }
}

export const DemandConnection = connectionType('Demand', () => Demand);

export const demandById = defineLoader<string, Demand | null>(async (db, ids) =>
  byKey(ids, await selectEntities(db, Demand, 'WHERE e.id = ANY($1)', [ids]), (demand) => demand.id),
);
