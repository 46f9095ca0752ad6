import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
  validate,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { priceOperation, type OperationCost } from '../../src/graphql/cost.js';
import { coerceVariables } from '../../src/http/variables.js';

type Field = GraphQLField<unknown, unknown>;

/** Embeds a selection on a type into an operation that reaches the type. */
export type Way = (selection: string, variables?: string) => string;

/**
 * A short path from a root field to every object type that a query or mutation can return; its ids are of no existing
 * object.
 */
export function waysTo(schema: GraphQLSchema): Map<GraphQLObjectType, Way> {
  const ways = new Map<GraphQLObjectType, Way>();
  const query = schema.getQueryType()!;
  const mutation = schema.getMutationType();
  ways.set(query, (selection, variables = '') => `query ${variables} { ${selection} }`);
  if (mutation) ways.set(mutation, (selection, variables = '') => `mutation ${variables} { ${selection} }`);
  const open = [...ways];
  for (let next = open.shift(); next; next = open.shift()) {
    const [type, way] = next;
    for (const field of Object.values(type.getFields())) {
      const target = getNamedType(field.type);
      if (!isCompositeType(target)) continue;
      const types = isObjectType(target) ? [target] : schema.getPossibleTypes(target);
      const called = `${field.name}${argumentsOf(field)}`;
      for (const found of types) {
        if (ways.has(found)) continue;
        const inner = (selection: string) =>
          isObjectType(target) ? selection : `__typename ... on ${found.name} { ${selection} }`;
        const further: Way = (selection, variables) => way(`${called} { ${inner(selection)} }`, variables);
        ways.set(found, further);
        open.push([found, further]);
      }
    }
  }
  return ways;
}

/** The required arguments of a field, with `given` overriding the samples. */
export function argumentsOf(field: Field, given: Record<string, string> = {}): string {
  const list = field.args.flatMap((argument) => {
    const text = given[argument.name] ?? (needed(argument) ? sampleOf(argument.type) : undefined);
    return text === undefined ? [] : [`${argument.name}: ${text}`];
  });
  return list.length > 0 ? `(${list.join(', ')})` : '';
}

const needed = ({ type, defaultValue }: { type: GraphQLInputType; defaultValue?: unknown }) =>
  isNonNullType(type) && defaultValue === undefined;

/** A sample literal of a type. */
export function sampleOf(type: GraphQLInputType): string {
  const bare = getNullableType(type);
  if (isListType(bare)) return `[${sampleOf(bare.ofType as GraphQLInputType)}]`;
  if (isEnumType(bare)) return bare.getValues()[0]!.name;
  if (isInputObjectType(bare)) {
    const fields = Object.values(bare.getFields());
    const parts = (bare.isOneOf ? fields.slice(0, 1) : fields.filter(needed)).map(
      (field) => `${field.name}: ${sampleOf(field.type)}`,
    );
    return `{ ${parts.join(' ')} }`;
  }
  const scalar = (bare as { name: string }).name;
  if (scalar === 'Int' || scalar === 'Float') return '1';
  if (scalar === 'Boolean') return 'true';
  if (scalar.startsWith('Date')) return scalar === 'Date' ? '"2027-01-01"' : '"2027-01-01T00:00:00Z"';
  return '"x"';
}

/** A minimal selection below a field: at least __typename, and for a page its entries. */
export function below(field: Field): string {
  const type = getNamedType(field.type);
  if (!isCompositeType(type)) return '';
  if (!isObjectType(type)) return isInterfaceType(type) ? '{ __typename }' : '{ __typename }';
  const entries = ['edges', 'nodes', 'teams'].filter((name) => type.getFields()[name]);
  return `{ __typename ${entries.map((name) => `${name} { __typename }`).join(' ')} }`;
}

/** Cost of an operation as the server computes it; the operation must be valid. */
export function price(schema: GraphQLSchema, text: string, variables: Record<string, unknown> = {}): OperationCost {
  const document = parse(text);
  const faults = validate(schema, document);
  if (faults.length > 0) throw new Error(`${text}: ${faults[0]!.message}`);
  const operation = document.definitions.find(
    (d): d is OperationDefinitionNode => d.kind === Kind.OPERATION_DEFINITION,
  )!;
  return priceOperation(schema, document, operation, coerceVariables(schema, operation, variables));
}

/** Every field of the types that can be reached. */
export function fieldsOf(
  ways: ReadonlyMap<GraphQLObjectType, Way>,
): Array<{ type: GraphQLObjectType; field: Field; way: Way }> {
  return [...ways].flatMap(([type, way]) => Object.values(type.getFields()).map((field) => ({ type, field, way })));
}
