import { createHash } from 'node:crypto';
import pg from 'pg';

/**
 * Number of runs after which a statement is prepared, so that it is planned once per connection instead of once per
 * call.
 */
const OFTEN = 20;
/**
 * A prepared statement takes some tens of kilobytes per connection in the database, so only the first MOST_NAMED
 * frequent statements get a name.
 */
const MOST_NAMED = 100;
/**
 * Statements with inlined lists are numerous and rarely equal: the counts are reset when this many texts have been
 * counted.
 */
const MOST_COUNTED = 2000;
/** SQLSTATE of "cached plan must not change result type": the schema changed while the process runs. */
const PLAN_IS_OUTDATED = '0A000';

/** Names of the frequent statements; shared by all connections of the process. */
export class StatementNames {
  private readonly names = new Map<string, string>();
  private readonly counts = new Map<string, number>();
  private generation = 0;

  /** The name of the prepared statement for a text; undefined for a statement that is not prepared. Counts the call. */
  of(text: string): string | undefined {
    const name = this.names.get(text);
    if (name !== undefined) return name;
    if (this.names.size === MOST_NAMED) return undefined;
    const count = (this.counts.get(text) ?? 0) + 1;
    if (count >= OFTEN) return this.give(text);
    if (this.counts.size === MOST_COUNTED) this.counts.clear();
    this.counts.set(text, count);
    return undefined;
  }

  /** Forgets all names, so that connections prepare the statements again under new ones. */
  renew(): void {
    this.generation += 1;
    this.names.clear();
    this.counts.clear();
  }

  private give(text: string): string {
    const name = `t${this.generation}_${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`;
    this.names.set(text, name);
    this.counts.delete(text);
    return name;
  }
}

const names = new StatementNames();

type Answered = (error: (Error & { code?: string }) | null, result: unknown) => void;

/**
 * A connection that prepares frequent statements, because parsing and planning most of ours takes longer than running
 * them. PostgreSQL still replans for the actual values where that pays (plan_cache_mode = auto).
 *
 * The driver is called with a callback. With promises, it keeps a chain of references from answer to answer until the
 * next full collection, so that every minor collection copies them; callbacks allow half again as many statements per
 * second.
 */
export class PreparedClient extends pg.Client {
  // `never` satisfies all overloads of `query`; the actual result is a promise for a text, else whatever the driver
  // returns.
  override query(...call: unknown[]): never {
    const [text, values, ...rest] = call;
    const query = super.query.bind(this) as unknown as (...given: unknown[]) => unknown;
    if (typeof text !== 'string' || rest.length > 0 || (values !== undefined && !Array.isArray(values)))
      return query(...call) as never;
    const name = values !== undefined && values.length > 0 ? names.of(text) : undefined;
    return new Promise((resolve, reject) => {
      const answered: Answered = (error, result) => {
        if (error === null || error === undefined) return resolve(result);
        if (name !== undefined && error.code === PLAN_IS_OUTDATED) names.renew();
        reject(error);
      };
      query({ text, ...(values && { values }), ...(name !== undefined && { name }) }, answered);
    }) as never;
  }
}
