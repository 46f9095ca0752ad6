import { badInput, ConflictError, type AppError } from './errors.js';
import { canonicalJson } from '../lib/canonical-json.js';

/** Content that clients edit by its revision number. */
export interface RevisedContent<R extends object> {
  /** The content's name in a message, such as `this demand`. */
  readonly what: string;
  /** The newest revision number, that of `current`. */
  readonly revision: number;
  readonly current: R;
  /** Path of the input field that holds the client's revision number. */
  readonly field?: string;
  /** The content of an older revision; null where that revision is no longer stored. */
  baseOf(revision: number): Promise<R | null>;
  /**
   * Applies the client's input to a content without validation, for the comparison. Absent where the client judges a
   * revision and does not edit it.
   */
  apply?(base: R): R;
  /** The content in API terms: field names of the input, in the input's order, with global ids. */
  show(content: R): Record<string, unknown>;
}

/** One field that the refused edit changes. */
interface FieldConflict {
  field: string;
  /** The value in the revision that the client edited; also null where that revision is no longer stored. */
  base: unknown;
  yours: unknown;
  current: unknown;
  /** Whether the field was also changed since the client's revision; null where that revision is no longer stored. */
  both: boolean | null;
}

function differing(before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  return Object.keys(after).filter((field) => canonicalJson(before[field]) !== canonicalJson(after[field]));
}

/** Throws unless the client's revision is the newest one; see `staleRevision` for the errors. */
export async function refuseStale<R extends object>(yourRevision: number, content: RevisedContent<R>): Promise<void> {
  if (yourRevision !== content.revision) throw await staleRevision(yourRevision, content);
}

/**
 * The error for an edit based on another revision than the newest. CONFLICT (STALE_REVISION) lists base, yours and
 * current for each field that the edit changes, and the names of the fields changed since that revision, so that a
 * client can merge. BAD_USER_INPUT (UNKNOWN_REVISION) is for a revision number that never existed. Where the old
 * revision is no longer stored, `baseKept` is false and `base`, `both` and `changedMeanwhile` are null.
 */
async function staleRevision<R extends object>(yourRevision: number, content: RevisedContent<R>): Promise<AppError> {
  const { what, revision, apply, show, field = 'input.revision' } = content;
  const known = yourRevision >= 1 && yourRevision < revision;
  if (!known && apply !== undefined)
    return badInput(field, 'UNKNOWN_REVISION', `${what} has revisions 1 to ${revision}.`);
  const base = known ? await content.baseOf(yourRevision) : null;
  const from = show(base ?? content.current);
  const current = show(content.current);
  const yours = apply === undefined ? from : show(apply(base ?? content.current));
  const changedMeanwhile = base === null ? null : differing(from, current);
  const conflicts = differing(from, yours).map((field): FieldConflict => ({
    field,
    base: base === null ? null : from[field],
    yours: yours[field],
    current: current[field],
    both: changedMeanwhile?.includes(field) ?? null,
  }));
  const next = apply === undefined ? `Read it again and decide on revision` : `Merge and send it again with revision`;
  return new ConflictError(
    `This was made on revision ${yourRevision}, but ${revision} is the newest. ${next} ${revision}.`,
    'STALE_REVISION',
    { yourRevision, currentRevision: revision, baseKept: base !== null, conflicts, changedMeanwhile },
  );
}
