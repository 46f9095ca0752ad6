import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type SeededOrganisation, type SeededPerson } from '../seed.js';

describe('the list of an institution’s own achievements', () => {
  let t: TestApp;
  let lister: SeededPerson;
  let stranger: SeededPerson;
  let institution: SeededOrganisation;

  beforeAll(async () => {
    t = await startTestApp();
    const people = seed(t);
    [lister, stranger] = [await people.person(), await people.person()];
    institution = await people.organisation(lister);
    const contents = [
      {
        externalId: 'K-3',
        title: { zh: '耐蚀镍合金', en: 'Corrosion-resistant nickel alloy' },
        trl: 6,
        category: 'APPLIED_TECHNOLOGY',
      },
      { externalId: 'K-1', title: { zh: '100%纯度提纯工艺' }, industries: ['3213'] },
      { externalId: 'K-2', title: { en: 'Membrane with 1000 pores' }, summary: { en: 'A membrane.' } },
    ];
    for (const content of contents)
      await t.gql(
        `mutation ($input: CreateAchievementInput!) { createAchievement(input: $input) { achievement { id } } }`,
        { input: { institutionId: institution.id, content } },
        { token: lister.token },
      );
  });
  afterAll(() => t.close());

  const list = async (args: string, variables: Record<string, unknown> = {}, person: SeededPerson = lister) => {
    const reply = await t.ask<{
      organisation: { achievements: { totalCount: number; nodes: Array<{ externalId: string }> } };
    }>(
      `query ($id: ID!, $filter: AchievementListFilter, $order: AchievementOrder) { organisation(id: $id) {
         achievements(first: 50, filter: $filter, order: $order) { totalCount nodes { externalId } } } }`,
      { id: institution.id, ...variables },
      { token: person.token },
    );
    return {
      keys: reply.data?.organisation?.achievements?.nodes.map(({ externalId }) => externalId),
      errors: reply.errors,
      args,
    };
  };

  it.each([
    ['text', { text: 'NICKEL' }, ['K-3']],
    ['a text with a sign of patterns', { text: '100%' }, ['K-1']],
    ['external id', { externalId: 'K-2' }, ['K-2']],
    ['status', { statuses: ['REGISTERED'] }, []],
    ['missing fields', { missingFields: ['TRL'] }, ['K-2', 'K-1']],
    ['several missing fields', { missingFields: ['SUMMARY', 'INDUSTRIES'] }, ['K-3']],
    ['missing industries', { missingFields: ['INDUSTRIES'] }, ['K-2', 'K-3']],
    ['a later change', { updatedSince: '2999-01-01T00:00:00Z' }, []],
    ['an earlier change', { updatedSince: '2000-01-01T00:00:00Z' }, ['K-2', 'K-1', 'K-3']],
  ])('is narrowed by %s', async (_what, filter, keys) => {
    expect((await list('', { filter })).keys).toEqual(keys);
  });

  it.each([
    ['NEWEST', ['K-2', 'K-1', 'K-3']],
    ['OLDEST', ['K-3', 'K-1', 'K-2']],
    ['EXTERNAL_ID', ['K-1', 'K-2', 'K-3']],
    ['UPDATED', ['K-2', 'K-1', 'K-3']],
  ])('stands in the order %s, page by page', async (order, keys) => {
    expect((await list('', { order })).keys).toEqual(keys);
    const paged: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const page: {
        organisation: {
          achievements: { nodes: Array<{ externalId: string }>; pageInfo: { hasNextPage: boolean; endCursor: string } };
        };
      } = await t.gql<{
        organisation: {
          achievements: { nodes: Array<{ externalId: string }>; pageInfo: { hasNextPage: boolean; endCursor: string } };
        };
      }>(
        `query ($id: ID!, $order: AchievementOrder, $after: String) { organisation(id: $id) {
           achievements(first: 1, after: $after, order: $order) { nodes { externalId } pageInfo { hasNextPage endCursor } } } }`,
        { id: institution.id, order, after },
        { token: lister.token },
      );
      paged.push(...page.organisation.achievements.nodes.map(({ externalId }) => externalId));
      ({ hasNextPage: more, endCursor: after } = page.organisation.achievements.pageInfo);
    }
    expect(paged).toEqual(keys);
  });

  it('is counted by status, for each viewer as far as the viewer sees it', async () => {
    const counts = async (person: SeededPerson) =>
      (
        await t.gql<{ organisation: { achievementCounts: unknown } }>(
          `query ($id: ID!) { organisation(id: $id) { achievementCounts { status count } } }`,
          { id: institution.id },
          { token: person.token },
        )
      ).organisation.achievementCounts;
    expect(await counts(lister)).toEqual([{ status: 'DRAFT', count: 3 }]);
    expect(await counts(stranger)).toEqual([]);
  });

  it('tells strangers nothing by its private filters', async () => {
    for (const filter of [{ externalId: 'K-1' }, { missingFields: ['TRL'] }, { updatedSince: '2000-01-01T00:00:00Z' }])
      expect((await list('', { filter }, stranger)).errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
    expect((await list('', { order: 'EXTERNAL_ID' }, stranger)).errors?.[0]?.extensions).toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});
