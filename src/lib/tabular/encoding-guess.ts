import { isAscii } from 'node:buffer';
import { createReadStream } from 'node:fs';
import type { TextEncoding } from './encoding.js';
import { ContainerFault } from './faults.js';
import { say } from './tabular.messages.js';

/** Number of bytes, of lines that are not plain ASCII, by which a file's encoding is judged. */
const SAMPLE_BYTES = 256 * 1024;
/** The encodings that are tried on a file that is not UTF-8, in the order in which offices use them. */
const CANDIDATES = ['GB18030', 'Big5', 'Shift_JIS', 'Windows-1252'] as const satisfies readonly TextEncoding[];
/** Minimum mean score of a reading (see `scoreOf`), and its minimum distance to the next one. */
const [LEAST, MARGIN] = [0.3, 0.35];

/** Characters that a range of double bytes encodes. */
function charactersOf(label: string, leads: [number, number], trails: Array<[number, number]>): string {
  const bytes: number[] = [];
  for (let lead = leads[0]; lead <= leads[1]; lead += 1)
    for (const [from, to] of trails) for (let trail = from; trail <= to; trail += 1) bytes.push(lead, trail);
  return new TextDecoder(label).decode(Uint8Array.from(bytes));
}

/**
 * Characters in common use: the first levels of the Chinese standards GB 2312 (simplified, 3,755) and Big5
 * (traditional, 5,401) and of JIS X 0208 (2,965).
 */
let inUse: Set<number> | undefined;
function charactersInUse(): Set<number> {
  if (inUse) return inUse;
  const text =
    charactersOf('gb18030', [0xb0, 0xd7], [[0xa1, 0xfe]]) +
    charactersOf(
      'big5',
      [0xa4, 0xc6],
      [
        [0x40, 0x7e],
        [0xa1, 0xfe],
      ],
    ) +
    charactersOf(
      'shift_jis',
      [0x88, 0x97],
      [
        [0x40, 0x7e],
        [0x80, 0xfc],
      ],
    );
  inUse = new Set([...text].map((character) => character.codePointAt(0)!));
  return inUse;
}

/** The most frequent characters of Chinese texts on research and business, simplified and traditional. */
const FREQUENT = new Set(
  [
    ...'的一是不在有人这中大为上个国以要时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面方后多定行学法所民得经部度电力里如水化高自二理起小物现实加量都两体制机当使点从业本去性应开它合还因由其些然前外天政四日社义事平形相全表间样与关各重新线内数正心反明看原么利比或但质气第向道命变条只没结解问意建月公系军情者最立代想已通并提直题程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界律叫究观越织装影算低持音众书布复容际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始专状育厂京识适属圆包火住调满县局照参红细引听该铁价严',
    ...'這為個國時來們會發過說產種後學經電裡當點從業應開還實現機體動對於與關線數質氣變條結問題軍員總設長資邊級圖統組見計別論運農區強幾決處隊給門規熱領東導壓爭濟階術極聯認權證轉單風帶場車務萬達積議聲報類離華確張馬節話況傳許廣記織裝書復際驗連斷難礦備辦習響約團歷構稱準號維劃選標寫親養層專狀廠識適屬圓調滿縣參紅細聽該鐵價嚴項目項技術項研究成果名稱摘要單位聯絡',
  ].map((character) => character.codePointAt(0)!),
);

const isHan = (code: number): boolean => code >= 0x3400 && code <= 0x9fff;
const isLetter = (code: number): boolean => (code >= 65 && code <= 90) || (code >= 97 && code <= 122);

/**
 * Mean score of the characters of a reading that are not ASCII: characters in use count for it; rare ones, Han between
 * Latin letters, half-width kana, private use and control characters count against it. Null for a reading with invalid
 * bytes.
 */
