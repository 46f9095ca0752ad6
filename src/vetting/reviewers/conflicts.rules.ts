import { normalised } from '../../lib/text.js';
import { ConflictReason, type DeclarationKind, type DeclarationRelation } from './reviewers.vocabularies.js';
import { addMonths, dayOfChina } from '../../lib/day.js';

/** Number of calendar months after the end of a collaboration during which it is still a conflict of interest. */
export const COLLABORATION_MONTHS = 48;

/** A tie declared by a reviewer. */
export interface DeclaredTie {
  kind: DeclarationKind;
  relation: DeclarationRelation;
  organisationId: string | null;
  achievementId: string | null;
  orcid: string | null;
  /** ISO date on which the declared tie ended; null if it still exists. */
  endedOn: string | null;
}

/** Facts about a reviewer from which conflicts of interest with entries are derived. */
export interface ReviewerTies {
  reviewerId: string;
  accountId: string | null;
  orcid: string | null;
  /** The reviewer's names in the form of `nameKey`. */
  names: ReadonlySet<string>;
  /** Ids of the organisations in the reviewer's memberships and profile. */
  organisations: ReadonlySet<string>;
  declarations: readonly DeclaredTie[];
  /**
   * Persons who are inventors of an achievement together with the reviewer, if it was registered within the last 48
   * months: as ORCID iDs and as `nameKey@institution`.
   */
  coInventors: ReadonlySet<string>;
}

/** Facts about an entry from which conflicts of interest with reviewers are derived. */
export interface EntryTies {
  entryId: string;
  achievementId: string;
  institutionId: string;
  /** Ids of the accounts that wrote a revision of the achievement's record. */
  editors: ReadonlySet<string>;
  inventors: ReadonlyArray<{ orcid: string | null; names: readonly string[] }>;
}

export interface ConflictWorld {
  /**
   * Returns the id of an organisation's family, the same for all organisations linked by parent-child pairs; an
   * organisation without links is its own family.
   */
  familyOf: (organisationId: string) => string;
  /** ISO date: a collaboration that ended on or after this day is a conflict of interest. */
  collaborationsSince: string;
}

/** Normalises a person's name for comparison: NFKC, lower case, without spaces, dots, commas and middle dots. */
export function nameKey(name: string): string {
  return normalised(name, 'NFKC')
    .toLowerCase()
    .replace(/[\s.,·•・]+/gu, '');
}

/** The day that lies `months` calendar months before that of `at`; a day that the month lacks becomes its last day. */
export function monthsBefore(at: Date, months: number): string {
  return addMonths(dayOfChina(at), -months);
}

/** Builds `familyOf` from pairs of parent and child organisation: a family is a connected group of organisations. */
export function familiesOf(
  pairs: ReadonlyArray<readonly [parent: string, child: string]>,
): (organisationId: string) => string {
  const above = new Map<string, string>();
  const root = (id: string): string => {
    let top = id;
    for (let next = above.get(top); next !== undefined && next !== top; next = above.get(top)) top = next;
    for (let at = id; at !== top;) {
      const next = above.get(at)!;
      above.set(at, top);
      at = next;
    }
    return top;
  };
  for (const [parent, child] of pairs) {
    const [a, b] = [root(parent), root(child)];
    if (a !== b) above.set(b, a);
  }
  return root;
}

/** Conflict rule: true if the reviewer belongs to the entry's institution. */
export function sameOrganisation(reviewer: ReviewerTies, entry: EntryTies): boolean {
  return reviewer.organisations.has(entry.institutionId);
}

/** Conflict rule: true if the reviewer belongs to another organisation in the family of the entry's institution. */
export function organisationFamily(reviewer: ReviewerTies, entry: EntryTies, world: ConflictWorld): boolean {
  const family = world.familyOf(entry.institutionId);
  for (const id of reviewer.organisations) if (id !== entry.institutionId && world.familyOf(id) === family) return true;
  return false;
}

