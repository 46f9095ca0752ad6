import { Misfit, type ChainRecord } from '../../ledger/verify.js';
import type { CohortSettings } from '../cohort/cohort.entity.js';
import type { Candidate } from '../admission/decision.js';
import type { RuleVersion } from '../admission/rule-version.js';
import type { CohortFit, CohortReviews, SubmittedReview } from '../reviews/reviews.fit.js';
import { isScore } from '../reviews/reviews.rules.js';
import { DIMENSIONS, type CohortStatus, type Dimension } from '../vocabularies.js';
import { canonicalJson } from '../../lib/canonical-json.js';

export type Facts = Record<string, unknown>;

/** Facts of `entry.decided`. */
export interface DecidedFacts {
  cohort: string;
  achievement: string;
  decision: string;
  reason: string | null;
  score: number;
  se: number;
  rank: number;
  axes: Candidate['scores'];
  rule?: RuleVersion;
}

interface FrozenEntry {
  achievement: string;
  industry: string | null;
  enteredAt: string;
  order: number | null;
}

interface AssignmentState {
  entry: string;
  reviewer: string;
  panel: number;
  round: number;
  dimensions: Dimension[];
  regions: [string | null, string | null];
  ended: boolean;
  /** Newest submitted version of the assignment's review; null before the first submission. */
  review: { version: number; scores: SubmittedReview['scores'] } | null;
}

/** State of a cohort, derived from the ledger records that were replayed so far. */
export class CohortState {
  status: CohortStatus = 'OPEN';
  wasFrozen = false;
  quota = 0;
  rule: RuleVersion = 1;
  entries = new Map<string, FrozenEntry>();
  assignments = new Map<string, AssignmentState>();
  decided = new Map<string, { record: ChainRecord; facts: DecidedFacts }>();
  finalFit: { record: ChainRecord } | null = null;
  upheld = new Set<string>();
  readonly withdrawn = new Set<string>();
  /** Calibration of the reviews replayed so far; null if a review was added or changed since it was computed. */
  fit: CohortFit | null = null;
  /** By entry: whether the entry counts, and whether a rule or an operator decided it. */
  readonly screens = new Map<string, { screen: string; by: string }>();
  /** By reviewer: ids of the entries that the reviewer must not judge because of a conflict of interest. */
  readonly conflicts = new Map<string, ReadonlySet<string>>();

  constructor(
    readonly id: string,
    public settings: CohortSettings,
  ) {}

  /** Throws Misfit if a ledger record of this kind is not allowed in the cohort's present status. */
  require(record: ChainRecord): void {
    const allowed = allowedIn(record.kind);
    if (allowed && !allowed.includes(this.status))
      throw new Misfit(record.seq, record.kind, `comes while the cohort is ${this.status}`);
  }

  /** The submitted reviews of the assignments that did not end, in the form that the calibration takes. */
  reviews(): CohortReviews {
    const reviews: SubmittedReview[] = [];
    for (const { entry, reviewer, panel, regions, ended, review } of this.assignments.values()) {
      if (review && !ended)
        reviews.push({
          entryId: entry,
          reviewerId: reviewer,
          panel,
          entryRegion: regions[0],
          reviewerRegion: regions[1],
          scores: review.scores,
        });
    }
    return {
      entries: [...this.entries].map(([id, { industry }]) => ({ id, industry })).sort((a, b) => (a.id < b.id ? -1 : 1)),
      reviews,
    };
  }

  /** Marks the cohort as closed and frees the replayed data that no later record needs. */
  close(): void {
    this.status = 'CLOSED';
    for (const map of [this.entries, this.assignments, this.decided, this.screens, this.conflicts]) map.clear();
    this.upheld.clear();
    this.withdrawn.clear();
    this.fit = null;
    this.finalFit = null;
  }
}

