import type { MatchInvestor, Opportunity, MatchTalent, MatchDemand } from '../../../src/matching/engine/types.js';
import type { EngineTaxonomy } from '../../../src/matching/engine/taxonomy.js';
import type { MatchModel } from '../../../src/matching/engine/model.js';
import { DEFAULT_MODEL } from '../../../src/matching/engine/default-model.js';
import { unitVector } from '../../../src/text/similarity.vectors.js';
import { uniform } from '../../../src/lib/random.js';

/**
 * Random but plausible records over a small tree: sections A to D, divisions A1 to D3, classes A11 to D33; provinces
 * and cities likewise.
 */
export const TODAY = 20_000;
export const TREE: EngineTaxonomy = {
  industryParent: (code) => (code.length > 1 ? code.slice(0, -1) : null),
  regionParent: (code) => (code.length > 2 ? code.slice(0, 2) : null),
};
const STAGES = ['SEED', 'ANGEL', 'SERIES_A', 'SERIES_B', 'GROWTH'];
const MODES = ['LICENCE', 'EQUITY', 'JOINT'];

/** A model in which every term has a weight, with base rates and latent factors. */
export function fullModel(): MatchModel {
  const random = uniform(99);
  const factors = (keys: readonly string[]) =>
    Object.fromEntries(keys.map((key) => [key, [random() - 0.5, random() - 0.5, random() - 0.5]]));
  const keys = [
    ...codes(3).map((code) => `industry:${code}`),
    ...STAGES.map((stage) => `stage:${stage}`),
    ...Array.from({ length: 20 }, (_, i) => `party:p${i}`),
    'amount:0',
    'amount:1',
    'region:62',
    'region:6201',
  ];
  const { investor } = DEFAULT_MODEL;
  return {
    ...DEFAULT_MODEL,
    version: 'test',
    investor: {
      ...investor,
      weights: { ...investor.weights, idle: -0.1, latent: 2 },
      base: {
        ...investor.base,
        industries: { A: 0.4, B: 0.3, C: 0.2, D: 0.1, A1: 0.5 },
        stages: { SEED: 0.2, ANGEL: 0.2, SERIES_A: 0.3 },
        parties: { p0: 0.05 },
      },
      latent: { dimensions: 3, own: factors(keys), sought: factors(keys), amountBounds: [16] },
    },
  };
}

function codes(levels: number): string[] {
  const all = ['A', 'B', 'C', 'D'];
  for (let level = 1, from = all; level < levels; level += 1)
    all.push(...(from = from.flatMap((code) => ['1', '2', '3'].map((digit) => code + digit))));
  return all;
}

export interface Maker {
  investor(id: string): MatchInvestor;
  talent(id: string): MatchTalent;
  demand(id: string): MatchDemand;
  opportunity(id: string): Opportunity;
}

export function maker(seed: number): Maker {
  const random = uniform(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const some = <T>(most: number, make: () => T): T[] => Array.from({ length: Math.floor(random() * (most + 1)) }, make);
  const maybe = <T>(make: () => T): T | null => (random() < 0.6 ? make() : null);
  const industry = () => pick(codes(3));
  const region = () => pick(['62', '6201', '6202', '11', '1101', '31']);
  const party = () => `p${Math.floor(random() * 20)}`;
  const money = () => Math.round(Math.exp(13 + random() * 6));
  const text = () =>
    maybe(() => unitVector(new Map(some(40, () => [Math.floor(random() * 200), 0.1 + random()] as const))));
  const organisation = () => maybe(() => `o${Math.floor(random() * 30)}`);
  return {
    investor: (id) => {
      const empty = random() < 0.1;
      const [low, high] = [1 + Math.floor(random() * 9), 1 + Math.floor(random() * 9)].sort((a, b) => a - b) as [
        number,
        number,
      ];
      const ticket = maybe(money);
      return {
        id,
        organisationId: organisation(),
        key: `p${id}`,
        declared: {
          wanted: empty ? [] : some(3, industry),
          excluded: random() < 0.2 ? [industry()] : [],
          trlMin: empty ? null : maybe(() => low),
          trlMax: empty ? null : maybe(() => high),
          stages: empty ? [] : some(2, () => pick(STAGES)),
          ticketMin: empty ? null : ticket,
          ticketMax: empty ? null : maybe(() => (ticket ?? 1e6) * 4),
          regions: empty ? [] : some(2, region),
          cooperationModes: empty ? [] : some(2, () => pick(MODES)),
        },
        track: empty
          ? []
          : some(8, () => ({
              industry: maybe(industry),
              region: maybe(region),
              stage: maybe(() => pick(STAGES)),
              amount: maybe(money),
              day: TODAY - Math.floor(random() * 2000),
              coInvestors: some(3, party),
            })),
        text: empty ? null : text(),
      };
    },
    talent: (id) => ({
      id,
      organisationId: organisation(),
      kind: pick(['SCIENCE', 'MARKET', 'BRIDGE']),
      industries: some(3, industry),
      regions: some(2, region),
      languages: some(2, () => pick(['zh', 'en', 'de'])),
      roles: some(2, () => pick(['FOUNDER', 'ADVISER', 'TECHNOLOGY_MANAGER'])),
      managerGrade: maybe(() => pick(['JUNIOR', 'SENIOR'])),
      daysPerMonth: maybe(() => Math.floor(random() * 31)),
      availableFrom: maybe(() => TODAY + Math.floor(random() * 400) - 100),
      evidence: some(4, () => ({ kind: pick(['PAPER', 'PATENT', 'DEAL_CLOSED']), year: maybe(() => 2020) })),
      verified: random() < 0.5,
      text: text(),
    }),
    demand: (id) => ({
      id,
      organisationId: organisation(),
      industries: some(2, industry),
      regions: some(1, region),
      requiredTrl: maybe(() => 1 + Math.floor(random() * 9)),
      budgetMin: maybe(money),
      budgetMax: maybe(money),
      deadline: maybe(() => TODAY + Math.floor(random() * 400) - 40),
      text: text(),
    }),
    opportunity: (id) => {
      const stages = [...new Set(some(2, () => pick(STAGES)))];
      return {
        id,
        organisationId: organisation(),
        industries: some(3, industry),
        regions: some(1, region),
        stages: stages.map((stage) => ({ stage, weight: 1 / stages.length })),
        trl: maybe(() => 1 + Math.floor(random() * 9)),
        amount: maybe(() => ({ min: maybe(money), max: maybe(money) })),
        backers: some(2, () => (random() < 0.3 ? `p${Math.floor(random() * 100)}` : party())),
        cooperationModes: some(2, () => pick(MODES)),
        languages: some(2, () => pick(['zh', 'en', 'fr'])),
        text: text(),
      };
    },
  };
}
