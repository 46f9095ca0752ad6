import { isIP } from 'node:net';
import addressparser from 'nodemailer/lib/addressparser';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig, settingNames } from '../../src/kernel/config.js';

/** Issue 16, point 7: a setting that could not work is refused by name with what is expected, all settings at once. */

const NEEDED = { DATABASE_URL: 'postgres://u:p@h/db', SECRET_KEY: 'x'.repeat(32) };
const read = (env: Record<string, string>) => readConfig(env);
const refusal = (env: Record<string, string>): string | undefined => {
  try {
    read(env);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
};

/** Texts that are right for no setting, or only for settings of free text and paths. */
const NONSENSE = [
  ...[' ', 'foo bar', 'no address', '<>', '@', '/', '*', ',', '?', '%', '-', '.', '..', '[]', '{}', '""', "''", '\\'],
  ...['0', '-1', '1.5', '1e3', '0x10', ' 5', '٣', '99999999999999999999', 'NaN', 'Infinity', 'null', 'undefined'],
  ...[
    'true',
    'TRUE',
    'yes',
    'on',
    'constructor',
    '__proto__',
    '密码',
    '💥',
    'x'.repeat(5000),
    'a\nb',
    'a\tb',
    '\u0007',
  ],
  ...[
    'ftp://x',
    'http://',
    'http:x',
    'http:///x',
    'https://h:99999',
    'http://a b',
    'http://u:p@h',
    'http://h?q',
    '//h',
  ],
  ...[
    'javascript:alert(1)',
    'file:///etc/passwd',
    'postgres://',
    'smtp://',
    'smtp:h',
    'smtp://h:0x1',
    'smtps://u:%zz@h',
  ],
  ...[
    'a@b@c',
    'A <a@b',
    'a@b, c@d',
    '<a@b> c',
    'a b@c',
    'a@b\r\nBcc: c@d',
    '999.1.1.1',
    '1.2.3.4/33',
    '::1/129',
    '[::1',
  ],
  ...[
    'https://h/path',
    'https://h/',
    'https://H',
    'https://*.h',
    'null,https://h',
    'Mars/Phobos',
    'UTC+8',
    '../../etc',
  ],
];

const isHttp = (value: string | undefined) =>
  value !== undefined && /^https?:\/\/[^/\s?#@]+(\/[^\s?#]*)?$/.test(value) && URL.canParse(value);
const between = (min: number, max: number) => (value: unknown) =>
  Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
const anyText = () => true;

/** By setting: whether the value that came out of a text that was accepted can work. */
const WORKS: Record<string, (config: ReturnType<typeof readConfig>, text: string) => boolean> = {
  NODE_ENV: (_, text) => ['production', 'development', 'test'].includes(text),
  HOST: ({ host }) => isIP(host) !== 0 || /^[\p{L}\p{N}_.-]+$/u.test(host),
  PORT: ({ port }) => between(0, 65_535)(port),
  PUBLIC_URL: ({ publicUrl }) => isHttp(publicUrl),
  DATA_DIR: ({ dataDir }) => dataDir.startsWith('/') && !/[\p{Cc}]|^[a-z]+:\/\//u.test(dataDir),
  DATABASE_URL: ({ databaseUrl }) => databaseUrl!.startsWith('postgres'),
  DATABASE_POOL: ({ databasePool }) => between(2, 200)(databasePool),
  MEILI_URL: ({ meiliUrl }) => isHttp(meiliUrl),
  MEILI_KEY: ({ meiliKey }) => new Headers({ authorization: `Bearer ${meiliKey}` }).get('authorization') !== null,
  MEILI_BIN: ({ meiliBin }) => !/[\p{Cc}]|^[a-z]+:\/\//u.test(meiliBin!),
  SEARCH_INDEX: ({ searchIndex }) => /^[a-z0-9_-]+$/.test(searchIndex),
  SECRET_KEY: ({ secretKey }) => secretKey!.length >= 32,
  REQUIRE_OPERATOR_TOTP: (_, text) => /^(true|false|0|1)$/.test(text.trim()),
  SMTP_URL: ({ smtpUrl }) => /^smtps?:$/.test(new URL(smtpUrl!).protocol) && new URL(smtpUrl!).hostname !== '',
  MAIL_FROM: ({ mailFrom }) => {
    const found = addressparser(mailFrom);
    return found.length === 1 && /^[^\s@]+@[^\s@]+$/.test(found[0]!.address ?? '');
  },
  CORS_ORIGINS: ({ corsOrigins }) => corsOrigins.every((origin) => origin === '*' || new URL(origin).origin === origin),
  TRUST_PROXY: ({ trustProxy }) =>
    trustProxy === false || between(1, 99)(trustProxy) || (trustProxy as string[]).every((e) => isIP(e.split('/')[0]!)),
  LOG_LEVEL: ({ logLevel }) => /^(fatal|error|warn|info|debug|trace|silent)$/.test(logLevel),
  METRICS_TOKEN: ({ metricsToken }) => /^[\x21-\x7e]{16,}$/.test(metricsToken!),
  SEARCH_CACHE: (_, text) => /^(true|false|0|1)$/.test(text.trim()),
  TIME_ZONE: ({ timeZone }) => new Intl.DateTimeFormat('en', { timeZone }).format(0) !== '',
  SAMPLE: (_, text) => /^(true|false|0|1)$/.test(text.trim()),
  WORKER: (_, text) => /^(true|false|0|1)$/.test(text.trim()),
  MIGRATE: (_, text) => /^(true|false|0|1)$/.test(text.trim()),
  HEAP_GROWTH: ({ heapGrowth }) => between(0, 1000)(heapGrowth),
  KEEP_IMPORTS_DAYS: ({ kept }) => between(30, 36_500)(kept.importDays),
  KEEP_IMPORT_FILES_DAYS: ({ kept }) => between(1, 3_650)(kept.importFileDays),
  KEEP_INTERIM_FITS_DAYS: ({ kept }) => between(1, 36_500)(kept.interimFitDays),
  KEEP_SPENT_JOBS_DAYS: ({ kept }) => between(1, 365)(kept.spentJobDays),
  REQUESTS_PER_MINUTE: ({ limits }) => between(1, 1_000_000)(limits.requestsPerMinute),
  MAX_COST: ({ limits }) => between(100, 1_000_000)(limits.maxCost),
  MAX_UPLOAD_MB: ({ limits }) => between(1, 2048)(limits.maxUploadBytes / 2 ** 20),
  MAX_CONNECTIONS: ({ connections }) => between(10, 100_000)(connections.max),
  MAX_CONNECTIONS_PER_CLIENT: ({ connections }) => between(1, 100_000)(connections.maxPerClient),
  MAX_STREAMS: ({ connections }) => between(1, 100_000)(connections.maxStreams),
  MAX_STREAMS_PER_CLIENT: ({ connections }) => between(1, 100_000)(connections.maxStreamsPerClient),
  MAX_BODIES_MB: ({ connections }) => between(4, 4096)(connections.maxBodyBytes / 2 ** 20),
  INIT_CWD: ({ invokedFrom }) => !/[\p{Cc}]|^[a-z]+:\/\//u.test(invokedFrom),
  // The name of an npm script may be any text; it is only compared with `start`.
  npm_lifecycle_event: anyText,
};

describe('settings', () => {
  it('are all known to this test', () => {
    expect(Object.keys(WORKS).sort()).toEqual([...settingNames].sort());
  });

  it.each(settingNames)('%s accepts nothing that could not work, and says what it expects', (name) => {
    let refused = 0;
    for (const text of NONSENSE) {
      const env = { ...(name === 'DATABASE_URL' ? NEEDED : {}), [name]: text };
      const message = refusal(env);
      if (message === undefined) {
        expect([name, text, WORKS[name]!(read(env), text)]).toEqual([name, text, true]);
        continue;
      }
      refused += 1;
      expect(message).toMatch(new RegExp(`^${name} (must|has) [^\\n]+\\.$`));
      if (text.trim().length > 12) expect(message).not.toContain(text);
    }
    if (WORKS[name] !== anyText) expect(refused).toBeGreaterThan(NONSENSE.length / 8);
  });

  it.each([
    ['MEILI_URL', 'ftp://x', 'MEILI_URL must be an http:// or https:// address such as http://127.0.0.1:7700'],
    ['MAIL_FROM', 'no address', 'MAIL_FROM must be one address such as Techpool <no-reply@pool.example.org>'],
    ['CORS_ORIGINS', 'foo bar', 'CORS_ORIGINS must be origins such as https://pool.example.org'],
    ['CORS_ORIGINS', 'https://a.example,https://b.example/app', 'CORS_ORIGINS must be origins'],
    ['HOST', 'foo bar', 'HOST must be an IP address or a host name'],
    ['DATABASE_URL', 'postgres://u:S3CRET@:x', 'DATABASE_URL must have a port from 1 to 65535 at host 1'],
    ['SMTP_URL', 'smtp://u:S3CRET@', 'SMTP_URL must be an smtp:// or smtps:// address'],
    ['METRICS_TOKEN', '0123456789 123456', 'METRICS_TOKEN must have at least 16 characters'],
    ['MEILI_KEY', 'kéy', 'MEILI_KEY must have at least 1 characters'],
    ['PORT', '0x1F90', 'PORT must be a whole number from 0 to 65535.'],
  ])('%s=%s is refused', (name, text, expected) => {
    const message = refusal({ [name]: text, SECRET_KEY: NEEDED.SECRET_KEY })!;
    expect(message).toContain(expected);
    expect(message).not.toContain('S3CRET');
  });

  it('are all reported at once, one line for each', () => {
    const message = refusal({
      ...Object.fromEntries(settingNames.filter((name) => WORKS[name] !== anyText).map((name) => [name, 'a\u0007b'])),
      SECRET_KEY: 'short',
    })!;
    expect(message.split('\n').map((line) => line.split(' ')[0])).toEqual(
      settingNames.filter((name) => WORKS[name] !== anyText),
    );
    expect(refusal({ DATABASE_URL: 'postgres://h/db', PORT: 'x' })!.split('\n')).toEqual([
      'PORT must be a whole number from 0 to 65535.',
      expect.stringMatching(/^SECRET_KEY is needed with DATABASE_URL/),
    ]);
  });

  it.each([
    ['PUBLIC_URL', 'https://pool.example.org/app', { publicUrl: 'https://pool.example.org/app' }],
    ['MEILI_URL', 'http://[::1]:7700', { meiliUrl: 'http://[::1]:7700' }],
    ['MEILI_URL', 'http://meilisearch:7700/', { meiliUrl: 'http://meilisearch:7700/' }],
    ['MEILI_KEY', 'a', { meiliKey: 'a' }],
    ['HOST', '0.0.0.0', { host: '0.0.0.0' }],
    ['HOST', '::', { host: '::' }],
    ['HOST', 'localhost', { host: 'localhost' }],
    ['PORT', '8080\r', { port: 8080, portIsFixed: true }],
    [
      'CORS_ORIGINS',
      'https://A.example:443, http://b.example:8080',
      { corsOrigins: ['https://a.example', 'http://b.example:8080'] },
    ],
    ['CORS_ORIGINS', '*', { corsOrigins: ['*'] }],
    ['MAIL_FROM', 'no-reply@pool.example.org', { mailFrom: 'no-reply@pool.example.org' }],
    ['MAIL_FROM', '科技成果转化池 <a.b+c@pool.example.org>', { mailFrom: '科技成果转化池 <a.b+c@pool.example.org>' }],
    ['MAIL_FROM', '"Pool, the" <a@b>', { mailFrom: '"Pool, the" <a@b>' }],
    ['SMTP_URL', 'smtps://u:p%40ss@mail.example.org:465', { smtpUrl: 'smtps://u:p%40ss@mail.example.org:465' }],
    ['SMTP_URL', 'smtp://localhost:25?name=x', { smtpUrl: 'smtp://localhost:25?name=x' }],
    ['TIME_ZONE', 'UTC', { timeZone: 'UTC' }],
    ['SAMPLE', '0', { sample: false }],
    [
      'DATABASE_URL',
      'postgres://u:p@h1:1,h2/db?target_session_attrs=read-write',
      { databaseUrl: 'postgres://u:p@h1:1,h2/db?target_session_attrs=read-write' },
    ],
  ])('%s=%s is accepted', (name, text, expected) => {
    expect(read({ SECRET_KEY: NEEDED.SECRET_KEY, [name]: text })).toMatchObject(expected);
  });
});
