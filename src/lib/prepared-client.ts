import { createHash } from 'node:crypto';
import pg from 'pg';

/**
 * Number of executions after which an SQL statement is prepared, so that it is planned once per connection instead of
 * at every execution.
 */
const OFTEN = 20;
/**
 * Maximum number of prepared statements: each takes some tens of kilobytes per connection in the database, so only the
 * first ones that reach OFTEN executions are prepared.
 */
const MAX_NAMED = 100;
/**
 * Number of different statement texts whose executions are counted at the same time; at this number all counts are
 * reset. Statements with inlined lists have many different texts, which rarely recur.
 */
const MAX_COUNTED = 2000;
/** SQLSTATE of "cached plan must not change result type", which occurs when a table changes while the process runs. */
export const PLAN_IS_OUTDATED = '0A000';
/** SQLSTATE of a statement in a transaction in which an earlier one failed. */
const TRANSACTION_HAS_FAILED = '25P02';

/**
 * Chooses names for frequent SQL statements, under which they are prepared; shared by all connections of the process.
 */
export class StatementNames {
  private readonly names = new Map<string, string>();
  private readonly counts = new Map<string, number>();
  private generation = 0;

  /**
   * Counts an execution of a statement and returns its name as a prepared statement; undefined while it is not
   * frequent, and once MAX_NAMED other statements have names.
   */
  of(text: string): string | undefined {
    const name = this.names.get(text);
    if (name !== undefined) return name;
    if (this.names.size === MAX_NAMED) return undefined;
    const count = (this.counts.get(text) ?? 0) + 1;
    if (count >= OFTEN) return this.give(text);
    if (this.counts.size === MAX_COUNTED) this.counts.clear();
    this.counts.set(text, count);
    return undefined;
  }

  /** Forgets all names, so that connections prepare the statements again under new names. */
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
 * A PostgreSQL connection that prepares frequent statements with parameters, because parsing and planning most
 * statements of this program takes longer than running them. PostgreSQL still plans again for the actual values where
 * that pays (plan_cache_mode = auto).
 *
 * The driver is called with a callback. With promises it keeps a chain of references from answer to answer until the
 * next full garbage collection, so that every minor collection copies them; callbacks allow half again as many
 * statements per second.
 */
export class PreparedClient extends pg.Client {
  // The return type `never` satisfies all overloads of the driver's `query`; the actual result is a promise for a
  // statement text, else whatever the driver returns.
  override query(...call: unknown[]): never {
    const [text, values, ...rest] = call;
    const query = super.query.bind(this) as unknown as (...given: unknown[]) => unknown;
    if (typeof text !== 'string' || rest.length > 0 || (values !== undefined && !Array.isArray(values)))
      return query(...call) as never;
    const name = values !== undefined && values.length > 0 ? names.of(text) : undefined;
    return new Promise((resolve, reject) => {
      const fail = (error: Error & { code?: string }) => {
        this.failed(error);
        reject(error);
      };
      const answered: Answered = (error, result) => {
        if (error === null || error === undefined) return resolve(result);
        if (name === undefined || error.code !== PLAN_IS_OUTDATED) return fail(error);
        names.renew();
        // After PLAN_IS_OUTDATED the statement is repeated without a name, and so planned for the table as it is now.
        // Within a transaction, which the error ended, the caller gets the error and may repeat the whole transaction.
        const repeated: Answered = (second, other) => {
          if (second === null || second === undefined) return resolve(other);
          fail(second.code === TRANSACTION_HAS_FAILED ? error : second);
        };
        query({ text, ...(values && { values }) }, repeated);
      };
      query({ text, ...(values && { values }), ...(name !== undefined && { name }) }, answered);
    }) as never;
  }

  /** Called with the error of a statement, before the caller gets it. */
  protected failed(_error: Error & { code?: string }): void {}
}
