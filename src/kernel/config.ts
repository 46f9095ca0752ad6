import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../lib/package-root.js';

const flag = z
  .enum(['true', 'false', '1', '0'], 'must be true or false')
  .transform((value) => value === 'true' || value === '1');
const choice = <const T extends readonly string[]>(values: T) => z.enum(values, `must be one of ${values.join(', ')}`);
const address = z.url('must be an address such as https://pool.example.org');
const whole = (min: number, max: number) => {
  const rule = `must be a whole number from ${min} to ${max}`;
  return z.coerce.number(rule).int(rule).min(min, rule).max(max, rule);
};
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);

/** `true` is refused: a server that trusts every forwarder lets a client pose as any address. */
const proxies = z.string().transform((value, ctx): false | number | string[] => {
  const text = value.trim();
  if (['false', '0', ''].includes(text)) return false;
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  const entries = text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
  if (entries.length > 0 && entries.every(isNetwork)) return entries;
  ctx.addIssue(
    'must be false, the number of reverse proxies in front (such as 1), or their addresses or CIDR ranges, comma-separated',
  );
  return z.NEVER;
});

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  return (
    family !== 0 &&
    !address.includes('%') &&
    rest.length === 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32)))
  );
}

/** Every environment variable that the program reads; no other variable is read anywhere. */
const environment = z.object({
  NODE_ENV: choice(['production', 'development', 'test']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: whole(0, 65_535).optional(),
  PUBLIC_URL: address.optional(),
  DATA_DIR: z.string().optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres://')
    .optional(),
  DATABASE_POOL: whole(2, 200).default(12),
  MEILI_URL: address.optional(),
  MEILI_KEY: z.string().optional(),
  MEILI_BIN: z.string().optional(),
  SEARCH_INDEX: z
    .string()
    .regex(/^[a-z0-9_-]{1,60}$/, 'must be 1 to 60 lower-case letters, digits, - and _')
    .default('techpool'),
  SECRET_KEY: z
    .string()
    .min(32, 'must have at least 32 characters: it encrypts signing keys and TOTP secrets')
    .optional(),
  REQUIRE_OPERATOR_TOTP: flag.optional(),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'must start with smtp:// or smtps://')
    .optional(),
  MAIL_FROM: z.string().default('Techpool <no-reply@techpool.invalid>'),
  CORS_ORIGINS: list.default([]),
  TRUST_PROXY: proxies.default(false),
  LOG_LEVEL: choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  SEARCH_CACHE: flag.default(true),
  SAMPLE: flag.default(true),
  WORKER: flag.default(true),
  REQUESTS_PER_MINUTE: whole(1, 1_000_000).default(1200),
  MAX_COST: whole(100, 1_000_000).default(5000),
  // npm sets these: the folder from which it was called, and the script that it runs.
  INIT_CWD: z.string().optional(),
  npm_lifecycle_event: z.string().optional(),
  MAX_UPLOAD_MB: whole(1, 2048).default(64),
  MAX_CONNECTIONS: whole(10, 100_000).default(2000),
  MAX_CONNECTIONS_PER_CLIENT: whole(1, 100_000).default(250),
  MAX_STREAMS: whole(1, 100_000).default(1000),
  MAX_STREAMS_PER_CLIENT: whole(1, 100_000).default(50),
  MAX_BODIES_MB: whole(4, 4096).default(64),
});

