import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toGlobalId, newId } from '../../src/lib/ids.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { entry, statementsOf, type SeededEntry } from './kit.js';

let t: TestApp;
let s: Seed;
let lister: SeededPerson;
let university: SeededOrganisation;
let institute: SeededOrganisation;
let a: SeededEntry;
let b: SeededEntry;
let bare: SeededEntry;

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  lister = await s.person();
  university = await s.organisation(lister, { name: 'North University' });
  institute = await s.organisation(lister, { name: 'West Institute', kind: 'INSTITUTE' });
  const shared = {
    category: 'APPLIED_TECHNOLOGY',
    stage: 'INTERMEDIATE',
    regionCode: '620100',
    cooperationModes: [
      { mode: 'LICENCE', licenceKind: 'SOLE' },
      { mode: 'EQUITY', licenceKind: null },
    ],
  } as const;
  a = await entry(t, university, {
    ...shared,
    cooperationModes: [...shared.cooperationModes],
    industries: ['39', 'C'],
    trl: 6,
    fundingNeed: { min: '1000000', max: '3500000.5', currency: 'CNY' },
    ipRights: [
      { type: 'INVENTION_PATENT', number: '1', status: 'GRANTED' },
      { type: 'UTILITY_MODEL', number: '2', status: 'GRANTED' },
      { type: 'INVENTION_PATENT', number: null, status: 'APPLIED' },
    ],
    registeredOn: '2025-03-01',
    improvement: { zh: '精度提高一倍', en: 'Twice as precise' },
    technicalDetail: { en: 'MARKER-REGISTERED' },
    confidentialDetail: { en: 'MARKER-NDA' },
  });
  b = await entry(t, institute, {
    ...shared,
    cooperationModes: [...shared.cooperationModes].reverse(),
    industries: ['39', 'C'],
    trl: 4,
    fundingNeed: { min: '200', max: '200', currency: 'USD' },
    registeredOn: '2025-11-30',
  });
  bare = await entry(t, university);
  await t.sql(`UPDATE achievement SET score = 4.25 WHERE id = $1`, [a.uuid]);
});
afterAll(() => t.close());

const COMPARE = `query ($ids: [ID!]!, $locale: Locale) { compareAchievements(ids: $ids, locale: $locale) { achievements { id } rows { key label { value } differs values { raw text { value locale } } } } }`;
interface Comparison {
  compareAchievements: {
    achievements: Array<{ id: string }>;
    rows: Array<{
      key: string;
      label: { value: string };
      differs: boolean;
      values: Array<{ raw: string[]; text: { value: string; locale: string } | null }>;
    }>;
  };
}
const compare = async (entries: SeededEntry[], locale: 'ZH' | 'EN') => {
  const { achievements, rows } = (await t.gql<Comparison>(COMPARE, { ids: entries.map((e) => e.id), locale }))
    .compareAchievements;
  return {
    achievements,
    rows: new Map(
      rows.map((row) => [
        row.key,
        {
          label: row.label.value,
          differs: row.differs,
          texts: row.values.map((v) => v.text?.value ?? null),
          raw: row.values.map((v) => v.raw),
        },
      ]),
    ),
  };
};
const failure = async (ids: string[], person?: SeededPerson) =>
  (await t.ask(COMPARE, { ids }, person ? { token: person.token } : {})).errors?.[0]?.extensions;

