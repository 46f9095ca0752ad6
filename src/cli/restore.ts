import 'reflect-metadata';
import { resolve } from 'node:path';
import { readConfig, type Config } from '../kernel/config.js';
import { keepRestoredSecret, settleRestoredSecret } from '../embedded/secret.js';
import { openDatabase } from '../embedded-backends.js';
import { inspectBackup } from '../maintenance/backup-file.js';
import { restore, wasRestoredWith, withRestoreConnection, type RestoreResult } from '../maintenance/restore.js';
import { discard, putBack } from '../maintenance/set-aside.js';
import { parseArguments } from './arguments.js';
import { runCommand, UsageError } from './command.js';
import { thisCommand } from './terminal.js';

const USAGE = `npm run restore -- FILE [--force] [--without-mails]
npm run restore -- --put-back [--force]
npm run restore -- --discard

  FILE             a file that \`npm run backup\` wrote; it is checked whole, loaded beside the present data and
                   verified before it takes their place
  --force          replaces a database that holds data
  --without-mails  leaves out the mails that waited when the backup was taken
  --put-back       brings back the data that an interrupted restore of an earlier version has set aside
  --discard        removes that data
`;

const print = (line: string) => void process.stdout.write(`${line}\n`);

/**
 * `npm run restore -- FILE [--force]`: restores the database from a backup file; the app must not be running. The
 * search index is rebuilt at the app's next start.
 */
await runCommand(USAGE, async (args) => {
  const { values, positionals } = parseArguments({
    args,
    allowPositionals: true,
    options: {
      force: { type: 'boolean', default: false },
      'without-mails': { type: 'boolean', default: false },
      'put-back': { type: 'boolean', default: false },
      discard: { type: 'boolean', default: false },
    },
  });
  const { force, discard: discards } = values;
  const puts = values['put-back'];
  const [file, ...rest] = positionals;
  if (puts && discards) throw new UsageError('--put-back and --discard exclude each other.');
  if (puts || discards) {
    if (file !== undefined) throw new UsageError(`Name no file with ${puts ? '--put-back' : '--discard'}.`);
    return onDatabase(readConfig(process.env), (url) =>
      withRestoreConnection(url, async (client) => {
        if (puts) print(`The data of the schema ${await putBack(client, force)} is back in its place.`);
        else print(`Removed: ${(await discard(client)).join(', ') || 'nothing was set aside'}.`);
      }),
    );
  }
  if (file === undefined || rest.length > 0) throw new UsageError('Name the backup file.');
  const config = readConfig(process.env);
  const path = resolve(config.invokedFrom, file);
  const { embeddedSecret } = await inspectBackup(path);
  // The key of the backup is used where the environment names none, on embedded servers.
  const secret = config.secretKey === undefined ? embeddedSecret : undefined;
  await onDatabase(config, async (url) => {
    const result = await restore(url, path, {
      secretKey: config.secretKey,
      force,
      mails: !values['without-mails'],
      log: (line) => print(`  ${line}`),
      beforeSwap: async () => {
        if (secret !== undefined) await keepRestoredSecret(config.dataDir, secret);
      },
    });
    if (secret !== undefined) await settleRestoredSecret(config.dataDir, (key) => wasRestoredWith(url, key));
    for (const line of linesOf(result)) print(line);
  });
});

async function onDatabase(config: Config, run: (url: string) => Promise<void>): Promise<void> {
  const database = await openDatabase(config, { ...thisCommand(), exclusive: true });
  try {
    await run(database.databaseUrl);
  } finally {
    await database.stop();
  }
}

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

function linesOf({ tables, rows, jobs, mails, oldestMail, mailsLeftOut, mailsReplaced }: RestoreResult): string[] {
  const lines = [`Restored ${rows} rows of ${tables} tables. The search index is rebuilt at the next start.`];
  if (jobs === undefined)
    lines.push('Waiting mails: unknown; the backup was made by a version that did not save them, so none is sent.');
  else if (mails > 0)
    lines.push(
      `Waiting mails: ${mails}, the earliest due at ${oldestMail?.toISOString()}; sent after the next start (--without-mails leaves them out).`,
    );
  else lines.push('Waiting mails: none.');
  if (mailsLeftOut > 0) lines.push(`Left out: ${plural(mailsLeftOut, 'waiting mail')}, because of --without-mails.`);
  if (mailsReplaced > 0)
    lines.push(`Dropped: ${plural(mailsReplaced, 'mail')} that waited in the data that was replaced.`);
  return lines;
}
