import type { NonEmptyArray } from 'type-graphql';
import {
  AchievementTeamResolver,
  TalentTeamResolver,
  TeamMemberResolver,
  TeamFieldsResolver,
  TeamResolver,
  ViewerTeamResolver,
} from './matching/teams/team.resolver.js';
import {
  AchievementResolver,
  NdaGrantResolver,
  NearDuplicateResolver,
  OrganisationAchievementsResolver,
} from './achievements/achievement.resolver.js';
import { AchievementBackersResolver, BackerResolver } from './achievements/backers.resolver.js';
import { EvidenceResolver } from './achievements/evidence.resolver.js';
import { DemandResolver, OrganisationDemandsResolver } from './demands/demand.resolver.js';
import { ComparisonResolver } from './deals/comparison.resolver.js';
import {
  AchievementInterestResolver,
  InterestFieldsResolver,
  InterestResolver,
  OrganisationInterestResolver,
} from './deals/interest.resolver.js';
import {
  MatchingRoundResolver,
  MatchingRoundsResolver,
  RoundCapacityResolver,
  RoundPairResolver,
  RoundStandingResolver,
  RoundVetoResolver,
} from './matching/rounds/round.resolver.js';
import { ShortlistEntryResolver, ShortlistResolver, ViewerShortlistResolver } from './deals/shortlist.resolver.js';
import { AccountResolver } from './identity/accounts/account.resolver.js';
import { MembersResolver } from './identity/organisations/members.resolver.js';
import { OrganisationsResolver } from './identity/organisations/organisations.resolver.js';
import { SessionsResolver } from './identity/sessions/sessions.resolver.js';
import { ViewerResolver } from './identity/accounts/viewer.resolver.js';
import { ImportResolver, ImportRunResolver, OrganisationImportsResolver } from './importing/runs/import.resolver.js';
import { InvestorResolver, OrganisationInvestorResolver } from './investors/investor.resolver.js';
import { LedgerHeadResolver } from './ledger/heads.resolver.js';
import {
  AchievementMatchResolver,
  DemandMatchResolver,
  InvestorMatchResolver,
  MatchFeedbackFieldsResolver,
  MatchFeedbackResolver,
  MatchModelResolver,
  TalentMatchResolver,
} from './matching/lists/match.resolver.js';
import { TalentEvidenceResolver } from './matching/lists/talent-evidence.resolver.js';
import { NodeResolver } from './graphql/node.resolver.js';
import { ProfileSearchResolver } from './search/profiles/profiles.resolver.js';
import { SearchMissResolver } from './search/misses/misses.resolver.js';
import { SearchResolver } from './search/query/search.resolver.js';
import { SynonymResolver } from './search/synonyms/synonyms.resolver.js';
import { TalentResolver, ViewerTalentResolver } from './talent/talent.resolver.js';
import { CurrencyResolver } from './taxonomy/currency.resolver.js';
import { TaxonomyResolver } from './taxonomy/taxonomy.resolver.js';
import {
  AssignmentResolver,
  AssignmentRunResolver,
  CohortAssignmentsResolver,
} from './vetting/assignments/assignments.resolver.js';
import { CohortResolver } from './vetting/cohort/cohort.resolver.js';
import {
  AdmittedNeighbourResolver,
  CultivationResolver,
  EntryCultivationResolver,
  OrganisationGraduationResolver,
  SupportServiceResolver,
} from './vetting/cultivation/cultivation.resolver.js';
import { DeskResolver, ReviewerDeskResolver } from './vetting/reviews/desk.resolver.js';
import { ReviewerResolver } from './vetting/reviewers/reviewers.resolver.js';
import { CohortReviewingResolver } from './vetting/boundary/reviewing.resolver.js';
import { AchievementVettingResolver, CohortEntryResolver, ObjectionResolver } from './vetting/cohort/entry.resolver.js';

/** The explicit resolver list: what is not here is not in the schema. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- the library's own type of this list
export const resolvers: NonEmptyArray<Function> = [
  NodeResolver,
  ViewerResolver,
  SessionsResolver,
  AccountResolver,
  OrganisationsResolver,
  MembersResolver,
  TaxonomyResolver,
  AchievementResolver,
  OrganisationAchievementsResolver,
  NdaGrantResolver,
  NearDuplicateResolver,
  EvidenceResolver,
  ImportResolver,
  ImportRunResolver,
  OrganisationImportsResolver,
  SearchResolver,
  SearchMissResolver,
  SynonymResolver,
  InterestResolver,
  InterestFieldsResolver,
  AchievementInterestResolver,
  OrganisationInterestResolver,
  ShortlistResolver,
  ShortlistEntryResolver,
  ViewerShortlistResolver,
  ComparisonResolver,
  CohortResolver,
  CohortEntryResolver,
  ObjectionResolver,
  AchievementVettingResolver,
  ReviewerResolver,
  AssignmentResolver,
  CohortAssignmentsResolver,
  AssignmentRunResolver,
  CohortReviewingResolver,
  DeskResolver,
  ReviewerDeskResolver,
  LedgerHeadResolver,
  CultivationResolver,
  AdmittedNeighbourResolver,
  EntryCultivationResolver,
  OrganisationGraduationResolver,
  SupportServiceResolver,
  AchievementMatchResolver,
  InvestorMatchResolver,
  TalentMatchResolver,
  DemandMatchResolver,
  MatchFeedbackResolver,
  MatchFeedbackFieldsResolver,
  MatchModelResolver,
  TalentResolver,
  ViewerTalentResolver,
  TalentEvidenceResolver,
  DemandResolver,
  OrganisationDemandsResolver,
  ProfileSearchResolver,
  CurrencyResolver,
  AchievementBackersResolver,
  BackerResolver,
  InvestorResolver,
  OrganisationInvestorResolver,
  MatchingRoundsResolver,
  MatchingRoundResolver,
  RoundPairResolver,
  RoundStandingResolver,
  RoundVetoResolver,
  RoundCapacityResolver,
  TeamResolver,
  TeamFieldsResolver,
  TeamMemberResolver,
  AchievementTeamResolver,
  ViewerTeamResolver,
  TalentTeamResolver,
];