describe('a comparison', () => {
  it('sets entries side by side in their order, with English names', async () => {
    const { achievements, rows } = await compare([b, a], 'EN');
    expect(achievements.map((e) => e.id)).toEqual([b.id, a.id]);
    expect([...rows.keys()]).toEqual([
      'INSTITUTION',
      'INDUSTRIES',
      'TRL',
      'STAGE',
      'CATEGORY',
      'REGION',
      'FUNDING_NEED',
      'COOPERATION_MODES',
      'IP_RIGHTS',
      'SCORE',
      'REGISTERED_YEAR',
      'IMPROVEMENT',
    ]);
    expect(rows.get('INSTITUTION')).toEqual({
      label: 'institution',
      differs: true,
      texts: ['West Institute', 'North University'],
      raw: [[institute.id], [university.id]],
    });
    expect(rows.get('INDUSTRIES')).toMatchObject({
      differs: false,
      raw: [
        ['39', 'C'],
        ['39', 'C'],
      ],
    });
    expect(rows.get('TRL')).toMatchObject({
      differs: true,
      texts: ['4: validated in the laboratory', '6: prototype demonstrated in a relevant environment'],
      raw: [['4'], ['6']],
    });
    expect(rows.get('STAGE')).toMatchObject({ differs: false, texts: ['intermediate: pilot', 'intermediate: pilot'] });
    expect(rows.get('CATEGORY')).toMatchObject({
      differs: false,
      raw: [['APPLIED_TECHNOLOGY'], ['APPLIED_TECHNOLOGY']],
    });
    expect(rows.get('REGION')).toMatchObject({ differs: false, raw: [['620100'], ['620100']] });
    expect(rows.get('FUNDING_NEED')).toMatchObject({
      differs: true,
      texts: ['USD 200', 'CNY 1,000,000–3,500,000.50'],
      raw: [
        ['200', '200', 'USD'],
        ['1000000', '3500000.5', 'CNY'],
      ],
    });
    expect(rows.get('COOPERATION_MODES')).toMatchObject({
      differs: false,
      texts: ['contribution as equity, licence (sole)', 'licence (sole), contribution as equity'],
    });
    expect(rows.get('IP_RIGHTS')).toMatchObject({
      differs: true,
      texts: [null, 'applied for 1, granted 2'],
      raw: [[], ['APPLIED:1', 'GRANTED:2']],
    });
    expect(rows.get('SCORE')).toMatchObject({ differs: true, texts: ['3.00', '4.25'] });
    expect(rows.get('REGISTERED_YEAR')).toMatchObject({ differs: false, texts: ['2025', '2025'] });
    expect(rows.get('IMPROVEMENT')).toMatchObject({ differs: true, texts: [null, 'Twice as precise'] });
  });

  it('speaks Chinese', async () => {
    const { rows } = await compare([a, b], 'ZH');
    expect(rows.get('TRL')).toMatchObject({
      label: '技术成熟度',
      texts: ['6 相关环境中原型演示', '4 实验室环境中部件验证'],
    });
    expect(rows.get('COOPERATION_MODES')?.texts[0]).toBe('许可（排他许可）、作价投资');
    expect(rows.get('IP_RIGHTS')?.texts[0]).toBe('申请中 1、已授权 2');
    expect(rows.get('REGISTERED_YEAR')?.texts[0]).toBe('2025年');
    expect(rows.get('REGION')?.texts[0]).toMatch(/兰州/);
  });

  it('leaves open what an entry does not give', async () => {
    const { rows } = await compare([bare, a], 'EN');
    for (const [key, row] of rows)
      if (key !== 'INSTITUTION' && key !== 'SCORE') expect([key, row.texts[0]]).toEqual([key, null]);
  });

  it('refuses too few, too many, repeated, damaged and unknown ids, and tells which', async () => {
    expect(await failure([a.id])).toMatchObject({ code: 'BAD_USER_INPUT', field: 'ids' });
    expect(await failure(Array.from({ length: 7 }, () => a.id))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'ids',
    });
    expect(await failure([a.id, b.id, a.id])).toMatchObject({
      code: 'BAD_USER_INPUT',
      reason: 'DUPLICATE',
      field: 'ids[2]',
    });
    expect(await failure([a.id, university.id])).toMatchObject({
      code: 'BAD_USER_INPUT',
      reason: 'BAD_ID',
      field: 'ids[1]',
    });
    expect(await failure([a.id, toGlobalId('Achievement', newId())])).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('shows nothing that is not public, to nobody', async () => {
    const draft = await entry(t, university, {}, 'DRAFT');
    expect(await failure([a.id, draft.id])).toMatchObject({ code: 'NOT_FOUND' });
    expect(await failure([a.id, draft.id], lister)).toBeUndefined();
    expect(JSON.stringify((await t.ask(COMPARE, { ids: [a.id, b.id] }, { token: lister.token })).data)).not.toMatch(
      /MARKER/,
    );
  });

  it('costs the same number of statements for two entries and for six', async () => {
    const more = [
      await entry(t, institute, { trl: 1, industries: ['27'], regionCode: '620200' }),
      await entry(t, university, { industries: ['26'] }),
      await entry(t, university),
    ];
    await compare([a, b], 'EN');
    const two = await statementsOf(t, () => compare([a, b], 'EN'));
    const six = await statementsOf(t, () => compare([a, b, bare, ...more], 'EN'));
    expect(six).toBe(two);
  });
});
