import { normalised } from '../../lib/text.js';
import { ConflictReason, type DeclarationKind, type DeclarationRelation } from './reviewers.vocabularies.js';

/** How long a collaboration conflicts after its end, in calendar months. */
export const COLLABORATION_MONTHS = 48;

/** What a reviewer has declared. */
export interface DeclaredTie {
  kind: DeclarationKind;
  relation: DeclarationRelation;
  organisationId: string | null;
  achievementId: string | null;
  orcid: string | null;
  /** ISO date on which it ended; null while it lasts. */
  endedOn: string | null;
}

/** What is known of a reviewer that may tie them to an entry. */
export interface ReviewerTies {
  reviewerId: string;
  accountId: string | null;
  orcid: string | null;
  /** Names in `nameKey` form. */
  names: ReadonlySet<string>;
  /** Organisations of memberships and profile. */
  organisations: ReadonlySet<string>;
  declarations: readonly DeclaredTie[];
  /** With whom the reviewer stands as inventor in other recent achievements: ORCID iDs, and `nameKey@institution`. */
  coInventors: ReadonlySet<string>;
}

/** What is known of an entry. */
export interface EntryTies {
  entryId: string;
  achievementId: string;
  institutionId: string;
  /** Accounts that wrote a revision of the record. */
  editors: ReadonlySet<string>;
  inventors: ReadonlyArray<{ orcid: string | null; names: readonly string[] }>;
}

export interface ConflictWorld {
  /** Any two organisations of one family have the same answer; an organisation without family is its own. */
  familyOf: (organisationId: string) => string;
  /** ISO date; collaborations that ended on it or later conflict. */
  collaborationsSince: string;
}

/** A name for comparison: NFKC, lower case, without blanks and points. */
export function nameKey(name: string): string {
  return normalised(name, 'NFKC')
    .toLowerCase()
    .replace(/[\s.,·•・]+/gu, '');
}

/** The ISO date so many calendar months before `at` (UTC); a day that the month lacks becomes its last. */
export function monthsBefore(at: Date, months: number): string {
  const date = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - months, 1));
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(at.getUTCDate(), last));
  return date.toISOString().slice(0, 10);
}

/** Families as the transitive closure of parent-child pairs: gives `familyOf`. */
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

/** The reviewer belongs to the listing institution. */
export function sameOrganisation(reviewer: ReviewerTies, entry: EntryTies): boolean {
  return reviewer.organisations.has(entry.institutionId);
}

/** Another organisation of the reviewer's is of the listing institution's family. */
export function organisationFamily(reviewer: ReviewerTies, entry: EntryTies, world: ConflictWorld): boolean {
  const family = world.familyOf(entry.institutionId);
  for (const id of reviewer.organisations) if (id !== entry.institutionId && world.familyOf(id) === family) return true;
  return false;
}

/** The reviewer wrote or edited the record. */
export function ownAchievement(reviewer: ReviewerTies, entry: EntryTies): boolean {
  return reviewer.accountId !== null && entry.editors.has(reviewer.accountId);
}

/** The reviewer is an inventor: equal ORCID iD, or exact name while of the listing institution or its family. */
export function coInventor(reviewer: ReviewerTies, entry: EntryTies, world: ConflictWorld): boolean {
  const near = sameOrganisation(reviewer, entry) || organisationFamily(reviewer, entry, world);
  return entry.inventors.some(
    (inventor) =>
      (reviewer.orcid !== null && inventor.orcid === reviewer.orcid) ||
      (near && inventor.names.some((name) => reviewer.names.has(name))),
  );
}

/** The reviewer declared a conflict with the institution (or its family), the achievement, or one of its inventors. */
export function declaredConflict(reviewer: ReviewerTies, entry: EntryTies, world: ConflictWorld): boolean {
  return reviewer.declarations.some((tie) => tie.relation === 'CONFLICT' && concerns(tie, entry, world));
}

/** A declared collaboration that lasts or ended within 48 months, or common inventorship in another recent achievement. */
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

/** How a co-inventor without ORCID iD is known: by name within one institution. */
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

/** Every reason why the reviewer must not judge the entry, in the order of the vocabulary; empty where there is none. */
export function conflictReasons(reviewer: ReviewerTies, entry: EntryTies, world: ConflictWorld): ConflictReason[] {
  return RULES.filter(([, applies]) => applies(reviewer, entry, world)).map(([reason]) => reason);
}
