import { headFault, type PublishedHead } from './heads.js';
import { ledgerHash, type ChainEnd, type LedgerRow } from './ledger.service.js';

/** A ledger record as it is stored, with its hash and that of the record before it. */
export interface ChainRecord extends LedgerRow {
  previous_hash: string;
  hash: string;
}

/**
 * The error for a ledger record or signed head that fails verification; `seq` and `kind` identify the record where
 * there is one.
 */
export class Misfit extends Error {
  constructor(
    readonly seq: string | null,
    readonly kind: string | null,
    readonly what: string,
  ) {
    super(
      [seq === null ? null : `seq=${seq}`, kind === null ? null : `kind=${kind}`, what]
        .filter((part) => part !== null)
        .join(' '),
    );
  }
}

/**
 * A ledger to verify. Its records come in batches, in the order of their numbers, and are read while they are checked.
 */
export interface LedgerSource {
  records: AsyncIterable<readonly ChainRecord[]>;
  /** The signed heads stored with the ledger, in the order of their record numbers. */
  heads: readonly PublishedHead[];
}

/**
 * Repeats the decisions that the records describe; `observe` throws a Misfit at a record that cannot follow from those
 * before it.
 */
export interface Replay {
  observe(record: ChainRecord): void;
}

export interface ChainResult {
  records: number;
  /** Number of heads compared with the chain. */
  heads: number;
  /** Number and hash of the last ledger record; null for an empty ledger. */
  end: ChainEnd | null;
}

export interface VerifyOptions {
  /** Repeats the decisions of the records; without it, chain and heads alone are verified. */
  replay?: Replay;
  /** A signed head from outside, which must also match this ledger. */
  published?: PublishedHead | undefined;
  /** The record before the first one of the source, which was verified before; none for a whole ledger. */
  after?: ChainEnd | undefined;
}

/**
 * Verifies a ledger from its first record: the numbers have no gaps, every hash covers the previous one, every signed
 * head has a valid signature and the hash of its record, and `replay` accepts every record. Records are read in batches
 * and not kept; the signed heads are all held in memory.
 *
 * @throws Misfit naming the first record that fails
 */
export async function verifyChain(
  source: LedgerSource,
  { replay, published, after }: VerifyOptions,
): Promise<ChainResult> {
  if (published) {
    const fault = headFault(published, published.publicKey);
    if (fault !== null) throw new Misfit(published.seq, null, `the head given does not hold: ${fault}`);
  }
  const heads = [...source.heads, ...(published ? [published] : [])].sort((a, b) =>
    BigInt(a.seq) < BigInt(b.seq) ? -1 : BigInt(a.seq) > BigInt(b.seq) ? 1 : 0,
  );
  let next = 0;
  let count = 0;
  let previous: { seq: bigint; hash: string } | null = after ? { seq: BigInt(after.seq), hash: after.hash } : null;
  for await (const batch of source.records) {
    for (const record of batch) {
      previous = checkRecord(record, previous);
      count += 1;
      for (let head = heads[next]; head && head.seq === record.seq; head = heads[(next += 1)])
        checkHead(head, record, head === published);
      replay?.observe(record);
    }
  }
  const beyond = heads[next];
  if (beyond) {
    const at = previous === null ? 'the ledger is empty' : `the ledger ends at ${previous.seq}`;
    throw new Misfit(
      ((previous?.seq ?? 0n) + 1n).toString(),
      null,
      `is missing: ${at}, but ${describe(beyond, beyond === published)} names record ${beyond.seq}`,
    );
  }
  return {
    records: count,
    heads: heads.length,
    end: previous && { seq: previous.seq.toString(), hash: previous.hash },
  };
}

function checkRecord(
  record: ChainRecord,
  previous: { seq: bigint; hash: string } | null,
): { seq: bigint; hash: string } {
  const seq = BigInt(record.seq);
  const expected = (previous?.seq ?? 0n) + 1n;
  if (seq > expected)
    throw new Misfit(
      expected.toString(),
      null,
      `is missing: record ${record.seq} comes after ${(previous?.seq ?? 0n).toString()}`,
    );
  if (seq < expected) throw new Misfit(record.seq, record.kind, `its number comes where ${expected} belongs`);
  if (record.previous_hash !== (previous?.hash ?? ''))
    throw new Misfit(record.seq, record.kind, 'previous_hash is not the hash of the record before');
  const { previous_hash, hash, ...row } = record;
  if (ledgerHash(previous_hash, row) !== hash)
    throw new Misfit(
      record.seq,
      record.kind,
      'its content does not give its hash: at least one of at, kind, actor, subject, facts or the hash was changed',
    );
  return { seq, hash };
}

function checkHead(head: PublishedHead, record: ChainRecord, given: boolean): void {
  const fault = headFault(head, head.publicKey || undefined);
  if (fault !== null) throw new Misfit(record.seq, record.kind, `${describe(head, given)} does not hold: ${fault}`);
  if (head.hash !== record.hash)
    throw new Misfit(
      record.seq,
      record.kind,
      `its hash is not the one in ${describe(head, given)}: this is another chain`,
    );
}

const describe = (head: PublishedHead, given: boolean): string =>
  `${given ? 'the head given, signed' : 'the head signed'} at ${head.signedAt},`;
