import 'reflect-metadata';
import { exportLedger } from '../ledger/export.js';
import { assertWritable } from '../maintenance/backup.js';
import { parseArguments } from './arguments.js';
import { runCommand, UsageError } from './command.js';
import { withApp } from './with-app.js';

/**
 * `npm run ledger:export -- FILE [--force]`: writes the whole ledger with its signed heads and public keys to a file,
 * which can be verified without a database.
 */
await runCommand('npm run ledger:export -- FILE [--force]', async (args) => {
  const { values, positionals } = parseArguments({
    args,
    allowPositionals: true,
    options: { force: { type: 'boolean', default: false } },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError('Name the file to write.');
  await assertWritable(file, values.force);
  const { records, heads } = await withApp((app) => exportLedger(app, file));
  process.stdout.write(`ledger export records=${records} heads=${heads} file=${file}\n`);
});
