import { achievements } from './domains/achievements.js';
import { cohorts } from './domains/cohorts.js';
import { cultivation } from './domains/cultivation.js';
import { deals } from './domains/deals.js';
import { identity } from './domains/identity.js';
import { importing } from './domains/importing.js';
import { investors } from './domains/investors.js';
import { matching } from './domains/matching.js';
import { mentions } from './domains/mentions.js';
import { passports } from './domains/passports.js';
import { program } from './domains/program.js';
import { reviewers } from './domains/reviewers.js';
import { reviewing } from './domains/reviewing.js';
import { rounds } from './domains/rounds.js';
import { search } from './domains/search.js';
import { talent } from './domains/talent.js';
import { taxonomy } from './domains/taxonomy.js';
import { teams } from './domains/teams.js';
import type { Cases, RightsDomain, World } from './types.js';

/**
 * The domains of the table of rights, in the order in which they fill the world: later domains refer to objects of
 * earlier ones.
 */
export const DOMAINS: readonly RightsDomain[] = [
  achievements,
  deals,
  importing,
  search,
  identity,
  taxonomy,
  reviewers,
  reviewing,
  cohorts,
  passports,
  cultivation,
  talent,
  investors,
  matching,
  rounds,
  teams,
  program,
  mentions,
];

/** Types without a subject of their own, with the reason. */
export const VALUE_TYPES: Readonly<Record<string, string>> = Object.assign(
  {},
  ...DOMAINS.map(({ valueTypes }) => valueTypes),
) as Record<string, string>;
export const isValueType = (name: string): boolean => Object.hasOwn(VALUE_TYPES, name);

/** Cases for every query and mutation of the schema. */
export const casesOf = (w: World): Record<'query' | 'mutation', Cases> => ({
  query: Object.assign({}, ...DOMAINS.map((domain) => domain.queries?.(w))) as Cases,
  mutation: Object.assign({}, ...DOMAINS.map((domain) => domain.mutations?.(w))) as Cases,
});

/** Columns that hold no marker, sorted. */
export const UNMARKED: readonly string[] = DOMAINS.flatMap(({ unmarked = {} }) =>
  Object.values(unmarked).flat(),
).sort();