/** Conflict rule: true if the reviewer wrote or edited the achievement's record. */
export function ownAchievement(reviewer: ReviewerTies, entry: EntryTies): boolean {
  return reviewer.accountId !== null && entry.editors.has(reviewer.accountId);
}

/**
 * Conflict rule: true if the reviewer is an inventor of the achievement: same ORCID iD, or same normalised name
 * together with membership in the entry's institution or its family.
 */
export function coInventor(reviewer: ReviewerTies, entry: EntryTies, world: ConflictWorld): boolean {
  const near = sameOrganisation(reviewer, entry) || organisationFamily(reviewer, entry, world);
  return entry.inventors.some(
    (inventor) =>
      (reviewer.orcid !== null && inventor.orcid === reviewer.orcid) ||
      (near && inventor.names.some((name) => reviewer.names.has(name))),
  );
}

/**
 * Conflict rule: true if the reviewer declared a conflict with the entry's institution (or its family), the achievement
 * or one of its inventors.
 */
export function declaredConflict(reviewer: ReviewerTies, entry: EntryTies, world: ConflictWorld): boolean {
  return reviewer.declarations.some((tie) => tie.relation === 'CONFLICT' && concerns(tie, entry, world));
}

/**
 * Conflict rule: true if the reviewer declared a collaboration with the entry's institution (or its family),
 * achievement or inventor that continues or ended within 48 months, or is an inventor of a recent achievement together
 * with an inventor of the entry.
 */
export function recentCollaboration(reviewer: ReviewerTies, entry: EntryTies, world: ConflictWorld): boolean {
  const declared = reviewer.declarations.some(
    (tie) =>
      tie.relation === 'COLLABORATION' &&
      (tie.endedOn === null || tie.endedOn >= world.collaborationsSince) &&
      concerns(tie, entry, world),
  );
  if (declared || reviewer.coInventors.size === 0) return declared;
  return entry.inventors.some(
    (inventor) =>
      (inventor.orcid !== null && reviewer.coInventors.has(inventor.orcid)) ||
      inventor.names.some((name) => reviewer.coInventors.has(coInventorKey(name, entry.institutionId))),
  );
}

/**
 * Key of a co-inventor by name: the normalised name together with the institution. Used beside the ORCID iD, which
 * inventors may lack.
 */
export function coInventorKey(name: string, institutionId: string): string {
  return `${name}@${institutionId}`;
}

function concerns(tie: DeclaredTie, entry: EntryTies, world: ConflictWorld): boolean {
  if (tie.kind === 'ACHIEVEMENT') return tie.achievementId === entry.achievementId;
  if (tie.kind === 'ORGANISATION')
    return tie.organisationId !== null && world.familyOf(tie.organisationId) === world.familyOf(entry.institutionId);
  return tie.orcid !== null && entry.inventors.some((inventor) => inventor.orcid === tie.orcid);
}

const RULES: ReadonlyArray<
  readonly [ConflictReason, (reviewer: ReviewerTies, entry: EntryTies, world: ConflictWorld) => boolean]
> = [
  [ConflictReason.SAME_ORGANISATION, sameOrganisation],
  [ConflictReason.ORGANISATION_FAMILY, organisationFamily],
  [ConflictReason.OWN_ACHIEVEMENT, ownAchievement],
  [ConflictReason.CO_INVENTOR, coInventor],
  [ConflictReason.COLLABORATION, recentCollaboration],
  [ConflictReason.DECLARED, declaredConflict],
];

/**
 * All conflict reasons why a reviewer must not judge an entry, in the order of the vocabulary; an empty list if there
 * is none.
 */
export function conflictReasons(reviewer: ReviewerTies, entry: EntryTies, world: ConflictWorld): ConflictReason[] {
  return RULES.filter(([, applies]) => applies(reviewer, entry, world)).map(([reason]) => reason);
}