/** All settings that come from outside, derived once at start. */
export interface Config {
  production: boolean;
  host: string;
  /**
   * Preferred port; `portIsFixed` says whether a taken port is an error (true) or the next free one is used (false).
   */
  port: number;
  portIsFixed: boolean;
  publicUrl: string | undefined;
  dataDir: string;
  databaseUrl: string | undefined;
  databasePool: number;
  meiliUrl: string | undefined;
  meiliKey: string | undefined;
  meiliBin: string | undefined;
  /** Prefix of the search indexes, so that several deployments can share one Meilisearch. */
  searchIndex: string;
  /** Whether each process caches the search engine's answers until the index changes. */
  searchCache: boolean;
  /** Undefined only on embedded servers, where one is generated in the data folder. */
  secretKey: string | undefined;
  requireOperatorTotp: boolean;
  smtpUrl: string | undefined;
  mailFrom: string;
  corsOrigins: string[];
  /**
   * Trusted reverse proxies: none, their number, or their addresses and CIDR ranges. Only these may set the client's
   * address.
   */
  trustProxy: false | number | string[];
  logLevel: string;
  /** Bearer token for /metrics; without a token only loopback clients may read it. */
  metricsToken: string | undefined;
  /** Loads sample data and logins; must never be set on a database with real data. */
  sample: boolean;
  /** Whether this process runs background jobs. */
  worker: boolean;
  /** File names on the command line are relative to this folder. */
  invokedFrom: string;
  /** Whether `npm start` is the parent process; if that process dies, the server must end too. */
  underNpmStart: boolean;
  limits: { requestsPerMinute: number; maxCost: number; maxUploadBytes: number };
  connections: ConnectionLimits;
}

/** Limits on network use per process. A client is an IPv4 address or an IPv6 /64, as TRUST_PROXY determines it. */
export interface ConnectionLimits {
  /** Maximum number of open connections. */
  max: number;
  /**
   * Maximum number of open connections of one client, and of its running requests; for clients behind a trusted proxy
   * only the requests count.
   */
  maxPerClient: number;
  /**
   * Maximum number of connections that carry subscriptions (WebSocket, server-sent events); counted apart from `max`.
   */
  maxStreams: number;
  maxStreamsPerClient: number;
  /** Maximum total of all request bodies in memory, in bytes. */
  maxBodyBytes: number;
}

export class ConfigError extends Error {}

/** Reads and checks the environment; throws ConfigError with one line per wrong value. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment.safeParse(present);
  if (!parsed.success) {
    throw new ConfigError(
      [...new Set(parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}.`))].join('\n'),
    );
  }
  const e = parsed.data;
  const embedded = e.DATABASE_URL === undefined;
  if (!embedded && e.SECRET_KEY === undefined) {
    throw new ConfigError(
      'SECRET_KEY is needed with DATABASE_URL (at least 32 random characters, kept for the life of the deployment).',
    );
  }
  return {
    production: e.NODE_ENV === 'production',
    host: e.HOST,
    port: e.PORT ?? 4000,
    portIsFixed: e.PORT !== undefined && e.PORT !== 0,
    publicUrl: e.PUBLIC_URL,
    dataDir: e.DATA_DIR ? resolve(e.DATA_DIR) : join(packageRoot(), '.data'),
    databaseUrl: e.DATABASE_URL,
    databasePool: e.DATABASE_POOL,
    meiliUrl: e.MEILI_URL,
    meiliKey: e.MEILI_KEY,
    meiliBin: e.MEILI_BIN,
    searchIndex: e.SEARCH_INDEX,
    searchCache: e.SEARCH_CACHE,
    secretKey: e.SECRET_KEY,
    requireOperatorTotp: e.REQUIRE_OPERATOR_TOTP ?? !embedded,
    smtpUrl: e.SMTP_URL,
    mailFrom: e.MAIL_FROM,
    corsOrigins: e.CORS_ORIGINS,
    trustProxy: e.TRUST_PROXY,
    logLevel: e.LOG_LEVEL,
    metricsToken: e.METRICS_TOKEN,
    sample: e.SAMPLE && embedded,
    worker: e.WORKER,
    invokedFrom: e.INIT_CWD ?? process.cwd(),
    underNpmStart: e.npm_lifecycle_event === 'start',
    limits: {
      requestsPerMinute: e.REQUESTS_PER_MINUTE,
      maxCost: e.MAX_COST,
      maxUploadBytes: e.MAX_UPLOAD_MB * 1024 * 1024,
    },
    connections: {
      max: e.MAX_CONNECTIONS,
      maxPerClient: e.MAX_CONNECTIONS_PER_CLIENT,
      maxStreams: e.MAX_STREAMS,
      maxStreamsPerClient: e.MAX_STREAMS_PER_CLIENT,
      maxBodyBytes: e.MAX_BODIES_MB * 1024 * 1024,
    },
  };
}
