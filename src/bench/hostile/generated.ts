import type { Attack, AttackKind, Random, World } from './attacks.js';
import { BODY_KINDS } from './bodies.js';
import { DOCUMENT_KINDS } from './documents.js';
import { post, postRaw, type Operation } from './requests.js';
import {
  cursorAttack,
  facetAttack,
  filterAttack,
  FULL_SEARCH,
  HIGHLIGHT_SEARCH,
  operatorAttack,
  textAttack,
  TEXT_PLACES,
  wordsAttack,
} from './searches.js';
import { randomFrom } from '../generator.js';
import { between, inTurn, nineLetters, pick, TEXT_KINDS } from './texts.js';
import { multipartAttack, uploadAttack } from './generated-uploads.js';

const documentAttack = (): AttackKind => {
  const take = inTurn(DOCUMENT_KINDS);
  return (random, world) => {
    const [kind, document] = take();
    const token = random() < 0.3 ? world.token : undefined;
    return { name: `document: ${kind}`, build: (r) => post({ query: document(r) }, token) };
  };
};

const bodyAttack = (): AttackKind => {
  const take = inTurn(BODY_KINDS);
  return (random, world) => {
    const [kind, body] = take();
    const token = random() < 0.3 ? world.token : undefined;
    return { name: `body: ${kind}`, build: (r) => postRaw(body(r), token) };
  };
};

/** Attack with a batch of ten operations, each as expensive as the limits for one operation allow. */
const batchAttack: AttackKind = (random, world) => {
  const kinds: Record<string, (r: Random) => Operation> = {
    'searches of 50 words': (r) => ({
      query: HIGHLIGHT_SEARCH,
      variables: { query: Array.from({ length: 50 }, () => pick(r, world.words)).join(' ') },
    }),
    'full pages': (r) => ({ query: FULL_SEARCH, variables: { query: pick(r, world.words) } }),
    '20 searches each': (r) => ({
      query: `{ ${Array.from({ length: 20 }, (_, i) => `s${i}: achievementSearch(query: "${pick(r, world.words)}", first: 1) { totalCount }`).join(' ')} }`,
    }),
    '20 exports each': () => ({
      query: `{ ${Array.from({ length: 20 }, (_, i) => `e${i}: exportMyData`).join(' ')} }`,
    }),
    '20 suggestions each, of negative length': (r) => ({
      query: `{ ${Array.from({ length: 20 }, (_, i) => `s${i}: achievementSuggestions(text: "${nineLetters(r)}", first: -100000000) { text }`).join(' ')} }`,
    }),
    '20 lists with counts each': () => ({
      query: `{ ${Array.from({ length: 20 }, (_, i) => `l${i}: achievements(first: 1) { totalCount }`).join(' ')} }`,
    }),
    introspections: (r) => ({ query: DOCUMENT_KINDS['introspection']!(r) }),
    'log-ins': (r) => ({
      query: `mutation { ${Array.from({ length: 20 }, (_, i) => `l${i}: logIn(input: { email: "${nineLetters(r)}@bench.example", password: "x" }) { __typename }`).join(' ')} }`,
    }),
    'texts of 90,000 characters': (r) =>
      pick(r, Object.values(TEXT_PLACES))(pick(r, Object.values(TEXT_KINDS))(30_000, nineLetters(r))),
    '900 ids each': (r) => ({
      query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
      variables: { ids: Array.from({ length: 900 }, () => pick(r, world.entryIds)) },
    }),
    'documents that are refused': (r) => ({ query: DOCUMENT_KINDS['unknown fields']!(r) }),
  };
  const [kind, operation] = pick(random, Object.entries(kinds));
  const token = kind.includes('exports') || random() < 0.4 ? world.token : undefined;
  return {
    name: `batch${token ? ', logged in' : ''}: ${kind}`,
    build: (r) =>
      post(
        Array.from({ length: 10 }, () => operation(r)),
        token,
      ),
  };
};

