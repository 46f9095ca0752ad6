import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { DataSource } from 'typeorm';
import type { InvestorDump } from '../engine/index.js';
import { newId } from '../../lib/ids.js';
import type { CursorState } from './match.changes.js';

/** What the numbers in a snapshot rest on: with any of it changed, they mean something else. */
export interface SnapshotBasis {
  readonly model: number;
  readonly generation: number;
  /** Digests of the currency rates and of the code lists. */
  readonly rates: string;
  readonly taxonomy: string;
}

interface Header extends SnapshotBasis {
  readonly id: string;
  readonly engine: string;
  readonly bytes: number;
  readonly cursor: CursorState;
}

/** Rows that say which snapshots were made of this database; older ones than these are forgotten. */
const REMEMBERED = 20;

export const digestOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);

/**
 * The investors as this process held them, in a file, so that a restart need not compute a hundred thousand profiles anew.
 * It goes with a place in the sequence of changes, from which a restart goes on. It is used only where the database knows
 * it (a restored backup may not), the code of the engine is the same, and all that it rests on; else everything is read from
 * the database. Only organisations stand in it: talents are persons, and no trace of an erased one may lie in a file.
 */
export class InvestorSnapshot {
  private readonly path: string;

  constructor(
    private readonly dataSource: DataSource,
    dataDir: string,
  ) {
    this.path = join(dataDir, 'cache', 'matching-investors.bin');
  }

  /** The snapshot of this basis, or null. Whatever is wrong with the file, the database has it all. */
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

  /** Writes a dump with the place in the sequence at which it was taken. Gives the file's size. */
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

/** Stands for the code that gives the numbers their meaning. */
function engineDigest(): Promise<string> {
  engine ??= (async () => {
    const hash = createHash('sha256').update(process.version);
    const folder = join(import.meta.dirname, '..', 'engine');
    for (const name of (await readdir(folder)).filter((file) => /\.[jt]s$/.test(file)).sort())
      hash.update(name).update(await readFile(join(folder, name)));
    for (const file of await Promise.all(
      ['match.records', 'match.vectors', 'match.snapshot'].map((name) =>
        readFile(join(import.meta.dirname, `${name}.js`)).catch(() =>
          readFile(join(import.meta.dirname, `${name}.ts`)),
        ),
      ),
    ))
      hash.update(file);
    return hash.digest('hex');
  })();
  return engine;
}
