import type { ClassType } from 'type-graphql';
import type { DataSource, EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';

/**
 * Makes entities directly from rows. TypeORM's own hydration takes several times as long as the statement; here each
 * column of the entity is one assignment. The driver's values are used unconverted, as every entity column in this
 * program is declared with the driver's type.
 */

interface Columns {
  table: string;
  /** The list of `e.column AS "property"`, where `e` is the table's alias. */
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
 * Reads entities; `rest` is the statement after FROM, such as `WHERE e.id = ANY($1) ORDER BY e.position`, and `e` is
 * the alias of the entity's table.
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

/** Like `getMany()`, for a query over one entity without joined selections. */
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
