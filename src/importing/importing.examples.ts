import type { Examples } from '../kernel/module.js';

/** Tabs of the API explorer for imports; the `.graphql` file of the same name contains their operations. */
export const importingExamples: Examples = {
  file: new URL('./importing.examples.graphql', import.meta.url),
  tabs: [
    {
      operation: 'Imports',
      title: 'How the imports of my institutions stand, with the rows that were rejected.',
      needsLogin: true,
    },
  ],
};
