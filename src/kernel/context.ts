import type { DataSource, EntityManager } from 'typeorm';
import type { AchievementHooks } from '../achievements/achievement.hooks.js';
import type { Config } from './config.js';
import { UnauthenticatedError } from './errors.js';
import type { Jobs } from './jobs.js';
import type { Logger } from './logger.js';
import type { MatchStore } from '../matching/store/match.store.js';
import type { Metrics } from './metrics.js';
import { LoaderScope, type LoaderDefinition } from '../lib/batching.js';
import type { Locale } from './localized.js';
import type { SearchEngine } from '../search/engine/engine.js';
import type { MissCollector } from '../search/misses/misses.collector.js';
import type { Ranker } from '../search/ranking/ranker.js';
import type DataLoader from 'dataloader';

/** What lives as long as the process; made once, in `createApp`. */
export interface App {
  readonly config: Config;
  readonly log: Logger;
  readonly dataSource: DataSource;
  readonly search: SearchEngine;
  /** Ranks the pool's texts. */
  readonly ranking: Ranker;
  /** Counts what people search for in vain. */
  readonly misses: MissCollector;
  readonly jobs: Jobs;
  /** Everything that can be matched, held in this process and kept up with the database. */
  readonly matching: MatchStore;
  readonly metrics: Metrics;
  /** Encrypts signing keys and TOTP secrets at rest. */
  readonly secretKey: string;
  /** Reads a node with the context's rights, as `node(id)` does; null where there is none or not for the viewer. */
  readonly readNode: (ctx: Context, type: string, key: string) => Promise<object | null>;
  /** What processes do when achievements change. */
  readonly achievementHooks: AchievementHooks;
  /** Injected, so that tests can travel. */
  readonly clock: () => Date;
}

export type OrganisationKind =
  'UNIVERSITY' | 'INSTITUTE' | 'ENTERPRISE' | 'INVESTOR' | 'CHAMBER' | 'SERVICE_AGENCY' | 'GOVERNMENT';
export type MembershipRole = 'OWNER' | 'EDITOR' | 'MEMBER';

/** One organisation of the viewer, read with every request so that a removed right is gone at once. */
export interface ViewerMembership {
  organisationId: string;
  role: MembershipRole;
  kind: OrganisationKind;
  verified: boolean;
}

/** Who asks. Anonymous when `accountId` is null. */
export interface Viewer {
  readonly accountId: string | null;
  /** Stands for the account in the ledger; survives an erasure without naming anyone. */
  readonly pseudonym: string | null;
  /** Operator with every condition met (such as TOTP); `isOperatorPending` when only TOTP is missing. */
  readonly isOperator: boolean;
  readonly isOperatorPending: boolean;
  readonly emailConfirmed: boolean;
  readonly memberships: readonly ViewerMembership[];
  /** How the request was authenticated. */
  readonly via: 'NONE' | 'SESSION' | 'API_KEY';
  /** With an API key: whether it may change anything. Sessions always may. */
  readonly mayWrite: boolean;
  readonly sessionId: string | null;
}

export const anonymousViewer: Viewer = {
  accountId: null,
  pseudonym: null,
  isOperator: false,
  isOperatorPending: false,
  emailConfirmed: false,
  memberships: [],
  via: 'NONE',
  mayWrite: false,
  sessionId: null,
};

/** A viewer that is known to be logged in. */
export type KnownViewer = Viewer & { accountId: string; pseudonym: string };

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
