import { Arg, Ctx, Field, Int, ObjectType, Query, Resolver } from 'type-graphql';
import type { Context } from '../kernel/context.js';
import { badInput } from '../kernel/errors.js';
import { hasMoreThan } from '../lib/text.js';
import { Locale, localize, LocalizedText, type Localized } from '../kernel/localized.js';
import {
  Industry,
  industryByCode,
  Region,
  regionByCode,
  StrategicArea,
  strategicAreaByCode,
} from './taxonomy.entity.js';
import { allVocabularies } from './vocabulary.js';
import { localeArg } from '../graphql/locale-arg.js';
import { say } from '../messages/catalogue.js';

/** Maximum length, in code points, of a name to search for; every name in the code lists is shorter. */
const LONGEST_NAME = 200;

@ObjectType({ description: 'One code of a vocabulary.' })
export class VocabularyTerm {
  @Field(() => String, { description: 'The enum value, or the number for TRL.' })
  code: string;

  labelText: Localized;

  @Field(() => LocalizedText, { description: 'Its name for people.' })
  label(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText {
    return localize(this.labelText, locale ?? ctx.locale);
  }
}

@ObjectType({ description: 'A closed list of codes: cooperation modes, IP statuses, TRL and so on.' })
export class Vocabulary {
  @Field(() => String, { description: 'The name of the enum.' })
  name: string;

  @Field(() => String, { description: 'What it is and where the list comes from.' })
  description: string;

  @Field(() => [VocabularyTerm], { description: 'Its codes, in order.' })
  terms: VocabularyTerm[];
}

@Resolver()
export class TaxonomyResolver {
  @Query(() => [Industry], { description: 'GB/T 4754 industries below `parent`, or the twenty sections.' })
  industries(
    @Ctx() ctx: Context,
    @Arg('parent', () => String, { nullable: true, description: 'Code of the node above.' }) parent?: string,
  ): Promise<Industry[]> {
    return ctx.db.find(Industry, {
      where: parent == null ? { level: 1 } : { parentCode: parent },
      order: { position: 'ASC' },
    });
  }

  @Query(() => Industry, { nullable: true, description: 'One industry by its code, such as C, 39, 398 or 3982.' })
  industry(
    @Ctx() ctx: Context,
    @Arg('code', () => String, { description: 'GB/T 4754 code.' }) code: string,
  ): Promise<Industry | null> {
    return ctx.load(industryByCode).load(code);
  }

  @Query(() => [Industry], { description: 'Industries whose name or code contains the text; at most `first`.' })
  industriesByName(
    @Ctx() ctx: Context,
    @Arg('text', () => String, { description: 'Part of a Chinese or English name, or the start of a code.' })
    text: string,
    @Arg('first', () => Int, { defaultValue: 20, description: '1 to 100.' }) first: number,
  ): Promise<Industry[]> {
    if (first < 1 || first > 100) throw badInput('first', 'PAGE_SIZE', say('PAGE_SIZE.hundred'));
    if (hasMoreThan(text, LONGEST_NAME)) throw badInput('text', 'TOO_LONG', say('TOO_LONG.max', { max: LONGEST_NAME }));
    const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
    return ctx.db
      .createQueryBuilder(Industry, 'i')
      .where(`i.name->>'zh' ILIKE :pattern OR i.name->>'en' ILIKE :pattern OR i.code ILIKE :start`, {
        pattern,
        start: pattern.slice(1),
      })
      .orderBy('i.position')
      .limit(first)
      .getMany();
  }

  @Query(() => [Region], {
    description: 'Regions below `parent`, or the provinces of China, followed by the other countries.',
  })
  regions(
    @Ctx() ctx: Context,
    @Arg('parent', () => String, { nullable: true, description: 'Code of a province or prefecture.' }) parent?: string,
  ): Promise<Region[]> {
    return ctx.db.find(Region, {
      where: parent == null ? { level: 1 } : { parentCode: parent },
      order: { position: 'ASC' },
    });
  }

  @Query(() => Region, {
    nullable: true,
    description: 'One region by its code: six digits in China, two letters for another country.',
  })
  region(
    @Ctx() ctx: Context,
    @Arg('code', () => String, { description: 'GB/T 2260 or ISO 3166-1 alpha-2 code.' }) code: string,
  ): Promise<Region | null> {
    return ctx.load(regionByCode).load(code);
  }

  @Query(() => [StrategicArea], { description: 'Strategic emerging industries below `parent`, or the nine areas.' })
  strategicAreas(
    @Ctx() ctx: Context,
    @Arg('parent', () => String, { nullable: true, description: 'Code of an area.' }) parent?: string,
  ): Promise<StrategicArea[]> {
    return ctx.db.find(StrategicArea, {
      where: parent == null ? { level: 1 } : { parentCode: parent },
      order: { position: 'ASC' },
    });
  }

  @Query(() => StrategicArea, {
    nullable: true,
    description: 'One strategic area or field by its code, such as 3 or 3.2.',
  })
  strategicArea(
    @Ctx() ctx: Context,
    @Arg('code', () => String, { description: 'Its code.' }) code: string,
  ): Promise<StrategicArea | null> {
    return ctx.load(strategicAreaByCode).load(code);
  }

  @Query(() => [Vocabulary], {
    description: 'The closed code lists with names in both languages: all, or those named.',
  })
  vocabularies(
    @Arg('names', () => [String], { nullable: true, description: 'Names of enums.' }) names?: string[],
  ): Vocabulary[] {
    return allVocabularies()
      .filter((v) => !names || names.includes(v.name))
      .map((v) =>
        Object.assign(new Vocabulary(), {
          name: v.name,
          description: v.description,
          terms: v.terms.map((term) => Object.assign(new VocabularyTerm(), { code: term.code, labelText: term.label })),
        }),
      );
  }
}
