import type { ClassType } from 'type-graphql';
import type { DataSource, EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';

/**
 * Functions that make entities directly from database rows. TypeORM's own conversion takes several times as long as the
 * statement; here each column is one assignment. Values are used as the driver returns them, since every entity column
 * in this program is declared with the driver's type.
 *
 * A caller that names the properties it needs gets entities with these and the primary key alone. Access to another
 * column of such an entity throws: its value would pass for an empty one.
 */

interface Column {
  property: string;
  column: string;
  primary: boolean;
}

interface Shape {
  columns: readonly Column[];
  /** The select list, `e.column AS "property", …`, where `e` is the alias of the entity's table. */
  select: string;
  /** Makes an entity without values. */
  make: () => object;
}

interface EntityShapes {
  table: string;
  whole: Shape;
  /** Shapes of entities with some of the columns, by the list of their properties. */
  partial: Map<string, Shape>;
}

/** Number of different selections whose shapes are kept per entity; clients choose selections, so that it is bounded. */
const MAX_SHAPES = 200;

const known = new WeakMap<DataSource, Map<ClassType, EntityShapes>>();

const shapeOf = (columns: readonly Column[], make: () => object): Shape => ({
  columns,
  select: columns.map(({ property, column }) => `e."${column}" AS "${property}"`).join(', '),
  make,
});

function shapesOf(dataSource: DataSource, Entity: ClassType): EntityShapes {
  let entities = known.get(dataSource);
  if (!entities) known.set(dataSource, (entities = new Map()));
  let shapes = entities.get(Entity);
  if (!shapes) {
    const metadata = dataSource.getMetadata(Entity);
    const all = metadata.columns.map(({ propertyName, databaseName, isPrimary }) => ({
      property: propertyName,
      column: databaseName,
      primary: isPrimary,
    }));
    shapes = { table: metadata.tableName, whole: shapeOf(all, () => new Entity() as object), partial: new Map() };
    entities.set(Entity, shapes);
  }
  return shapes;
}

function shapeFor(
  Entity: ClassType,
  { whole, partial }: EntityShapes,
  properties: ReadonlySet<string> | undefined,
): Shape {
  if (properties === undefined) return whole;
  const read = whole.columns.filter(({ property, primary }) => primary || properties.has(property));
  const key = read.map(({ property }) => property).join(' ');
  let shape = partial.get(key);
  if (!shape) {
    const prototype = Object.create(Entity.prototype as object) as object;
    for (const { property } of whole.columns.filter((column) => !read.includes(column))) {
      Object.defineProperty(prototype, property, {
        get() {
          throw new Error(`The column of ${property} was not read; state it by @Reads at the field that needs it.`);
        },
        set(value: unknown) {
          Object.defineProperty(this, property, { value, writable: true, enumerable: true, configurable: true });
        },
      });
    }
    shape = shapeOf(read, () => Object.create(prototype) as object);
    if (partial.size === MAX_SHAPES) partial.clear();
    partial.set(key, shape);
  }
  return shape;
}

/**
 * Reads entities of a class by an SQL statement. `rest` is what follows the table in FROM, such as `WHERE e.id =
 * ANY($1) ORDER BY e.position`, and `e` is the table's alias.
 *
 * @param properties the properties to read beside the primary key; all of them where it is undefined
 */
export async function selectEntities<T extends object>(
  db: EntityManager,
  Entity: ClassType<T>,
  rest: string,
  values: unknown[],
  properties?: ReadonlySet<string>,
): Promise<T[]> {
  const shapes = shapesOf(db.connection, Entity);
  const { select, make } = shapeFor(Entity, shapes, properties);
  const rows = (await db.query(`SELECT ${select} FROM "${shapes.table}" e ${rest}`, values)) as object[];
  return rows.map((row) => Object.assign(make() as T, row));
}

/**
 * Runs a query over one entity without joined selections and returns the entities, as TypeORM's `getMany()` does, but
 * faster.
 *
 * @param properties the properties to read beside the primary key; all of them where it is undefined
 */
export async function getRows<T extends ObjectLiteral>(
  query: SelectQueryBuilder<T>,
  properties?: ReadonlySet<string>,
): Promise<T[]> {
  const main = query.expressionMap.mainAlias!;
  const Entity = main.target as ClassType<T>;
  const shape = shapeFor(Entity, shapesOf(query.connection, Entity), properties);
  const columns = shape.columns.map(({ property, column }) => ({ property, name: `${main.name}_${column}` }));
  if (properties !== undefined) query.select(columns.map(({ property }) => `${main.name}.${property}`));
  const rows = await query.getRawMany<Record<string, unknown>>();
  return rows.map((row) => {
    const entity = shape.make() as Record<string, unknown>;
    for (const { property, name } of columns) entity[property] = row[name];
    return entity as T;
  });
}
