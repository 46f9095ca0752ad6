import 'reflect-metadata';
import pg from 'pg';
import { readConfig } from '../kernel/config.js';
import { createBareServer } from '../http/server.js';
import { createLogger } from '../kernel/logger.js';
import { NESTED_SQL } from './nested.query.js';

/**
 * Hand-written server with which GraphQL is compared on a page of achievements with nested objects: one prepared SQL
 * statement over the same number of pooled connections, behind the same HTTP server and hooks. On the default path, the
 * driver parses the JSON and JSON.stringify writes it again, as in any handler; the path `/raw` sends PostgreSQL's text
 * unparsed.
 */
const config = { ...readConfig({ LOG_LEVEL: 'warn' }), databaseUrl: process.env['DATABASE_URL'] };
const { http } = await createBareServer({ config, log: createLogger(config.logLevel) });
const pool = new pg.Pool({ connectionString: config.databaseUrl, max: config.databasePool });

type Body = { variables: { first: number } };

http.post('/list', async (request, reply) => {
  const { variables } = request.body as Body;
  const { rows } = await pool.query<{ data: unknown }>({ name: 'nested', text: NESTED_SQL, values: [variables.first] });
  return reply.type('application/json; charset=utf-8').send(JSON.stringify({ data: rows[0]!.data }));
});
http.post('/raw', async (request, reply) => {
  const { variables } = request.body as Body;
  const { rows } = await pool.query<{ data: string }>({
    name: 'raw',
    text: `SELECT nested.data::text AS data FROM (${NESTED_SQL}) AS nested`,
    values: [variables.first],
  });
  return reply.type('application/json; charset=utf-8').send(`{"data":${rows[0]!.data}}`);
});

process.send?.(await http.listen({ host: '127.0.0.1', port: 0 }));
const stop = () =>
  void http
    .close()
    .then(() => pool.end())
    .then(() => process.exit(0));
process.on('SIGTERM', stop);
// The baseline server ends when the bench process that started it ends.
process.on('disconnect', stop);
