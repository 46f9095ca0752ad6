import type { EntityManager } from 'typeorm';
import type { App } from '../kernel/context.js';
import { ERASED_TEXT, exportedRows, type ErasedPerson, type PersonalDataExport } from '../kernel/personal-data.js';
import { changedRows } from '../lib/changed-rows.js';

/**
 * Sections of a person's data export on interest threads and shortlists. Messages of other people are left out, as they
 * are those people's personal data.
 */
export const dealsExports: Record<string, PersonalDataExport> = {
  interests: exportedRows(
    `SELECT i.id, i.achievement_id, a.registration_no, i.organisation_id, i.status, i.created_at, i.last_message_at,
       i.closed_at, i.closed_by
     FROM interest i
     JOIN achievement a ON a.id = i.achievement_id
     WHERE i.account_id = $1
     ORDER BY i.id`,
  ),
  interestMessages: exportedRows(
    `SELECT interest_id, seq AS number, side, body, created_at FROM interest_message WHERE author_id = $1 ORDER BY id`,
  ),
  interestReading: exportedRows(
    `SELECT interest_id, read_seq AS read_up_to, read_at, mailed_seq AS mailed_up_to, mailed_at
     FROM interest_participant
     WHERE account_id = $1
     ORDER BY interest_id`,
  ),
  shortlist: exportedRows(
    `SELECT id, achievement_id, note, added_at FROM shortlist_entry WHERE account_id = $1 ORDER BY added_at, id`,
  ),
};

/**
 * Deletes a person's shortlist and read positions. Message threads stay for both sides; in place of the person's
 * messages they show that the author's account was erased. A thread in which the person acted alone is closed; one in
 * which the person acted for an organisation goes on with that organisation's editors and owners.
 */
export async function eraseFromDeals(tx: EntityManager, { accountId }: ErasedPerson, app: App): Promise<void> {
  await changedRows(tx, `DELETE FROM shortlist_entry WHERE account_id = $1`, [accountId]);
  await changedRows(
    tx,
    `UPDATE interest
     SET status = 'CLOSED', closed_at = $2, closed_by = 'PARTY'
     WHERE account_id = $1 AND organisation_id IS NULL AND status <> 'CLOSED'`,
    [accountId, app.clock()],
  );
  await changedRows(tx, `UPDATE interest SET account_id = NULL WHERE account_id = $1`, [accountId]);
  await changedRows(tx, `UPDATE interest_message SET author_id = NULL, body = $2 WHERE author_id = $1`, [
    accountId,
    ERASED_TEXT,
  ]);
  await changedRows(tx, `DELETE FROM interest_participant WHERE account_id = $1`, [accountId]);
}