const ALLOWED: Record<string, readonly CohortStatus[]> = {
  'cohort.updated': ['OPEN'],
  'cohort.deleted': ['OPEN'],
  'cohort.frozen': ['OPEN'],
  'cohort.unfrozen': ['FROZEN'],
  'cohort.reviewing': ['FROZEN'],
  'cohort.noticed': ['REVIEWING'],
  'cohort.closed': ['PUBLIC_NOTICE'],
  'entry.registered': ['OPEN'],
  'entry.screened': ['OPEN'],
  'entry.appealed': ['OPEN'],
  'entry.appeal-answered': ['OPEN'],
  'entry.decided': ['PUBLIC_NOTICE'],
  // A conflict of interest may be recorded in any status, but it ends assignments only during assignment and review.
  'conflict.found': ['OPEN', 'FROZEN', 'REVIEWING', 'PUBLIC_NOTICE', 'CLOSED'],
  'assignment.made': ['FROZEN', 'REVIEWING'],
  'assignment.declined': ['FROZEN', 'REVIEWING'],
  // When a reviewer is erased, open assignments end in any status; this does not change which reviews count.
  'assignment.withdrawn': ['FROZEN', 'REVIEWING', 'PUBLIC_NOTICE', 'CLOSED'],
  'review.submitted': ['REVIEWING'],
  'review.corrected': ['REVIEWING'],
  'fit.made': ['FROZEN', 'REVIEWING'],
  'entry.withdrawn': ['FROZEN', 'REVIEWING', 'PUBLIC_NOTICE'],
  'objection.made': ['PUBLIC_NOTICE'],
  'objection.replied': ['PUBLIC_NOTICE'],
  'objection.answered': ['PUBLIC_NOTICE'],
};

/**
 * Statuses of a cohort in which a ledger record of this kind is allowed; undefined for kinds that do not concern
 * cohorts.
 */
export const allowedIn = (kind: string): readonly CohortStatus[] | undefined => ALLOWED[kind];

export const factsOf = (record: ChainRecord): Facts => record.facts;

function fail(record: ChainRecord, what: string): never {
  throw new Misfit(record.seq, record.kind, what);
}

type Note = (cohort: CohortState, record: ChainRecord) => void;

const screened: Note = (cohort, { subject_id, facts }) =>
  void cohort.screens.set(subject_id, { screen: facts['screen'] as string, by: facts['by'] as string });

/** The version of the rule that a freezing states; earlier programs stated none and followed 1. */
function readRule(record: ChainRecord, rule: unknown): RuleVersion {
  const version = rule ?? 1;
  if (version !== 1 && version !== 2) fail(record, `its rule ${JSON.stringify(version)} is unknown`);
  return version;
}

const frozen: Note = (cohort, record) => {
  const { settings, rule, registered, quota, entries } = record.facts as {
    settings: CohortSettings;
    rule?: RuleVersion;
    registered: number;
    quota: number;
    entries: Array<Omit<FrozenEntry, 'order'> & { entry: string; order?: number }>;
  };
  if (canonicalJson(settings) !== canonicalJson(cohort.settings))
    fail(record, 'its settings are not those recorded last');
  cohort.rule = readRule(record, rule);
  cohort.entries = new Map(
    entries.map(({ entry, achievement, industry, enteredAt, order }) => [
      entry,
      { achievement, industry, enteredAt, order: order ?? null },
    ]),
  );
  const places = new Set(entries.map(({ order }) => order).filter((order) => order !== undefined));
  if (places.size !== (cohort.rule === 1 ? 0 : entries.length))
    fail(record, 'its entries do not have one place each in the order of registration');
  if (registered !== cohort.entries.size)
    fail(record, `registered is ${registered}, but ${cohort.entries.size} entries are listed`);
  for (const id of cohort.entries.keys())
    if (cohort.screens.get(id)?.screen !== 'COUNTED') fail(record, `entry ${id} is listed, but no screen counted it`);
  const counted = [...cohort.screens.values()].filter(({ screen }) => screen === 'COUNTED').length;
  if (counted !== registered)
    fail(record, `${counted} entries were counted by the screen, but ${registered} are listed`);
  // The quota rate has four decimals, so the computation in ten-thousandths is exact.
  const most = Math.floor((Math.round(settings.quotaRate * 10_000) * registered) / 10_000);
  if (settings.quotaRate > 0.2 || quota !== most)
    fail(record, `quota is ${quota}; ${settings.quotaRate} of ${registered}, at most a fifth, is ${most}`);
  cohort.quota = quota;
  cohort.wasFrozen = true;
  cohort.status = 'FROZEN';
};

const made: Note = (cohort, record) => {
  const { entry, reviewer, panel, round, dimensions, regions } = record.facts as unknown as AssignmentState;
  if (!cohort.entries.has(entry)) fail(record, 'assigns an entry that is not in the frozen cohort');
  if (cohort.assignments.has(record.subject_id)) fail(record, 'this assignment was made before');
  if (cohort.conflicts.get(reviewer)?.has(entry))
    fail(record, 'assigns an entry to a reviewer with a conflict of interest');
  cohort.assignments.set(record.subject_id, {
    entry,
    reviewer,
    panel,
    round,
    dimensions,
    regions,
    ended: false,
    review: null,
  });
};

