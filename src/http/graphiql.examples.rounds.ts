import type { Example } from './graphiql.examples.js';

/** Tabs on matching rounds; `loginFirst` says what those need that ask for rights. */
export const roundExamples = (loginFirst: string): readonly Example[] => [
  {
    title: `Matching rounds 撮合批次: as an operator what each came to against its bound, and how fair it was; as an investor or lister your own pairs with their reasons, to answer by answerRoundPair. ${loginFirst}`,
    query: `query Rounds($loggedIn: Boolean!) {
  viewer { account { displayName } }
  matchingRounds(first: 3) @include(if: $loggedIn) {
    nodes {
      id
      name { value }
      method
      status
      progress
      figures { pairs objective upperBound gap optimumObjective blockingPairs achievementSide { filled withoutPair medianShare gini medianRank } investorSide { filled withoutPair medianShare gini } }
      droppedCount
      viewerStandings { side achievement { title { value } } places pairs share ranks }
      pairs(first: 10) {
        totalCount
        nodes { id status score viewerCanAnswer achievement { title { value } } investor { organisation { name { value } } } reasons { code contribution evidence { value } } interest { id } }
      }
    }
  }
}`,
    variables: { loggedIn: false },
  },
];
