import type { EntityManager } from 'typeorm';
import { readHeads } from './heads.js';
import { Misfit, type ChainRecord, type LedgerSource } from './verify.js';

const BATCH = 2_000;
/** Below every number, so that a record moved out of the way is met as well. */
const BEFORE_ALL = '-9223372036854775808';

/** The ledger of a database; the caller's transaction must be REPEATABLE READ, so that all is of one moment. */
export async function databaseSource(tx: EntityManager): Promise<LedgerSource> {
  return { records: readRecords(tx), heads: await readHeads(tx) };
}

/** All records in batches. Facts are taken as text: a number that only looks like the hashed one is told apart. */
export async function* readRecords(tx: EntityManager): AsyncGenerator<ChainRecord[]> {
  for (let last = BEFORE_ALL; ;) {
    const rows = (await tx.query(
      `SELECT seq::text AS seq, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at, kind, actor, subject_type, subject_id, facts::text AS facts, previous_hash, hash
       FROM ledger_record l WHERE l.seq > $1 ORDER BY l.seq LIMIT $2`,
      [last, BATCH],
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
 * The first number in jsonb text that is not written as a double's shortest decimal: 3.50, or more digits than a double
 * has, would be read as the number that was hashed. Null where all are exact.
 */
export function inexactNumber(json: string): string | null {
  // Most texts have neither a trailing zero after a point nor that many digits in a row.
  if (!/\.\d*0(?!\d)|\d[\d.]{15}/.test(json)) return null;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.]*/g))
    if (!token.startsWith('"') && plainDecimal(Number(token)) !== token) return token;
  return null;
}

/** A double's shortest decimal without an exponent, as PostgreSQL writes numbers in jsonb. */
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
