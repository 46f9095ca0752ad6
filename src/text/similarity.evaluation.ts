import { createTextModel, type SimilarityText } from './similarity.js';
import { AffinityIndex } from './similarity.affinity.js';

/** Experts with their documents, items, and ratings of how well an expert knows an item (1 not at all, 5 very well). */
export interface ExpertiseSet {
  readonly experts: readonly { readonly id: string; readonly documents: readonly SimilarityText[] }[];
  readonly items: readonly ({ readonly id: string } & SimilarityText)[];
  readonly ratings: readonly { readonly expert: string; readonly item: string; readonly rating: number }[];
}

/** The terms of one expert's loss. */
export interface ExpertLoss {
  /** Sum of rating differences over pairs that the prediction orders wrongly; a predicted tie counts half. */
  readonly wrong: number;
  /** Sum of rating differences over all pairs with different ratings. */
  readonly total: number;
  readonly pairs: number;
}

/**
 * An expert's loss over pairs of items with different ratings: a weighted Kendall tau (Stelmakh, Wieting, Neubig & Shah
 * 2023, A Gold Standard Dataset for the Reviewer Assignment Problem).
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
 * The pooled loss of all experts: sum of `wrong` over sum of `total`. 0 is all right, 1 all wrong, .5 chance; NaN
 * without any pair.
 */
export function pooledLoss(losses: readonly ExpertLoss[]): number {
  const sum = (key: 'wrong' | 'total') => losses.reduce((so, loss) => so + loss[key], 0);
  return sum('wrong') / sum('total');
}

/** Park & Miller's generator with a fixed seed, so that the same ratings give the same interval on every machine. */
function fixedRandom(): () => number {
  let state = 20_240_229;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state - 1) / 2_147_483_646;
  };
}

/** A 95 % bootstrap interval of the pooled loss: experts are drawn with replacement, in `draws` samples. */
export function bootstrapInterval(losses: readonly ExpertLoss[], draws = 2_000): { low: number; high: number } {
  const random = fixedRandom();
  const drawn = Array.from({ length: draws }, () =>
    pooledLoss(losses.map(() => losses[Math.min(losses.length - 1, Math.floor(random() * losses.length))]!)),
  );
  drawn.sort((a, b) => a - b);
  return { low: drawn[Math.floor(draws * 0.025)]!, high: drawn[Math.ceil(draws * 0.975) - 1]! };
}

/**
 * Predicts every rating from the texts and returns each expert's loss; the model's background is all documents and
 * items. Experts without a pair are left out.
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
