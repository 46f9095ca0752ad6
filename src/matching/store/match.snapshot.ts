import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { DataSource } from 'typeorm';
import type { InvestorDump } from '../engine/investor.index.js';
import { newId } from '../../lib/ids.js';
import type { CursorState } from './match.changes.js';

/**
 * Versions and digests of all data, other than the investors' own, that the numbers in a snapshot file depend on; if
 * one differs, the file is not used.
 */
export interface SnapshotBasis {
  readonly model: number;
  readonly generation: number;
  /** Digests of the exchange rates and of the industry and region trees. */
  readonly rates: string;
  readonly taxonomy: string;
}

interface Header extends SnapshotBasis {
  readonly id: string;
  readonly engine: string;
  readonly bytes: number;
  readonly cursor: CursorState;
}

/** Number of snapshot files whose ids the database remembers; a file with a forgotten id is not used. */
const REMEMBERED = 20;

export const digestOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);

/**
 * A file with the content of this process's investor index, so that a restart need not recompute a hundred thousand
 * profiles. It includes the reading position in match_change, from which a restart continues. It is used only if the
 * database knows its id (a restored backup may not), and engine code, model, texts, rates and taxonomy are the same;
 * otherwise all records are read from the database. It contains organisations only: talents are persons, of whom no
 * trace may remain in a file after erasure.
 */
export class InvestorSnapshot {
  private readonly path: string;

  constructor(
    private readonly dataSource: DataSource,
    dataDir: string,
  ) {
    this.path = join(dataDir, 'cache', 'matching-investors.bin');
  }

  /**
   * Reads the snapshot file; null if it is missing, faulty or outdated. A faulty file is no error, because the database
   * holds all data.
   */
  async read(basis: SnapshotBasis): Promise<{ dump: InvestorDump; cursor: CursorState } | null> {
    const file = await readFile(this.path).catch(() => null);
    if (file === null || file.length < 4) return null;
    try {
      const body = 4 + file.readUInt32LE(0);
      const header = JSON.parse(file.toString('utf8', 4, body)) as Header;
      if (header.engine !== (await engineDigest()) || header.bytes !== file.length - body) return null;
      if (
        header.model !== basis.model ||
        header.generation !== basis.generation ||
        header.rates !== basis.rates ||
        header.taxonomy !== basis.taxonomy
      )
        return null;
      const known = (await this.dataSource.query(`SELECT 1 FROM match_snapshot WHERE id = $1`, [
        header.id,
      ])) as unknown[];
      return known.length === 0
        ? null
        : { dump: deserialize(file.subarray(body)) as InvestorDump, cursor: header.cursor };
    } catch {
      return null;
    }
  }

  /**
   * Writes the snapshot file: the index's content and the reading position in match_change at the same moment. Returns
   * the file's size in bytes.
   */
  async save(basis: SnapshotBasis, dump: InvestorDump, cursor: CursorState): Promise<number> {
    const engine = await engineDigest();
    const body = serialize(dump);
    const id = newId();
    const header = Buffer.from(JSON.stringify({ ...basis, id, engine, bytes: body.length, cursor } satisfies Header));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(header.length);
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const draft = `${this.path}.${id}`;
    try {
      const file = await open(draft, 'w', 0o600);
      try {
        await file.writev([length, header, body]);
      } finally {
        await file.close();
      }
      await this.dataSource.query(`INSERT INTO match_snapshot (id) VALUES ($1)`, [id]);
      await this.dataSource.query(
        `DELETE FROM match_snapshot
         WHERE id NOT IN (SELECT id FROM match_snapshot ORDER BY saved_at DESC LIMIT ${REMEMBERED})`,
      );
      await rename(draft, this.path);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    return length.length + header.length + body.length;
  }
}

let engine: Promise<string> | undefined;

/**
 * Digest of the engine's code and the Node version, because the numbers in a snapshot have meaning only for the code
 * that wrote them.
 */
function engineDigest(): Promise<string> {
  engine ??= (async () => {
    const hash = createHash('sha256').update(process.version);
    const add = async (folder: string, isMeant: RegExp) => {
      for (const name of (await readdir(folder)).filter((file) => isMeant.test(file)).sort())
        hash.update(name).update(await readFile(join(folder, name)));
    };
    await add(join(import.meta.dirname, '..', 'engine'), /\.[jt]s$/);
    await add(import.meta.dirname, /^(?:\w+\.records|match\.(?:values|vectors|snapshot))\.[jt]s$/);
    return hash.digest('hex');
  })();
  return engine;
}
