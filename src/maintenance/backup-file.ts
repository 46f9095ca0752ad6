import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { migrations } from '../../migrations/index.js';

/**
 * Format of a backup file: gzip-compressed lines. A JSON header; per table a JSON line and its rows in PostgreSQL's
 * COPY text format, ended by a line `\.`; a JSON line `{"jobs": true}` and one JSON line for each waiting background job,
 * ended in the same way; a JSON trailer with the SHA-256 of everything before it. The backup is taken from one
 * repeatable-read snapshot, without external tools. The search index is not included: it is derived from the database,
 * and rebuilt after a restore.
 */

export class BackupError extends Error {}

export interface Header {
  techpoolBackup: 1;
  createdAt: string;
  migrations: string[];
  sequences: Record<string, string>;
  /**
   * Names of the constraints that rows from before a migration violate (pg_constraint.convalidated is false); absent in
   * backups of earlier versions.
   */
  unvalidated?: string[];
  /**
   * SHA-256 of the deployment's secret key, so that a restore under another key is refused before anything is changed.
   */
  secretFingerprint: string;
  /**
   * The generated secret key of an embedded deployment, which is stored nowhere else; absent where the operator
   * configures the key.
   */
  embeddedSecret?: string;
}

export interface TableLine {
  table: string;
  columns: string[];
}

/** One line of a background job that waited, or ran, when the backup was taken. */
export interface JobLine {
  task: string;
  /** The job's data as JSON text. */
  payload: string;
  queue: string | null;
  key: string | null;
  runAt: string;
  priority: number;
  maxAttempts: number;
}

/** The header of a backup that was checked as a whole, with the rows and the digest that its trailer states. */
export interface Inspected extends Header {
  rows: number;
  sha256: string;
}

/** Line that ends the rows of a table, and the jobs. */
export const END_OF_ROWS = '\\.';

export const fingerprint = (secret: string) => createHash('sha256').update('techpool').update(secret).digest('hex');

/** A stream of the decompressed text of a gzip file. An error of the file stream is passed on to the text stream. */
function openText(file: string): Readable {
  const source = createReadStream(file);
  const text = createGunzip();
  source.on('error', (error) => text.destroy(error));
  return source.pipe(text).setEncoding('utf8');
}

/** Reads a backup file line by line. Only LF ends a line, as data rows may contain other line separators unescaped. */
export async function* readLines(file: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of openText(file)) {
    const pieces = (rest + (chunk as string)).split('\n');
    rest = pieces.pop() ?? '';
    yield* pieces;
  }
}

/**
 * Reads a whole backup file once and checks that it is complete, undamaged and not of a newer program version, before a
 * restore writes anything; returns its header.
 */
export async function inspectBackup(file: string): Promise<Inspected> {
  const digest = createHash('sha256');
  let rest = '';
  let header: Header | undefined;
  const refuse = (why: string) => new BackupError(`${file} ${why}; nothing was changed.`);
  let lastLine = '';
  try {
    for await (const chunk of openText(file)) {
      rest += chunk as string;
      const cut = rest.lastIndexOf('\n');
      if (cut < 0) continue;
      const whole = rest.slice(0, cut + 1);
      rest = rest.slice(cut + 1);
      header ??= JSON.parse(whole.slice(0, whole.indexOf('\n'))) as Header;
      // The digest covers all lines but the last one of the file, which holds the digest. Any line may be the last one
      // until another follows, so the last complete line read is added only then.
      digest.update(lastLine);
      const start = whole.lastIndexOf('\n', whole.length - 2) + 1;
      digest.update(whole.slice(0, start));
      lastLine = whole.slice(start);
    }
  } catch (error) {
    throw refuse(`is not a readable backup (${(error as Error).message})`);
  }
  if (header?.techpoolBackup !== 1) throw refuse('is not a backup of Techpool');
  let trailer: { end?: boolean; rows?: number; sha256?: string } = {};
  try {
    trailer = JSON.parse(lastLine) as typeof trailer;
  } catch {
    // An unreadable trailer is refused below.
  }
  if (trailer.end !== true) throw refuse('is cut off');
  if (trailer.sha256 !== digest.digest('hex')) throw refuse('is damaged');
  const known = new Set(migrations.map((Migration) => new Migration().name));
  const foreign = header.migrations.filter((name) => !known.has(name));
  if (foreign.length > 0) throw refuse(`was made by a newer version (${foreign.join(', ')}); update the program first`);
  return { ...header, rows: trailer.rows ?? 0, sha256: trailer.sha256 };
}
