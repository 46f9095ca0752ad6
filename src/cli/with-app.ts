import { openApp } from '../app.js';
import { readConfig } from '../kernel/config.js';
import type { App } from '../kernel/context.js';
import { COMMANDS } from '../kernel/database/database.js';
import { openBackends } from '../embedded-backends.js';
import { thisCommand } from './terminal.js';

/**
 * Runs `run` with an app that has no HTTP server and runs no jobs: on the servers of a running instance if there is
 * one, else on servers started for this command.
 */
export async function withApp<T>(run: (app: App) => Promise<T>): Promise<T> {
  const config = { ...readConfig(process.env), logLevel: 'warn' };
  const servers = await openBackends(config, thisCommand(), (reason) => process.stderr.write(`${reason}\n`));
  try {
    const { app, close } = await openApp(config, servers.backends, { databaseTimes: COMMANDS });
    try {
      return await run(app);
    } finally {
      await close();
    }
  } finally {
    await servers.stop();
  }
}
