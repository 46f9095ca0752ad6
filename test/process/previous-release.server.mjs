// Runs the compiled server of another release, whose folder is the first argument, with the settings of the second. It
// loads the sample where they ask for it. Written for any release: it uses only what main.ts of each release uses.
import 'reflect-metadata';
import { join } from 'node:path';

const [root, given] = process.argv.slice(2);
const { backends, searchIndex, sample } = JSON.parse(given);
const part = (name) => import(join(root, 'dist/src', name));
const { createApp } = await part('app.js');
const { readConfig } = await part('kernel/config.js');
const { createLogger } = await part('kernel/logger.js');
const { loadSample, loadSamplePeople } = await part('sample/sample.js');

const config = readConfig({ PORT: '0', REQUIRE_OPERATOR_TOTP: 'false' });
const limits = { ...config.limits, requestsPerMinute: 1_000_000 };
const running = await createApp(
  { ...config, databasePool: 6, searchIndex, limits, requireOperatorTotp: false },
  backends,
  {
    log: createLogger('info'),
  },
);
process.on('SIGTERM', () => void running.close().then(() => process.exit(0)));
await loadSamplePeople(running.app);
console.log(`ready: ${running.url}`);
if (sample) await loadSample(running.app, (line) => console.log(line));
