import iconv from 'iconv-lite';
import { expect, it } from 'vitest';
import { tableWords } from '../../src/importing/mapping/table-words.js';
import { achievementFields } from '../../src/importing/mapping/fields.js';
import { unitOfHeader } from '../../src/importing/mapping/amount-units.js';
import { openTabular } from '../../src/lib/tabular/open.js';
import { allRows, inlineRow, scratch, workbookParts, writeZip } from './tabular-kit.js';

const files = scratch();

/** A generator of numbers from 0 to below `below` that gives the same ones for the same seed (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

const HEADERS = ['编号', '成果名称', '成果简介', '成果类别', '技术成熟度', '所属行业'];
const TITLES = [
  '窄缝喷淋式清洗线',
  '低损采收夹爪',
  '矿井水余热回收机组',
  '盐湖卤水提硼吸附柱',
  '高寒草甸监测桩',
  '钨尾矿制陶粒生产线',
];
const ABOVE = ['2026年度可转化科技成果汇总表', '填报单位：岷洮理工学院', '附件2', '填表日期：2026年3月'];
const BELOW = ['合计', '填表人：甲', '审核人：乙', '注：本表一式两份'];
const UNITS = ['万元', '（万元）', '单位：万元'];
const SEPARATORS = [',', '\t', ';', '|', '，'];
const ENCODINGS = ['utf8', 'gb18030', 'utf16le'];

interface Shape {
  seed: number;
  above: string[];
  below: string[];
  separator: string;
  encoding: string;
  /** Where the unit of the amounts stands. */
  unit: 'header' | 'row' | 'title';
  rows: string[][];
}

function shapeOf(seed: number): Shape {
  const pick = random(seed);
  const some = (from: string[]) => from.filter(() => pick(2) === 0);
  const rows = Array.from({ length: 2 + pick(4) }, (_, i) => [
    `T${seed}-${i}`,
    `${TITLES[pick(TITLES.length)]!}第${i}型`,
    `台架验证第${i}次，能耗下降两成。`,
    '应用技术成果',
    String(1 + pick(9)),
    '3411',
    String(100 + pick(900)),
  ]);
  return {
    seed,
    rows,
    above: some(ABOVE),
    below: some(BELOW),
    separator: SEPARATORS[pick(SEPARATORS.length)]!,
    encoding: ENCODINGS[pick(ENCODINGS.length)]!,
    unit: (['header', 'row', 'title'] as const)[pick(3)]!,
  };
}

/** The rows of the file: titles, header, units, data, and what stands below. */
function linesOf(shape: Shape): string[][] {
  const width = HEADERS.length + 1;
  const alone = (text: string) => [text, ...Array<string>(width - 1).fill('')];
  const last = (text: string) => [...Array<string>(width - 1).fill(''), text];
  return [
    ...shape.above.map(alone),
    ...(shape.unit === 'title' ? [alone('单位：万元')] : []),
    [...HEADERS, shape.unit === 'header' ? '资金需求（万元）' : '资金需求'],
    ...(shape.unit === 'row' ? [last(UNITS[shape.seed % UNITS.length]!)] : []),
    ...shape.rows,
    ...shape.below.map(alone),
  ];
}

async function read(path: string) {
  const source = await openTabular(path, { words: tableWords(achievementFields) });
  try {
    return { source, rows: (await allRows(source)).map((row) => row.cells) };
  } finally {
    await source.close();
  }
}

/** Every row that is not data is said in a note, and the data comes back whole, with the unit of its amounts. */
function check(shape: Shape, { source, rows }: Awaited<ReturnType<typeof read>>): void {
  const said = JSON.stringify(source.notes);
  expect(rows, `seed ${shape.seed}`).toEqual(shape.rows);
  expect(source.headers.slice(0, HEADERS.length)).toEqual(HEADERS);
  expect(unitOfHeader(source.headers.at(-1)!)).toEqual({ power: 4, currency: 'CNY' });
  for (const text of shape.below) expect(said).toContain(text);
  if (shape.above.length > 0) expect(said).toContain('ROWS_ABOVE');
  if (shape.unit === 'row') expect(said).toContain('UNIT_ROW');
}

const SEEDS = Array.from({ length: 60 }, (_, i) => i + 1);

it.each(SEEDS)('reads a generated text file of seed %i (issue 18, points 2, 4 and 6)', async (seed) => {
  const shape = shapeOf(seed);
  const quoted = (cell: string) => (cell.includes(shape.separator) ? `"${cell}"` : cell);
  const text = linesOf(shape)
    .map((row) => row.map(quoted).join(shape.separator))
    .join('\r\n');
  const bytes = iconv.encode(text, shape.encoding, { addBOM: shape.encoding === 'utf16le' });
  check(shape, await read(await files.file(`${seed}.csv`, bytes)));
});

it.each(SEEDS)('reads a generated workbook of seed %i (issue 18, points 2 and 6)', async (seed) => {
  const shape = shapeOf(seed);
  const rows = linesOf(shape)
    .map((row) => inlineRow(...row))
    .join('');
  const before = [
    { attributes: 'name="填表说明"', rows: inlineRow('填表说明') + inlineRow('1. 带*号的为必填项') },
    { attributes: 'name="字典" state="hidden"', rows: inlineRow('行业代码', '行业名称') + inlineRow('3411', '锅炉') },
  ].slice(0, seed % 3);
  const got = await read(await writeZip(await files.path(`${seed}.xlsx`), workbookParts({ rows, before })));
  check(shape, got);
  expect(got.source.sheetName).toBe('Data');
  if (before.length > 0) expect(JSON.stringify(got.source.notes)).toContain('填表说明');
});

// Traditional Chinese, Japanese and Western European lists, under Chinese, English and Japanese headers.
const FOREIGN: Array<[encoding: string, header: string, cells: string[]]> = [
  ['Big5', '編號,成果名稱,成果簡介', ['冰川徑流自記水位計', '連續運行三個月無故障，能耗下降兩成']],
  ['Big5', 'id,title,summary', ['高海拔鼓風機葉輪', '稀薄空氣下效率提高一成']],
  ['Shift_JIS', 'id,title,summary', ['高温用圧力センサーの開発', 'この装置は三か月の連続運転で故障がない']],
  ['windows-1252', 'id,title,summary', ['Capteur à ultrasons résistant', 'Für die Prüfung der Wärmedämmung']],
  ['gb18030', 'id,title,summary', ['高海拔鼓风机叶轮', '稀薄空气下效率提高一成']],
];
it.each(FOREIGN)('reads %s under %s (issue 18, point 4)', async (encoding, header, cells) => {
  const text = `${header}\n${['1', ...cells].join(',')}\n`;
  const { source, rows } = await read(await files.file('foreign.csv', iconv.encode(text, encoding)));
  expect(source.encoding?.toLowerCase()).toBe(encoding.toLowerCase());
  expect(rows).toEqual([['1', ...cells]]);
});
it('finds an encoding by characters that stand late in the file', async () => {
  const plain = Array.from({ length: 12_000 }, (_, i) => `${i},A plain result of ASCII letters alone,text`).join('\n');
  const text = `id,title,summary\n${plain}\n99999,高海拔鼓風機葉輪,稀薄空氣下效率提高一成\n`;
  const { source, rows } = await read(await files.file('late.csv', iconv.encode(text, 'big5')));
  expect(source.encoding).toBe('Big5');
  expect(rows.at(-1)).toEqual(['99999', '高海拔鼓風機葉輪', '稀薄空氣下效率提高一成']);
});
