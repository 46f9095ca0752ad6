import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { COMPLETE_HEADER, completeRow, csv, importFile } from '../importing/import-kit.js';

describe('counties of China and foreign countries', () => {
  let t: TestApp;
  let lister: SeededPerson;
  let institution: SeededOrganisation;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    t = await startTestApp();
    const people = seed(t);
    lister = await people.person();
    institution = await people.organisation(lister);
    const rows = [
      [...completeRow('A'), '440305'],
      [...completeRow('B', '低温烧结银浆 B'), '南山区'],
      [...completeRow('C', '海上风电导管架 C'), 'DE'],
      [...completeRow('D', '稻种包衣剂 D'), '香港特别行政区'],
    ];
    const run = await importFile(t, lister, institution, { content: csv([...COMPLETE_HEADER, '地区'], ...rows) });
    const found = await t.sql<{ id: string; external_id: string; region_code: string }>(
      `SELECT id, external_id, region_code FROM achievement`,
    );
    expect(run.reportRows.nodes.map(({ column }) => column).filter((column) => column !== '地区')).toEqual([]);
    expect(found.find((row) => row.external_id === 'A')?.region_code).toBe('440305');
    expect(found.find((row) => row.external_id === 'C')?.region_code).toBe('DE');
    expect(found.find((row) => row.external_id === 'D')?.region_code).toBe('810000');
    for (const row of found) ids[row.external_id] = row.id;
    await people.admit(found.map((row) => row.id));
  });
  afterAll(() => t.close());

  it('a county is below its prefecture and province, and a country stands alone', async () => {
    const { county, country, beijing } = await t.gql<Record<string, unknown>>(`{
      county: region(code: "440305") { level path parent { code parent { code parent { code } } } }
      country: region(code: "DE") { level path name(locale: ZH) { value } parent { code } }
      beijing: region(code: "110100") { name(locale: ZH) { value } children { code } }
    }`);
    expect(county).toEqual({
      level: 3,
      path: ['440000', '440300', '440305'],
      parent: { code: '440300', parent: { code: '440000', parent: null } },
    });
    expect(country).toEqual({ level: 1, path: ['DE'], name: { value: '德国' }, parent: null });
    expect(beijing).toMatchObject({ name: { value: '北京市市辖区' } });
    expect((beijing as { children: unknown[] }).children.length).toBe(16);
  });

  it.each([
    ['440305', ['A']],
    ['440300', ['A']],
    ['440000', ['A']],
    ['DE', ['C']],
    ['810000', ['D']],
    ['440306', []],
  ])('an entry is found by region %s', async (region, expected) => {
    const { achievements } = await t.gql<{ achievements: { nodes: Array<{ id: string; externalId: string }> } }>(
      `query ($regions: [String!]) { achievements(filter: { regions: $regions }) { nodes { id externalId } } }`,
      { regions: [region] },
      { token: lister.token },
    );
    expect(achievements.nodes.map(({ externalId }) => externalId).filter((id) => id !== 'B')).toEqual(expected);
  });

  it('the search of the pool finds the entry of a county by its province, and counts it there', async () => {
    await eventually(async () => {
      const { achievementSearch } = await t.gql<{
        achievementSearch: { totalCount: number; nodes?: unknown };
      }>(`{ achievementSearch(filter: { regions: ["440000"] }) { totalCount } }`);
      return achievementSearch.totalCount >= 1;
    }, 20_000);
  });

  it('an organisation may be in a county or in a foreign country, and nowhere that does not exist', async () => {
    const create = (regionCode: string) =>
      t.ask<{ createOrganisation: { organisation: { regionCode: string } } }>(
        `mutation ($input: CreateOrganisationInput!) { createOrganisation(input: $input) { organisation { regionCode } } }`,
        { input: { kind: 'INVESTOR', name: { en: `Fund of ${regionCode}` }, regionCode } },
        { token: lister.token },
      );
    for (const code of ['DE', '440305', '810000'])
      expect((await create(code)).data.createOrganisation.organisation.regionCode).toBe(code);
    for (const code of ['XX', '999999', 'CN'])
      expect((await create(code)).errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});
