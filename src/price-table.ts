import type { Price, PriceTable } from './graphql/prices.js';

/**
 * GraphQL fields that have the same price. Prices in milliseconds are measured by `npm run bench -- cost`;
 * graphql/prices.ts states the rule.
 */
interface Priced {
  what: string;
  price: Price;
  of: string;
}

const onMutations = (names: string) => names.trim().replace(/(\w+)/g, 'Mutation.$1');
const onQueries = (names: string) => names.trim().replace(/(\w+)/g, 'Query.$1');

const QUERIES: readonly Priced[] = [
  {
    what: 'one row with the viewer’s rights to it',
    price: { ms: 1 },
    of: onQueries(
      'achievement cohortEntry demand importRun interest investorProfile matchingRound node organisation talentProfile team viewer industry region strategicArea',
    ),
  },
  { what: 'a row with what is counted for it', price: { ms: 3 }, of: onQueries('cohort reviewerDesk') },
  {
    what: 'rows by ids, of any types',
    price: { ms: 1, entries: { argument: 'ids', byDefault: 1, most: Infinity }, entryMs: 0.1 },
    of: onQueries('nodes'),
  },
  {
    what: 'a page of a table',
    price: { ms: 2 },
    of: onQueries(
      'achievements cohorts demands investorProfiles ledgerHeads matchingRounds nearDuplicates organisations poolRanking reviewers supportServices talentProfiles viewerInterests',
    ),
  },
  {
    what: 'a short table',
    price: { ms: 1, entries: 20 },
    of: onQueries('industries regions strategicAreas synonymGroups matchModels organisationFamilies ledgerKeys'),
  },
  {
    what: 'a list in memory',
    price: { ms: 0.1, entries: 30 },
    of: onQueries('currencyRates gapCodes importFields mailPreferences scoreAnchors'),
  },
  {
    what: 'vocabularies in memory',
    price: { ms: 0.1, entries: { argument: 'names', byDefault: 60, most: Infinity } },
    of: onQueries('vocabularies'),
  },
  {
    what: 'names looked through',
    price: { ms: 3, entries: { argument: 'first', byDefault: 20 } },
    of: onQueries('industriesByName'),
  },
  { what: 'a mailed link looked up', price: { ms: 2 }, of: onQueries('signUpToConfirm') },
  { what: 'the mentions of a mail', price: { ms: 3, entries: 50 }, of: onQueries('mentionsToDeny') },
  { what: 'two revisions read and compared', price: { ms: 3 }, of: onQueries('compareRevisions') },
  {
    what: 'entries set side by side',
    price: { ms: 4, entries: { argument: 'ids', byDefault: 6, most: Infinity }, entryMs: 1 },
    of: onQueries('compareAchievements'),
  },
  { what: 'figures over a table', price: { ms: 6 }, of: onQueries('graduationFigures searchMisses') },
  { what: 'a search of the pool by the engine and the ranking', price: { ms: 15 }, of: onQueries('achievementSearch') },
  {
    what: 'a search of profiles by the engine',
    price: { ms: 10 },
    of: onQueries('demandSearch investorSearch talentSearch'),
  },
  {
    what: 'a search for values of a facet',
    price: { ms: 14, entries: { argument: 'first', byDefault: 20 }, entryMs: 0.01 },
    of: onQueries('achievementFacetValues'),
  },
  {
    what: 'suggestions by the engine',
    price: { ms: 10, entries: { argument: 'first', byDefault: 8, most: 20 } },
    of: onQueries('achievementSuggestions'),
  },
  { what: 'everything held on a person', price: { ms: 80, single: true }, of: onQueries('exportMyData') },
];

