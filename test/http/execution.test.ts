import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../harness.js';

let t: TestApp;

beforeAll(async () => {
  t = await startTestApp();
});

afterAll(() => t.close());

/** The first run is interpreted, the later ones are compiled. */
async function thrice(query: string, variables: Record<string, unknown> = {}) {
  const replies = [await t.ask(query, variables), await t.ask(query, variables), await t.ask(query, variables)];
  return replies.map(({ status, data, errors }) => ({
    status,
    data,
    errors: errors?.map(({ message, extensions, path }) => ({ message, path, code: extensions['code'] })),
  }));
}

describe('a query that comes again answers as the first time', () => {
  const industry = async () =>
    (await t.gql<{ industry: { id: string } }>('{ industry(code: "C") { id } }')).industry.id;

  it('with an interface, its fragments and its type names', async () => {
    const [first, second, third] = await thrice(
      'query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Industry { code name(locale: EN) { value locale } parent { code } } } }',
      { ids: [await industry()] },
    );
    expect(first!.data).toMatchObject({ nodes: [{ __typename: 'Industry', code: 'C', parent: null }] });
    expect(second).toEqual(first);
    expect(third).toEqual(first);
  });

  it.each([true, false])('with @include and @skip by a variable that is %s', async (yes) => {
    const [first, second, third] = await thrice(
      'query($yes: Boolean!) { industry(code: "C") { code @include(if: $yes) level @skip(if: $yes) name { value } } }',
      { yes },
    );
    expect(Object.keys((first!.data as unknown as { industry: object }).industry)).toEqual([
      yes ? 'code' : 'level',
      'name',
    ]);
    expect(second).toEqual(first);
    expect(third).toEqual(first);
  });

  it('with an error in a nullable field, beside data', async () => {
    const [first, second, third] = await thrice('{ node(id: "no id") { id } industry(code: "C") { code } }');
    expect(first!.errors).toMatchObject([{ path: ['node'], code: 'BAD_USER_INPUT' }]);
    expect(first!.data).toEqual({ node: null, industry: { code: 'C' } });
    expect(second).toEqual(first);
    expect(third).toEqual(first);
  });

  it('with variables of input objects, defaults and nulls', async () => {
    const query =
      'query($filter: AchievementListFilter, $first: Int = 3) { achievements(first: $first, filter: $filter) { nodes { id } totalCount } }';
    for (const variables of [
      {},
      { filter: null },
      { filter: { industries: ['C'], statuses: ['ADMITTED'] } },
      { first: null },
    ]) {
      const [first, second, third] = await thrice(query, variables);
      expect(first!.data).toEqual({ achievements: { nodes: [], totalCount: 0 } });
      expect(second).toEqual(first);
      expect(third).toEqual(first);
    }
  });
});
