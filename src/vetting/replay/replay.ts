import { Misfit, type ChainRecord, type Replay } from '../../ledger/verify.js';
import type { CohortSettings } from '../cohort/cohort.entity.js';
import { candidatesOf, decide, type Candidate, type Decision } from '../admission/decision.js';
import { fitCohort, fitParameters, type CohortFit } from '../reviews/reviews.fit.js';
import { allowedIn, CohortState, factsOf, noteOf, type DecidedFacts } from './replay.state.js';
import { canonicalJson } from '../../lib/canonical-json.js';

/** Result of a replay that found no contradiction. */
export interface ReplayResult {
  /** Number of closed cohorts whose admissions were reproduced. */
  cohorts: number;
  admitted: number;
}

/**
 * Replays cohorts from ledger records alone: entries frozen, reviewers assigned, reviews submitted. At the public
 * notice and at the closing it calibrates and decides with the same functions as the original run, and compares every
 * score, rank and decision bit for bit. A cohort's reviews are freed once it is closed.
 */
export class CohortReplay implements Replay {
  private readonly cohorts = new Map<string, CohortState>();
  /** Ids of the entries admitted and not revoked so far; a record that revokes any other entry is an error. */
  private readonly admitted = new Set<string>();
  private readonly voided = new Set<string>();
  private closed = 0;
  /** By cohort: sequence number and kind of the record that closed it; a signed ledger head must cover that record. */
  readonly closings = new Map<string, { seq: string; kind: string }>();

  get result(): ReplayResult {
    return { cohorts: this.closed, admitted: this.admitted.size };
  }

  observe(record: ChainRecord): void {
    try {
      this.play(record);
    } catch (error) {
      if (error instanceof Misfit) throw error;
      throw misfit(record, `cannot be replayed: ${(error as Error).message}`);
    }
  }

  private play(record: ChainRecord): void {
    const { kind } = record;
    if (kind === 'cohort.opened') return this.open(record);
    if (kind === 'entry.revoked') return this.revoke(record);
    if (kind === 'passport.voided') return this.voidPassport(record);
    if (!allowedIn(kind)) return;
    const facts = factsOf(record);
    const id = kind.startsWith('cohort.') ? record.subject_id : facts['cohort'];
    const cohort = typeof id === 'string' ? this.cohorts.get(id) : undefined;
    if (!cohort) throw misfit(record, 'its cohort was never opened');
    if (kind === 'fit.made' && facts['kind'] !== 'FINAL') return;
    cohort.require(record);
    if (kind === 'cohort.deleted') this.delete(cohort, record);
    else if (kind === 'cohort.noticed') this.checkNotice(cohort, record);
    else if (kind === 'cohort.closed') this.checkClosing(cohort, record);
    else noteOf(kind)(cohort, record);
  }

  private open(record: ChainRecord): void {
    if (this.cohorts.has(record.subject_id)) throw misfit(record, 'this cohort was opened before');
    this.cohorts.set(
      record.subject_id,
      new CohortState(record.subject_id, factsOf(record)['settings'] as CohortSettings),
    );
  }

  private delete(cohort: CohortState, record: ChainRecord): void {
    if (cohort.wasFrozen) throw misfit(record, 'the cohort was frozen before, so it must stay');
    this.cohorts.delete(cohort.id);
  }

  private revoke(record: ChainRecord): void {
    if (!this.admitted.delete(record.subject_id)) throw misfit(record, 'the entry was not admitted');
  }

  private voidPassport(record: ChainRecord): void {
    if (this.voided.has(record.subject_id)) throw misfit(record, 'this passport was voided before');
    this.voided.add(record.subject_id);
  }

  private checkNotice(cohort: CohortState, record: ChainRecord): void {
    const facts = factsOf(record);
    const { fit, decision } = judge(cohort, record, new Set());
    const made = cohort.finalFit;
    if (!made) throw misfit(record, 'no final fit was recorded before it');
    checkFit(made.record, fit);
    same(record, 'rule', facts['rule'] ?? 1, cohort.rule);
    same(record, 'inputsHash', facts['inputsHash'], fit.inputsHash);
    same(record, 'cutOff', facts['cutOff'], decision.cutOff);
    same(
      record,
      'proposed',
      facts['proposed'],
      decision.verdicts
        .filter((verdict) => verdict.decision === 'ADMITTED')
        .map(({ id, score }) => ({ entry: id, score })),
    );
    cohort.status = 'PUBLIC_NOTICE';
  }

