import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../harness.js';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

describe('taxonomies', () => {
  it('give GB/T 4754 as four levels with both names', async () => {
    const counts = await t.sql<{ level: number; n: string; nameless: string }>(
      `SELECT level, count(*) AS n, count(*) FILTER (WHERE name->>'zh' IS NULL OR name->>'en' IS NULL) AS nameless
       FROM industry
       GROUP BY level
       ORDER BY level`,
    );
    expect(counts).toEqual([
      { level: 1, n: '20', nameless: '0' },
      { level: 2, n: '97', nameless: '0' },
      { level: 3, n: '473', nameless: '0' },
      { level: 4, n: '1381', nameless: '0' },
    ]);
  });

  it('walk down from a section and up again', async () => {
    const data = await t.gql<{
      industry: { name: { value: string }; children: Array<{ code: string }> };
      leaf: { path: string[]; parent: { parent: { parent: { code: string; parent: null } } } };
    }>(
      `{ industry(code: "C") { name(locale: EN) { value } children { code } } leaf: industry(code: "3562") { path parent { parent { parent { code parent { code } } } } } }`,
    );
    expect(data.industry.name.value).toBe('Manufacturing');
    expect(data.industry.children).toHaveLength(31);
    expect(data.leaf.path).toEqual(['C', '35', '356', '3562']);
    expect(data.leaf.parent.parent.parent).toEqual({ code: 'C', parent: null });
  });

  it('give provinces with their prefectures, nine strategic areas, and the vocabularies', async () => {
    const data = await t.gql<{
      regions: unknown[];
      region: { children: unknown[] };
      strategicAreas: unknown[];
      vocabularies: Array<{ terms: Array<{ code: string; label: { zh: string } }> }>;
    }>(
      `{ regions { code } region(code: "620000") { children { name { value } } } strategicAreas { code } vocabularies(names: ["CooperationMode"]) { terms { code label { zh } } } }`,
    );
    expect(data.region.children).toHaveLength(14);
    expect(data.strategicAreas).toHaveLength(9);
    expect(data.vocabularies[0]!.terms.map((term) => term.code)).toEqual([
      'SELF_INVEST',
      'ASSIGNMENT',
      'LICENCE',
      'JOINT',
      'EQUITY',
      'OTHER',
    ]);
  });

  it('are found by part of a name', async () => {
    const data = await t.gql<{ industriesByName: Array<{ code: string }> }>(
      `{ industriesByName(text: "半导体器件", first: 5) { code } }`,
    );
    expect(data.industriesByName.map((i) => i.code)).toContain('3562');
  });
});
