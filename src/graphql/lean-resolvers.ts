import { isAbstractType, isObjectType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import type { Context } from '../kernel/context.js';

/**
 * Replaces most resolvers that type-graphql generates by faster ones. type-graphql wraps every property into a closure,
 * and every method with an argument into several promises, because it might have to validate arguments. As its
 * validation is off (see schema.ts), properties and methods of object classes get plain resolvers. Type-graphql's
 * resolvers stay for root fields, fields of resolver classes, and fields with input-object arguments, middleware or
 * roles. Interfaces and unions resolve their type synchronously instead of by a promise; their `resolveType` must be
 * synchronous, as the compiled executor accepts no other.
 */

/**
 * The part of type-graphql's metadata of types and fields that this file reads; type-graphql keeps it in a global
 * variable.
 */
interface Metadata {
  objectTypes: Array<{
    name: string;
    target: Class;
    fields?: Array<{ name: string; schemaName: string; params?: Param[]; target: Class }>;
  }>;
  fieldResolvers: Array<{
    kind: string;
    methodName: string;
    getObjectType?: () => Class;
    middlewares?: unknown[];
    roles?: unknown[];
  }>;
  inputTypes: Array<{ target: Class }>;
  interfaceTypes: Abstract[];
  unions: Abstract[];
}
interface Abstract {
  name: string;
  resolveType?: (value: object, ctx: Context, info: unknown) => string | Class | undefined;
}
interface Param {
  kind: string;
  index: number;
  name?: string;
  propertyName?: string;
  getType?: () => unknown;
}
type Class = abstract new () => object;
type Resolver = GraphQLFieldResolver<Record<string, unknown>, Context>;
type Argument = (root: Record<string, unknown>, args: Record<string, unknown>, ctx: Context, info: unknown) => unknown;

/**
 * Replaces the resolvers that type-graphql built for fields of object types, and for the types of interfaces and
 * unions, by faster ones that return the same values. Changes the schema in place and returns it. The top of this file
 * names the fields that keep their resolvers.
 */
export function useLeanResolvers(schema: GraphQLSchema): GraphQLSchema {
  const { TypeGraphQLMetadataStorage: metadata } = globalThis as unknown as { TypeGraphQLMetadataStorage: Metadata };
  const inputs = new Set<unknown>(metadata.inputTypes.map(({ target }) => target));
  const resolversOf = new Map<Class, Map<string, Metadata['fieldResolvers'][number]>>();
  for (const resolver of metadata.fieldResolvers) {
    const type = resolver.getObjectType?.();
    if (type === undefined) continue;
    if (!resolversOf.has(type)) resolversOf.set(type, new Map());
    resolversOf.get(type)!.set(resolver.methodName, resolver);
  }
  const byTarget = new Map<unknown, Metadata['objectTypes'][number]>(
    metadata.objectTypes.map((objectType) => [objectType.target, objectType]),
  );
  for (const objectType of metadata.objectTypes) {
    const type = schema.getType(objectType.name);
    if (!isObjectType(type)) continue;
    for (const described of fieldsOf(objectType, byTarget)) {
      const field = type.getFields()[described.schemaName];
      const resolver = resolversOf.get(described.target)?.get(described.name);
      if (!field || resolver?.kind === 'external' || (resolver?.middlewares?.length ?? 0) > 0 || resolver?.roles)
        continue;
      const property = described.name;
      if (resolver === undefined) {
        field.resolve = property === described.schemaName ? undefined : (((root) => root[property]) satisfies Resolver);
        continue;
      }
      const params = [...(described.params ?? [])].sort((a, b) => a.index - b.index);
      const read = params.map((param) => argumentOf(param, inputs));
      if (read.every((argument) => argument !== null)) field.resolve = methodResolver(described.target, property, read);
    }
  }
  const nameOf = new Map(metadata.objectTypes.map(({ target, name }) => [target, name]));
  for (const { name, resolveType } of [...metadata.interfaceTypes, ...metadata.unions]) {
    const type = schema.getType(name);
    if (!isAbstractType(type) || !resolveType) continue;
    type.resolveType = (value: object, ctx: Context, info) => {
      const found = resolveType(value, ctx, info);
      return typeof found === 'function' ? nameOf.get(found) : found;
    };
  }
  return schema;
}

/** All fields of an object type in type-graphql's metadata: inherited ones first, then its own. */
function fieldsOf(
  { target, fields = [] }: Metadata['objectTypes'][number],
  byTarget: ReadonlyMap<unknown, Metadata['objectTypes'][number]>,
): NonNullable<Metadata['objectTypes'][number]['fields']> {
  const above = byTarget.get(Object.getPrototypeOf(target));
  return above === undefined ? fields : [...fieldsOf(above, byTarget), ...fields];
}

function argumentOf(param: Param, inputs: ReadonlySet<unknown>): Argument | null {
  const { propertyName, name } = param;
  if (param.kind === 'context') return propertyName === undefined ? (_root, _args, ctx) => ctx : null;
  if (param.kind === 'info') return (_root, _args, _ctx, info) => info;
  if (param.kind === 'arg' && name !== undefined && !inputs.has(param.getType?.())) return (_root, args) => args[name];
  return null;
}

/**
 * Makes a resolver that calls a method, or reads a getter, of the parent object. A plain parent object is first turned
 * into an instance of the type's class, so that it has the method.
 */
function methodResolver(target: Class, property: string, read: readonly Argument[]): Resolver {
  const instanceOf = (root: Record<string, unknown>) =>
    root instanceof target
      ? root
      : (Object.assign(Object.create(target.prototype as object) as object, root) as Record<string, unknown>);
  const [first, second] = read;
  return (root, args, ctx, info) => {
    const instance = instanceOf(root);
    const member = instance[property];
    if (typeof member !== 'function') return member;
    const method = member as (this: object, ...values: unknown[]) => unknown;
    if (first === undefined) return method.call(instance);
    if (second === undefined) return method.call(instance, first(root, args, ctx, info));
    return method.apply(
      instance,
      read.map((argument) => argument(root, args, ctx, info)),
    );
  };
}
