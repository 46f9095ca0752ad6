import type { DataSource, EntityManager } from 'typeorm';
import type { Config } from './config.js';
import { UnauthenticatedError } from './errors.js';
import type { Logger } from './logger.js';
import type { Metrics } from './metrics.js';
import type { KnownViewer, Viewer } from './viewer.js';
import { LoaderScope, type LoaderDefinition } from '../lib/batching.js';
import type { Locale } from './localized.js';
import type DataLoader from 'dataloader';

/**
 * What lives as long as the process; made once, in `createApp`. Each domain adds its own members beside the class that
 * they hold (`declare module` with `interface App`), as Fastify's plugins do for a request, so that the kernel knows none.
 */
export interface App {
  readonly config: Config;
  readonly log: Logger;
  readonly dataSource: DataSource;
  readonly metrics: Metrics;
  /** Encrypts signing keys and TOTP secrets at rest. */
  readonly secretKey: string;
  /** Reads a node with the context's rights, as `node(id)` does; null where there is none or not for the viewer. */
  readonly readNode: (ctx: Context, type: string, key: string) => Promise<object | null>;
  /** Reads the viewer's memberships again, so that what a request just created or joined is its own to see. */
  readonly renewMemberships: (ctx: Context) => Promise<void>;
  /** Injected, so that tests can travel. */
  readonly clock: () => Date;
}

/** What every resolver and service gets first. */
export interface Context {
  readonly app: App;
  /** As of the request's start; `renewMemberships` reads it again where the request itself changes it. */
  viewer: Viewer;
  /** Reads outside a transaction. Services that write get their own manager from `write()`. */
  readonly db: EntityManager;
  /** Default language of the request (Accept-Language), Chinese when nothing is said. */
  readonly locale: Locale;
  readonly requestId: string;
  readonly ip: string;
  /** What the client calls itself; empty where it does not say. */
  readonly userAgent: string;
  now(): Date;
  load<Key, Value>(definition: LoaderDefinition<Key, Value>): DataLoader<Key, Value>;
  clearLoaders(): void;
}

export function createContext(
  app: App,
  request: { viewer: Viewer; locale: Locale; requestId: string; ip: string; userAgent?: string },
): Context {
  const db = app.dataSource.manager;
  const loaders = new LoaderScope(db);
  return {
    app,
    db,
    userAgent: '',
    ...request,
    now: app.clock,
    load: (definition) => loaders.get(definition),
    clearLoaders: () => loaders.clear(),
  };
}

/** The viewer, or UNAUTHENTICATED. */
export function requireLogin(ctx: Context): KnownViewer {
  if (ctx.viewer.accountId === null || ctx.viewer.pseudonym === null) throw new UnauthenticatedError();
  return ctx.viewer as KnownViewer;
}
