import type { Example } from './graphiql.examples.js';

/** Tabs that show matching from its three sides; `loginFirst` says what those need that ask for rights. */
export const matchingExamples = (loginFirst: string): readonly Example[] => [
  {
    title: `What fits my fund, and why, as investor@longshan.example: entries of the pool with reasons whose contributions add up to the score; hints say what would sharpen the list. ${loginFirst}`,
    query: `query MyMatches($after: String) {
  viewer {
    memberships(first: 1) {
      nodes {
        organisation {
          investorProfile {
            id
            achievementMatches(first: 5, after: $after) {
              totalCount
              modelVersion
              hints { code text { value } }
              pageInfo { hasNextPage endCursor }
              nodes {
                rank
                score
                achievement { id title { value } institution { name { value } } trl }
                reasons { code contribution evidence { value } }
                viewerFeedback { action reasonCode }
                otherSideInterested
              }
            }
          }
        }
      }
    }
  }
}`,
  },
  {
    title:
      'I decline one of them: it is gone from my list and mine from theirs for half a year; `withdrawMatchFeedback` takes it back.',
    query: `mutation Decline($entry: ID!, $profile: ID!) {
  giveMatchFeedback(input: { achievementId: $entry, counterpartId: $profile, action: DECLINED, reasonCode: TOO_EARLY, note: "等中试数据" }) {
    feedback { id action reasonCode suppressedUntil }
  }
}`,
    variables: { entry: 'the id of an entry of your list', profile: 'the id of your profile' },
  },
  {
    title: `Who fits my result, as lister@longyuan.example: investors, talents and needs, and what put others off. ${loginFirst}`,
    query: `query WhoFits {
  viewer {
    memberships(first: 1) {
      nodes {
        organisation {
          achievements(first: 2, filter: { statuses: [ADMITTED] }) {
            nodes {
              id
              title { value }
              investorMatches(first: 5) { totalCount nodes { rank score counterpart { ... on InvestorProfile { id organisation { name { value } } } } reasons { code contribution evidence { value } } otherSideInterested } }
              talentMatches(first: 5) { totalCount nodes { rank score counterpart { ... on TalentProfile { id kind headline { value } } } reasons { code evidence { value } } } }
              demandMatches(first: 5) { totalCount nodes { rank score counterpart { ... on Demand { id title { value } organisation { name { value } } } } reasons { code evidence { value } } } }
              matchDeclines { reasonCode kind count }
            }
          }
        }
      }
    }
  }
}`,
  },
  {
    title: `The models that score, as an operator, once asOperator is true: versions, parameters, what a fit measured. ${loginFirst}`,
    query: `query Models($asOperator: Boolean!) {
  viewer { account { displayName } }
  matchModels @include(if: $asOperator) {
    version
    source
    active
    note
    figures
    createdAt
    parameters { path value }
  }
}`,
    variables: { asOperator: false },
  },
];
