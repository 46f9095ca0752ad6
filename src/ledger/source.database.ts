import type { EntityManager } from 'typeorm';
import { readHeads } from './heads.js';
import { Misfit, type ChainRecord, type LedgerSource } from './verify.js';

const BATCH = 2_000;
/**
 * A number below every possible record number (the smallest bigint), so that the first batch begins with the first
 * record, even one whose number was changed to a negative one.
 */
const BEFORE_ALL = '-9223372036854775808';
/** A number that no record exceeds (the largest bigint). */
const AFTER_ALL = '9223372036854775807';

/**
 * The ledger of a database as a source for verification. The caller's transaction must be REPEATABLE READ, so that
 * records and signed heads come from one snapshot.
 */
export async function databaseSource(tx: EntityManager): Promise<LedgerSource> {
  return { records: readRecords(tx), heads: await readHeads(tx) };
}

/**
 * Reads ledger records in batches: all, or those after one record number and up to another. The JSON facts are read as text, because parsing would hide that a number was
 * replaced by another notation of the same value.
 */
export async function* readRecords(
  tx: EntityManager,
  { after = BEFORE_ALL, upTo = AFTER_ALL }: { after?: string | undefined; upTo?: string } = {},
): AsyncGenerator<ChainRecord[]> {
  for (let last = after; ;) {
    const rows = (await tx.query(
      `SELECT seq::text AS seq, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at,
              kind, actor, subject_type, subject_id, facts::text AS facts, previous_hash, hash
       FROM ledger_record l
       WHERE l.seq > $1 AND l.seq <= $3
       ORDER BY l.seq
       LIMIT $2`,
      [last, BATCH, upTo],
    )) as Array<Omit<ChainRecord, 'facts'> & { facts: string }>;
    if (rows.length === 0) return;
    last = rows.at(-1)!.seq;
    yield rows.map((row) => ({ ...row, facts: readFacts(row) }));
  }
}

function readFacts({ seq, kind, facts }: { seq: string; kind: string; facts: string }): Record<string, unknown> {
  const odd = inexactNumber(facts);
  if (odd !== null) throw new Misfit(seq, kind, `facts hold the number ${odd}, which no record is written with`);
  return JSON.parse(facts) as Record<string, unknown>;
}

/**
 * Finds the first number in jsonb text that is not written as the shortest decimal of a double, such as 3.50 or one
 * with too many digits: its parsed value would equal the hashed number although the stored text was changed. Returns
 * null where there is none.
 */
export function inexactNumber(json: string): string | null {
  // Fast path: most texts have neither a trailing zero after a decimal point nor a run of 16 digits, and so cannot
  // contain such a number.
  if (!/\.\d*0(?!\d)|\d[\d.]{15}/.test(json)) return null;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.]*/g))
    if (!token.startsWith('"') && plainDecimal(Number(token)) !== token) return token;
  return null;
}

/** Writes a double as its shortest decimal without an exponent, as PostgreSQL writes numbers in jsonb. */
function plainDecimal(value: number): string {
  const text = String(value);
  const parts = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!parts) return text;
  const [, sign, whole, fraction = '', power] = parts as unknown as [
    string,
    string,
    string,
    string | undefined,
    string,
  ];
  const exponent = Number(power);
  const digits = whole + fraction;
  return exponent < 0 ? `${sign}0.${'0'.repeat(-exponent - 1)}${digits}` : sign + digits.padEnd(exponent + 1, '0');
}
