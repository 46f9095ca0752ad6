import { requireLogin, type Context } from '../kernel/context.js';
import { ConflictError, NotFoundError } from '../kernel/errors.js';
import { readReason } from '../kernel/reason.js';
import { Account } from '../identity/accounts/account.entity.js';
import { newId } from '../lib/ids.js';
import { keysetPage, type ConnectionArgs, type Page } from '../graphql/pagination.js';
import { readId } from '../kernel/node.js';
import { writeOnce } from '../kernel/write.js';
import { holdPoolEntry, lockViewer } from './locks.js';
import { ShortlistEntry } from './shortlist.entity.js';
import type { AddToShortlistInput, RemoveFromShortlistInput, UpdateShortlistNoteInput } from './shortlist.inputs.js';
import { say } from '../messages/catalogue.js';

/** Maximum number of entries on one account's shortlist; a longer list is the task of search. */
export const MAX_SHORTLIST = 500;

/**
 * Adds a pool entry to the viewer's shortlist; an entry that is on it already keeps its position, and a given note
 * replaces its note.
 */
export function addToShortlist(ctx: Context, input: AddToShortlistInput): Promise<ShortlistEntry> {
  const { accountId } = requireLogin(ctx);
  const achievementId = readId('input.achievementId', 'Achievement', input.achievementId);
  const note = readReason('input.note', input.note, 'note');
  return writeOnce(ctx, 'addToShortlist', input, ShortlistEntry, async (tx) => {
    await lockViewer(tx, ctx);
    const existing = await tx.findOneBy(ShortlistEntry, { accountId, achievementId });
    if (existing) {
      if (note !== null && note !== existing.note) {
        existing.note = note;
        await tx.update(ShortlistEntry, { id: existing.id }, { note });
      }
      return existing;
    }
    await holdPoolEntry(tx, ctx, achievementId);
    if ((await tx.countBy(ShortlistEntry, { accountId })) >= MAX_SHORTLIST) {
      throw new ConflictError(say('SHORTLIST_FULL.entries', { max: MAX_SHORTLIST }), 'SHORTLIST_FULL', {
        limit: MAX_SHORTLIST,
      });
    }
    const entry = tx.create(ShortlistEntry, { id: newId(), accountId, achievementId, note, addedAt: ctx.now() });
    await tx.insert(ShortlistEntry, entry);
    return entry;
  });
}

/** Replaces the note of an entry of the viewer's shortlist; without a text in the input the note is removed. */
export function updateShortlistNote(ctx: Context, input: UpdateShortlistNoteInput): Promise<ShortlistEntry> {
  const { accountId } = requireLogin(ctx);
  const id = readId('input.id', 'ShortlistEntry', input.id);
  const note = readReason('input.note', input.note, 'note');
  return writeOnce(ctx, 'updateShortlistNote', input, ShortlistEntry, async (tx) => {
    const entry = await tx.findOne(ShortlistEntry, { where: { id, accountId }, lock: { mode: 'pessimistic_write' } });
    if (!entry) throw new NotFoundError(say('thing.theShortlistEntry'));
    entry.note = note;
    await tx.update(ShortlistEntry, { id }, { note });
    return entry;
  });
}

/**
 * Removes an entry, given by the shortlist entry's id, from the viewer's shortlist and returns it; null if the viewer
 * has no such entry.
 */
export async function removeFromShortlist(
  ctx: Context,
  input: RemoveFromShortlistInput,
): Promise<ShortlistEntry | null> {
  const { accountId } = requireLogin(ctx);
  const id = readId('input.id', 'ShortlistEntry', input.id);
  let removed: ShortlistEntry | null = null;
  // The idempotency key is stored with the account, not the entry, because the entry no longer exists when the call is
  // repeated.
  await writeOnce(ctx, 'removeFromShortlist', input, Account, async (tx) => {
    removed = await tx.findOne(ShortlistEntry, { where: { id, accountId }, lock: { mode: 'pessimistic_write' } });
    if (removed) await tx.delete(ShortlistEntry, { id });
    return tx.findOneByOrFail(Account, { id: accountId });
  });
  return removed;
}

/** The viewer's shortlist, last added first. */
export async function listShortlist(ctx: Context, args: ConnectionArgs): Promise<Page<ShortlistEntry>> {
  const { accountId } = requireLogin(ctx);
  const query = ctx.db.createQueryBuilder(ShortlistEntry, 's').where('s.account_id = :accountId', { accountId });
  return keysetPage(query, args, [
    { sql: 's.added_at', direction: 'DESC', cast: 'timestamptz', value: (entry) => entry.addedAt.toISOString() },
    { sql: 's.id', direction: 'DESC', cast: 'uuid', value: (entry) => entry.id },
  ]);
}

/** A shortlist entry of the viewer; null if it does not exist or belongs to another account. */
export function readShortlistEntry(ctx: Context, id: string): Promise<ShortlistEntry | null> {
  const { accountId } = ctx.viewer;
  return accountId === null ? Promise.resolve(null) : ctx.db.findOneBy(ShortlistEntry, { id, accountId });
}
