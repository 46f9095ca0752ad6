import type { EntityManager } from 'typeorm';
import { changedRows } from '../../lib/changed-rows.js';
import type { LedgerEntry } from '../../ledger/ledger.service.js';
import { newId } from '../../lib/ids.js';
import type { Cohort } from '../cohort/cohort.entity.js';
import { candidatesOf, decide, percentiles, type Candidate, type Decision } from './decision.js';
import {
  fitCohort,
  fitParameters,
  mainComponent,
  readCohortReviews,
  type CohortFit,
  type CohortReviews,
} from '../reviews/reviews.fit.js';
import { reliabilityOfDoubles } from '../reviews/reviews.reliability.js';
import { DIMENSIONS } from '../vocabularies.js';

/** Calibration of a cohort's reviews, and the admission decisions that follow from it by the cohort's rules. */
export interface Judgement {
  reviews: CohortReviews;
  fit: CohortFit;
  candidates: Candidate[];
  decision: Decision;
}

/**
 * Calibrates the submitted reviews of a cohort, which the caller has locked, and derives the admission decisions.
 * Writes nothing.
 */
export async function judgeCohort(tx: EntityManager, cohort: Cohort): Promise<Judgement> {
  const reviews = await readCohortReviews(tx, cohort.id);
  const fit = fitCohort(reviews);
  const entries = (await tx.query(
    `SELECT id, entered_at, registration_order, withdrawn_at FROM cohort_entry WHERE cohort_id = $1 AND screen = 'COUNTED' ORDER BY id`,
    [cohort.id],
  )) as Array<{ id: string; entered_at: Date; registration_order: number | null; withdrawn_at: Date | null }>;
  const upheld = (await tx.query(`SELECT entry_id FROM objection WHERE cohort_id = $1 AND outcome = 'UPHELD'`, [
    cohort.id,
  ])) as Array<{ entry_id: string }>;
  const candidates = candidatesOf(
    entries.map((entry) => ({
      id: entry.id,
      enteredAt: entry.entered_at.toISOString(),
      order: entry.registration_order,
    })),
    fit.fits,
  );
  const decision = decide({
    rule: cohort.ruleVersion,
    candidates,
    settings: cohort.settings,
    quota: cohort.quota,
    excluded: new Set(upheld.map((row) => row.entry_id)),
    withdrawn: new Set(entries.filter((entry) => entry.withdrawn_at !== null).map(({ id }) => id)),
  });
  return { reviews, fit, candidates, decision };
}

/**
 * Stores the final calibration of a cohort: its parameters, each entry's assessments, rank and proposal, each
 * reviewer's figures. Returns the ledger record.
 */
export async function storeFinalFit(
  tx: EntityManager,
  cohort: Cohort,
  { reviews, fit, candidates, decision }: Judgement,
  at: Date,
): Promise<LedgerEntry> {
  const id = newId();
  const parameters = fitParameters(fit);
  const reliability = JSON.stringify({ ...reliabilityOfDoubles(reviews), firstRound: true });
  await tx.query(
    `INSERT INTO fit (id, cohort_id, kind, inputs_hash, parameters, reliability, at)
     VALUES ($1, $2, 'FINAL', $3, $4, $5, $6)`,
    [id, cohort.id, fit.inputsHash, JSON.stringify(parameters), reliability, at],
  );
  const groups = new Map(
    (
      (await tx.query(`SELECT id, industry_code FROM cohort_entry WHERE cohort_id = $1 AND screen = 'COUNTED'`, [
        cohort.id,
      ])) as Array<{ id: string; industry_code: string | null }>
    ).map((row) => [row.id, row.industry_code]),
  );
  const assessments = DIMENSIONS.flatMap((dimension) => {
    const main = mainComponent(fit.fits[dimension]);
    const componentOf = new Map(fit.fits[dimension].entries.map((entry) => [entry.key, entry.component]));
    const shares = percentiles(
      candidates.map((candidate) => ({
        group: groups.get(candidate.id) ?? null,
        score: candidate.scores[dimension].score,
      })),
    );
    return candidates.map((candidate, i) => ({
      entry_id: candidate.id,
      dimension,
      ...candidate.scores[dimension],
      comparable: main !== null && componentOf.get(candidate.id) === main,
      percentile: shares[i]!,
    }));
  });
  await tx.query(
    `INSERT INTO assessment (entry_id, dimension, fit_id, score, se, reviews, comparable, industry_percentile)
     SELECT r.entry_id, r.dimension, $2, r.score, r.se, r.reviews, r.comparable, r.percentile
     FROM jsonb_to_recordset($1::jsonb) AS r(
       entry_id uuid, dimension text, score double precision, se double precision, reviews int, comparable boolean,
       percentile real
     )
     ON CONFLICT (entry_id, dimension) DO UPDATE
     SET fit_id = excluded.fit_id, score = excluded.score, se = excluded.se, reviews = excluded.reviews,
       comparable = excluded.comparable, industry_percentile = excluded.industry_percentile`,
    [JSON.stringify(assessments), id],
  );
  await tx.query(
    `INSERT INTO reviewer_figure (fit_id, reviewer_id, dimension, severity, severity_se, agreement, reviews)
     SELECT $2, r.key, r.dimension, r.severity, r."standardError", r.agreement, r.reviews
     FROM jsonb_to_recordset($1::jsonb) AS r(
       key uuid, dimension text, severity double precision, "standardError" double precision,
       agreement double precision, reviews int
     )`,
    [
      JSON.stringify(
        DIMENSIONS.flatMap((dimension) =>
          fit.fits[dimension].reviewers.map((reviewer) => ({ ...reviewer, dimension })),
        ),
      ),
      id,
    ],
  );
  await changedRows(
    tx,
    `UPDATE cohort_entry e
     SET combined_score = v.score, combined_se = v.se, rank = v.rank, proposal = v.decision,
       decision_reason = v.reason
     FROM jsonb_to_recordset($1::jsonb) AS v(
       id uuid, score double precision, se double precision, rank int, decision text, reason text
     )
     WHERE e.id = v.id`,
    [JSON.stringify(decision.verdicts)],
  );
  return {
    kind: 'fit.made',
    subjectType: 'Fit',
    subjectId: id,
    facts: { cohort: cohort.id, kind: 'FINAL', inputsHash: fit.inputsHash, parameters },
  };
}
