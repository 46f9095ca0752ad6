import { Arg, Ctx, Field, ID, ObjectType, Query, Resolver } from 'type-graphql';
import { Achievement } from '../achievements/achievement.entity.js';
import { cooperationOf, ipRightsOf } from '../achievements/achievement.loaders.js';
import { openAchievement } from '../achievements/achievement.queries.js';
import type { Context } from '../kernel/context.js';
import { badInput, NotFoundError } from '../kernel/errors.js';
import { Locale, localize, LocalizedText, localizeOrNull } from '../kernel/localized.js';
import { readId } from '../kernel/node.js';
import { compareEntries, ComparisonAttribute, type ComparedEntry } from './comparison.js';
import { say } from '../messages/catalogue.js';

const LEAST = 2;
const MOST = 6;

@ObjectType({ description: 'One entry’s value of an attribute.' })
export class ComparisonValue {
  @Field(() => LocalizedText, { nullable: true, description: 'For people; null where the entry gives none.' })
  text: LocalizedText | null;

  @Field(() => [String], {
    description:
      'The codes or numbers behind the text: FUNDING_NEED is least, most, currency; IP_RIGHTS is STATUS:count; a LICENCE is LICENCE:KIND; INSTITUTION is its id.',
  })
  raw: string[];
}

@ObjectType({ description: 'One attribute of the compared entries.' })
export class ComparisonRow {
  @Field(() => ComparisonAttribute, { description: 'The attribute.' })
  key: ComparisonAttribute;

  @Field(() => LocalizedText, { description: 'Its name for people.' })
  label: LocalizedText;

  @Field(() => [ComparisonValue], { description: 'The values, in the order of the entries.' })
  values: ComparisonValue[];

  @Field(() => Boolean, { description: 'Whether the entries differ in it.' })
  differs: boolean;
}

@ObjectType({ description: 'Entries side by side.' })
export class AchievementComparison {
  @Field(() => [Achievement], { description: 'The entries, in the order asked for.' })
  achievements: Achievement[];

  @Field(() => [ComparisonRow], { description: 'A row per attribute, always all of them, in a fixed order.' })
  rows: ComparisonRow[];
}

async function readEntry(ctx: Context, achievement: Achievement): Promise<ComparedEntry> {
  const [institution, industries, region, cooperationModes, ipRights] = await Promise.all([
    achievement.institution(ctx),
    achievement.industries(ctx),
    achievement.region(ctx),
    ctx.load(cooperationOf).load(achievement.id),
    ctx.load(ipRightsOf).load(achievement.id),
  ]);
  return { achievement, institution, industries, region, cooperationModes, ipRights };
}

/** Compares achievements side by side; throws NOT_FOUND if one does not exist or the viewer may not see it. */
async function compareAchievements(
  ctx: Context,
  ids: readonly string[],
  locale: Locale,
): Promise<AchievementComparison> {
  if (ids.length < LEAST || ids.length > MOST)
    throw badInput('ids', 'LENGTH', say('LENGTH.entries', { least: LEAST, max: MOST }));
  const keys = ids.map((id, i) => readId(`ids[${i}]`, 'Achievement', id));
  const repeated = keys.findIndex((key, i) => keys.indexOf(key) < i);
  if (repeated >= 0) throw badInput(`ids[${repeated}]`, 'DUPLICATE', say('DUPLICATE.entry'));
  const found = await Promise.all(keys.map((key) => openAchievement(ctx, key)));
  const achievements = found.map((achievement, i) => {
    if (!achievement) throw new NotFoundError(say('thing.theAchievementAt', { i }));
    return achievement;
  });
  const rows = compareEntries(await Promise.all(achievements.map((achievement) => readEntry(ctx, achievement))));
  return {
    achievements,
    rows: rows.map((row) => ({
      ...row,
      label: localize(row.label, locale),
      values: row.values.map(({ text, raw }) => ({ text: localizeOrNull(text, locale), raw })),
    })),
  };
}

@Resolver()
export class ComparisonResolver {
  @Query(() => AchievementComparison, {
    description: `Sets ${LEAST} to ${MOST} entries side by side, attribute by attribute, from what is public of them.`,
  })
  compareAchievements(
    @Ctx() ctx: Context,
    @Arg('ids', () => [ID], { description: `The entries, ${LEAST} to ${MOST} different ones.` }) ids: string[],
    @Arg('locale', () => Locale, { nullable: true, description: 'Language wished for; the request’s by default.' })
    locale?: Locale,
  ): Promise<AchievementComparison> {
    return compareAchievements(ctx, ids, locale ?? ctx.locale);
  }
}
