import 'reflect-metadata';
import { collections } from '../search/index/search.collections.js';
import { indexChanges } from '../search/index/search.indexer.js';
import { reindex } from '../search/index/search.reindex.js';
import { parseArguments } from './arguments.js';
import { runCommand } from './command.js';
import { withApp } from './with-app.js';

/**
 * `npm run reindex`: builds every search index a second time beside the live one and then swaps the two; searches
 * continue meanwhile.
 */
await runCommand('npm run reindex', async (args) => {
  parseArguments({ args, options: {} });
  await withApp(async (app) => {
    for (const collection of collections) {
      const started = performance.now();
      const count = await reindex(app, {
        collection,
        onProgress: (done) => process.stdout.write(`  ${done} ${collection.name}\n`),
      });
      if (count === undefined) {
        process.stderr.write(
          `Another process is building the index of ${collection.name} already; wait for it to end.\n`,
        );
        process.exitCode = 1;
        continue;
      }
      process.stdout.write(
        `The new index of ${collection.name} is live: ${count} entries in ${((performance.now() - started) / 1000).toFixed(1)} s.\n`,
      );
    }
    await indexChanges(app);
  });
});
