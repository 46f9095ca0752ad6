import type { Examples } from '../kernel/module.js';

/** Example operations shown as tabs in the API explorer (GraphiQL); they are in the .graphql file of the same name. */
export const matchingExamples: Examples = {
  file: new URL('./matching.examples.graphql', import.meta.url),
  tabs: [
    {
      operation: 'MyMatches',
      title:
        'What fits my fund, and why, as investor@longshan.example: entries of the pool with reasons whose contributions add up to the score; hints say what would sharpen the list.',
      needsLogin: true,
    },
    {
      operation: 'Decline',
      title:
        'I decline one of them: it is gone from my list and mine from theirs for half a year; `withdrawMatchFeedback` takes it back.',
      variables: { entry: 'the id of an entry of your list', profile: 'the id of your profile' },
    },
    {
      operation: 'WhoFits',
      title: 'Who fits my result, as lister@longyuan.example: investors, talents and needs, and what put others off.',
      needsLogin: true,
    },
    {
      operation: 'Models',
      title:
        'The models that score, as an operator, once asOperator is true: versions, parameters, what a fit measured.',
      needsLogin: true,
      variables: { asOperator: false },
    },
    {
      operation: 'Rounds',
      title:
        'Matching rounds 撮合批次: as an operator what each came to against its bound, and how fair it was; as an investor or lister your own pairs with their reasons, to answer by answerRoundPair.',
      needsLogin: true,
      variables: { loggedIn: false },
    },
    {
      operation: 'TeamProposals',
      title:
        'Teams for the results of my institution that are in the pool, or those that I would be in as a talent: what each brings, why, and what is still missing.',
      needsLogin: true,
      variables: { first: 3 },
    },
    {
      operation: 'ProposeTeam',
      title:
        'Put a team together and invite it, as an editor of the institution; two to four talents, with both sides among them.',
      needsLogin: true,
      variables: { input: { achievementId: '', talentIds: [] } },
    },
    {
      operation: 'MyTeams',
      title: 'Teams to which I was invited as a talent.',
      needsLogin: true,
    },
    {
      operation: 'AnswerTeamInvitation',
      title:
        'Answer an invitation: ACCEPT, DECLINE or LEAVE. Who declines is not asked for this result again, until they say so.',
      needsLogin: true,
      variables: { input: { id: '', answer: 'ACCEPT' } },
    },
  ],
};
