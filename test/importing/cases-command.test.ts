import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { importCommand } from '../../src/cli/import-command.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed } from '../seed.js';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
  await seed(t).organisation(await seed(t).person(), { name: '命令大学' });
});
afterAll(() => t.close());

async function run(name: string, ...options: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const code = await importCommand(
    ['achievements', join(import.meta.dirname, 'cases', name), '--dry-run', ...options],
    { out: (text) => void (said.out += text), err: (text) => void (said.err += text), isTTY: false },
    (body) => body(t.app),
  );
  return { code, ...said };
}

it.each([
  ['01-title-row.csv', ['Row 2 was taken as the header', '2 created']],
  ['03-two-header-rows.xlsx', ['Rows 1 and 2 were taken together as the header', '2 created']],
  ['05-instructions-first.xlsx', ['Sheet "成果信息" was read', '填表说明', '1 created']],
  ['20d-big5.csv', ['CSV in Big5', '1 created']],
  ['36-blank-header-col.csv', ['has no name', '2 created']],
  ['40-duplicate-remark-columns.csv', ['passed over: 备注', '1 created']],
])('npm run import says how it reads %s (issue 18, point 6)', async (name, words) => {
  const { code, out } = await run(name);
  expect(code).toBe(0);
  for (const word of words) expect(out).toContain(word);
});

it('takes --sheet, --header-row and --encoding, and refuses wrong ones', async () => {
  expect((await run('05-instructions-first.xlsx', '--sheet', '成果信息')).out).toContain('1 created');
  expect((await run('01-title-row.csv', '--header-row', '2')).out).toContain('2 created');
  expect((await run('20d-big5.csv', '--encoding', 'big5')).out).toContain('1 created');
  for (const wrong of [
    ['05-instructions-first.xlsx', '--sheet', '没有'],
    ['01-title-row.csv', '--header-row', '400'],
    ['01-title-row.csv', '--header-row', 'two'],
    ['20d-big5.csv', '--encoding', 'EBCDIC'],
    ['20d-big5.csv', '--encoding', 'UTF-8'],
  ]) {
    const [name, ...options] = wrong as [string, ...string[]];
    const { code, err } = await run(name, ...options);
    expect([wrong.join(' '), code]).toEqual([wrong.join(' '), 2]);
    expect(err).not.toBe('');
  }
});

it('says that a line with its separator in a cell needs quotes', async () => {
  const { code, out } = await run('49-semicolon-in-unquoted.csv');
  expect(code).toBe(1);
  expect(out).toContain('TOO_MANY_CELLS');
});

it('reports doubted amounts without rejecting their rows', async () => {
  const { code, out } = await run('47-amount-with-header-and-unit.csv');
  expect(code).toBe(0);
  expect(out).toContain('3 created');
});
