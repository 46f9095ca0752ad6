import { SaxesParser } from 'saxes';
import { decodeText, encodingByMark } from './encoding.js';
import { ContainerFault } from './faults.js';
import { notAWorkbook } from './xlsx-zip.js';
import { say } from './tabular.messages.js';

/** Maximum nesting of XML elements, in levels; workbooks use about a dozen. */
const MAX_DEPTH = 256;

/** Callbacks for the events of parsing one XML part; element names come without their namespace prefix. */
export interface XmlHandlers {
  open(name: string, attributes: Record<string, string>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** The name of an XML element without its namespace prefix, as some programs write <x:row> for <row>. */
function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon === -1 ? name : name.slice(colon + 1);
}

/**
 * The value of an XML attribute by its name without prefix, for attributes whose prefix differs between programs, such
 * as r:id.
 */
export function attribute(attributes: Record<string, string>, name: string): string | undefined {
  const key = Object.keys(attributes).find((candidate) => localName(candidate) === name);
  return key === undefined ? undefined : attributes[key];
}

async function* withFirst(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/**
 * Parses an XML part while it is inflated, and yields after each chunk, so that a caller can consume what the handlers
 * have collected. Document types (and so entities) are refused, and so is a text or tag longer than `maxTokenChars`
 * characters.
 */
export async function* parseXml(
  chunks: AsyncIterable<Buffer>,
  handlers: XmlHandlers,
  maxTokenChars: number,
): AsyncGenerator<void> {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    const first = await iterator.next();
    if (first.done === true) throw notAWorkbook(say('workbook.emptyPart'));
    const parser = new SaxesParser<{ position: false; xmlns: false }>({ position: false, xmlns: false });
    // The parser buffers a text or tag until it ends; the number of characters fed since the last event bounds that
    // buffer.
    let sinceEvent = 0;
    let depth = 0;
    parser.on('error', (error) => {
      throw notAWorkbook(say('workbook.xml', { reason: error.message.slice(0, 200) }), error);
    });
    parser.on('doctype', () => {
      throw notAWorkbook(say('workbook.doctype'));
    });
    parser.on('opentag', (tag) => {
      sinceEvent = 0;
      // The parser keeps every open element in memory, so that a small compressed run of start tags could fill it.
      depth += 1;
      if (depth > MAX_DEPTH) throw notAWorkbook(say('workbook.depth', { max: MAX_DEPTH }));
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
        throw new ContainerFault(say('LINE_TOO_LONG.tag', { max: maxTokenChars }));
      }
      yield;
    }
    parser.close();
    yield;
  } catch (error) {
    if (error instanceof ContainerFault && error.code === 'BAD_ENCODING')
      throw notAWorkbook(say('workbook.utf8'), error);
    throw error;
  } finally {
    await iterator.return?.();
  }
}

/** Parses a whole small part at once. */
export async function parseWhole(
  chunks: AsyncIterable<Buffer>,
  handlers: XmlHandlers,
  maxTokenChars: number,
): Promise<void> {
  for await (const _ of parseXml(chunks, handlers, maxTokenChars));
}

/**
 * Decodes escapes of the form _xHHHH_, by which workbook strings write characters that XML cannot hold. A lone
 * surrogate becomes U+FFFD.
 */
export function unescaped(text: string): string {
  if (!text.includes('_x')) return text;
  return text
    .replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    .replace(/\p{Cs}/gu, '\ufffd');
}