/** Attack with reads: long lists of ids, and full pages of every list field. */
const readAttack: AttackKind = (random, world) => {
  const ids = (r: Random, count: number) => Array.from({ length: count }, () => pick(r, world.entryIds));
  const entry =
    'id title { value } summary { value } keywords { zh en } industries { code } institution { id name { value } } ipRights { number } inventors { name { value } } applications { value } cooperationModes { mode }';
  const kinds: Record<string, (r: Random) => Operation> = {
    '100 nodes, whole': (r) => ({
      query: `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Achievement { ${entry} } } }`,
      variables: { ids: ids(r, 100) },
    }),
    '20,000 nodes': (r) => ({
      query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
      variables: { ids: ids(r, 15_000) },
    }),
    'a comparison of 10,000': (r) => ({
      query: 'query ($ids: [ID!]!) { compareAchievements(ids: $ids) { __typename } }',
      variables: { ids: ids(r, 10_000) },
    }),
    'a page of 100, whole': () => ({ query: `{ achievements(first: 100) { totalCount nodes { ${entry} } } }` }),
    'all regions and industries': () => ({
      query: '{ industries { code name { value } } regions { code } strategicAreas { code } vocabularies { name } }',
    }),
    'vocabularies by 50,000 names': (r) => ({
      query: 'query ($names: [String!]) { vocabularies(names: $names) { name } }',
      variables: { names: Array.from({ length: 50_000 }, () => nineLetters(r)) },
    }),
    'matches of an entry': (r) => ({
      query:
        'query ($id: ID!) { achievement(id: $id) { investorMatches(first: 100) { totalCount nodes { score } } talentMatches(first: 100) { totalCount } demandMatches(first: 100) { totalCount } teamProposals(first: 5) { __typename } } }',
      variables: { id: pick(r, world.entryIds) },
    }),
    'near duplicates of 20 entries': (r) => ({
      query: `{ ${ids(r, 20)
        .map((id, i) => `n${i}: achievement(id: "${id}") { nearDuplicatesOf { similarity } }`)
        .join(' ')} }`,
    }),
    'lists from both ends': (r) => ({
      query: `{ achievements(first: ${between(r, 1, 9)}, last: 2147483647) { totalCount } poolRanking(first: -1) { totalCount } organisations(last: -2147483648) { totalCount } }`,
    }),
  };
  const [kind, operation] = pick(random, Object.entries(kinds));
  const token = random() < 0.6 ? world.token : undefined;
  return { name: `read${token ? ', logged in' : ''}: ${kind}`, build: (r) => post(operation(r), token) };
};

/** Attack with mutations on one institution, whose texts have the maximum length or more. */
const writeAttack: AttackKind = (random, world) => {
  const [kind, text] = pick(random, Object.entries(TEXT_KINDS));
  const fields: Record<string, (value: string) => Record<string, unknown>> = {
    title: (value) => ({ title: { zh: value } }),
    abstract: (value) => ({ title: { zh: 'x' }, abstract: { en: value } }),
    registrationNo: (value) => ({ title: { zh: 'x' }, registrationNo: value }),
    externalId: (value) => ({ title: { zh: 'x' }, externalId: value }),
    'ipRights.number': (value) => ({
      title: { zh: 'x' },
      ipRights: Array.from({ length: 100 }, () => ({
        type: 'INVENTION_PATENT',
        status: 'GRANTED',
        number: value.slice(0, 8000),
      })),
    }),
    'inventors.orcid': (value) => ({ title: { zh: 'x' }, inventors: [{ name: { zh: 'x' }, orcid: value }] }),
    'inventors.name': (value) => ({
      title: { zh: 'x' },
      inventors: Array.from({ length: 60 }, () => ({ name: { zh: value.slice(0, 8000), en: value.slice(0, 8000) } })),
    }),
    keywords: (value) => ({
      title: { zh: 'x' },
      keywords: { en: Array.from({ length: 20 }, (_, i) => `${i}${value}`.slice(0, 20_000)) },
    }),
    'fundingNeed.min': (value) => ({ title: { zh: 'x' }, fundingNeed: { min: value, currency: 'CNY' } }),
    regionCode: (value) => ({ title: { zh: 'x' }, regionCode: value }),
    registeredOn: (value) => ({ title: { zh: 'x' }, registeredOn: value }),
  };
  const [field, content] = pick(random, Object.entries(fields));
  const length = pick(random, [9_000, 60_000, 200_000]);
  const query =
    'mutation ($input: CreateAchievementInput!) { createAchievement(input: $input) { achievement { id } } }';
  return {
    name: `createAchievement(${field}): ${kind}, ${length}`,
    lingers: true,
    build: (r) =>
      post(
        {
          query,
          variables: { input: { institutionId: world.institutionId, content: content(text(length, nineLetters(r))) } },
        },
        world.token,
      ),
  };
};

const organisationAttack: AttackKind = (random, world) => {
  const [kind, text] = pick(random, Object.entries(TEXT_KINDS));
  const field = pick(random, ['website', 'uscc', 'ror', 'name', 'description']);
  const length = pick(random, [500, 100_000]);
  const query = 'mutation ($input: CreateOrganisationInput!) { createOrganisation(input: $input) { __typename } }';
  return {
    name: `createOrganisation(${field}): ${kind}, ${length}`,
    build: (r) => {
      const value = text(length, nineLetters(r));
      const input = {
        kind: 'ENTERPRISE',
        name: { zh: '甲' },
        // An invalid code, so that the mutation is refused in any case and no organisation is created.
        regionCode: 'none',
        [field]:
          field === 'website'
            ? `https://${value}.example`
            : ['name', 'description'].includes(field)
              ? { zh: value }
              : value,
      };
      return post({ query, variables: { input } }, world.token);
    },
  };
};

