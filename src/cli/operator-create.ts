import 'reflect-metadata';
import { text } from 'node:stream/consumers';
import { openApp } from '../app.js';
import { readConfig } from '../kernel/config.js';
import { publishedUrl } from '../embedded/lock.js';
import { openDatabase } from '../embedded-backends.js';
import { InputError } from '../kernel/errors.js';
import { appointOperator, type AppointedOperator } from '../identity/accounts/operators.service.js';
import { mailLink } from '../notifications/mail.js';
import { parseArguments } from './arguments.js';
import { runCommand, UsageError } from './command.js';
import { thisCommand } from './terminal.js';

const USAGE = 'npm run operator:create -- --email ADDRESS [--name NAME] [--password-stdin]';

/** Address passed as that of the search engine, which this command never contacts: it needs the database only. */
const NO_SEARCH_ENGINE = 'http://127.0.0.1:7700';

/**
 * `npm run operator:create`: creates an operator's account, such as the first account of a deployment, or makes an
 * existing account an operator.
 */
await runCommand(USAGE, async (args) => {
  const wish = readArguments(args);
  const password = wish.passwordFromStdin ? (await text(process.stdin)).replace(/\r?\n$/, '') : undefined;
  const config = { ...readConfig(process.env), logLevel: 'error' };
  const database = await openDatabase(config, { ...thisCommand(), exclusive: false });
  try {
    const { app, close } = await openApp(config, {
      databaseUrl: database.databaseUrl,
      meiliUrl: config.meiliUrl ?? NO_SEARCH_ENGINE,
      meiliKey: config.meiliKey,
      secretKey: database.secretKey,
    });
    try {
      const operator = await appointOperator(app, { email: wish.email, name: wish.name, password });
      // The link leads to the configured public URL, else to the URL that the running server has published in the data
      // folder, since a server whose configured port was taken listens on another one.
      const site =
        config.publicUrl ?? (config.databaseUrl === undefined ? await publishedUrl(config.dataDir) : undefined);
      const link =
        operator.passwordToken === null || site === undefined
          ? null
          : mailLink({ ...app, config: { ...app.config, publicUrl: site } }, 'reset-password', operator.passwordToken);
      process.stdout.write(`${describe(operator, link)}\n`);
    } catch (error) {
      if (error instanceof InputError) throw new UsageError(error.message);
      throw error;
    } finally {
      await close();
    }
  } finally {
    await database.stop();
  }
});

function readArguments(args: string[]): { email: string; name: string | undefined; passwordFromStdin: boolean } {
  const { values } = parseArguments({
    args,
    options: {
      email: { type: 'string' },
      name: { type: 'string' },
      'password-stdin': { type: 'boolean', default: false },
    },
  });
  if (values.email === undefined) throw new UsageError('Give the operator’s address with --email.');
  return { email: values.email, name: values.name, passwordFromStdin: values['password-stdin'] };
}

function describe(operator: AppointedOperator, link: string | null): string {
  const lines = [
    operator.created
      ? `Created the operator ${operator.email}.`
      : operator.takenOver
        ? `${operator.email} is an operator now. Its account had never confirmed the address, so its password, name and sessions were removed.`
        : `${operator.email} is an operator now; its password stays unless you gave one.`,
  ];
  if (operator.passwordToken !== null) {
    const how =
      link === null
        ? 'by the mutation `resetPassword` with this token:'
        : 'by this link or by the mutation `resetPassword` with the token:';
    lines.push(
      '',
      `Choose a password within 24 hours, ${how}`,
      ...(link === null ? [] : [`  link: ${link}`]),
      `  token: ${operator.passwordToken}`,
    );
  }
  if (operator.totp === null) return [...lines, '', 'Two-factor authentication was on already.'].join('\n');
  return [
    ...lines,
    '',
    'Two-factor authentication is on. Add this to an authenticator (as a QR code or by its secret):',
    `  ${operator.totp.uri}`,
    '',
    'Recovery codes, each good once; they are not shown again:',
    ...operator.totp.recoveryCodes.map((code) => `  ${code}`),
  ].join('\n');
}
