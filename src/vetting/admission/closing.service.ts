import { notifyOfDecisions } from '../cohort/cohort.mails.js';
import type { EntityManager } from 'typeorm';
import { achievementLifecycle } from '../../achievements/achievement.stages.js';
import type { Context } from '../../kernel/context.js';
import { ConflictError } from '../../kernel/errors.js';
import { changedRows } from '../../lib/changed-rows.js';
import { signHead } from '../../ledger/heads.js';
import type { LedgerEntry } from '../../ledger/ledger.service.js';
import { newId } from '../../lib/ids.js';
import { readId } from '../../kernel/node.js';
import { noteForIndexing } from '../../outbox/indexing.js';
import { Cohort } from '../cohort/cohort.entity.js';
import type { CohortActionInput } from '../cohort/cohort.inputs.js';
import { cohortFact, step } from '../cohort/cohort.service.js';
import { cultivate } from '../cultivation/cultivation.gaps.js';
import { ruleFact } from './rule-version.js';
import { published, type Candidate, type Verdict } from './decision.js';
import { judgeCohort, type Judgement } from './judging.js';
import { refuseOpenWithdrawals } from './withdrawal.service.js';
import { voidPassports } from './passports.js';
import { NoticePeriodRunning, ObjectionsOpen, QuotaExceeded, refusal } from '../vetting.errors.js';
import { DIMENSIONS } from '../vocabularies.js';
import { monthsAfter, timeOfChina } from '../../lib/day.js';
import { say } from '../../messages/catalogue.js';

/**
 * Closes a cohort in one transaction: the proposals of the counted entries become decisions, admitted entries enter the
 * pool with a score passport, the others go into cultivation, and the pool ranking is rewritten; the ledger records
 * each step. Before that, scores and decisions are computed once more from the reviews: stored proposals that differ
 * from them stop the closing.
 */
export async function closeCohort(ctx: Context, input: CohortActionInput): Promise<Cohort> {
  try {
    const close = async (tx: EntityManager, cohort: Cohort) => {
      await assertMayClose(tx, cohort, ctx.now());
      const judgement = await judgeCohort(tx, cohort);
      const entries = await proposalsOf(tx, cohort, judgement);
      await changedRows(tx, `UPDATE cohort_entry SET decision = proposal WHERE cohort_id = $1 AND screen = 'COUNTED'`, [
        cohort.id,
      ]);
      const records = await settle(tx, cohort, judgement, entries, ctx.now());
      await cultivate(tx, cohort.id, ctx.now());
      await notifyOfDecisions(tx, cohort.id);
      return { change: { closedAt: ctx.now() }, records: () => records };
    };
    return await step(
      ctx,
      input,
      'close',
      close,
      undefined,
      async (tx, { id }) => void (await signHead(tx, ctx.app, id)),
    );
  } catch (error) {
    // Safety net: a database constraint also refuses more admissions than the quota. The decisions computed above never
    // admit more entries than the quota, so this error is not expected.
    if ((error as { constraint?: string }).constraint !== 'cohort_quota_cap') throw error;
    const { quota } = await ctx.db.findOneByOrFail(Cohort, { id: readId('input.id', 'Cohort', input.id) });
    throw refusal(QuotaExceeded, {
      said: say('QUOTA_EXCEEDED', { quota }),
      quota,
    });
  }
}

async function assertMayClose(tx: EntityManager, cohort: Cohort, now: Date): Promise<void> {
  await refuseOpenWithdrawals(tx, cohort.id);
  if (cohort.noticeEndsAt === null || cohort.noticeEndsAt > now) {
    throw refusal(NoticePeriodRunning, {
      said: say('NOTICE_PERIOD_RUNNING', {
        until: cohort.noticeEndsAt ? timeOfChina(cohort.noticeEndsAt) : String(null),
      }),
      noticeEndsAt: cohort.noticeEndsAt ?? now,
    });
  }
  const [open] = (await tx.query(`SELECT count(*)::int AS n FROM objection WHERE cohort_id = $1 AND outcome IS NULL`, [
    cohort.id,
  ])) as Array<{ n: number }>;
  if (open!.n > 0)
    throw refusal(ObjectionsOpen, {
      said: say('OBJECTIONS_OPEN', { count: open!.n }),
      count: open!.n,
    });
}

