import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findCode, readCodes, type CodeEntry } from '../../src/importing/mapping/code-lists.js';
import { readDate } from '../../src/importing/mapping/dates.js';
import { readIpNumbers } from '../../src/importing/mapping/ip-numbers.js';
import { readLabels, treeNames, type TreeNames } from '../../src/importing/mapping/names.js';
import { readPeople } from '../../src/importing/mapping/people.js';
import { readTrl } from '../../src/importing/mapping/trl.js';
import { inEnglish, say } from '../../src/messages/catalogue.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { importFile, type Run } from './import-kit.js';

/** Pseudo-random numbers from a seed, so that a failing text can be found again. */
function random(seedOf: number): () => number {
  let state = seedOf;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}
const pick = <T>(next: () => number, list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
const SURNAMES = [...'张李王赵欧阿古孙周吴郑冯陈褚卫蒋沈韩杨'];
const GIVEN = [...'甲乙丙丁戊己庚辛壬癸伟芳娜敏静强磊洋勇艳'];

describe('people', () => {
  const person = (next: () => number) =>
    pick(next, SURNAMES) + pick(next, GIVEN) + (next() < 0.5 ? pick(next, GIVEN) : '');
  const clothes: Array<(name: string, i: number) => string> = [
    (name) => name,
    (name) => `${name}（教授）`,
    (name) => `${name}(副研究员、博士)`,
    (name) => `${name} 教授级高级工程师`,
    (name) => `${name}高级工程师`,
    (name) => `${name}（陇原大学）`,
    (name) => `${name}【皋兰山研究所】`,
    (name) => `${name} 陇原大学`,
  ];
  const joiners: Array<(names: string[]) => string> = [
    ...['、', '，', ',', ';', '；', '/', '／', '|', '\n', '，\n', ' / ', '、 '].map(
      (mark) => (names: string[]) => names.join(mark),
    ),
    (names) => names.map((name, i) => `${i + 1}.${name}`).join(' '),
    (names) => names.map((name, i) => `${i + 1}、${name}`).join('；'),
    (names) => names.map((name, i) => `(${i + 1})${name}`).join(''),
    (names) => names.map((name, i) => `${'①②③④⑤⑥'[i]}${name}`).join(' '),
    (names) => `${names.join('、')}等`,
    (names) => `${names.join('、')}等${names.length + 3}人`,
  ];
  it('a list reads back, whatever separates the names and stands around them', () => {
    const next = random(7);
    for (let round = 0; round < 1500; round += 1) {
      const names = [...new Set(Array.from({ length: 1 + Math.floor(next() * 5) }, () => person(next)))];
      const dress = pick(next, clothes);
      const cell = pick(next, joiners)(names.map(dress));
      expect(
        readPeople(cell).map(({ zh }) => zh),
        cell,
      ).toEqual(names);
    }
  });
  it.each([
    ['张甲 李乙 王丙', ['张甲', '李乙', '王丙']],
    ['张  甲；李  乙', ['张甲', '李乙']],
    ['1.张甲 2.李乙', ['张甲', '李乙']],
    ['阿依努尔·买买提、古丽', ['阿依努尔·买买提', '古丽']],
    ['Zhang Jia, Li Yi', ['Zhang Jia', 'Li Yi']],
    ['Müller, J.; Schmidt, K.', ['Müller, J.', 'Schmidt, K.']],
    ['Müller, J., Schmidt, K.', ['Müller, J.', 'Schmidt, K.']],
    ['Prof. Dr. Jane Doe and John Roe, PhD', ['Jane Doe', 'John Roe']],
    ['教授张甲', ['张甲']],
    ['张甲等', ['张甲']],
    ['陇原大学', []],
    ['教授、博士', []],
  ])('%j', (cell, names) => expect(readPeople(cell).map(({ zh, en }) => zh ?? en)).toEqual(names));
  it('keeps the iD and the second name in brackets', () => {
    expect(readPeople('李明（Li Ming）(0000-0002-1825-0097)')).toEqual([
      { zh: '李明', en: 'Li Ming', orcid: '0000-0002-1825-0097' },
    ]);
  });
});

describe('levels and dates', () => {
  const spell: Array<(n: number) => string> = [
    (n) => `${n}`,
    (n) => `TRL${n}`,
    (n) => `TRL-${n}`,
    (n) => `TRL：${n}级`,
    (n) => `第 ${n} 级（工程样机）`,
    (n) => `${n}（样机）`,
    (n) => `${n}.0`,
    (n) => `${n}级，已量产`,
    (n) => `第${'一二三四五六七八九'[n - 1]}级`,
    (n) => 'ⅠⅡⅢⅣⅤⅥⅦⅧⅨ'[n - 1]!,
    (n) => `技术成熟度${n}级`,
    (n) => `Level ${n}`,
    (n) => `TRL_${n}`,
    (n) => `${'１２３４５６７８９'[n - 1]}级`,
  ];
  it('every level reads back in every writing', () => {
    for (let n = 1; n <= 9; n += 1) for (const write of spell) expect(readTrl(write(n)), write(n)).toBe(n);
  });
  it('no range is a level', () => {
    for (const mark of ['-', '~', '～', '—', ' 到 ', '至', ' - ', ' to ', '/', '、'])
      for (const cell of [`4${mark}6`, `TRL4${mark}6`, `TRL 4${mark}TRL 6`, `4级${mark}6级`, `4${mark}6级`])
        expect(readTrl(cell), cell).toMatchObject({ code: 'TRL_RANGE' });
  });
  it.each(['小试', '中试', '可以量产', '样机阶段', 'pilot'])('%s is a stage', (cell) =>
    expect(readTrl(cell)).toMatchObject({ code: 'TRL_IN_WORDS' }),
  );
  it.each(['70%', '7.5', '10级', '77', '0', '-3'])('%s is no level', (cell) =>
    expect(readTrl(cell)).toMatchObject({ code: 'OUT_OF_RANGE' }),
  );
  it('every day reads back in every writing', () => {
    const next = random(3);
    for (let round = 0; round < 300; round += 1) {
      const at = new Date(
        Date.UTC(1995 + Math.floor(next() * 35), Math.floor(next() * 12), 1 + Math.floor(next() * 28)),
      );
      const [y, m, d] = [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate()];
      const p = (n: number) => String(n).padStart(2, '0');
      const month = at.toLocaleString('en', { month: 'long', timeZone: 'UTC' });
      const han = (n: number) => '〇一二三四五六七八九十'[n]!;
      const tens = (n: number) =>
        n <= 10 ? han(n) : `${n >= 20 ? han(Math.floor(n / 10)) : ''}十${n % 10 === 0 ? '' : han(n % 10)}`;
      for (const text of [
        `${y}-${m}-${d}`,
        `${y}/${p(m)}/${p(d)}`,
        `${y}.${m}.${d}.`,
        `${y}${p(m)}${p(d)}`,
        `${y}年${m}月${d}日`,
        `${y} 年 ${m} 月 ${d} 日`,
        `${y}年${m}月${d}号`,
        `${y}年${m}月${d}日 星期三`,
        `${y}-${p(m)}-${p(d)} 10:30:00`,
        `${y}年${m}月${d}日 上午10:30`,
        `${[...String(y)].map((digit) => han(Number(digit))).join('')}年${tens(m)}月${tens(d)}日`,
        `民国${y - 1911}年${m}月${d}日`,
        `${d} ${month} ${y}`,
        `${month} ${d}, ${y}`,
        `${p(d)}-${month.slice(0, 3)}-${y}`,
      ])
        expect(readDate(text, null), text).toBe(`${y}-${p(m)}-${p(d)}`);
    }
  });
  it.each(['45047', '2023', '去年春天', '2023-02-30', '5月1日', '202313'])('%s is no day', (cell) =>
    expect(readDate(cell, null)).toMatchObject({ code: 'BAD_DATE' }),
  );
});

describe('numbers of IP rights', () => {
  const labels = readLabels();
  const claims = (cell: string) => {
    const read = readIpNumbers(cell, labels);
    if (!Array.isArray(read)) return read.code;
    return read.map((one) =>
      one === null ? null : [one.number, one.type ?? one.formType, one.status ?? one.formStatus].join(' '),
    );
  };
  it.each([
    ['ZL202210001001.1', ['ZL202210001001.1 INVENTION_PATENT GRANTED']],
    ['ZL 2022 2 0029002.2', ['ZL 2022 2 0029002.2 UTILITY_MODEL GRANTED']],
    ['202210029003.3', ['202210029003.3 INVENTION_PATENT ']],
    ['CN202230029003.3', ['CN202230029003.3 DESIGN_PATENT ']],
    ['CN114000001B', ['CN114000001B INVENTION_PATENT GRANTED']],
    ['CN 114000002 A', ['CN 114000002 A INVENTION_PATENT PUBLISHED']],
    ['CN214000002U', ['CN214000002U UTILITY_MODEL GRANTED']],
    ['CN307000002S', ['CN307000002S DESIGN_PATENT GRANTED']],
    [
      'ZL202299029006.6（发明）；ZL202229029007.7（实用新型）',
      ['ZL202299029006.6 INVENTION_PATENT GRANTED', 'ZL202229029007.7 UTILITY_MODEL GRANTED'],
    ],
    ['发明专利：ZL202210029008.8', ['ZL202210029008.8 INVENTION_PATENT GRANTED']],
    ['202210029008.8（实用新型，已授权）', ['202210029008.8 UTILITY_MODEL GRANTED']],
    ['202210029008.8（受理中）', ['202210029008.8 INVENTION_PATENT APPLIED']],
    [
      'ZL202210029004.4 ZL202210029005.5',
      ['ZL202210029004.4 INVENTION_PATENT GRANTED', 'ZL202210029005.5 INVENTION_PATENT GRANTED'],
    ],
    ['2022SR0990001', ['2022SR0990001 SOFTWARE_COPYRIGHT GRANTED']],
    ['PCT/CN2022/099001', ['PCT/CN2022/099001 INVENTION_PATENT APPLIED']],
    ['WO2022/123456A1', ['WO2022/123456A1 INVENTION_PATENT PUBLISHED']],
    ['US 6,109,270 B2', ['US 6,109,270 B2 INVENTION_PATENT GRANTED']],
    ['EP1234567A1', ['EP1234567A1 INVENTION_PATENT PUBLISHED']],
    ['正在申请', ['  APPLIED']],
    ['共3项', 'COUNT_INSTEAD_OF_NUMBERS'],
    ['ZL202210029009.9 等3项', 'COUNT_INSTEAD_OF_NUMBERS'],
    ['3件', 'COUNT_INSTEAD_OF_NUMBERS'],
    ['2.02211E+12', 'SCIENTIFIC_NUMBER'],
    ['9.62202e+11', 'SCIENTIFIC_NUMBER'],
    ['见附件', 'NOT_A_NUMBER'],
    ['已授权', 'NOT_A_NUMBER'],
  ])('%s', (cell, expected) => expect(claims(cell)).toEqual(expected));

  it('nothing is a granted right unless something says so', () => {
    const next = random(11);
    const digits = (n: number) => Array.from({ length: n }, () => Math.floor(next() * 10)).join('');
    for (let round = 0; round < 2000; round += 1) {
      const national = `${2000 + Math.floor(next() * 27)}${1 + Math.floor(next() * 3)}${digits(7)}.${digits(1)}`;
      const cell = pick(next, [
        national,
        `CN${national}`,
        `CN1${digits(8)}A`,
        `CN 1${digits(8)} A`,
        `PCT/CN20${digits(2)}/${digits(6)}`,
        `WO20${digits(2)}/${digits(6)}A1`,
        `US20${digits(9)}A1`,
        `EP${digits(7)}A2`,
        `${national}（实用新型）`,
        `${national}（实审）`,
        `申请号：${national}`,
        `${digits(6)}-${digits(4)}`,
        digits(8),
        `${digits(2)}/${digits(6)}`,
      ]);
      const read = readIpNumbers(cell, labels);
      if (!Array.isArray(read)) continue;
      for (const one of read) expect(one?.status ?? one?.formStatus, cell).not.toBe('GRANTED');
    }
  });
});

describe('code lists and the cases of the offices', () => {
  let t: TestApp;
  let trees: TreeNames;
  let editor: SeededPerson;
  let institution: SeededOrganisation;
  const industries = () => [...trees.industries.entries.values()];
  const industry = say('list.industries');

  beforeAll(async () => {
    t = await startTestApp();
    trees = await treeNames(t.app.dataSource);
  });
  beforeEach(async () => {
    const people = seed(t);
    editor = await people.person();
    institution = await people.organisation(editor);
  });
  afterAll(() => t.close());

  const open = async (name: string): Promise<Run> =>
    importFile(t, editor, institution, {
      name,
      content: await readFile(join(import.meta.dirname, 'cases', name)),
    });
  const records = () =>
    t.sql<{
      id: string;
      record: { ipRights: unknown[]; inventors: Array<{ name: { zh?: string } }> } & Record<string, unknown>;
    }>(
      `SELECT a.external_id AS id, r.record FROM achievement a
       JOIN achievement_revision r ON r.achievement_id = a.id AND r.revision = a.revision
       WHERE a.institution_id = $1 ORDER BY a.id`,
      [institution.uuid],
    );
  const wrong = (run: Run) =>
    run.reportRows.nodes.filter((row) => row.severity === 'ERROR').map((row) => `${row.line} ${row.code}`);

  it('every industry reads back in every writing', () => {
    const letter = (entry: CodeEntry) => entry.path[0]!;
    const lettered = (entry: CodeEntry) => (/^[A-Z]/.test(entry.code) ? entry.code : letter(entry) + entry.code);
    for (const entry of industries()) {
      const { code, zh } = entry;
      for (const text of [
        code,
        lettered(entry),
        `${code} ${zh}`,
        `${lettered(entry)} ${zh}`,
        `${lettered(entry)}${zh}`,
        `${code}${zh}`,
        `${code}-${zh}`,
        `[${code}]${zh}`,
        `${zh}（${code}）`,
        `${zh}(${lettered(entry)})`,
        `${zh} ${lettered(entry)}`,
      ])
        expect(findCode(trees.industries, text, industry), text).toBe(code);
      for (const mark of ['-', '—', '>', '/', ' / ', ' → ', '_']) {
        const path = entry.path.map((step) => trees.industries.entries.get(step)!.zh).join(mark);
        const read = findCode(trees.industries, path, industry);
        // An entry and its only child may have one name, which then stands for the child.
        const meant = typeof read === 'string' ? trees.industries.entries.get(read)! : null;
        expect(meant?.path.includes(code) && meant.zh === zh, path).toBe(true);
      }
    }
  });

  it('lists of industries read back, whatever separates them', () => {
    const next = random(5);
    const codes = industries().filter(({ code }) => /^\d{2,4}$/.test(code));
    for (let round = 0; round < 500; round += 1) {
      const some = [...new Set(Array.from({ length: 2 + Math.floor(next() * 3) }, () => pick(next, codes).code))];
      const mark = pick(next, ['、', ',', '，', ';', '；', '/', ' ', '\n', '|', ' / ']);
      const read = readCodes(trees.industries, some.join(mark), industry);
      const branch = some.every(
        (code, i) => i === 0 || trees.industries.entries.get(code)!.path.includes(some[i - 1]!),
      );
      if (!branch) expect(read, some.join(mark)).toEqual(some);
    }
  });

  it.each(['电子信息', '新材料', '装备制造', '生物医药', '3477', '9999', 'nanotechnology'])(
    'an unknown industry %s names the nearest three codes',
    (text) => {
      const read = readCodes(trees.industries, text, industry);
      expect(read).toMatchObject({ code: 'UNKNOWN_CODE' });
      const message = inEnglish((read as { message: Parameters<typeof inEnglish>[0] }).message);
      expect(message.match(/(?:[A-Z]|\d{2,4}) \S/g)!.length).toBeGreaterThanOrEqual(3);
    },
  );

  it('every region reads back in every writing', () => {
    const regions = trees.regions;
    const what = say('list.regions');
    for (const entry of regions.entries.values()) {
      const { code, zh } = entry;
      const outer = entry.path.slice(0, -1).map((step) => regions.entries.get(step)!.zh!);
      const writings = [code, `${code} ${zh}`, `${zh}（${code}）`, [...outer, zh].join('')];
      for (const mark of ['-', '/', ' ', '·', '，', '>']) writings.push([...outer, zh].join(mark));
      writings.push(`中国${[...outer, zh].join('')}`);
      for (const text of writings) {
        const found = findCode(regions, text, what);
        // A county with the name of its prefecture (嘉峪关市) cannot be told from it by names alone.
        if (zh === outer.at(-1) && found === entry.path.at(-2)) continue;
        expect(found, text).toBe(code);
      }
    }
  });

  it.each([
    ['甘肃', '620000'],
    ['甘肃兰州', '620100'],
    ['兰州', '620100'],
    ['兰州市', '620100'],
    ['甘肃省 兰州市', '620100'],
    ['吉林', '220000'],
    ['吉林市', '220200'],
    ['海南', '460000'],
    ['内蒙古', '150000'],
    ['新疆', '650000'],
    ['广西', '450000'],
    ['临夏', '622900'],
    ['临夏州', '622900'],
    ['甘南藏族自治州', '623000'],
    ['甘肃省甘南州', '623000'],
    ['62', '620000'],
    ['6201', '620100'],
    ['620100000000', '620100'],
    ['甘肃省兰州市高新区雁南路18号', '620100'],
    ['Gansu Province', '620000'],
    ['Lanzhou, Gansu, China', '620100'],
    ['Lanzhou City, Gansu Province', '620100'],
  ])('%s is %s', (text, code) => expect(findCode(trees.regions, text, say('list.regions'))).toBe(code));
  it.each(['火星', '甘肃、陕西', '兰州市、白银市', '大学', '某地'])('%s is no region', (text) =>
    expect(findCode(trees.regions, text, say('list.regions'))).toMatchObject({ code: 'UNKNOWN_CODE' }),
  );

  it('11: numbers that lost their digits are rejected with what to do', async () => {
    const run = await open('11-scientific-notation.csv');
    expect(run.counts).toMatchObject({ created: 0, rejected: 2 });
    const said = run.reportRows.nodes.filter((row) => row.code === 'SCIENTIFIC_NUMBER');
    expect(said.map((row) => [row.line, row.column])).toEqual(
      expect.arrayContaining([
        [2, '登记号'],
        [2, '专利号'],
      ]),
    );
    expect(said[0]!.message).toContain('format the column as text');
  });

  it('13: levels', async () => {
    const run = await open('13-trl-forms.csv');
    expect(wrong(run)).toEqual([
      '8 TRL_RANGE',
      '9 TRL_RANGE',
      '10 TRL_RANGE',
      '11 TRL_IN_WORDS',
      '15 OUT_OF_RANGE',
      '16 TRL_IN_WORDS',
    ]);
    expect(new Set((await records()).map(({ record }) => record['trl']))).toEqual(new Set([7]));
  });

  it('15: industries', async () => {
    const run = await open('15-industry-forms.csv');
    const taken = Object.fromEntries((await records()).map(({ id, record }) => [id, record['industries']]));
    expect(taken).toMatchObject({
      'T15-2': ['3411'],
      'T15-5': ['3411', '4021'],
      'T15-7': ['3411', '4021'],
      'T15-8': ['3411', '4021'],
      'T15-18': ['34'],
      'T15-19': ['34'],
      'T15-20': ['3411'],
      'T15-21': ['3411', '4021'],
      'T15-22': ['27', '26'],
      'T15-23': ['39'],
    });
    for (const row of run.reportRows.nodes.filter((one) => one.code === 'UNKNOWN_CODE'))
      expect(row.message).toContain('the nearest are');
  });

  it('16: words of the registration form', async () => {
    const run = await open('16-form-vocabulary.csv');
    expect(wrong(run)).toEqual(['8 UNKNOWN_CODE']);
    const [first, , third, ...rest] = await records();
    expect(first!.record).toMatchObject({ category: 'APPLIED_TECHNOLOGY', cooperationModes: [{ mode: 'ASSIGNMENT' }] });
    expect(third!.record).toMatchObject({ stage: 'MATURE', attribute: 'REINNOVATION_AFTER_IMPORT' });
    expect(rest.at(-1)!.record['cooperationModes']).toMatchObject([{ mode: 'ASSIGNMENT' }, { mode: 'LICENCE' }]);
  });

  it('28: people', async () => {
    await open('28-inventor-forms.csv');
    const names = Object.fromEntries(
      (await records()).map(({ id, record }) => [id, record.inventors.map(({ name }) => Object.values(name)[0])]),
    );
    const three = ['张甲', '李乙', '王丙'];
    const two = ['张甲', '李乙'];
    expect(names).toMatchObject({
      'T28-1': three,
      'T28-2': three,
      'T28-3': three,
      'T28-4': two,
      'T28-5': two,
      'T28-6': ['张甲'],
      'T28-7': two,
      'T28-8': two,
      'T28-9': ['Zhang Jia', 'Li Yi'],
      'T28-10': ['Müller, J.', 'Schmidt, K.'],
      'T28-11': two,
      'T28-12': two,
      'T28-13': ['张甲'],
      'T28-14': ['阿依努尔·买买提', '古丽'],
    });
  });

  it('29: claims', async () => {
    const run = await open('29-ip-forms.csv');
    expect(wrong(run)).toEqual(['14 COUNT_INSTEAD_OF_NUMBERS', '15 COUNT_INSTEAD_OF_NUMBERS']);
    const rights = Object.fromEntries((await records()).map(({ id, record }) => [id, record.ipRights]));
    expect(rights).toMatchObject({
      'T29-1': [{ status: 'GRANTED' }],
      'T29-3': [{ status: 'UNKNOWN' }],
      'T29-5': [{ type: 'INVENTION_PATENT', status: 'GRANTED' }],
      'T29-6': [{ type: 'INVENTION_PATENT', status: 'PUBLISHED' }],
      'T29-7': [{ type: 'INVENTION_PATENT' }, { type: 'UTILITY_MODEL', status: 'GRANTED' }],
      'T29-8': [{ number: 'ZL202299029008.8', type: 'INVENTION_PATENT' }],
      'T29-9': [{ number: null, status: 'APPLIED' }],
      'T29-11': [],
      'T29-12': [{ type: 'SOFTWARE_COPYRIGHT' }],
      'T29-15': [{ status: 'APPLIED' }],
    });
    expect(await t.sql(`SELECT DISTINCT status FROM ip_right WHERE number = '202299029003.3'`)).toEqual([
      { status: 'UNKNOWN' },
    ]);
  });

  it('30: parallel kinds', async () => {
    const run = await open('30-ip-parallel.csv');
    expect(wrong(run)).toEqual(['3 UNEQUAL_LISTS']);
  });

  it('31: a secret result is rejected, with a mapping that passes the column over too', async () => {
    const columns = ['编号:externalId', '成果名称:title'].map((one) => {
      const [header, field] = one.split(':');
      return { header, field };
    });
    const name = '31-secrecy-column.csv';
    const content = await readFile(join(import.meta.dirname, 'cases', name));
    const mapped = await importFile(
      t,
      editor,
      institution,
      { name, content },
      { mapping: { columns }, register: 'NEVER' },
    );
    expect(wrong(mapped)).toEqual(['2 SECRET_RESULT']);
    const run = await open(name);
    expect(wrong(run)).toEqual(['2 SECRET_RESULT']);
    expect((await records()).map(({ id }) => id)).toEqual(['T31-2']);
  });

  it('50: numbers in cells are read as written', async () => {
    const run = await open('50-number-ids.xlsx');
    expect(run.counts).toMatchObject({ created: 1, rejected: 0 });
    expect((await records())[0]).toMatchObject({
      id: '20260001',
      record: { ipRights: [{ number: '202299050001.1' }] },
    });
  });
});
