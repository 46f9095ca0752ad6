import { appendFile } from 'node:fs/promises';
import iconv from 'iconv-lite';
import { parse } from 'csv-parse';
import { describe, expect, it } from 'vitest';
import { openTabular } from '../../src/lib/tabular/open.js';
import { scanDelimited, readDelimited } from '../../src/lib/tabular/csv.js';
import { defaultLimits } from '../../src/lib/tabular/faults.js';
import { allRows, faultOf, readTable, scratch } from './tabular-kit.js';

const { file } = scratch();

describe('A CSV file', () => {
  it('is read with the physical line of each record, through quoted breaks and blank lines', async () => {
    const path = await file('a.csv', 'id,text\r\n1,"first\r\nsecond ""quoted"""\r\n\r\n2,plain\n\n3,"x\ny\nz"\r4,last');
    expect(await readTable(path)).toMatchObject({
      headers: ['id', 'text'],
      encoding: 'UTF-8',
      rows: [
        [2, '1', 'first\r\nsecond "quoted"'],
        [5, '2', 'plain'],
        [7, '3', 'x\ny\nz'],
        [10, '4', 'last'],
      ],
    });
  });

  it.each([
    ['comma', 'a,b;c\n1,2'],
    ['semicolon', 'a;"x,y,z"\n1;2'],
    ['tab', 'a\tb, c\n1\t2'],
  ])('is split at the %s that its header uses most', async (_, text) => {
    expect((await readTable(await file('d.csv', text))).rows).toEqual([[2, '1', '2']]);
  });

  it('has clean headers: trimmed, without marks and zero-width characters', async () => {
    const path = await file('h.csv', '\ufeff\u200b 名称\u3000," 编 号\u200d ",\n1,2,3\n');
    expect(await readTable(path)).toMatchObject({ headers: ['名称', '编 号', ''], rows: [[2, '1', '2', '3']] });
  });

  it('pads short rows, keeps what stands beyond the header, and skips rows of nothing', async () => {
    const path = await file('w.csv', 'a,b\n1\n1,2,,\n,,,\n1,2,3\n"",\n');
    expect((await readTable(path)).rows).toEqual([
      [2, '1', ''],
      [3, '1', '2'],
      [5, '1', '2', '3'],
    ]);
  });

  it('takes a quote inside an unquoted field, and blanks behind a closing one', async () => {
    expect((await readTable(await file('q.csv', 'a,b\n5" pipe,"x" \n'))).rows).toEqual([[2, '5" pipe', 'x']]);
  });

  it('may hold only a header', async () => {
    expect(await readTable(await file('o.csv', 'a,b'))).toMatchObject({ headers: ['a', 'b'], rows: [] });
  });

  it('may be read again and again', async () => {
    const source = await openTabular(await file('r.csv', 'a\n1\n2\n'));
    expect(await allRows(source)).toEqual(await allRows(source));
    expect(await allRows(source)).toHaveLength(2);
  });

  it('passes a cell that is too long on whole, with a fault on its row alone', async () => {
    const source = await openTabular(await file('l.csv', `a,b\n1,${'x'.repeat(120)}\n2,y\n`), {
      limits: { maxCellChars: 100 },
    });
    const [first, second] = await allRows(source);
    expect(first?.faults).toMatchObject([{ column: 1, code: 'CELL_TOO_LONG' }]);
    expect(first?.cells[1]).toHaveLength(120);
    expect(second?.faults).toBeUndefined();
  });

  it('reads like csv-parse, however its bytes are cut into chunks', async () => {
    // A small linear congruential generator: the same tables on each run.
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
    const pieces = ['a', '中', '𠀀', ' ', ',', '"', '\n', '\r\n', '\r', 'é'];
    for (let round = 0; round < 200; round++) {
      const rows = Array.from({ length: 1 + random(6) }, () =>
        Array.from(
          { length: 3 },
          (_, i) =>
            (i === 0 ? 'k' : '') + Array.from({ length: random(5) }, () => pieces[random(pieces.length)]).join(''),
        ),
      );
      const field = (text: string): string =>
        /[",\r\n]/.test(text) || random(4) === 0 ? `"${text.replaceAll('"', '""')}"` : text;
      const text = ['h,i,j', ...rows.map((row) => row.map(field).join(','))]
        .map((line) => line + ['\n', '\r\n', '\r'][random(3)])
        .join('');
      const bytes = Buffer.from(text);
      const chunks = async function* (): AsyncGenerator<Buffer> {
        for (let at = 0; at < bytes.length;) {
          const end = at + 1 + random(4);
          yield bytes.subarray(at, end);
          at = end;
        }
      };
      const read: string[][] = [];
      for await (const row of readDelimited(chunks(), 'UTF-8', defaultLimits)) read.push(row.cells);
      const expected: string[][] = [];
      for await (const row of parse(text, { record_delimiter: ['\r\n', '\n', '\r'] })) expected.push(row as string[]);
      expect(read).toEqual(expected);
      expect(read.slice(1)).toEqual(rows);
    }
  });
});

describe('The encoding of a CSV file', () => {
  const text = '名称,摘要\n氢能𠀀,丂一㐀 ,€ Ω\n';

  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8', Buffer.from(`\ufeff${text}`)],
    ['GB18030', iconv.encode(text, 'gb18030')],
    ['GB18030', iconv.encode(`\ufeff${text}`, 'gb18030')],
    ['UTF-16LE', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16BE', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ])('is found to be %s', async (encoding, bytes) => {
    expect(await readTable(await file('e.csv', bytes))).toMatchObject({
      encoding,
      headers: ['名称', '摘要'],
      rows: [[2, '氢能𠀀', '丂一㐀 ', '€ Ω']],
    });
  });

  it.each([
    ['UTF-8', 1],
    ['GB18030', 1],
    ['GB18030', 3],
    ['UTF-16LE', 1],
    ['UTF-16LE', 3],
  ] as const)('does not depend on where %s is cut, here every %i bytes', async (encoding, size) => {
    const bytes = encoding === 'UTF-16LE' ? Buffer.from(text, 'utf16le') : iconv.encode(text, encoding);
    const chunks = async function* (): AsyncGenerator<Buffer> {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    };
    const cells: string[][] = [];
    for await (const row of readDelimited(chunks(), encoding, defaultLimits)) cells.push(row.cells);
    expect(cells[1]).toEqual(['氢能𠀀', '丂一㐀 ', '€ Ω']);
  });

  const lines = (count: number, line: (i: number) => string): string =>
    Array.from({ length: count }, (_, i) => line(i)).join('\n');

  it.each([
    ['UTF-8', 'utf8', [0xff]],
    ['UTF-8', 'utf8', [0xe6, 0xb0]],
    ['GB18030', 'gb18030', [0xff, 0xff]],
    ['GB18030', 'gb18030', [0x81]],
  ])('of %s (%s) is refused for bad bytes in the last line of many', async (encoding, codec, bad) => {
    const path = await file(
      'b.csv',
      iconv.encode(
        lines(20_000, (i) => (i === 0 ? '编号,名称' : `${i},氢能源利用${'，技术'.repeat(i % 5)}`)) + '\n',
        codec,
      ),
    );
    await appendFile(path, Buffer.from([0x39, 0x2c, ...bad]));
    const fault = await faultOf(openTabular(path));
    expect(fault).toMatchObject({ code: 'BAD_ENCODING', line: 20_001, detail: { encoding } });
  });

  it('is not taken for GB18030 when a UTF-8 file has one broken byte that GB18030 would accept', async () => {
    const bytes = Buffer.concat([
      Buffer.from('名称\n氢能氢能\n'),
      Buffer.from([0xb0, 0xa1]),
      Buffer.from('\n太阳能源\n'),
    ]);
    expect(iconv.decode(bytes, 'gb18030')).not.toContain('\ufffd');
    expect(await faultOf(openTabular(await file('m.csv', bytes)))).toMatchObject({ code: 'BAD_ENCODING', line: 3 });
  });

  it('keeps a replacement character that a UTF-8 file itself spells', async () => {
    expect((await readTable(await file('f.csv', 'a\nx\ufffdy\n'))).rows).toEqual([[2, 'x\ufffdy']]);
  });

  it.each([
    ['a NUL character', Buffer.from('a,b\n1,\0\n'), 2],
    ['UTF-16 without its mark', Buffer.from('a,b\n1,2\n', 'utf16le'), 1],
    ['half a UTF-16 character', Buffer.concat([Buffer.from('\ufeffa\nb\n', 'utf16le'), Buffer.from([0x61])]), 3],
    ['a lone surrogate', Buffer.from('\ufeffa\nb\n\ud800x\n', 'utf16le'), 3],
  ])('is refused for %s', async (_, bytes, line) => {
    expect(await faultOf(openTabular(await file('n.csv', bytes)))).toMatchObject({ code: 'BAD_ENCODING', line });
  });
});

