import { SaxesParser } from 'saxes';
import { decodeText, encodingByMark } from './encoding.js';
import { ContainerFault } from './faults.js';
import { notAWorkbook } from './xlsx-zip.js';

/** Elements within one another; those of workbooks are a dozen. */
const MAX_DEPTH = 256;

/** What a part is read with; names come without their namespace prefix. */
export interface XmlHandlers {
  open(name: string, attributes: Record<string, string>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** An element name without its prefix: some programs write <x:row>. */
function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon === -1 ? name : name.slice(colon + 1);
}

/** An attribute by its local name, for those that programs write under prefixes of their own (r:id). */
export function attribute(attributes: Record<string, string>, name: string): string | undefined {
  const key = Object.keys(attributes).find((candidate) => localName(candidate) === name);
  return key === undefined ? undefined : attributes[key];
}

async function* withFirst(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/**
 * Parses a part as it inflates, yielding after each chunk so that a caller can take what its handlers gathered.
 * Document types (and with them entities) are refused, and so is a text or tag longer than `maxTokenChars`.
 */
export async function* parseXml(
  chunks: AsyncIterable<Buffer>,
  handlers: XmlHandlers,
  maxTokenChars: number,
): AsyncGenerator<void> {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    const first = await iterator.next();
    if (first.done === true) throw notAWorkbook('a part of it is empty');
    const parser = new SaxesParser<{ position: false; xmlns: false }>({ position: false, xmlns: false });
    // The parser holds a token until it ends; what it was fed since its last event bounds that.
    let sinceEvent = 0;
    let depth = 0;
    parser.on('error', (error) => {
      throw notAWorkbook(`its XML is malformed (${error.message.slice(0, 200)})`, error);
    });
    parser.on('doctype', () => {
      throw notAWorkbook('it holds a document type declaration, which workbooks never do');
    });
    parser.on('opentag', (tag) => {
      sinceEvent = 0;
      // The parser keeps every element that is open, so that a deflated run of start tags would fill the memory.
      depth += 1;
      if (depth > MAX_DEPTH) throw notAWorkbook(`its XML has more than ${MAX_DEPTH} elements within one another`);
      handlers.open(localName(tag.name), tag.attributes);
    });
    parser.on('text', (text) => {
      sinceEvent = 0;
      handlers.text?.(text);
    });
    parser.on('cdata', (text) => {
      sinceEvent = 0;
      handlers.text?.(text);
    });
    parser.on('closetag', (tag) => {
      sinceEvent = 0;
      depth -= 1;
      handlers.close?.(localName(tag.name));
    });
    for await (const text of decodeText(withFirst(first.value, iterator), encodingByMark(first.value) ?? 'UTF-8')) {
      sinceEvent += text.length;
      parser.write(text);
      if (sinceEvent > maxTokenChars) {
        throw new ContainerFault(
          'LINE_TOO_LONG',
          `A single text or tag of the workbook is longer than ${maxTokenChars} characters.`,
        );
      }
      yield;
    }
    parser.close();
    yield;
  } catch (error) {
    if (error instanceof ContainerFault && error.code === 'BAD_ENCODING')
      throw notAWorkbook('its XML is not UTF-8', error);
    throw error;
  } finally {
    await iterator.return?.();
  }
}

/** Parses a part that needs no streaming. */
export async function parseWhole(
  chunks: AsyncIterable<Buffer>,
  handlers: XmlHandlers,
  maxTokenChars: number,
): Promise<void> {
  for await (const _ of parseXml(chunks, handlers, maxTokenChars));
}

/** Strings of a workbook write what XML cannot as _xHHHH_. Half a surrogate pair is no character and becomes U+FFFD. */
export function unescaped(text: string): string {
  if (!text.includes('_x')) return text;
  return text
    .replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    .replace(/\p{Cs}/gu, '\ufffd');
}
