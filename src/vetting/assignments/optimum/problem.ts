/**
 * The assignment of reviewers to entries as a purely numerical problem. Indexes start at 0; matrices are row-major with
 * one row per entry and one column per reviewer.
 */
export interface AssignmentProblem {
  entries: readonly EntryToAssign[];
  reviewers: readonly ReviewerToAssign[];
  /** Number of industries; industry indexes run from 0 to this number - 1. */
  industries: number;
  /**
   * Matrix entries × reviewers: how well the reviewer's expertise fits the entry; any finite numbers on a common scale.
   */
  similarity: Float32Array;
  /**
   * Matrix entries × reviewers: 1 if there is a conflict of interest. Such a pair is never assigned, even if seats stay
   * empty.
   */
  conflicts: Uint8Array;
  /** Seats assigned in earlier runs: they are kept, and count towards loads, independence and bridges. */
  fixed?: readonly Seat[];
  /**
   * Per entry, the number of extra reviewers for its first panel (reviews near the cut-off). If given, entries with 0
   * get none, and by default there are no second panels and no bridges. If omitted, every panel is filled to the panel
   * size.
   */
  demand?: ArrayLike<number>;
}

export interface EntryToAssign {
  industry: number;
}

export interface ReviewerToAssign {
  /**
   * Index of the reviewer's organisation; two reviewers of one organisation never sit in the same panel. Null:
   * independent of every organisation.
   */
  organisation: number | null;
  /**
   * Indexes of the industries whose panels the reviewer sits in; on any other industry's entry the reviewer is a
   * bridge. A reviewer without such panels is a bridge nowhere.
   */
  homes: readonly number[];
  /** Maximum number of entries, fixed seats included. */
  maxLoad: number;
  /** Minimum number of entries the reviewer asked for: more important than similarity; reported if it cannot be met. */
  minLoad?: number;
}

/** Seat of a reviewer in a panel of an entry; panel 0 counts for the decision, panel 1 is a blind second panel. */
export interface Seat {
  entry: number;
  reviewer: number;
  panel: 0 | 1;
}

export interface AssignmentOptions {
  /** Number of reviewers per panel; default 3, the smallest minimum number of reviews that a cohort may have. */
  panelSize?: number;
  /**
   * Share of entries judged by a second, independent panel as well; default 0.1. They are drawn at random by `seed`.
   */
  doubleShare?: number;
  seed?: number;
  /** Indexes of the entries with a second panel, instead of the random draw. */
  doubles?: readonly number[];
  /** Minimum share of entries with a bridge (a reviewer from another industry's panel); default 0.15. */
  bridgeShare?: number;
  /**
   * Maximum share of entries with a bridge, when more are needed to bring the largest standard error under
   * `contrastBound`; default 0.4.
   */
  maxBridgeShare?: number;
  /**
   * Maximum standard error that unknown severities may add to the difference of two industries' means, in standard
   * deviations of the entries' true quality within an industry; default 0.2.
   */
  contrastBound?: number;
  /**
   * Variances of entries' quality within an industry and of a score's noise, assumed when standard errors are computed;
   * defaults 1 and 0.64.
   */
  variances?: { quality: number; noise: number };
}

/** The options with their defaults. */
export type Settings = Required<Omit<AssignmentOptions, 'doubles'>> & Pick<AssignmentOptions, 'doubles'>;

/** Applies the default options of the assignment and validates them; throws RangeError with the option's name. */
export function settingsOf(problem: AssignmentProblem, options: AssignmentOptions): Settings {
  const extra = problem.demand !== undefined;
  const settings: Settings = {
    panelSize: options.panelSize ?? 3,
    doubleShare: options.doubleShare ?? (extra ? 0 : 0.1),
    seed: options.seed ?? 1,
    bridgeShare: options.bridgeShare ?? (extra ? 0 : 0.15),
    maxBridgeShare: options.maxBridgeShare ?? (extra ? 0 : 0.4),
    contrastBound: options.contrastBound ?? 0.2,
    variances: options.variances ?? { quality: 1, noise: 0.64 },
  };
  if (options.doubles) settings.doubles = options.doubles;
  const within = (name: string, value: number, least: number, most: number) => {
    if (!(value >= least && value <= most))
      throw new RangeError(`${name}: expected a number from ${least} to ${most}, got ${value}`);
  };
  within('panelSize', settings.panelSize, 1, 100);
  if (!Number.isInteger(settings.panelSize)) throw new RangeError('panelSize: expected a whole number');
  within('doubleShare', settings.doubleShare, 0, 1);
  within('bridgeShare', settings.bridgeShare, 0, 1);
  within('maxBridgeShare', settings.maxBridgeShare, 0, 1);
  within('contrastBound', settings.contrastBound, 0, Infinity);
  within('variances.quality', settings.variances.quality, 0, 1e9);
  if (!(settings.variances.noise > 0)) throw new RangeError('variances.noise: expected a positive number');
  settings.maxBridgeShare = Math.max(settings.maxBridgeShare, settings.bridgeShare);
  return settings;
}

/**
 * Throws RangeError on a malformed assignment problem: wrong lengths, indexes out of range, similarities that are not
 * finite.
 */
export function checkProblem(problem: AssignmentProblem): void {
  const { entries, reviewers, industries, similarity, conflicts } = problem;
  const cells = entries.length * reviewers.length;
  const index = (what: string, value: number, below: number) => {
    if (!Number.isInteger(value) || value < 0 || value >= below)
      throw new RangeError(`${what}: expected an index below ${below}, got ${value}`);
  };
  if (similarity.length !== cells)
    throw new RangeError(`similarity: expected ${cells} numbers, got ${similarity.length}`);
  if (conflicts.length !== cells) throw new RangeError(`conflicts: expected ${cells} marks, got ${conflicts.length}`);
  if (problem.demand && problem.demand.length !== entries.length)
    throw new RangeError(`demand: expected ${entries.length} numbers, got ${problem.demand.length}`);
  for (let cell = 0; cell < cells; cell += 1)
    if (!Number.isFinite(similarity[cell]))
      throw new RangeError(
        `similarity: entry ${Math.floor(cell / reviewers.length)}, reviewer ${cell % reviewers.length} is not a finite number`,
      );
  for (const entry of entries) index('industry of an entry', entry.industry, industries);
  for (const reviewer of reviewers) {
    for (const home of reviewer.homes) index('home of a reviewer', home, industries);
    if (!(reviewer.maxLoad >= 0)) throw new RangeError('maxLoad: expected a number from 0');
  }
  const taken = new Set<number>();
  for (const seat of problem.fixed ?? []) {
    index('entry of a fixed seat', seat.entry, entries.length);
    index('reviewer of a fixed seat', seat.reviewer, reviewers.length);
    const cell = seat.entry * reviewers.length + seat.reviewer;
    if (taken.has(cell)) throw new RangeError(`fixed: reviewer ${seat.reviewer} sits twice on entry ${seat.entry}`);
    taken.add(cell);
  }
}

/** Builds the conflict matrix (entries × reviewers, 1 = conflict of interest) from a list of pairs. */
export function conflictMatrix(
  entries: number,
  reviewers: number,
  pairs: Iterable<readonly [entry: number, reviewer: number]>,
): Uint8Array {
  const matrix = new Uint8Array(entries * reviewers);
  for (const [entry, reviewer] of pairs) {
    if (entry < 0 || entry >= entries || reviewer < 0 || reviewer >= reviewers)
      throw new RangeError(`conflict of entry ${entry} and reviewer ${reviewer}: out of range`);
    matrix[entry * reviewers + reviewer] = 1;
  }
  return matrix;
}
