import type { ErasureStep, PersonalData } from '../kernel/personal-data.js';

/**
 * Names of the domains' parts of personal data, in the order of their sections in the exported document; parts not
 * listed follow after these.
 */
const EXPORT_ORDER: readonly string[] = [
  'identity',
  'authored',
  'achievements',
  'deals',
  'importing',
  'cohorts',
  'reviewing',
  'matching',
  'talent',
  'teams',
  'mentions',
];

/**
 * Names of the domains' parts of personal data, in the order of erasure; the account's own row is emptied last. Every
 * part with an erasure step must be listed, because a step may read data that a later step deletes.
 */
const ERASURE_ORDER: readonly string[] = [
  'identity',
  'outbox',
  'authored',
  'achievements',
  // Matching comes before `talent`, because its step finds feedback by the link from talent profile to account.
  'matching',
  'deals',
  'importing',
  'cohorts',
  'reviewing',
  // Mentions come before `talent`, because a mention refers to the person by the talent profile, which that step
  // empties.
  'mentions',
  // Teams come before `talent`, because a team refers to the person by the talent profile, which that step empties.
  'teams',
  'talent',
];

/** The parts in the order of the exported document. */
export function inExportOrder(parts: readonly PersonalData[]): PersonalData[] {
  const place = ({ part }: PersonalData) => (EXPORT_ORDER.includes(part) ? EXPORT_ORDER.indexOf(part) : Infinity);
  return parts.toSorted((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
}

/**
 * The erasure steps of all domains in order; throws if a step is not listed, so that no data is left behind by mistake.
 */
export function inErasureOrder(parts: readonly PersonalData[]): ErasureStep[] {
  const unplaced = parts.filter(({ part, erase }) => erase && !ERASURE_ORDER.includes(part)).map(({ part }) => part);
  const missing = ERASURE_ORDER.filter((name) => !parts.some(({ part, erase }) => part === name && erase));
  if (unplaced.length > 0 || missing.length > 0)
    throw new TypeError(
      `erasure: no place for ${unplaced.join(', ') || 'none'}; no step ${missing.join(', ') || 'none'}`,
    );
  return ERASURE_ORDER.map((name) => parts.find(({ part }) => part === name)!.erase!);
}
