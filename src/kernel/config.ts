import { join, resolve } from 'node:path';
import { z } from 'zod';
import { CHINA, isTimeZone } from '../lib/day.js';
import { HEAP_GROWTH_PERCENT } from '../lib/memory.js';
import { packageRoot } from '../lib/package-root.js';
import {
  choice,
  credential,
  databaseUrl,
  flag,
  httpAddress,
  listenHost,
  mailbox,
  origins,
  path,
  proxies,
  smtpAddress,
  text,
  whole,
} from './settings.js';

/** The environment variables that the program reads; no other variable is read anywhere. */
const environment = z.object({
  NODE_ENV: choice('production', 'development', 'test').default('development'),
  HOST: listenHost.default('127.0.0.1'),
  PORT: whole(0, 65_535).optional(),
  PUBLIC_URL: httpAddress('https://pool.example.org').optional(),
  DATA_DIR: path.optional(),
  DATABASE_URL: databaseUrl.optional(),
  DATABASE_POOL: whole(2, 200).default(12),
  MEILI_URL: httpAddress('http://127.0.0.1:7700').optional(),
  MEILI_KEY: credential(1).optional(),
  MEILI_BIN: path.optional(),
  SEARCH_INDEX: text(/^[a-z0-9_-]{1,60}$/, 'must be 1 to 60 lower-case letters, digits, - and _').default('techpool'),
  SECRET_KEY: text(
    /^.{32,}$/su,
    'must have at least 32 characters: it encrypts signing keys and TOTP secrets',
  ).optional(),
  REQUIRE_OPERATOR_TOTP: flag.optional(),
  SMTP_URL: smtpAddress.optional(),
  MAIL_FROM: mailbox.default('Techpool <no-reply@techpool.invalid>'),
  CORS_ORIGINS: origins.default([]),
  TRUST_PROXY: proxies.default(false),
  LOG_LEVEL: choice('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent').default('info'),
  METRICS_TOKEN: credential(16).optional(),
  SEARCH_CACHE: flag.default(true),
  TIME_ZONE: z
    .string()
    .refine(isTimeZone, 'must be a time zone of the IANA database such as Asia/Shanghai')
    .default(CHINA),
  SAMPLE: flag.default(true),
  WORKER: flag.default(true),
  MIGRATE: flag.default(true),
  HEAP_GROWTH: whole(0, 1000).default(HEAP_GROWTH_PERCENT),
  KEEP_IMPORTS_DAYS: whole(30, 36_500).default(730),
  KEEP_IMPORT_FILES_DAYS: whole(1, 3_650).default(30),
  KEEP_INTERIM_FITS_DAYS: whole(1, 36_500).default(90),
  KEEP_SPENT_JOBS_DAYS: whole(1, 365).default(7),
  REQUESTS_PER_MINUTE: whole(1, 1_000_000).default(1200),
  MAX_COST: whole(100, 1_000_000).default(5000),
  MAX_UPLOAD_MB: whole(1, 2048).default(64),
  MAX_CONNECTIONS: whole(10, 100_000).default(2000),
  MAX_CONNECTIONS_PER_CLIENT: whole(1, 100_000).default(250),
  MAX_STREAMS: whole(1, 100_000).default(1000),
  MAX_STREAMS_PER_CLIENT: whole(1, 100_000).default(50),
  MAX_BODIES_MB: whole(4, 4096).default(64),
  // npm sets these two: the folder from which npm was called, and the name of the npm script that is running.
  INIT_CWD: path.optional(),
  npm_lifecycle_event: z.string().optional(),
});

/** Names of all settings; a test gives an invalid value to each. */
export const settingNames = Object.keys(environment.shape);

