import type { Examples } from '../kernel/module.js';

/** Tabs of the API explorer for demands; the `.graphql` file of the same name contains their operations. */
export const demandsExamples: Examples = {
  file: new URL('./demands.examples.graphql', import.meta.url),
  tabs: [
    {
      operation: 'PostDemand',
      title: 'Post a demand, as an editor of an enterprise.',
      needsLogin: true,
      variables: {
        input: {
          organisationId: '',
          content: {
            title: { zh: '高纯镍粉的低成本制备' },
            industries: ['3239'],
            budget: { min: '500000', max: '2000000', currency: 'CNY' },
            requiredTrl: 6,
            targets: [{ name: { zh: '纯度' }, value: '≥ 99.99', unit: '%' }],
          },
        },
      },
    },
  ],
};
