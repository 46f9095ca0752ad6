import type { Module } from '../kernel/module.js';
import { byUuid } from '../kernel/node.readers.js';
import { MatchFeedback } from './feedback/feedback.entity.js';
import { readFeedback } from './feedback/feedback.queries.js';
import {
  AchievementMatchResolver,
  DemandMatchResolver,
  InvestorMatchResolver,
  MatchFeedbackFieldsResolver,
  MatchFeedbackResolver,
  MatchModelResolver,
  TalentMatchResolver,
} from './lists/match.resolver.js';
import { TalentEvidenceResolver } from './lists/talent-evidence.resolver.js';
import { matchingTasks } from './match.jobs.js';
import { eraseFromMatching, matchingExports } from './matching.personal-data.js';
import { readModel } from './models/match.models.js';
import { RoundPair, RoundStanding } from './rounds/pair.entity.js';
import { endPairs } from './rounds/round.closing.js';
import { MatchingRound, RoundCapacity, RoundVeto } from './rounds/round.entity.js';
import { roundTasks, sweepRounds } from './rounds/round.job.js';
import { sweepTexts } from './store/match.texts.js';
import { readRound, readRoundPair, readStanding, readVeto } from './rounds/round.queries.js';
import {
  MatchingRoundResolver,
  MatchingRoundsResolver,
  RoundCapacityResolver,
  RoundPairResolver,
  RoundStandingResolver,
  RoundVetoResolver,
} from './rounds/round.resolver.js';
import { visibleTeam } from './teams/team.access.js';
import { Team, TeamMember } from './teams/team.entity.js';
import { eraseFromTeams, teamExports } from './teams/team.personal-data.js';
import {
  AchievementTeamResolver,
  TalentTeamResolver,
  TeamMemberResolver,
  TeamFieldsResolver,
  TeamResolver,
  ViewerTeamResolver,
} from './teams/team.resolver.js';
import { matchingRights } from './matching.rights.js';
import { matchingExamples } from './matching.examples.js';
import { MatchModelVersion } from './models/match-model.entity.js';
import { matchingColumns } from './matching.personal-columns.js';
import { roundMails } from './rounds/round.mails.js';
import { teamMails } from './teams/team.mails.js';
import { matchingPages } from './matching.mail-pages.js';

/** Proposed pairs, feedback, rounds and teams. */
export const matchingModule: Module = {
  name: 'matching',
  entities: [
    Team,
    TeamMember,
    MatchFeedback,
    MatchModelVersion,
    MatchingRound,
    RoundCapacity,
    RoundVeto,
    RoundPair,
    RoundStanding,
  ],
  resolvers: [
    AchievementMatchResolver,
    InvestorMatchResolver,
    TalentMatchResolver,
    DemandMatchResolver,
    MatchFeedbackResolver,
    MatchFeedbackFieldsResolver,
    MatchModelResolver,
    TalentEvidenceResolver,
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
  ],
  nodeReaders: {
    MatchingRound: byUuid(readRound),
    RoundPair: byUuid(readRoundPair),
    RoundStanding: byUuid(readStanding),
    RoundVeto: byUuid(readVeto),
    Team: byUuid(visibleTeam),
    MatchFeedback: byUuid(readFeedback),
    MatchModelVersion: byUuid(readModel),
  },
  tasks: {
    ...matchingTasks.tasks,
    ...roundTasks,
  },
  cron: matchingTasks.cron,
  sweeps: [sweepTexts, sweepRounds],
  closing: [endPairs],
  mails: [...roundMails, ...teamMails],
  mailPages: matchingPages,
  personalData: [
    { part: 'matching', exports: matchingExports, erase: eraseFromMatching, ...matchingColumns },
    { part: 'teams', exports: teamExports, erase: eraseFromTeams },
  ],
  rights: matchingRights,
  examples: matchingExamples,
};