/** The program's settings, derived from the environment variables once at start. */
export interface Config {
  production: boolean;
  host: string;
  /**
   * Preferred TCP port of the HTTP server. If the port is taken, the start fails where `portIsFixed` is true, and any
   * free port is used where it is false.
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
  /** Prefix of the names of the search indexes, so that several deployments can share one Meilisearch server. */
  searchIndex: string;
  /** Whether each process caches answers of the search engine; a change of the search index empties the cache. */
  searchCache: boolean;
  /**
   * Key that encrypts stored secrets (SECRET_KEY). Undefined only without DATABASE_URL; then a key is generated in the
   * data folder.
   */
  secretKey: string | undefined;
  requireOperatorTotp: boolean;
  smtpUrl: string | undefined;
  mailFrom: string;
  corsOrigins: string[];
  /**
   * Reverse proxies whose statement of the client's address is trusted: none (false), the number of proxies in front of
   * the server, or their addresses and CIDR ranges.
   */
  trustProxy: false | number | string[];
  logLevel: string;
  /** Zone whose days, months and years count for deadlines, registrations, jobs and texts for people. */
  timeZone: string;
  /** Bearer token for the metrics at /metrics; where no token is set, only loopback clients may read them. */
  metricsToken: string | undefined;
  /** Whether sample data and sample logins are loaded; must never be true on a database with real data. */
  sample: boolean;
  /** Whether this process runs background jobs. */
  worker: boolean;
  /** Whether a start runs the pending migrations; otherwise it refuses a database that has any. */
  migrate: boolean;
  /** Growth of V8's heap, in percent, until the next full collection; 0 leaves the choice to V8. */
  heapGrowth: number;
  /** Days for which rows are kept that are of no use afterwards; daily tasks delete them. */
  kept: {
    /** Import runs with their reports, from the end of the run. */
    importDays: number;
    /** Uploaded files of imports that failed or were interrupted, for running them again. */
    importFileDays: number;
    /** Interim fits that a later one follows. */
    interimFitDays: number;
    /** Jobs that failed at every attempt. */
    spentJobDays: number;
  };
  /** The folder to which relative file names on the command line refer. */
  invokedFrom: string;
  /** Whether the process was started by `npm start`; then the server must stop when its npm parent process dies. */
  underNpmStart: boolean;
  limits: { requestsPerMinute: number; maxCost: number; maxUploadBytes: number };
  connections: ConnectionLimits;
}

/**
 * Limits on the network use of one server process. A client is one IPv4 address or one IPv6 /64 network, as determined
 * with TRUST_PROXY.
 */
export interface ConnectionLimits {
  /** Maximum number of open connections. */
  max: number;
  /**
   * Maximum number of open connections per client, and of running requests per client. Connections of a trusted proxy
   * are not limited by it; there only the running requests count.
   */
  maxPerClient: number;
  /**
   * Maximum number of connections that carry subscriptions (WebSocket, server-sent events); counted apart from `max`.
   */
  maxStreams: number;
  maxStreamsPerClient: number;
  /**
   * Maximum total size, in bytes, of all request bodies that are in memory at the same time; the first 16 kB of each
   * body are not counted.
   */
  maxBodyBytes: number;
}

export class ConfigError extends Error {}

/** Reads and checks the environment; throws ConfigError with one line for each wrong setting, all at once. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment.safeParse(present);
  const problems = new Map<string, string>();
  for (const { path, message } of parsed.error?.issues ?? []) {
    const name = path.join('.');
    if (!problems.has(name)) problems.set(name, message);
  }
  if (present.DATABASE_URL !== undefined && present.SECRET_KEY === undefined)
    problems.set(
      'SECRET_KEY',
      'is needed with DATABASE_URL (at least 32 random characters, kept for the life of the deployment)',
    );
  if (!parsed.success || problems.size > 0)
    throw new ConfigError([...problems].map(([name, message]) => `${name} ${message}.`).join('\n'));
  const e = parsed.data;
  const embedded = e.DATABASE_URL === undefined;
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
    timeZone: e.TIME_ZONE,
    metricsToken: e.METRICS_TOKEN,
    sample: e.SAMPLE && embedded,
    worker: e.WORKER,
    migrate: e.MIGRATE,
    heapGrowth: e.HEAP_GROWTH,
    kept: {
      importDays: e.KEEP_IMPORTS_DAYS,
      importFileDays: e.KEEP_IMPORT_FILES_DAYS,
      interimFitDays: e.KEEP_INTERIM_FITS_DAYS,
      spentJobDays: e.KEEP_SPENT_JOBS_DAYS,
    },
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
