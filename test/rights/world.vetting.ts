import { signHead } from '../../src/ledger/heads.js';
import { newId, toGlobalId } from '../../src/lib/ids.js';
import { DIMENSIONS } from '../../src/vetting/vocabularies.js';
import type { SeededOrganisation } from '../seed.js';
import { LISTERS, type Role } from './roles.js';
import { recordOf, type World } from './world.js';

type CohortStatus = 'OPEN' | 'FROZEN' | 'REVIEWING' | 'PUBLIC_NOTICE' | 'CLOSED';
const MARKET = 'MARKET_POTENTIAL';
const VALUE = 'ECONOMIC_VALUE';
let serial = 0;

/** Rows as they would stand at some point of a cohort's life, past the guards that let nobody jump there. */
export async function standing(
  w: World,
  rows: ReadonlyArray<readonly [table: string, row: Record<string, unknown>]>,
): Promise<void> {
  await w.t.app.dataSource.transaction(async (tx) => {
    await tx.query(`SET LOCAL session_replication_role = replica`);
    for (const [table, row] of rows) {
      const keys = Object.keys(row);
      await tx.query(
        `INSERT INTO ${table} (${keys.join(', ')}) VALUES (${keys.map((_, i) => `$${i + 1}`).join(', ')})`,
        keys.map((key) => row[key]),
      );
    }
  });
}

export interface StandingCohort {
  id: string;
  entry: string;
  achievement: string;
}

const ACHIEVEMENT = {
  OPEN: 'REGISTERED',
  FROZEN: 'UNDER_REVIEW',
  REVIEWING: 'UNDER_REVIEW',
  PUBLIC_NOTICE: 'UNDER_REVIEW',
  CLOSED: 'CULTIVATING',
} as const;

/** A cohort in a state, with one entry. There is one open at a time: the one before is frozen. */
export async function cohortIn(
  w: World,
  status: CohortStatus,
  {
    institution = w.own,
    entry = {},
    achievement,
  }: { institution?: SeededOrganisation; entry?: Record<string, unknown>; achievement?: string } = {},
): Promise<StandingCohort> {
  const id = newId();
  const entryId = newId();
  const at = w.t.app.clock();
  if (status === 'OPEN') await w.t.sql(`UPDATE cohort SET status = 'FROZEN', frozen_at = now() WHERE status = 'OPEN'`);
  const achievementId =
    achievement ??
    (await w.entry(ACHIEVEMENT[status], { institution, record: { technicalDetail: null, confidentialDetail: null } }));
  const weights = { MARKET_POTENTIAL: 0.35, ECONOMIC_VALUE: 0.3, TECHNICAL_CONTENT: 0.35 };
  const after = (...states: CohortStatus[]) => (states.includes(status) ? at : null);
  await standing(w, [
    [
      'cohort',
      {
        id,
        year: 2050,
        number: (serial += 1),
        name: { en: `Cohort ${serial}` },
        status,
        quota_rate: 0.2,
        weights,
        floors: { MARKET_POTENTIAL: 2, ECONOMIC_VALUE: 2, TECHNICAL_CONTENT: 2 },
        min_reviews: 3,
        reviewer_load: 40,
        notice_days: 7,
        validity_months: 24,
        double_share: 0,
        blind: true,
        tie_rule: ['ENTRY_ID'],
        created_at: at,
        frozen_at: status === 'OPEN' ? null : at,
        reviewing_at: after('REVIEWING', 'PUBLIC_NOTICE', 'CLOSED'),
        notice_at: after('PUBLIC_NOTICE', 'CLOSED'),
        notice_ends_at:
          after('PUBLIC_NOTICE', 'CLOSED') && new Date(at.getTime() + (status === 'CLOSED' ? 0 : 86_400_000)),
        closed_at: after('CLOSED'),
        registered_count: status === 'OPEN' ? 0 : 10,
        quota: status === 'OPEN' ? 0 : 2,
        admitted_count: 0,
      },
    ],
    [
      'cohort_entry',
      {
        id: entryId,
        cohort_id: id,
        achievement_id: achievementId,
        institution_id: institution.uuid,
        revision: 1,
        evidence_revision: 'ab',
        industry_code: '35',
        entered_at: at,
        screen: 'COUNTED',
        ...entry,
      },
    ],
  ]);
  return { id, entry: entryId, achievement: achievementId };
}

