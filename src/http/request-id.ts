import { randomUUID } from 'node:crypto';

/**
 * Id of a request in logs and answers: the client's own id if it is well-formed, so that the logs of both sides can be
 * joined; else a new one.
 */
export function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && /^[A-Za-z0-9._-]{8,64}$/.test(header) ? header : randomUUID();
}