interface DecidedEntry {
  id: string;
  achievement_id: string;
  status: string;
}

/**
 * Loads the cohort's counted entries by id and locks their achievements; throws if the proposals, scores or ranks shown
 * in the public notice differ from those computed from the reviews now.
 */
async function proposalsOf(
  tx: EntityManager,
  cohort: Cohort,
  { fit, decision }: Judgement,
): Promise<Map<string, DecidedEntry>> {
  const rows = (await tx.query(
    `SELECT e.id, e.achievement_id, a.status, e.proposal, e.decision, e.decision_reason, e.combined_score, e.rank,
       (
         SELECT f.inputs_hash FROM fit f WHERE f.cohort_id = $1 AND f.kind = 'FINAL' ORDER BY f.at DESC LIMIT 1
       ) AS inputs_hash
     FROM cohort_entry e
     JOIN achievement a ON a.id = e.achievement_id
     WHERE e.cohort_id = $1 AND e.screen = 'COUNTED'
     ORDER BY a.id
     FOR NO KEY UPDATE OF a`,
    [cohort.id],
  )) as Array<
    DecidedEntry & {
      proposal: string;
      decision: string | null;
      decision_reason: string | null;
      combined_score: number;
      rank: number;
      inputs_hash: string;
    }
  >;
  const byId = new Map(rows.map((row) => [row.id, row]));
  const differs = decision.verdicts.some(({ id, score, rank, decision: verdict, reason }) => {
    const row = byId.get(id);
    return (
      !row ||
      row.decision !== null ||
      row.proposal !== verdict ||
      row.decision_reason !== reason ||
      row.combined_score !== score ||
      row.rank !== rank ||
      row.inputs_hash !== fit.inputsHash
    );
  });
  if (differs || byId.size !== decision.verdicts.length) {
    throw new ConflictError(say('FIT_CHANGED.notice'), 'FIT_CHANGED');
  }
  return byId;
}

/**
 * Carries out the decisions of a closing (pool entry and passport, or cultivation) and returns their ledger records.
 */
async function settle(
  tx: EntityManager,
  cohort: Cohort,
  { fit, candidates, decision }: Judgement,
  entries: ReadonlyMap<string, DecidedEntry>,
  at: Date,
): Promise<LedgerEntry[]> {
  const { verdicts, cutOff } = decision;
  const admitted = verdicts.filter((verdict) => verdict.decision === 'ADMITTED');
  // A withdrawn entry is decided for the record alone: its achievement left the cohort before.
  const stayed = verdicts.filter((verdict) => verdict.reason !== 'WITHDRAWN');
  const declined = stayed.filter((verdict) => verdict.decision === 'NOT_ADMITTED');
  const achievementOf = (verdict: Verdict) => entries.get(verdict.id)!.achievement_id;
  const scoresOf = new Map(candidates.map((candidate) => [candidate.id, candidate.scores]));
  const voided = await voidPassports(tx, stayed.map(achievementOf), 'REPLACED', at);
  await issuePassports(tx, cohort, admitted, scoresOf, at);
  for (const { id } of stayed) achievementLifecycle.next(entries.get(id)!.status as 'UNDER_REVIEW', 'decline');
  await changedRows(
    tx,
    `UPDATE achievement a
     SET status = 'ADMITTED', score = v.score,
       admitted_at = CASE WHEN a.status = 'ADMITTED' THEN a.admitted_at ELSE $2 END, updated_at = $2
     FROM jsonb_to_recordset($1::jsonb) AS v(id uuid, score numeric)
     WHERE a.id = v.id`,
    [
      JSON.stringify(
        admitted.map((verdict) => ({
          id: achievementOf(verdict),
          score: published(Math.min(5, Math.max(0, verdict.score))),
        })),
      ),
      at,
    ],
  );
  await changedRows(
    tx,
    `UPDATE achievement
     SET status = 'CULTIVATING', score = NULL, admitted_at = NULL, updated_at = $2
     WHERE id = ANY($1::uuid[])`,
    [declined.map(achievementOf), at],
  );
  await rankPool(tx);
  const left = declined.map((verdict) => entries.get(verdict.id)!).filter((entry) => entry.status === 'ADMITTED');
  await noteForIndexing(tx, [...admitted.map(achievementOf), ...left.map((entry) => entry.achievement_id)]);

  const { weights, floors, tieRule, minReviews } = cohort.settings;
  return [
    ...voided,
    ...verdicts.map(({ id, decision: verdict, reason, score, se, rank }) => ({
      kind: 'entry.decided',
      subjectType: 'CohortEntry',
      subjectId: id,
      facts: {
        cohort: cohort.id,
        achievement: entries.get(id)!.achievement_id,
        decision: verdict,
        reason,
        score,
        se,
        rank,
        axes: scoresOf.get(id),
        ...ruleFact(cohort.ruleVersion),
      },
    })),
    cohortFact(cohort.id, 'closed', {
      ...ruleFact(cohort.ruleVersion),
      registered: cohort.registeredCount,
      quota: cohort.quota,
      cutOff,
      weights,
      floors,
      tieRule,
      minReviews,
      inputsHash: fit.inputsHash,
      excluded: verdicts
        .filter((verdict) => verdict.reason === 'OBJECTION_UPHELD')
        .map((verdict) => verdict.id)
        .sort(),
      ...(stayed.length < verdicts.length && {
        withdrawn: verdicts
          .filter((verdict) => verdict.reason === 'WITHDRAWN')
          .map((verdict) => verdict.id)
          .sort(),
      }),
      admitted: admitted.map((verdict) => ({
        entry: verdict.id,
        achievement: achievementOf(verdict),
        score: verdict.score,
      })),
    }),
  ];
}

