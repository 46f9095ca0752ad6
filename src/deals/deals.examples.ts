import type { Examples } from '../kernel/module.js';

/** Tabs of the API explorer for deals; the `.graphql` file of the same name contains their operations. */
export const dealsExamples: Examples = {
  file: new URL('./deals.examples.graphql', import.meta.url),
  tabs: [
    {
      operation: 'SayInterest',
      title: 'Say interest in an entry, as an investor.',
      needsLogin: true,
      variables: { input: { achievementId: '', message: '我们关注这一方向，想了解中试进展。' } },
    },
  ],
};
