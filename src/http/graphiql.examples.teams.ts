import type { Example } from './graphiql.examples.js';

/** Tabs about teams; `loginFirst` says what those need that ask for rights. */
export const teamExamples = (loginFirst: string): readonly Example[] => [
  {
    title: `Teams for the results of my institution that are in the pool, or those that I would be in as a talent: what each brings, why, and what is still missing. ${loginFirst}`,
    query: `query TeamProposals($first: Int) {
  achievements(first: 2, filter: { statuses: [ADMITTED] }) {
    nodes {
      id
      title { value }
      teamProposals(first: $first) {
        candidates
        outside
        outsideBound
        provedBest
        teams {
          value
          terms { code contribution }
          members { contribution talent { id displayName kind } needs { code key adds by { by value count } } }
          missing { code label { value } weight covered }
        }
      }
    }
  }
}`,
    variables: { first: 3 },
  },
  {
    title: `Put a team together and invite it, as an editor of the institution; two to four talents, with both sides among them. ${loginFirst}`,
    query: `mutation ProposeTeam($input: ProposeTeamInput!) {
  proposeTeam(input: $input) {
    team { id status members { status talent { displayName } } assessment { value missing { code } } }
  }
}`,
    variables: { input: { achievementId: '', talentIds: [] } },
  },
  {
    title: `Teams to which I was invited as a talent. ${loginFirst}`,
    query: `query MyTeams {
  viewer {
    teams(first: 10) {
      nodes { id status viewerCanAccept achievement { title { value } } institution { name { value } } members { status talent { displayName kind } } }
    }
  }
}`,
  },
  {
    title: `Answer an invitation: ACCEPT, DECLINE or LEAVE. Who declines is not asked for this result again, until they say so. ${loginFirst}`,
    query: `mutation AnswerTeamInvitation($input: AnswerTeamInvitationInput!) {
  answerTeamInvitation(input: $input) {
    team { id status members { status talent { displayName } } }
  }
}`,
    variables: { input: { id: '', answer: 'ACCEPT' } },
  },
];
