import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fieldsForHeader } from '../../src/importing/mapping/fields.js';
import { readCooperations } from '../../src/importing/mapping/cooperations.js';
import { readLabels, treeNames } from '../../src/importing/mapping/names.js';
import { rowReader } from '../../src/importing/targets/achievements.row-reader.js';
import { checkValue, simpleReaders, type ValueNames } from '../../src/importing/targets/achievements.row-values.js';
import { plainNumber, shownNumber } from '../../src/lib/tabular/xlsx-values.js';
import { unitOfHeader } from '../../src/importing/mapping/amount-units.js';
import { readAmount, readAmountRange } from '../../src/importing/mapping/amounts.js';
import { readDate } from '../../src/importing/mapping/dates.js';
import { readTrl } from '../../src/importing/mapping/trl.js';
import { isProblem } from '../../src/importing/mapping/values.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed } from '../seed.js';
import { COMPLETE_HEADER, completeRow, csv, importFile } from './import-kit.js';
import { inlineRow, readTable, scratch, workbookParts, writeZip } from './tabular-kit.js';

let t: TestApp;
let names: ValueNames;
const files = scratch();

beforeAll(async () => {
  t = await startTestApp();
  names = { trees: await treeNames(t.app.dataSource), labels: readLabels() };
});
afterAll(() => t.close());

describe('cells made to be slow to read', () => {
  // Each may take at most 200 ms; on an idle machine all take less than 1 ms.
  const quick = (run: () => unknown) => {
    const from = performance.now();
    run();
    expect(performance.now() - from).toBeLessThan(200);
  };
  const spaces = ' '.repeat(20_000);
  const blanked = `1${spaces}x`;

  it.each([`x:${' '.repeat(2000)}((`, `x:${spaces}((`, '('.repeat(20_000), `${'-'.repeat(20_000)}(`])(
    'as ways of cooperation (%#)',
    (cell) => quick(() => readCooperations(readLabels(), cell)),
  );
  it.each(['('.repeat(20_000), `a${spaces}x`, `a${'\u3000'.repeat(20_000)}x`, 'en '.repeat(20_000), '（'.repeat(480)])(
    'as headers (%#)',
    (header) => quick(() => fieldsForHeader(header)),
  );
  it.each(['('.repeat(40_000), `(${spaces}x)`, spaces])('as headers with units (%#)', (header) =>
    quick(() => unitOfHeader(header)),
  );
  it.each([
    blanked,
    spaces,
    `${spaces}x`,
    `trl${spaces}x`,
    `trl${' _'.repeat(20_000)}`,
    `0.${'0'.repeat(40_000)}1`,
    `1${',111'.repeat(20_000)}x`,
    `1${'-'.repeat(20_000)}x`,
    `2023${spaces}x`,
    `2023-1${spaces}x`,
    `2023-1-${spaces}x`,
  ])('as amounts, dates and levels (%#)', (cell) => {
    quick(() => readAmount(cell));
    quick(() => readAmountRange(cell));
    quick(() => readTrl(cell));
    quick(() => readDate(cell, null));
  });
  it.each([`张三${spaces}(${spaces}x`, `(${spaces}`.repeat(4), `张三 (orcid${spaces}x)`, `${'('.repeat(20_000)})`])(
    'as inventors (%#)',
    (cell) => {
      const read = rowReader({ columns: { 完成人: 'inventors' }, defaults: {}, dateOrder: null }, ['完成人'], names);
      quick(() => read([cell]));
    },
  );
  it.each([`0.${'0'.repeat(40_000)}1`, `1.${'0'.repeat(40_000)}`])('as numbers of a worksheet (%#)', (stored) =>
    quick(() => plainNumber(stored)),
  );
  it('keeps what numbers and names with an ORCID iD mean', () => {
    expect(['1.500', '100', '1.0', '0.10', '1e2'].map(plainNumber)).toEqual(['1.5', '100', '1', '0.1', '100']);
    const read = rowReader({ columns: { 完成人: 'inventors' }, defaults: {}, dateOrder: null }, ['完成人'], names);
    expect(read(['张三 （ORCID: 0000-0002-1825-0097）；李四(教授)']).patch.inventors).toEqual([
      { zh: '张三', orcid: '0000-0002-1825-0097' },
      // A title in brackets is no part of the name.
      { zh: '李四' },
    ]);
  });

  it('are refused where no such value is that long', () => {
    const read = rowReader(
      { columns: { 合作方式: 'cooperationModes', 资金需求: 'fundingNeed.range' }, defaults: {}, dateOrder: null },
      ['合作方式', '资金需求'],
      names,
    );
    expect(read(['转让;'.repeat(500), '1'.repeat(1001)]).problems).toEqual([
      expect.objectContaining({ field: 'cooperationModes', column: '合作方式', code: 'TOO_LONG' }),
      expect.objectContaining({ field: 'fundingNeed.range', column: '资金需求', code: 'TOO_LONG' }),
    ]);
    expect(checkValue('trl', `6${' x'.repeat(1000)}`, 'TRL', names)).toBe(false);
  });
});

