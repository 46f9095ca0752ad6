import type { Subject } from './subjects.js';

const refused = 'why a call was refused; given by its own mutation alone';

/** Types of vetting without a subject of their own, and why none is needed. */
export const VETTING_VALUE_TYPES: Record<string, string> = {
  DimensionValue: 'a number, as visible as the field that gives it',
  IntervalEstimate: 'a number with its interval, as visible as the field that gives it',
  DimensionReliability: 'figures of a cohort, as visible as the field that gives them',
  DimensionProgress: 'figures of a cohort, as visible as the progress',
  DimensionScore: 'a part of a review, as visible as the review',
  ScoreAxis: 'a part of a score, as visible as the field that gives it',
  ScreenReasonCount: 'a figure, as visible as the cohort’s counts',
  GraduationRate: 'a figure, as visible as the field that gives it',
  UnmetReasonCount: 'a figure of a run, as visible as the run',
  DeskCooperation: 'a part of what is judged, as visible as that',
  DeskIpRight: 'a part of what is judged, as visible as that',
  DeskEvidence: 'a part of what is judged, as visible as that',
  GapCode: 'a code of a public list',
  AxisChange: 'figures, as visible as the change',
  AnonymousRationale: 'a text, as visible as the cultivation that gives it',
  MissingReviewPart: refused,
  AppealsOpen: refused,
  AssignmentIncomplete: refused,
  CohortNotOpen: refused,
  ConflictOfInterest: refused,
  NoticePeriodRunning: refused,
  ObjectionsOpen: refused,
  QuotaExceeded: refused,
  ReviewAlreadySubmitted: refused,
  ReviewIncomplete: refused,
  ReviewsIncomplete: refused,
};

interface Makers {
  node(type: string, label?: string): Subject;
  below(type: string, label: string, on: string, ...steps: string[]): Subject;
  plain(type: string, label: string, ...steps: string[]): Subject;
}

/** The subjects of vetting. */
export function vettingSubjects({ node, below, plain }: Makers): Subject[] {
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
    below('ReviewProgress', 'REVIEWING', 'Cohort REVIEWING', cohort, 'reviewProgress'),
    below('ConflictPair', 'REVIEWING', 'Cohort REVIEWING', cohort, 'conflicts', 'nodes'),
    below('BoundaryRound', 'REVIEWING', 'Cohort REVIEWING', cohort, 'boundaryRounds'),
    below('UnfilledPanel', 'REVIEWING', 'Cohort REVIEWING', cohort, 'assignmentRun', 'unmet'),
    below('ReviewerFigure', 'CLOSED', 'Cohort CLOSED', cohort, 'reviewerFigures', 'nodes'),
    below('ScreenAppeal', 'EXCLUDED', 'CohortEntry EXCLUDED', entry, 'appeal'),
    below('Cultivation', 'NOT_ADMITTED', 'CohortEntry NOT_ADMITTED', entry, 'cultivation'),
    below('CultivationGap', 'NOT_ADMITTED', 'CohortEntry NOT_ADMITTED', entry, 'cultivation', 'gaps'),
    below('AdmittedNeighbour', 'NOT_ADMITTED', 'CohortEntry NOT_ADMITTED', entry, 'cultivation', 'neighbours'),
    below('SuggestedService', 'NOT_ADMITTED', 'CohortEntry NOT_ADMITTED', entry, 'cultivation', 'services'),
    below('EntryChange', 'NOT_ADMITTED', 'CohortEntry NOT_ADMITTED', entry, 'change'),
    node('Objection'),
    node('ScorePassport'),
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
    node('Reviewer', 'of REVIEWER'),
    node('Reviewer', 'of OTHER_REVIEWER'),
    node('ReviewerDeclaration', 'of REVIEWER'),
    {
      type: 'ReviewerDocument',
      label: 'of REVIEWER',
      steps: ['node(id: $id)', 'documents'],
      within: 'Reviewer',
      variables: node('Reviewer', 'of REVIEWER').variables,
    },
    {
      type: 'ReviewerRecordRow',
      label: 'of REVIEWER',
      steps: ['node(id: $id)', 'record'],
      within: 'Reviewer',
      variables: node('Reviewer', 'of REVIEWER').variables,
    },
    plain('ReviewerDesk', '', 'reviewerDesk'),
    node('SupportService', 'ACTIVE'),
    node('SupportService', 'INACTIVE'),
    plain('PoolPlace', '', 'poolRanking', 'nodes'),
    plain('ScoreAnchor', '', 'scoreAnchors'),
    plain('OrganisationFamilyPair', '', 'organisationFamilies'),
    plain('GraduationFigures', '', 'graduationFigures'),
    plain('GapGraduation', '', 'graduationFigures', 'gaps'),
    plain('InstitutionGraduation', '', 'graduationFigures', 'institutions'),
    plain('LedgerHead', '', 'ledgerHeads', 'nodes'),
    plain('LedgerKey', '', 'ledgerKeys'),
  ];
}
