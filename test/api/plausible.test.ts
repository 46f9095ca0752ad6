import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dateProblem } from '../../src/lib/day.js';
import { startTestApp, type GraphQLReply, type TestApp } from '../harness.js';
import { COMPLETE_HEADER, completeRow, csv, IMPORT, importFile, upload } from '../importing/import-kit.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';

/** Issue 15, point 13: what cannot be meant is refused with the name of its field, or asked again. */

let t: TestApp;
let s: Seed;
let operator: SeededPerson;
let lister: SeededPerson;
let university: SeededOrganisation;

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  operator = await s.person({ operator: true });
  lister = await s.person();
  university = await s.organisation(lister, { regionCode: '620100' });
});
afterAll(() => t.close());

const problems = (reply: GraphQLReply<unknown>) => {
  const { extensions } = reply.errors?.[0] ?? { extensions: {} as Record<string, unknown> };
  const list = (extensions['problems'] as Array<{ field: string; code: string }> | undefined) ?? [
    { field: extensions['field'], code: extensions['reason'] },
  ];
  return reply.errors === undefined ? [] : list.map(({ field, code }) => `${String(field)} ${String(code)}`);
};
const call = (name: string, type: string, input: object, person: SeededPerson, file = '__typename') =>
  t.ask(`mutation($input: ${type}!) { ${name}(input: $input) { ${file} } }`, { input }, { token: person.token });

describe('dates', () => {
  const register = (registeredOn: string) =>
    call(
      'createAchievement',
      'CreateAchievementInput',
      { institutionId: university.id, content: { title: { zh: '日期' }, registeredOn } },
      lister,
    );

  it('of a registration lie between 1949 and today', async () => {
    expect(problems(await register('2099-01-01'))[0]).toMatch(/registeredOn FUTURE_DATE$/);
    expect(problems(await register('1023-01-01'))[0]).toMatch(/registeredOn TOO_EARLY$/);
    expect(problems(await register('2023-02-30'))[0]).toMatch(/registeredOn BAD_DATE$/);
    expect((await register('2023-02-28')).errors).toBeUndefined();
  });

  it('of imported rows too, each with its line', async () => {
    const run = await importFile(t, lister, university, {
      content: csv(
        [...COMPLETE_HEADER, '登记日期'],
        [...completeRow('d1'), '2099-01-01'],
        [...completeRow('d2'), '2023-05-01'],
      ),
    });
    expect(run.counts).toMatchObject({ created: 1, rejected: 1 });
    expect(run.reportRows.nodes).toContainEqual(
      expect.objectContaining({ line: 2, field: 'registeredOn', code: 'FUTURE_DATE' }),
    );
  });

  it('of a file are shown by its preview, with line, column and reason', async () => {
    const preview = async (content: string) =>
      (
        await upload<{ previewImport: { preview: { implausibleDates: object[] } } }>(
          t,
          lister,
          `mutation ($file: Upload!, $input: PreviewImportInput!) { previewImport(file: $file, input: $input) {
            preview { implausibleDates { line header field value code } }
          } }`,
          { content },
          { input: { institutionId: university.id } },
        )
      ).data.previewImport.preview.implausibleDates;
    const header = [...COMPLETE_HEADER, '登记日期'];
    const found = await preview(
      csv(
        header,
        [...completeRow('p1'), '2099-01-01'],
        [...completeRow('p2'), '2023-05-01'],
        [...completeRow('p3'), '1023年5月'],
        [...completeRow('p4'), 'next year'],
        [...completeRow('p5'), ''],
      ),
    );
    const at = { header: '登记日期', field: 'registeredOn' };
    expect(found).toEqual([
      { ...at, line: 2, value: '2099-01-01', code: 'FUTURE_DATE' },
      { ...at, line: 4, value: '1023年5月', code: 'TOO_EARLY' },
    ]);
    expect(await preview(csv(header, [...completeRow('p6'), '2023-05-01']))).toEqual([]);
  });

  it('of a deadline lie within twenty years', async () => {
    const owner = await s.person();
    const enterprise = await s.organisation(owner, { kind: 'ENTERPRISE', regionCode: '620300' });
    const post = (deadline: string) =>
      call(
        'createDemand',
        'CreateDemandInput',
        {
          organisationId: enterprise.id,
          content: { title: { zh: '镍粉' }, description: { zh: '电池用' }, industries: ['3239'], deadline },
        },
        owner,
      );
    expect(problems(await post('2999-01-01'))[0]).toMatch(/deadline TOO_LATE$/);
    expect((await post('2030-01-01')).errors).toBeUndefined();
  });

  it('are judged by the day of today', () => {
    expect(dateProblem('2026-11-30', '2026-11-30', 0)).toBeNull();
    expect(dateProblem('2026-12-01', '2026-11-30', 0)?.code).toBe('FUTURE_DATE');
    expect(dateProblem('2036-11-30', '2026-11-30', 10)).toBeNull();
    expect(dateProblem('2036-12-01', '2026-11-30', 10)?.code).toBe('TOO_LATE');
    expect(dateProblem('1949-09-30', '2026-11-30', 0)?.code).toBe('TOO_EARLY');
  });
});

