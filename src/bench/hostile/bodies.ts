import { nineLetters, between } from './texts.js';

type Random = () => number;

const envelope = (query: string, variables: string): string =>
  `{"query":${JSON.stringify(query)},"variables":${variables}}`;
const NODES = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
const SEARCH =
  'query ($filter: AchievementSearchFilter) { achievementSearch(filter: $filter, first: 1) { totalCount } }';
const CREATE = 'mutation ($input: CreateAchievementInput!) { createAchievement(input: $input) { achievement { id } } }';

const times = (count: number, make: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => make(i)).join(',');

/**
 * Request bodies of at most 1 MB, sent as JSON, whose structure is deep, wide, broken or of a wrong type, by name of
 * the kind.
 */
export const BODY_KINDS: Readonly<Record<string, (random: Random) => string>> = {
  'brackets alone': (r) => `${'['.repeat(between(r, 900_000, 1_000_000))}`,
  'closed brackets': (r) => `${'['.repeat(between(r, 400_000, 500_000))}${']'.repeat(400_000)}`,
  'deep lists': (r) => envelope(NODES, `{"ids":${'['.repeat(200_000)}"${nineLetters(r)}"${']'.repeat(200_000)}}`),
  'deep lists, some thousands': (r) =>
    envelope(NODES, `{"ids":${'['.repeat(4000)}"${nineLetters(r)}"${']'.repeat(4000)}}`),
  'deep objects': (r) =>
    envelope(SEARCH, `{"filter":${'{"a":'.repeat(150_000)}"${nineLetters(r)}"${'}'.repeat(150_000)}}`),
  'deep objects, some thousands': (r) =>
    envelope(SEARCH, `{"filter":${'{"a":'.repeat(4000)}"${nineLetters(r)}"${'}'.repeat(4000)}}`),
  'a list of 60,000 ids': (r) => envelope(NODES, `{"ids":[${times(60_000, () => `"${nineLetters(r)}"`)}]}`),
  'a list of 250,000 numbers': (r) => envelope(NODES, `{"ids":[${times(250_000, () => String(between(r, 1, 9)))}]}`),
  'a list of 200,000 nulls': (r) => envelope(NODES, `{"ids":[${times(190_000, () => 'null')},"${nineLetters(r)}"]}`),
  'a list of 200,000 empty objects': (r) =>
    envelope(NODES, `{"ids":[${times(250_000, () => '{}')},"${nineLetters(r)}"]}`),
  'a list of 200,000 empty lists': (r) =>
    envelope(NODES, `{"ids":[${times(250_000, () => '[]')},"${nineLetters(r)}"]}`),
  'one long id': (r) => envelope(NODES, `{"ids":["${nineLetters(r).repeat(100_000)}"]}`),
  'unknown industries': (r) =>
    envelope(SEARCH, `{"filter":{"industries":[${times(80_000, () => `"${nineLetters(r)}"`)}]}}`),
  '200 unknown industries, long': (r) =>
    envelope(SEARCH, `{"filter":{"industries":[${times(200, () => `"${nineLetters(r).repeat(500)}"`)}]}}`),
  'unknown categories': (r) =>
    envelope(SEARCH, `{"filter":{"categories":[${times(80_000, () => `"${nineLetters(r)}"`)}]}}`),
  'years of other types': (r) =>
    envelope(SEARCH, `{"filter":{"years":[${times(90_000, () => `"${nineLetters(r)}"`)}]}}`),
  'many unknown fields': (r) => envelope(SEARCH, `{"filter":{${times(60_000, (i) => `"${nineLetters(r)}${i}":1`)}}}`),
  'one field many times': (r) =>
    envelope(SEARCH, `{"filter":{${times(60_000, () => '"trlMin":1')},"x${nineLetters(r)}":1}}`),
  'names of the prototype': (r) =>
    envelope(SEARCH, `{"filter":{${times(20_000, () => '"__proto__":{"a":1}')},"x${nineLetters(r)}":1}}`),
  'the prototype in text': (r) =>
    envelope(SEARCH, `{"filter":{"currency":"${'\\"__proto__\\":'.repeat(50_000)}${nineLetters(r)}"}}`),
  'variables that nobody asked for': (r) =>
    envelope('{ __typename }', `{${times(50_000, (i) => `"${nineLetters(r)}${i}":"x"`)}}`),
  'a long number': (r) => envelope(SEARCH, `{"filter":{"scoreMin":${between(r, 1, 9)}${'0'.repeat(900_000)}}}`),
  'a long decimal': (r) =>
    envelope(SEARCH, `{"filter":{"currency":"CNY","fundingMin":"${between(r, 1, 9)}${'0'.repeat(900_000)}"}}`),
  'decimals of digits and dots': (r) =>
    envelope(SEARCH, `{"filter":{"currency":"CNY","fundingMin":"${between(r, 1, 9)}${'1.'.repeat(400_000)}"}}`),
  'inventors without end': (r) =>
    envelope(
      CREATE,
      `{"input":{"institutionId":"x","content":{"inventors":[${times(25_000, () => `{"name":{"zh":"${nineLetters(r)}"}}`)}]}}}`,
    ),
  'IP rights without end': (r) =>
    envelope(
      CREATE,
      `{"input":{"institutionId":"x","content":{"ipRights":[${times(12_000, () => `{"type":"INVENTION_PATENT","status":"GRANTED","number":"${nineLetters(r)}"}`)}]}}}`,
    ),
  'a title that is no text': (r) =>
    envelope(
      CREATE,
      `{"input":{"institutionId":"x","content":{"title":[${times(90_000, () => `"${nineLetters(r)}"`)}]}}}`,
    ),
  'a body that is text': (r) => JSON.stringify(nineLetters(r).repeat(100_000)),
  'a list of empty operations': () => `[${times(300_000, () => '{}')}]`,
  'a query that is a list': (r) => `{"query":[${times(80_000, () => `"${nineLetters(r)}"`)}]}`,
  'extensions without end': (r) =>
    `{"query":"{ __typename }","extensions":{${times(50_000, (i) => `"${nineLetters(r)}${i}":[]`)}}}`,
  escapes: (r) => `{"query":"${'\\u007b'.repeat(150_000)}${nineLetters(r)}"}`,
};
