import type { NonEmptyArray } from 'type-graphql';
import { AchievementResolver, NdaGrantResolver, NearDuplicateResolver, OrganisationAchievementsResolver } from './achievements/achievement.resolver.js';
import { NodeResolver } from './node.resolver.js';
import { TaxonomyResolver } from './taxonomy/taxonomy.resolver.js';

/** The explicit resolver list: what is not here is not in the schema. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- the library's own type of this list
export const resolvers: NonEmptyArray<Function> = [
  NodeResolver,
  TaxonomyResolver,
  AchievementResolver,
  OrganisationAchievementsResolver,
  NdaGrantResolver,
  NearDuplicateResolver,
];
