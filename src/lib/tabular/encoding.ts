import { isUtf8 } from 'node:buffer';
import { ContainerFault } from './faults.js';
import { say } from './tabular.messages.js';

export const TEXT_ENCODINGS = [
  'UTF-8',
  'GB18030',
  'UTF-16LE',
  'UTF-16BE',
  'Big5',
  'Shift_JIS',
  'Windows-1252',
] as const;
export type TextEncoding = (typeof TEXT_ENCODINGS)[number];

/** The encoding that a byte order mark at the start of a file indicates; null without a mark. */
export function encodingByMark(head: Uint8Array): TextEncoding | null {
  const [a, b, c, d] = head;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'UTF-8';
  if (a === 0xff && b === 0xfe) return 'UTF-16LE';
  if (a === 0xfe && b === 0xff) return 'UTF-16BE';
  if (a === 0x84 && b === 0x31 && c === 0x95 && d === 0x33) return 'GB18030';
  return null;
}

interface Decoded {
  text: string;
  /**
   * Index in `text` of the first replacement character (U+FFFD) that stands for invalid bytes; -1 where there is none.
   */
  badAt: number;
}

interface Decoder {
  write(bytes: Buffer): Decoded;
  end(): Decoded;
}

/** Number of bytes (0 to 3) at the end of a chunk that begin a UTF-8 sequence without finishing it. */
function unfinishedUtf8(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needed > back ? back : 0;
    }
  }
  return 0;
}

/**
 * Index of the first U+FFFD in a decoded text that replaces invalid bytes; -1 where there is none. A U+FFFD that the
 * file itself encodes is valid text; comparing with the bytes distinguishes the two.
 */
function firstReplaced(text: string, bytes: Buffer): number {
  let offset = 0;
  let from = 0;
  for (let at = text.indexOf('\ufffd'); at !== -1; at = text.indexOf('\ufffd', at + 1)) {
    offset += Buffer.byteLength(text.slice(from, at));
    from = at;
    if (bytes[offset] !== 0xef || bytes[offset + 1] !== 0xbf || bytes[offset + 2] !== 0xbd) return at;
  }
  return -1;
}

function utf8Decoder(): Decoder {
  let carried: Buffer = Buffer.alloc(0);
  const decode = (bytes: Buffer): Decoded => {
    const text = bytes.toString('utf8');
    return { text, badAt: isUtf8(bytes) ? -1 : firstReplaced(text, bytes) };
  };
  return {
    write(chunk) {
      const bytes = carried.length === 0 ? chunk : Buffer.concat([carried, chunk]);
      const cut = bytes.length - unfinishedUtf8(bytes);
      carried = Buffer.from(bytes.subarray(cut));
      return decode(bytes.subarray(0, cut));
    },
    end: () => decode(carried),
  };
}

/** Decoder of an encoding for which Node's TextDecoder is used. */
function labelledDecoder(label: string): Decoder {
  // Node's TextDecoder is used and not iconv-lite, whose streaming decoder loses a character where a chunk starts
  // inside a four-byte sequence.
  const decoder = new TextDecoder(label, { ignoreBOM: true });
  // GB 18030 can encode U+FFFD, but real text does not contain it, so every U+FFFD is taken for invalid bytes.
  const decoded = (text: string): Decoded => ({ text, badAt: text.indexOf('\ufffd') });
  return { write: (bytes) => decoded(decoder.decode(bytes, { stream: true })), end: () => decoded(decoder.decode()) };
}

function utf16Decoder(bigEndian: boolean): Decoder {
  let carried: Buffer = Buffer.alloc(0);
  const decode = (bytes: Buffer): Decoded => {
    const text = bytes.toString('utf16le');
    return { text, badAt: text.search(/\p{Cs}/u) };
  };
  return {
    write(chunk) {
      const bytes = Buffer.concat([carried, chunk]);
      let cut = bytes.length - (bytes.length % 2);
      const high = bytes[bigEndian ? cut - 2 : cut - 1];
      if (high !== undefined && high >= 0xd8 && high <= 0xdb) cut -= 2;
      carried = Buffer.from(bytes.subarray(cut));
      const units = bytes.subarray(0, cut);
      return decode(bigEndian ? units.swap16() : units);
    },
    end: () => (carried.length === 0 ? { text: '', badAt: -1 } : { text: '\ufffd', badAt: 0 }),
  };
}

