import { newId, toGlobalId } from '../../src/lib/ids.js';
import { DIMENSIONS } from '../../src/vetting/vocabularies.js';
import type { Case, Cases } from './cases.queries.js';
import { assignmentOf, cohortIn, reviewOf, standing, type StandingCohort } from './world.vetting.js';
import type { Actor, World } from './world.js';

const fixed = (label: string, variables: Record<string, unknown> = {}): Case => ({
  label,
  call: () => ({ variables }),
});

/** Calls of every query of vetting. */
export function vettingQueryCases(w: World): Cases {
  const of = (type: string) =>
    Object.keys(w.ids)
      .filter((label) => label.startsWith(`${type} `))
      .map((label) => fixed(label.slice(type.length + 1), { id: w.ids[label] }));
  return {
    cohort: of('Cohort'),
    cohorts: [fixed('')],
    cohortEntry: of('CohortEntry'),
    poolRanking: [fixed(''), fixed('3562', { industry: '3562' })],
    gapCodes: [fixed('')],
    graduationFigures: [fixed('')],
    ledgerHeads: [fixed('')],
    ledgerKeys: [fixed('')],
    organisationFamilies: [fixed('')],
    reviewerDesk: [fixed('')],
    reviewers: [fixed('')],
    scoreAnchors: [fixed('')],
    supportServices: [fixed(''), fixed('inactive too', { filter: { inactiveToo: true } })],
  };
}