describe('a rate of exchange', () => {
  it('ten times off is asked again, and taken when it is confirmed', async () => {
    const set = (cnyPerUnit: number, confirmUnlikely?: boolean) =>
      call('setCurrencyRate', 'SetCurrencyRateInput', { currency: 'SEK', cnyPerUnit, confirmUnlikely }, operator);
    expect((await set(0.68)).errors).toBeUndefined();
    expect(problems(await set(68))).toEqual(['input.cnyPerUnit UNLIKELY_RATE']);
    expect(problems(await set(0.0068, false))).toEqual(['input.cnyPerUnit UNLIKELY_RATE']);
    // The rate has moved, and the decimal point slipped: less than ten times, still a slip.
    expect(problems(await set(6.2))).toEqual(['input.cnyPerUnit UNLIKELY_RATE']);
    expect(problems(await set(0.072))).toEqual(['input.cnyPerUnit UNLIKELY_RATE']);
    expect(problems(await set(2.05))).toEqual(['input.cnyPerUnit UNLIKELY_RATE']);
    expect((await set(0.75)).errors).toBeUndefined();
    expect((await set(75, true)).errors).toBeUndefined();
  });
});

describe('a group of synonyms', () => {
  it.each([
    ['的'],
    ['技术'],
    ['the'],
    ['——'],
    [' Method '],
    ['的的'],
    ['the the'],
    ['1'],
    ['对 于 的'],
    ['of the method'],
  ])('does not hold the filler word %s', async (word) => {
    const reply = await call('setSynonymGroup', 'SetSynonymGroupInput', { terms: [word, '离心机'] }, operator);
    expect(problems(reply)).toEqual(['input.terms[0] FILLER_WORD']);
  });

  it('holds words of one character that say something', async () => {
    const reply = await call('setSynonymGroup', 'SetSynonymGroupInput', { terms: ['铜', 'copper', '中和'] }, operator);
    expect(reply.errors).toBeUndefined();
  });
});

describe('what is given twice', () => {
  it('is refused in a version of the model', async () => {
    const { matchModels } = await t.gql<{
      matchModels: Array<{ version: number; parameters: Array<{ path: string }> }>;
    }>(`{ matchModels { version parameters { path } } }`, {}, { token: operator.token });
    const { version, parameters } = matchModels[0]!;
    const [{ path }] = parameters as [{ path: string }];
    const changes = [
      { path, value: 0.1 },
      { path, value: 0.2 },
    ];
    const reply = await call('createMatchModel', 'CreateMatchModelInput', { base: version, changes }, operator);
    expect(problems(reply)).toEqual(['input.changes[1].path PATH_TWICE']);
  });

  it('is refused in the mapping of an import, columns and constants', async () => {
    const send = (mapping: object) =>
      upload(t, lister, IMPORT, { content: csv(['A'], ['甲']) }, { input: { institutionId: university.id, mapping } });
    const column = (header: string, field: string) => ({ header, field });
    expect(problems(await send({ columns: [column('A', 'title.zh'), column('A', 'summary.zh')] }))).toEqual([
      'input.mapping.columns HEADER_TWICE',
    ]);
    expect(
      problems(
        await send({
          columns: [column('A', 'title.zh')],
          defaults: [
            { field: 'trl', value: '4' },
            { field: 'trl', value: '5' },
          ],
        }),
      ),
    ).toEqual(['input.mapping.defaults FIELD_TWICE']);
  });
});
