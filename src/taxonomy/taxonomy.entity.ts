import { Arg, Ctx, Field, ID, Int, ObjectType, type ClassType } from 'type-graphql';
import { Column, Entity, In, PrimaryColumn, type DataSource, type EntityTarget } from 'typeorm';
import type { Context } from '../kernel/context.js';
import { byKey, defineLoader, groupedByKey, type LoaderDefinition } from '../lib/batching.js';
import { toGlobalId } from '../lib/ids.js';
import { Locale, localize, LocalizedText, type Localized } from '../kernel/localized.js';
import { selectEntities } from '../lib/rows.js';
import { Node } from '../kernel/node.js';

/** A node (code) of a code list that is a tree. `path` holds the codes from the root of the tree to the node itself. */
@ObjectType({ description: 'Base of the nodes of code lists; not a type of the schema itself.' })
export abstract class TaxonomyNode {
  @Field(() => String, { description: 'The official code.' })
  @PrimaryColumn('text')
  code: string;

  @Field(() => Int, { description: 'Depth in the tree; 1 is the top.' })
  @Column('smallint')
  level: number;

  @Column('text', { name: 'parent_code', nullable: true })
  parentCode: string | null;

  @Column('jsonb', { name: 'name' })
  nameText: Localized;

  @Field(() => [String], { description: 'The codes from the top down to this one.' })
  @Column('text', { array: true })
  path: string[];

  /** Position in the official list. */
  @Column('integer')
  position: number;

  get globalId(): string {
    return toGlobalId(this.constructor.name, this.code);
  }

  @Field(() => LocalizedText, {
    description:
      'The official name (English: a translation). Places whose official name says nothing alone, such as 市辖区, have that of their province in front.',
  })
  name(
    @Ctx() ctx: Context,
    @Arg('locale', () => Locale, { nullable: true, description: 'Language wished for; the request’s by default.' })
    locale?: Locale,
  ): LocalizedText {
    return localize(this.nameText, locale ?? ctx.locale);
  }
}

@ObjectType({
  implements: Node,
  description:
    'An industry of GB/T 4754-2017 国民经济行业分类: section (A-T), division (2 digits), group (3), class (4).',
})
@Entity('industry')
export class Industry extends TaxonomyNode {
  @Field(() => ID, { name: 'id', description: 'Opaque, stable, unique among everything. Do not take it apart.' })
  override get globalId(): string {
    return toGlobalId('Industry', this.code);
  }

  @Field(() => Industry, { nullable: true, description: 'The node above; null at the top.' })
  parent(@Ctx() ctx: Context): Promise<Industry | null> | null {
    return this.parentCode === null ? null : ctx.load(industryByCode).load(this.parentCode);
  }

  @Field(() => [Industry], { description: 'The nodes right below, in official order.' })
  children(@Ctx() ctx: Context): Promise<Industry[]> {
    return ctx.load(industryChildren).load(this.code);
  }

  @Field(() => Int, {
    description: 'Pool entries (ADMITTED) in this industry or any below it; an entry in several counts once.',
  })
  admittedCount(@Ctx() ctx: Context): Promise<number> {
    return ctx.load(industryCounts).load(this.code);
  }
}

@ObjectType({
  implements: Node,
  description:
    'A place of China by GB/T 2260 (province, prefecture or county; level 1 to 3), or a foreign country by ISO 3166-1 (level 1, its two letters are the code).',
})
@Entity('region')
export class Region extends TaxonomyNode {
  @Field(() => ID, { name: 'id', description: 'Opaque, stable, unique among everything. Do not take it apart.' })
  override get globalId(): string {
    return toGlobalId('Region', this.code);
  }

  @Field(() => Region, {
    nullable: true,
    description:
      'The place above: the prefecture of a county, the province of a prefecture; null for provinces and countries.',
  })
  parent(@Ctx() ctx: Context): Promise<Region | null> | null {
    return this.parentCode === null ? null : ctx.load(regionByCode).load(this.parentCode);
  }

  @Field(() => [Region], {
    description: 'The places right below: prefectures of a province, counties of a prefecture.',
  })
  children(@Ctx() ctx: Context): Promise<Region[]> {
    return ctx.load(regionChildren).load(this.code);
  }

  @Field(() => Int, { description: 'Pool entries (ADMITTED) of this region and everything in it.' })
  admittedCount(@Ctx() ctx: Context): Promise<number> {
    return ctx.load(regionCounts).load(this.code);
  }
}

