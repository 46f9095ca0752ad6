import { signHead } from '../../../src/ledger/heads.js';
import { fromGlobalId, newId, toGlobalId } from '../../../src/lib/ids.js';
import { DIMENSIONS } from '../../../src/vetting/vocabularies.js';
import { fixed } from '../cases.js';
import { LISTERS, type Role } from '../roles.js';
import type { Cases, RightsDomain, Subject, Ways, World } from '../types.js';
import { assignmentOf, cohortIn, MARKET, reviewOf, standing } from '../vetting.rows.js';

const VALUE = 'ECONOMIC_VALUE';

/** Adds a closed cohort with one entry in the pool and one entry that was not admitted for the second time. */
async function fill(w: World): Promise<void> {
  const {
    ids,
    markers: { mark },
    t,
  } = w;
  const at = t.app.clock();
  const insiders = [...LISTERS, 'OPERATOR'] as Role[];
  const gid = (label: string, type: string, id: string) => void (ids[label] = toGlobalId(type, id));

  const judge = fromGlobalId(ids['Reviewer of REVIEWER']!)!.key;
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
        reviewer_id: judge,
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
  const past = await assignmentOf(w, closed, judge, { status: 'SUBMITTED' });
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

  await t.app.dataSource.transaction((tx) => signHead(tx, t.app, closed.id));
  for (const { private_key } of await t.sql<{ private_key: string }>(`SELECT private_key FROM ledger_key`))
    w.markers.adopt('ledger_key.private_key', private_key);
}

function subjects({ node, below, plain }: Ways): Subject[] {
  const cohort = 'cohort(id: $id)';
  return [
    below('ReviewerFigure', 'CLOSED', 'Cohort CLOSED', cohort, 'reviewerFigures', 'nodes'),
    node('ScorePassport'),
    plain('PoolPlace', '', 'poolRanking', 'nodes'),
    plain('LedgerHead', '', 'ledgerHeads', 'nodes'),
    plain('LedgerKey', '', 'ledgerKeys'),
  ];
}

const queries = (): Cases => ({
  poolRanking: [fixed(''), fixed('3562', { industry: '3562' })],
  ledgerHeads: [fixed('')],
  ledgerKeys: [fixed('')],
});

/** Results of a closed cohort: figures, passports, the pool ranking, and the signed ledger. */
export const passports: RightsDomain = {
  fill,
  subjects,
  queries,
  unmarked: {
    'a code of a closed list': [
      'assessment.dimension',
      'pool_rank.industry_codes',
      'score_passport.industry_codes',
      'score_passport.void_reason',
    ],
    'figures under fixed names; who sees them stands in the table of rights': [
      'score_passport.axes',
      'score_passport.weights',
    ],
    'a digest that gives nothing away': ['ledger_text.hash'],
    'a digest, shown to those who may read evidence of every tier': ['score_passport.evidence_revision'],
    'ids, codes and figures: words stand in ledger_text': ['ledger_record.facts', 'cohort_counts.excluded_for'],
    'random; stands beside the words that it salts': ['ledger_text.salt'],
    'public: what signs the ledger, for anyone to check': [
      'ledger_head.hash',
      'ledger_partition.last_hash',
      'ledger_head.kid',
      'ledger_head.signature',
      'ledger_key.kid',
      'ledger_key.public_key',
    ],
  },
};
