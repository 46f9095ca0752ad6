import { buildSchema, GraphQLError, GraphQLScalarType, Kind, parse, type OperationDefinitionNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import { coerceVariables } from '../../src/http/variables.js';
import { InputError } from '../../src/kernel/errors.js';

const schema = buildSchema(
  `scalar Odd enum Colour { RED GREEN } input Box { odd: Odd, colours: [Colour!] } type Query { a(list: [Odd!], boxes: [Box!], b: [Odd!]): Int }`,
);

/** Coerces variables in which every odd value is invalid, and counts the values inspected. */
function coerce(query: string, variables: Record<string, unknown>): { looks: number; error: InputError } {
  let looks = 0;
  (schema.getType('Odd') as GraphQLScalarType).parseValue = () => {
    looks += 1;
    throw new GraphQLError('wrong');
  };
  const operation = parse(query).definitions.find(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  )!;
  try {
    coerceVariables(schema, operation, variables);
  } catch (error) {
    if (error instanceof InputError) return { looks, error };
    throw error;
  }
  throw new Error('the variables were taken');
}

describe('variables that do not fit', () => {
  const many = Array.from({ length: 15_000 }, (_, i) => i);

  it('are looked at no further than their problems are told', () => {
    const { looks, error } = coerce('query ($list: [Odd!]) { a(list: $list) }', { list: many });
    expect(error.problems).toHaveLength(20);
    expect(error.problems[19]!.field).toBe('list[19]');
    expect(looks).toBeLessThan(50);
  });

  it('share the number of problems among all of them', () => {
    const { looks, error } = coerce('query ($boxes: [Box!], $b: [Odd!]) { a(boxes: $boxes, b: $b) }', {
      boxes: [...Array.from({ length: 15 }, () => ({ odd: 1 })), { colours: ['RED'] }],
      b: many,
    });
    expect(error.problems.map(({ field }) => field.replace(/\[.*/, ''))).toEqual([
      ...Array.from({ length: 15 }, () => 'boxes'),
      ...Array.from({ length: 5 }, () => 'b'),
    ]);
    expect(looks).toBeLessThan(50);
  });
});
