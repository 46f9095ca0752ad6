import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, print, type OperationDefinitionNode } from 'graphql';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { QueryRunner } from 'typeorm';
import { createApp, type RunningApp } from '../../src/app.js';
import { readConfig } from '../../src/kernel/config.js';
import { migrate } from '../../src/kernel/database/migrate.js';
import { sampleLogins } from '../../src/sample/sample.js';
import { eventually, startTestApp } from '../harness.js';
import {
  askAt,
  compilePrevious,
  startPrevious,
  whyAbsent,
  type Fault,
  type PreviousServer,
} from './previous-release.js';

/**
 * Issue 17, point 7: during an update, servers of the previous release run on the new schema, beside new ones; a new one
 * does not serve the old schema.
 */

const absent = whyAbsent();
const servers: PreviousServer[] = [];
let folder: string;
beforeAll(async () => {
  if (!absent) folder = await compilePrevious();
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  if (folder) await rm(folder, { recursive: true, force: true });
});

const backends = (databaseUrl: string) => ({
  databaseUrl,
  meiliUrl: inject('meiliUrl'),
  meiliKey: inject('meiliKey'),
  secretKey: 'test-secret-key-of-32-characters!',
});
async function previous(databaseUrl: string, searchIndex: string, sample: boolean): Promise<PreviousServer> {
  const server = await startPrevious(folder, { backends: backends(databaseUrl), searchIndex, sample });
  servers.push(server);
  return server;
}
const LOG_IN = `mutation ($email: String!, $password: String!) {
  logIn(input: { email: $email, password: $password }) { tokens { accessToken } }
}`;
async function logIn(server: PreviousServer, email: string): Promise<string> {
  const { data } = await server.ask<{ logIn: { tokens: { accessToken: string } } }>(LOG_IN, {
    email,
    password: sampleLogins.password,
  });
  return data.logIn.tokens.accessToken;
}

/** The example queries of the previous release that need no variables. */
function examples(): Array<{ name: string; query: string }> {
  return readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.graphql'))
    .flatMap((name) => parse(readFileSync(join(folder, 'src', name), 'utf8')).definitions.map((one) => ({ name, one })))
    .filter((entry): entry is { name: string; one: OperationDefinitionNode } => {
      const { one } = entry;
      const needs =
        one.kind === 'OperationDefinition' && one.variableDefinitions?.some((v) => v.type.kind === 'NonNullType');
      return one.kind === 'OperationDefinition' && one.operation === 'query' && !needs;
    })
    .map(({ name, one }) => ({ name: `${name}: ${one.name?.value ?? ''}`, query: print(one) }));
}
const internal = (errors: Fault[] | undefined) =>
  errors?.filter(({ extensions }) => ['INTERNAL_SERVER_ERROR', 'UNAVAILABLE'].includes(extensions.code)) ?? [];

class TitlesOfAnotherType20990101000000 {
  readonly name = 'TitlesOfAnotherType20990101000000';
  up = (runner: QueryRunner) =>
    runner.query('ALTER TABLE achievement ALTER COLUMN title TYPE jsonb, ALTER COLUMN summary TYPE jsonb');
  down = () => Promise.resolve();
}

const LIST =
  '{ achievements(first: 20) { nodes { id title { value } summary { value } stage institution { name { value } } } } }';
const CREATE = `mutation ($input: CreateAchievementInput!) { createAchievement(input: $input) { achievement { id } } }`;
const REGISTER = `mutation ($id: ID!) { registerAchievement(input: { id: $id }) { achievement { status } } }`;
const content = (zh: string) => ({
  title: { zh },
  summary: { zh: '一种新的方法。' },
  industries: ['3239'],
  trl: 5,
  category: 'APPLIED_TECHNOLOGY',
});

