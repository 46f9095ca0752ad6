/** Everyone who may ask, one column of the table each. OWN is the institution that lists most of what the world holds; both reviewers judge what it listed. */
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

/** Both keys are of OWN's owner. */
export const KEYS: readonly Role[] = ['OWN_KEY_READ', 'OWN_KEY_WRITE'];
export const OWNERS: readonly Role[] = ['OWN_OWNER', ...KEYS];
export const EDITORS: readonly Role[] = ['OWN_EDITOR', ...OWNERS];
export const LISTERS: readonly Role[] = ['OWN_MEMBER', ...EDITORS];
export const VERIFIED: readonly Role[] = ['OTHER_OWNER', 'INVESTOR'];

/** A string that stands in one confidential place, and the roles that may read that place. */
export interface Marker {
  name: string;
  text: string;
  readers: ReadonlySet<Role>;
}

/** Makes markers: letters and digits alone, so that no index, file format or letter case changes them beyond recognition. */
export function createMarkers() {
  const all: Marker[] = [];
  return {
    all,
    /** A new marker for what only these roles may read; an operator's key reads what the operator does. */
    mark(name: string, readers: readonly Role[]): string {
      const text = `zqm${String(all.length).padStart(3, '0')}${name.toLowerCase().replace(/[^a-z]/g, '')}`;
      all.push({ name, text, readers: new Set(readers.includes('OPERATOR') ? [...readers, 'OPERATOR_KEY'] : readers) });
      return text;
    },
    /** Makes a value that the program itself chose, such as a token, a marker. */
    adopt(name: string, text: string, readers: readonly Role[] = []): void {
      all.push({ name, text, readers: new Set(readers.includes('OPERATOR') ? [...readers, 'OPERATOR_KEY'] : readers) });
    },
  };
}
export type Markers = ReturnType<typeof createMarkers>;
