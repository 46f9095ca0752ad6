import { stat, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createSchema } from '../../src/graphql/schema.js';
import { composition } from '../../src/modules.js';
import { anchorsOf, blocksOf, linksOf, readPages } from './pages.js';

const pages = await readPages();
const byPath = new Map(pages.map((page) => [page.path, page]));
const blocks = pages.flatMap(blocksOf);
const queries = blocks.filter(({ language }) => language === 'graphql');
/** Built once, because it takes longer than all checks together. */
const schema = await createSchema(composition);
const shell = blocks.filter(({ language }) => language === 'sh');

/** Names in Chinese of the organisations that the sample founds. */
async function sampleOrganisations(): Promise<Set<string>> {
  interface Named {
    name: { zh: string };
  }
  const investors = (await readFile('data/sample/investors.jsonl', 'utf8')).trim().split('\n');
  const institutions = JSON.parse(await readFile('data/sample/institutions.json', 'utf8')) as Named[];
  return new Set([...institutions, ...investors.map((line) => JSON.parse(line) as Named)].map(({ name }) => name.zh));
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

describe('the pages', () => {
  it('have queries on the README and on at least three pages of docs/', () => {
    const paths = new Set(queries.map(({ path }) => path));
    expect([...paths].filter((path) => path.startsWith('docs/')).length).toBeGreaterThanOrEqual(3);
    expect(paths).toContain('README.md');
  });

  it.each(queries.map(({ path, text }) => [path, /(?:query|mutation)\s+(\w+)/.exec(text)?.[1] ?? '(unnamed)', text]))(
    '%s shows %s as the schema has it',
    (_path, _name, text) => expect(validate(schema, parse(text))).toEqual([]),
  );

  it('show the queries in their commands as the schema has them', () => {
    const inCommands = shell.flatMap(({ text }) => [...text.matchAll(/"query":\s*("(?:[^"\\]|\\.)*")/g)]);
    expect(inCommands.length).toBeGreaterThan(1);
    for (const [, query] of inCommands) expect(validate(schema, parse(JSON.parse(query!) as string))).toEqual([]);
  });

  it('name every npm script, and no other', async () => {
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: Record<string, string> };
    const text = pages.map((page) => page.text).join('\n');
    const named = new Set(
      [...text.matchAll(/npm (?:run )?(start|test|[a-z]+(?:[:-][a-z]+)*)\b/g)].map((match) => match[1]!),
    );
    const missing = Object.keys(scripts).filter((name) => !named.has(name) && !['prepare', 'prestart'].includes(name));
    const unknown = [...named].filter((name) => !(name in scripts) && !['ci', 'run', 'script'].includes(name));
    expect({ missing, unknown }).toEqual({ missing: [], unknown: [] });
  });

  it('import for organisations of the sample, from files that exist', async () => {
    const organisations = await sampleOrganisations();
    const wrong: string[] = [];
    let imports = 0;
    for (const { path, text } of shell)
      for (const line of text.split('\n').filter((command) => command.startsWith('npm run import'))) {
        imports += 1;
        const [, organisation] = /--(?:institution|organisation) (\S+)/.exec(line) ?? [];
        if (!organisations.has(organisation ?? '')) wrong.push(`${path}: ${organisation}`);
        for (const [file] of line.matchAll(/examples\/\S+/g)) if (!(await exists(file))) wrong.push(`${path}: ${file}`);
      }
    expect(imports).toBeGreaterThan(3);
    expect(wrong).toEqual([]);
  });

  it('link to files and headings that exist', async () => {
    const broken: string[] = [];
    const links = pages.flatMap(linksOf);
    for (const { path, target } of links) {
      const [file = '', anchor] = target.split('#');
      const to = file === '' ? path : join(dirname(path), file);
      if (!(await exists(to))) broken.push(`${path}: ${target} (no such file)`);
      else if (anchor !== undefined && !anchorsOf(byPath.get(to)?.text ?? '').has(decodeURIComponent(anchor)))
        broken.push(`${path}: ${target} (no such heading)`);
    }
    expect(links.length).toBeGreaterThan(30);
    expect(broken).toEqual([]);
  });

  it('can be reached from the README', () => {
    const reached = new Set(['README.md']);
    for (const path of reached)
      for (const { target } of linksOf(byPath.get(path)!)) {
        const to = join(dirname(path), target.split('#')[0]!);
        if (byPath.has(to)) reached.add(to);
      }
    expect(pages.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([]);
  });

  it('begin with a README of at most 150 lines', () => {
    expect(byPath.get('README.md')!.text.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  });
});