/** Calls of every mutation of vetting, each on a cohort of its own. */
export function vettingMutationCases(w: World): Cases {
  let serial = 0;
  const gid = (type: string, id: string) => toGlobalId(type, id);
  const on = (
    label: string,
    make: (actor: Actor) => Promise<Record<string, unknown>> | Record<string, unknown>,
    more: Partial<Case> = {},
  ): Case => ({
    label,
    call: async (actor) => ({ variables: { input: await make(actor) } }),
    ...more,
  });
  const alone = { alone: true } as const;
  /** There is one open cohort at a time. */
  const turns = (status: string) => (status === 'OPEN' ? alone : {});
  const later = () => new Date(w.t.app.clock().getTime() + 86_400_000).toISOString();
  const profile = { dimensions: [DIMENSIONS[0]] };
  /** A profile of nobody, or of the reviewer. */
  const reviewer = async (of: 'nobody' | 'REVIEWER'): Promise<string> => {
    const [row] = await w.t.sql<{ id: string }>(`SELECT id FROM reviewer WHERE account_id = $1`, [
      w.actors.REVIEWER.person!.accountId,
    ]);
    if (of === 'REVIEWER') return row!.id;
    const id = newId();
    const who = await w.s.person();
    await standing(w, [
      [
        'reviewer',
        { id, account_id: who.accountId, dimensions: [...DIMENSIONS], status: 'PENDING', created_at: w.t.app.clock() },
      ],
    ]);
    return id;
  };
  const cohort = (
    label: string,
    status: Parameters<typeof cohortIn>[1],
    input: (c: StandingCohort) => Record<string, unknown> = () => ({}),
  ): Case =>
    on(
      label,
      async () => {
        const c = await cohortIn(w, status);
        return { id: gid('Cohort', c.id), ...input(c) };
      },
      turns(status),
    );
  const withinCohort = (status: Parameters<typeof cohortIn>[1], input: Record<string, unknown>): Case =>
    on(status, async () => ({ cohortId: gid('Cohort', (await cohortIn(w, status)).id), ...input }), turns(status));
  const excluded = (appealed: boolean) => ({
    screen: 'EXCLUDED',
    screen_reasons: ['INCOMPLETE'],
    screened_at: w.t.app.clock(),
    ...(appealed && { appeal: 'it is complete', appealed_at: w.t.app.clock() }),
  });
  const entryIn = (
    label: string,
    status: Parameters<typeof cohortIn>[1],
    entry: () => Record<string, unknown>,
    input: Record<string, unknown>,
    institution = w.own,
  ): Case =>
    on(
      label,
      async () => ({
        entryId: gid('CohortEntry', (await cohortIn(w, status, { institution, entry: entry() })).entry),
        ...input,
      }),
      turns(status),
    );
  /** REVIEWER's assignment in a cohort under review. */
  const desk = async (status: 'ASSIGNED' | 'SUBMITTED' = 'ASSIGNED') => {
    const c = await cohortIn(w, 'REVIEWING');
    const id = await assignmentOf(w, c, await reviewer('REVIEWER'), { status });
    if (status === 'SUBMITTED') await reviewOf(w, id, 'SUBMITTED', {}, { salt: 'ab' });
    return { id, assignmentId: gid('DeskAssignment', id) };
  };
  const scores = DIMENSIONS.map((dimension) => ({ dimension, score: 3 }));
  const proposed = () => ({ proposal: 'ADMITTED', combined_score: 4, combined_se: 0.2, rank: 1 });
  const family = async () => {
    const parent = await w.s.organisation(w.stranger);
    return { parentId: parent.id, childId: (await w.s.organisation(w.stranger)).id, parent: parent.uuid };
  };
  const service = async () => {
    const id = newId();
    const at = w.t.app.clock();
    await standing(w, [
      [
        'support_service',
        {
          id,
          kind: 'PILOT_FACILITY',
          name: { en: 'a service' },
          gap_codes: [],
          active: true,
          created_at: at,
          updated_at: at,
        },
      ],
    ]);
    return gid('SupportService', id);
  };

  return {
    createCohort: [
      on(
        '',
        async () => {
          await w.t.sql(`UPDATE cohort SET status = 'FROZEN', frozen_at = now() WHERE status = 'OPEN'`);
          return { year: 2100 };
        },
        alone,
      ),
    ],
    updateCohort: [cohort('OPEN', 'OPEN', () => ({ settings: { noticeDays: 9 } })), cohort('FROZEN', 'FROZEN')],
    screenCohort: [cohort('OPEN', 'OPEN')],
    freezeCohort: [cohort('OPEN', 'OPEN')],
    unfreezeCohort: [
      on(
        'FROZEN',
        async () => {
          await w.t.sql(`UPDATE cohort SET status = 'FROZEN', frozen_at = now() WHERE status = 'OPEN'`);
          return { id: gid('Cohort', (await cohortIn(w, 'FROZEN')).id), reason: 'too early' };
        },
        alone,
      ),
    ],
    startReviewing: [cohort('FROZEN', 'FROZEN')],
    startPublicNotice: [cohort('REVIEWING', 'REVIEWING')],
    closeCohort: [cohort('PUBLIC_NOTICE', 'PUBLIC_NOTICE')],
    decideScreening: [entryIn('OPEN', 'OPEN', () => ({}), { count: false, reason: 'it is not one' })],
    appealExclusion: [
      entryIn('of OWN', 'OPEN', () => excluded(false), { text: 'it is one' }),
      entryIn('of OTHER', 'OPEN', () => excluded(false), { text: 'it is one' }, w.other),
    ],
    answerAppeal: [entryIn('OPEN', 'OPEN', () => excluded(true), { answer: 'it is not', uphold: false })],
    submitToCohort: [
      on(
        'REGISTERED',
        async () => {
          await cohortIn(w, 'OPEN');
          return { achievementId: gid('Achievement', await w.entry('REGISTERED')) };
        },
        alone,
      ),
    ],
    raiseObjection: [
      entryIn('proposed', 'PUBLIC_NOTICE', proposed, { reason: 'OTHER', text: 'it is not theirs' }),
      entryIn('not proposed', 'PUBLIC_NOTICE', () => ({ ...proposed(), proposal: 'NOT_ADMITTED' }), {
        reason: 'OTHER',
        text: 'it is not theirs',
      }),
    ],
    answerObjection: [
      on('', async () => {
        const c = await cohortIn(w, 'PUBLIC_NOTICE', { entry: proposed() });
        const id = newId();
        await standing(w, [
          [
            'objection',
            {
              id,
              cohort_id: c.id,
              entry_id: c.entry,
              account_id: w.stranger.accountId,
              reason_code: 'OTHER',
              text: 'it is not theirs',
              created_at: w.t.app.clock(),
            },
          ],
        ]);
        return { id: gid('Objection', id), answer: 'it is', outcome: 'REJECTED' };
      }),
    ],
    applyAsReviewer: [on('own', () => ({ profile }), { fresh: true })],
    createReviewer: [on('', async () => ({ email: (await w.s.person()).email, profile }))],
    inviteReviewer: [on('', () => ({ email: `invited.reviewer${(serial += 1)}@example.org` }))],
    updateReviewerProfile: [on('own', () => ({ profile: { maxLoad: 30 } }))],
    setReviewerDocuments: [on('own', () => ({ documents: [{ title: `A document ${(serial += 1)}` }], append: true }))],
    setReviewerStatus: [
      on('PENDING', async () => ({
        id: gid('Reviewer', await reviewer('nobody')),
        status: 'SUSPENDED',
        reason: 'unknown',
      })),
    ],
    declareTie: [
      on('own', () => ({ kind: 'ORGANISATION', relation: 'CONFLICT', organisationId: w.other.id, reason: 'a friend' })),
    ],
    retractDeclaration: [
      on('of REVIEWER', async () => {
        const id = newId();
        await standing(w, [
          [
            'reviewer_declaration',
            {
              id,
              reviewer_id: await reviewer('REVIEWER'),
              kind: 'ORGANISATION',
              relation: 'CONFLICT',
              organisation_id: w.unverified.uuid,
              declared_at: w.t.app.clock(),
            },
          ],
        ]);
        return { id: gid('ReviewerDeclaration', id) };
      }),
    ],
    assignReviewers: [withinCohort('FROZEN', { dueAt: later() }), withinCohort('OPEN', { dueAt: later() })],
    replaceAssignment: [
      on('of REVIEWER', async () => {
        const { id } = await desk();
        const other = await reviewer('nobody');
        await w.t.sql(`UPDATE reviewer SET status = 'ACTIVE' WHERE id = $1`, [other]);
        return { id: gid('Assignment', id), reviewerId: gid('Reviewer', other), reason: 'ill' };
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
        return { cohortId: gid('Cohort', c.id), round: 1, dueAt: later() };
      }),
    ],
    addOrganisationFamily: [
      on('', async () => {
        const { parentId, childId } = await family();
        return { parentId, childId };
      }),
    ],
    removeOrganisationFamily: [
      on('', async () => {
        const { parentId, childId } = await family();
        return { parentId, childId };
      }),
    ],
    setSupportService: [
      on('new', () => ({
        kind: 'PILOT_FACILITY',
        name: { en: `Service ${(serial += 1)}` },
        gapCodes: ['NO_PILOT_DATA'],
        active: true,
      })),
    ],
    removeSupportService: [on('', async () => ({ id: await service() }))],
  };
}