/** Attack on HTTP itself: headers, URLs and paths other than /graphql. */
const httpAttack: AttackKind = (random) => {
  const kinds: Record<string, (r: Random) => ReturnType<typeof post>> = {
    'an Accept of many ranges': (r) => ({
      ...post({ query: '{ __typename }' }),
      headers: { accept: Array.from({ length: 1400 }, () => `${nineLetters(r).slice(0, 3)}/*;q=0`).join(',') },
    }),
    'an Accept of many parameters': (r) => ({
      ...post({ query: '{ __typename }' }),
      headers: { accept: `application/json${';q=1'.repeat(3000)};x=${nineLetters(r)}` },
    }),
    'an Accept of blanks': (r) => ({
      ...post({ query: '{ __typename }' }),
      headers: { accept: `a/${nineLetters(r)}${' '.repeat(12_000)},` },
    }),
    'a long Accept-Language': (r) => ({
      ...post({ query: '{ __typename }' }),
      headers: { 'accept-language': `${' '.repeat(7000)}${nineLetters(r)},`.padEnd(14_000, 'zh;q=0.1,') },
    }),
    'a long Authorization': (r) => ({
      ...post({ query: '{ __typename }' }),
      headers: { authorization: `Bearer ${nineLetters(r).repeat(1500)}` },
    }),
    'an Authorization of dots': (r) => ({
      ...post({ query: '{ __typename }' }),
      headers: { authorization: `Bearer ${nineLetters(r)}${'.'.repeat(14_000)}` },
    }),
    'a content type of blanks': (r) => ({
      ...post({ query: '{ __typename }' }),
      headers: { 'content-type': `application/json;${' '.repeat(6000)}charset${' '.repeat(6000)}${nineLetters(r)}` },
    }),
    'a boundary of blanks': (r) => ({
      ...post({ query: '{ __typename }' }),
      headers: {
        'content-type': `multipart/form-data; ${'boundary= ;'.repeat(1200)}${nineLetters(r)}`,
        'apollo-require-preflight': '1',
      },
    }),
    'repeated headers': (r) => ({
      ...post({ query: '{ __typename }' }),
      headers: { 'x-request-id': nineLetters(r), 'x-hostile': Array.from({ length: 900 }, () => 'a') },
    }),
    'forwarded addresses': (r) => ({
      ...post({ query: '{ __typename }' }),
      headers: { 'x-forwarded-for': Array.from({ length: 1200 }, () => `1.2.3.${between(r, 1, 254)}`).join(',') },
    }),
    'a GET of many parameters': (r) => ({
      method: 'GET',
      path: `/graphql?query=%7B__typename%7D&${Array.from({ length: 3000 }, () => 'a=1').join('&')}&${nineLetters(r)}`,
    }),
    'a GET of escapes': (r) => ({
      method: 'GET',
      path: `/graphql?query=${nineLetters(r)}${'%CC%81'.repeat(2000)}`,
      headers: { 'apollo-require-preflight': '1' },
    }),
    'a GET of brackets': (r) => ({
      method: 'GET',
      path: `/graphql?query=%7B__typename%7D&variables=${'%5B'.repeat(4000)}${nineLetters(r)}`,
      headers: { 'apollo-require-preflight': '1' },
    }),
    'a mail page with a long token': (r) => ({
      method: 'GET',
      path: `/confirm-email?token=${nineLetters(r).repeat(1500)}`,
    }),
    'a download that does not exist': (r) => ({
      method: 'GET',
      path: `/export/${nineLetters(r).repeat(1000)}.csv?${'industries=C&'.repeat(500)}`,
    }),
    'an export of the pool': () => ({ method: 'GET', path: '/export/pool.csv' }),
    'a path of escapes': (r) => ({ method: 'GET', path: `/${nineLetters(r)}${'%2e%2f'.repeat(2000)}` }),
    'the ledger’s head': () => ({ method: 'GET', path: '/ledger/head.json' }),
    'the explorer': () => ({ method: 'GET', path: '/graphiql', headers: { accept: 'text/html' } }),
  };
  const [kind, shot] = pick(random, Object.entries(kinds));
  return { name: `http: ${kind}`, build: shot };
};

/** Number of attacks per kind. */
const kinds = (): ReadonlyArray<[count: number, kind: AttackKind]> => [
  [40, textAttack],
  [10, wordsAttack],
  [13, operatorAttack],
  [10, filterAttack],
  [10, facetAttack],
  [8, cursorAttack],
  [Object.keys(DOCUMENT_KINDS).length, documentAttack()],
  [Object.keys(BODY_KINDS).length, bodyAttack()],
  [14, multipartAttack],
  [26, uploadAttack()],
  [12, batchAttack],
  [10, readAttack],
  [14, writeAttack],
  [8, organisationAttack],
  [14, httpAttack],
];

/** Generates the attacks of a seed; deterministic. */
export function generateAttacks(world: World, seed: number): Attack[] {
  const random = randomFrom(seed);
  return kinds().flatMap(([count, kind]) => Array.from({ length: count }, () => kind(random, world)));
}