function scoreOf(text: string, encoding: (typeof CANDIDATES)[number]): number | null {
  const known = charactersInUse();
  let sum = 0;
  let count = 0;
  const codes = [...text].map((character) => character.codePointAt(0)!);
  for (let i = 0; i < codes.length; i += 1) {
    const code = codes[i]!;
    if (code === 0xfffd) return null;
    if (code < 0x80) continue;
    const [before, after] = [codes[i - 1] ?? 0, codes[i + 1] ?? 0];
    count += 1;
    if (code < 0xa0 || (code >= 0xe000 && code <= 0xf8ff)) sum -= 3;
    else if (encoding === 'Windows-1252') {
      // An accented letter stands beside a letter or a space, a sign (° ± ² – ’ “ €) may stand anywhere; letters of
      // double bytes stand in rows.
      const isAccented = code >= 0xc0 && code <= 0xff && code !== 0xd7 && code !== 0xf7;
      const inRow = (before > 0x7f && before < 0x2000) || (after > 0x7f && after < 0x2000);
      sum += inRow ? -2 : isAccented ? (isLetter(before) || isLetter(after) ? 2 : -1) : 0.5;
    } else if (isHan(code)) {
      if (isLetter(before) && isLetter(after)) sum -= 3;
      else sum += FREQUENT.has(code) ? 2 : known.has(code) ? 0.5 : -2;
    } else if (code >= 0x3040 && code <= 0x30ff) sum += encoding === 'Shift_JIS' ? 1.5 : -0.5;
    else if (code >= 0xff61 && code <= 0xff9f) sum -= 2;
    else if ((code >= 0x3000 && code <= 0x303f) || (code >= 0xff01 && code <= 0xff5e)) sum += 1;
    else if (code >= 0x2000 && code <= 0x26ff) sum += 0.3;
    else if (code > 0xffff) sum -= 2;
    else sum -= 1;
  }
  return count === 0 ? null : sum / count;
}

/** Length in bytes of the longest piece without a line break that is kept whole. */
const LONGEST_PIECE = 1024 * 1024;

/** Index behind the last line break of some bytes, or, in a long piece without one, behind the last blank or comma. */
function endOfPiece(bytes: Buffer): number {
  const end = Math.max(bytes.lastIndexOf(10), bytes.lastIndexOf(13)) + 1;
  if (end > 0 || bytes.length < LONGEST_PIECE) return end;
  // Bytes below 0x30 are never a part of a longer character in the encodings that are tried.
  return Math.max(bytes.lastIndexOf(32), bytes.lastIndexOf(44)) + 1 || bytes.length;
}

/**
 * Collects the lines of a file that are not plain ASCII, from wherever in it they stand, up to SAMPLE_BYTES. Null for a
 * file with NUL bytes, which is UTF-16 without its mark, or no text.
 */
async function sampleOf(filePath: string): Promise<Buffer | null> {
  const lines: Buffer[] = [];
  let size = 0;
  let rest: Buffer = Buffer.alloc(0);
  const collect = (piece: Buffer) => {
    if (isAscii(piece)) return;
    for (let from = 0; from < piece.length && size < SAMPLE_BYTES;) {
      const lf = piece.indexOf(10, from);
      const to = lf === -1 ? piece.length : lf + 1;
      const line = piece.subarray(from, to);
      if (!isAscii(line)) {
        lines.push(Buffer.from(line));
        size += line.length;
      }
      from = to;
    }
  };
  for await (const chunk of createReadStream(filePath) as AsyncIterable<Buffer>) {
    if (chunk.includes(0)) return null;
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = endOfPiece(bytes);
    collect(bytes.subarray(0, end));
    if (size >= SAMPLE_BYTES) return Buffer.concat(lines);
    rest = Buffer.from(bytes.subarray(end));
  }
  collect(rest);
  return Buffer.concat(lines);
}

/**
 * Chooses the encoding of a text file that is not UTF-8 by what each reading gives. Throws BAD_ENCODING with the names
 * of the candidates where no reading is clearly better than the next.
 */
export async function guessEncoding(filePath: string, fault: ContainerFault): Promise<TextEncoding> {
  const sample = await sampleOf(filePath);
  if (sample === null) throw fault;
  const readings = CANDIDATES.flatMap((encoding) => {
    const score = scoreOf(new TextDecoder(encoding).decode(sample), encoding);
    return score === null ? [] : [{ encoding, score }];
  }).sort((a, b) => b.score - a.score);
  const [best, next] = readings;
  const at = fault.line === undefined ? {} : { line: fault.line };
  if (best === undefined) throw new ContainerFault(say('BAD_ENCODING.none'), at);
  if (best.score >= LEAST && (next === undefined || best.score - next.score >= MARGIN)) return best.encoding;
  if (best.score < LEAST) throw fault;
  const names = readings.filter(({ score }) => best.score - score < MARGIN).map(({ encoding }) => encoding);
  throw new ContainerFault(say('BAD_ENCODING.unknown', { names }), at);
}
