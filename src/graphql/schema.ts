import { DateTimeISOResolver } from 'graphql-scalars';
import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import { buildSchema } from 'type-graphql';
import type { Class } from '../kernel/module.js';
import { useLeanResolvers } from './lean-resolvers.js';
import { NodeResolver } from './node.resolver.js';
import { statePrices, type PriceTable } from './prices.js';
import { stateReads } from './read-columns.js';

/** Parts from which the schema is built. */
export interface SchemaParts {
  /** Resolver classes of the modules. */
  readonly resolvers: readonly Class[];
  readonly prices: PriceTable;
}

/**
 * Builds the platform's GraphQL schema. type-graphql's validation of arguments is off: the services check inputs, and
 * their errors name field and code.
 */
export async function createSchema({ resolvers, prices }: SchemaParts): Promise<GraphQLSchema> {
  const schema = await buildSchema({
    resolvers: [NodeResolver, ...resolvers],
    validate: false,
    scalarsMap: [{ type: Date, scalar: DateTimeISOResolver }],
  });
  return statePrices(stateReads(useLeanResolvers(schema)), prices);
}

/** Prints the schema as text with sorted types and fields, so that a diff shows real changes only. */
export function printSortedSchema(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
