import 'reflect-metadata';
import { resolve } from 'node:path';
import { readConfig } from '../kernel/config.js';
import { openDatabase } from '../embedded-backends.js';
import { assertWritable, backup } from '../maintenance/backup.js';
import { parseArguments } from './arguments.js';
import { runCommand, UsageError } from './command.js';
import { thisCommand } from './terminal.js';

const USAGE = `npm run backup -- FILE [--force]

  FILE     where the backup is written; on embedded servers it also holds the secret key of the deployment
  --force  replaces a file that exists
`;

/** `npm run backup -- FILE`: writes the whole database to a backup file, whether the app is running or not. */
await runCommand(USAGE, async (args) => {
  const { values, positionals } = parseArguments({
    args,
    allowPositionals: true,
    options: { force: { type: 'boolean', default: false } },
  });
  const { force } = values;
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) throw new UsageError('Name the file to write.');
  const config = readConfig(process.env);
  const path = resolve(config.invokedFrom, file);
  await assertWritable(path, force);
  const database = await openDatabase(config, { ...thisCommand(), exclusive: false });
  try {
    const result = await backup(
      database.databaseUrl,
      path,
      { secretKey: database.secretKey, embedded: config.secretKey === undefined },
      (line) => process.stdout.write(`  ${line}\n`),
    );
    if (config.secretKey === undefined)
      process.stdout.write(
        'The file also holds the secret key of this embedded deployment: keep it as safe as the data folder.\n',
      );
    process.stdout.write(
      `Saved ${result.rows} rows of ${result.tables} tables and ${result.jobs} waiting jobs to ${path}.\n`,
    );
  } finally {
    await database.stop();
  }
});
