import { readFile } from 'node:fs/promises';
import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createSchema } from '../../src/graphql/schema.js';

const readme = await readFile('README.md', 'utf8');
const blocks = [...readme.matchAll(/```graphql\n([\s\S]*?)```/g)].map((match) => match[1]!);

describe('the README', () => {
  it('has queries', () => expect(blocks.length).toBeGreaterThan(4));

  it.each(blocks.map((block) => [/(?:query|mutation)\s+(\w+)/.exec(block)?.[1] ?? '(unnamed)', block]))(
    'shows %s as the schema has it',
    async (_name, block) => {
      expect(validate(await createSchema(), parse(block))).toEqual([]);
    },
  );

  it('names every npm script, and no other', async () => {
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: Record<string, string> };
    const named = new Set(
      [...readme.matchAll(/npm (?:run )?(start|test|[a-z]+(?::[a-z]+)*)\b/g)].map((match) => match[1]!),
    );
    const missing = Object.keys(scripts).filter((name) => !named.has(name) && !['prepare', 'prestart'].includes(name));
    const unknown = [...named].filter((name) => !(name in scripts) && !['ci', 'run'].includes(name));
    expect({ missing, unknown }).toEqual({ missing: [], unknown: ['bench'].filter((name) => unknown.includes(name)) });
  });
});
