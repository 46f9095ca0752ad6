import { randomUUID } from 'node:crypto';

/** The request id: the client's own if it is well-formed, so that logs can be joined; else a new one. */
export function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && /^[A-Za-z0-9._-]{8,64}$/.test(header) ? header : randomUUID();
}