describe('lists of codes', () => {
  const areas = (cell: string) => simpleReaders.strategicAreas(cell, names, null);
  const industries = (cell: string) => simpleReaders.industries(cell, names, null);

  it.each(['6；3', '6;3', '6,3', '6、3', '6，3', '6|3', '6; 3', '["6","3"]'])('are separate codes in %j', (cell) =>
    expect(areas(cell)).toEqual(['6', '3']),
  );
  it.each([
    ['6.3', ['6.3']],
    ['6、3; 5', ['6', '3', '5']],
    ['1.2，3', ['1.2', '3']],
  ])('are read from %j', (cell, codes) => expect(areas(cell)).toEqual(codes));
  it.each(['6 3', '6-3', '6 3、5', '63'])('are not guessed from %j', (cell) =>
    expect(isProblem(areas(cell))).toBe(true),
  );

  it('keep the names that hold separators themselves', () => {
    expect(industries('农、林、牧、渔业')).toEqual(['A']);
    expect(industries('农林牧渔业；制造业')).toEqual(['A', 'C']);
    expect(areas('互联网与云计算、大数据服务')).toEqual(['1.4']);
    expect(areas('Internet, cloud computing and big data services')).toEqual(['1.4']);
    expect(industries('Processing of timber; manufacture of wood, bamboo, rattan, palm and straw products')).toEqual([
      '20',
    ]);
    expect(isProblem(industries('农；林；牧；渔业'))).toBe(true);
    expect(areas('1.4 互联网与云计算、大数据服务; 3')).toEqual(['1.4', '3']);
  });

  it('take a section and a division as two', () => {
    expect(industries('C、39')).toEqual(['C', '39']);
    expect(industries('C39')).toEqual(['39']);
    expect(industries('3982 电子电路制造')).toEqual(['3982']);
  });
});

describe('a workbook', () => {
  it('pays no more than a few digits for a number format, whatever its code claims', async () => {
    const numFmts = `<numFmt numFmtId="200" formatCode="${'0'.repeat(900)}"/><numFmt numFmtId="201" formatCode="${'0'.repeat(900_000)}"/>`;
    const cellXfs = '<xf numFmtId="0"/><xf numFmtId="200"/><xf numFmtId="201"/>';
    const path = await files.path('padded.xlsx');
    await writeZip(
      path,
      workbookParts({
        numFmts,
        cellXfs,
        rows: `${inlineRow('a', 'b')}<row><c s="1"><v>7</v></c><c s="2"><v>7</v></c></row>`,
      }),
    );
    expect((await readTable(path)).rows).toEqual([[2, '7'.padStart(30, '0'), '7']]);
    expect(shownNumber('7', { kind: 'padded', digits: 3 }, false)).toBe('007');
  });

  it('gives only whole characters out of its escapes', async () => {
    const path = await files.path('escapes.xlsx');
    await writeZip(
      path,
      workbookParts({ rows: `${inlineRow('a', 'b')}${inlineRow('x_xD800_y', '_xD83D__xDE00__x0041_')}` }),
    );
    expect((await readTable(path)).rows).toEqual([[2, 'x\ufffdy', '\u{1f600}A']]);
  });
});

describe('a value that the database cannot store', () => {
  it.each([
    ['ROW_BY_ROW', 'COMPLETED', 2],
    ['ALL_OR_NOTHING', 'ROLLED_BACK', 0],
  ])('costs its own row, never the run (%s)', async (mode, status, created) => {
    await t.sql(
      `CREATE OR REPLACE FUNCTION pg_temp_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.title->>'zh' LIKE '%不可存%' THEN RAISE EXCEPTION 'out of range' USING ERRCODE = '22008'; END IF; RETURN NEW; END $$`,
    );
    await t.sql(
      `CREATE OR REPLACE TRIGGER refuse BEFORE INSERT ON achievement FOR EACH ROW EXECUTE FUNCTION pg_temp_refuse()`,
    );
    const editor = await seed(t).person();
    const institution = await seed(t).organisation(editor);
    const run = await importFile(
      t,
      editor,
      institution,
      { content: csv(COMPLETE_HEADER, completeRow('1'), completeRow('2', '不可存'), completeRow('3')) },
      { mode },
    );
    expect(run).toMatchObject({ status, fault: null, counts: { created, rejected: 1 } });
    expect(run.reportRows.nodes.filter((row) => row.severity === 'ERROR')).toEqual([
      expect.objectContaining({ line: 3, code: 'UNSTORABLE_VALUE', message: expect.stringContaining('out of range') }),
    ]);
  });

  it.each([true, false])(
    'never gets there from a NUL, half a character or a year that never was (dry run: %s)',
    async (dryRun) => {
      const editor = await seed(t).person();
      const institution = await seed(t).organisation(editor);
      const path = await files.path('odd.xlsx');
      const rows = [
        [...COMPLETE_HEADER, '登记_x0000_日期', '登记号'],
        [...completeRow('a'), '2020-01-01', 'RX-0001'],
        [...completeRow('b_x0000_c_xD800_'), '2020-01-01', 'RX-00_x0000_02'],
        [...completeRow('d'), '0000-01-01', 'RX-0003'],
      ];
      await writeZip(path, workbookParts({ rows: rows.map((cells) => inlineRow(...cells)).join('') }));
      const run = await importFile(
        t,
        editor,
        institution,
        { content: await readFile(path), name: 'odd.xlsx' },
        { dryRun },
      );
      expect(run).toMatchObject({ status: 'COMPLETED', fault: null, counts: { created: 2, rejected: 1 } });
      expect(run.reportRows.nodes.filter((row) => row.severity === 'ERROR')).toEqual([
        expect.objectContaining({ line: 4, code: 'BAD_DATE', value: '0000-01-01' }),
      ]);
    },
  );
});
