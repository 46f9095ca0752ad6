import { DateTimeISOResolver } from 'graphql-scalars';
import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import { buildSchema } from 'type-graphql';
import type { Class } from '../kernel/module.js';
import { useLeanResolvers } from './lean-resolvers.js';
import { NodeResolver } from './node.resolver.js';
import { statePrices, type PriceTable } from './prices.js';

/** What a schema is made of. */
export interface SchemaParts {
  /** Resolver classes of the modules. */
  readonly resolvers: readonly Class[];
  readonly prices: PriceTable;
}

/** Builds the one schema of the platform. Inputs are checked by the services, which name fields and codes. */
export async function createSchema({ resolvers, prices }: SchemaParts): Promise<GraphQLSchema> {
  const schema = await buildSchema({
    resolvers: [NodeResolver, ...resolvers],
    validate: false,
    scalarsMap: [{ type: Date, scalar: DateTimeISOResolver }],
  });
  return statePrices(useLeanResolvers(schema), prices);
}

/** The schema as text, sorted, so that a diff shows what changed and nothing else. */
export function printSortedSchema(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
