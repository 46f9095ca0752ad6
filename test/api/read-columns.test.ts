import { getNamedType, isLeafType, isObjectType, isRequiredArgument, type GraphQLField } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSchema } from '../../src/graphql/schema.js';
import { toGlobalId } from '../../src/lib/ids.js';
import { composition } from '../../src/modules.js';
import { startTestApp, type TestApp } from '../harness.js';
import { statementsDuring } from '../plans.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { registered } from '../vetting/cohort-kit.js';

/** Lists read only the columns of the selection (17.3); every field must show the same as when all columns are read. */
let t: TestApp;
let s: Seed;
let owner: SeededPerson;
let institution: SeededOrganisation;
let ids: string[];
let fields: Array<{ name: string; selection: string }>;

beforeAll(async () => {
  t = await startTestApp({
    worker: false,
    limits: { requestsPerMinute: 1_000_000, maxCost: 1_000_000, maxUploadBytes: 1_000_000 },
  });
  s = seed(t);
  owner = await s.person();
  institution = await s.organisation(owner);
  ids = await registered(t, institution, 4, (i) => ({
    externalId: `K-${i}`,
    keywords: { zh: ['词'], en: ['word'] },
    incumbent: { zh: '旧' },
    improvement: { en: 'better' },
    applications: [{ zh: '用途' }],
    fundingNeed: { min: '1000000', max: '2000000', currency: 'CNY' },
    attribute: 'ORIGINAL_INNOVATION',
    stage: 'MATURE',
  }));
  await s.admit(ids.slice(0, 2), { score: '4.2' });
  const type = (await createSchema(composition)).getType('Achievement');
  if (!isObjectType(type)) throw new Error('Achievement is no object type');
  fields = Object.values(type.getFields()).map((field) => ({ name: field.name, selection: selectionOf(field, 2) }));
  expect(fields.length).toBeGreaterThan(40);
}, 60_000);
afterAll(() => t.close());

/** Selects a field with all the fields below it that need no argument, down to a depth. */
function selectionOf(field: GraphQLField<unknown, unknown>, depth: number): string {
  const type = getNamedType(field.type);
  if (isLeafType(type)) return field.name;
  const below = isObjectType(type)
    ? Object.values(type.getFields())
        .filter((child) => !child.args.some(isRequiredArgument))
        .filter((child) => isLeafType(getNamedType(child.type)) || (depth > 1 && child.name === 'edges'))
        .map((child) => selectionOf(child, depth - 1))
    : [];
  return `${field.name} { __typename ${below.join(' ')} }`;
}

type Entry = Record<string, unknown>;
const faults = (errors?: Array<{ path?: Array<string | number>; extensions: { code: string } }>) =>
  errors?.map(({ path, extensions }) => [path?.slice(2), extensions.code]) ?? [];

/** The entries of a list, and the same entries by their ids, which are read whole. */
async function both(selection: string, token?: string) {
  const options = token === undefined ? {} : { token };
  const list = await t.ask<{ achievements: { nodes: Entry[] } }>(
    `query ($filter: AchievementListFilter) { achievements(first: 4, filter: $filter) { nodes { id ${selection} } } }`,
    { filter: { institutionId: institution.id } },
    options,
  );
  const expected = await t.ask<{ nodes: Array<Entry | null> }>(
    `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Achievement { id ${selection} } } }`,
    {
      ids: [...ids]
        .sort()
        .reverse()
        .map((id) => toGlobalId('Achievement', id)),
    },
    options,
  );
  return { list, expected };
}

/** Runs `work` on all items, eight at a time. */
async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
    }),
  );
}

async function compare(selection: string, token?: string) {
  const { list, expected } = await both(selection, token);
  const seen = expected.data?.nodes.filter((node) => node !== null);
  expect({
    selection,
    nodes: list.data?.achievements?.nodes,
    faults: faults(list.errors).map(([, code]) => code),
  }).toEqual({ selection, nodes: seen, faults: faults(expected.errors).map(([, code]) => code) });
  expect(list.errors?.map((error) => error.extensions.code) ?? []).not.toContain('INTERNAL_SERVER_ERROR');
}

it('every field of an achievement alone shows in a list what it shows of the whole row (17.3)', async () => {
  for (const token of [owner.token, undefined, (await s.person({ operator: true })).token])
    await each(fields, ({ selection }) => compare(selection, token));
}, 120_000);

it('every two fields of an achievement together show the same (17.3)', async () => {
  const pairs = fields.flatMap((a, i) => fields.slice(i + 1).map((b) => `${a.selection} ${b.selection}`));
  await each(pairs, (selection) => compare(selection, owner.token));
}, 300_000);

it('a list of nine fields reads their columns alone, through fragments, aliases and edges too (17.3)', async () => {
  const read = async (selection: string) => {
    const sent = await statementsDuring(() =>
      t.gql(
        `query ($no: Boolean = false) { achievements(first: 2) { ${selection} } __typename @skip(if: $no) } ${FRAGMENT}`,
      ),
    );
    const { text } = sent.find((statement) => /FROM "achievement" "a"/.test(statement.text))!;
    return [...text.matchAll(/AS "a_(\w+)"/g)].map(([, column]) => column).sort();
  };
  const FRAGMENT = `fragment F on Achievement { status trl } fragment G on Node { id }`;
  expect(await read(`nodes { ...F ...G } pageInfo { endCursor }`)).toEqual(['id', 'status', 'trl']);
  expect(await read(`edges { node { ...F t: title { value } } } nodes { ...G score }`)).toEqual([
    'id',
    'score',
    'status',
    'title',
    'trl',
  ]);
  expect(await read(`nodes { ...F ...G summary @include(if: $no) { value } }`)).toEqual(['id', 'status', 'trl']);
  // A field that states nothing reads everything.
  expect(
    (await read(`nodes { ...F ...G investorMatches(first: 1) { pageInfo { endCursor } } }`)).length,
  ).toBeGreaterThan(20);
});

it('a column that was not read is an error, never an empty value (17.3)', async () => {
  const { selectEntities } = await import('../../src/lib/rows.js');
  const { Achievement } = await import('../../src/achievements/achievement.entity.js');
  const [entry] = await selectEntities(
    t.app.dataSource.manager,
    Achievement,
    'WHERE e.id = $1',
    [ids[0]],
    new Set(['trl']),
  );
  expect(entry).toBeInstanceOf(Achievement);
  expect(entry!.id).toBe(ids[0]);
  expect(entry!.trl).toBe(6);
  expect(() => entry!.titleText).toThrow('titleText was not read');
});
