import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP proxy on 127.0.0.1 in front of a server, whose line a test can disturb. */
export interface TcpProxy {
  readonly port: number;
  /** Number of connections that are open at present. */
  open(): number;
  /** From now on every byte is lost in both directions, without an error; connections stay open. */
  swallow(): void;
  /** Bytes get through again; what was lost stays lost. */
  pass(): void;
  /** Cuts all connections and refuses new ones. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

export async function startProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  let swallowing = false;
  const sockets = new Set<Socket>();
  const server = createServer((inner) => {
    const outer = connect(target);
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(from);
      from.setNoDelay(true);
      from.on('data', (bytes) => void (swallowing || to.destroyed || to.write(bytes)));
      from.on('error', () => undefined);
      from.on('close', () => {
        sockets.delete(from);
        // A side that closes is not seen by the other one either while the line is silent.
        if (!swallowing) to.destroy();
      });
    }
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const down = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    cut();
    await closed;
  };
  return {
    port,
    open: () => sockets.size / 2,
    swallow: () => void (swallowing = true),
    pass: () => void (swallowing = false),
    down,
    up: async () => {
      if (!server.listening) await listen(port);
    },
    async close() {
      swallowing = false;
      if (server.listening) await down();
      else cut();
    },
  };
}

/** The address of a database URL, and the same URL by way of a proxy. */
export const addressOf = (url: string) => ({ host: new URL(url).hostname, port: Number(new URL(url).port) });
export function byWayOf(proxy: TcpProxy, url: string): string {
  const changed = new URL(url);
  changed.hostname = '127.0.0.1';
  changed.port = String(proxy.port);
  return changed.href;
}
