import { Arg, Ctx, Field, Int, ObjectType } from 'type-graphql';
import { Achievement } from '../../achievements/achievement.entity.js';
import type { Context } from '../../kernel/context.js';
import { badInput } from '../../kernel/errors.js';
import { Locale, localize, LocalizedText, type Localized } from '../../kernel/localized.js';
import { PageInfo } from '../../graphql/pagination.js';
import { vocabulary } from '../../taxonomy/vocabulary.js';
import { SearchFacetName } from './search.facets.js';
import { say } from '../../messages/catalogue.js';

const MAX_VALUES = 2000;

const localeArg = { nullable: true, description: 'Language wished for; the search’s by default.' } as const;

@ObjectType({ description: 'A piece of a highlighted text. Plain text: escape it like any other before showing it.' })
export class SearchHighlightPart {
  @Field(() => String, { description: 'The text.' })
  text: string;

  @Field(() => Boolean, { description: 'Whether this piece is what was searched for.' })
  match: boolean;
}

@ObjectType({ description: 'A text, or a cut from a long one, with its finds.' })
export class SearchFragment {
  @Field(() => [SearchHighlightPart], { description: 'Its pieces in order.' })
  parts: SearchHighlightPart[];
}

@ObjectType({ description: 'Where in an entry something was found.' })
export class SearchHighlight {
  @Field(() => String, {
    description: 'title, summary, keywords, applications, institution, inventors, abstract or numbers.',
  })
  field: string;

  @Field(() => Locale, { nullable: true, description: 'Language of the text; null for numbers.' })
  locale: Locale | null;

  @Field(() => [SearchFragment], {
    description: 'The finds: one text, or several where the field is a list.',
  })
  fragments: SearchFragment[];
}

@ObjectType({ description: 'One value of a facet with the number of entries that selecting it would leave.' })
export class SearchFacetValue {
  labelText: Localized;
  labelLocale: Locale;

  @Field(() => String, {
    description: 'What to put into the filter: a code, a number, an enum value or an Organisation id.',
  })
  value: string;

  @Field(() => Int, {
    description: 'Entries with this value among those that match everything but this facet’s own selection.',
  })
  count: number;

  @Field(() => Int, { nullable: true, description: 'In trees: depth, 1 at the top.' })
  level: number | null;

  @Field(() => String, { nullable: true, description: 'In trees: the value above.' })
  parent: string | null;

  @Field(() => Boolean, { description: 'Whether the filter names it.' })
  selected: boolean;

  @Field(() => LocalizedText, { description: 'Its name.' })
  label(@Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText {
    return localize(this.labelText, locale ?? this.labelLocale);
  }
}

/** Arguments by which a client restricts the list of a facet's values. */
export interface ValueWish {
  level?: number | null;
  parent?: string | null;
  first: number;
}

/** Values of a facet in a search result; objects are created only for those that the client requests. */
export interface FoundValues {
  readonly size: number;
  /** Presents, in display order, the first `wish.first` values that have the wished level and parent. */
  list(wish: ValueWish): SearchFacetValue[];
}

@ObjectType({ description: 'Base of facets; not a type of the schema itself.' })
export abstract class SearchFacetBase {
  found: FoundValues;

  @Field(() => Int, { description: 'How many values it has here.' })
  get size(): number {
    return this.found.size;
  }

  @Field(() => [SearchFacetValue], {
    description:
      'Values that occur, and those selected; trees top down, codes in official order, the others most frequent first.',
  })
  values(
    @Arg('level', () => Int, { nullable: true, description: 'In trees: this depth only.' }) level?: number | null,
    @Arg('parent', () => String, { nullable: true, description: 'In trees: right below this value only.' })
    parent?: string | null,
    @Arg('first', () => Int, { defaultValue: 200, description: `Maximum number of values, 1 to ${MAX_VALUES}.` })
    first = 200,
  ): SearchFacetValue[] {
    if (first < 1 || first > MAX_VALUES)
      throw badInput('first', 'PAGE_SIZE', say('PAGE_SIZE.oneTo', { max: MAX_VALUES }));
    return this.found.list({ level, parent, first });
  }
}

@ObjectType({ description: 'A way to narrow the search, with its values.' })
export class SearchFacet extends SearchFacetBase {
  @Field(() => SearchFacetName, { description: 'By what.' })
  name: SearchFacetName;
}

@ObjectType({ description: 'One found entry.' })
export class AchievementSearchEdge {
  @Field(() => String, { description: 'Opaque position, for `after` of the same search.' })
  cursor: string;

