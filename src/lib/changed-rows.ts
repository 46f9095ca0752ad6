import type { EntityManager } from 'typeorm';

/**
 * Runs an SQL `UPDATE … RETURNING` or `DELETE … RETURNING` and returns its rows. For these statements TypeORM returns a
 * pair of rows and row count, for others only the rows.
 */
export async function changedRows<Row>(tx: EntityManager, sql: string, values: unknown[]): Promise<Row[]> {
  const [rows] = (await tx.query(sql, values)) as [Row[], number];
  return rows;
}
