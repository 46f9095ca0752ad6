import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, ArgsType, Ctx, Field, Info, Int, Query, Resolver } from 'type-graphql';
import type { Context } from '../../kernel/context.js';
import { Locale } from '../../kernel/localized.js';
import { FACET_NAMES, SearchFacetName } from './search.facets.js';
import { AchievementSearchFilter, AchievementSearchSort } from './search.inputs.js';
import { readsOfEntries } from '../../graphql/read-columns.js';
import { argumentsOf, selectedFields } from '../../graphql/selected-fields.js';
import { findFacetValues, searchAchievements, type SearchArgs, type Wanted } from './search.service.js';
import { suggest } from './search.suggestions.js';
import { AchievementSearchConnection, SearchFacetValue, SearchSuggestion } from './search.types.js';

const queryField = {
  nullable: true,
  description:
    'Words in Chinese, English or both; all must be found, with synonyms and, in Latin letters, small typos. Latin words of up to three letters, and acronyms of up to four capitals, are found as whole words only. "Quoted" words must stand together. A text of more than six words is a question: it finds what holds at least half the weight of its words, rare words weighing more, at most 1,000 entries. Letters that find nothing are read as pinyin of titles and institutions, in full or by initials: lzdx. A registration or patent number, in any writing, finds its holders alone.',
} as const;
const filterField = { nullable: true, description: 'Narrows the search.' } as const;
const localeField = {
  nullable: true,
  description:
    'Language of facet labels, highlights and of the order by title; the request’s by default. Fields of the entries do not follow it: they take a `locale` of their own, or else Accept-Language.',
} as const;

@ArgsType()
class AchievementSearchArgs implements SearchArgs {
  @Field(() => String, queryField)
  query?: string | null;

  @Field(() => AchievementSearchFilter, filterField)
  filter?: AchievementSearchFilter | null;

  @Field(() => AchievementSearchSort, { nullable: true, description: 'The order; by relevance when nothing is said.' })
  sort?: AchievementSearchSort | null;

  @Field(() => Int, { nullable: true, description: 'Entries per page, 1 to 100; 20 by default.' })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'The `endCursor` of the page before, of the same search.' })
  after?: string | null;

  @Field(() => Locale, localeField)
  locale?: Locale | null;
}

@Resolver()
export class SearchResolver {
  @Query(() => AchievementSearchConnection, {
    description: 'Searches the pool: PUBLIC content of admitted entries, the same for everyone.',
  })
  achievementSearch(
    @Ctx() ctx: Context,
    @Args(() => AchievementSearchArgs) args: AchievementSearchArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AchievementSearchConnection> {
    return searchAchievements(ctx, args, wantedBy(info));
  }

  @Query(() => [SearchFacetValue], {
    description:
      'Finds values of one facet by name or code, with their counts in the given search; most frequent first.',
  })
  achievementFacetValues(
    @Ctx() ctx: Context,
    @Arg('facet', () => SearchFacetName, { description: 'Which facet.' }) facet: SearchFacetName,
    @Arg('text', () => String, { description: 'Part of a Chinese or English name, or of a code.' }) text: string,
    @Arg('query', () => String, queryField) query?: string | null,
    @Arg('filter', () => AchievementSearchFilter, filterField) filter?: AchievementSearchFilter | null,
    @Arg('first', () => Int, { defaultValue: 20, description: 'Maximum number of values, 1 to 100.' }) first = 20,
    @Arg('locale', () => Locale, localeField) locale?: Locale | null,
  ): Promise<SearchFacetValue[]> {
    return findFacetValues(ctx, { facet, text, query, filter, first, locale });
  }

  @Query(() => [SearchSuggestion], {
    description: 'Titles, keywords and institutions of the pool that fit a text being typed.',
  })
  achievementSuggestions(
    @Ctx() ctx: Context,
    @Arg('text', () => String, { description: 'What was typed so far.' }) text: string,
    @Arg('first', () => Int, { defaultValue: 8, description: 'Maximum number of suggestions, 1 to 20.' }) first = 8,
    @Arg('locale', () => Locale, localeField) locale?: Locale | null,
  ): Promise<SearchSuggestion[]> {
    return suggest(ctx, { text, first, locale: locale ?? ctx.locale });
  }
}

/**
 * Determines which fields of a search the client selected: facets and highlights are expensive, and the search engine
 * is asked for everything in one request.
 */
function wantedBy(info: GraphQLResolveInfo): Wanted {
  const fields = selectedFields(info, info.fieldNodes);
  const facets = argumentsOf(info, fields.get('facets') ?? []).flatMap(
    ({ names }) => (names as SearchFacetName[] | null | undefined) ?? FACET_NAMES,
  );
  return {
    facets: new Set(facets),
    highlights: selectedFields(info, fields.get('edges') ?? []).has('highlights'),
    entries: fields.has('edges') || fields.has('nodes') || fields.has('pageInfo'),
    reads: readsOfEntries(info),
  };
}
