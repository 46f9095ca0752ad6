import type { Examples } from '../kernel/module.js';

/** Example operations shown as tabs in the API explorer (GraphiQL); they are in the .graphql file of the same name. */
export const taxonomyExamples: Examples = {
  file: new URL('./taxonomy.examples.graphql', import.meta.url),
  tabs: [
    {
      operation: 'CurrencyRates',
      title: 'The currencies in which amounts can be given, and by what they are compared.',
    },
  ],
};
