import { createInvestorIndex } from '../engine/investor.index.js';
import type { EngineTaxonomy } from '../engine/taxonomy.js';
import type { MatchModel } from '../engine/model.js';
import type { Ranking } from '../engine/result.types.js';
import { snapshotOf, type PastRound, type Snapshot } from '../engine/fit/history.js';
import type { Day } from '../engine/types.js';

/** Quality of rankings against the actual investors: means over queries. */
export interface Figures {
  readonly recallAt10: number;
  readonly recallAt50: number;
  readonly ndcgAt10: number;
  readonly mrr: number;
  readonly queries: number;
}

export interface Evaluation extends Figures {
  readonly candidates: number;
  /** Figures for rounds of companies funded before the split (`warm`), and of all others (`cold`). */
  readonly warm: Figures;
  readonly cold: Figures;
}

/** Length of the ranking's head, which contains a relevant investor for most queries. */
const HEAD = 200;

interface QueryFigures {
  readonly warm: boolean;
  readonly recallAt10: number;
  readonly recallAt50: number;
  readonly ndcgAt10: number;
  readonly reciprocal: number;
}

function figuresOf({ items }: Ranking, relevant: readonly string[], warm: boolean): QueryFigures {
  const wanted = new Set(relevant);
  let first = 0;
  let gain = 0;
  let [in10, in50] = [0, 0];
  items.forEach(({ id }, rank) => {
    if (!wanted.has(id)) return;
    if (first === 0) first = rank + 1;
    if (rank < 10) {
      in10 += 1;
      gain += 1 / Math.log2(rank + 2);
    }
    if (rank < 50) in50 += 1;
  });
  let ideal = 0;
  for (let rank = 0; rank < Math.min(10, wanted.size); rank += 1) ideal += 1 / Math.log2(rank + 2);
  return {
    warm,
    recallAt10: in10 / wanted.size,
    recallAt50: in50 / wanted.size,
    ndcgAt10: gain / ideal,
    reciprocal: first === 0 ? 0 : 1 / first,
  };
}

function meanOf(all: readonly QueryFigures[]): Figures {
  const mean = (of: (figures: QueryFigures) => number) =>
    all.length === 0 ? NaN : all.reduce((sum, figures) => sum + of(figures), 0) / all.length;
  return {
    recallAt10: mean((q) => q.recallAt10),
    recallAt50: mean((q) => q.recallAt50),
    ndcgAt10: mean((q) => q.ndcgAt10),
    mrr: mean((q) => q.reciprocal),
    queries: all.length,
  };
}

/**
 * Ranks a snapshot's candidates for each of its queries with the production engine and compares with the actual
 * investors.
 */
export function evaluate(snapshot: Snapshot, model: MatchModel, taxonomy: EngineTaxonomy): Evaluation {
  const index = createInvestorIndex(taxonomy, model);
  for (const record of snapshot.candidates) index.upsert(record);
  const funded = new Set(snapshot.known.map((round) => round.company));
  const all = snapshot.queries.map(({ opportunity, relevant, round }) => {
    const rank = (limit: number) => index.rank(opportunity, { limit, asOf: snapshot.day, reasons: false });
    const head = rank(HEAD);
    // The rank of the first relevant investor counts at any depth, so the full ranking is computed if the head has
    // none.
    return figuresOf(
      head.items.some(({ id }) => relevant.includes(id)) ? head : rank(index.size),
      relevant,
      funded.has(round.company),
    );
  });
  return {
    ...meanOf(all),
    candidates: snapshot.candidates.length,
    warm: meanOf(all.filter((q) => q.warm)),
    cold: meanOf(all.filter((q) => !q.warm)),
  };
}

/** Splits the rounds by time into known rounds and queries. */
export const splitAt = (rounds: readonly PastRound[], split: Day, until: Day, withAmount: boolean): Snapshot =>
  snapshotOf(rounds, split, until, withAmount);
