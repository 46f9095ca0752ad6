import 'reflect-metadata';
import { indexChanges } from '../search/search.indexer.js';
import { reindex } from '../search/search.reindex.js';
import { runCommand, UsageError } from './command.js';
import { withApp } from './with-app.js';

/** `npm run reindex`: builds the search index anew beside the live one and swaps it in; searches go on meanwhile. */
await runCommand('npm run reindex', async (args) => {
  if (args.length > 0) throw new UsageError('This command takes no arguments.');
  await withApp(async (app) => {
    const started = performance.now();
    const count = await reindex(app, { onProgress: (done) => process.stdout.write(`  ${done} entries\n`) });
    if (count === undefined) {
      process.stderr.write('Another process is building the index already; wait for it to end.\n');
      process.exitCode = 1;
      return;
    }
    await indexChanges(app);
    process.stdout.write(`The new index is live: ${count} entries in ${((performance.now() - started) / 1000).toFixed(1)} s.\n`);
  });
});
