import { newId, toGlobalId } from '../../../src/lib/ids.js';
import { fixed, on, REFUSED } from '../cases.js';
import { LISTERS, type Role } from '../roles.js';
import type { SeededOrganisation } from '../../seed.js';
import type { Case, Cases, RightsDomain, Subject, Ways, World } from '../types.js';
import { cohortIn, standing, turns, type StandingCohort } from '../vetting.rows.js';

/** Adds an open cohort and one on public notice, with entries and objections. */
async function fill(w: World): Promise<void> {
  const {
    ids,
    markers: { mark },
    actors,
    t,
  } = w;
  const at = t.app.clock();
  const insiders = [...LISTERS, 'OPERATOR'] as Role[];
  const gid = (label: string, type: string, id: string) => void (ids[label] = toGlobalId(type, id));

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
        reply: mark('objection.reply', ['PERSON', ...insiders]),
        replied_at: at,
        reply_revision: 1,
      },
    ],
  ]);
  gid('Objection', 'Objection', objection);

  // An objection by the reviewer that waits for its answer, with the institution's reply.
  const waiting = newId();
  await standing(w, [
    [
      'objection',
      {
        id: waiting,
        cohort_id: notice.id,
        entry_id: notice.entry,
        account_id: actors.REVIEWER.person!.accountId,
        reason_code: 'OTHER',
        text: mark('objection.text of one that waits', ['REVIEWER', ...insiders]),
        created_at: at,
        reply: mark('objection.reply to one that waits', insiders),
        replied_at: at,
        reply_revision: 1,
      },
    ],
  ]);
  gid('Objection waiting', 'Objection', waiting);

  const withdrawal = newId();
  await standing(w, [
    [
      'entry_withdrawal',
      {
        id: withdrawal,
        cohort_id: notice.id,
        entry_id: notice.entry,
        account_id: actors.PERSON.person!.accountId,
        reason: mark('entry_withdrawal.reason', ['PERSON', ...insiders]),
        requested_at: at,
        outcome: 'REFUSED',
        answer: mark('entry_withdrawal.answer', ['PERSON', ...insiders]),
        answered_at: at,
      },
    ],
  ]);
  gid('EntryWithdrawal', 'EntryWithdrawal', withdrawal);
}

function subjects({ node, below }: Ways): Subject[] {
  const cohort = 'cohort(id: $id)';
  const entry = 'cohortEntry(id: $id)';
  return [
    ...['OPEN', 'REVIEWING', 'PUBLIC_NOTICE', 'CLOSED'].map((label) =>
      below('Cohort', label, `Cohort ${label}`, cohort),
    ),
    ...['EXCLUDED', 'REVIEWING', 'PUBLIC_NOTICE', 'NOT_ADMITTED', 'ADMITTED'].map((label) =>
      below('CohortEntry', label, `CohortEntry ${label}`, entry),
    ),
    below('CohortCounts', 'REVIEWING', 'Cohort REVIEWING', cohort, 'counts'),
    below('CohortProgress', 'REVIEWING', 'Cohort REVIEWING', cohort, 'progress'),
    below('ScreenAppeal', 'EXCLUDED', 'CohortEntry EXCLUDED', entry, 'appeal'),
    below('EntryChange', 'NOT_ADMITTED', 'CohortEntry NOT_ADMITTED', entry, 'change'),
    node('Objection'),
    node('Objection', 'waiting'),
    node('EntryWithdrawal'),
  ];
}

function queries(w: World): Cases {
  const of = (type: string) =>
    Object.keys(w.ids)
      .filter((label) => label.startsWith(`${type} `))
      .map((label) => fixed(label.slice(type.length + 1), { id: w.ids[label] }));
  return {
    cohort: of('Cohort'),
    cohorts: [fixed('')],
    cohortEntry: of('CohortEntry'),
  };
}