const MUTATIONS: readonly Priced[] = [
  {
    what: 'a write: a transaction with its record and its jobs',
    price: { ms: 5 },
    of: onMutations(`activateMatchModel addOrganisationFamily addRoundVeto addToShortlist addTrackRecord answerAppeal answerMention answerObjection
      answerRoundPair answerTeamInvitation appealExclusion applyAsReviewer cancelImport cancelMatchingRound changeMemberRole closeInterest
      closeMatchingRound closeOrganisation confirmEmailChange createApiKey createCohort createDemand createInvestorProfile createMatchModel createMatchingRound
      createReviewer createTalentProfile decideNda decideScreening declareTie declineAssignment deleteCohort deleteDraftAchievement deleteDraftDemand
      deleteDraftInvestorProfile deleteDraftTalentProfile deleteMatchingRound deleteOrganisation deleteTeam denyMentions dismissDuplicate
      expressInterest fulfilDemand giveMatchFeedback leaveOrganisation liftTeamRefusal logOut logOutEverywhere markInterestRead pauseDemand
      pauseInvestorProfile pauseTalentProfile refreshSession reinstateAchievement reinstateDemand reinstateInvestorProfile
      reinstateTalent removeColumnMapping removeEvidence removeFromShortlist removeMember removeOrganisationFamily removeRoundVeto
      removeSupportService removeSynonymGroup removeTrackRecord reopenAchievement reopenInterest replaceAssignment replyToInterest requestNda
      resumeDemand resumeInvestorProfile resumeTalentProfile retireAchievement retractDeclaration revokeAdmission revokeApiKey
      revokeInvitation revokeSession rotateSigningKey saveColumnMapping saveReviewDraft setAchievementBackers setCurrencyRate
      setReviewerDocuments setReviewerStatus setRoundCapacity setSupportService setSynonymGroup setTalentEvidence startPublicNotice
      submitReview correctReview submitToCohort suspendDemand suspendInvestorProfile suspendTalent unfreezeCohort updateCohort updateDemand
      updateInvestorProfile updateProfile updateReviewerProfile updateShortlistNote updateTalentProfile updateTrackRecord
      setMailPreference withdrawAchievement withdrawDemand withdrawMatchFeedback enableTotp`),
  },
  {
    what: 'a write that sends mail',
    price: { ms: 10 },
    of: onMutations(`acceptInvitation createOrganisation dissolveTeam inviteMember inviteReviewer inviteTeam raiseObjection rejectOrganisation
      rejectTalent replyToObjection requestPasswordReset requestWithdrawal answerWithdrawal resendConfirmation updateOrganisation verifyOrganisation verifyTalent`),
  },
  {
    what: 'a write of a record, whose text is read and compared',
    price: { ms: 12 },
    of: onMutations('createAchievement registerAchievement updateAchievement'),
  },
  {
    what: 'a password hashed with argon2, and a write',
    price: { ms: 45 },
    of: onMutations(
      'beginTotp confirmEmail disableTotp eraseMyAccount logIn renewRecoveryCodes requestEmailChange resetPassword signUp stopEmailChange',
    ),
  },
  { what: 'two passwords hashed with argon2, and a write', price: { ms: 80 }, of: onMutations('changePassword') },
  { what: 'a file read, hashed and stored', price: { ms: 40 }, of: onMutations('addEvidence') },
  { what: 'teams assessed', price: { ms: 20 }, of: onMutations('proposeTeam') },
  {
    what: 'a table read as a whole',
    price: { ms: 250, single: true },
    of: onMutations('importAchievements importTrackRecords previewImport rerunImport'),
  },
  {
    what: 'a step of a whole cohort or round, which reads and writes all its rows',
    price: { ms: 150, single: true },
    of: onMutations(`assignBoundaryRound assignReviewers closeCohort computeMatchingRound fitCohort freezeCohort proposeBoundaryRound
      publishMatchingRound screenCohort startReviewing`),
  },
];

