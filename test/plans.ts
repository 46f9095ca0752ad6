import pg from 'pg';
import type { TestApp } from './harness.js';

interface Statement {
  text: string;
  values: unknown[];
}

/** The SQL statements with their values that this process sends while `work` runs; they are executed as usual. */
export async function statementsDuring(work: () => Promise<unknown>): Promise<Statement[]> {
  const sent: Statement[] = [];
  const prototype = pg.Client.prototype as unknown as { query: (...call: unknown[]) => unknown };
  const { query } = prototype;
  prototype.query = function (this: unknown, ...call: unknown[]) {
    const [first, values] = call;
    if (typeof first === 'string') sent.push({ text: first, values: Array.isArray(values) ? values : [] });
    else if (typeof (first as Statement | undefined)?.text === 'string')
      sent.push({ text: (first as Statement).text, values: (first as Statement).values ?? [] });
    return query.apply(this, call);
  };
  try {
    await work();
  } finally {
    prototype.query = query;
  }
  return sent;
}

/** Buffers (pages of 8 KiB, in memory or not) that PostgreSQL reads for a statement. */
export async function buffersOf(t: Pick<TestApp, 'sql'>, { text, values }: Statement): Promise<number> {
  const [row] = await t.sql<{ 'QUERY PLAN': Array<{ Plan: Record<string, number> }> }>(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`,
    values,
  );
  const { Plan } = row!['QUERY PLAN'][0]!;
  return Plan['Shared Hit Blocks']! + Plan['Shared Read Blocks']!;
}
