import type { EntityManager } from 'typeorm';

/**
 * Runs `UPDATE` or `DELETE … RETURNING` and returns the rows. For these statements, unlike others, TypeORM returns a
 * pair of rows and count.
 */
export async function changedRows<Row>(tx: EntityManager, sql: string, values: unknown[]): Promise<Row[]> {
  const [rows] = (await tx.query(sql, values)) as [Row[], number];
  return rows;
}
