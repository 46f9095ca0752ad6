import 'reflect-metadata';
import { resolve } from 'node:path';
import { readConfig } from '../kernel/config.js';
import { keepEmbeddedSecret, openDatabase } from '../embedded-backends.js';
import { inspectBackup, restore } from '../maintenance/backup.js';
import { parseArguments } from './arguments.js';
import { runCommand, UsageError } from './command.js';

const USAGE = `npm run restore -- FILE [--force]

  FILE     a file that \`npm run backup\` wrote; it is checked whole before anything changes
  --force  replaces a database that holds data
`;

/**
 * `npm run restore -- FILE [--force]`: restores the database from a backup file; the app must not be running. The
 * search index is rebuilt at the app's next start.
 */
await runCommand(USAGE, async (args) => {
  const { values, positionals } = parseArguments({
    args,
    allowPositionals: true,
    options: { force: { type: 'boolean', default: false } },
  });
  const { force } = values;
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) throw new UsageError('Name the backup file.');
  const config = readConfig(process.env);
  const path = resolve(config.invokedFrom, file);
  const header = await inspectBackup(path);
  const database = await openDatabase(config, { exclusive: true });
  try {
    const result = await restore(database.databaseUrl, path, {
      secretKey: config.secretKey,
      force,
      log: (line) => process.stdout.write(`  ${line}\n`),
    });
    if (config.secretKey === undefined && header.embeddedSecret !== undefined) {
      await keepEmbeddedSecret(config.dataDir, header.embeddedSecret);
    }
    process.stdout.write(
      `Restored ${result.rows} rows of ${result.tables} tables. The search index is rebuilt at the next start.\n`,
    );
  } finally {
    await database.stop();
  }
});
