import { readFile } from 'node:fs/promises';
import { isEnumType, isInputObjectType, isInterfaceType, isObjectType, isUnionType, type GraphQLSchema } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { createSchema, printSortedSchema } from '../../src/graphql/schema.js';
import { composition } from '../../src/modules.js';

let schema: GraphQLSchema;
beforeAll(async () => {
  schema = await createSchema(composition);
});

describe('the schema', () => {
  it('is the one that is committed (npm run build && npm run schema:print)', async () => {
    expect(printSortedSchema(schema)).toBe(await readFile('schema/schema.graphql', 'utf8'));
  });

  it('describes every type, field, argument and enum value', () => {
    const bare: string[] = [];
    const check = (name: string, described: { description?: string | null }) => {
      if (!described.description) bare.push(name);
    };
    for (const type of Object.values(schema.getTypeMap())) {
      if (type.name.startsWith('__') || ['Query', 'Mutation', 'Subscription'].includes(type.name)) continue;
      check(type.name, type);
      if (isEnumType(type)) type.getValues().forEach((value) => check(`${type.name}.${value.name}`, value));
    }
    for (const type of Object.values(schema.getTypeMap())) {
      if (type.name.startsWith('__')) continue;
      if (isInputObjectType(type))
        Object.values(type.getFields()).forEach((field) => check(`${type.name}.${field.name}`, field));
      if (isObjectType(type) || isInterfaceType(type)) {
        for (const field of Object.values(type.getFields())) {
          check(`${type.name}.${field.name}`, field);
          field.args.forEach((arg) => check(`${type.name}.${field.name}(${arg.name})`, arg));
        }
      }
      if (isUnionType(type)) check(type.name, type);
    }
    expect(bare).toEqual([]);
  });

  it('reads every type that implements Node by its id', () => {
    const node = schema.getType('Node');
    if (!isInterfaceType(node)) throw new Error('no Node interface');
    expect(Object.keys(composition.nodeReaders).sort()).toEqual(
      schema
        .getPossibleTypes(node)
        .map((type) => type.name)
        .sort(),
    );
  });

  it('gives every mutation one input with an idempotency key, uploads beside it', () => {
    // An argument beside the input came later, so that documents with the shared input type stay valid.
    const beside = new Set(['freezeCohort(seenAt,input)']);
    const odd: string[] = [];
    for (const field of Object.values(schema.getMutationType()!.getFields())) {
      const names = field.args.map((arg) => arg.name).filter((name) => name !== 'file');
      const signature = `${field.name}(${names.join()})`;
      if (names.join() !== 'input' && names.join() !== '' && !beside.has(signature)) odd.push(signature);
    }
    expect(odd).toEqual([]);
  });
});
