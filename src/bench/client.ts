import { Agent, request, type IncomingMessage } from 'node:http';

/** An HTTP request that can be sent repeatedly; the default method is POST. */
export interface Call {
  method?: string;
  url: string;
  body: Buffer;
  headers?: Record<string, string>;
}

/**
 * Minimal HTTP client with keep-alive connections; its own CPU time must be small against that of the measured server.
 */
export class Client {
  private readonly agent: Agent;

  constructor(readonly connections: number) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** Returns the body of the response; throws unless the status is 200. */
  send(call: Call): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        call.url,
        {
          method: call.method ?? 'POST',
          agent: this.agent,
          headers: {
            'content-type': 'application/json',
            'content-length': call.body.length,
            'accept-encoding': 'identity',
            ...call.headers,
          },
          timeout: 30_000,
        },
        (response: IncomingMessage) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const body = Buffer.concat(chunks);
            if (response.statusCode === 200) resolve(body);
            else reject(new Error(`status ${response.statusCode}: ${body.toString('utf8').slice(0, 300)}`));
          });
          response.on('error', reject);
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer within 30 s')));
      outgoing.on('error', reject);
      outgoing.end(call.body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

export function jsonCall(url: string, body: unknown, headers?: Record<string, string>): Call {
  return { url, body: Buffer.from(JSON.stringify(body), 'utf8'), ...(headers ? { headers } : {}) };
}

/**
 * Runs `work` again and again, one call after the other, for `ms` milliseconds and at least `least` times; returns the
 * latency of each call in milliseconds.
 */
export async function latencies(work: (i: number) => Promise<unknown>, ms: number, least = 20): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + ms;
  for (let i = 0; performance.now() < end || times.length < least; i += 1) {
    const begun = performance.now();
    await work(i);
    times.push(performance.now() - begun);
  }
  return times;
}

/**
 * Runs `work` `count` times by `clients` concurrent clients, each making one call at a time; returns the total time in
 * seconds.
 */
export async function secondsFor(
  work: (i: number) => Promise<unknown>,
  clients: number,
  count: number,
): Promise<number> {
  let next = 0;
  const begun = performance.now();
  const one = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: clients }, one));
  return (performance.now() - begun) / 1000;
}

/**
 * Runs `work` for `ms` milliseconds by `clients` concurrent clients, each making one call at a time; returns the number
 * of calls per second, and the latency of each call in milliseconds.
 */
export async function throughput(
  work: (i: number) => Promise<unknown>,
  clients: number,
  ms: number,
): Promise<{ perSecond: number; times: number[] }> {
  const times: number[] = [];
  let next = 0;
  const begun = performance.now();
  const end = begun + ms;
  const one = async () => {
    while (performance.now() < end) {
      const started = performance.now();
      await work(next++);
      times.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: clients }, one));
  return { perSecond: times.length / ((performance.now() - begun) / 1000), times };
}
