import { v7 } from 'uuid';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A new time-ordered identifier (UUIDv7, RFC 9562). */
export function newId(): string {
  return v7();
}

export function isUuid(value: string): boolean {
  return UUID.test(value);
}

/** The opaque id of the API: base64url of `Type:key`. Clients must not parse it. */
export function toGlobalId(type: string, key: string): string {
  return Buffer.from(`${type}:${key}`, 'utf8').toString('base64url');
}

/** Splits a global id into type and key; null for a malformed id (callers turn that into a typed error). */
export function fromGlobalId(globalId: string): { type: string; key: string } | null {
  if (!/^[A-Za-z0-9_-]{1,200}$/.test(globalId)) return null;
  const text = Buffer.from(globalId, 'base64url').toString('utf8');
  const match = /^([A-Z][A-Za-z]*):(.+)$/.exec(text);
  // Comparing with the re-encoded id rejects ids with stray bits, so that each entity has exactly one id.
  if (!match || toGlobalId(match[1]!, match[2]!) !== globalId) return null;
  return { type: match[1]!, key: match[2]! };
}
