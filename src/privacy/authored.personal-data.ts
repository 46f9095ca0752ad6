import type { EntityManager } from 'typeorm';
import type { App } from '../kernel/context.js';
import type { ErasedPerson, PersonalDataExport } from '../kernel/personal-data.js';
import { changedRows } from '../lib/changed-rows.js';

/** The declared columns whose authors are in `authored_text`: table, column and the value after an erasure. */
function places(app: App): Array<{ place: string; table: string; column: string; empty: string | null }> {
  return app.modules.personalData.flatMap(({ columns = {} }) =>
    Object.entries(columns).flatMap(([place, { authored }]) => {
      const [table, column] = place.split('.') as [string, string];
      return authored ? [{ place, table, column, empty: authored.empty }] : [];
    }),
  );
}

/** Texts that the person wrote into rows that name no author: decisions, answers and reasons. */
export const authoredExports: Record<string, PersonalDataExport> = {
  textsWritten: async (tx, accountId, app) => {
    const written: unknown[] = [];
    for (const { place, table, column } of places(app))
      written.push(
        ...((await tx.query(
          `SELECT a.place, a.row_id AS id, t.${column} AS text
           FROM authored_text a
           JOIN ${table} t ON t.id = a.row_id
           WHERE a.place = $1 AND a.account_id = $2 AND t.${column} IS NOT NULL
           ORDER BY a.row_id`,
          [place, accountId],
        )) as unknown[]),
      );
    return written;
  },
};

/** Empties the texts that the person wrote into rows that name no author; the rows and the decisions in them stay. */
export async function eraseAuthored(tx: EntityManager, { accountId }: ErasedPerson, app: App): Promise<void> {
  for (const { place, table, column, empty } of places(app))
    await changedRows(
      tx,
      `UPDATE ${table} t
       SET ${column} = $3
       FROM authored_text a
       WHERE a.place = $1 AND a.account_id = $2 AND t.id = a.row_id AND t.${column} IS NOT NULL`,
      [place, accountId, empty],
    );
  await changedRows(tx, `DELETE FROM authored_text WHERE account_id = $1`, [accountId]);
}
