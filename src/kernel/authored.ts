import type { EntityManager } from 'typeorm';
import type { Context } from './context.js';

/**
 * Notes the viewer as the author of a text that was just written to `table.column` of the row, so that the text is
 * exported and erased with its author. The last author counts. Needed only where the row names no author of its own;
 * the column is declared with `authoredText` in the personal data of its module.
 */
export async function noteAuthor(
  tx: EntityManager,
  ctx: Pick<Context, 'viewer'>,
  place: string,
  rowId: string,
  text: string | null,
): Promise<void> {
  const { accountId } = ctx.viewer;
  if (text === null || accountId === null) return;
  await tx.query(
    `INSERT INTO authored_text (place, row_id, account_id)
     VALUES ($1, $2, $3)
     ON CONFLICT (place, row_id) DO UPDATE SET account_id = excluded.account_id`,
    [place, rowId, accountId],
  );
}
