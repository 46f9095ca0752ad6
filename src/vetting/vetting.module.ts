import type { Module } from '../kernel/module.js';
import { PRUNE_FITS_TASK, pruneInterimFits } from './boundary/fit.pruning.js';
import { byUuid } from '../kernel/node.readers.js';
import { ObjectionResolver } from './admission/objection.resolver.js';
import { EntryWithdrawal } from './admission/withdrawal.entity.js';
import { withdrawalMails } from './admission/withdrawal.mails.js';
import { readWithdrawal } from './admission/withdrawal.queries.js';
import {
  CohortWithdrawalsResolver,
  EntryWithdrawalResolver,
  EntryWithdrawalsResolver,
} from './admission/withdrawal.resolver.js';
import { ScorePassport } from './admission/passport.entity.js';
import { EXPIRE_TASK, expirePassports } from './admission/passports.js';
import { Assignment, AssignmentRun } from './assignments/assignments.entity.js';
import { assignInBackground, sweepAssignments } from './assignments/assignments.job.js';
import { readAssignment, readAssignmentRun } from './assignments/assignments.queries.js';
import {
  AssignmentResolver,
  AssignmentRunResolver,
  CohortAssignmentsResolver,
} from './assignments/assignments.resolver.js';
import { ASSIGNMENT_TASK } from './assignments/assignments.runs.js';
import { readFit } from './boundary/reviewing.queries.js';
import { CohortReviewingResolver } from './boundary/reviewing.resolver.js';
import { Cohort } from './cohort/cohort.entity.js';
import { cohortExports, eraseFromCohorts } from './cohort/cohort.personal-data.js';
import { readCohort, readEntry, readObjection, readPassport } from './cohort/cohort.queries.js';
import { CohortResolver } from './cohort/cohort.resolver.js';
import { SCREEN_TASK } from './cohort/entering.js';
import { Assessment, CohortEntry } from './cohort/entry.entity.js';
import { AchievementVettingResolver, CohortEntryResolver, ScorePassportResolver } from './cohort/entry.resolver.js';
import { SupportService } from './cultivation/cultivation.entity.js';
import { NEIGHBOURS_TASK } from './cultivation/cultivation.gaps.js';
import { findNeighbours, sweepNeighbours } from './cultivation/cultivation.neighbours.js';
import {
  AdmittedNeighbourResolver,
  CultivationResolver,
  EntryCultivationResolver,
  OrganisationGraduationResolver,
  SupportServiceResolver,
} from './cultivation/cultivation.resolver.js';
import { readSupportService } from './cultivation/cultivation.services.js';
import { Reviewer, ReviewerDeclaration, ReviewerDocument } from './reviewers/reviewers.entity.js';
import { eraseFromReviewing, reviewersExports } from './reviewers/reviewers.personal-data.js';
import { readDeclaration, readReviewer } from './reviewers/reviewers.queries.js';
import { ReviewerResolver } from './reviewers/reviewers.resolver.js';
import { ownDeskAssignment, ownReview } from './reviews/desk.queries.js';
import { DeskResolver, ReviewerDeskResolver } from './reviews/desk.resolver.js';
import { DeskAssignment } from './reviews/desk.types.js';
import { Review } from './reviews/reviews.entity.js';
import { screenCohortTask, sweepScreening } from './screening/screening.js';
import { vettingRights } from './vetting.rights.js';
import { vettingExamples } from './vetting.examples.js';
import { ConflictPair } from './boundary/conflict-pair.entity.js';
import { FitReport, ReviewerFigure } from './boundary/fit-report.entity.js';
import { cohortColumns, reviewingColumns } from './vetting.personal-columns.js';
import { objectionMails } from './admission/objection.mails.js';
import { passportMails } from './admission/passports.mails.js';
import { cohortMails } from './cohort/cohort.mails.js';
import { reviewerMails } from './reviewers/reviewers.mails.js';
import { vettingPages } from './vetting.mail-pages.js';

/** Cohorts, reviewing, admission and cultivation. */
export const vettingModule: Module = {
  name: 'vetting',
  entities: [
    Cohort,
    CohortEntry,
    Assessment,
    ScorePassport,
    EntryWithdrawal,
    Reviewer,
    ReviewerDocument,
    ReviewerDeclaration,
    ConflictPair,
    Assignment,
    AssignmentRun,
    DeskAssignment,
    Review,
    FitReport,
    ReviewerFigure,
    SupportService,
  ],
  resolvers: [
    CohortResolver,
    CohortEntryResolver,
    ObjectionResolver,
    EntryWithdrawalResolver,
    EntryWithdrawalsResolver,
    CohortWithdrawalsResolver,
    AchievementVettingResolver,
    ScorePassportResolver,
    ReviewerResolver,
    AssignmentResolver,
    CohortAssignmentsResolver,
    AssignmentRunResolver,
    CohortReviewingResolver,
    DeskResolver,
    ReviewerDeskResolver,
    CultivationResolver,
    AdmittedNeighbourResolver,
    EntryCultivationResolver,
    OrganisationGraduationResolver,
    SupportServiceResolver,
  ],
  nodeReaders: {
    Cohort: byUuid(readCohort),
    CohortEntry: byUuid(readEntry),
    Objection: byUuid(readObjection),
    EntryWithdrawal: byUuid(readWithdrawal),
    ScorePassport: byUuid(readPassport),
    Reviewer: byUuid(readReviewer),
    ReviewerDeclaration: byUuid(readDeclaration),
    Assignment: byUuid(readAssignment),
    AssignmentRun: byUuid(readAssignmentRun),
    DeskAssignment: byUuid(ownDeskAssignment),
    Review: byUuid(ownReview),
    FitReport: byUuid(readFit),
    SupportService: byUuid(readSupportService),
  },
  tasks: {
    [NEIGHBOURS_TASK]: findNeighbours,
    [SCREEN_TASK]: screenCohortTask,
    [EXPIRE_TASK]: expirePassports,
    [PRUNE_FITS_TASK]: pruneInterimFits,
    [ASSIGNMENT_TASK]: assignInBackground,
  },
  cron: [
    { task: EXPIRE_TASK, match: '10 0 * * *' },
    { task: PRUNE_FITS_TASK, match: '35 3 * * *' },
  ],
  sweeps: [sweepNeighbours, sweepScreening, sweepAssignments],
  mails: [...reviewerMails, ...cohortMails, ...objectionMails, ...withdrawalMails, ...passportMails],
  mailPages: vettingPages,
  personalData: [
    { part: 'cohorts', exports: cohortExports, erase: eraseFromCohorts, ...cohortColumns },
    { part: 'reviewing', exports: reviewersExports, erase: eraseFromReviewing, ...reviewingColumns },
  ],
  rights: vettingRights,
  examples: vettingExamples,
};
