import type { ErasureStep, PersonalData } from '../kernel/personal-data.js';

/** Parts in the order of their sections in the exported document; a part that is not named here comes after them. */
const EXPORT_ORDER: readonly string[] = [
  'identity',
  'deals',
  'importing',
  'cohorts',
  'reviewing',
  'matching',
  'talent',
  'teams',
];

/**
 * Parts in the order in which a person is erased; the account row itself is emptied last. Every part with an erasure step
 * is named here, since a step may read what a later one deletes.
 */
const ERASURE_ORDER: readonly string[] = [
  'identity',
  // Before talent profiles lose their account.
  'matching',
  'deals',
  'importing',
  'cohorts',
  'reviewing',
  // Before the profile by which a team knows the person is emptied.
  'teams',
  'talent',
];

/** The parts in the order of the exported document. */
export function inExportOrder(parts: readonly PersonalData[]): PersonalData[] {
  const place = ({ part }: PersonalData) => (EXPORT_ORDER.includes(part) ? EXPORT_ORDER.indexOf(part) : Infinity);
  return parts.toSorted((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
}

/** The erasure steps in their order; throws where a step has no place in it, rather than leave data behind. */
export function inErasureOrder(parts: readonly PersonalData[]): ErasureStep[] {
  const unplaced = parts.filter(({ part, erase }) => erase && !ERASURE_ORDER.includes(part)).map(({ part }) => part);
  const missing = ERASURE_ORDER.filter((name) => !parts.some(({ part, erase }) => part === name && erase));
  if (unplaced.length > 0 || missing.length > 0)
    throw new TypeError(
      `erasure: no place for ${unplaced.join(', ') || 'none'}; no step ${missing.join(', ') || 'none'}`,
    );
  return ERASURE_ORDER.map((name) => parts.find(({ part }) => part === name)!.erase!);
}
