import { badInput, ConflictError, type AppError } from './errors.js';
import { canonicalJson } from '../lib/canonical-json.js';
import { say } from '../messages/catalogue.js';
import type { MessageText } from '../lib/messages/message.js';

/** A stored object that clients edit, each edit naming the revision number that it is based on. */
export interface RevisedContent<R extends object> {
  /** Name of the object in an error message, such as `this demand`. */
  readonly what: MessageText;
  /** The number of the newest stored revision, which is the one in `current`. */
  readonly revision: number;
  readonly current: R;
  /** Path of the input field in which the client gives the revision number that the edit is based on. */
  readonly field?: string;
  /** Returns the object as it was in an older revision, or null where that revision is no longer stored. */
  baseOf(revision: number): Promise<R | null>;
  /**
   * Returns the object with the client's edit applied, without validation, to compare it with other revisions. Absent
   * where the client does not edit the object but judges one revision of it.
   */
  apply?(base: R): R;
  /**
   * Converts the object to the terms of the API: field names of the mutation's input, in the same order, with global
   * ids.
   */
  show(content: R): Record<string, unknown>;
}

/** One field that the refused edit changes. */
interface FieldConflict {
  field: string;
  /**
   * The field's value in the revision that the client's edit is based on; null also where that revision is no longer
   * stored.
   */
  base: unknown;
  yours: unknown;
  current: unknown;
  /**
   * Whether others have changed the field since the revision that the client's edit is based on; null where that
   * revision is no longer stored.
   */
  both: boolean | null;
}

function differing(before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  return Object.keys(after).filter((field) => canonicalJson(before[field]) !== canonicalJson(after[field]));
}

/**
 * Throws unless `yourRevision`, the revision that the client's request is based on, is the newest one; see
 * `staleRevision` for the errors.
 */
export async function refuseStale<R extends object>(yourRevision: number, content: RevisedContent<R>): Promise<void> {
  if (yourRevision !== content.revision) throw await staleRevision(yourRevision, content);
}

/**
 * Makes the error for a request based on another revision than the newest. CONFLICT (STALE_REVISION) lists base, yours
 * and current value of each field that the edit changes, and the names of the fields that others changed meanwhile, so
 * that a client can merge. An edit that names a revision which never existed gets BAD_USER_INPUT (UNKNOWN_REVISION).
 * Where the old revision is no longer stored, `baseKept` is false and `base`, `both` and `changedMeanwhile` are null.
 */
async function staleRevision<R extends object>(yourRevision: number, content: RevisedContent<R>): Promise<AppError> {
  const { what, revision, apply, show, field = 'input.revision' } = content;
  const known = yourRevision >= 1 && yourRevision < revision;
  if (!known && apply !== undefined)
    return badInput(field, 'UNKNOWN_REVISION', say('UNKNOWN_REVISION.what', { what, revision }));
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
  return new ConflictError(
    say(apply === undefined ? 'STALE_REVISION.decide' : 'STALE_REVISION.merge', {
      yours: yourRevision,
      newest: revision,
    }),
    'STALE_REVISION',
    { yourRevision, currentRevision: revision, baseKept: base !== null, conflicts, changedMeanwhile },
  );
}
