import type { AttackKind, World } from './attacks.js';
import { post, type Operation } from './requests.js';
import { between, misspell, nineLetters, pick, TEXT_KINDS } from './texts.js';

type Random = () => number;

const HIGHLIGHTS = `edges { cursor related highlights { field locale fragments { parts { text match } } } }`;

/**
 * GraphQL query for a full page of search results with all fields that an anonymous viewer may select within the price
 * limit of one operation.
 */
export const FULL_SEARCH = `query ($query: String, $filter: AchievementSearchFilter, $sort: AchievementSearchSort, $after: String) {
  achievementSearch(query: $query, filter: $filter, sort: $sort, first: 100, after: $after) {
    totalCount degraded ${HIGHLIGHTS} nodes { id score trl title { value locale } summary { value } }
    facets { name size values(first: 200) { value count } }
  }
}`;

/**
 * GraphQL query for search results with highlights and nothing else: a small response that still requires marking all
 * occurrences.
 */
export const HIGHLIGHT_SEARCH = `query ($query: String) { achievementSearch(query: $query, first: 100) { totalCount ${HIGHLIGHTS} } }`;

const FACETS = [
  'CATEGORY',
  'COOPERATION_MODE',
  'INDUSTRY',
  'INSTITUTION',
  'IP_STATUS',
  'IP_TYPE',
  'REGION',
  'STRATEGIC_AREA',
  'TRL',
  'YEAR',
];

/** Operations with one text argument each that an anonymous client may send, by the argument's name. */
export const TEXT_PLACES: Readonly<Record<string, (text: string) => Operation>> = {
  'achievementSearch(query)': (query) => ({ query: HIGHLIGHT_SEARCH, variables: { query } }),
  'achievementSuggestions(text)': (text) => ({
    query: 'query ($text: String!) { achievementSuggestions(text: $text, first: 20) { text kind } }',
    variables: { text },
  }),
  'achievementFacetValues(text)': (text) => ({
    query:
      'query ($text: String!) { achievementFacetValues(facet: INSTITUTION, text: $text, first: 100) { value count label { value } } }',
    variables: { text },
  }),
  'achievementFacetValues(query)': (query) => ({
    query:
      'query ($query: String!) { achievementFacetValues(facet: INDUSTRY, text: "a", query: $query, first: 100) { value count } }',
    variables: { query },
  }),
  'investorSearch(query)': (query) => ({
    query: `query ($query: String) { investorSearch(query: $query, first: 100) { totalCount edges { highlights { field fragments { parts { text match } } } } facets { name size } } }`,
    variables: { query },
  }),
  'talentSearch(query)': (query) => ({
    query: `query ($query: String) { talentSearch(query: $query, first: 100) { totalCount edges { highlights { field fragments { parts { text match } } } } facets { name size } } }`,
    variables: { query },
  }),
  'demandSearch(query)': (query) => ({
    query: `query ($query: String) { demandSearch(query: $query, first: 100) { totalCount edges { highlights { field fragments { parts { text match } } } } facets { name size } } }`,
    variables: { query },
  }),
  'industriesByName(text)': (text) => ({
    query: 'query ($text: String!) { industriesByName(text: $text, first: 100) { code } }',
    variables: { text },
  }),
  'logIn(email)': (email) => ({
    query: 'mutation ($email: String!) { logIn(input: { email: $email, password: "x" }) { __typename } }',
    variables: { email },
  }),
  'logIn(password)': (password) => ({
    query:
      'mutation ($password: String!) { logIn(input: { email: "editor@bench.example", password: $password }) { __typename } }',
    variables: { password },
  }),
  'signUp(email)': (email) => ({
    query:
      'mutation ($email: String!) { signUp(input: { email: $email, password: "a long password 2026", displayName: "x" }) { __typename } }',
    variables: { email: `${email}@example.org` },
  }),
  'signUp(domain)': (domain) => ({
    query:
      'mutation ($email: String!) { signUp(input: { email: $email, password: "a long password 2026", displayName: "x" }) { __typename } }',
    variables: { email: `a@${domain}.example` },
  }),
  'signUp(password)': (password) => ({
    query:
      'mutation ($password: String!) { signUp(input: { email: "x@bench.example", password: $password, displayName: "x" }) { __typename } }',
    variables: { password },
  }),
  'signUp(displayName)': (name) => ({
    query:
      'mutation ($name: String!) { signUp(input: { email: "bad address", password: "a long password 2026", displayName: $name }) { __typename } }',
    variables: { name },
  }),
  'requestPasswordReset(email)': (email) => ({
    query: 'mutation ($email: String!) { requestPasswordReset(input: { email: $email }) { __typename } }',
    variables: { email },
  }),
  'confirmEmail(token)': (token) => ({
    query: 'mutation ($token: String!) { confirmEmail(input: { token: $token }) { __typename } }',
    variables: { token },
  }),
  'node(id)': (id) => ({ query: 'query ($id: ID!) { node(id: $id) { id } }', variables: { id } }),
  'achievements(after)': (after) => ({
    query: 'query ($after: String) { achievements(after: $after) { totalCount } }',
    variables: { after },
  }),
  'achievementSearch(after)': (after) => ({ query: FULL_SEARCH, variables: { after } }),
  'a currency': (currency) => ({ query: FULL_SEARCH, variables: { filter: { currency, fundingMin: '1' } } }),
};

