/**
 * A comparison of stored rows with the ledger. The ledger's hash chain has been verified before, so its records are
 * right; each comparison joins every row with its record and returns the values of both.
 */
export interface RowCheck {
  what: string;
  /**
   * SQL with the columns seq and kind (of the ledger record), id, expected (from the record) and actual (from the row);
   * the last two are jsonb, null if the record or the row is missing.
   */
  sql: string;
}

/** SQL that selects the newest ledger record of each subject among the given kinds. */
const newest = (kinds: string) =>
  `SELECT DISTINCT ON (subject_id) subject_id, seq, kind, facts
   FROM ledger_record
   WHERE kind IN (${kinds})
   ORDER BY subject_id, seq DESC`;

/** SQL condition: the cohort with this id, a text, was not deleted; null ids pass. */
const notDeleted = (cohort: string) =>
  `NOT EXISTS (
     SELECT 1
     FROM ledger_record gone
     WHERE gone.kind = 'cohort.deleted' AND gone.subject_type = 'Cohort' AND gone.subject_id = ${cohort}
   )`;

/** Every comparison, in the order in which their rows come into being. */
export const ROW_CHECKS: readonly RowCheck[] = [
  {
    what: 'cohort',
    sql: `SELECT s.seq, s.kind, COALESCE(c.id::text, s.subject_id) AS id,
        CASE
          WHEN s.seq IS NULL THEN NULL
          ELSE jsonb_build_object(
            'status', CASE s.kind
              WHEN 'cohort.frozen' THEN 'FROZEN'
              WHEN 'cohort.reviewing' THEN 'REVIEWING'
              WHEN 'cohort.noticed' THEN 'PUBLIC_NOTICE'
              WHEN 'cohort.closed' THEN 'CLOSED'
              ELSE 'OPEN'
            END,
            'settings', t.facts->'settings', 'year', o.facts->'year', 'number', o.facts->'number',
            'registered', CASE
              WHEN s.kind IN ('cohort.opened', 'cohort.unfrozen') THEN to_jsonb(0)
              ELSE f.facts->'registered'
            END,
            'quota', CASE
              WHEN s.kind IN ('cohort.opened', 'cohort.unfrozen') THEN to_jsonb(0)
              ELSE f.facts->'quota'
            END,
            'cutOff', CASE WHEN s.kind = 'cohort.closed' THEN s.facts->'cutOff' END,
            'admitted', CASE WHEN s.kind = 'cohort.closed' THEN jsonb_array_length(s.facts->'admitted') ELSE 0 END
          )
        END AS expected,
        CASE
          WHEN c.id IS NULL THEN NULL
          ELSE jsonb_build_object(
            'status', c.status,
            'settings', jsonb_build_object(
              'quotaRate', c.quota_rate, 'weights', c.weights, 'floors', c.floors, 'minReviews', c.min_reviews,
              'reviewerLoad', c.reviewer_load, 'noticeDays', c.notice_days, 'validityMonths', c.validity_months,
              'doubleShare', c.double_share, 'blind', c.blind, 'tieRule', c.tie_rule
            ),
            'year', c.year, 'number', c.number, 'registered', c.registered_count, 'quota', c.quota,
            'cutOff', CASE WHEN c.status = 'CLOSED' THEN to_jsonb(c.cut_off) END, 'admitted', c.admitted_count
          )
        END AS actual
      FROM cohort c
      FULL JOIN (
        ${newest(`'cohort.opened','cohort.frozen','cohort.unfrozen','cohort.reviewing','cohort.noticed','cohort.closed'`)}
      ) s ON s.subject_id = c.id::text
      LEFT JOIN (${newest(`'cohort.opened'`)}) o ON o.subject_id = s.subject_id
      LEFT JOIN (${newest(`'cohort.frozen'`)}) f ON f.subject_id = s.subject_id
      LEFT JOIN (${newest(`'cohort.opened','cohort.updated','cohort.frozen'`)}) t ON t.subject_id = s.subject_id
      WHERE c.id IS NOT NULL OR ${notDeleted('s.subject_id')}`,
  },
  {
    what: 'registration of entry',
    sql: `SELECT l.seq, l.kind, COALESCE(e.id::text, l.subject_id) AS id,
        CASE WHEN l.seq IS NOT NULL THEN l.facts - 'revision' END AS expected,
        CASE
          WHEN e.id IS NOT NULL THEN jsonb_build_object(
            'cohort', e.cohort_id, 'achievement', e.achievement_id, 'institution', e.institution_id,
            'previous', e.previous_entry_id
          )
        END AS actual
      FROM cohort_entry e
      FULL JOIN (${newest(`'entry.registered'`)}) l ON l.subject_id = e.id::text
      WHERE e.id IS NOT NULL OR ${notDeleted(`l.facts->>'cohort'`)}`,
  },
  {
    what: 'screen of entry',
    sql: `SELECT l.seq, l.kind, e.id::text AS id,
        jsonb_build_object(
          'screen', l.facts->'screen', 'reasons', l.facts->'reasons', 'by', l.facts->'by'
        ) AS expected,
        jsonb_build_object('screen', e.screen, 'reasons', e.screen_reasons, 'by', e.screen_by) AS actual
      FROM cohort_entry e
      JOIN (
        ${newest(`'entry.registered','entry.screened','entry.appealed','entry.appeal-answered'`)}
      ) l ON l.subject_id = e.id::text
      WHERE l.kind <> 'entry.registered'`,
  },
  {
    what: 'frozen entry',
    sql: `SELECT l.seq, l.kind, COALESCE(e.id::text, l.facts->>'entry') AS id, l.facts AS expected,
        CASE
          WHEN e.id IS NOT NULL THEN jsonb_build_object(
            'entry', e.id, 'achievement', e.achievement_id, 'revision', e.revision, 'evidence', e.evidence_revision,
            'industry', e.industry_code,
            'enteredAt', to_char(e.entered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
          ) || CASE
            WHEN e.registration_order IS NULL THEN '{}'::jsonb
            ELSE jsonb_build_object('order', e.registration_order)
          END
        END AS actual
      FROM (
        SELECT e.*
        FROM cohort_entry e
        JOIN cohort c ON c.id = e.cohort_id
        WHERE e.screen = 'COUNTED' AND c.status <> 'OPEN'
      ) e
      FULL JOIN (
        SELECT s.seq, s.kind, x AS facts
        FROM (${newest(`'cohort.frozen','cohort.unfrozen'`)}) s
        CROSS JOIN jsonb_array_elements(s.facts->'entries') AS x
        WHERE s.kind = 'cohort.frozen'
      ) l ON l.facts->>'entry' = e.id::text`,
  },
  {
    what: 'decision of entry',
    sql: `SELECT l.seq, l.kind, COALESCE(e.id::text, l.subject_id) AS id, l.facts - 'axes' - 'rule' AS expected,
        CASE
          WHEN e.id IS NOT NULL THEN jsonb_build_object(
            'cohort', e.cohort_id, 'achievement', e.achievement_id, 'decision', e.decision,
            'reason', e.decision_reason, 'score', e.combined_score, 'se', e.combined_se, 'rank', e.rank
          )
        END AS actual
      FROM (SELECT * FROM cohort_entry WHERE decision IS NOT NULL) e
      FULL JOIN (${newest(`'entry.decided'`)}) l ON l.subject_id = e.id::text`,
  },
  {
    what: 'revocation of entry',
    sql: `SELECT l.seq, l.kind, COALESCE(e.id::text, l.subject_id) AS id,
        CASE WHEN l.seq IS NOT NULL THEN 'true'::jsonb END AS expected,
        CASE WHEN e.id IS NOT NULL THEN 'true'::jsonb END AS actual
      FROM (SELECT id FROM cohort_entry WHERE revoked_at IS NOT NULL) e
      FULL JOIN (${newest(`'entry.revoked'`)}) l ON l.subject_id = e.id::text`,
  },
  {
    what: 'withdrawal of entry',
    sql: `SELECT l.seq, l.kind, COALESCE(e.id::text, l.subject_id) AS id,
        CASE WHEN l.seq IS NOT NULL THEN 'true'::jsonb END AS expected,
        CASE WHEN e.id IS NOT NULL THEN 'true'::jsonb END AS actual
      FROM (SELECT id FROM cohort_entry WHERE withdrawn_at IS NOT NULL) e
      FULL JOIN (
        SELECT w.*
        FROM (${newest(`'entry.withdrawn'`)}) w
        WHERE NOT EXISTS (
          SELECT 1
          FROM ledger_record u
          WHERE u.kind = 'cohort.unfrozen' AND u.subject_id = w.facts->>'cohort' AND u.seq > w.seq
        )
      ) l ON l.subject_id = e.id::text`,
  },
  {
    what: 'request for withdrawal',
    sql: `SELECT COALESCE(n.seq, l.seq) AS seq, COALESCE(n.kind, l.kind) AS kind, COALESCE(w.id::text, l.subject_id) AS id,
        CASE
          WHEN l.seq IS NOT NULL THEN l.facts - 'reasonHash' || jsonb_build_object('outcome', n.facts->'outcome')
        END AS expected,
        CASE
          WHEN w.id IS NOT NULL THEN jsonb_build_object(
            'cohort', w.cohort_id, 'entry', w.entry_id, 'outcome', w.outcome
          )
        END AS actual
      FROM entry_withdrawal w
      FULL JOIN (${newest(`'withdrawal.requested'`)}) l ON l.subject_id = w.id::text
      LEFT JOIN (${newest(`'withdrawal.answered'`)}) n ON n.subject_id = w.id::text`,
  },
  {
    what: 'assessments of entry',
    sql: `SELECT l.seq, l.kind, l.subject_id AS id, l.facts->'axes' AS expected,
        (
          SELECT jsonb_object_agg(
            a.dimension, jsonb_build_object('score', a.score, 'se', a.se, 'reviews', a.reviews)
          )
          FROM assessment a
          WHERE a.entry_id = l.subject_id::uuid
        ) AS actual
      FROM (${newest(`'entry.decided'`)}) l`,
  },
  {
    what: 'passport of entry',
    sql: `SELECT COALESCE(v.seq, l.seq) AS seq, COALESCE(v.kind, l.kind) AS kind,
        COALESCE(p.entry_id::text, l.subject_id) AS id,
        CASE
          WHEN l.seq IS NOT NULL THEN jsonb_build_object(
            'achievement', l.facts->'achievement', 'axes', l.facts->'axes', 'score', l.facts->'score',
            'se', l.facts->'se', 'void', v.facts->'reason'
          )
        END AS expected,
        CASE
          WHEN p.id IS NOT NULL THEN jsonb_build_object(
            'achievement', p.achievement_id,
            'axes', (
              SELECT jsonb_object_agg(k, a - 'percentile' - 'comparable') FROM jsonb_each(p.axes) AS x(k, a)
            ),
            'score', p.score, 'se', p.se, 'void', p.void_reason
          )
        END AS actual
      FROM score_passport p
      FULL JOIN (
        SELECT * FROM (${newest(`'entry.decided'`)}) d WHERE d.facts->>'decision' = 'ADMITTED'
      ) l ON l.subject_id = p.entry_id::text
      LEFT JOIN (${newest(`'passport.voided'`)}) v ON v.subject_id = p.id::text`,
  },
  {
    what: 'status of achievement',
    sql: `SELECT l.seq, l.kind, a.id::text AS id,
        jsonb_build_object(
          'decision', 'ADMITTED',
          -- A score stands only as long as the passport that it was published with.
          'score', CASE
            WHEN v.seq IS NULL
            THEN (floor(least(5, greatest(0, (l.facts->>'score')::float8)) * 100 + 0.5) / 100)::numeric(4,2)
          END
        ) AS expected,
        jsonb_build_object('decision', l.facts->'decision', 'score', a.score) AS actual
      FROM achievement a
      LEFT JOIN (
        SELECT DISTINCT ON (facts->>'achievement')
          facts->>'achievement' AS achievement, seq, kind, facts, subject_id
        FROM ledger_record
        WHERE kind = 'entry.revoked' OR kind = 'entry.decided' AND facts->>'reason' IS DISTINCT FROM 'WITHDRAWN'
        ORDER BY facts->>'achievement', seq DESC
      ) l ON l.achievement = a.id::text
      LEFT JOIN (
        SELECT facts->>'entry' AS entry, max(seq) AS seq
        FROM ledger_record
        WHERE kind = 'passport.voided'
        GROUP BY facts->>'entry'
      ) v ON v.entry = l.subject_id
      WHERE a.status = 'ADMITTED'`,
  },
  {
    what: 'assignment',
    sql: `SELECT COALESCE(e.seq, l.seq) AS seq, COALESCE(e.kind, l.kind) AS kind,
        COALESCE(a.id::text, l.subject_id) AS id,
        CASE
          WHEN l.seq IS NOT NULL THEN l.facts || jsonb_build_object(
            'status', CASE e.kind
              WHEN 'assignment.declined' THEN 'DECLINED'
              WHEN 'assignment.withdrawn' THEN 'WITHDRAWN'
              ELSE CASE WHEN r.assignment IS NULL THEN 'ASSIGNED' ELSE 'SUBMITTED' END
            END
          )
        END AS expected,
        CASE
          WHEN a.id IS NOT NULL THEN jsonb_build_object(
            'cohort', a.cohort_id, 'entry', a.entry_id, 'reviewer', a.reviewer_id, 'panel', a.panel,
            'round', a.round, 'dimensions', a.dimensions,
            'regions', jsonb_build_array(a.entry_region, a.reviewer_region),
            -- A declined assignment that was replaced by hand has no second record of its end.
            'status', CASE
              WHEN e.kind = 'assignment.declined' AND a.status = 'WITHDRAWN' AND a.status_reason = 'REPLACED'
                THEN 'DECLINED'
              ELSE a.status
            END
          )
        END AS actual
      FROM assignment a
      FULL JOIN (
        SELECT m.*
        FROM (${newest(`'assignment.made'`)}) m
        WHERE NOT EXISTS (
          SELECT 1
          FROM ledger_record u
          WHERE u.kind = 'cohort.unfrozen' AND u.subject_id = m.facts->>'cohort' AND u.seq > m.seq
        )
      ) l ON l.subject_id = a.id::text
      LEFT JOIN (${newest(`'assignment.declined','assignment.withdrawn'`)}) e ON e.subject_id = a.id::text
      LEFT JOIN (
        SELECT DISTINCT facts->>'assignment' AS assignment FROM ledger_record WHERE kind = 'review.submitted'
      ) r ON r.assignment = a.id::text`,
  },
  {
    what: 'review',
    sql: `SELECT l.seq, l.kind, COALESCE(r.id::text, l.subject_id) AS id,
        CASE
          WHEN l.seq IS NOT NULL THEN jsonb_build_object(
            'assignment', l.facts->'assignment', 'version', l.facts->'version', 'scores', l.facts->'scores',
            'confidence', l.facts->'confidence', 'gapCodes', l.facts->'gapCodes'
          )
        END AS expected,
        CASE
          WHEN r.id IS NOT NULL THEN jsonb_build_object(
            'assignment', r.assignment_id, 'version', r.version, 'scores', r.scores, 'confidence', r.confidence,
            'gapCodes', r.gap_codes
          )
        END AS actual
      FROM (SELECT * FROM review WHERE status = 'SUBMITTED') r
      FULL JOIN (${newest(`'review.submitted','review.corrected'`)}) l ON l.subject_id = r.id::text`,
  },
  {
    what: 'fit',
    // An interim fit that a later fit follows may have been deleted; its record stays.
    sql: `SELECT l.seq, l.kind, COALESCE(f.id::text, l.subject_id) AS id,
        CASE
          WHEN f.id IS NOT NULL OR l.facts->>'kind' <> 'INTERIM' OR NOT EXISTS (
            SELECT 1
            FROM ledger_record n
            WHERE n.kind = 'fit.made' AND n.facts->>'cohort' = l.facts->>'cohort' AND n.seq > l.seq
          ) THEN l.facts
        END AS expected,
        CASE
          WHEN f.id IS NOT NULL THEN jsonb_build_object(
            'cohort', f.cohort_id, 'kind', f.kind, 'inputsHash', f.inputs_hash, 'parameters', f.parameters
          )
        END AS actual
      FROM fit f
      FULL JOIN (${newest(`'fit.made'`)}) l ON l.subject_id = f.id::text`,
  },
  {
    what: 'objection',
    sql: `SELECT COALESCE(n.seq, r.seq, l.seq) AS seq, COALESCE(n.kind, r.kind, l.kind) AS kind,
        COALESCE(o.id::text, l.subject_id) AS id,
        CASE
          WHEN l.seq IS NOT NULL THEN l.facts - 'reasonHash' || jsonb_build_object(
            'outcome', n.facts->'outcome', 'replyRevision', COALESCE(r.facts->'revision', '0'::jsonb)
          )
        END AS expected,
        CASE
          WHEN o.id IS NOT NULL THEN jsonb_build_object(
            'cohort', o.cohort_id, 'entry', o.entry_id, 'reasonCode', o.reason_code, 'outcome', o.outcome,
            'replyRevision', o.reply_revision
          )
        END AS actual
      FROM objection o
      FULL JOIN (${newest(`'objection.made'`)}) l ON l.subject_id = o.id::text
      LEFT JOIN (${newest(`'objection.replied'`)}) r ON r.subject_id = o.id::text
      LEFT JOIN (${newest(`'objection.answered'`)}) n ON n.subject_id = o.id::text`,
  },
  {
    what: 'words',
    // The ledger holds only salted hashes of the texts of objections and appeals: the stored texts must match them.
    // Texts erased with a person are skipped.
    sql: `SELECT l.seq, l.kind, l.subject_id AS id,
        jsonb_build_object('text', x.text, 'hash', l.facts->'reasonHash') AS expected,
        jsonb_build_object(
          'text', CASE l.kind
            WHEN 'objection.made' THEN o.text
            WHEN 'objection.replied' THEN
              -- A reply that was changed since is kept beside the ledger only.
              CASE WHEN (l.facts->>'revision')::int = o.reply_revision THEN o.reply ELSE x.text END
            WHEN 'objection.answered' THEN o.answer
            WHEN 'entry.appealed' THEN e.appeal
            WHEN 'entry.appeal-answered' THEN e.appeal_answer
            ELSE x.text
          END,
          'hash', encode(sha256(convert_to(x.salt || E'\\n' || x.text, 'UTF8')), 'hex')
        ) AS actual
      FROM ledger_record l
      JOIN ledger_text x ON x.hash = l.facts->>'reasonHash'
      LEFT JOIN objection o ON l.kind IN ('objection.made','objection.replied','objection.answered')
        AND o.id::text = l.subject_id
      LEFT JOIN cohort_entry e ON l.kind IN ('entry.appealed','entry.appeal-answered') AND e.id::text = l.subject_id`,
  },
];
