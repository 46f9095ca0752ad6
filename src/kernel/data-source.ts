import pg from 'pg';
import { DataSource, type DataSourceOptions as TypeOrmOptions, type Logger as TypeOrmLogger } from 'typeorm';
import { PreparedClient } from '../lib/prepared-client.js';

// Values that JavaScript cannot hold exactly stay strings. A DATE stays text, so that no time zone can shift it.
pg.types.setTypeParser(pg.types.builtins.DATE, (value) => value);

export interface DataSourceOptions {
  url: string;
  poolSize: number;
  /** Entity classes, and the migrations that create their tables. */
  entities: TypeOrmOptions['entities'];
  migrations: TypeOrmOptions['migrations'];
  /** Called with every statement; tests count them. */
  onStatement?: (sql: string) => void;
}

/** A data source, not yet connected. Only migrations change the schema. */
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
    url: options.url,
    entities: options.entities,
    migrations: options.migrations,
    migrationsTransactionMode: 'each',
    synchronize: false,
    logging: onStatement ? ['query'] : false,
    logger,
    poolSize: options.poolSize,
    applicationName: 'techpool',
    // Our statements are short: JIT compilation (on by default) would take longer than the statement itself.
    extra: {
      Client: PreparedClient,
      options: '-c jit=off',
      statement_timeout: 60_000,
      idle_in_transaction_session_timeout: 120_000,
      connectionTimeoutMillis: 10_000,
    },
  });
}