/** An assignment; gives its UUID. */
export async function assignmentOf(
  w: World,
  cohort: StandingCohort,
  reviewer: string,
  row: Record<string, unknown> = {},
): Promise<string> {
  const id = newId();
  const at = w.t.app.clock();
  await standing(w, [
    [
      'assignment',
      {
        id,
        cohort_id: cohort.id,
        entry_id: cohort.entry,
        reviewer_id: reviewer,
        panel: 1,
        round: 0,
        dimensions: [...DIMENSIONS],
        status: 'ASSIGNED',
        assigned_at: at,
        due_at: new Date(at.getTime() + 86_400_000),
        ...row,
      },
    ],
  ]);
  return id;
}

/** A review of every dimension; the rationale of the first dimension may be given to the lister. */
export async function reviewOf(
  w: World,
  assignment: string,
  status: 'DRAFT' | 'SUBMITTED',
  rationales: Record<string, string>,
  row: Record<string, unknown> = {},
): Promise<string> {
  const id = newId();
  const at = w.t.app.clock();
  const scores = Object.fromEntries(DIMENSIONS.map((dimension) => [dimension, 2]));
  await standing(w, [
    [
      'review',
      {
        id,
        assignment_id: assignment,
        version: 1,
        status,
        scores,
        rationales,
        confidence: 3,
        gap_codes: ['NO_PILOT_DATA'],
        updated_at: at,
        submitted_at: status === 'DRAFT' ? null : at,
        ...row,
      },
    ],
  ]);
  return id;
}

