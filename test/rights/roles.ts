/**
 * The roles that are tried, one column of the table each. OWN is the institution that lists most of the world's
 * objects; both reviewers judge its achievements.
 */
export const ROLES = [
  'ANONYMOUS',
  'UNCONFIRMED',
  'PERSON',
  'OWN_MEMBER',
  'OWN_EDITOR',
  'OWN_OWNER',
  'OWN_KEY_READ',
  'OWN_KEY_WRITE',
  'OTHER_OWNER',
  'INVESTOR',
  'UNVERIFIED_OWNER',
  'REVIEWER',
  'OTHER_REVIEWER',
  'OPERATOR',
  'OPERATOR_KEY',
  'OPERATOR_PENDING',
] as const;
export type Role = (typeof ROLES)[number];

/** The roles that use an API key; both keys belong to OWN's owner. */
export const KEYS: readonly Role[] = ['OWN_KEY_READ', 'OWN_KEY_WRITE'];
export const OWNERS: readonly Role[] = ['OWN_OWNER', ...KEYS];
export const EDITORS: readonly Role[] = ['OWN_EDITOR', ...OWNERS];
export const LISTERS: readonly Role[] = ['OWN_MEMBER', ...EDITORS];
export const VERIFIED: readonly Role[] = ['OTHER_OWNER', 'INVESTOR'];

/** A unique string stored in one confidential place, and the roles that may read that place. */
export interface Marker {
  name: string;
  text: string;
  readers: ReadonlySet<Role>;
}

/**
 * Creates markers of letters and digits only, so that indexes, file formats and changes of case leave them
 * recognisable.
 */
export function createMarkers() {
  const all: Marker[] = [];
  return {
    all,
    /** Creates a marker that only these roles may read; an operator's API key may read what the operator may. */
    mark(name: string, readers: readonly Role[]): string {
      const text = `zqm${String(all.length).padStart(3, '0')}${name.toLowerCase().replace(/[^a-z]/g, '')}`;
      all.push({ name, text, readers: new Set(readers.includes('OPERATOR') ? [...readers, 'OPERATOR_KEY'] : readers) });
      return text;
    },
    /** Registers a value chosen by the program, such as a token, as a marker. */
    adopt(name: string, text: string, readers: readonly Role[] = []): void {
      all.push({ name, text, readers: new Set(readers.includes('OPERATOR') ? [...readers, 'OPERATOR_KEY'] : readers) });
    },
  };
}
export type Markers = ReturnType<typeof createMarkers>;