  private checkClosing(cohort: CohortState, record: ChainRecord): void {
    const facts = factsOf(record);
    const { fit, candidates, decision } = judge(cohort, record, cohort.upheld);
    checkDecisions(cohort, candidates, decision, record);
    const { weights, floors, tieRule, minReviews } = cohort.settings;
    const expected = {
      registered: cohort.entries.size,
      quota: cohort.quota,
      cutOff: decision.cutOff,
      weights,
      floors,
      tieRule,
      minReviews,
      inputsHash: fit.inputsHash,
      excluded: decision.verdicts
        .filter((verdict) => verdict.reason === 'OBJECTION_UPHELD')
        .map((verdict) => verdict.id)
        .sort(),
      admitted: decision.verdicts
        .filter((verdict) => verdict.decision === 'ADMITTED')
        .map((verdict) => ({
          entry: verdict.id,
          achievement: cohort.entries.get(verdict.id)!.achievement,
          score: verdict.score,
        })),
    };
    same(record, 'rule', facts['rule'] ?? 1, cohort.rule);
    // A closing without withdrawals names none.
    same(record, 'withdrawn', facts['withdrawn'] ?? [], [...cohort.withdrawn].sort());
    for (const [name, value] of Object.entries(expected)) same(record, name, facts[name], value);
    if (expected.admitted.length > cohort.quota)
      throw misfit(record, `${expected.admitted.length} were admitted, over the quota of ${cohort.quota}`);
    for (const { entry } of expected.admitted) this.admitted.add(entry);
    this.closed += 1;
    this.closings.set(cohort.id, { seq: record.seq, kind: record.kind });
    cohort.close();
  }
}

interface Judged {
  fit: CohortFit;
  candidates: Candidate[];
  decision: Decision;
}

function judge(cohort: CohortState, record: ChainRecord, excluded: ReadonlySet<string>): Judged {
  try {
    const fit = (cohort.fit ??= fitCohort(cohort.reviews()));
    const candidates = candidatesOf(
      [...cohort.entries].map(([id, { enteredAt, order }]) => ({ id, enteredAt, order })),
      fit.fits,
    );
    return {
      fit,
      candidates,
      decision: decide({
        rule: cohort.rule,
        candidates,
        settings: cohort.settings,
        quota: cohort.quota,
        excluded,
        withdrawn: cohort.withdrawn,
      }),
    };
  } catch (error) {
    throw misfit(record, `the records before it cannot be judged: ${(error as Error).message}`);
  }
}

function checkFit(made: ChainRecord, fit: CohortFit): void {
  const facts = factsOf(made);
  same(made, 'inputsHash', facts['inputsHash'], fit.inputsHash);
  same(made, 'parameters', facts['parameters'], fitParameters(fit));
}

/**
 * Compares every decision recorded in the ledger with the one computed from the replayed reviews; throws at the first
 * difference.
 */
function checkDecisions(
  cohort: CohortState,
  candidates: readonly Candidate[],
  { verdicts }: Decision,
  closing: ChainRecord,
): void {
  const scoresOf = new Map(candidates.map((candidate) => [candidate.id, candidate.scores]));
  const expected = new Map(verdicts.map((verdict) => [verdict.id, verdict]));
  for (const { record, facts } of cohort.decided.values()) {
    const verdict = expected.get(record.subject_id);
    if (!verdict) throw misfit(record, 'decides an entry that was not in the frozen cohort');
    const { decision, reason, score, se, rank } = verdict;
    const wanted: DecidedFacts = {
      cohort: cohort.id,
      achievement: cohort.entries.get(verdict.id)!.achievement,
      decision,
      reason,
      score,
      se,
      rank,
      axes: scoresOf.get(verdict.id)!,
    };
    same(record, 'rule', facts.rule ?? 1, cohort.rule);
    for (const name of Object.keys(wanted) as Array<keyof DecidedFacts>) same(record, name, facts[name], wanted[name]);
    expected.delete(record.subject_id);
  }
  const [missing] = expected.keys();
  if (missing !== undefined) throw misfit(closing, `no decision of entry ${missing} was recorded before it`);
}

/**
 * Throws if a recorded and a replayed value differ in any bit; numbers are compared by their shortest text that reads
 * back to the same number.
 */
function same(record: ChainRecord, name: string, recorded: unknown, replayed: unknown): void {
  const [is, should] = [canonicalJson(recorded), canonicalJson(JSON.parse(JSON.stringify(replayed ?? null)))];
  if (is !== should)
    throw misfit(record, `${name} is ${shortened(is)}; the records before it give ${shortened(should)}`);
}

const shortened = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);

const misfit = (record: ChainRecord, what: string): Misfit => new Misfit(record.seq, record.kind, what);
