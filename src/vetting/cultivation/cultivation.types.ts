import { Arg, Ctx, Field, Float, Int, ObjectType } from 'type-graphql';
import type { Context } from '../../kernel/context.js';
import { Organisation } from '../../identity/organisations/organisation.entity.js';
import { Locale, localize, LocalizedText } from '../../kernel/localized.js';
import { GapSource, gapOf } from './cultivation.codes.js';
import { SupportService } from './cultivation.entity.js';
import { CohortEntry } from '../cohort/entry.entity.js';
import { Dimension } from '../vocabularies.js';
import { localeArg } from '../../graphql/locale-arg.js';

@ObjectType({
  description: 'Something that may be missing in a result, by which reviewers and the platform say what to do next.',
})
export class GapCode {
  @Field(() => String, { description: 'The code, such as NO_PILOT_DATA.' })
  code: string;

  @Field(() => Dimension, { description: 'The dimension that it weakens.' })
  dimension: Dimension;

  @Field(() => LocalizedText, { description: 'Its name.' })
  name(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText {
    const gap = gapOf(this.code);
    return localize(gap ? { zh: gap.zh, en: gap.en } : { en: this.code }, locale ?? ctx.locale);
  }
}

@ObjectType({ description: 'What an entry lacks.' })
export class CultivationGap {
  entryId: string;

  @Field(() => GapCode, { description: 'What is missing.' })
  gap: GapCode;

  @Field(() => GapSource, { description: 'Who says so.' })
  source: GapSource;

  @Field(() => Int, {
    nullable: true,
    description:
      'How many reviewers named it; null where it was computed, and where fewer than three judged the dimension.',
  })
  reviewers: number | null;
}

@ObjectType({ description: 'What a reviewer wrote for the lister, without a name, a score or a time.' })
export class AnonymousRationale {
  @Field(() => Dimension, { description: 'The dimension it is about.' })
  dimension: Dimension;

  @Field(() => String, { description: 'The text.' })
  text: string;
}

@ObjectType({ description: 'An admitted result that is near by its texts.' })
export class AdmittedNeighbour {
  achievementId: string;

  @Field(() => Float, { description: 'Similarity of the texts that everybody may read, 0 to 1.' })
  similarity: number;

  @Field(() => Boolean, { description: 'Whether it is of the same industry division; those come first.' })
  sameDivision: boolean;
}

@ObjectType({ description: 'A support service that helps with gaps of an entry.' })
export class SuggestedService {
  @Field(() => SupportService, { description: 'The service.' })
  service: SupportService;

  @Field(() => [GapCode], { description: 'The gaps of the entry that it helps with.' })
  helpsWith: GapCode[];
}

/**
 * 持续深耕, cultivation: help for the institution of an entry that was not admitted, or that matching partners keep
 * declining. Created only for viewers who may see it.
 */
@ObjectType({
  description:
    'Cultivation 持续深耕 of an entry that was not admitted: what is missing, what reviewers wrote, who got in nearby, who can help. Of an admitted one it holds only what counterparts of matches declined it for, and who can help.',
})
export class Cultivation {
  entryId: string;

  /** True if the entry was admitted; then only the gaps found by matching are shown. */
  ofPoolEntry: boolean;
}

@ObjectType({ description: 'A dimension’s calibrated score in an earlier cohort and in this one.' })
export class AxisChange {
  @Field(() => Dimension, { description: 'The dimension.' })
  dimension: Dimension;

  @Field(() => Float, {
    nullable: true,
    description: 'Calibrated score in the earlier cohort; null where it was not judged there.',
  })
  before: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Calibrated score in this cohort; null before its public notice.',
  })
  now: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Now less before; each cohort is calibrated on its own, so small differences mean little.',
  })
  difference: number | null;

  @Field(() => Float, { nullable: true, description: 'Standard error of the difference.' })
  standardError: number | null;
}

@ObjectType({
  description: 'What changed between an entry and the one of the cohort before, for a result that was handed in again.',
})
export class EntryChange {
  @Field(() => CohortEntry, { description: 'The earlier entry.' })
  previous: CohortEntry;

  @Field(() => [AxisChange], { description: 'The scores then and now.' })
  axes: AxisChange[];

  @Field(() => [GapCode], {
    nullable: true,
    description: 'Gaps of then that neither the reviewers nor the record show now; null until this cohort is closed.',
  })
  gapsClosed: GapCode[] | null;

  @Field(() => [GapCode], { nullable: true, description: 'Gaps of then and now; null until this cohort is closed.' })
  gapsOpen: GapCode[] | null;

  @Field(() => [GapCode], {
    nullable: true,
    description: 'Gaps of now that were not there then; null until this cohort is closed.',
  })
  gapsNew: GapCode[] | null;
}

@ObjectType({ description: 'How many results that were not admitted got into the pool with a later cohort.' })
export class GraduationRate {
  @Field(() => Int, { description: 'Results that a closed cohort did not admit.' })
  cultivated: number;

  @Field(() => Int, { description: 'Those of them that a later cohort admitted, and that were not revoked.' })
  graduated: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Graduated of cultivated, 0 to 1; null where there is none in cultivation.',
  })
  get rate(): number | null {
    return this.cultivated === 0 ? null : this.graduated / this.cultivated;
  }
}

@ObjectType({ description: 'The graduation rate of an institution.' })
export class InstitutionGraduation {
  @Field(() => Organisation, { description: 'The institution.' })
  institution: Organisation;

  @Field(() => GraduationRate, { description: 'Its rate.' })
  graduation: GraduationRate;
}

@ObjectType({ description: 'The graduation rate of results with a gap.' })
export class GapGraduation {
  @Field(() => GapCode, { description: 'The gap.' })
  gap: GapCode;

  @Field(() => GraduationRate, { description: 'The rate of the results that had it when they were not admitted.' })
  graduation: GraduationRate;
}

@ObjectType({ description: 'Graduation from cultivation into the pool, for operators.' })
export class GraduationFigures {
  @Field(() => GraduationRate, { description: 'Of all results.' })
  overall: GraduationRate;

  @Field(() => [InstitutionGraduation], {
    description: 'By institution, those with most results in cultivation first; at most 200.',
  })
  institutions: InstitutionGraduation[];

  @Field(() => [GapGraduation], {
    description: 'By gap code, in the order of the list; a result counts for each gap that it had.',
  })
  gaps: GapGraduation[];
}

/** Converts a gap code to its API type. */
export function gapCode(code: string): GapCode {
  return Object.assign(new GapCode(), { code, dimension: gapOf(code)!.dimension });
}

export function graduationRate(row: { cultivated: number; graduated: number }): GraduationRate {
  return Object.assign(new GraduationRate(), { cultivated: row.cultivated, graduated: row.graduated });
}
