import type { DataSource, EntityManager } from 'typeorm';
import type { Config } from './config.js';
import { UnauthenticatedError } from './errors.js';
import type { Logger } from './logger.js';
import type { Metrics } from './metrics.js';
import type { KnownViewer, Viewer } from './viewer.js';
import type { OwnRows } from './own-rows.js';
import { LoaderScope, type LoaderDefinition } from '../lib/batching.js';
import type { Locale } from './localized.js';
import type DataLoader from 'dataloader';

/**
 * The objects that live as long as the process, such as settings, logger and database; made once, in `createApp`. Each
 * domain adds its own members beside their class (`declare module` with `interface App`), as Fastify plugins extend the
 * request, so that the kernel imports no domain.
 */
export interface App {
  readonly config: Config;
  readonly log: Logger;
  readonly dataSource: DataSource;
  readonly metrics: Metrics;
  /** Key with which stored signing keys and TOTP secrets are encrypted. */
  readonly secretKey: string;
  /**
   * Reads the object with this GraphQL type and key, with the viewer's rights, as the query `node(id)` does. Returns
   * null where no such object exists or the viewer may not see it.
   */
  readonly readNode: (ctx: Context, type: string, key: string) => Promise<object | null>;
  /**
   * Reads the viewer's memberships from the database again, so that an organisation which this request created or
   * joined counts for the rest of the request.
   */
  readonly renewMemberships: (ctx: Context) => Promise<void>;
  /**
   * Reads again, inside the transaction of a write, the rights of the context's viewer, and holds them until the
   * transaction ends. Throws UNAUTHENTICATED if the session, API key or account is no longer valid. Supplied by
   * `identity/`, since the write path knows no sessions and memberships.
   */
  readonly holdRights: (ctx: Context, tx: EntityManager, change: OwnRows) => Promise<Viewer>;
  /** The current time; injected, so that tests can set it. */
  readonly clock: () => Date;
}

/** The first argument of every resolver and service: the app, the viewer and the database of one request. */
export interface Context {
  readonly app: App;
  /**
   * The person or API key that makes the request, with the rights at the request's start. Each write reads the rights
   * again in its transaction and replaces this member. A service therefore checks rights inside the write.
   */
  viewer: Viewer;
  /**
   * Database access for reads outside a transaction. Services that write use the transaction's manager from `write()`.
   */
  readonly db: EntityManager;
  /** Language of names and texts: the one that the Accept-Language header prefers, else Chinese. */
  readonly locale: Locale;
  /**
   * Language of sentences of the program (errors, reports): the one that the Accept-Language header prefers, else the
   * account's, else English, which clients that state no language have always got.
   */
  readonly messageLocale: Locale;
  readonly requestId: string;
  readonly ip: string;
  /** The request's User-Agent header; empty when it is missing. */
  readonly userAgent: string;
  now(): Date;
  load<Key, Value>(definition: LoaderDefinition<Key, Value>): DataLoader<Key, Value>;
  clearLoaders(): void;
}

export function createContext(
  app: App,
  request: {
    viewer: Viewer;
    locale: Locale;
    messageLocale?: Locale;
    requestId: string;
    ip: string;
    userAgent?: string;
  },
): Context {
  const db = app.dataSource.manager;
  const loaders = new LoaderScope(db);
  return {
    app,
    db,
    userAgent: '',
    messageLocale: request.locale,
    ...request,
    now: app.clock,
    load: (definition) => loaders.get(definition),
    clearLoaders: () => loaders.clear(),
  };
}

/** Returns the request's viewer if that is a logged-in account; throws UNAUTHENTICATED for an anonymous one. */
export function requireLogin(ctx: Context): KnownViewer {
  if (ctx.viewer.accountId === null || ctx.viewer.pseudonym === null) throw new UnauthenticatedError();
  return ctx.viewer as KnownViewer;
}
