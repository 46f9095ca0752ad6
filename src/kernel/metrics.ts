import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/**
 * Prometheus metrics of one app. Each app has a registry of its own, so that tests can run several apps in one process.
 */
export interface Metrics {
  registry: Registry;
  requests: Counter<'operation' | 'outcome'>;
  duration: Histogram<'operation'>;
  searches: Counter<'outcome'>;
  indexed: Counter;
  indexLag: Histogram;
  jobsFailed: Counter<'task'>;
  /** Counts the jobs that failed at their last attempt. */
  jobsGivenUp: Counter<'task'>;
  /** Counts the jobs that were deleted from the queue some time after they had failed at their last attempt. */
  jobsPruned: Counter<'task'>;
  /** Counts the requests and connections that were refused before a GraphQL operation was executed, by reason. */
  refused: Counter<'reason'>;
  connections: Gauge<'kind'>;
  pool: Gauge<'state'>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    requests: new Counter({
      name: 'techpool_graphql_requests_total',
      help: 'GraphQL operations by kind and outcome.',
      labelNames: ['operation', 'outcome'],
      registers,
    }),
    duration: new Histogram({
      name: 'techpool_graphql_seconds',
      help: 'Time per GraphQL operation.',
      labelNames: ['operation'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    searches: new Counter({
      name: 'techpool_searches_total',
      help: 'Searches by outcome (engine or degraded).',
      labelNames: ['outcome'],
      registers,
    }),
    indexed: new Counter({
      name: 'techpool_indexed_documents_total',
      help: 'Documents sent to the search index.',
      registers,
    }),
    indexLag: new Histogram({
      name: 'techpool_index_lag_seconds',
      help: 'From a change’s commit until it is searchable.',
      buckets: [0.1, 0.25, 0.5, 1, 2, 5, 10, 60],
      registers,
    }),
    jobsFailed: new Counter({
      name: 'techpool_jobs_failed_total',
      help: 'Failed job attempts by task.',
      labelNames: ['task'],
      registers,
    }),
    jobsGivenUp: new Counter({
      name: 'techpool_jobs_given_up_total',
      help: 'Jobs that failed at their last attempt, by task.',
      labelNames: ['task'],
      registers,
    }),
    jobsPruned: new Counter({
      name: 'techpool_jobs_pruned_total',
      help: 'Spent jobs that were deleted from the queue, by task.',
      labelNames: ['task'],
      registers,
    }),
    refused: new Counter({
      name: 'techpool_refused_total',
      help: 'Requests and connections turned away before anything was executed, by reason.',
      labelNames: ['reason'],
      registers,
    }),
    connections: new Gauge({
      name: 'techpool_http_connections',
      help: 'Open connections by kind: of requests, or of subscriptions (stream).',
      labelNames: ['kind'],
      registers,
    }),
    pool: new Gauge({
      name: 'techpool_database_connections',
      help: 'Database connections by state.',
      labelNames: ['state'],
      registers,
    }),
  };
}
