import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A mail server on loopback that takes every mail and delivers none. */
export interface MailSink {
  url: string;
  /** Message ids of the mails that were taken for an address, in order; a mail that was sent twice is there twice. */
  mailsTo(address: string): readonly string[];
  close(): Promise<void>;
}

/** Starts the mail server; it speaks as much of RFC 5321 as a client needs that sends a mail. */
export async function startMailSink(): Promise<MailSink> {
  const taken = new Map<string, string[]>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    serve(socket, (addresses, id) => {
      for (const address of addresses) taken.set(address, [...(taken.get(address) ?? []), id]);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mailsTo: (address) => taken.get(address) ?? [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function serve(socket: Socket, take: (addresses: readonly string[], id: string) => void): void {
  let rest = '';
  let to: string[] = [];
  let content: string[] | null = null;
  const say = (line: string) => socket.write(`${line}\r\n`);
  const heed = (line: string): void => {
    if (content) {
      if (line !== '.') return void content.push(line);
      take(to, content.map((header) => /^message-id:\s*(\S+)/i.exec(header)?.[1]).find(Boolean) ?? '');
      content = null;
      to = [];
      say('250 taken');
    } else if (/^EHLO|^HELO/i.test(line)) say('250 sink');
    else if (/^RCPT TO:/i.test(line)) {
      to.push(/<([^>]*)>/.exec(line)?.[1]?.toLowerCase() ?? '');
      say('250 ok');
    } else if (/^DATA/i.test(line)) {
      content = [];
      say('354 go on');
    } else if (/^QUIT/i.test(line)) {
      say('221 bye');
      socket.end();
    } else say('250 ok');
  };
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\r\n');
    rest = lines.pop() ?? '';
    lines.forEach(heed);
  });
  say('220 sink');
}
