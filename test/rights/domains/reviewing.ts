import { fromGlobalId, newId, toGlobalId } from '../../../src/lib/ids.js';
import { DIMENSIONS } from '../../../src/vetting/vocabularies.js';
import { fixed, on, REFUSED } from '../cases.js';
import { recordOf } from '../records.js';
import { LISTERS, type Role } from '../roles.js';
import type { Case, Cases, RightsDomain, Subject, Ways, World } from '../types.js';
import { assignmentOf, cohortIn, MARKET, reviewOf, standing, turns } from '../vetting.rows.js';
import { reviewerOf } from './reviewers.js';

/** Adds two reviewers who judge the same entry of a cohort under review. */
async function fill(w: World): Promise<void> {
  const {
    ids,
    markers: { mark },
    t,
  } = w;
  const at = t.app.clock();
  const insiders = [...LISTERS, 'OPERATOR'] as Role[];
  const gid = (label: string, type: string, id: string) => void (ids[label] = toGlobalId(type, id));

  // Blind review: reviewers see the entry's content but not its institution and inventors.
  const whose = new Set(['inventors', 'externalId', 'registrationNo', 'ipRights']);
  const judged = await w.entry('UNDER_REVIEW', {
    record: recordOf(
      (field) =>
        mark(
          `achievement.${field} of what is judged`,
          whose.has(field) ? insiders : [...insiders, 'REVIEWER', 'OTHER_REVIEWER'],
        ),
      `J${w.serial()}`,
    ),
  });
  await w.evidence(judged, 'NDA', mark('evidence NDA of what is judged', [...insiders, 'REVIEWER', 'OTHER_REVIEWER']));
  const reviewing = await cohortIn(w, 'REVIEWING', { achievement: judged });
  gid('Cohort REVIEWING', 'Cohort', reviewing.id);
  gid('CohortEntry REVIEWING', 'CohortEntry', reviewing.entry);
  const own = await assignmentOf(w, reviewing, fromGlobalId(ids['Reviewer of REVIEWER']!)!.key);
  gid('Assignment', 'Assignment', own);
  gid('DeskAssignment', 'DeskAssignment', own);
  const drafted = { [MARKET]: mark('review.rationales in a draft', ['REVIEWER']) };
  gid('Review DRAFT', 'Review', await reviewOf(w, own, 'DRAFT', drafted));
  const others = await assignmentOf(w, reviewing, fromGlobalId(ids['Reviewer of OTHER_REVIEWER']!)!.key, {
    status: 'SUBMITTED',
  });
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
        reviewer_id: fromGlobalId(ids['Reviewer of REVIEWER']!)!.key,
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
}

function subjects({ node, below, plain }: Ways): Subject[] {
  const cohort = 'cohort(id: $id)';
  return [
    below('ReviewProgress', 'REVIEWING', 'Cohort REVIEWING', cohort, 'reviewProgress'),
    below('ConflictPair', 'REVIEWING', 'Cohort REVIEWING', cohort, 'conflicts', 'nodes'),
    below('BoundaryRound', 'REVIEWING', 'Cohort REVIEWING', cohort, 'boundaryRounds'),
    below('UnfilledPanel', 'REVIEWING', 'Cohort REVIEWING', cohort, 'assignmentRun', 'unmet'),
    node('FitReport', 'INTERIM'),
    node('FitReport', 'FINAL'),
    node('AssignmentRun'),
    node('Assignment'),
    node('DeskAssignment'),
    node('DeskAssignment', 'CLOSED'),
    {
      type: 'BlindedAchievement',
      label: 'REVIEWING',
      steps: ['node(id: $id)', 'achievement'],
      within: 'DeskAssignment',
      variables: node('DeskAssignment').variables,
    },
    node('Review', 'DRAFT'),
    node('Review', 'SUBMITTED'),
    node('Review', 'of OTHER_REVIEWER'),
    plain('ReviewerDesk', '', 'reviewerDesk'),
    plain('ScoreAnchor', '', 'scoreAnchors'),
  ];
}

const queries = (): Cases => ({
  reviewerDesk: [fixed('')],
  scoreAnchors: [fixed('')],
});

