import 'reflect-metadata';
import { createApp, type RunningApp } from './app.js';
import { HelpAsked, parseArguments } from './cli/arguments.js';
import { failureText } from './cli/failure.js';
import { readConfig } from './kernel/config.js';
import { startBackends, type RunningBackends } from './embedded-backends.js';
import { limitHeapGrowth } from './lib/memory.js';
import { createLogger } from './kernel/logger.js';
import { loadSample, loadSamplePeople, sampleLogins } from './sample/sample.js';

/** Milliseconds that an orderly stop may take; after that the process exits without waiting for it. */
const STOP_TIMEOUT_MS = 20_000;

const USAGE = `npm start

Starts the server; settings come from the environment (docs/operating.md lists them).
`;

async function main(): Promise<void> {
  parseArguments({ args: process.argv.slice(2), options: {} });
  const config = readConfig(process.env);
  limitHeapGrowth(config.heapGrowth);
  const log = createLogger(config.logLevel);
  // The parts of the program that are running or starting. A stop during the start waits until the start ends; without
  // that wait, server processes started meanwhile would be left behind as orphans.
  const up: { starting?: Promise<unknown>; backends?: RunningBackends; app?: RunningApp } = {};
  let stopping = false;
  const waiting = new AbortController();

  const stop = async (why: string, exitCode: number) => {
    if (stopping) return;
    stopping = true;
    log.info(`stopping: ${why}`);
    waiting.abort();
    setTimeout(() => {
      log.error(`the stop took more than ${STOP_TIMEOUT_MS / 1000} s; exiting`);
      process.exit(1);
    }, STOP_TIMEOUT_MS).unref();
    await up.starting?.catch(() => undefined);
    await up.app?.close().catch((error: unknown) => log.error({ err: error }, 'closing the app failed'));
    await up.backends?.stop();
    log.info('stopped');
    process.exit(exitCode);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void stop(signal, 0));
  }
  // Under `npm start`, this process ends when its npm parent is killed; it would otherwise keep running without a
  // terminal to stop it.
  const parent = process.ppid;
  if (config.underNpmStart) {
    setInterval(() => {
      if (process.ppid !== parent) void stop('npm is gone', 0);
    }, 1000).unref();
  }

  const startingBackends = startBackends(
    config,
    (line) => log.debug(line),
    (reason) => {
      if (!stopping) log.error(reason);
    },
    { say: (line) => log.warn(line), signal: waiting.signal },
  );
  up.starting = startingBackends.then((started) => (up.backends = started));
  await up.starting.catch((error: unknown) => {
    // A stop ends the wait for a command that holds the data folder.
    if (!stopping) throw error;
  });
  if (stopping) return;
  const backends = up.backends!;
  up.starting = createApp(config, backends.backends, { log }).then((started) => (up.app = started));
  await up.starting;
  if (stopping) return;
  const running = up.app!;
  await backends.publish(running.url);
  if (config.sample) await loadSamplePeople(running.app);
  const url = config.publicUrl ?? running.url;
  const embedded = config.databaseUrl === undefined;
  process.stdout.write(
    [
      '',
      `  Techpool is ready:  ${url}/graphql`,
      ...(config.production ? [] : [`  GraphiQL:           ${url}/graphiql`]),
      `  Health:             ${url}/ready`,
      ...(embedded ? [`  Data:               ${config.dataDir}`] : []),
      ...(config.sample
        ? [
            '',
            '  Sample logins (password of all: ' + sampleLogins.password + ')',
            ...sampleLogins.accounts.map((a) => `    ${a.email.padEnd(34)} ${a.what}`),
          ]
        : []),
      '',
      '',
    ].join('\n'),
  );
  if (config.sample) {
    await loadSample(running.app, (line) => process.stdout.write(`  ${line}\n`)).catch((error: unknown) => {
      if (!stopping) log.error({ err: error }, 'loading the sample pool failed; it continues at the next start');
    });
  }
}

main().catch((error: unknown) => {
  if (error instanceof HelpAsked) {
    process.stdout.write(USAGE);
    return;
  }
  const known = error instanceof Error && /^Port /.test(error.message);
  process.stderr.write(`${known ? error.message : failureText(error)}\n`);
  process.exit(1);
});
