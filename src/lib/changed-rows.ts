import type { EntityManager } from 'typeorm';

/** Runs `UPDATE` or `DELETE … RETURNING` and gives the rows; the driver wraps these, unlike others, in a pair with the count. */
export async function changedRows<Row>(tx: EntityManager, sql: string, values: unknown[]): Promise<Row[]> {
  const [rows] = (await tx.query(sql, values)) as [Row[], number];
  return rows;
}
