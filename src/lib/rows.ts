import type { ClassType } from 'type-graphql';
import type { DataSource, EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';

/**
 * Functions that make entities directly from database rows. TypeORM's own conversion takes several times as long as the
 * statement; here each column is one assignment. Values are used as the driver returns them, since every entity column
 * in this program is declared with the driver's type.
 */

interface Columns {
  table: string;
  /** The select list of an entity, `e.column AS "property", …`, where `e` is the alias of its table. */
  select: string;
  all: ReadonlyArray<{ property: string; column: string }>;
}

const known = new WeakMap<DataSource, Map<ClassType, Columns>>();

function columnsOf(dataSource: DataSource, Entity: ClassType): Columns {
  let entities = known.get(dataSource);
  if (!entities) known.set(dataSource, (entities = new Map()));
  let columns = entities.get(Entity);
  if (!columns) {
    const metadata = dataSource.getMetadata(Entity);
    const all = metadata.columns.map(({ propertyName, databaseName }) => ({
      property: propertyName,
      column: databaseName,
    }));
    columns = {
      table: metadata.tableName,
      select: all.map(({ property, column }) => `e."${column}" AS "${property}"`).join(', '),
      all,
    };
    entities.set(Entity, columns);
  }
  return columns;
}

/**
 * Reads entities of a class by an SQL statement. `rest` is what follows the table in FROM, such as `WHERE e.id =
 * ANY($1) ORDER BY e.position`, and `e` is the table's alias.
 */
export async function selectEntities<T extends object>(
  db: EntityManager,
  Entity: ClassType<T>,
  rest: string,
  values: unknown[],
): Promise<T[]> {
  const { table, select } = columnsOf(db.connection, Entity);
  const rows = (await db.query(`SELECT ${select} FROM "${table}" e ${rest}`, values)) as object[];
  return rows.map((row) => Object.assign(new Entity(), row));
}

/**
 * Runs a query over one entity without joined selections and returns the entities, as TypeORM's `getMany()` does, but
 * faster.
 */
export async function getRows<T extends ObjectLiteral>(query: SelectQueryBuilder<T>): Promise<T[]> {
  const main = query.expressionMap.mainAlias!;
  const Entity = main.target as ClassType<T>;
  const columns = columnsOf(query.connection, Entity).all.map(({ property, column }) => ({
    property,
    name: `${main.name}_${column}`,
  }));
  const rows = await query.getRawMany<Record<string, unknown>>();
  return rows.map((row) => {
    const entity = new Entity() as Record<string, unknown>;
    for (const { property, name } of columns) entity[property] = row[name];
    return entity as T;
  });
}
