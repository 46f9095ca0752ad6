import {
  AchievementContent,
  Cooperation,
  EvidenceFile,
  Inventor,
  IpRight,
  NdaGrant,
  NearDuplicate,
} from './achievements/achievement-parts.entity.js';
import { Achievement } from './achievements/achievement.entity.js';
import { AchievementBacker } from './achievements/backers.entity.js';
import { Interest, InterestMessage } from './deals/interest.entity.js';
import { ShortlistEntry } from './deals/shortlist.entity.js';
import { Demand } from './demands/demand.entity.js';
import { Account } from './identity/accounts/account.entity.js';
import { ApiKey } from './identity/api-keys/api-key.entity.js';
import { Invitation } from './identity/organisations/invitation.entity.js';
import { Membership } from './identity/organisations/membership.entity.js';
import { Organisation } from './identity/organisations/organisation.entity.js';
import { Session } from './identity/sessions/session.entity.js';
import { ColumnMapping, ImportReportRow } from './importing/runs/import-parts.entity.js';
import { ImportRun } from './importing/runs/import.entity.js';
import { InvestorIndustry, InvestorProfile } from './investors/investor.entity.js';
import { TrackRecord } from './investors/track-record.entity.js';
import { LedgerHead, LedgerKey } from './ledger/heads.entity.js';
import { RoundPair, RoundStanding } from './matching/rounds/pair.entity.js';
import { MatchingRound, RoundCapacity, RoundVeto } from './matching/rounds/round.entity.js';
import { MatchFeedback } from './matching/feedback/feedback.entity.js';
import { MatchModelVersion } from './matching/models/match.models.js';
import { SynonymGroup } from './search/synonyms/synonyms.entity.js';
import { Team, TeamMember } from './matching/teams/team.entity.js';
import { TalentEvidence, TalentProfile } from './talent/talent.entity.js';
import { CurrencyRate } from './taxonomy/currency.js';
import { Industry, Region, StrategicArea } from './taxonomy/taxonomy.entity.js';
import { Cohort } from './vetting/cohort/cohort.entity.js';
import { Assessment, CohortEntry } from './vetting/cohort/entry.entity.js';
import { SupportService } from './vetting/cultivation/cultivation.entity.js';
import { Objection } from './vetting/admission/objection.entity.js';
import { ScorePassport } from './vetting/admission/passport.entity.js';
import { Assignment, AssignmentRun } from './vetting/assignments/assignments.entity.js';
import { DeskAssignment } from './vetting/reviews/desk.types.js';
import { Reviewer, ReviewerDeclaration, ReviewerDocument } from './vetting/reviewers/reviewers.entity.js';
import { Review } from './vetting/reviews/reviews.entity.js';
import { ConflictPair, FitReport, ReviewerFigure } from './vetting/boundary/reviewing.types.js';

/** Every TypeORM entity, listed by hand so that nothing is found by accident. */
export const entities = [
  Account,
  Organisation,
  Membership,
  Invitation,
  Session,
  ApiKey,
  Industry,
  Region,
  StrategicArea,
  CurrencyRate,
  Achievement,
  AchievementContent,
  Cooperation,
  EvidenceFile,
  Inventor,
  IpRight,
  NdaGrant,
  NearDuplicate,
  AchievementBacker,
  ImportRun,
  ImportReportRow,
  ColumnMapping,
  SynonymGroup,
  Interest,
  InterestMessage,
  ShortlistEntry,
  Cohort,
  CohortEntry,
  Assessment,
  Objection,
  ScorePassport,
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
  LedgerHead,
  LedgerKey,
  SupportService,
  TalentProfile,
  TalentEvidence,
  Demand,
  Team,
  TeamMember,
  InvestorProfile,
  InvestorIndustry,
  TrackRecord,
  MatchFeedback,
  MatchModelVersion,
  MatchingRound,
  RoundCapacity,
  RoundVeto,
  RoundPair,
  RoundStanding,
];