function decoderOf(encoding: TextEncoding): Decoder {
  if (encoding === 'UTF-8') return utf8Decoder();
  if (encoding === 'UTF-16LE' || encoding === 'UTF-16BE') return utf16Decoder(encoding === 'UTF-16BE');
  return labelledDecoder(encoding);
}

/** Counts line breaks (CR, LF, or CRLF as one) over chunks, even where a CRLF is split between two chunks. */
class LineCounter {
  line = 1;
  private afterCr = false;

  add(text: string): void {
    if (text.length === 0) return;
    let at = this.afterCr && text.charCodeAt(0) === 10 ? 1 : 0;
    const hasCr = text.includes('\r');
    for (;;) {
      const lf = text.indexOf('\n', at);
      if (!hasCr) {
        if (lf === -1) break;
        at = lf + 1;
      } else {
        const cr = text.indexOf('\r', at);
        if (lf === -1 && cr === -1) break;
        const first = cr === -1 || (lf !== -1 && lf < cr) ? lf : cr;
        at = first + (first === cr && lf === cr + 1 ? 2 : 1);
      }
      this.line++;
    }
    this.afterCr = text.charCodeAt(text.length - 1) === 13;
  }
}

function badBytes(encoding: TextEncoding, text: string, line: number): ContainerFault {
  const malformed = text.split('\ufffd').length - 1;
  const wellFormed = (text.match(/[\u{80}-\u{10ffff}]/gu)?.length ?? 0) - malformed;
  return new ContainerFault(say('BAD_ENCODING.bytes', { line, encoding }), {
    line,
    detail: { encoding, malformed, wellFormed },
  });
}

/**
 * Decodes a text stream strictly: invalid bytes and NUL characters throw a BAD_ENCODING fault with the line on which
 * they are. A byte order mark at the start is dropped.
 */
export async function* decodeText(chunks: AsyncIterable<Uint8Array>, encoding: TextEncoding): AsyncGenerator<string> {
  const decoder = decoderOf(encoding);
  const lines = new LineCounter();
  let started = false;
  // The previous chunk is kept, so that the share of malformed characters can be judged even when a chunk begins with
  // the invalid bytes.
  let previous = '';
  const checked = ({ text, badAt }: Decoded): string => {
    const nulAt = text.indexOf('\0');
    const at = badAt === -1 || (nulAt !== -1 && nulAt < badAt) ? nulAt : badAt;
    if (at !== -1) {
      lines.add(text.slice(0, at));
      if (at !== nulAt) throw badBytes(encoding, previous + text, lines.line);
      throw new ContainerFault(say('BAD_ENCODING.nul', { line: lines.line }), {
        line: lines.line,
        detail: { encoding },
      });
    }
    lines.add(text);
    if (text.length > 0) previous = text;
    if (started || text.length === 0) return text;
    started = true;
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  };
  for await (const chunk of chunks) {
    const text = checked(decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)));
    if (text.length > 0) yield text;
  }
  const rest = checked(decoder.end());
  if (rest.length > 0) yield rest;
}

/** Whether a file that failed to decode as UTF-8 is damaged UTF-8, rather than text in another encoding. */
export function isBrokenUtf8(fault: ContainerFault): boolean {
  const { encoding, malformed, wellFormed } = fault.detail ?? {};
  // When GB 18030 text is decoded as UTF-8, most non-ASCII characters are malformed; in damaged UTF-8 almost none are.
  return (
    encoding === 'UTF-8' && typeof malformed === 'number' && typeof wellFormed === 'number' && wellFormed > malformed
  );
}
