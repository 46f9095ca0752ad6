import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { areRunningNumbers } from '../../src/importing/mapping/running-numbers.js';
import { nothingInCommon } from '../../src/importing/targets/retitling.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { COMPLETE_HEADER, completeRow, csv, ended, importFile, readRun, upload, IMPORT } from './import-kit.js';

const caseFile = async (name: string) => ({
  name,
  content: await readFile(join(import.meta.dirname, 'cases', name)),
});

describe('running numbers', () => {
  it.each([
    [['1', '2', '3']],
    [['001', '002', '004']],
    [['3', '1', '2']],
    [['101', '102', '103']],
    [['1.', '2.', '3.']],
    [['（1）', '（2）']],
    [['①', '②', '③']],
    [['一', '二', '十', '十一']],
    [['No.1', 'No.2']],
    [['第1项', '第2项']],
    [['1.0', '2.0']],
    [['1', '', '2']],
    [['7']],
  ])('takes %j for them', (cells) => expect(areRunningNumbers(cells)).toBe(true));
  it.each([
    [['20260001']],
    [['20260001', '20260002']],
    [['A1', 'A2']],
    [['T27-P1', 'T27-P2']],
    [['3411', '70', '9020']],
    [[]],
    [['', '']],
  ])('takes %j for keys', (cells) => expect(areRunningNumbers(cells)).toBe(false));
});

describe('titles with nothing in common', () => {
  it.each([
    ['黄芪切片自动摆盘机', '钼精矿低温焙烧脱硫工艺'],
    ['一种高性能铜箔的制备方法', '一种苹果采摘机器人的控制方法'],
    ['井下破碎锤快换接头', '井下铲运机遥控套件'],
    ['Method for coating turbine blades', 'Method for sorting apples'],
    ['煤矿安全监测系统关键技术研究与应用', '小麦赤霉病防治关键技术研究与应用'],
  ])('%s, %s', (one, other) =>
    expect([nothingInCommon(one, other), nothingInCommon(other, one)]).toEqual([true, true]),
  );
  it.each([
    ['黄芪切片自动摆盘机', '黄芪切片自动摆盘机（修订）'],
    ['矿井水余热回收机组', '煤矿矿井水余热利用系统'],
    ['铜箔', '高性能铜箔制备技术'],
    ['一种方法', '一种方法及装置'],
    ['Turbine blade coating', 'Coatings for turbine blades'],
    ['Ｔurbine', 'turbine'],
  ])('%s and %s are versions of one', (one, other) => expect(nothingInCommon(one, other)).toBe(false));
});

