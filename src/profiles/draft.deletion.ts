import type { ClassType } from 'type-graphql';
import type { EntityManager, FindOptionsWhere, ObjectLiteral } from 'typeorm';
import { authorize } from '../kernel/authz.js';
import { requireLogin, type Context } from '../kernel/context.js';
import { ConflictError } from '../kernel/errors.js';
import type { MutationInput } from '../kernel/mutation-input.js';
import { readId } from '../kernel/node.js';
import { refuseStale } from '../kernel/stale-revision.js';
import { writeOnce } from '../kernel/write.js';
import { changedRows } from '../lib/changed-rows.js';
import { record } from '../ledger/ledger.service.js';
import { forgetReplacedOf } from '../ledger/replaced.js';
import type { Profile } from './profile.entity.js';
import type { ProfileKind } from './profile.step.js';
import { type Said, say } from '../messages/catalogue.js';
import type { MessageText } from '../lib/messages/message.js';

/**
 * Error for the deletion of a record that is no longer a draft; the sentence says why, and what its owner can do
 * instead.
 */
export const notADraft = (sentence: Said, details: Record<string, unknown> = {}) =>
  new ConflictError(sentence, 'NOT_A_DRAFT', details);

/** Throws unless the deletion was confirmed for the newest revision. */
export function refuseStaleDeletion(what: MessageText, yourRevision: number, revision: number): Promise<void> {
  return refuseStale<Record<string, unknown>>(yourRevision, {
    what,
    revision,
    current: {},
    baseOf: () => Promise.resolve(null),
    show: (content) => content,
  });
}

/** Runs a deletion; throws CONFLICT (NOT_A_DRAFT) with the way out where a foreign key refers to a deleted row. */
export async function refusingReferences<T>(wayOut: Said, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if ((error as { code?: unknown }).code === '23503') throw notADraft(say('NOT_A_DRAFT.referred', { wayOut }));
    throw error;
  }
}

/**
 * Deletes a draft that the caller has locked, with all rows that belong to it and the stored texts of its earlier
 * revisions, and appends the deletion to the ledger. Triggers note the deletion for search and matching. Throws
 * CONFLICT (NOT_A_DRAFT) if a row outside the draft refers to it.
 */
export async function deleteDraftRow<T extends ObjectLiteral & { id: string }>(
  tx: EntityManager,
  ctx: Context,
  entity: ClassType<T>,
  id: string,
  { kind, facts }: { kind: string; facts: Record<string, unknown> },
): Promise<void> {
  const { tableName } = tx.connection.getMetadata(entity);
  await changedRows(tx, `DELETE FROM authored_text WHERE row_id = $1 AND starts_with(place, $2)`, [
    id,
    `${tableName}.`,
  ]);
  await forgetReplacedOf(tx, entity.name, id);
  await refusingReferences(say('wayOut.pause'), () => tx.delete(entity, { id } as FindOptionsWhere<T>));
  await record(tx, ctx, { kind, subjectType: entity.name, subjectId: id, facts });
}

/** How drafts of one kind of profile are deleted. */
interface Deletion<P extends Profile> {
  /** Name of the profile in an error message, such as `this demand`. */
  readonly what: MessageText;
  /** Kind of the ledger record, `subject.deleted`. */
  readonly kind: string;
  /** Throws `notADraft` if others have seen the profile, or an operator has judged it. */
  requireDraft(tx: EntityManager, profile: P): Promise<void>;
}

/**
 * Deletes a profile that only its owner and operators could see so far, and returns it as it was. A second call with
 * another idempotency key, or with none, throws NOT_FOUND.
 */
export function deleteDraftProfile<P extends Profile, Move extends string>(
  ctx: Context,
  { entity, edit, lock }: Pick<ProfileKind<P, Move>, 'entity' | 'edit' | 'lock'>,
  input: MutationInput & { id?: string; revision: number },
  { what, kind, requireDraft }: Deletion<P>,
): Promise<P> {
  requireLogin(ctx);
  const id = input.id === undefined ? null : readId('input.id', entity.name, input.id);
  return writeOnce(ctx, kind, input, entity, async (tx) => {
    const profile = await lock(tx, ctx, id);
    authorize(ctx, edit, profile as never);
    await requireDraft(tx, profile);
    await refuseStaleDeletion(what, input.revision, profile.revision);
    const { status, revision } = profile;
    await deleteDraftRow(tx, ctx, entity, profile.id, { kind, facts: { from: status, revision } });
    return profile;
  });
}