@ObjectType({
  implements: Node,
  description: 'A strategic emerging industry 战略性新兴产业 (classification of 2018: nine areas and their fields).',
})
@Entity('strategic_area')
export class StrategicArea extends TaxonomyNode {
  @Field(() => ID, { name: 'id', description: 'Opaque, stable, unique among everything. Do not take it apart.' })
  override get globalId(): string {
    return toGlobalId('StrategicArea', this.code);
  }

  @Field(() => StrategicArea, { nullable: true, description: 'The area of a field; null for an area.' })
  parent(@Ctx() ctx: Context): Promise<StrategicArea | null> | null {
    return this.parentCode === null ? null : ctx.load(strategicAreaByCode).load(this.parentCode);
  }

  @Field(() => [StrategicArea], { description: 'The fields of an area.' })
  children(@Ctx() ctx: Context): Promise<StrategicArea[]> {
    return ctx.load(strategicAreaChildren).load(this.code);
  }

  @Field(() => Int, { description: 'Pool entries (ADMITTED) of this area, its fields included.' })
  admittedCount(@Ctx() ctx: Context): Promise<number> {
    return ctx.load(strategicAreaCounts).load(this.code);
  }
}

const lists = new WeakMap<DataSource, Map<ClassType, Promise<ReadonlyMap<string, TaxonomyNode>>>>();

/**
 * All nodes of a code list by code, cached in memory: the lists change only with a deployment, which restarts the
 * process. The node objects are shared and must not be modified.
 */
export function nodesOf<T extends TaxonomyNode>(
  dataSource: DataSource,
  Entity: ClassType<T>,
): Promise<ReadonlyMap<string, T>> {
  let ofSource = lists.get(dataSource);
  if (!ofSource) lists.set(dataSource, (ofSource = new Map()));
  let list = ofSource.get(Entity);
  if (!list) {
    list = selectEntities(dataSource.manager, Entity, '', []).then(
      (nodes) => new Map(nodes.map((node) => [node.code, Object.freeze(node)])),
    );
    ofSource.set(Entity, list);
    list.catch(() => ofSource.delete(Entity));
  }
  return list as Promise<ReadonlyMap<string, T>>;
}

const byCode = <T extends TaxonomyNode>(Entity: ClassType<T>): LoaderDefinition<string, T | null> =>
  defineLoader(async (db, codes) => {
    const nodes = await nodesOf(db.connection, Entity);
    return codes.map((code) => nodes.get(code) ?? null);
  });

const childrenOf = <T extends TaxonomyNode>(entity: EntityTarget<T>): LoaderDefinition<string, T[]> =>
  defineLoader(async (db, codes) =>
    groupedByKey(
      codes,
      await db.find(entity, { where: { parentCode: In([...codes]) }, order: { position: 'ASC' } } as never),
      (node) => node.parentCode,
    ),
  );

/**
 * Loader of the number of admitted achievements at each node of a tree, including those at its descendants. `link` is
 * SQL that selects pairs (achievement id, code).
 */
const countsOf = (table: string, link: string): LoaderDefinition<string, number> =>
  defineLoader(async (db, codes) => {
    const rows = (await db.query(
      `SELECT above.code, count(DISTINCT link.achievement_id)::int AS n
       FROM (${link}) AS link JOIN ${table} t ON t.code = link.code CROSS JOIN LATERAL unnest(t.path) AS above(code)
       WHERE above.code = ANY($1) GROUP BY above.code`,
      [codes],
    )) as Array<{ code: string; n: number }>;
    return byKey(codes, rows, (row) => row.code).map((row) => row?.n ?? 0);
  });

const admitted = `JOIN achievement a ON a.id = l.achievement_id AND a.status = 'ADMITTED'`;

export const industryByCode = byCode(Industry);
export const industryChildren = childrenOf(Industry);
const industryCounts = countsOf(
  'industry',
  `SELECT l.achievement_id, l.industry_code AS code FROM achievement_industry l ${admitted}`,
);
export const regionByCode = byCode(Region);
export const regionChildren = childrenOf(Region);
const regionCounts = countsOf(
  'region',
  `SELECT a.id AS achievement_id, a.region_code AS code FROM achievement a WHERE a.status = 'ADMITTED'`,
);
export const strategicAreaByCode = byCode(StrategicArea);
export const strategicAreaChildren = childrenOf(StrategicArea);
const strategicAreaCounts = countsOf(
  'strategic_area',
  `SELECT l.achievement_id, l.area_code AS code FROM achievement_strategic_area l ${admitted}`,
);