describe.skipIf(absent !== null)(`the code of the previous release${absent ? ` (skipped: ${absent})` : ''}`, () => {
  it('plays its whole sample on the new schema, beside a new server, without a fault', async () => {
    const t = await startTestApp();
    try {
      const server = await previous(t.databaseUrl, t.app.config.searchIndex, true);
      await eventually(async () => {
        if (/loading the sample pool failed|UnhandledPromise|^Error/m.test(server.output()))
          throw new Error(server.output().slice(-5_000));
        return server.output().includes('sample pool: complete');
      }, 90_000);
      const operator = await logIn(server, sampleLogins.accounts[0]!.email);
      const asked = examples();
      expect(asked.length).toBeGreaterThan(5);
      for (const { name, query } of asked) {
        expect(internal((await server.ask(query, {}, operator)).errors), name).toEqual([]);
      }
      expect(server.faults()).toEqual([]);
      // What the previous release wrote is whole for the present one.
      const [closed] = await t.sql<{ n: number }>(`SELECT count(*)::int AS n FROM cohort WHERE status = 'CLOSED'`);
      expect(closed!.n).toBeGreaterThan(0);
    } finally {
      await t.close();
    }
  }, 120_000);

  it('serves through the migration; a new server waits for it', async () => {
    const name = `t_${randomBytes(6).toString('hex')}`;
    const url = new URL(inject('postgresUrl'));
    url.pathname = '/postgres';
    const admin = new pg.Client({ connectionString: url.href });
    await admin.connect();
    await admin.query(`CREATE DATABASE ${name}`);
    url.pathname = `/${name}`;
    const limits = { ...readConfig({}).limits, requestsPerMinute: 1_000_000 };
    const config = {
      ...readConfig({}),
      port: 0,
      searchIndex: name,
      databasePool: 6,
      limits,
      logLevel: 'silent' as const,
    };
    let present: RunningApp | undefined;
    const traffic = { over: false, replies: 0, faults: [] as unknown[] };
    const clients: Array<Promise<void>> = [];
    try {
      const server = await previous(url.href, name, false);
      const token = await logIn(server, 'lister@longyuan.example');
      const mine = await server.ask<{
        viewer: { memberships: { nodes: Array<{ organisation: { id: string } }> } };
      }>('{ viewer { memberships(first: 1) { nodes { organisation { id } } } } }', {}, token);
      const institutionId = mine.data.viewer.memberships.nodes[0]!.organisation.id;

      await expect(createApp({ ...config, migrate: false }, backends(url.href))).rejects.toThrow(/npm run migrate/);

      const client = async (n: number, send: PreviousServer['ask']) => {
        for (let i = 0; !traffic.over; i += 1) {
          const listed = await send(LIST, {}, token);
          const created = await send<{ createAchievement: { achievement: { id: string } } }>(
            CREATE,
            { input: { institutionId, content: content(`成果${n} ${i}`) } },
            token,
          );
          const id = created.data?.createAchievement.achievement.id;
          const registered = await send(REGISTER, { id }, token);
          traffic.replies += 3;
          traffic.faults.push(...[listed, created, registered].flatMap(({ errors }) => errors ?? []));
        }
      };
      const more = (count: number) => {
        const end = traffic.replies + count;
        return eventually(() => Promise.resolve(traffic.replies > end), 30_000);
      };
      // Statements are prepared once they have run twenty times on a connection.
      clients.push(client(1, server.ask), client(2, server.ask));
      await more(150);
      present = await createApp(config, backends(url.href));
      await more(60);
      clients.push(client(3, askAt(present.url)), client(4, askAt(present.url)));
      await more(300);
      // Both releases go on while a migration changes the result of their prepared statements.
      await migrate(url.href, [TitlesOfAnotherType20990101000000], () => undefined);
      await more(150);
      traffic.over = true;
      await Promise.all(clients);
      expect([...server.faults(), ...traffic.faults]).toEqual([]);
      const counted = await present.app.dataSource.query<Array<{ n: number }>>(
        `SELECT count(*)::int AS n FROM achievement WHERE status = 'REGISTERED'`,
      );
      expect(counted[0]!.n).toBeGreaterThan(200);
    } finally {
      traffic.over = true;
      await Promise.allSettled(clients);
      await servers.pop()?.stop();
      await present?.close();
      await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await admin.end();
    }
  }, 120_000);
});
