import type { Day, MatchInvestor, Opportunity } from '../types.js';

/**
 * A past financing round: one example of the training data. Codes are those of the taxonomy; money is in CNY (another
 * currency works if all rounds use it).
 */
export interface PastRound {
  /** Key of the funded company. */
  readonly company: string;
  readonly industry: string | null;
  readonly region: string | null;
  readonly stage: string | null;
  readonly amount: number | null;
  readonly day: Day;
  /** Keys of the investors. */
  readonly investors: readonly string[];
}

/**
 * A past round posed as a question, "which investors will invest?", with only those earlier investors of the company
 * that were known on the snapshot's day.
 */
export interface PastQuery {
  readonly opportunity: Opportunity;
  /**
   * Keys of the investors among the candidates that invested in this round and had not invested in the company before
   * the snapshot's day.
   */
  readonly relevant: readonly string[];
  readonly round: PastRound;
}

/** The financing history split at a day: what was known on that day, and the later rounds that serve as queries. */
export interface Snapshot {
  readonly day: Day;
  /** Rounds before the day. */
  readonly known: readonly PastRound[];
  /** Investors with at least MIN_ROUNDS rounds before the day, as engine records whose id is the investor's key. */
  readonly candidates: readonly MatchInvestor[];
  /**
   * Rounds on or after `day` and before `until` in which at least one candidate invested that had not invested in the
   * company before `day`.
   */
  readonly queries: readonly PastQuery[];
}

/** Minimum number of rounds for an investor to be a candidate: fewer give no basis for ranking it. */
export const MIN_ROUNDS = 3;

const NOTHING_DECLARED: MatchInvestor['declared'] = {
  wanted: [],
  excluded: [],
  trlMin: null,
  trlMax: null,
  stages: [],
  ticketMin: null,
  ticketMax: null,
  regions: [],
  cooperationModes: [],
};

/**
 * Builds the engine's records of all investors with at least `least` rounds from their rounds, sorted by key; declared
 * preferences are empty.
 */
export function recordsOf(rounds: readonly PastRound[], least = 1): MatchInvestor[] {
  const held = new Map<string, PastRound[]>();
  for (const round of rounds) {
    for (const key of new Set(round.investors)) {
      const own = held.get(key);
      if (own) own.push(round);
      else held.set(key, [round]);
    }
  }
  return [...held]
    .filter(([, own]) => own.length >= least)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, own]) => ({
      id: key,
      organisationId: null,
      key,
      declared: NOTHING_DECLARED,
      track: own.map(({ industry, region, stage, amount, day, investors }) => ({
        industry,
        region,
        stage,
        amount,
        day,
        coInvestors: investors.filter((other) => other !== key),
      })),
      text: null,
    }));
}

/**
 * Converts a past round to an engine opportunity; `backers` are the keys of investors of the company's earlier rounds.
 */
export function opportunityOf(
  round: PastRound,
  id: string,
  backers: readonly string[],
  withAmount = true,
): Opportunity {
  return {
    id,
    organisationId: null,
    industries: round.industry === null ? [] : [round.industry],
    regions: round.region === null ? [] : [round.region],
    stages: round.stage === null ? [] : [{ stage: round.stage, weight: 1 }],
    trl: null,
    amount: withAmount && round.amount !== null ? { min: round.amount, max: round.amount } : null,
    backers,
    cooperationModes: [],
    languages: [],
    text: null,
  };
}

/**
 * Splits the history at a day: rounds before `day` become known, rounds from `day` until (excluding) `until` become
 * queries.
 */
export function snapshotOf(rounds: readonly PastRound[], day: Day, until: Day, withAmount = true): Snapshot {
  const known = rounds.filter((round) => round.day < day);
  const candidates = recordsOf(known, MIN_ROUNDS);
  const keys = new Set(candidates.map((record) => record.key));
  const backers = new Map<string, Set<string>>();
  for (const { company, investors } of known) {
    let held = backers.get(company);
    if (!held) backers.set(company, (held = new Set()));
    for (const key of investors) held.add(key);
  }
  const queries: PastQuery[] = [];
  rounds.forEach((round, i) => {
    if (round.day < day || round.day >= until) return;
    const before = backers.get(round.company);
    const relevant = [...new Set(round.investors)].filter((key) => keys.has(key) && !before?.has(key));
    if (relevant.length > 0)
      queries.push({
        opportunity: opportunityOf(round, String(i), [...(before ?? [])].sort(), withAmount),
        relevant,
        round,
      });
  });
  return { day, known, candidates, queries };
}
