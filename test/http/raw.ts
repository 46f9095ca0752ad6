import { connect, type Socket } from 'node:net';

/** The bytes that a server has sent on a connection so far. */
export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
  json: { errors?: Array<{ message: string; extensions: Record<string, unknown> }>; data?: unknown };
}

export interface RawConnection {
  socket: Socket;
  /** The first final response (not 100 Continue); undefined if the connection ends without one. */
  answer: Promise<RawAnswer | undefined>;
  /** Everything received so far. */
  received(): string;
  closed: Promise<void>;
}

/** Opens a connection and writes the bytes unchanged: a client that need not follow the protocol. */
export function open(url: string, bytes: string | Buffer = ''): RawConnection {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('error', () => undefined);
  if (bytes.length > 0) socket.write(bytes);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const answer = new Promise<RawAnswer | undefined>((resolve) => {
    const look = () => {
      const found = readAnswer(text);
      if (found) resolve(found);
    };
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      look();
    });
    void closed.then(() => resolve(readAnswer(text)));
  });
  return { socket, answer, received: () => text, closed };
}

function readAnswer(text: string): RawAnswer | undefined {
  const rest = text.replace(/^HTTP\/1\.1 100 [^\r]*\r\n\r\n/, '');
  const split = rest.indexOf('\r\n\r\n');
  if (split < 0) return undefined;
  const [line = '', ...lines] = rest.slice(0, split).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((header) => [
      header.slice(0, header.indexOf(':')).toLowerCase(),
      header.slice(header.indexOf(':') + 1).trim(),
    ]),
  );
  const body = Buffer.from(rest.slice(split + 4), 'latin1').toString('utf8');
  if (Buffer.byteLength(body) < Number(headers['content-length'] ?? 0)) return undefined;
  let json: RawAnswer['json'] = {};
  try {
    json = JSON.parse(body) as RawAnswer['json'];
  } catch {
    // The body is chunked, or there is none.
  }
  return { status: Number(line.split(' ')[1]), headers, body, json };
}

/** Head of a POST request to /graphql. */
export function head(headers: Record<string, string | number>, path = '/graphql'): string {
  const all = { host: 'localhost', 'content-type': 'application/json', ...headers };
  return `POST ${path} HTTP/1.1\r\n${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;
}
