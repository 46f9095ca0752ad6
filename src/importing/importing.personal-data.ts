import type { EntityManager } from 'typeorm';
import { changedRows } from '../lib/changed-rows.js';

/** Sections of a person's data export on imports: the runs that the account requested and the mappings that it saved. */
export const importingExports = {
  imports: (tx: EntityManager, accountId: string): Promise<unknown> =>
    tx.query(
      `SELECT id, institution_id, file_name, status, created_at FROM import_run WHERE created_by = $1 ORDER BY id`,
      [accountId],
    ),
  columnMappings: (tx: EntityManager, accountId: string): Promise<unknown> =>
    tx.query(`SELECT institution_id, name, updated_at FROM column_mapping WHERE updated_by = $1 ORDER BY id`, [
      accountId,
    ]),
};

/** Removes the references to a person from import runs and mappings, which stay with the institution. */
export async function eraseFromImporting(tx: EntityManager, { accountId }: { accountId: string }): Promise<void> {
  await changedRows(tx, `UPDATE import_run SET created_by = NULL WHERE created_by = $1`, [accountId]);
  await changedRows(tx, `UPDATE column_mapping SET updated_by = NULL WHERE updated_by = $1`, [accountId]);
}
