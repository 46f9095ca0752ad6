import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';

interface Row {
  code: string;
  level: string;
  parent: string;
  name_zh: string;
  name_en: string;
}

const root = join(import.meta.dirname, '../../data');
const rowsOf = async (file: string) =>
  parse(await readFile(join(root, 'taxonomies', file)), { columns: true, bom: true }) as Row[];

/** Names with more than one counterpart in the other language. */
function ambiguous(rows: readonly Row[], from: 'name_zh' | 'name_en', to: 'name_zh' | 'name_en'): string[] {
  const counterparts = new Map<string, Set<string>>();
  for (const row of rows) {
    const name = row[from].toLowerCase();
    counterparts.set(name, (counterparts.get(name) ?? new Set()).add(row[to]));
  }
  return [...counterparts].filter(([, names]) => names.size > 1).map(([name]) => name);
}

describe('the files of the code lists', () => {
  it.each(['gbt4754-2017.csv', 'regions-gbt2260.csv', 'strategic-emerging-2018.csv', 'countries-iso3166.csv'])(
    '%s: each code once, each parent before its children and one level above, the same English for the same Chinese',
    async (file) => {
      const rows = await rowsOf(file);
      const seen = new Map<string, Row>();
      for (const row of rows) {
        expect(seen.has(row.code), row.code).toBe(false);
        if (row.parent === '') expect(row.level, row.code).toBe('1');
        else expect(Number(seen.get(row.parent)?.level), row.code).toBe(Number(row.level) - 1);
        expect(row.name_zh, row.code).toMatch(/\p{Script=Han}/u);
        expect(row.name_en, row.code).toMatch(/[A-Za-z]/);
        seen.set(row.code, row);
      }
      expect(ambiguous(rows, 'name_zh', 'name_en')).toEqual([]);
    },
  );

  it('no English name of an industry stands for two, and no Chinese one has brackets of two kinds', async () => {
    const rows = await rowsOf('gbt4754-2017.csv');
    expect(ambiguous(rows, 'name_en', 'name_zh')).toEqual([]);
    expect(rows.filter((row) => /[()]/.test(row.name_zh))).toEqual([]);
  });

  it('regions go down to the county, each below the prefecture and province of its code', async () => {
    const rows = await rowsOf('regions-gbt2260.csv');
    const counties = rows.filter((row) => row.level === '3');
    expect(counties.length).toBeGreaterThan(2_900);
    expect(counties.filter((row) => row.parent.slice(0, 4) !== row.code.slice(0, 4))).toEqual([]);
    expect(rows.filter((row) => row.level === '2').length).toBe(342);
    expect(rows.filter((row) => row.level === '1').map((row) => row.code)).toEqual(
      expect.arrayContaining(['110000', '710000', '810000', '820000']),
    );
    const bare = rows.filter((row) =>
      ['市辖区', '县', '省直辖县级行政区划', '自治区直辖县级行政区划'].includes(row.name_zh),
    );
    expect(bare).toEqual([]);
    expect(rows.find((row) => row.code === '500200')?.name_zh).toBe('重庆市县');
  });

  it('countries are those of ISO 3166-1 but China, whose places are regions', async () => {
    const codes = (await rowsOf('countries-iso3166.csv')).map((row) => row.code);
    expect(codes.length).toBe(245);
    expect(codes.every((code) => /^[A-Z]{2}$/.test(code))).toBe(true);
    for (const code of ['DE', 'US', 'JP']) expect(codes).toContain(code);
    for (const code of ['CN', 'HK', 'MO', 'TW']) expect(codes).not.toContain(code);
  });

  it('all sample results name fields of strategic areas, on the second level', async () => {
    const known = new Set((await rowsOf('strategic-emerging-2018.csv')).map((row) => row.code));
    const files = ['a', 'b', 'c'].map((part) => join(root, 'sample', `achievements-${part}.jsonl`));
    const results = (await Promise.all(files.map((file) => readFile(file, 'utf8'))))
      .flatMap((text) => text.trim().split('\n'))
      .map((line) => JSON.parse(line) as { externalId: string; strategicAreas: string[] });
    expect(results.length).toBe(300);
    expect(
      results.filter(
        ({ strategicAreas }) =>
          strategicAreas.length === 0 || !strategicAreas.every((code) => /^\d\.\d$/.test(code) && known.has(code)),
      ),
    ).toEqual([]);
  });
});
