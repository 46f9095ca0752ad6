import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { App } from '../kernel/context.js';
import { HEAD_FORMAT, readHeads, readKeys, type LedgerKeyRecord, type PublishedHead } from './heads.js';
import { readRecords } from './source.database.js';
import { Misfit, type ChainRecord, type LedgerSource } from './verify.js';
import { canonicalJson } from '../lib/canonical-json.js';

/**
 * Format of a ledger export: text with one canonical JSON object per line, in this order: `{format}`, the public
 * signing keys (`{key}`), the signed heads of the hash chain (`{head}`), every record (`{record}`), and `{end}` with
 * the number of records. An export contains neither secrets nor personal data.
 */
const FORMAT = 'techpool-ledger-export/1';
const BATCH = 2_000;

export interface ExportResult {
  records: number;
  heads: number;
}

/**
 * Writes a consistent snapshot of the whole ledger to a file in the export format. The file gets its name only when it
 * is complete; after an error nothing is left behind.
 */
export async function exportLedger(app: App, file: string): Promise<ExportResult> {
  const partial = `${file}.partial`;
  const result: ExportResult = { records: 0, heads: 0 };
  try {
    await app.dataSource.transaction('REPEATABLE READ', async (tx) => {
      const keys = await readKeys(tx);
      const heads = await readHeads(tx);
      result.heads = heads.length;
      async function* lines(): AsyncGenerator<string> {
        const top = [
          { format: FORMAT, exportedAt: app.clock().toISOString() },
          ...keys.map((key) => ({ key })),
          ...heads.map((head) => ({ head })),
        ];
        yield top.map((line) => `${canonicalJson(line)}\n`).join('');
        for await (const batch of readRecords(tx)) {
          result.records += batch.length;
          yield batch.map((record) => `${canonicalJson({ record })}\n`).join('');
        }
        yield `${canonicalJson({ end: { records: result.records } })}\n`;
      }
      await pipeline(Readable.from(lines()), createWriteStream(partial));
    });
    await rename(partial, file);
    return result;
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

type Line = {
  format?: string;
  key?: LedgerKeyRecord;
  head?: PublishedHead;
  record?: ChainRecord;
  end?: { records: number };
};

/**
 * Reads an export file as a source of ledger records for verification. A line that deviates from the export format
 * throws a Misfit.
 */
export async function fileSource(file: string): Promise<LedgerSource> {
  const lines = readLines(file);
  const heads: PublishedHead[] = [];
  const keys = new Map<string, string>();
  let number = 0;
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw new Misfit(null, null, `the export is cut off after line ${number}`);
    number += 1;
    const line = parseLine(value, number);
    if (number === 1) {
      if (line.format !== FORMAT) throw new Misfit(null, null, `${file} is not an export of a ledger (${FORMAT})`);
    } else if (line.key) keys.set(line.key.kid, line.key.publicKey);
    else if (line.head) heads.push({ ...line.head, publicKey: keys.get(line.head.kid) ?? '' });
    else return { records: recordsOf(lines, line, number), heads };
  }
}

async function* recordsOf(lines: AsyncGenerator<string>, first: Line, from: number): AsyncGenerator<ChainRecord[]> {
  let batch: ChainRecord[] = [];
  let count = 0;
  let number = from;
  for (let line = first; ; line = parseLine(await nextLine(lines, number), (number += 1))) {
    if (line.end) {
      yield batch;
      if (line.end.records !== count)
        throw new Misfit(null, null, `the export has ${count} records and should have ${line.end.records}`);
      if (!(await lines.next()).done)
        throw new Misfit(null, null, `the export goes on after its end in line ${number}`);
      return;
    }
    if (!line.record) throw new Misfit(null, null, `line ${number} of the export is not a record`);
    batch.push(line.record);
    count += 1;
    if (batch.length === BATCH) {
      yield batch;
      batch = [];
    }
  }
}

async function nextLine(lines: AsyncGenerator<string>, number: number): Promise<string> {
  const { value, done } = await lines.next();
  if (done) throw new Misfit(null, null, `the export is cut off after line ${number}`);
  return value;
}

function parseLine(text: string, number: number): Line {
  let line: Line | null;
  try {
    line = JSON.parse(text) as Line | null;
  } catch {
    throw new Misfit(null, null, `line ${number} of the export is not JSON`);
  }
  if (line === null || !isWhole(line))
    throw new Misfit(null, null, `line ${number} of the export lacks something or holds something else`);
  if (canonicalJson(line) !== text)
    throw new Misfit(
      line.record?.seq ?? null,
      line.record?.kind ?? null,
      `line ${number} of the export is not as an export writes it`,
    );
  return line;
}

const strings = (object: object, ...keys: string[]): boolean =>
  keys.every((key) => typeof (object as Record<string, unknown>)[key] === 'string');
const isNumber = (text: unknown): boolean => typeof text === 'string' && /^-?\d{1,19}$/.test(text);
const isTextOrNull = (value: unknown): boolean => value === null || typeof value === 'string';

/** Whether a parsed line of an export has all members, with their types, that the later checks read. */
function isWhole({ format, key, head, record, end }: Line): boolean {
  if (record) {
    return (
      isNumber(record.seq) &&
      isTextOrNull(record.actor) &&
      strings(record, 'at', 'kind', 'subject_type', 'subject_id', 'previous_hash', 'hash') &&
      typeof record.facts === 'object' &&
      record.facts !== null
    );
  }
  if (head)
    return isNumber(head.seq) && isTextOrNull(head.cohort) && strings(head, 'hash', 'signedAt', 'kid', 'signature');
  if (key) return strings(key, 'kid', 'publicKey');
  return end ? typeof end.records === 'number' : typeof format === 'string';
}

async function* readLines(file: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 20 })) {
    const pieces = (rest + (chunk as string)).split('\n');
    rest = pieces.pop() ?? '';
    yield* pieces;
  }
  if (rest !== '') yield rest;
}

/** Parses a published head from a file's text. */
export function parseHead(text: string): PublishedHead {
  let head: Partial<PublishedHead> | null;
  try {
    head = JSON.parse(text) as Partial<PublishedHead> | null;
  } catch {
    head = null;
  }
  const strings = [head?.seq, head?.hash, head?.signedAt, head?.kid, head?.signature, head?.publicKey];
  if (
    head?.format !== HEAD_FORMAT ||
    strings.some((value) => typeof value !== 'string') ||
    !/^\d{1,19}$/.test(head.seq!)
  ) {
    throw new Misfit(null, null, `the head given is not a published head (${HEAD_FORMAT})`);
  }
  return { ...(head as PublishedHead), cohort: head.cohort ?? null };
}
