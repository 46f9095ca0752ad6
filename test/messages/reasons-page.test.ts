import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import prettier from 'prettier';
import { expect, it } from 'vitest';
import { codeOf, type CatalogueEntry } from '../../src/lib/messages/message.js';
import { catalogue } from '../../src/messages/catalogue.js';

const PAGE = join(import.meta.dirname, '../../docs/reasons.md');

const HEAD = `# Reasons and codes

Every code that errors (\`extensions.reason\`, \`extensions.problems[].code\`), refusals and rows of import reports (\`code\`) can have, with its sentences in Chinese and English. Codes are stable; sentences may change. What stands in braces is filled in.

The language is the one that \`Accept-Language\` prefers by its q-values (\`de-DE,en;q=0.7\` is English), else the account's, else English; fields with an argument \`locale\` follow it. Messages of the GraphQL library about a malformed document are for the author of the query and stay English. Mails are in the language of the receiver's account, and their sentences stand with the facts that they need in the \`*.mails.ts\` of their domain.

This page is generated: \`UPDATE_REASONS=1 npm test -- test/messages/reasons-page.test.ts\`.
`;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

async function page(): Promise<string> {
  const entries = Object.entries<CatalogueEntry>(catalogue).filter(([key]) => /^[A-Z]/.test(key));
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = sorted.map(([key, { zh, en }]) => `| \`${codeOf(key)}\` | ${cell(zh)} | ${cell(en)} |`);
  const text = `${HEAD}\n| code | 中文 | English |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
  return prettier.format(text, { ...(await prettier.resolveConfig(PAGE)), parser: 'markdown' });
}

it('the page of reasons lists every code with its sentences in both languages', async () => {
  const fresh = await page();
  if (process.env['UPDATE_REASONS'] === '1') await writeFile(PAGE, fresh);
  expect(await readFile(PAGE, 'utf8')).toBe(fresh);
});
