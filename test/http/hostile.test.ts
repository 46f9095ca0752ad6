import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeCursor, decodeCursor } from '../../src/graphql/pagination.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed } from '../seed.js';
import { post, smallSchema, startSmallServer, type SmallServer } from './small-server.js';

let t: TestApp;
let small: SmallServer;
let rounds = 0;
let counting: NodeJS.Immediate;
const seen: number[] = [];

/** Counts the rounds of the event loop. */
function count(): void {
  rounds += 1;
  counting = setImmediate(count);
}

beforeAll(async () => {
  t = await startTestApp();
  const schema = smallSchema('type Query { work: Int }', { Query: { work: () => seen.push(rounds) } });
  small = await startSmallServer(t.app, schema);
});
afterAll(async () => {
  clearImmediate(counting);
  await small.close();
  await t.close();
});

describe('a batch', () => {
  it('begins each operation in a round of the event loop of its own, and answers in the order asked', async () => {
    count();
    const batch = Array.from({ length: 10 }, (_, i) => ({ query: `query Q${i} { w${i}: work }` }));
    const { status, json } = await post(small.url, batch);
    clearImmediate(counting);
    expect(status).toBe(200);
    const answers = json as unknown as Array<{ data: Record<string, number> }>;
    expect(answers.map(({ data }) => data)).toEqual(batch.map((_, i) => ({ [`w${i}`]: i + 1 })));
    expect(new Set(seen).size).toBe(10);
  });
});

describe('a cursor', () => {
  it('is read up to the length of those that are given, and no further', () => {
    expect(decodeCursor(encodeCursor(['a'.repeat(2000), 1]), 2, 'after')).toEqual(['a'.repeat(2000), 1]);
    expect(() => decodeCursor(encodeCursor(['a'.repeat(5000), 1]), 2, 'after')).toThrow(/cursor is not from this list/);
  });
});

describe('lists that are too long', () => {
  it('are refused by their length, without a problem for every element', async () => {
    const owner = await seed(t).person();
    const { id } = await seed(t).organisation(owner, { kind: 'UNIVERSITY' });
    const count = 5000;
    const lists = {
      industries: Array.from({ length: count }, (_, i) => `none ${i}`),
      strategicAreas: Array.from({ length: count }, (_, i) => `none ${i}`),
      ipRights: Array.from({ length: count }, () => ({ type: 'INVENTION_PATENT', status: 'GRANTED' })),
      inventors: Array.from({ length: count }, () => ({ name: {}, orcid: 'none' })),
      cooperationModes: Array.from({ length: count }, () => ({ mode: 'EQUITY', licenceKind: 'SOLE' })),
      applications: Array.from({ length: count }, () => ({ zh: '长'.repeat(3) })),
    };
    for (const [field, list] of Object.entries(lists)) {
      const { errors } = await t.ask(
        'mutation ($input: CreateAchievementInput!) { createAchievement(input: $input) { achievement { id } } }',
        { input: { institutionId: id, content: { title: { zh: '题名' }, [field]: list } } },
        { token: owner.token },
      );
      const problems = errors![0]!.extensions['problems'] as Array<{ field: string; code: string }>;
      expect(problems).toContainEqual(expect.objectContaining({ field: `input.content.${field}`, code: 'TOO_MANY' }));
      expect(problems.length).toBeLessThan(60);
    }
  });
});

describe('a body', () => {
  it('of brackets alone is refused by its depth, before it is parsed', async () => {
    const response = await fetch(`${t.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '['.repeat(500_000),
    });
    const answer = (await response.json()) as { errors: Array<{ extensions: { reason: string } }> };
    expect([response.status, answer.errors[0]!.extensions.reason]).toEqual([400, 'JSON_TOO_DEEP']);
  });

  it('of lists without end is refused by the name of the list, before it is coerced', async () => {
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    const one = await t.ask(query, { ids: Array.from({ length: 20_001 }, () => 'x') });
    expect(one.errors?.[0]?.extensions).toMatchObject({ reason: 'TOO_MANY', field: 'ids' });
    const input =
      'mutation ($input: CreateAchievementInput!) { createAchievement(input: $input) { achievement { id } } }';
    const inventors = Array.from({ length: 30_000 }, () => ({ name: { zh: '张' } }));
    const many = await t.ask(input, { input: { institutionId: 'x', content: { inventors } } });
    expect(many.errors?.[0]?.extensions).toMatchObject({ reason: 'TOO_MANY', field: 'input.content.inventors' });
  });
});
