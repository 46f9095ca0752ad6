import type { Attack, World } from './attacks.js';
import { CSV_KINDS } from './files.js';
import { multipart, post, postRaw, type Operation } from './requests.js';
import { FULL_SEARCH, HIGHLIGHT_SEARCH, TEXT_PLACES } from './searches.js';
import { nineLetters, pick, TEXT_KINDS } from './texts.js';
import { fileAttack } from './generated-uploads.js';

type Random = () => number;

const MB = 1024 * 1024;
const two = TEXT_KINDS['two runs of marks']!;

/**
 * Attacks by searches, suggestions and log-ins whose text has two runs of combining marks, in sizes that once blocked
 * the server.
 */
function marks(): Attack[] {
  const places = [
    'achievementSearch(query)',
    'achievementSuggestions(text)',
    'investorSearch(query)',
    'logIn(email)',
    'logIn(password)',
  ];
  const at = (place: string, length: number): Attack => ({
    name: `${place}: two runs of marks, ${length} of them`,
    build: (r) => post(TEXT_PLACES[place]!(two(length, nineLetters(r)))),
  });
  return [
    ...places.map((place) => at(place, 80_000)),
    // 450,000 characters are 900 kB in UTF-8.
    ...places.slice(0, 2).map((place) => at(place, 450_000)),
  ];
}

const website = (world: World): Attack => ({
  name: 'createOrganisation(website): 100,000 Han characters',
  build: (r) =>
    post(
      {
        query: 'mutation ($input: CreateOrganisationInput!) { createOrganisation(input: $input) { __typename } }',
        variables: {
          input: {
            kind: 'ENTERPRISE',
            name: { zh: '甲' },
            regionCode: 'none',
            website: `https://${nineLetters(r)}${'兰'.repeat(100_000)}.example`,
          },
        },
      },
      world.token,
    ),
});

const domain: Attack = {
  name: 'signUp(email): a domain of 100,000 Han characters',
  build: (r) => post(TEXT_PLACES['signUp(domain)']!(`${nineLetters(r)}${'兰'.repeat(100_000)}`)),
};

const highlights = (world: World): Attack => ({
  name: 'achievementSearch: highlights of 50 words against 100 long abstracts',
  build: (r) =>
    post({
      query: HIGHLIGHT_SEARCH,
      variables: { query: Array.from({ length: 50 }, () => pick(r, world.words)).join(' ') },
    }),
});

const fullSearch = (world: World): Attack => ({
  name: 'achievementSearch: a full page with all facets',
  build: (r) => post({ query: FULL_SEARCH, variables: { query: pick(r, world.words) } }),
});

/** Attacks by multipart requests with a malicious map or order of parts. */
function uploads(world: World): Attack[] {
  const operations = '{"query":"{ __typename }"}';
  return [
    {
      name: 'multipart: a map with a path of 200,000 segments',
      lingers: true,
      build: (r) =>
        multipart([
          { name: 'operations', value: operations },
          { name: 'map', value: `{"0":["${nineLetters(r)}.${'a.'.repeat(200_000)}a"]}` },
          { name: '0', value: 'x', fileName: 'a' },
        ]),
    },
    {
      name: 'multipart: answered before its 16 MB file has arrived',
      lingers: true,
      build: (r) =>
        multipart(
          [
            { name: 'operations', value: operations },
            { name: 'map', value: '{"0":["variables.file"]}' },
            { name: '0', value: Buffer.alloc(16 * MB, nineLetters(r)), fileName: 'a' },
          ],
          world.token,
        ),
    },
    fileAttack(
      world,
      'csv of cells of 32,000 marks, 2.5 MB',
      (r) => CSV_KINDS['cells of 32,000 marks']!(r, 2.5 * MB),
      false,
    ),
    fileAttack(world, 'csv of short rows, 60 MB', (r) => CSV_KINDS['short rows']!(r, 60 * MB), false),
  ];
}

const batchOf = (operation: (r: Random, i: number) => Operation, name: string, token?: string): Attack => ({
  name: `batch: ${name}`,
  build: (r) =>
    post(
      Array.from({ length: 10 }, (_, i) => operation(r, i)),
      token,
    ),
});

/** Operations that are expensive but have a low price. */
function prices(world: World): Attack[] {
  const twenty = (field: (i: number) => string): string =>
    `{ ${Array.from({ length: 20 }, (_, i) => `f${i}: ${field(i)}`).join(' ')} }`;
  return [
    batchOf(() => ({ query: twenty(() => 'exportMyData') }), '200 exports of my data', world.token),
    batchOf(
      (r) => ({
        query: twenty(() => `achievementSearch(query: "${pick(r, world.words)}", first: 1) { totalCount }`),
      }),
      '200 distinct searches',
    ),
    batchOf(
      (r) => ({
        query: `{ s: achievementSuggestions(text: "${nineLetters(r)}", first: -100000000) { text } ${Array.from({ length: 18 }, (_, i) => `f${i}: achievements(first: 100) { totalCount nodes { id title { value } abstract: summary { value } institution { id name { value } } ipRights { number } } }`).join(' ')} }`,
      }),
      'a negative list that pays for full pages',
    ),
    {
      name: 'achievementSuggestions(first: -100000000)',
      build: (r) =>
        post({ query: `{ achievementSuggestions(text: "${nineLetters(r)}", first: -100000000) { text } }` }),
    },
  ];
}

/** Attacks by bodies that end late or never, and by input that error messages would repeat. */
function bodies(): Attack[] {
  return [
    {
      name: '600 connections with an unfinished JSON body',
      lingers: true,
      build: () => ({ path: '/graphql', held: { connections: 600, bytes: MB - 64, ms: 3000 } }),
    },
    {
      name: 'a field name of 900 kB',
      build: (r) => post({ query: `{ ${nineLetters(r).repeat(100_000)} }` }),
    },
    {
      name: 'an operation name of 900 kB that does not exist',
      build: (r) => postRaw(`{"query":"query A { __typename }","operationName":"${nineLetters(r).repeat(100_000)}"}`),
    },
  ];
}

/** Attacks found by hand, each under its own name. */
export function namedAttacks(world: World): Attack[] {
  return [
    ...marks(),
    website(world),
    domain,
    highlights(world),
    fullSearch(world),
    ...prices(world),
    ...bodies(),
    ...uploads(world),
  ];
}
