import { groupBy, type Instance } from './instance.js';

/**
 * Divides the reviewers chosen for an entry into its two panels. An organisation with two reviewers gives one to each;
 * any other reviewer joins the panel with the smaller sum of similarities, so that both panels are equally expert. If
 * reviewers are too few, the first panel is filled before the second.
 */
export function splitPanels(x: Instance, i: number, chosen: readonly number[]): [number[], number[]] {
  const panels: [number[], number[]] = [[], []];
  const worth = [0, 0];
  const value = (j: number): number => x.value[i * x.reviewers + j]!;
  const put = (p: 0 | 1, j: number): void => {
    panels[p].push(j);
    worth[p]! += value(j);
  };
  const best = [...chosen].sort((a, b) => value(b) - value(a) || a - b);
  const groups = [...groupBy(best, (j) => x.organisation[j]!).values()];
  const first = Math.min(x.demandOf[0][i]!, groups.length);
  const sizes = [first, chosen.length - first];
  for (const group of groups) {
    if (group.length < 2) continue;
    const rich = worth[0]! <= worth[1]! ? 0 : 1;
    put(rich, group[0]!);
    put((1 - rich) as 0 | 1, group[1]!);
  }
  for (const [j, ...more] of groups) {
    if (more.length > 0) continue;
    const poorer = worth[0]! <= worth[1]! ? 0 : 1;
    put(panels[poorer].length < sizes[poorer]! ? poorer : ((1 - poorer) as 0 | 1), j!);
  }
  for (const panel of panels) panel.sort((a, b) => a - b);
  return panels;
}

export type UnmetReason = 'CONFLICT' | 'SAME_ORGANISATION' | 'NO_CAPACITY';

/** A panel with empty seats, and why: for each obstacle, the number of reviewers it excludes. */
export interface UnmetPanel {
  entry: number;
  panel: 0 | 1;
  /** Number of empty seats. */
  missing: number;
  /**
   * Obstacles with the number of reviewers each excludes, most frequent first; empty if none excludes a reviewer, for
   * example because all are seated already.
   */
  reasons: Array<{ reason: UnmetReason; reviewers: number }>;
}

/**
 * Finds why a panel has empty seats: counts each reviewer under the first obstacle that applies. `seated` are the
 * panel's reviewers, `others` those of the entry's other panel, `load` is each reviewer's total number of entries.
 */
export function explainUnmet(
  conflicts: Uint8Array,
  reviewers: ReadonlyArray<{ organisation: number | null; maxLoad: number }>,
  seat: { entry: number; panel: 0 | 1; missing: number; seated: readonly number[]; others: readonly number[] },
  load: ArrayLike<number>,
): UnmetPanel {
  const counts: Record<UnmetReason, number> = { CONFLICT: 0, SAME_ORGANISATION: 0, NO_CAPACITY: 0 };
  const organisations = new Set(seat.seated.map((j) => reviewers[j]!.organisation).filter((o) => o !== null));
  const sits = new Set([...seat.seated, ...seat.others]);
  reviewers.forEach((reviewer, j) => {
    if (sits.has(j)) return;
    if (conflicts[seat.entry * reviewers.length + j]) counts.CONFLICT += 1;
    else if (reviewer.organisation !== null && organisations.has(reviewer.organisation)) counts.SAME_ORGANISATION += 1;
    else if (load[j]! >= reviewer.maxLoad) counts.NO_CAPACITY += 1;
  });
  const reasons = (Object.keys(counts) as UnmetReason[])
    .filter((reason) => counts[reason] > 0)
    .map((reason) => ({ reason, reviewers: counts[reason] }));
  return {
    entry: seat.entry,
    panel: seat.panel,
    missing: seat.missing,
    reasons: reasons.sort((a, b) => b.reviewers - a.reviewers || (a.reason < b.reason ? -1 : 1)),
  };
}
