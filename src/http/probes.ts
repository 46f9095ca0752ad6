import { timingSafeEqual, createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import type { App } from '../kernel/context.js';
import { jobsReadiness, type JobsReadiness } from '../kernel/jobs/readiness.js';
import type { ConnectionGuard } from './connections.js';
import { plainAnswer, requestError } from './http-errors.js';
import { searchFault, type SearchFault } from './readiness/search-state.js';
import { createWriteCheck, type WriteFault } from './readiness/write-state.js';
import { say } from '../messages/catalogue.js';
import { messageLanguage } from './languages.js';

/**
 * Milliseconds for which the result of a readiness check is reused, so that frequent requests put little load on the
 * database.
 */
const KEEP_MS = 500;
const CHECK_TIMEOUT_MS = 2000;

type State = 'up' | 'down';

interface Readiness {
  status: 'ready' | 'degraded' | 'draining' | 'unavailable';
  checks: {
    database: { state: State };
    /** `reason` says why writes fail, or why the search engine does not serve. */
    writes: { state: State; reason?: WriteFault };
    search: { state: State; reason?: SearchFault };
    migrations: { pending: number | null };
    /**
     * State and figures of the job queue. The figures, and `indexing`, are left out for clients that may not read the
     * metrics, as they tell how busy the platform is.
     */
    jobs: { state: JobsReadiness['state'] | null } & Partial<Record<keyof JobsReadiness, unknown>>;
    indexing?: { waiting: number | null; oldestWaitingSeconds: number | null };
  };
}

/**
 * Adds /health (the process answers), /ready (its database, search engine, writes and jobs do, and it is not stopping)
 * and /metrics.
 */
export function addProbes(
  http: FastifyInstance,
  app: App,
  isDraining: () => boolean,
  connections: ConnectionGuard,
): void {
  http.get('/health', async (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }));

  const writeFault = createWriteCheck(app);
  const told = new Map<string, string | undefined>();
  let kept: { until: number; checks: Promise<Readiness['checks']> } | undefined;
  http.get('/ready', async (request, reply) => {
    if (!kept || kept.until < Date.now())
      kept = { until: Date.now() + KEEP_MS, checks: checkAll(app, writeFault, told) };
    const checks = await kept.checks;
    const status = isDraining()
      ? 'draining'
      : checks.database.state === 'down' || checks.migrations.pending !== 0
        ? 'unavailable'
        : checks.search.state === 'down' || checks.writes.state === 'down' || checks.jobs.state !== 'up'
          ? 'degraded'
          : 'ready';
    const { database, writes, search, migrations, jobs } = checks;
    const answer: Readiness = {
      status,
      checks: mayReadMetrics(app, request)
        ? checks
        : { database, writes, search, migrations, jobs: { state: jobs.state } },
    };
    return reply
      .code(status === 'ready' || status === 'degraded' ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(answer);
  });

  http.get('/metrics', async (request, reply) => {
    if (!mayReadMetrics(app, request)) {
      const answer = plainAnswer(
        requestError(403, 'FORBIDDEN', 'NOT_ALLOWED', say('NOT_ALLOWED.metrics')),
        messageLanguage(request.state),
      );
      return reply.code(answer.status).type('application/json; charset=utf-8').send(answer.body);
    }
    const pool = poolOf(app);
    app.metrics.pool.set({ state: 'total' }, pool.totalCount);
    app.metrics.pool.set({ state: 'idle' }, pool.idleCount);
    app.metrics.pool.set({ state: 'waiting' }, pool.waitingCount);
    const { request: carrying, stream } = connections.counts();
    app.metrics.connections.set({ kind: 'request' }, carrying);
    app.metrics.connections.set({ kind: 'stream' }, stream);
    return reply.type(app.metrics.registry.contentType).send(await app.metrics.registry.metrics());
  });
}

async function checkAll(
  app: App,
  writeFault: () => Promise<WriteFault | undefined>,
  told: Map<string, string | undefined>,
): Promise<Readiness['checks']> {
  const late = { fault: 'TIMEOUT' } as const;
  const [database, writes, search, jobs] = await Promise.all([
    within(checkDatabase(app), null),
    within(
      writeFault().then((fault) => ({ fault })),
      late,
    ),
    within(
      searchFault(app).then((fault) => ({ fault })),
      { fault: 'UNREACHABLE' } as const,
    ),
    within(jobsReadiness(app), null),
  ]);
  tell(app, told, 'database', database ? undefined : 'DATABASE_AWAY');
  tell(app, told, 'writes', writes.fault);
  tell(app, told, 'search', search.fault);
  return {
    database: { state: database ? 'up' : 'down' },
    writes: stateOf(writes.fault),
    search: stateOf(search.fault),
    migrations: { pending: database?.pending ?? null },
    jobs: jobs ?? { state: null, waiting: null, oldestWaitingSeconds: null, spent: null },
    indexing: database?.indexing ?? { waiting: null, oldestWaitingSeconds: null },
  };
}

const stateOf = <F extends string>(fault: F | undefined): { state: State; reason?: F } =>
  fault === undefined ? { state: 'up' } : { state: 'down', reason: fault };

/** Logs the result of a check when it changes: probes come every few seconds, and an outage is one line. */
function tell(app: App, told: Map<string, string | undefined>, check: string, fault: string | undefined): void {
  if (told.get(check) === fault) return;
  told.set(check, fault);
  if (fault === undefined) app.log.info({ check }, 'a readiness check succeeds again');
  else app.log.warn({ check, reason: fault }, 'a readiness check failed');
}

async function checkDatabase(app: App) {
  const [row] = (await app.dataSource.query(
    `SELECT (SELECT count(*)::int FROM migrations) AS migrations, o.waiting AS outbox, o.oldest AS outbox_oldest
     FROM (SELECT count(*)::int AS waiting, extract(epoch FROM now() - min(changed_at))::float8 AS oldest
           FROM search_outbox) o`,
  )) as Array<{ migrations: number; outbox: number; outbox_oldest: number | null }>;
  if (!row) throw new Error('the check returned no row');
  return {
    pending: Math.max(app.dataSource.migrations.length - row.migrations, 0),
    indexing: { waiting: row.outbox, oldestWaitingSeconds: row.outbox_oldest },
  };
}

/** Returns the result of a readiness check, or `otherwise` when the check fails or takes too long. */
async function within<T, O>(check: Promise<T>, otherwise: O): Promise<T | O> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<O>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), CHECK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([check, late]);
  } catch {
    return otherwise;
  } finally {
    clearTimeout(timer);
  }
}

function poolOf(app: App): Pool {
  return (app.dataSource.driver as PostgresDriver).master as Pool;
}

/**
 * Whether a client may read the metrics: with the configured token, or from this machine (loopback) unless a proxy
 * forwarded its request.
 */
function mayReadMetrics(app: App, request: FastifyRequest): boolean {
  const { headers, socket } = request.raw;
  const isForwarded = headers['x-forwarded-for'] !== undefined || headers['forwarded'] !== undefined;
  if (!isForwarded && /^(127\.|::1$|::ffff:127\.)/.test(socket.remoteAddress ?? '')) return true;
  const token = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return (
    app.config.metricsToken !== undefined &&
    token !== undefined &&
    timingSafeEqual(digest(token), digest(app.config.metricsToken))
  );
}
