import 'reflect-metadata';
import { resolve } from 'node:path';
import { readConfig } from '../config.js';
import { openDatabase } from '../embedded-backends.js';
import { backup } from '../maintenance/backup.js';
import { runCommand, UsageError } from './command.js';

/** `npm run backup -- FILE`: saves the whole database, beside a running app or without one. */
await runCommand('npm run backup -- FILE', async (args) => {
  const [file] = args;
  if (file === undefined || args.length !== 1) throw new UsageError('Name the file to write.');
  const config = readConfig(process.env);
  const database = await openDatabase(config, { exclusive: false });
  try {
    const path = resolve(config.invokedFrom, file);
    const result = await backup(database.databaseUrl, path, { secretKey: database.secretKey, embedded: config.secretKey === undefined }, (line) => process.stdout.write(`  ${line}\n`));
    process.stdout.write(`Saved ${result.rows} rows of ${result.tables} tables to ${path}.\n`);
  } finally {
    await database.stop();
  }
});
