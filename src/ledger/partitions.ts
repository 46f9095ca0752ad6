import type { EntityManager } from 'typeorm';
import type { App } from '../kernel/context.js';
import type { Task } from '../kernel/jobs.js';
import { headFault, readHeads, signRecord, type PublishedHead } from './heads.js';
import { lockChainEnd, type ChainEnd } from './ledger.service.js';
import { readRecords } from './source.database.js';
import { Misfit, verifyChain } from './verify.js';

/**
 * The ledger's partitions, each of which holds a range of record numbers. A full partition is sealed once its records
 * have been verified: the hash of its last record is signed like a head. As each hash covers all records before it, a
 * later verification may begin after the last sealed partition, its checkpoint.
 */

export const PARTITIONS_TASK = 'ledger:partitions';

interface Partition {
  from: string;
  to: string;
  /** Hash of the last record; null while the partition is not sealed. */
  hash: string | null;
}

const readPartitions = (tx: EntityManager): Promise<Partition[]> =>
  tx.query(
    `SELECT from_seq::text AS from, to_seq::text AS to, last_hash AS hash FROM ledger_partition ORDER BY from_seq`,
  ) as Promise<Partition[]>;

/**
 * Hourly task: prepares the partition after the one that records go to, so that no append has to make it, and seals the
 * partitions that are full.
 */
export const keepPartitions: Task = async (app) => {
  await app.dataSource.query(
    `SELECT ledger_extend(COALESCE((SELECT max(seq) FROM ledger_record), 0) + ledger_partition_size())`,
  );
  try {
    while (await sealNext(app));
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    app.log.error(
      { seq: error.seq, kind: error.kind },
      `a partition of the ledger is not sealed, since a record does not fit: ${error.what}; run npm run ledger:verify`,
    );
  }
};

/** Verifies the first full partition that is not sealed, and seals it; false where there is none. */
async function sealNext(app: App): Promise<boolean> {
  const full = await app.dataSource.transaction('REPEATABLE READ', async (tx) => {
    const partitions = await readPartitions(tx);
    const at = partitions.findIndex(({ hash }) => hash === null);
    const next = partitions[at];
    const [{ end }] = (await tx.query(`SELECT max(seq)::text AS end FROM ledger_record`)) as [{ end: string | null }];
    if (!next || end === null || BigInt(end) < BigInt(next.to)) return null;
    const before = partitions[at - 1];
    const after = before ? { seq: before.to, hash: before.hash! } : undefined;
    const chain = await verifyChain(
      { records: readRecords(tx, { after: before?.to, upTo: next.to }), heads: [] },
      { after },
    );
    if (chain.end?.seq !== next.to) throw new Misfit(next.to, null, 'is missing at the end of its partition');
    return { from: next.from, end: chain.end };
  });
  if (!full) return false;
  await app.dataSource.transaction(async (tx) => {
    await lockChainEnd(tx);
    await signRecord(tx, app, full.end, null);
    // Another process may have sealed it meanwhile.
    await tx.query(
      `UPDATE ledger_partition SET sealed_at = $2, last_hash = $3 WHERE from_seq = $1 AND sealed_at IS NULL`,
      [full.from, app.clock(), full.end.hash],
    );
  });
  app.log.info({ from: full.from, to: full.end.seq }, 'a partition of the ledger was sealed');
  return true;
}

/**
 * Checks that sealed partitions follow each other without a gap and that a signed head states the same hash for the last
 * record of each. Returns the end of the last one, with its head; undefined where none is sealed.
 *
 * @throws Misfit at the first seal that does not fit
 */
export async function checkSeals(
  tx: EntityManager,
  heads: readonly PublishedHead[],
): Promise<{ end: ChainEnd; head: PublishedHead } | undefined> {
  const headAt = new Map(heads.map((head) => [head.seq, head]));
  let last: { end: ChainEnd; head: PublishedHead } | undefined;
  let expected = 1n;
  let open = false;
  for (const { from, to, hash } of await readPartitions(tx)) {
    if (BigInt(from) !== expected) throw new Misfit(from, null, `begins a partition where ${expected} belongs`);
    expected = BigInt(to) + 1n;
    if (hash === null) open = true;
    else {
      const head = headAt.get(to);
      if (open) throw new Misfit(to, null, 'ends a sealed partition, and one before it is not sealed');
      if (!head) throw new Misfit(to, null, 'ends a sealed partition, and no signed head is there for it');
      if (head.hash !== hash) throw new Misfit(to, null, 'ends a partition that was sealed with another hash');
      last = { end: { seq: to, hash }, head };
    }
  }
  return last;
}

export interface SinceCheckpoint {
  records: number;
  heads: number;
  /** Number of the record after which the verification began; null where no partition is sealed yet. */
  since: string | null;
}

/**
 * Verifies the chain and the signed heads after the last sealed partition, in one snapshot, and that partition's seal.
 * Earlier records are covered by the seal, and cohorts are not replayed: that takes the whole ledger.
 *
 * @throws Misfit naming the first record that does not fit
 */
export function verifySinceCheckpoint(app: App, published?: PublishedHead): Promise<SinceCheckpoint> {
  return app.dataSource.transaction('REPEATABLE READ', async (tx) => {
    const heads = await readHeads(tx);
    const checkpoint = await checkSeals(tx, heads);
    if (checkpoint) await checkCheckpoint(tx, checkpoint.head);
    const since = checkpoint?.end;
    if (published && since && BigInt(published.seq) <= BigInt(since.seq))
      throw new Misfit(
        published.seq,
        null,
        'is before the last checkpoint: verify the head given without --since-checkpoint',
      );
    const chain = await verifyChain(
      {
        records: readRecords(tx, { after: since?.seq }),
        heads: heads.filter((head) => since === undefined || BigInt(head.seq) > BigInt(since.seq)),
      },
      { published, after: since },
    );
    return { records: chain.records, heads: chain.heads + (since ? 1 : 0), since: since?.seq ?? null };
  });
}

/** Checks the signature of a sealed partition's head, and that its record still has that hash by its content. */
async function checkCheckpoint(tx: EntityManager, head: PublishedHead): Promise<void> {
  const fault = headFault(head, head.publicKey || undefined);
  if (fault !== null)
    throw new Misfit(head.seq, null, `ends a sealed partition, and its signature does not hold: ${fault}`);
  const before = (BigInt(head.seq) - 1n).toString();
  const [previous] = (await tx.query(`SELECT seq::text AS seq, hash FROM ledger_record WHERE seq = $1`, [
    before,
  ])) as ChainEnd[];
  if (!previous && before !== '0') throw new Misfit(before, null, 'is missing');
  const { end } = await verifyChain(
    { records: readRecords(tx, { after: before, upTo: head.seq }), heads: [head] },
    { after: previous },
  );
  if (end?.seq !== head.seq) throw new Misfit(head.seq, null, 'is missing at the end of its partition');
}
