import type { EmbeddedServer } from './options.js';

/** How an embedded server is started again when its process ends. */
export interface Supervision<S extends EmbeddedServer> {
  /** Starts the server; `port` is undefined at the first start, and afterwards the port of that start. */
  start(hooks: { onExit: (reason: string) => void; choosePort: (() => Promise<number>) | undefined }): Promise<S>;
  /** Subject of the messages, such as "The embedded database". */
  name: string;
  /** What users notice until the server is back, such as "requests are refused". */
  meanwhile: string;
  /** Milliseconds until the server is started again; the wait doubles after each failure, up to `mostMs`. */
  firstMs: number;
  mostMs: number;
  /** Called with each line that tells the operator of an end or a restart of the server. */
  say: (line: string) => void;
}

/** Milliseconds that a restarted server must run so that the wait before the next restart is the first one again. */
const STABLE_MS = 60_000;

/**
 * Starts an embedded server, and starts it again at the same address whenever its process ends without a call of
 * `stop`.
 */
export async function supervise<S extends EmbeddedServer>(supervision: Supervision<S>): Promise<S> {
  const { name, meanwhile, firstMs, mostMs, say } = supervision;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let launching: Promise<unknown> = Promise.resolve();
  // Set after the first start: clients keep the address, so a restart uses the same port.
  const address: { port?: number } = {};
  let delay = firstMs;
  let startedAt = performance.now();

  const launch = () =>
    supervision.start({
      choosePort: address.port === undefined ? undefined : () => Promise.resolve(address.port!),
      onExit(reason) {
        if (stopped) return;
        if (performance.now() - startedAt > STABLE_MS) delay = firstMs;
        say(`${name} ended (${reason}); ${meanwhile}, it is started again in ${delay / 1000} s.`);
        again();
      },
    });
  let current = await launch();
  address.port = Number(new URL(current.url).port);

  const again = () => {
    const wait = delay;
    delay = Math.min(delay * 2, mostMs);
    timer = setTimeout(() => {
      startedAt = performance.now();
      launching = launch().then(
        async (started) => {
          current = started;
          if (stopped) await started.stop();
          else say(`${name} runs again.`);
        },
        (error: unknown) => {
          if (stopped) return;
          say(`${name} did not start again, it is tried in ${delay / 1000} s: ${(error as Error).message}`);
          again();
        },
      );
    }, wait);
  };
  return {
    ...current,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await launching;
      await current.stop();
    },
  };
}
