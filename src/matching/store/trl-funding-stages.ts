/**
 * Usual funding stages of an achievement, by its technology readiness level (TRL). No published table exists; this
 * table follows the definitions of the levels: up to TRL 4 validated in the laboratory (mainly seed and angel), 5 and 6
 * demonstrated in a relevant environment (mainly angel to A), 7 and 8 demonstrated in operation (mainly A and B), 9 in
 * use (B and later).
 */
const STAGES: Readonly<Record<number, ReadonlyArray<readonly [stage: string, weight: number]>>> = {
  1: [
    ['SEED', 0.7],
    ['ANGEL', 0.3],
  ],
  2: [
    ['SEED', 0.7],
    ['ANGEL', 0.3],
  ],
  3: [
    ['SEED', 0.6],
    ['ANGEL', 0.4],
  ],
  4: [
    ['SEED', 0.35],
    ['ANGEL', 0.5],
    ['PRE_A', 0.15],
  ],
  5: [
    ['ANGEL', 0.5],
    ['PRE_A', 0.35],
    ['SERIES_A', 0.15],
  ],
  6: [
    ['ANGEL', 0.25],
    ['PRE_A', 0.4],
    ['SERIES_A', 0.35],
  ],
  7: [
    ['PRE_A', 0.25],
    ['SERIES_A', 0.5],
    ['SERIES_B', 0.25],
  ],
  8: [
    ['SERIES_A', 0.4],
    ['SERIES_B', 0.4],
    ['SERIES_C', 0.2],
  ],
  9: [
    ['SERIES_B', 0.4],
    ['SERIES_C', 0.3],
    ['GROWTH', 0.3],
  ],
};

/**
 * Funding stages that an achievement of this TRL may be in, with weights that sum to 1; empty if the TRL is unknown.
 */
export function stagesOfTrl(trl: number | null): Array<{ stage: string; weight: number }> {
  return trl === null ? [] : (STAGES[trl] ?? []).map(([stage, weight]) => ({ stage, weight }));
}