/** Adds what vetting holds: cohorts in every state, two reviewers who judge the same entries, figures, objections, services. */
export async function addVetting(w: World): Promise<void> {
  const {
    ids,
    markers: { mark },
    actors,
    t,
  } = w;
  const at = t.app.clock();
  const insiders = [...LISTERS, 'OPERATOR'] as Role[];
  const gid = (label: string, type: string, id: string) => void (ids[label] = toGlobalId(type, id));

  // Two reviewers, and what they say of themselves.
  const profiles = {} as Record<'REVIEWER' | 'OTHER_REVIEWER', string>;
  for (const role of ['REVIEWER', 'OTHER_REVIEWER'] as const) {
    const readers: Role[] = [role, 'OPERATOR'];
    const id = (profiles[role] = newId());
    const declaration = newId();
    await standing(w, [
      [
        'reviewer',
        {
          id,
          account_id: actors[role].person!.accountId,
          organisation_id: w.investor.uuid,
          statement: { en: mark(`reviewer.statement of ${role}`, readers) },
          dimensions: [...DIMENSIONS],
          orcid: mark(`reviewer.orcid of ${role}`, readers),
          status: 'ACTIVE',
          created_at: at,
        },
      ],
      ['reviewer_industry', { reviewer_id: id, industry_code: '35' }],
      [
        'reviewer_document',
        {
          id: newId(),
          reviewer_id: id,
          title: mark(`reviewer_document.title of ${role}`, readers),
          abstract: mark(`reviewer_document.abstract of ${role}`, readers),
          year: 2020,
          position: 1,
        },
      ],
      [
        'reviewer_declaration',
        {
          id: declaration,
          reviewer_id: id,
          kind: 'PERSON',
          relation: 'CONFLICT',
          orcid: mark(`reviewer_declaration.orcid of ${role}`, readers),
          reason: mark(`reviewer_declaration.reason of ${role}`, readers),
          declared_at: at,
        },
      ],
    ]);
    gid(`Reviewer of ${role}`, 'Reviewer', id);
    gid(`ReviewerDeclaration of ${role}`, 'ReviewerDeclaration', declaration);
  }
  await standing(w, [['organisation_family', { parent_id: w.investor.uuid, child_id: w.other.uuid }]]);

  // Open: one excluded entry with its appeal.
  const open = await cohortIn(w, 'OPEN', {
    entry: {
      screen: 'EXCLUDED',
      screen_reasons: ['OPERATOR'],
      screen_by: 'OPERATOR',
      screened_at: at,
      screen_note: mark('cohort_entry.screen_note', insiders),
      appeal: mark('cohort_entry.appeal', insiders),
      appealed_at: at,
      appeal_answer: mark('cohort_entry.appeal_answer', insiders),
      appeal_upheld: false,
      appeal_answered_at: at,
    },
  });
  gid('Cohort OPEN', 'Cohort', open.id);
  gid('CohortEntry EXCLUDED', 'CohortEntry', open.entry);

  // Under review, blind: who judges sees the content and not whose it is.
  const whose = new Set(['inventors', 'externalId', 'registrationNo', 'ipRights']);
  const judged = await w.entry('UNDER_REVIEW', {
    record: recordOf(
      (field) =>
        mark(
          `achievement.${field} of what is judged`,
          whose.has(field) ? insiders : [...insiders, 'REVIEWER', 'OTHER_REVIEWER'],
        ),
      `J${(serial += 1)}`,
    ),
  });
  await w.evidence(judged, 'NDA', mark('evidence NDA of what is judged', [...insiders, 'REVIEWER', 'OTHER_REVIEWER']));
  const reviewing = await cohortIn(w, 'REVIEWING', { achievement: judged });
  gid('Cohort REVIEWING', 'Cohort', reviewing.id);
  gid('CohortEntry REVIEWING', 'CohortEntry', reviewing.entry);
  const own = await assignmentOf(w, reviewing, profiles.REVIEWER);
  gid('Assignment', 'Assignment', own);
  gid('DeskAssignment', 'DeskAssignment', own);
  const drafted = { [MARKET]: mark('review.rationales in a draft', ['REVIEWER']) };
  gid('Review DRAFT', 'Review', await reviewOf(w, own, 'DRAFT', drafted));
  const others = await assignmentOf(w, reviewing, profiles.OTHER_REVIEWER, { status: 'SUBMITTED' });
  gid(
    'Review of OTHER_REVIEWER',
    'Review',
    await reviewOf(
      w,
      others,
      'SUBMITTED',
      { [MARKET]: mark('review.rationales of OTHER_REVIEWER, under review', ['OTHER_REVIEWER']) },
      { salt: 'cd', shared: [MARKET] },
    ),
  );
  const third = newId();
  const [run, fit] = [newId(), newId()];
  await standing(w, [
    ['reviewer', { id: third, account_id: null, dimensions: [...DIMENSIONS], status: 'SUSPENDED', created_at: at }],
    ['conflict', { cohort_id: reviewing.id, entry_id: reviewing.entry, reviewer_id: third, reasons: ['DECLARED'] }],
    [
      'assignment',
      {
        id: newId(),
        cohort_id: reviewing.id,
        entry_id: reviewing.entry,
        reviewer_id: third,
        panel: 1,
        round: 0,
        dimensions: [...DIMENSIONS],
        status: 'WITHDRAWN',
        status_reason: mark('assignment.status_reason', ['OPERATOR']),
        assigned_at: at,
        ended_at: at,
      },
    ],
    [
      'assignment_run',
      {
        id: run,
        cohort_id: reviewing.id,
        round: 0,
        status: 'FAILED',
        phase: mark('assignment_run.phase', ['OPERATOR']),
        fault: mark('assignment_run.fault', ['OPERATOR']),
        due_at: at,
        created_at: at,
        quality: { [mark('assignment_run.quality', ['OPERATOR'])]: {} },
        unmet: JSON.stringify([
          {
            entryId: reviewing.entry,
            dimensions: [...DIMENSIONS],
            panel: 1,
            missing: 1,
            reasons: [{ reason: 'CONFLICT', reviewers: 1 }],
          },
        ]),
      },
    ],
    [
      'boundary_round',
      {
        id: newId(),
        cohort_id: reviewing.id,
        round: 1,
        budget: 1,
        bound: 0.1,
        expected_change: 0.2,
        stop: false,
        inputs_hash: 'ab',
        wishes: JSON.stringify([{ entryId: reviewing.entry, dimensions: [...DIMENSIONS], reviews: 1 }]),
        created_at: at,
      },
    ],
    [
      'fit',
      {
        id: fit,
        cohort_id: reviewing.id,
        kind: 'INTERIM',
        inputs_hash: mark('fit.inputs_hash of an interim one', ['OPERATOR']),
        parameters: { [mark('fit.parameters of an interim one', ['OPERATOR'])]: 1 },
        at,
      },
    ],
    [
      'reviewer_figure',
      {
        fit_id: fit,
        reviewer_id: profiles.REVIEWER,
        dimension: MARKET,
        severity: 0.5,
        severity_se: 0.1,
        agreement: 0.9,
        reviews: 3,
      },
    ],
  ]);
  gid('AssignmentRun', 'AssignmentRun', run);
  gid('FitReport INTERIM', 'FitReport', fit);

  // On public notice, with an objection by PERSON.
  const notice = await cohortIn(w, 'PUBLIC_NOTICE', {
    entry: { proposal: 'ADMITTED', combined_score: 4.1, combined_se: 0.2, rank: 1 },
  });
  gid('Cohort PUBLIC_NOTICE', 'Cohort', notice.id);
  gid('CohortEntry PUBLIC_NOTICE', 'CohortEntry', notice.entry);
  const objection = newId();
  await standing(w, [
    [
      'objection',
      {
        id: objection,
        cohort_id: notice.id,
        entry_id: notice.entry,
        account_id: actors.PERSON.person!.accountId,
        reason_code: 'OTHER',
        text: mark('objection.text', ['PERSON', ...insiders]),
        created_at: at,
        outcome: 'REJECTED',
        answer: mark('objection.answer', ['PERSON', ...insiders]),
        answered_at: at,
      },
    ],
  ]);
  gid('Objection', 'Objection', objection);

  // Closed: one not admitted, for the second time, with what its institution may read; and one in the pool.
  const figures = (entry: string, fitId: string) =>
    DIMENSIONS.map(
      (dimension) =>
        [
          'assessment',
          {
            entry_id: entry,
            dimension,
            fit_id: fitId,
            score: 3,
            se: 0.2,
            reviews: 3,
            comparable: true,
            industry_percentile: 50,
          },
        ] as const,
    );
  const earlier = await cohortIn(w, 'CLOSED', {
    entry: {
      proposal: 'NOT_ADMITTED',
      decision: 'NOT_ADMITTED',
      decision_reason: 'QUOTA',
      combined_score: 2,
      combined_se: 0.2,
      rank: 3,
    },
  });
  const closed = await cohortIn(w, 'CLOSED', {
    achievement: earlier.achievement,
    entry: {
      proposal: 'NOT_ADMITTED',
      decision: 'NOT_ADMITTED',
      decision_reason: 'QUOTA',
      combined_score: 3,
      combined_se: 0.2,
      rank: 2,
      previous_entry_id: earlier.entry,
    },
  });
  gid('Cohort CLOSED', 'Cohort', closed.id);
  gid('CohortEntry NOT_ADMITTED', 'CohortEntry', closed.entry);
  const admitted = await w.entry('ADMITTED');
  const [good, passport, first, last] = [newId(), newId(), newId(), newId()];
  const interval = (value: number) => ({ value, low: value - 0.1, high: value + 0.1 });
  await standing(w, [
    [
      'cohort_entry',
      {
        id: good,
        cohort_id: closed.id,
        achievement_id: admitted,
        institution_id: w.own.uuid,
        revision: 1,
        evidence_revision: 'ab',
        industry_code: '35',
        entered_at: at,
        screen: 'COUNTED',
        proposal: 'ADMITTED',
        decision: 'ADMITTED',
        combined_score: 4.2,
        combined_se: 0.2,
        rank: 1,
      },
    ],
    ['fit', { id: first, cohort_id: earlier.id, kind: 'FINAL', inputs_hash: 'ab', parameters: {}, at }],
    [
      'fit',
      {
        id: last,
        cohort_id: closed.id,
        kind: 'FINAL',
        inputs_hash: 'cd',
        parameters: {},
        reliability: Object.fromEntries(
          DIMENSIONS.map((dimension) => [dimension, { units: 2, alpha: interval(0.7), icc: interval(0.7) }]),
        ),
        at,
      },
    ],
    ...figures(earlier.entry, first),
    ...figures(closed.entry, last),
    ...figures(good, last),
    [
      'reviewer_figure',
      {
        fit_id: last,
        reviewer_id: profiles.REVIEWER,
        dimension: MARKET,
        severity: -0.5,
        severity_se: 0.1,
        agreement: 0.9,
        reviews: 3,
      },
    ],
    [
      'score_passport',
      {
        id: passport,
        achievement_id: admitted,
        cohort_id: closed.id,
        entry_id: good,
        axes: Object.fromEntries(
          DIMENSIONS.map((dimension) => [
            dimension,
            { score: 4.2, se: 0.2, reviews: 3, percentile: 90, comparable: true },
          ]),
        ),
        weights: { MARKET_POTENTIAL: 0.35, ECONOMIC_VALUE: 0.3, TECHNICAL_CONTENT: 0.35 },
        score: 4.2,
        se: 0.2,
        industry_codes: ['C', '35', '356', '3562'],
        revision: 1,
        evidence_revision: 'ab',
        issued_at: at,
        expires_at: new Date(at.getTime() + 1e10),
      },
    ],
    [
      'pool_rank',
      {
        achievement_id: admitted,
        passport_id: passport,
        position: 1,
        score: 4.2,
        industry_codes: ['C', '35', '356', '3562'],
      },
    ],
    [
      'cultivation_gap',
      { entry_id: closed.entry, dimension: 'TECHNICAL_CONTENT', code: 'NO_PILOT_DATA', source: 'REVIEW', reviewers: 2 },
    ],
    [
      'cultivation_gap',
      { entry_id: earlier.entry, dimension: 'TECHNICAL_CONTENT', code: 'IP_NOT_FILED', source: 'REVIEW', reviewers: 1 },
    ],
    [
      'cultivation_neighbour',
      { entry_id: closed.entry, position: 1, achievement_id: admitted, similarity: 0.5, same_division: true },
    ],
  ]);
  gid('CohortEntry ADMITTED', 'CohortEntry', good);
  gid('ScorePassport', 'ScorePassport', passport);
  gid('FitReport FINAL', 'FitReport', last);
  gid('Achievement NOT_ADMITTED', 'Achievement', closed.achievement);
  const past = await assignmentOf(w, closed, profiles.REVIEWER, { status: 'SUBMITTED' });
  gid('DeskAssignment CLOSED', 'DeskAssignment', past);
  gid(
    'Review SUBMITTED',
    'Review',
    await reviewOf(
      w,
      past,
      'SUBMITTED',
      {
        [MARKET]: mark('review.rationales that the lister may read', ['REVIEWER', ...insiders]),
        [VALUE]: mark('review.rationales', ['REVIEWER']),
      },
      {
        shared: [MARKET],
        version: 2,
        correction_reason: mark('review.correction_reason', ['REVIEWER']),
        salt: mark('review.salt', []),
      },
    ),
  );

  // Services: what was taken off the list is for operators.
  for (const active of [true, false]) {
    const id = newId();
    const text = (column: string) =>
      active ? 'help' : mark(`support_service.${column} of one taken off`, ['OPERATOR']);
    await standing(w, [
      [
        'support_service',
        {
          id,
          kind: 'PILOT_FACILITY',
          name: { en: text('name') },
          description: { en: text('description') },
          url: `https://example.org/${text('url')}`,
          organisation_id: w.other.uuid,
          region_code: '620100',
          gap_codes: ['NO_PILOT_DATA'],
          active,
          created_at: at,
          updated_at: at,
        },
      ],
    ]);
    gid(`SupportService ${active ? 'ACTIVE' : 'INACTIVE'}`, 'SupportService', id);
  }
  await t.app.dataSource.transaction((tx) => signHead(tx, t.app, closed.id));
  for (const { private_key } of await t.sql<{ private_key: string }>(`SELECT private_key FROM ledger_key`))
    w.markers.adopt('ledger_key.private_key', private_key);
}