describe('The container of a CSV file is refused', () => {
  it.each([
    ['EMPTY_FILE', ''],
    ['EMPTY_FILE', '\ufeff'],
    ['EMPTY_FILE', '\n\r\n  \n'],
    ['NO_HEADER', ',,\n1,2,3\n'],
    ['DUPLICATE_HEADER', 'a,b, a\n1,2,3\n'],
    ['TOO_MANY_COLUMNS', `a\n${','.repeat(256)}\n`],
  ])('as %s', async (code, text) => {
    expect(await faultOf(openTabular(await file('c.csv', text)))).toMatchObject({ code });
  });

  it('for a quote that is never closed, with the line where the field starts', async () => {
    expect(await faultOf(openTabular(await file('u.csv', 'a,b\n"x\ny",1\n2,"open\n3,4\n')))).toMatchObject({
      code: 'MALFORMED_CSV',
      line: 4,
    });
  });

  it('for text behind a closing quote, with its line', async () => {
    expect(await faultOf(openTabular(await file('u.csv', 'a,b\n"x\ny"z,1\n')))).toMatchObject({
      code: 'MALFORMED_CSV',
      line: 3,
    });
  });

  it('for too many rows, and not for blank ones', async () => {
    const path = await file('r.csv', 'a\n1\n\n\n2\n3\n');
    expect(await faultOf(openTabular(path, { limits: { maxRows: 2 } }))).toMatchObject({
      code: 'TOO_MANY_ROWS',
      line: 6,
    });
    expect((await readTable(path, { limits: { maxRows: 3 } })).rows).toHaveLength(3);
  });

  it('for its size', async () => {
    expect(
      await faultOf(openTabular(await file('s.csv', 'a\n12345\n'), { limits: { maxFileBytes: 7 } })),
    ).toMatchObject({ code: 'FILE_TOO_LARGE' });
  });

  it('when it is no file', async () => {
    expect(await faultOf(openTabular('/dev/null'))).toMatchObject({ code: 'NOT_A_FILE' });
    expect(await faultOf(openTabular('/nowhere/table.csv'))).toMatchObject({ code: 'NOT_A_FILE' });
  });

  it('when its name says workbook', async () => {
    expect(await faultOf(openTabular(await file('x.dat', '<table></table>'), { fileName: '成果.xls' }))).toMatchObject({
      code: 'NOT_A_WORKBOOK',
    });
  });

  const LINE = 1024 * 1024;
  it.each([
    ['a line', 'x', LINE],
    ['a quoted field', '"x\n', LINE],
    ['a line of wide characters', '中', LINE * 3],
  ])('for %s of gigabytes, after about as many bytes as a line may have', async (_, start, most) => {
    const block = Buffer.from((start === '中' ? '中' : 'x').repeat(20_000));
    let sent = 0;
    let stopped = false;
    const endless = async function* (): AsyncGenerator<Buffer> {
      try {
        yield Buffer.from(`a,b\n1,2\n${start}`);
        for (; sent < 4 * 1024 ** 3; sent += block.length) yield block;
      } finally {
        stopped = true;
      }
    };
    const fault = await faultOf(scanDelimited(endless(), 'UTF-8', defaultLimits));
    expect(fault).toMatchObject({ code: 'LINE_TOO_LONG', line: 3 });
    expect(sent).toBeLessThan(most + 2 * block.length);
    expect(stopped).toBe(true);
  });

  it('for a header of gigabytes too', async () => {
    let sent = 0;
    const endless = async function* (): AsyncGenerator<Buffer> {
      for (const block = Buffer.alloc(65_536, 'x'); ; sent += block.length) yield block;
    };
    expect(await faultOf(scanDelimited(endless(), 'UTF-8', defaultLimits))).toMatchObject({
      code: 'LINE_TOO_LONG',
      line: 1,
    });
    expect(sent).toBeLessThan(2 * LINE);
  });

  it('for one record past the limit in bytes, and not for one at it', async () => {
    const limits = { maxLineBytes: 60 };
    expect(
      (await readTable(await file('k.csv', `a,b\n${'中'.repeat(10)},${'y'.repeat(28)}\n`), { limits })).rows,
    ).toHaveLength(1);
    expect(
      await faultOf(openTabular(await file('k.csv', `a,b\n${'中'.repeat(10)},${'y'.repeat(30)}\n`), { limits })),
    ).toMatchObject({ code: 'LINE_TOO_LONG', line: 2 });
  });
});
