import { readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composition } from '../../src/modules.js';
import { startTestApp, type TestApp } from '../harness.js';
import {
  declarations,
  declared,
  documentedRest,
  documentedTable,
  impersonal,
  openColumns,
  referencesToPersons,
} from './columns.js';

let t: TestApp;
let references: string[];
let open: string[];
beforeAll(async () => {
  t = await startTestApp();
  [references, open] = [await referencesToPersons(t), await openColumns(t)];
});
afterAll(() => t.close());

const how = (column: string) =>
  `${column} is not classified: declare it in the personal data of the module that owns the table ` +
  `(x.personal-columns.ts). If a person is named by it or wrote it, under "columns" with its section of the export ` +
  `and what an erasure does; otherwise under "impersonal" with the reason.`;

describe('the personal data that the modules declare (issue 15, point 9)', () => {
  it('covers every reference to a person, with an export and an erasure or a reason', () => {
    expect(references.length).toBeGreaterThan(28);
    expect(references.filter((name) => !declared.has(name)).map(how)).toEqual([]);
  });

  it('covers every column that can hold a text or an id', () => {
    expect(open.filter((name) => !declared.has(name) && !impersonal.has(name)).map(how)).toEqual([]);
  });

  it('names each column once, and none that is gone', () => {
    const known = new Set([...references, ...open, '_private_jobs.payload']);
    expect(declarations.filter((name) => !known.has(name)).map((name) => `${name} does not exist: remove it`)).toEqual(
      [],
    );
    expect(declarations.filter((name, i) => declarations.indexOf(name) !== i)).toEqual([]);
  });

  it('refers to sections that the export has, and gives its reasons in words', () => {
    const sections = new Set(composition.personalData.flatMap(({ exports }) => Object.keys(exports)));
    for (const [name, { exported, erased, holds }] of declared) {
      if (typeof exported === 'string') expect(sections, `${name}: section ${exported}`).toContain(exported);
      else expect(exported.not.length, name).toBeGreaterThan(20);
      if (typeof erased !== 'string') expect(erased.kept.length, name).toBeGreaterThan(20);
      expect(holds.length, name).toBeGreaterThan(5);
    }
  });

  it('has an erasure step in each part that erases', () => {
    const lacking = composition.personalData
      .filter(
        ({ erase, columns = {} }) =>
          !erase && Object.values(columns).some(({ erased, authored }) => typeof erased === 'string' && !authored),
      )
      .map(({ part }) => part);
    // The chain keeps pseudonyms; texts beside it are deleted by the step of `identity`.
    expect(lacking).toEqual(['ledger']);
  });

  it('is the table of docs/privacy.md (UPDATE_DOCS=1 writes it)', async () => {
    const page = await readFile('docs/privacy.md', 'utf8');
    const written = await format(
      replaceTable(replaceTable(page, 'personal', documentedTable()), 'rest', documentedRest()),
      { ...(await resolveConfig('docs/privacy.md')), parser: 'markdown' },
    );
    if (process.env['UPDATE_DOCS'] === '1') await writeFile('docs/privacy.md', written);
    expect(await readFile('docs/privacy.md', 'utf8')).toBe(written);
  });
});

function replaceTable(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- table: ${name} -->\n`, `<!-- end: ${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/privacy.md has no table ${name}`);
  return `${page.slice(0, from + begin.length)}\n${text}\n\n${page.slice(to)}`;
}