  @Field(() => Achievement, { description: 'The entry.' })
  node: Achievement;

  @Field(() => Boolean, {
    description:
      'True for what does not match but comes near: it holds part of what was searched for. Related entries follow all matches, are best first, and are in no count and no facet.',
  })
  related: boolean;

  @Field(() => [SearchHighlight], {
    description: 'Where the text was found in it; empty without a text.',
  })
  highlights: SearchHighlight[];
}

@ObjectType({
  description:
    'A page of a search of the pool. By relevance, the engine’s first 60 finds (and, where there are more, the ranking’s 60 best among the matches) stand in the order of the ranking, BM25 over Chinese characters, their pairs and Latin words; the other matches behind them in the engine’s order, and up to 100 related entries at the end. Positions are offsets: while entries change between two pages, one may repeat or be missed.',
})
export class AchievementSearchConnection {
  facetsByName: Map<SearchFacetName, SearchFacet>;

  @Field(() => [AchievementSearchEdge], {
    description:
      'The entries of the page. An entry that left the pool a moment ago is left out, though `totalCount` may still count it until the index follows.',
  })
  edges: AchievementSearchEdge[];

  @Field(() => PageInfo, { description: 'Where this page stands.' })
  pageInfo: PageInfo;

  @Field(() => Int, { description: 'How many entries match in all; exact. Related entries are not among them.' })
  totalCount: number;

  @Field(() => Boolean, {
    description:
      'True while the search engine is away, or takes over new synonyms that were searched for, and the database answers by a simpler rule: every term must occur as it is, without typo tolerance.',
  })
  degraded: boolean;

  @Field(() => Int, { description: 'Milliseconds that the search took on the server.' })
  tookMs: number;

  @Field(() => [Achievement], { description: 'The entries of the page, without cursors.' })
  get nodes(): Achievement[] {
    return this.edges.map((edge) => edge.node);
  }

  @Field(() => [SearchFacet], {
    description:
      'Facets of the search; counted only when asked for. Selecting in one leaves its own values’ counts as they are.',
  })
  facets(
    @Arg('names', () => [SearchFacetName], { nullable: true, description: 'Which ones; all by default.' })
    names?: SearchFacetName[] | null,
  ): SearchFacet[] {
    return (names ?? [...this.facetsByName.keys()]).flatMap((name) => this.facetsByName.get(name) ?? []);
  }
}

export const SuggestionKind = vocabulary('SuggestionKind', 'What a suggestion is.', {
  TITLE: ['题名', 'the title of an entry'],
  KEYWORD: ['关键词', 'a keyword; search for it'],
  INSTITUTION: ['单位', 'an institution; search in it'],
});
export type SuggestionKind = keyof typeof SuggestionKind;

@ObjectType({ description: 'What a text being typed may become.' })
export class SearchSuggestion {
  achievementId: string | null;

  @Field(() => SuggestionKind, { description: 'What it is.' })
  kind: SuggestionKind;

  @Field(() => String, { description: 'The whole text.' })
  text: string;

  @Field(() => String, { nullable: true, description: 'For INSTITUTION: its Organisation id, for the filter.' })
  institutionId: string | null;

  /** Resolved with the list, from one statement. */
  entry: Achievement | null;

  @Field(() => Achievement, { nullable: true, description: 'For TITLE: the entry.' })
  achievement(@Ctx() _ctx: Context): Achievement | null {
    return this.entry;
  }
}
