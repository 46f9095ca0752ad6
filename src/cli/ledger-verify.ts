import 'reflect-metadata';
import { access, constants, readFile } from 'node:fs/promises';
import { fileSource, parseHead } from '../ledger/export.js';
import { verifySinceCheckpoint } from '../ledger/partitions.js';
import { Misfit } from '../ledger/verify.js';
import { verifyDatabase, verifyLedger } from '../vetting/replay/replay.verify.js';
import { parseArguments } from './arguments.js';
import { runCommand, UsageError } from './command.js';
import { withApp } from './with-app.js';

/**
 * `npm run ledger:verify`: verifies the hash chain of the ledger and repeats its decisions. When a record does not fit,
 * it prints the first such record and ends with exit code 1. With `--since-checkpoint` it verifies the chain after the
 * last sealed partition alone.
 */
await runCommand('npm run ledger:verify [-- --head FILE] [--export FILE | --since-checkpoint]', async (args) => {
  const { head, export: exported, 'since-checkpoint': sinceCheckpoint } = readOptions(args);
  if (sinceCheckpoint && exported !== undefined)
    throw new UsageError('An export is verified whole: leave out --since-checkpoint.');
  try {
    const published = head === undefined ? undefined : parseHead(await readText(head));
    if (exported !== undefined) await readable(exported);
    if (sinceCheckpoint) {
      const { records, heads, since } = await withApp((app) => verifySinceCheckpoint(app, published));
      process.stdout.write(`ledger verify records=${records} heads=${heads} since=${since ?? 'start'} ok\n`);
      return;
    }
    const result =
      exported === undefined
        ? await withApp((app) => verifyDatabase(app, published))
        : await verifyLedger(await fileSource(exported), published);
    process.stdout.write(
      `ledger verify records=${result.records} cohorts=${result.cohorts} heads=${result.heads} ok\n`,
    );
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    process.stdout.write(`ledger verify ${error.message}\n`);
    process.exitCode = 1;
  }
});

function readOptions(args: string[]): { head?: string; export?: string; 'since-checkpoint'?: boolean } {
  return parseArguments({
    args,
    options: { head: { type: 'string' }, export: { type: 'string' }, 'since-checkpoint': { type: 'boolean' } },
  }).values;
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file} cannot be read (${error.code}).`);
  });
}

async function readable(file: string): Promise<void> {
  await access(file, constants.R_OK).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file} cannot be read (${error.code}).`);
  });
}
