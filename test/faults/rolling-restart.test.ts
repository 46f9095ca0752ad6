import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Stage, type Program } from '../../src/bench/faults/stage.js';
import { makeWorld, type World } from '../../src/bench/faults/world.js';

/** Issue 16: three processes are restarted one after another, and no request fails. */

const CLIENTS = 6;
const LOOK_MS = 200;

let folder: string;
let stage: Stage;
let world: World;
let programs: Program[];
beforeAll(async () => {
  execFileSync(process.execPath, ['scripts/build.mjs', '--if-stale'], { stdio: 'inherit' });
  folder = await mkdtemp(join(tmpdir(), 'techpool-rolling-'));
  stage = await Stage.open(folder);
  world = await makeWorld(folder, { entries: 50, inviters: 1 });
  programs = await Promise.all(
    ['one', 'two', 'three'].map((name) => stage.start(name, { NODE_ENV: 'production', LOG_LEVEL: 'error' })),
  );
}, 240_000);
afterAll(async () => {
  await stage?.close();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

interface Page {
  node: {
    achievements: {
      pageInfo: { hasNextPage: boolean; endCursor: string };
      edges: Array<{ node: { title: { value: string } } }>;
    };
  };
}

/**
 * A load balancer as they are configured everywhere: processes in turn, those left out whose /ready is not 200, and the
 * next one tried where a connection is refused.
 */
class Balancer {
  private readonly agent = new Agent({ keepAlive: true });
  private healthy: boolean[];
  private turn = 0;
  private readonly looking: NodeJS.Timeout;

  constructor(private readonly urls: readonly string[]) {
    this.healthy = urls.map(() => true);
    this.looking = setInterval(() => void this.look(), LOOK_MS);
  }

  async post(body: string, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> {
    for (let tried = 0; ; tried += 1) {
      const candidates = this.urls.filter((_, i) => this.healthy[i]);
      const url = candidates[this.turn++ % candidates.length];
      if (url === undefined) throw new Error('no process is ready');
      try {
        return await this.send(url, body, headers);
      } catch (error) {
        // Only a refused connection is safe to retry: nothing was sent.
        if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED' || tried >= this.urls.length) throw error;
      }
    }
  }

  close(): void {
    clearInterval(this.looking);
    this.agent.destroy();
  }

  private async look(): Promise<void> {
    await Promise.all(
      this.urls.map(async (url, i) => {
        const answer = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(2000) }).catch(() => null);
        await answer?.arrayBuffer().catch(() => undefined);
        this.healthy[i] = answer?.status === 200;
      }),
    );
  }

  private send(url: string, body: string, headers: Record<string, string>): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        `${url}/graphql`,
        {
          method: 'POST',
          agent: this.agent,
          headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers },
        },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8');
          answer.on('data', (chunk: string) => (text += chunk));
          answer.on('end', () => resolve({ status: answer.statusCode!, text }));
          answer.on('error', reject);
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
}

it('fails no request while three processes are restarted in turn', { timeout: 180_000 }, async () => {
  const balancer = new Balancer(programs.map(({ url }) => url));
  const failures: string[] = [];
  const written: string[] = [];
  let stopped = false;
  let sent = 0;
  const ask = async <T>(query: string, variables: object, token?: string): Promise<T | undefined> => {
    sent += 1;
    try {
      const { status, text } = await balancer.post(
        JSON.stringify({ query, variables }),
        token === undefined ? {} : { authorization: `Bearer ${token}` },
      );
      const { data, errors } = JSON.parse(text) as { data: T; errors?: unknown };
      if (status !== 200 || errors) failures.push(`${status} ${text.slice(0, 300)}`);
      return data;
    } catch (error) {
      failures.push(`${(error as NodeJS.ErrnoException).code} ${(error as Error).message}`);
      return undefined;
    }
  };
  try {
    const { owner, id } = world.lister;
    const tokens = await ask<{ logIn: { tokens: { accessToken: string } } }>(
      'mutation LogIn($input: LogInInput!) { logIn(input: $input) { tokens { accessToken } } }',
      { input: owner },
    );
    const token = tokens!.logIn.tokens.accessToken;
    const client = async (n: number) => {
      for (let i = 0; !stopped; i += 1) {
        if (i % 3 === 0) {
          const title = `Rolling ${n}.${i}`;
          const made = await ask<{ createAchievement: unknown }>(
            'mutation Create($input: CreateAchievementInput!) { createAchievement(input: $input) { achievement { id } } }',
            { input: { institutionId: id, content: { title: { en: title } } } },
            token,
          );
          if (made) written.push(title);
        } else
          await ask('query Find($text: String!) { achievementSearch(query: $text, first: 5) { totalCount } }', {
            text: `result ${i}`,
          });
        await sleep(20);
      }
    };
    const clients = Array.from({ length: CLIENTS }, (_, n) => client(n));
    await sleep(1000);
    for (const program of programs) {
      const before = program.pid();
      expect(await program.restart()).toBe(0);
      await program.ready();
      expect(program.pid()).not.toBe(before);
      await sleep(500);
    }
    stopped = true;
    await Promise.all(clients);
    expect(failures).toEqual([]);
    expect(sent).toBeGreaterThan(200);
    expect(stage.deaths).toEqual([]);
    const titles = new Set<string>();
    for (let after: string | null = null; ;) {
      const page: Page | undefined = await ask<Page>(
        `query List($id: ID!, $after: String) { node(id: $id) { ... on Organisation { achievements(first: 100, after: $after) {
           pageInfo { hasNextPage endCursor } edges { node { title { value } } } } } } }`,
        { id, after },
        token,
      );
      const { edges, pageInfo }: Page['node']['achievements'] = page!.node.achievements;
      for (const { node } of edges) titles.add(node.title.value);
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    expect(written.filter((title) => !titles.has(title))).toEqual([]);
  } finally {
    stopped = true;
    balancer.close();
  }
});