/** Lengths of attack texts in characters: some are accepted, others must be refused for their length. */
const LENGTHS = [90, 480, 5_000, 40_000, 120_000];

/**
 * Attack with one text: its kind (TEXT_KINDS), its length and the argument it is sent in (TEXT_PLACES) are drawn at
 * random.
 */
export const textAttack: AttackKind = (random) => {
  const [place, operation] = pick(random, Object.entries(TEXT_PLACES));
  const [kind, text] = pick(random, Object.entries(TEXT_KINDS));
  const length = pick(random, LENGTHS);
  return {
    name: `${place}: ${kind}, ${length}`,
    build: (r) => post(operation(text(length, nineLetters(r)))),
  };
};

const wordsOf = (random: Random, world: World, count: number, spoilt: boolean): string =>
  Array.from({ length: count }, () => {
    const word = pick(random, world.words);
    return spoilt ? misspell(random, word) : word;
  }).join(' ');

/** Attack by a search for many words of the long abstracts, correct or misspelt, with highlights or with all facets. */
export const wordsAttack: AttackKind = (random, world) => {
  const count = pick(random, [3, 6, 12, 25, 50]);
  const spoilt = random() < 0.5;
  const full = random() < 0.3;
  const query = full ? FULL_SEARCH : HIGHLIGHT_SEARCH;
  return {
    name: `search: ${count} ${spoilt ? 'misspelt' : 'right'} words of nine letters${full ? ', all facets' : ''}`,
    build: (r) => post({ query, variables: { query: wordsOf(r, world, count, spoilt) } }),
  };
};

/** Attack by a search text with as many operators, short words, synonyms and numbers as its maximum length allows. */
export const operatorAttack: AttackKind = (random, world) => {
  const unit = pick<(r: Random) => string>(random, [
    (r) => `"${pick(r, world.words)}"`,
    (r) => `-${pick(r, world.words)}`,
    (r) => `"${pick(r, world.words)}`,
    () => 'AI',
    () => '人工智能',
    () => 'photovoltaic 光伏 solar PV',
    (r) => `${between(r, 100, 999)}`,
    (r) => `ZL${between(r, 2010, 2025)}1${between(r, 1_000_000, 9_999_999)}.X`,
    () => '的 了 在',
    (r) => pick(r, ['a', 'e', 'the', 'of', 'to']),
    (r) => pick(r, ['装置', '系统', '材料', '工艺', '方法', '平台', '设备', '仪器', '模型', '算法']),
    (r) => nineLetters(r).slice(0, 2),
    (r) => nineLetters(r).slice(0, between(r, 4, 5)),
  ]);
  const sample = unit(() => 0.5);
  return {
    name: `search: ${sample} until 500 characters`,
    build: (r) => {
      let query = '';
      while (query.length < 470) query += `${unit(r)} `;
      return post({ query: HIGHLIGHT_SEARCH, variables: { query: query.slice(0, 500) } });
    },
  };
};

