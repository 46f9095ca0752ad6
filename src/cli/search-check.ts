import 'reflect-metadata';
import type { CheckResult } from '../search/index/search.check.js';
import { checkIndex, repairIndex } from '../search/index/search.check.js';
import { collections } from '../search/index/search.collections.js';
import { indexChanges } from '../search/index/search.indexer.js';
import { parseArguments } from './arguments.js';
import { runCommand } from './command.js';
import { withApp } from './with-app.js';

const MEANING = {
  MISSING: 'to be found, not in the index',
  ORPHAN: 'in the index, not to be found',
  CHANGED: 'indexed with other content',
} as const;

/**
 * `npm run search:check [-- --repair]`: compares the search indexes with the database, and with --repair corrects the
 * indexes; exit code 1 if differences remain.
 */
await runCommand('npm run search:check [-- --repair]', async (args) => {
  const { repair } = parseArguments({ args, options: { repair: { type: 'boolean', default: false } } }).values;
  await withApp(async (app) => {
    for (const collection of collections) {
      let result = await checkIndex(app, collection);
      print(collection.name, result);
      if (repair && result.differences.length > 0) {
        await repairIndex(app, result.differences, collection);
        await indexChanges(app);
        process.stdout.write('Repaired; checking again.\n');
        result = await checkIndex(app, collection);
        print(collection.name, result);
      }
      if (result.differences.length > 0) process.exitCode = 1;
    }
  });
});

function print(name: string, result: CheckResult): void {
  for (const { id, kind } of result.differences) process.stdout.write(`${id}  ${kind}  ${MEANING[kind]}\n`);
  const waiting = result.waiting > 0 ? `, ${result.waiting} on their way` : '';
  process.stdout.write(
    `${name}: ${result.inDatabase} entries in the database, ${result.inIndex} in the index, ${result.differences.length} differences${waiting}.\n`,
  );
}
