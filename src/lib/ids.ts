import { v7 } from 'uuid';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Returns a new UUID of version 7 (RFC 9562), which sorts by its time of creation. */
export function newId(): string {
  return v7();
}

export function isUuid(value: string): boolean {
  return UUID.test(value);
}

/** Makes the opaque id that the API shows: the base64url encoding of `Type:key`. Clients must not parse it. */
export function toGlobalId(type: string, key: string): string {
  return Buffer.from(`${type}:${key}`, 'utf8').toString('base64url');
}

/**
 * Splits a global id of the API into GraphQL type and database key; returns null for a malformed id, which callers turn
 * into a typed error.
 */
export function fromGlobalId(globalId: string): { type: string; key: string } | null {
  if (!/^[A-Za-z0-9_-]{1,200}$/.test(globalId)) return null;
  const text = Buffer.from(globalId, 'base64url').toString('utf8');
  const match = /^([A-Z][A-Za-z]*):(.+)$/.exec(text);
  // The id is compared with its re-encoded form, which rejects ids with stray bits, so that each entity has exactly one
  // id.
  if (!match || toGlobalId(match[1]!, match[2]!) !== globalId) return null;
  return { type: match[1]!, key: match[2]! };
}
