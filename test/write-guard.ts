import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { DataSource, EntityManager } from 'typeorm';

/** A transaction's callback that is running, or that has ended. */
interface OpenWrite {
  open: boolean;
  readonly found: string[];
}

const writes = new AsyncLocalStorage<OpenWrite>();

/** Registers that a running transaction waits for something else than its own connection. */
function note(what: string): Error | undefined {
  const write = writes.getStore();
  if (!write?.open) return undefined;
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 50;
  const error = new Error(`Inside a write transaction: ${what}`);
  Error.stackTraceLimit = stackTraceLimit;
  const place = (error.stack ?? '')
    .split('\n')
    .filter((line) => /\/(src|test)\//.test(line) && !line.includes('/write-guard.ts'))
    .slice(0, 6)
    .join('\n');
  write.found.push(`${error.message}\n${place}`);
  return error;
}

let isListening = false;

/** Reports requests and connections to other servers, by the events of Node's own HTTP clients and sockets. */
function listen(): void {
  if (isListening) return;
  isListening = true;
  subscribe('http.client.request.start', (message) => {
    const { request } = message as { request: { method: string; host: string; path: string } };
    note(`${request.method} ${request.host}${request.path} is sent to another server.`);
  });
  subscribe('undici:request:create', (message) => {
    const { request } = message as { request: { method: string; origin: string; path: string } };
    note(`${request.method} ${request.origin}${request.path} is sent to another server.`);
  });
  subscribe('net.client.socket', () => void note('a connection to another server is opened.'));
}

/**
 * Watches an app's transactions: while the callback of one runs, nothing it calls may take another connection of the
 * pool, nor send anything to another server. Taking a connection throws at once; everything found is returned by the
 * returned function, and fails the test file when the app is closed. What a callback starts without waiting for it
 * counts as well until the transaction ends.
 */
export function guardWrites(dataSource: DataSource): () => string[] {
  listen();
  const found: string[] = [];
  const guarded = (transaction: (...args: unknown[]) => Promise<unknown>) =>
    ((...args: unknown[]) => {
      // The callback is the first argument, or the second one after an isolation level.
      const given = args.filter((arg) => arg !== undefined);
      const run = given.pop() as (tx: EntityManager) => Promise<unknown>;
      return transaction(...given, async (tx: EntityManager) => {
        const write: OpenWrite = { open: true, found };
        try {
          return await writes.run(write, () => run(tx));
        } finally {
          write.open = false;
        }
      });
    }) as DataSource['transaction'];
  const { manager } = dataSource;
  manager.transaction = guarded(manager.transaction.bind(manager) as (...args: unknown[]) => Promise<unknown>);
  const driver = dataSource.driver as unknown as { obtainMasterConnection(): Promise<unknown> };
  const obtain = driver.obtainMasterConnection.bind(driver);
  driver.obtainMasterConnection = () => {
    const error = note('a second connection of the pool is taken; read before the transaction or through its manager.');
    return error ? Promise.reject(error) : obtain();
  };
  return () => found;
}
