import { createTextModel, type SimilarityText } from './similarity.js';
import { AffinityIndex } from './similarity.affinity.js';

/**
 * Data set for evaluating affinities: experts with their documents, items, and ratings of how well an expert knows an
 * item's subject (1 not at all, 5 very well).
 */
export interface ExpertiseSet {
  readonly experts: readonly { readonly id: string; readonly documents: readonly SimilarityText[] }[];
  readonly items: readonly ({ readonly id: string } & SimilarityText)[];
  readonly ratings: readonly { readonly expert: string; readonly item: string; readonly rating: number }[];
}

/** The terms of one expert's loss. */
export interface ExpertLoss {
  /**
   * Sum of rating differences over the pairs of items that the predicted affinity orders wrongly; a predicted tie
   * counts half.
   */
  readonly wrong: number;
  /** Sum of rating differences over all pairs of items that the expert rated differently. */
  readonly total: number;
  readonly pairs: number;
}

/**
 * Loss of the predicted affinities for one expert, over pairs of items with different ratings: a weighted Kendall tau
 * (Stelmakh, Wieting, Neubig & Shah 2023, A Gold Standard Dataset for the Reviewer Assignment Problem).
 */
export function expertLoss(rated: readonly { readonly rating: number; readonly predicted: number }[]): ExpertLoss {
  let wrong = 0;
  let total = 0;
  let pairs = 0;
  rated.forEach((a, i) => {
    for (const b of rated.slice(i + 1)) {
      const difference = Math.abs(a.rating - b.rating);
      if (difference === 0) continue;
      pairs += 1;
      total += difference;
      if (a.predicted === b.predicted) wrong += difference / 2;
      else if (a.predicted > b.predicted !== a.rating > b.rating) wrong += difference;
    }
  });
  return { wrong, total, pairs };
}

/**
 * Loss over all experts: sum of `wrong` divided by sum of `total`. 0 means all pairs are ordered correctly, 1 all
 * wrongly, 0.5 is chance; NaN without any pair.
 */
export function pooledLoss(losses: readonly ExpertLoss[]): number {
  const sum = (key: 'wrong' | 'total') => losses.reduce((so, loss) => so + loss[key], 0);
  return sum('wrong') / sum('total');
}

/**
 * Pseudo-random generator (Park & Miller) with a fixed seed, so that the same ratings give the same interval on every
 * machine.
 */
function fixedRandom(): () => number {
  let state = 20_240_229;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state - 1) / 2_147_483_646;
  };
}

/** 95 % bootstrap confidence interval of the pooled loss, from `draws` samples of experts drawn with replacement. */
export function bootstrapInterval(losses: readonly ExpertLoss[], draws = 2_000): { low: number; high: number } {
  const random = fixedRandom();
  const drawn = Array.from({ length: draws }, () =>
    pooledLoss(losses.map(() => losses[Math.min(losses.length - 1, Math.floor(random() * losses.length))]!)),
  );
  drawn.sort((a, b) => a - b);
  return { low: drawn[Math.floor(draws * 0.025)]!, high: drawn[Math.ceil(draws * 0.975) - 1]! };
}

/**
 * Predicts every rating from the texts and returns each expert's loss. Term weights come from all documents and items.
 * Experts without a pair of differently rated items are left out.
 */
export function evaluateExperts({ experts, items, ratings }: ExpertiseSet): ExpertLoss[] {
  const model = createTextModel([...experts.flatMap((expert) => expert.documents), ...items]);
  const index = new AffinityIndex();
  for (const { id, documents } of experts)
    index.add(
      id,
      documents.map((document) => ({ vector: model.vectorOf(document) })),
    );
  const rated = new Map(experts.map((expert) => [expert.id, [] as { rating: number; predicted: number }[]]));
  const byItem = new Map<string, { expert: string; rating: number }[]>();
  for (const { expert, item, rating } of ratings) byItem.set(item, [...(byItem.get(item) ?? []), { expert, rating }]);
  for (const item of items) {
    const of = byItem.get(item.id);
    if (!of) continue;
    const affinities = index.affinities(model.vectorOf(item));
    for (const { expert, rating } of of) rated.get(expert)?.push({ rating, predicted: affinities.get(expert) ?? 0 });
  }
  return [...rated.values()].map(expertLoss).filter((loss) => loss.pairs > 0);
}
