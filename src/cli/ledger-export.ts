import 'reflect-metadata';
import { exportLedger } from '../ledger/export.js';
import { assertWritable } from '../maintenance/backup.js';
import { runCommand, UsageError } from './command.js';
import { withApp } from './with-app.js';

/**
 * `npm run ledger:export -- FILE [--force]`: writes the whole ledger with its signed heads and public keys to a file,
 * which can be verified without a database.
 */
await runCommand('npm run ledger:export -- FILE [--force]', async (args) => {
  const files = args.filter((arg) => arg !== '--force');
  if (files.length !== 1 || files[0]!.startsWith('-')) throw new UsageError('Name the file to write.');
  const file = files[0]!;
  await assertWritable(file, args.includes('--force'));
  const { records, heads } = await withApp((app) => exportLedger(app, file));
  process.stdout.write(`ledger export records=${records} heads=${heads} file=${file}\n`);
});
