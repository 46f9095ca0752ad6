import { createInvestorIndex } from '../engine/investor.index.js';
import type { EngineTaxonomy } from '../engine/taxonomy.js';
import type { MatchModel } from '../engine/model.js';
import type { Ranking } from '../engine/result.types.js';
import { snapshotOf, type PastRound, type Snapshot } from '../engine/fit/history.js';
import type { Day } from '../engine/types.js';

/**
 * Retrieval quality of rankings, compared with the investors that actually invested: means over queries, and the number
 * of queries.
 */
export interface Figures {
  readonly recallAt10: number;
  readonly recallAt50: number;
  readonly ndcgAt10: number;
  readonly mrr: number;
  readonly queries: number;
}

export interface Evaluation extends Figures {
  readonly candidates: number;
  /**
   * The same figures for queries whose company had been funded before the split (`warm`) and for all other queries
   * (`cold`).
   */
  readonly warm: Figures;
  readonly cold: Figures;
}

/** Number of top ranks computed at first, which contain an actual investor for most queries. */
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
 * For each query (a later round) of a snapshot, ranks all candidate investors with the production engine and compares
 * the ranking with the investors that actually invested.
 */
export function evaluate(snapshot: Snapshot, model: MatchModel, taxonomy: EngineTaxonomy): Evaluation {
  const index = createInvestorIndex(taxonomy, model);
  for (const record of snapshot.candidates) index.upsert(record);
  const funded = new Set(snapshot.known.map((round) => round.company));
  const all = snapshot.queries.map(({ opportunity, relevant, round }) => {
    const rank = (limit: number) => index.rank(opportunity, { limit, asOf: snapshot.day, reasons: false });
    const head = rank(HEAD);
    // The reciprocal rank needs the first actual investor at any depth: if the top HEAD ranks contain none, the full
    // ranking is computed.
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

/** Splits past rounds at a day: earlier rounds are known to the model, later ones (before `until`) are queries. */
export const splitAt = (rounds: readonly PastRound[], split: Day, until: Day, withAmount: boolean): Snapshot =>
  snapshotOf(rounds, split, until, withAmount);
