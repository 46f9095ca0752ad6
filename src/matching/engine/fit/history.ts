import type { Day, MatchInvestor, Opportunity } from '../types.js';

/** A financing round of the past: what a model learns from. Codes as in the taxonomy, money in CNY (or any one currency). */
export interface PastRound {
  /** Who was funded. */
  readonly company: string;
  readonly industry: string | null;
  readonly region: string | null;
  readonly stage: string | null;
  readonly amount: number | null;
  readonly day: Day;
  /** Keys of the investors. */
  readonly investors: readonly string[];
}

/** A round as something to find investors for, with what the past knew of its company. */
export interface PastQuery {
  readonly opportunity: Opportunity;
  /** Keys of those who came in, had not been in before, and are candidates. */
  readonly relevant: readonly string[];
  readonly round: PastRound;
}

/** The state of things on a day, and what came after. */
export interface Snapshot {
  readonly day: Day;
  /** Rounds before the day. */
  readonly known: readonly PastRound[];
  /** Investors with at least `least` known rounds, as records; ids are keys. */
  readonly candidates: readonly MatchInvestor[];
  /** Rounds from the day on, before `until`, in which a candidate came in anew. */
  readonly queries: readonly PastQuery[];
}

/** Investors with fewer rounds are no candidates: there is nothing yet to tell them by. */
export const LEAST_ROUNDS = 3;

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

/** Every investor's record as the rounds tell it. */
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

/** A round as an opportunity; its backers are those who had invested in the company before. */
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

/** What was known on a day, and the rounds that followed before another. */
export function snapshotOf(rounds: readonly PastRound[], day: Day, until: Day, withAmount = true): Snapshot {
  const known = rounds.filter((round) => round.day < day);
  const candidates = recordsOf(known, LEAST_ROUNDS);
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
