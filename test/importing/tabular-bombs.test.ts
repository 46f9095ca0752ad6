import { constants, crc32, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openTabular } from '../../src/lib/tabular/open.js';
import { faultOf, inlineRow, scratch, workbookParts } from './tabular-kit.js';

const { file } = scratch();
const MIB = 1024 * 1024;
const SHEET = 'xl/worksheets/sheet1.xml';

interface Part {
  name: string;
  deflated: Buffer;
  declaredBytes: number;
  crc: number;
}

/** Builds a ZIP file by hand, so that its declared sizes can be false. */
function zipOf(parts: Part[]): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const { name, deflated, declaredBytes, crc } of parts) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc, 10);
    common.writeUInt32LE(deflated.length, 14);
    common.writeUInt32LE(declaredBytes, 18);
    common.writeUInt16LE(name.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    locals.push(Buffer.from('504b0304', 'hex'), common, Buffer.from(name), deflated);
    centrals.push(Buffer.from('504b01021400', 'hex'), common, tail, Buffer.from(name));
    offset += 30 + name.length + deflated.length;
  }
  const central = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}

function honest(name: string, text: string): Part {
  const bytes = Buffer.from(text);
  return { name, deflated: deflateRawSync(bytes), declaredBytes: bytes.length, crc: crc32(bytes) };
}

/** Deflated text of `repeats` × 8 MiB: flushed blocks can be concatenated, so only one is compressed. */
function bombOf(start: string, filler: string, repeats: number): { deflated: Buffer; bytes: number } {
  const flushed = (text: string): Buffer => deflateRawSync(text, { finishFlush: constants.Z_FULL_FLUSH });
  const block = filler.repeat((8 * MIB) / filler.length);
  return {
    deflated: Buffer.concat([
      flushed(start),
      ...Array.from({ length: repeats }, () => flushedOnce(block, flushed)),
      deflateRawSync(''),
    ]),
    bytes: start.length + block.length * repeats,
  };
}

const blocks = new Map<string, Buffer>();
function flushedOnce(block: string, flushed: (text: string) => Buffer): Buffer {
  const known = blocks.get(block) ?? flushed(block);
  blocks.set(block, known);
  return known;
}

const parts = Object.entries(workbookParts({ rows: inlineRow('a') + inlineRow('1') })).map(([name, text]) =>
  honest(name, text),
);
const OPENING = '<worksheet><sheetData><row><c t="inlineStr"><is><t>a</t></is></c></row>';

/**
 * A workbook whose sheet inflates to `repeats` × 8 MiB of `filler`, while it declares the size that `declare` returns.
 */
async function bomb(filler: string, repeats: number, declare: (bytes: number) => number): Promise<string> {
  const { deflated, bytes } = bombOf(OPENING, filler, repeats);
  const sheet = { name: SHEET, deflated, declaredBytes: declare(bytes), crc: 0 };
  return file('bomb.xlsx', zipOf(parts.map((part) => (part.name === SHEET ? sheet : part))));
}

describe('A workbook', () => {
  it('written by hand like the bombs here is sound without one', async () => {
    const source = await openTabular(await file('sound.xlsx', zipOf(parts)));
    expect(source).toMatchObject({ headers: ['a'], rowCount: 1 });
    await source.close();
  });

  it('that declares to inflate to gigabytes is refused unread', async () => {
    const started = performance.now();
    expect(await faultOf(openTabular(await bomb('<row ></row>....', 400, (bytes) => bytes)))).toMatchObject({
      code: 'ZIP_BOMB',
    });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('that inflates to gigabytes but declares a kilobyte is refused as soon as it shows', async () => {
    const path = await bomb('<row ></row>    ', 400, () => 1024);
    const started = performance.now();
    const fault = await faultOf(openTabular(path));
    expect(fault).toMatchObject({ code: 'ZIP_BOMB' });
    expect(fault.message).toContain('more than it declares');
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('is refused for a ratio that no sheet has', async () => {
    const fault = await faultOf(openTabular(await bomb('<row ></row>    ', 4, (bytes) => bytes)));
    expect(fault).toMatchObject({ code: 'ZIP_BOMB' });
    expect(fault.message).toContain('250 times');
  });

  it('is refused for its total, whatever the ratio', async () => {
    const limits = { maxUncompressedBytes: 20 * MIB, maxCompressionRatio: 1e6 };
    expect(await faultOf(openTabular(await bomb('<row ></row>    ', 4, (bytes) => bytes), { limits }))).toMatchObject({
      code: 'ZIP_BOMB',
    });
  });

  it('is refused for a text that never ends, long before its end', async () => {
    const before = process.memoryUsage().rss;
    const path = await bomb('xxxxxxxxxxxxxxxx', 60, (bytes) => bytes);
    expect(await faultOf(openTabular(path, { limits: { maxCompressionRatio: 1e6 } }))).toMatchObject({
      code: 'LINE_TOO_LONG',
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MIB);
  });

  it('is refused for tens of thousands of parts', async () => {
    const many = Array.from({ length: 10_001 }, (_, i) => honest(`p${i}.xml`, ''));
    expect(await faultOf(openTabular(await file('many.xlsx', zipOf([...parts, ...many]))))).toMatchObject({
      code: 'ZIP_BOMB',
    });
  });

  it('is refused for two parts of one name', async () => {
    expect(
      await faultOf(openTabular(await file('twice.xlsx', zipOf([...parts, honest('XL/workbook.xml', '')])))),
    ).toMatchObject({ code: 'NOT_A_WORKBOOK' });
  });
});
