import { openAchievement } from './achievements/achievement.queries.js';
import { readEvidence, readNdaGrant, readNearDuplicate } from './achievements/achievement.readers.js';
import type { Context } from './kernel/context.js';
import { visibleDemand } from './demands/demand.queries.js';
import { readInterest, readInterestMessage } from './deals/interest.queries.js';
import { readShortlistEntry } from './deals/shortlist.service.js';
import { ownApiKey } from './identity/api-keys/api-keys.service.js';
import { visibleInvitation } from './identity/organisations/invitations.service.js';
import { visibleMembership } from './identity/organisations/members.service.js';
import { visibleOrganisation } from './identity/organisations/organisations.service.js';
import { visibleAccount } from './identity/accounts/profile.service.js';
import { ownSession } from './identity/sessions/sessions.service.js';
import { visibleMapping, visibleRun } from './importing/runs/import.queries.js';
import { readInvestor } from './investors/investor.queries.js';
import { readTrackRecord } from './investors/track-record.queries.js';
import { isUuid } from './lib/ids.js';
import { readRound, readRoundPair, readStanding, readVeto } from './matching/rounds/round.queries.js';
import { readFeedback } from './matching/feedback/feedback.queries.js';
import { readModel } from './matching/models/match.models.js';
import { visibleTeam } from './matching/teams/team.access.js';
import type { Node } from './kernel/node.js';
import { readSynonymGroup } from './search/synonyms/synonyms.service.js';
import { readCurrencyRate } from './taxonomy/currency.js';
import { visibleTalent, visibleTalentEvidence } from './talent/talent.queries.js';
import { industryByCode, regionByCode, strategicAreaByCode } from './taxonomy/taxonomy.entity.js';
import { readAssignment, readAssignmentRun } from './vetting/assignments/assignments.queries.js';
import { readSupportService } from './vetting/cultivation/cultivation.services.js';
import { ownDeskAssignment, ownReview } from './vetting/reviews/desk.queries.js';
import { readDeclaration, readReviewer } from './vetting/reviewers/reviewers.queries.js';
import { readFit } from './vetting/boundary/reviewing.queries.js';
import { readCohort, readEntry, readObjection, readPassport } from './vetting/cohort/cohort.queries.js';

/** Reads what a key names, with the viewer's rights; null for what is not there or not theirs to see. */
export type NodeReader = (ctx: Context, key: string) => Promise<object | null>;

const byUuid =
  (read: (ctx: Context, id: string) => Promise<Node | null>): NodeReader =>
  (ctx, key) =>
    isUuid(key) ? read(ctx, key) : Promise.resolve(null);

const byCode =
  (read: NodeReader): NodeReader =>
  (ctx, key) =>
    /^[A-Z0-9.]{1,10}$/.test(key) ? read(ctx, key) : Promise.resolve(null);

/** How `node(id)` reads each type that implements Node; a test compares this list with the schema. */
export const nodeReaders: Record<string, NodeReader> = {
  Account: byUuid(visibleAccount),
  Organisation: byUuid(visibleOrganisation),
  Membership: byUuid(visibleMembership),
  Invitation: byUuid(visibleInvitation),
  Session: byUuid(ownSession),
  ApiKey: byUuid(ownApiKey),
  SynonymGroup: byUuid(readSynonymGroup),
  Industry: byCode((ctx, code) => ctx.load(industryByCode).load(code)),
  Region: byCode((ctx, code) => ctx.load(regionByCode).load(code)),
  StrategicArea: byCode((ctx, code) => ctx.load(strategicAreaByCode).load(code)),
  CurrencyRate: byUuid(readCurrencyRate),
  Achievement: byUuid(openAchievement),
  EvidenceFile: byUuid(readEvidence),
  NdaGrant: byUuid(readNdaGrant),
  NearDuplicate: byUuid(readNearDuplicate),
  ImportRun: byUuid(visibleRun),
  ColumnMapping: byUuid(visibleMapping),
  Interest: byUuid(readInterest),
  InterestMessage: byUuid(readInterestMessage),
  ShortlistEntry: byUuid(readShortlistEntry),
  Cohort: byUuid(readCohort),
  CohortEntry: byUuid(readEntry),
  Objection: byUuid(readObjection),
  ScorePassport: byUuid(readPassport),
  Reviewer: byUuid(readReviewer),
  ReviewerDeclaration: byUuid(readDeclaration),
  Assignment: byUuid(readAssignment),
  AssignmentRun: byUuid(readAssignmentRun),
  DeskAssignment: byUuid(ownDeskAssignment),
  Review: byUuid(ownReview),
  FitReport: byUuid(readFit),
  MatchingRound: byUuid(readRound),
  RoundPair: byUuid(readRoundPair),
  RoundStanding: byUuid(readStanding),
  RoundVeto: byUuid(readVeto),
  Team: byUuid(visibleTeam),
  SupportService: byUuid(readSupportService),
  MatchFeedback: byUuid(readFeedback),
  MatchModelVersion: byUuid(readModel),
  InvestorProfile: byUuid(readInvestor),
  TrackRecord: byUuid(readTrackRecord),
  TalentProfile: byUuid(visibleTalent),
  TalentEvidence: byUuid(visibleTalentEvidence),
  Demand: byUuid(visibleDemand),
};

/** Reads a node of a type with the viewer's rights; throws where the type has no reader, which is a mistake of ours. */
export function readNode(ctx: Context, type: string, key: string): Promise<object | null> {
  const reader = nodeReaders[type];
  if (!reader) throw new TypeError(`${type} cannot be read as a node`);
  return reader(ctx, key);
}
