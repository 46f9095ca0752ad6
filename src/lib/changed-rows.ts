import type { EntityManager } from 'typeorm';

/**
 * Runs an SQL statement `INSERT`, `UPDATE` or `DELETE … RETURNING` and returns its rows. For UPDATE and DELETE TypeORM
 * returns a pair of rows and row count, for INSERT only the rows.
 */
export async function changedRows<Row>(tx: EntityManager, sql: string, values: unknown[]): Promise<Row[]> {
  const result = (await tx.query(sql, values)) as [Row[], number] | Row[];
  return Array.isArray(result[0]) ? result[0] : (result as Row[]);
}
