import { openApp } from '../app.js';
import { readConfig } from '../kernel/config.js';
import type { App } from '../kernel/context.js';
import { findRunningBackends, startBackends } from '../embedded-backends.js';

/**
 * Runs `run` with an app that has no HTTP server and runs no jobs: on the servers of a running instance if there is
 * one, else on servers started for this command.
 */
export async function withApp<T>(run: (app: App) => Promise<T>): Promise<T> {
  const config = { ...readConfig(process.env), logLevel: 'warn' };
  const running = await findRunningBackends(config);
  const own =
    running === undefined
      ? await startBackends(
          config,
          () => undefined,
          (reason) => process.stderr.write(`${reason}\n`),
        )
      : undefined;
  try {
    const { app, close } = await openApp(config, running ?? own!.backends);
    try {
      return await run(app);
    } finally {
      await close();
    }
  } finally {
    await own?.stop();
  }
}