/** Functions that create the objects on which mutations of reviewing act. */
function makers(w: World) {
  const reviewer = (of: 'nobody' | 'REVIEWER') => reviewerOf(w, of);
  const withinCohort = (status: Parameters<typeof cohortIn>[1], input: Record<string, unknown>): Case =>
    on(
      status,
      async () => ({ cohortId: toGlobalId('Cohort', (await cohortIn(w, status)).id), ...input }),
      turns(status),
    );
  /** Creates an assignment of REVIEWER in a cohort under review. */
  const desk = async (status: 'ASSIGNED' | 'SUBMITTED' = 'ASSIGNED') => {
    const c = await cohortIn(w, 'REVIEWING');
    const id = await assignmentOf(w, c, await reviewer('REVIEWER'), { status });
    if (status === 'SUBMITTED') await reviewOf(w, id, 'SUBMITTED', {}, { salt: 'ab' });
    return { id, assignmentId: toGlobalId('DeskAssignment', id) };
  };
  const scores = DIMENSIONS.map((dimension) => ({ dimension, score: 3 }));
  return { reviewer, withinCohort, desk, scores };
}

function mutations(w: World): Cases {
  const { reviewer, withinCohort, desk, scores } = makers(w);
  const later = () => new Date(w.t.app.clock().getTime() + 86_400_000).toISOString();
  return {
    assignReviewers: [withinCohort('FROZEN', { dueAt: later() }), withinCohort('OPEN', { dueAt: later() })],
    replaceAssignment: [
      on('of REVIEWER', async () => {
        const { id } = await desk();
        const other = await reviewer('nobody');
        await w.t.sql(`UPDATE reviewer SET status = 'ACTIVE' WHERE id = $1`, [other]);
        return { id: toGlobalId('Assignment', id), reviewerId: toGlobalId('Reviewer', other), reason: 'ill' };
      }),
    ],
    declineAssignment: [on('of REVIEWER', async () => ({ id: (await desk()).assignmentId, reason: 'no time' }))],
    saveReviewDraft: [on('of REVIEWER', async () => ({ assignmentId: (await desk()).assignmentId, scores }))],
    submitReview: [
      on('of REVIEWER', async () => ({ assignmentId: (await desk()).assignmentId, scores, confidence: 3 })),
      on('of REVIEWER, submitted', async () => ({
        assignmentId: (await desk('SUBMITTED')).assignmentId,
        scores,
        confidence: 3,
      })),
    ],
    correctReview: [
      on('of REVIEWER', async () => ({
        assignmentId: (await desk('SUBMITTED')).assignmentId,
        scores,
        confidence: 3,
        reason: 'a slip',
      })),
    ],
    fitCohort: [withinCohort('REVIEWING', {})],
    proposeBoundaryRound: [withinCohort('REVIEWING', { budget: 3, bound: 0.1 })],
    assignBoundaryRound: [
      on('REVIEWING', async () => {
        const c = await cohortIn(w, 'REVIEWING');
        await standing(w, [
          [
            'boundary_round',
            {
              id: newId(),
              cohort_id: c.id,
              round: 1,
              budget: 1,
              bound: 0.1,
              expected_change: 0.2,
              stop: false,
              inputs_hash: 'ab',
              wishes: JSON.stringify([{ entryId: c.entry, dimensions: [...DIMENSIONS], reviews: 1 }]),
              created_at: w.t.app.clock(),
            },
          ],
        ]);
        return { cohortId: toGlobalId('Cohort', c.id), round: 1, dueAt: later() };
      }),
    ],
  };
}

/** Assignments and reviews, and the figures computed from them. */
export const reviewing: RightsDomain = {
  fill,
  subjects,
  queries,
  mutations,
  valueTypes: {
    DimensionReliability: 'figures of a cohort, as visible as the field that gives them',
    DimensionScore: 'a part of a review, as visible as the review',
    ScoreAxis: 'a part of a score, as visible as the field that gives it',
    DeskCooperation: 'a part of what is judged, as visible as that',
    DeskIpRight: 'a part of what is judged, as visible as that',
    DeskEvidence: 'a part of what is judged, as visible as that',
    UnmetReasonCount: 'a figure of a run, as visible as the run',
    MissingReviewPart: REFUSED,
    AssignmentIncomplete: REFUSED,
    ConflictOfInterest: REFUSED,
    ReviewAlreadySubmitted: REFUSED,
    ReviewIncomplete: REFUSED,
  },
  unmarked: {
    'a code of a closed list': [
      'assignment.dimensions',
      'assignment.entry_region',
      'assignment.reviewer_region',
      'assignment.status',
      'assignment_run.status',
      'conflict.reasons',
      'fit.kind',
      'review.gap_codes',
      'review.shared',
      'review.status',
      'reviewer_figure.dimension',
    ],
    'figures under fixed names; who sees them stands in the table of rights': ['fit.reliability', 'review.scores'],
    'ids and codes of a run': ['assignment_run.unmet', 'boundary_round.wishes'],
    'a digest that gives nothing away': ['boundary_round.inputs_hash'],
  },
};