const ended: Note = (cohort, record) => {
  // The replayed state of a closed cohort has been freed, so there is nothing to update.
  if (cohort.status === 'CLOSED') return;
  const assignment = cohort.assignments.get(record.subject_id);
  if (!assignment || assignment.ended) fail(record, 'no such assignment stood');
  if (assignment.review && cohort.status === 'PUBLIC_NOTICE')
    fail(record, 'takes back a review after the public notice began');
  assignment.ended = true;
  cohort.fit = null;
};

const reviewed: Note = (cohort, record) => {
  const {
    assignment: id,
    entry,
    reviewer,
    panel,
    round,
    version,
    scores,
  } = record.facts as unknown as AssignmentState & {
    assignment: string;
    version: number;
    scores: Partial<Record<Dimension, number>>;
  };
  const assignment = cohort.assignments.get(id);
  if (!assignment || assignment.ended) fail(record, 'reviews what was not assigned');
  if (
    assignment.entry !== entry ||
    assignment.reviewer !== reviewer ||
    assignment.panel !== panel ||
    assignment.round !== round
  )
    fail(record, 'entry, reviewer, panel or round is not that of the assignment');
  const first = record.kind === 'review.submitted';
  if (first !== (assignment.review === null) || (assignment.review && version <= assignment.review.version))
    fail(record, first ? 'this review was submitted before' : 'corrects no earlier version');
  const given = Object.keys(scores);
  if (
    given.length !== assignment.dimensions.length ||
    assignment.dimensions.some((dimension) => !isScore(scores[dimension] ?? Number.NaN)) ||
    assignment.dimensions.some((d) => !DIMENSIONS.includes(d))
  ) {
    fail(record, 'its scores are not one per assigned dimension, in half points from 0 to 5');
  }
  assignment.review = { version, scores };
  cohort.fit = null;
};

const NOTES: Record<string, Note> = {
  'cohort.updated': (cohort, { facts }) => void (cohort.settings = facts['settings'] as CohortSettings),
  'cohort.frozen': frozen,
  'cohort.unfrozen': (cohort) => {
    cohort.status = 'OPEN';
    cohort.entries.clear();
    cohort.assignments.clear();
    cohort.withdrawn.clear();
    cohort.fit = null;
  },
  'cohort.reviewing': (cohort) => void (cohort.status = 'REVIEWING'),
  'entry.registered': (cohort, { subject_id }) => {
    if (cohort.screens.get(subject_id)?.by !== 'OPERATOR')
      cohort.screens.set(subject_id, { screen: 'PENDING', by: 'AUTOMATIC' });
  },
  'entry.screened': screened,
  'entry.appealed': screened,
  'entry.appeal-answered': screened,
  'entry.withdrawn': (cohort, record) => {
    if (!cohort.entries.has(record.subject_id)) fail(record, 'withdraws an entry that is not in the frozen cohort');
    if (cohort.withdrawn.has(record.subject_id)) fail(record, 'this entry was withdrawn before');
    cohort.withdrawn.add(record.subject_id);
  },
  'entry.decided': (cohort, record) => {
    if (cohort.decided.has(record.subject_id)) fail(record, 'this entry was decided before');
    cohort.decided.set(record.subject_id, { record, facts: record.facts as unknown as DecidedFacts });
  },
  'conflict.found': (cohort, { facts }) => {
    if (cohort.status !== 'CLOSED')
      cohort.conflicts.set(
        facts['reviewer'] as string,
        new Set((facts['conflicts'] as Array<{ entry: string }>).map(({ entry }) => entry)),
      );
  },
  'assignment.made': made,
  'assignment.declined': ended,
  'assignment.withdrawn': ended,
  'review.submitted': reviewed,
  'review.corrected': reviewed,
  'fit.made': (cohort, record) => void (cohort.finalFit = { record }),
  'objection.made': (cohort, record) => {
    if (!cohort.entries.has(record.facts['entry'] as string))
      fail(record, 'objects to an entry that is not in the frozen cohort');
  },
  'objection.replied': (cohort, record) => {
    if (!cohort.entries.has(record.facts['entry'] as string))
      fail(record, 'replies for an entry that is not in the frozen cohort');
  },
  'objection.answered': (cohort, { facts }) => {
    if (facts['outcome'] === 'UPHELD') cohort.upheld.add(facts['entry'] as string);
  },
};

/** The function that applies a ledger record of this kind to the cohort's replayed state. */
export const noteOf = (kind: string): Note => NOTES[kind]!;