function mutations(w: World): Cases {
  const cohort = (
    label: string,
    status: Parameters<typeof cohortIn>[1],
    input: (c: StandingCohort) => Record<string, unknown> = () => ({}),
  ): Case =>
    on(
      label,
      async () => {
        const c = await cohortIn(w, status);
        return { id: toGlobalId('Cohort', c.id), ...input(c) };
      },
      turns(status),
    );
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
        entryId: toGlobalId('CohortEntry', (await cohortIn(w, status, { institution, entry: entry() })).entry),
        ...input,
      }),
      turns(status),
    );
  const proposed = () => ({ proposal: 'ADMITTED', combined_score: 4, combined_se: 0.2, rank: 1 });
  const alone = { alone: true };
  const objected = (
    label: string,
    institution: SeededOrganisation,
    input: Record<string, unknown>,
    byActor = false,
  ): Case =>
    on(label, async (actor) => {
      const c = await cohortIn(w, 'PUBLIC_NOTICE', { institution, entry: proposed() });
      const id = newId();
      await standing(w, [
        [
          'objection',
          {
            id,
            cohort_id: c.id,
            entry_id: c.entry,
            account_id: (byActor && actor.person?.accountId) || w.stranger.accountId,
            reason_code: 'OTHER',
            text: 'it is not theirs',
            created_at: w.t.app.clock(),
          },
        ],
      ]);
      return { id: toGlobalId('Objection', id), ...input };
    });
  return {
    createCohort: [
      on(
        '',
        async () => {
          await w.t.sql(`UPDATE cohort SET status = 'FROZEN', frozen_at = now() WHERE status = 'OPEN'`);
          return { year: 2027 };
        },
        alone,
      ),
    ],
    updateCohort: [cohort('OPEN', 'OPEN', () => ({ settings: { noticeDays: 9 } })), cohort('FROZEN', 'FROZEN')],
    deleteCohort: [cohort('OPEN', 'OPEN'), cohort('FROZEN', 'FROZEN')],
    screenCohort: [cohort('OPEN', 'OPEN')],
    freezeCohort: [cohort('OPEN', 'OPEN')],
    unfreezeCohort: [
      on(
        'FROZEN',
        async () => {
          await w.t.sql(`UPDATE cohort SET status = 'FROZEN', frozen_at = now() WHERE status = 'OPEN'`);
          return { id: toGlobalId('Cohort', (await cohortIn(w, 'FROZEN')).id), reason: 'too early' };
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
          return { achievementId: toGlobalId('Achievement', await w.entry('REGISTERED')) };
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
    replyToObjection: [
      objected('of OWN', w.own, { reply: 'it is' }),
      objected('of OTHER', w.other, { reply: 'it is' }),
      objected('of OWN by the author', w.own, { reply: 'it is' }, true),
    ],
    requestWithdrawal: [
      entryIn('counted', 'REVIEWING', () => ({}), { reason: 'a fault in the data' }),
      entryIn('closed', 'CLOSED', () => ({}), { reason: 'a fault in the data' }),
    ],
    answerWithdrawal: [
      on('', async () => {
        const c = await cohortIn(w, 'REVIEWING', { institution: w.own });
        const id = newId();
        await standing(w, [
          [
            'entry_withdrawal',
            {
              id,
              cohort_id: c.id,
              entry_id: c.entry,
              account_id: w.stranger.accountId,
              reason: 'a fault in the data',
              requested_at: w.t.app.clock(),
            },
          ],
        ]);
        return { id: toGlobalId('EntryWithdrawal', id), outcome: 'REFUSED', answer: 'it stays' };
      }),
    ],
    answerObjection: [objected('', w.own, { answer: 'it is', outcome: 'REJECTED' })],
  };
}

/** Cohorts from opening to closing, with entries, appeals and objections. */
export const cohorts: RightsDomain = {
  fill,
  subjects,
  queries,
  mutations,
  valueTypes: {
    DimensionValue: 'a number, as visible as the field that gives it',
    IntervalEstimate: 'a number with its interval, as visible as the field that gives it',
    DimensionProgress: 'figures of a cohort, as visible as the progress',
    ScreenReasonCount: 'a figure, as visible as the cohort’s counts',
    AxisChange: 'figures, as visible as the change',
    AppealsOpen: REFUSED,
    CohortNotOpen: REFUSED,
    NoticePeriodRunning: REFUSED,
    ObjectionsOpen: REFUSED,
    QuotaExceeded: REFUSED,
    ReviewsIncomplete: REFUSED,
    ScreenChanged: REFUSED,
    ScreenChange: REFUSED,
    WithdrawalsOpen: REFUSED,
  },
  unmarked: {
    'a code of a closed list': [
      'cohort.status',
      'cohort.tie_rule',
      'cohort_entry.decision',
      'cohort_entry.decision_reason',
      'cohort_entry.industry_code',
      'cohort_entry.proposal',
      'cohort_entry.screen',
      'cohort_entry.screen_by',
      'cohort_entry.screen_reasons',
      'entry_withdrawal.outcome',
      'objection.outcome',
      'objection.reason_code',
    ],
    'figures under fixed names; who sees them stands in the table of rights': ['cohort.floors', 'cohort.weights'],
    'a digest, shown to those who may read evidence of every tier': ['cohort_entry.evidence_revision'],
    'public: facts of a cohort': ['cohort.name'],
  },
};
