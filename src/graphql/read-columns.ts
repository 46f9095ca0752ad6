import { getNamedType, isObjectType, type FieldNode, type GraphQLResolveInfo, type GraphQLSchema } from 'graphql';
import { selectedFields } from './selected-fields.js';

/**
 * The columns that a list must read for the fields which a query selects. A field that shows a property needs that
 * property; a method states what it needs by `@Reads`. A selection with a field that states nothing reads all columns,
 * so that a forgotten statement costs time and never data. A wrong statement is an error at the first access to the
 * column that is missing (see lib/rows.ts); a test selects every field, alone and in pairs.
 */

const stated = new WeakMap<object, Map<string, readonly string[]>>();

/** States the properties of the entity, beside its id, that a field's method or getter needs, directly or by a call. */
export function Reads<Entity>(...properties: ReadonlyArray<keyof Entity & string>) {
  return (prototype: object, method: string | symbol): void => {
    let methods = stated.get(prototype);
    if (!methods) stated.set(prototype, (methods = new Map()));
    methods.set(String(method), properties);
  };
}

/** The part of type-graphql's metadata that this file reads; type-graphql keeps it in a global variable. */
interface Metadata {
  objectTypes: Array<{
    name: string;
    target: Class;
    fields?: Array<{ name: string; schemaName: string; target: Class }>;
  }>;
  fieldResolvers: Array<{ kind: string; target: Class; methodName: string; getObjectType?: () => Class }>;
}
type Class = abstract new () => object;

/** Notes at each field of the schema's object types which properties it needs, where that is known. */
export function stateReads(schema: GraphQLSchema): GraphQLSchema {
  const { TypeGraphQLMetadataStorage: metadata } = globalThis as unknown as { TypeGraphQLMetadataStorage: Metadata };
  const resolvers = new Map<Class, Map<string, Metadata['fieldResolvers'][number]>>();
  for (const resolver of metadata.fieldResolvers) {
    const type = resolver.getObjectType?.();
    if (type === undefined) continue;
    if (!resolvers.has(type)) resolvers.set(type, new Map());
    resolvers.get(type)!.set(resolver.methodName, resolver);
  }
  for (const { name, target, fields = [] } of metadata.objectTypes) {
    const type = schema.getType(name);
    if (!isObjectType(type)) continue;
    for (const described of fields) {
      const field = type.getFields()[described.schemaName];
      if (!field) continue;
      const resolver = resolvers.get(target)?.get(described.name);
      const of = resolver?.kind === 'external' ? resolver.target : target;
      const needed = resolver
        ? stated.get(of.prototype as object)?.get(described.name)
        : ([described.name] as readonly string[]);
      if (needed) field.extensions = { ...field.extensions, reads: needed };
    }
  }
  return schema;
}

/**
 * The properties that the fields selected on the entries of a connection need; undefined where one of them may need all.
 * `info` is that of the connection's field, whose entries are in `nodes` and in `node` of its `edges`.
 */
export function readsOfEntries(info: GraphQLResolveInfo): ReadonlySet<string> | undefined {
  const connection = getNamedType(info.returnType);
  const nodes = isObjectType(connection) && getNamedType(connection.getFields()['nodes']?.type);
  if (!isObjectType(nodes)) return undefined;
  const page = selectedFields(info, info.fieldNodes);
  const entries: readonly FieldNode[] = [
    ...(page.get('nodes') ?? []),
    ...(selectedFields(info, page.get('edges') ?? []).get('node') ?? []),
  ];
  const needed = new Set<string>();
  for (const name of selectedFields(info, entries).keys()) {
    // Every entry has its id and the name of its type.
    if (name === '__typename' || name === 'id') continue;
    const reads = nodes.getFields()[name]?.extensions['reads'] as readonly string[] | undefined;
    if (!reads) return undefined;
    for (const property of reads) needed.add(property);
  }
  return needed;
}