const BELOW: readonly Priced[] = [
  {
    what: 'a facet counted by the engine',
    price: { ms: 0, entries: { argument: 'names', byDefault: 11, most: Infinity }, entryMs: 1 },
    of: 'AchievementSearchConnection.facets',
  },
  {
    what: 'a facet of profiles counted by the engine',
    price: { ms: 0, entries: { argument: 'names', byDefault: 6, most: Infinity }, entryMs: 0.5 },
    of: 'DemandSearchConnection.facets InvestorSearchConnection.facets TalentSearchConnection.facets',
  },
  {
    what: 'values of a facet, in memory; few facets have as many as may be asked for',
    price: { ms: 0, entries: { argument: 'first', byDefault: 200, most: 2000 }, entryMs: 0.002, flat: true },
    of: 'DemandSearchFacet.values InvestorSearchFacet.values SearchFacet.values TalentSearchFacet.values',
  },
  {
    what: 'highlights of an entry',
    price: { ms: 0.2, flat: true },
    of: 'AchievementSearchEdge.highlights DemandSearchEdge.highlights InvestorSearchEdge.highlights TalentSearchEdge.highlights',
  },
  {
    what: 'every pool entry ranked for a profile',
    price: { ms: 25 },
    of: 'Demand.achievementMatches InvestorProfile.achievementMatches TalentProfile.achievementMatches',
  },
  {
    what: 'every profile ranked for a pool entry',
    price: { ms: 8 },
    of: 'Achievement.demandMatches Achievement.investorMatches Achievement.talentMatches',
  },
  {
    what: 'the best teams among 200 people, found exactly',
    price: { ms: 42, entries: { argument: 'first', byDefault: 5, most: 20 }, entryMs: 0.5 },
    of: 'Achievement.teamProposals',
  },
  { what: 'counted by the argument above already', price: { ms: 0, entries: 1 }, of: 'TeamProposals.teams' },
  { what: 'members of a team, two to four', price: { ms: 0, entries: 3 }, of: 'TeamAssessment.members' },
  { what: 'a team assessed', price: { ms: 5 }, of: 'Team.assessment' },
  { what: 'similar results looked up', price: { ms: 0.3 }, of: 'Achievement.nearDuplicatesOf Cultivation.neighbours' },
  { what: 'a report as one text of up to 5,000 rows', price: { ms: 60 }, of: 'ImportRun.reportCsv' },
  { what: 'a file made', price: { ms: 1 }, of: 'LedgerHead.file' },
  { what: 'a name compared with all verified ones', price: { ms: 5 }, of: 'Organisation.namesakes' },
  {
    what: 'rows counted or added up, by a statement of their own',
    price: { ms: 1.5 },
    of: `Achievement.matchDeclines Organisation.achievementCounts Cohort.assignmentRun Cohort.counts Cohort.fit Cohort.progress Cohort.reliability Cohort.reviewProgress
      MatchingRound.droppedCount Organisation.graduation Organisation.unreadInterestCount ReviewerDesk.nextDueAt ReviewerDesk.openCount
      ReviewerDesk.overdueCount`,
  },
  {
    what: 'counts read together',
    price: { ms: 0.2 },
    of: 'Industry.admittedCount Region.admittedCount StrategicArea.admittedCount',
  },
  {
    what: 'read for all entries of a list at once, which takes a statement of some size',
    price: { ms: 0.1 },
    of: 'Achievement.interestCount Achievement.revisions Interest.unreadCount',
  },
  {
    what: 'a list read by a statement of its own',
    price: { ms: 0.5 },
    of: `Achievement.missing Achievement.record AssignmentRun.unmet BoundaryRound.entries
      Cohort.boundaryRounds Cultivation.gaps Cultivation.rationales Cultivation.services CohortEntry.cultivation CohortEntry.change MatchingRound.figures
      MatchingRound.viewerStandings Organisation.columnMappings Reviewer.figures Viewer.account Viewer.talentProfile`,
  },
  {
    what: 'rows of one owner counted',
    price: { ms: 1 },
    of: `ApiKeyConnection.totalCount InterestMessageConnection.totalCount InvitationConnection.totalCount MatchFeedbackConnection.totalCount MentionConnection.totalCount
      MembershipConnection.totalCount NdaGrantConnection.totalCount SessionConnection.totalCount ShortlistEntryConnection.totalCount
      TeamConnection.totalCount TrackRecordConnection.totalCount`,
  },
  { what: 'places of the ranking counted', price: { ms: 5 }, of: 'PoolPlaceConnection.totalCount' },
  { what: 'ranked already', price: { ms: 0.1 }, of: 'MatchConnection.totalCount' },
  { what: 'a reviewer’s record', price: { ms: 2 }, of: 'Reviewer.record' },
  {
    what: 'the branches below, each with its name',
    price: { ms: 0.1, entries: 8 },
    of: 'Industry.children Region.children StrategicArea.children',
  },
  { what: 'terms of a vocabulary, in memory', price: { ms: 0, entries: 12 }, of: 'Vocabulary.terms' },
];

/**
 * Fields that are read from memory, or by at most one SQL statement for all entries of a list: their own price is 0 ms,
 * so that mainly the objects that they return are charged.
 */
