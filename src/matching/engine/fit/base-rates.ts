import { decay, type BaseRates, type InvestorModel } from '../model.js';
import { CodeTree, type EngineTaxonomy } from '../taxonomy.js';
import type { Day } from '../types.js';
import type { PastRound } from './history.js';

/**
 * Half-life in years of a past financing round's weight in the base rates; long, because market shares change slowly.
 */
const HALF_LIFE = 4;
/**
 * Number of imaginary rounds added to each industry, region and stage that occurs in the past rounds, and to the
 * parents of these industries and regions (Laplace smoothing), so that one round more or less hardly changes the base
 * rate of a rare one.
 */
const PRIOR = 1;

function siblingShares(tree: CodeTree, masses: ReadonlyMap<number, number>): BaseRates {
  const through = new Map<number, number>();
  for (const [code, mass] of masses)
    for (const node of tree.chain(code)) through.set(node, (through.get(node) ?? 0) + mass);
  const families = new Map<number, number[]>();
  for (const node of through.keys()) {
    const parent = tree.parent(node);
    families.set(parent, [...(families.get(parent) ?? []), node]);
  }
  const rates: Record<string, number> = {};
  for (const family of families.values()) {
    const total = family.reduce((sum, node) => sum + through.get(node)! + PRIOR, 0);
    for (const node of family) rates[tree.code(node)] = (through.get(node)! + PRIOR) / total;
  }
  return rates;
}

/**
 * Computes base rates from past rounds, which must all be before `day`; a round's weight decays with its age on that
 * day. For industries, regions, stages and amounts, a round counts once per investor, so that a round with many
 * investors weighs more, as it does in the investors' own records. A party's base rate is the smoothed share of all
 * rounds in which it took part.
 */
export function baseRates(rounds: readonly PastRound[], day: Day, taxonomy: EngineTaxonomy): InvestorModel['base'] {
  const industries = new CodeTree((code) => taxonomy.industryParent(code));
  const regions = new CodeTree((code) => taxonomy.regionParent(code));
  const byIndustry = new Map<number, number>();
  const byRegion = new Map<number, number>();
  const byStage = new Map<string, number>();
  const byParty = new Map<string, number>();
  const add = <K>(map: Map<K, number>, key: K, mass: number) => map.set(key, (map.get(key) ?? 0) + mass);
  let all = 0;
  let weight = 0;
  let sum = 0;
  let squares = 0;
  for (const round of rounds) {
    const count = decay(day - round.day, HALF_LIFE);
    const mass = count * round.investors.length;
    if (round.industry !== null) add(byIndustry, industries.number(round.industry), mass);
    if (round.region !== null) add(byRegion, regions.number(round.region), mass);
    if (round.stage !== null) add(byStage, round.stage, mass);
    for (const key of round.investors) add(byParty, key, count);
    all += count;
    if (round.amount !== null && round.amount > 0) {
      const x = Math.log(round.amount);
      weight += mass;
      sum += mass * x;
      squares += mass * x * x;
    }
  }
  const staged = [...byStage.values()].reduce((total, mass) => total + mass + PRIOR, 0);
  const mean = weight > 0 ? sum / weight : Math.log(2e7);
  return {
    industries: siblingShares(industries, byIndustry),
    regions: siblingShares(regions, byRegion),
    stages: Object.fromEntries([...byStage].map(([stage, mass]) => [stage, (mass + PRIOR) / staged])),
    parties: Object.fromEntries(
      [...byParty].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, count]) => [key, (count + 0.2) / (all + 1)]),
    ),
    unseen: 0.01,
    unseenParty: 0.2 / (all + 1),
    amount: { mean, variance: weight > 0 ? Math.max(0.25, squares / weight - mean * mean) : 2.5 },
  };
}
