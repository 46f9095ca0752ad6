import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import { toGlobalId } from '../../src/lib/ids.js';

/** An operation with a text in one argument, with all other arguments as small as the schema allows. */
export interface TextPlace {
  /** Name of the place, such as `Mutation.logIn(input.email)`. */
  name: string;
  /** Path of the place as a refusal names it, such as `input.email`. */
  field: string;
  mutation: boolean;
  query: string;
  /** True if the operation needs an upload in `file`. */
  upload: boolean;
  variables(text: string): Record<string, unknown>;
}

type Input = GraphQLArgument | GraphQLInputField;
const TEXTS = new Set(['String', 'ID']);
const UUID = '00000000-0000-7000-8000-000000000000';

/** The smallest valid value of a type. */
function smallest(type: GraphQLInputType, name: string): unknown {
  const bare = getNullableType(type);
  if (isListType(bare)) return [smallest(bare.ofType, name)];
  if (isEnumType(bare)) return bare.getValues()[0]!.value;
  if (isInputObjectType(bare)) {
    const fields = Object.values(bare.getFields());
    const needed = fields.filter((field) => isNonNullType(field.type) && field.defaultValue === undefined);
    return Object.fromEntries(
      (bare.isOneOf ? fields.slice(0, 1) : needed).map((field) => [field.name, smallest(field.type, field.name)]),
    );
  }
  if (bare.name === 'ID') return toGlobalId(name.replace(/^id$|Id$/, '') === '' ? 'Achievement' : 'Organisation', UUID);
  if (bare.name === 'Int') return 1;
  if (bare.name === 'Float') return 1;
  if (bare.name === 'Boolean') return true;
  if (bare.name === 'Decimal') return '1';
  if (bare.name === 'DateTimeISO') return '2026-01-01T00:00:00Z';
  return bare.name === 'Upload' ? null : 'text';
}

/** All places for a text in a type, as functions that put a text there. */
function placesIn(
  type: GraphQLInputType,
  name: string,
  path: string,
  above: readonly string[] = [],
): Array<{ path: string; put(text: string): unknown }> {
  const bare = getNullableType(type);
  if (isListType(bare))
    return placesIn(bare.ofType, name, `${path}[0]`, above).map((place) => ({
      ...place,
      put: (text) => [place.put(text)],
    }));
  if (isInputObjectType(bare)) {
    if (above.includes(bare.name)) return [];
    const base = bare.isOneOf ? {} : (smallest(bare, name) as Record<string, unknown>);
    return Object.values(bare.getFields()).flatMap((field) =>
      placesIn(field.type, field.name, `${path}.${field.name}`, [...above, bare.name]).map((place) => ({
        ...place,
        put: (text) => ({ ...base, [field.name]: place.put(text) }),
      })),
    );
  }
  return !isEnumType(bare) && TEXTS.has(bare.name) ? [{ path, put: (text) => text }] : [];
}

/** An operation that selects only `__typename` of a root field, with every argument from a variable. */
function operationOf(kind: string, field: GraphQLField<unknown, unknown>, args: readonly Input[]): string {
  const declared = args.map((arg) => `$${arg.name}: ${String(arg.type)}`).join(', ');
  const passed = args.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  const selection = isCompositeType(getNamedType(field.type)) ? '{ __typename }' : '';
  return `${kind} ${declared === '' ? '' : `(${declared})`} { ${field.name}${passed === '' ? '' : `(${passed})`} ${selection} }`;
}

/** All places in the schema's queries and mutations where a client may send a text. */
export function textPlaces(schema: GraphQLSchema): TextPlace[] {
  return (['query', 'mutation'] as const).flatMap((kind) => {
    const root = kind === 'query' ? schema.getQueryType()! : schema.getMutationType()!;
    return Object.values(root.getFields()).flatMap((field) =>
      field.args.flatMap((arg) =>
        placesIn(arg.type, arg.name, arg.name).map((place): TextPlace => {
          const needed = field.args.filter((other) => other !== arg && isNonNullType(other.type));
          const base = Object.fromEntries(needed.map((other) => [other.name, smallest(other.type, other.name)]));
          return {
            name: `${root.name}.${field.name}(${place.path})`,
            field: place.path,
            mutation: kind === 'mutation',
            query: operationOf(kind, field, [arg, ...needed]),
            upload: needed.some((other) => getNamedType(other.type).name === 'Upload'),
            variables: (text) => ({ ...base, [arg.name]: place.put(text) }),
          };
        }),
      ),
    );
  });
}
