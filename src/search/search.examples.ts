import type { Examples } from '../kernel/module.js';

/** Example operations shown as tabs in the API explorer (GraphiQL); they are in the .graphql file of the same name. */
export const searchExamples: Examples = {
  file: new URL('./search.examples.graphql', import.meta.url),
  tabs: [
    {
      operation: 'Search',
      title: 'Search 量子 (or quantum: one index holds both languages) with the counts of two facets.',
      variables: { query: '量子', filter: {} },
    },
    {
      operation: 'DrillDown',
      title:
        'Drill from 制造业 (section C of GB/T 4754) down: each answer lists the next level with its counts; put one of its codes into the filter and into `parent`.',
      variables: { industries: ['C'], parent: 'C' },
    },
    {
      operation: 'SearchProfiles',
      title:
        'Search investors, talents and open demands by words, with counts to narrow by: choosing a value leaves its siblings’ counts standing.',
      variables: { text: '稀土', industries: ['C'] },
    },
  ],
};
