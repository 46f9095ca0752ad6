import pg from 'pg';
import { DataSource, type DataSourceOptions as TypeOrmOptions, type Logger as TypeOrmLogger } from 'typeorm';
import { timeZone } from '../lib/day.js';
import type { Database } from './database/database.js';

// PostgreSQL values that JavaScript cannot represent exactly stay strings. A DATE stays text, so that no time zone can
// shift it by a day.
pg.types.setTypeParser(pg.types.builtins.DATE, (value) => value);

export interface DataSourceOptions {
  database: Database;
  poolSize: number;
  /** Entity classes of the tables. */
  entities: TypeOrmOptions['entities'];
  /** Migrations that create and change the tables of these entity classes. */
  migrations: TypeOrmOptions['migrations'];
  /** Schema in which unqualified names are looked up and created; `public` by default. */
  schema?: string;
  /** Milliseconds that a statement waits for a lock at most; without it, as long as the statement may take. */
  lockTimeoutMs?: number;
  /** Called with the SQL text of every statement; tests use it to count statements. */
  onStatement?: (sql: string) => void;
}

/**
 * Returns a TypeORM data source that is not yet connected. It never synchronises the schema: only migrations change
 * tables.
 */
export function createDataSource(options: DataSourceOptions): DataSource {
  const { onStatement } = options;
  const nothing = () => undefined;
  const logger: TypeOrmLogger = {
    logQuery: (sql) => onStatement?.(sql),
    logQueryError: nothing,
    logQuerySlow: nothing,
    logSchemaBuild: nothing,
    logMigration: nothing,
    log: nothing,
  };
  return new DataSource({
    type: 'postgres',
    url: options.database.url,
    entities: options.entities,
    migrations: options.migrations,
    migrationsTransactionMode: 'each',
    synchronize: false,
    logging: onStatement ? ['query'] : false,
    logger,
    poolSize: options.poolSize,
    extra: {
      ...options.database.options('techpool'),
      // JIT compilation of queries (on by default in PostgreSQL) is off: the program's statements are so short that
      // compiling one takes longer than running it. SQL statements state the zone of a conversion explicitly. The
      // session's zone is set too, so that an implicit conversion also gives the day in the deployment's zone.
      options: [
        'jit=off',
        `timezone=${timeZone()}`,
        ...(options.schema === undefined ? [] : [`search_path=${options.schema}`]),
        ...(options.lockTimeoutMs === undefined ? [] : [`lock_timeout=${options.lockTimeoutMs}`]),
      ]
        .map((setting) => `-c ${setting}`)
        .join(' '),
    },
  });
}
