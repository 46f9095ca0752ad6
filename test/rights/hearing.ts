import { uidOf } from '../../src/search/index/search.collection.js';
import { collections } from '../../src/search/index/search.collections.js';
import type { TestApp } from '../harness.js';
import type { Answer } from './probe.js';
import { ROLES, type Marker, type Role } from './roles.js';

/** Records the answers that each role received, and searches them for markers that the role may not read. */
export function createHearing() {
  const given = new Map<Role, string[]>(ROLES.map((role) => [role, []]));
  const keep = (role: Role, text: string) => {
    given.get(role)!.push(text.toLowerCase());
    // Cursors and ids contain encoded values, which are decoded and searched as well.
    for (const [word] of text.matchAll(/[A-Za-z0-9_-]{24,}/g))
      given.get(role)!.push(Buffer.from(word, 'base64url').toString('utf8').toLowerCase());
  };
  const seen = (role: Role) => given.get(role)!.join('\n');
  return {
    keep,
    hear: (role: Role, answer: Answer) => keep(role, `${answer.text}\n${JSON.stringify([...answer.headers])}`),
    seen,
    /** Names of the markers that the role received without the right to read them. */
    leaksTo(role: Role, markers: readonly Marker[]): string[] {
      const text = seen(role);
      return markers
        .filter((marker) => !marker.readers.has(role) && text.includes(marker.text.toLowerCase()))
        .map(({ name }) => name);
    },
    /** Names of the markers that no role with the right received. */
    unseen(markers: readonly Marker[]): string[] {
      const texts = new Map(ROLES.map((role) => [role, seen(role)]));
      return markers
        .filter(
          ({ text, readers }) =>
            readers.size > 0 && ![...readers].some((role) => texts.get(role)!.includes(text.toLowerCase())),
        )
        .map(({ name }) => name);
    },
  };
}

/** Names of the markers contained in a text. */
export const markersIn = (text: string, markers: readonly Marker[]): string[] => {
  const lower = text.toLowerCase();
  return markers.filter((marker) => lower.includes(marker.text.toLowerCase())).map(({ name }) => name);
};

/** The whole content of the live search indexes. */
export async function indexText(t: TestApp): Promise<string> {
  const found = await Promise.all(
    [...new Set(collections.map((collection) => uidOf(t.app.search, collection)))].map((uid) =>
      t.app.search.client.index(uid).getDocuments({ limit: 1000 }),
    ),
  );
  return JSON.stringify(found.map(({ results }) => results));
}
