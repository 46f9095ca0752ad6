import 'reflect-metadata';
import { migrations } from '../../migrations/index.js';
import { openApp } from '../app.js';
import { openDatabase } from '../embedded-backends.js';
import { readConfig } from '../kernel/config.js';
import { createDataSource } from '../kernel/data-source.js';
import { COMMANDS, Database } from '../kernel/database/database.js';
import { pendingMigrations } from '../kernel/database/migrate.js';
import { parseArguments } from './arguments.js';
import { runCommand } from './command.js';
import { thisCommand } from './terminal.js';

/** Address passed as that of the search engine, which this command never contacts. */
const NO_SEARCH_ENGINE = 'http://127.0.0.1:7700';

/**
 * `npm run migrate [-- --check]`: runs the pending migrations apart from a start, as before a rolling update of several
 * processes with MIGRATE=false; with --check it only lists them, with exit code 1 if there are any.
 */
await runCommand('npm run migrate [-- --check]', async (args) => {
  const { check } = parseArguments({ args, options: { check: { type: 'boolean', default: false } } }).values;
  const config = { ...readConfig(process.env), logLevel: 'warn', migrate: true };
  const database = await openDatabase(config, { ...thisCommand(), exclusive: false });
  try {
    const pending = await pendingOf(database.databaseUrl);
    if (check) {
      for (const name of pending) process.stdout.write(`${name}\n`);
      process.stdout.write(`${pending.length} migrations are pending.\n`);
      if (pending.length > 0) process.exitCode = 1;
      return;
    }
    const { close } = await openApp(config, {
      databaseUrl: database.databaseUrl,
      meiliUrl: NO_SEARCH_ENGINE,
      meiliKey: '',
      secretKey: database.secretKey,
    });
    await close();
    for (const name of pending) process.stdout.write(`${name}\n`);
    process.stdout.write(`${pending.length} migrations were run; the database is up to date.\n`);
  } finally {
    await database.stop();
  }
});

async function pendingOf(databaseUrl: string): Promise<readonly string[]> {
  const source = createDataSource({
    database: new Database(databaseUrl, COMMANDS),
    poolSize: 2,
    entities: [],
    migrations: [],
  });
  await source.initialize();
  try {
    return await pendingMigrations(source, migrations);
  } finally {
    await source.destroy();
  }
}