describe('keys of other results', () => {
  let t: TestApp;
  let s: Seed;
  let editor: SeededPerson;
  let institution: SeededOrganisation;
  const titles = async () =>
    (
      await t.sql<{ title: string }>(
        `SELECT title->>'zh' AS title FROM achievement a JOIN organisation o ON o.id = a.institution_id ORDER BY a.id`,
      )
    ).map((row) => row.title);

  beforeAll(async () => {
    t = await startTestApp();
    s = seed(t);
    editor = await s.person();
  });
  beforeEach(async () => {
    editor = await s.person();
    institution = await s.organisation(editor);
  });
  afterAll(() => t.close());

  it('08a, 08b: the running numbers of another list make new results', async () => {
    const first = await importFile(t, editor, institution, await caseFile('08a-running-numbers-2025.csv'));
    expect(first).toMatchObject({ keyedBy: 'TITLE', counts: { created: 2, updated: 0, rejected: 0, registered: 2 } });
    expect(first.ignoredColumns).toContain('序号');
    const second = await importFile(t, editor, institution, await caseFile('08b-running-numbers-2026.csv'));
    expect(second.counts).toMatchObject({ created: 3, updated: 0, rejected: 0, registered: 3 });
    const again = await importFile(t, editor, institution, await caseFile('08b-running-numbers-2026.csv'));
    expect(again.counts).toMatchObject({ created: 0, updated: 0, unchanged: 3 });
  });

  it('an explicit mapping is honoured; a row with another title is rejected until its line is confirmed', async () => {
    const mapping = {
      columns: [
        ['序号', 'externalId'],
        ['成果名称', 'title'],
        ['成果简介', 'summary'],
        ['成果类别', 'category'],
        ['技术成熟度', 'trl'],
        ['所属行业', 'industries'],
      ].map(([header, field]) => ({ header, field })),
    };
    await importFile(t, editor, institution, await caseFile('08a-running-numbers-2025.csv'), { mapping });
    const file = await caseFile('08b-running-numbers-2026.csv');
    const stopped = await importFile(t, editor, institution, file, { mapping });
    expect(stopped.counts).toMatchObject({ created: 1, updated: 0, rejected: 2 });
    expect(stopped.reportRows.nodes.map((row) => [row.severity, row.line, row.column, row.code, row.value])).toEqual([
      ['ERROR', 2, '序号', 'KEY_MEETS_ANOTHER_TITLE', '1'],
      ['ERROR', 3, '序号', 'KEY_MEETS_ANOTHER_TITLE', '2'],
    ]);
    expect(stopped.reportRows.nodes[0]!.message).toContain('黄芪切片自动摆盘机');
    expect(await titles()).toEqual(expect.arrayContaining(['黄芪切片自动摆盘机', '党参清洗揉搓一体机']));

    const dry = await importFile(t, editor, institution, file, { mapping, retitledLines: [3, 4, 3], dryRun: true });
    expect(dry.retitledLines).toEqual([3, 4]);
    expect(dry.counts).toMatchObject({ updated: 1, rejected: 1, unchanged: 1 });
    const confirmed = await importFile(t, editor, institution, file, { mapping, retitledLines: [3, 4] });
    expect(confirmed.counts).toEqual(dry.counts);
    expect(confirmed.reportRows.nodes.map((row) => [row.severity, row.line, row.code])).toEqual([
      ['ERROR', 2, 'KEY_MEETS_ANOTHER_TITLE'],
      ['INFO', 3, 'RETITLED'],
      ['INFO', 4, 'NOT_A_RETITLING'],
    ]);
    expect(await titles()).toContain('钨尾矿制陶粒生产线');
  });

  it('a confirmation survives an interruption and the repeated run', async () => {
    await importFile(t, editor, institution, { content: csv(COMPLETE_HEADER, completeRow('K-1')) });
    const file = { content: csv(COMPLETE_HEADER, completeRow('K-1', '苹果采摘机器人')) };
    const asked = await upload<{ importAchievements: { run: { id: string } } }>(t, editor, IMPORT, file, {
      input: { institutionId: institution.id, retitledLines: [2], register: 'NEVER', dryRun: true },
    });
    const { id } = asked.data.importAchievements.run;
    await ended(t, editor, id);
    const key = (await readRun(t, editor, id)).id;
    await t.sql(
      `UPDATE import_run SET status = 'INTERRUPTED', dry_run = false WHERE retitled_lines = '{2}' AND institution_id = $1`,
      [institution.uuid],
    );
    await t.sql(
      `INSERT INTO import_file (run_id, part, bytes) SELECT id, 0, $2 FROM import_run WHERE retitled_lines = '{2}' AND institution_id = $1`,
      [institution.uuid, Buffer.from(file.content)],
    );
    await t.gql(
      `mutation ($id: ID!) { rerunImport(input: { id: $id }) { run { status } } }`,
      { id: key },
      { token: editor.token },
    );
    await ended(t, editor, key);
    const run = await readRun(t, editor, key);
    expect(run).toMatchObject({ status: 'COMPLETED', retitledLines: [2], counts: { updated: 1, rejected: 0 } });
  });

  it('all or nothing, a row with another title writes nothing, and a revised title is taken', async () => {
    const rows = [completeRow('M-1'), completeRow('M-2')];
    await importFile(t, editor, institution, { content: csv(COMPLETE_HEADER, ...rows) });
    const other = csv(
      COMPLETE_HEADER,
      completeRow('M-1', '高性能极薄铜箔制备技术'),
      completeRow('M-2', '苹果采摘机器人'),
    );
    const stopped = await importFile(t, editor, institution, { content: other }, { mode: 'ALL_OR_NOTHING' });
    expect(stopped).toMatchObject({ status: 'ROLLED_BACK', counts: { updated: 0, rejected: 1 } });
    const taken = await importFile(t, editor, institution, { content: other });
    expect(taken.counts).toMatchObject({ updated: 1, rejected: 1 });
  });

  it('37: a key that is in the pool keeps its entry', async () => {
    const number = 'LYU-2025-013';
    await importFile(t, editor, institution, { content: csv(COMPLETE_HEADER, completeRow(number)) });
    const rows = await t.sql<{ id: string }>(`SELECT id FROM achievement WHERE institution_id = $1`, [
      institution.uuid,
    ]);
    await s.admit(rows.map((row) => row.id));
    const run = await importFile(t, editor, institution, await caseFile('37-number-of-an-admitted-result.csv'));
    expect(run.counts).toMatchObject({ updated: 0, rejected: 1, admittedChanged: 0 });
    expect(run.reportRows.nodes.map((row) => row.code)).toEqual(['KEY_MEETS_ANOTHER_TITLE']);
  });

  it('27: two results under one project number are told with the number', async () => {
    const run = await importFile(t, editor, institution, await caseFile('27-project-number.csv'));
    expect(run.counts).toMatchObject({ created: 1, rejected: 1 });
    expect(run.reportRows.nodes).toMatchObject([
      { line: 3, code: 'DUPLICATE_IN_FILE', column: '项目编号', value: 'T27-P1' },
    ]);
    expect(run.reportRows.nodes[0]!.message).toContain('If several records share this number');
  });

  it('a list in another language under the same keys replaces nothing; a translation is added', async () => {
    await importFile(t, editor, institution, { content: csv(COMPLETE_HEADER, completeRow('E-1')) });
    const english = await importFile(t, editor, institution, {
      content: csv(['External ID', 'Title'], ['E-1', 'Apple picking robot']),
    });
    expect(english.reportRows.nodes.map((row) => row.code)).toEqual(['KEY_MEETS_ANOTHER_TITLE']);
    const translated = await importFile(t, editor, institution, {
      content: csv(['External ID', '成果名称（英文）'], ['E-1', 'Ultra-thin copper foil']),
    });
    expect(translated.counts).toMatchObject({ updated: 1, rejected: 0 });
  });

  it.each([[0], [-3]])('refuses line %i as a confirmation', async (line) => {
    const reply = await upload(
      t,
      editor,
      IMPORT,
      { content: csv(COMPLETE_HEADER, completeRow('Z-1')) },
      {
        input: { institutionId: institution.id, retitledLines: [line] },
      },
    );
    expect(reply.errors![0]!.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.retitledLines' });
  });
});
