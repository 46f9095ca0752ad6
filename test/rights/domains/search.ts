import { toGlobalId } from '../../../src/lib/ids.js';
import { fixed, on } from '../cases.js';
import { PUBLIC_WORD } from '../records.js';
import type { Cases, RightsDomain, Subject, Ways, World } from '../types.js';

/** Adds a group of synonyms, and a search without a result. */
async function fill(w: World): Promise<void> {
  const { ids } = w;
  const { mark } = w.markers;
  const now = w.t.app.clock();
  ids['SynonymGroup'] = toGlobalId(
    'SynonymGroup',
    await w.insert('synonym_group', {
      terms: [mark('synonym_group.terms', ['OPERATOR']), 'eka'],
      created_at: now,
      updated_at: now,
    }),
  );
  const missed = { month: '2025-03-01', text: mark('search_miss.text', ['OPERATOR']), industry: 'C' };
  await w.insert('search_miss', { ...missed, without_result: 3, abandoned: 3 });
  for (const party of [1, 2, 3]) await w.insert('search_miss_mark', { ...missed, kind: 'withoutResult', mark: party });
}

function subjects({ node, plain }: Ways): Subject[] {
  const search = `achievementSearch(query: "${PUBLIC_WORD}")`;
  const misses = 'searchMisses(kind: WITHOUT_RESULT, from: "2025-01", to: "2025-12")';
  return [
    node('SynonymGroup'),
    plain('AchievementSearchConnection', '', search),
    plain('AchievementSearchEdge', '', search, 'edges'),
    plain('SearchHighlight', '', search, 'edges', 'highlights'),
    plain('SearchFragment', '', search, 'edges', 'highlights', 'fragments'),
    plain('SearchHighlightPart', '', search, 'edges', 'highlights', 'fragments', 'parts'),
    plain('SearchFacet', '', search, 'facets'),
    plain('SearchFacetValue', '', search, 'facets', 'values'),
    plain('SearchMiss', '', misses, 'nodes'),
    plain('SearchMissMonth', '', misses, 'nodes', 'months'),
    plain('SearchSuggestion', '', 'achievementSuggestions(text: "Text zir")'),
  ];
}

const queries = (): Cases => ({
  achievementSearch: [fixed('all'), fixed('by text', { query: PUBLIC_WORD })],
  achievementFacetValues: [fixed('INSTITUTION', { facet: 'INSTITUTION', text: 'own' })],
  achievementSuggestions: [fixed('', { text: 'Text zir' })],
  searchMisses: [
    fixed('WITHOUT_RESULT', { kind: 'WITHOUT_RESULT', from: '2025-01', to: '2025-12' }),
    fixed('ABANDONED', { kind: 'ABANDONED', from: '2025-01', to: '2025-12' }),
  ],
  synonymGroups: [fixed('')],
});

function mutations(w: World): Cases {
  const now = () => w.t.app.clock();
  const fresh = (prefix: string) => `${prefix}${w.serial()}`;
  const synonyms = async () => ({
    id: toGlobalId(
      'SynonymGroup',
      await w.insert('synonym_group', {
        terms: [fresh('term a'), fresh('term b')],
        created_at: now(),
        updated_at: now(),
      }),
    ),
  });
  return {
    setSynonymGroup: [
      on('new', () => ({ terms: [fresh('word a'), fresh('word b')] })),
      on('changed', async () => ({ ...(await synonyms()), terms: [fresh('word a'), fresh('word b')] })),
    ],
    removeSynonymGroup: [on('', synonyms)],
  };
}

/** The search over achievements, its misses and synonyms. */
export const search: RightsDomain = {
  fill,
  subjects,
  queries,
  mutations,
  unmarked: {
    'a code of a closed list': [
      'search_generation.state',
      'search_miss.industry',
      'search_miss_mark.industry',
      'search_miss_mark.kind',
    ],
    'a digest, selected by no query of the API': ['search_generation.settings_hash'],
    'an id, which stands for nothing by itself': ['search_generation.index_uid'],
    'public: PUBLIC text of pool entries alone, as in the index': ['search_text.body', 'search_text.title'],
  },
};
