import { createTextModel, type SimilarityText } from './similarity.js';
import { AffinityIndex } from './similarity.affinity.js';

/** Experts by their documents, items, and how well each expert said to know an item (1 not at all, 5 very well). */
export interface ExpertiseSet {
  readonly experts: readonly { readonly id: string; readonly documents: readonly SimilarityText[] }[];
  readonly items: readonly ({ readonly id: string } & SimilarityText)[];
  readonly ratings: readonly { readonly expert: string; readonly item: string; readonly rating: number }[];
}

/** One expert's part of the loss. */
export interface ExpertLoss {
  /** Sum of rating differences over the pairs that the prediction orders wrongly, half for its ties. */
  readonly wrong: number;
  /** Sum of rating differences over all pairs rated differently. */
  readonly total: number;
  readonly pairs: number;
}

/**
 * An expert's loss over pairs of items rated differently (Stelmakh, Wieting, Neubig & Shah 2023, A Gold Standard Dataset for
 * the Reviewer Assignment Problem: a weighted Kendall tau).
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

/** The loss over experts, their sums pooled: 0 all right, 1 all wrong, .5 chance. Not a number without any pair. */
export function pooledLoss(losses: readonly ExpertLoss[]): number {
  const sum = (key: 'wrong' | 'total') => losses.reduce((so, loss) => so + loss[key], 0);
  return sum('wrong') / sum('total');
}

/** Park & Miller's generator with a fixed start: the same interval for the same ratings, everywhere. */
function fixedRandom(): () => number {
  let state = 20_240_229;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state - 1) / 2_147_483_646;
  };
}

/** A 95 % interval of the pooled loss by the bootstrap over experts: experts are drawn with replacement, `draws` times. */
export function bootstrapInterval(losses: readonly ExpertLoss[], draws = 2_000): { low: number; high: number } {
  const random = fixedRandom();
  const drawn = Array.from({ length: draws }, () =>
    pooledLoss(losses.map(() => losses[Math.min(losses.length - 1, Math.floor(random() * losses.length))]!)),
  );
  drawn.sort((a, b) => a - b);
  return { low: drawn[Math.floor(draws * 0.025)]!, high: drawn[Math.ceil(draws * 0.975) - 1]! };
}

/** Predicts every rating from texts alone (the model's background: all documents and items) and gives each expert's loss; experts without a pair are left out. */
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