/** Attack by full pages of search results with long lists in filters, ranges and sort orders. */
export const filterAttack: AttackKind = (random, world) => {
  const list = pick(random, ['industries', 'regions', 'institutionIds', 'years', 'trl', 'strategicAreas']);
  const count = pick(random, [200, 201, 20_000]);
  const field = pick(random, ['RELEVANCE', 'SCORE', 'NEWEST', 'TRL', 'FUNDING', 'TITLE']);
  const value = (r: Random): string | number => {
    if (list === 'years') return between(r, 1, 9999);
    if (list === 'trl') return between(r, 1, 9);
    if (list === 'institutionIds') return world.institutionId;
    return pick(r, ['A', 'C', '62', 'C26', '620100', '3911', '1', '2.1', nineLetters(r)]);
  };
  return {
    name: `search: ${count} ${list}, by ${field}`,
    build: (r) =>
      post({
        query: FULL_SEARCH,
        variables: { filter: { [list]: Array.from({ length: count }, () => value(r)) }, sort: { field } },
      }),
  };
};

/** Attack on the look-up of facet values by name, within narrow and broad searches. */
export const facetAttack: AttackKind = (random, world) => {
  const facet = pick(random, FACETS);
  const kind = pick(random, ['one letter', 'nothing', 'a long name', 'in a search of 25 words']);
  const query = `query ($text: String!, $query: String) { achievementFacetValues(facet: ${facet}, text: $text, query: $query, first: 100) { value count level parent label { value } } }`;
  return {
    name: `facet values of ${facet}: ${kind}`,
    build: (r) =>
      post({
        query,
        variables: {
          text:
            kind === 'nothing'
              ? ''
              : kind === 'a long name'
                ? nineLetters(r).repeat(55)
                : pick(r, ['a', 'e', '业', '大', '1']),
          query: kind === 'in a search of 25 words' ? wordsOf(r, world, 25, false) : null,
        },
      }),
  };
};

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Attack with cursors that the server never issued. */
export const cursorAttack: AttackKind = (random, world) => {
  const kinds: Record<string, (r: Random) => string> = {
    'of many parts': (r) => encoded(Array.from({ length: 40_000 }, () => nineLetters(r))),
    'of deep lists': (r) => Buffer.from(`${'['.repeat(300_000)}"${nineLetters(r)}"`).toString('base64url'),
    'of closed deep lists': (r) =>
      Buffer.from(`${'['.repeat(3000)}"${nineLetters(r)}"${']'.repeat(3000)}`).toString('base64url'),
    'of one long text': (r) => encoded([nineLetters(r).repeat(60_000), nineLetters(r)]),
    'of a large number': (r) => encoded([between(r, 9_000_000, 10_000_000), nineLetters(r)]),
    'that is no base64': (r) => `%%%${nineLetters(r).repeat(90_000)}`,
  };
  const [kind, cursor] = pick(random, Object.entries(kinds));
  const place = pick(random, ['achievementSearch', 'achievements', 'investorSearch', 'organisations', 'ledgerHeads']);
  const query = `query ($after: String) { ${place}(first: 100, after: $after) { totalCount } }`.replace(
    /(ledgerHeads.*)totalCount/,
    '$1pageInfo { hasNextPage }',
  );
  return {
    name: `${place}: a cursor ${kind}`,
    build: (r) => post({ query, variables: { after: cursor(r) } }, random() < 0.5 ? world.token : undefined),
  };
};
