import { join, resolve } from 'node:path';
import { z } from 'zod';
import { packageRoot } from './lib/package-root.js';

const flag = z.enum(['true', 'false', '1', '0']).transform((value) => value === 'true' || value === '1');
const list = z.string().transform((value) => value.split(',').map((item) => item.trim()).filter(Boolean));

/** The environment as read: every variable the program knows, and nothing else is ever read. */
const environment = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65535).optional(),
  PUBLIC_URL: z.url().optional(),
  DATA_DIR: z.string().optional(),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must start with postgres://').optional(),
  DATABASE_POOL: z.coerce.number().int().min(2).max(200).default(12),
  MEILI_URL: z.url().optional(),
  MEILI_KEY: z.string().optional(),
  MEILI_BIN: z.string().optional(),
  SEARCH_INDEX: z.string().regex(/^[a-z0-9_-]{1,60}$/, 'lower-case letters, digits, - and _').default('techpool'),
  SECRET_KEY: z.string().min(32, 'at least 32 characters: it encrypts signing keys and TOTP secrets').optional(),
  REQUIRE_OPERATOR_TOTP: flag.optional(),
  SMTP_URL: z.string().regex(/^smtps?:\/\//, 'must start with smtp:// or smtps://').optional(),
  MAIL_FROM: z.string().default('Techpool <no-reply@techpool.invalid>'),
  CORS_ORIGINS: list.default([]),
  TRUST_PROXY: flag.default(false),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  METRICS_TOKEN: z.string().min(16).optional(),
  SAMPLE: flag.default(true),
  WORKER: flag.default(true),
  REQUESTS_PER_MINUTE: z.coerce.number().int().min(1).default(1200),
  MAX_COST: z.coerce.number().int().min(100).default(5000),
  // Set by npm: the folder from which it was called, and the script that it runs.
  INIT_CWD: z.string().optional(),
  npm_lifecycle_event: z.string().optional(),
  MAX_UPLOAD_MB: z.coerce.number().int().min(1).max(2048).default(64),
});

/** Everything the program can be told from outside, derived once at start. */
export interface Config {
  production: boolean;
  host: string;
  /** Wished port; `portIsFixed` says whether a taken one is an error or moves on to a free one. */
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
  /** Undefined only on embedded servers, where one is generated in the data folder. */
  secretKey: string | undefined;
  requireOperatorTotp: boolean;
  smtpUrl: string | undefined;
  mailFrom: string;
  corsOrigins: string[];
  trustProxy: boolean;
  logLevel: string;
  /** Bearer token that opens /metrics to others than loopback. */
  metricsToken: string | undefined;
  /** Sample data and logins; never on a database of one's own. */
  sample: boolean;
  /** Whether this process works off jobs. */
  worker: boolean;
  /** The folder against which file names on the command line are read. */
  invokedFrom: string;
  /** Under `npm start`, whose death must not leave the server behind. */
  underNpmStart: boolean;
  limits: { requestsPerMinute: number; maxCost: number; maxUploadBytes: number };
}

export class ConfigError extends Error {}

/** Reads and checks the environment; throws ConfigError with one line per wrong value. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment.safeParse(present);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'));
  }
  const e = parsed.data;
  const embedded = e.DATABASE_URL === undefined;
  if (!embedded && e.SECRET_KEY === undefined) {
    throw new ConfigError('SECRET_KEY: needed with DATABASE_URL (at least 32 random characters, kept for the life of the deployment).');
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
    limits: { requestsPerMinute: e.REQUESTS_PER_MINUTE, maxCost: e.MAX_COST, maxUploadBytes: e.MAX_UPLOAD_MB * 1024 * 1024 },
  };
}
