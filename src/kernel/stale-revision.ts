import { badInput, ConflictError, type AppError } from './errors.js';
import { canonicalJson } from '../lib/canonical-json.js';

/** A content that clients edit by its revision. */
export interface RevisedContent<R extends object> {
  /** What it is called in a message, such as `this demand`. */
  readonly what: string;
  /** The newest revision, that of `current`. */
  readonly revision: number;
  readonly current: R;
  /** Where the client gave its revision. */
  readonly field?: string;
  /** The content of an older revision; null where it is not kept any more. */
  baseOf(revision: number): Promise<R | null>;
  /** What the client's input makes of a content, whatever else is wrong with it; absent where a revision is judged and not edited. */
  apply?(base: R): R;
  /** The content as clients know it: fields by the names of the input, in their order, global ids for ids. */
  show(content: R): Record<string, unknown>;
}

/** One field that the refused edit changes. */
interface FieldConflict {
  field: string;
  /** The value in the revision that the edit was made on; null also where that revision is not kept. */
  base: unknown;
  yours: unknown;
  current: unknown;
  /** Whether it was changed meanwhile, too; null where that is not known. */
  both: boolean | null;
}

function differing(before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  return Object.keys(after).filter((field) => canonicalJson(before[field]) !== canonicalJson(after[field]));
}

/** Throws unless the client worked on the newest revision: see `staleRevision`. */
export async function refuseStale<R extends object>(yourRevision: number, content: RevisedContent<R>): Promise<void> {
  if (yourRevision !== content.revision) throw await staleRevision(yourRevision, content);
}

/**
 * Why an edit of another revision than the newest is refused. CONFLICT (STALE_REVISION) with base, yours and current of
 * each field that the edit changes and the names of what was changed meanwhile, so that a client can merge and nothing is
 * lost; BAD_USER_INPUT (UNKNOWN_REVISION) for an edit of a revision that never was. `baseKept` is false where the old
 * revision is not kept: then `base` and `both` are null, and so is `changedMeanwhile`.
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