/** One passport per admitted entry, in one statement. */
async function issuePassports(
  tx: EntityManager,
  cohort: Cohort,
  admitted: readonly Verdict[],
  scoresOf: ReadonlyMap<string, Candidate['scores']>,
  at: Date,
): Promise<void> {
  const expires = monthsAfter(at, cohort.validityMonths);
  await tx.query(
    `INSERT INTO score_passport (
       id, achievement_id, cohort_id, entry_id, axes, weights, score, se, industry_codes, revision,
       evidence_revision, issued_at, expires_at
     )
     SELECT v.passport, e.achievement_id, e.cohort_id, e.id,
       (
         SELECT jsonb_object_agg(
           s.dimension,
           v.axes->s.dimension || jsonb_build_object(
             'percentile', s.industry_percentile, 'comparable', s.comparable
           )
         )
         FROM assessment s
         WHERE s.entry_id = e.id
       ),
       $2, e.combined_score, e.combined_se,
       ARRAY(
         SELECT DISTINCT p.code
         FROM achievement_industry ai
         JOIN industry i ON i.code = ai.industry_code
         CROSS JOIN LATERAL unnest(i.path) AS p(code)
         WHERE ai.achievement_id = e.achievement_id
         ORDER BY p.code
       ),
       e.revision, e.evidence_revision, $3, $4
     FROM jsonb_to_recordset($1::jsonb) AS v(id uuid, passport uuid, axes jsonb)
     JOIN cohort_entry e ON e.id = v.id`,
    [
      JSON.stringify(admitted.map(({ id }) => ({ id, passport: newId(), axes: scoresOf.get(id) }))),
      JSON.stringify(Object.fromEntries(DIMENSIONS.map((dimension) => [dimension, cohort.weightMap[dimension]]))),
      at,
      expires,
    ],
  );
}

/**
 * Rewrites the pool ranking: all achievements in the pool whose passport is not void, by the passport's published score,
 * highest first, equal ones by the issue and then by the rank in their cohort. No other function writes the table pool_rank.
 */
async function rankPool(tx: EntityManager): Promise<void> {
  await tx.query(`LOCK TABLE pool_rank IN SHARE ROW EXCLUSIVE MODE`);
  await changedRows(tx, `DELETE FROM pool_rank`, []);
  await tx.query(
    `INSERT INTO pool_rank (achievement_id, passport_id, position, score, industry_codes)
     SELECT p.achievement_id, p.id, row_number() OVER (
       ORDER BY floor(p.score * 100 + 0.5) DESC, p.issued_at, e.rank, p.achievement_id
     ),
       p.score, p.industry_codes
     FROM score_passport p
     JOIN cohort_entry e ON e.id = p.entry_id
     JOIN achievement a ON a.id = p.achievement_id AND a.status = 'ADMITTED'
     WHERE p.voided_at IS NULL`,
  );
}
