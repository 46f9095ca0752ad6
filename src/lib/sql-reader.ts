/** Reads from the database: a manager of TypeORM, or connections of another pool. */
export interface SqlReader {
  // The rows' type is the caller's claim, as with the manager of TypeORM.
  query<Rows>(sql: string, parameters?: unknown[]): Promise<Rows>;
}