const BESIDE: readonly Priced[] = [
  {
    what: 'read by a loader, for all entries of a list at once, or from memory',
    price: { ms: 0 },
    of: `Achievement.backers Achievement.cohortEntries Achievement.content Achievement.cooperationModes
      Achievement.evidence Achievement.industries Achievement.institution Achievement.inventors
      Achievement.ipRights Achievement.passport Achievement.primaryIndustry Achievement.region
      Achievement.strategicAreas Achievement.viewerInterest Achievement.viewerShortlistEntry
      AchievementBacker.organisation AdmittedNeighbour.achievement Assignment.entry Assignment.reviewer
      BlindedAchievement.industries BlindedAchievement.strategicAreas CoInvestor.organisation
      CohortEntry.achievement CohortEntry.appeal CohortEntry.axes CohortEntry.withdrawal EntryWithdrawal.entry ScreenChange.entry CohortEntry.cohort CohortEntry.industry
      CohortEntry.institution CohortEntry.previous CohortEntry.title ConflictPair.entry ConflictPair.reviewer
      Demand.industries Demand.organisation Demand.region DeskAssignment.achievement DeskAssignment.cohort
      DeskAssignment.draft DeskAssignment.submitted ImportRun.createdBy ImportRun.institution Industry.parent
      Interest.achievement Interest.institution Interest.organisation Interest.party InterestMessage.author
      InterestMessage.interest InvestorProfile.excludedIndustries InvestorProfile.industries
      InvestorProfile.organisation InvestorProfile.regions Invitation.invitedBy Invitation.organisation
      LedgerHead.key MatchFeedback.achievement MatchFeedback.counterpart Membership.account
      Membership.organisation NdaGrant.achievement NdaGrant.organisation NearDuplicate.achievements
      Objection.by Objection.entry Objection.repliedAt Objection.reply Objection.replyRevision Objection.viewerCanReply
      Organisation.investorProfile OrganisationFamilyPair.child
      OrganisationFamilyPair.parent Region.parent Reviewer.account Reviewer.declarations Reviewer.documents
      Reviewer.industries Reviewer.organisation ReviewerDeclaration.organisation ReviewerFigure.reviewer
      RoundCapacity.achievement RoundCapacity.investor Inventor.consent Inventor.orcid Mention.achievement Mention.namedBy Mention.namedByTalent Mention.trackRecord Mention.viewerCanAnswer
      TrackRecord.coInvestors RoundPair.achievement RoundPair.interest
      RoundPair.investor RoundPair.round RoundStanding.achievement RoundStanding.investor RoundVeto.achievement
      RoundVeto.investor ScorePassport.cohort SearchMiss.industry SearchSuggestion.achievement
      ShortlistEntry.achievement StrategicArea.parent SupportService.organisation TalentEvidence.achievement
      TalentProfile.evidence TalentProfile.industries TalentProfile.organisation TalentProfile.regions
      Team.achievement Team.institution Team.members TeamMember.talent TeamMemberAssessment.talent
      TeamMemberAssessment.workedWith TeamNeed.evidence TrackRecord.industry TrackRecord.region`,
  },
  {
    what: 'told from the row and the viewer’s own rows, which are read once per request',
    price: { ms: 0 },
    of: `Achievement.externalId Achievement.viewerCanEdit AssignmentRun.unmetCount CohortEntry.decision
      CohortEntry.evidenceRevision CohortEntry.revision PrivateAccount.pendingEmail ScorePassport.evidenceRevision
      CohortEntry.decisionReason CohortEntry.proposal CohortEntry.rank CohortEntry.score CohortEntry.screenNote
      CohortEntry.standardError CohortEntry.viewerCanAppeal CohortEntry.viewerCanRequestWithdrawal Demand.isExpired Demand.statusReason
      Demand.viewerCanEdit DeskAssignment.viewerCanCorrect DeskAssignment.viewerCanReview ImportReportRow.value ImportRun.keyedBy
      ImportFault.message ImportReportRow.message ImportNote.message ImplausibleDate.message
      Interest.viewerCanClose Interest.viewerCanReopen Interest.viewerCanReply Interest.viewerSide
      InvestorProfile.statusReason InvestorProfile.viewerCanEdit Invitation.status Membership.viewerCanEdit
      Organisation.pendingChange Organisation.verificationNote Organisation.viewerCanEdit
      Organisation.viewerCanSeeMembers Organisation.viewerCanVerify Reviewer.viewerCanEdit
      RoundPair.investorAnswer RoundPair.investorReason RoundPair.listerAnswer RoundPair.listerReason
      RoundPair.status RoundPair.viewerCanAnswer ScorePassport.isValid Session.isCurrent ShortlistEntry.stillInPool
      TalentProfile.displayName TalentProfile.statusReason TalentProfile.verificationReason
      TalentProfile.viewerCanEdit Team.viewerCanAccept Team.viewerCanDelete Team.viewerCanDissolve Team.viewerCanInvite
      TrackRecord.externalId`,
  },
  { what: 'reasons of a match', price: { ms: 0.1, flat: true }, of: 'Match.reasons RoundPair.reasons' },
  {
    what: 'a few values in memory',
    price: { ms: 0.02, flat: true },
    of: 'MatchConnection.hints MatchModelVersion.parameters SearchMiss.months TeamAssessment.terms TeamMemberAssessment.needs TeamMemberNeed.by',
  },
  {
    what: 'in the price of what holds it',
    price: { ms: 0, flat: true },
    of: 'SearchFragment.parts SearchHighlight.fragments',
  },
];

/** The price of each field, by `Type.field`. */
export const priceTable: PriceTable = new Map(
  [...QUERIES, ...MUTATIONS, ...BELOW, ...BESIDE].flatMap(({ price, of }) =>
    of
      .split(/\s+/)
      .filter(Boolean)
      .map((coordinate) => [coordinate, price] as const),
  ),
);
