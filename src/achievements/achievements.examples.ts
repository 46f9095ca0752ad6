import type { Examples } from '../kernel/module.js';

/** Tabs of the API explorer for achievements; the `.graphql` file of the same name contains their operations. */
export const achievementsExamples: Examples = {
  file: new URL('./achievements.examples.graphql', import.meta.url),
  tabs: [
    {
      operation: 'Pool',
      title: 'The pool, newest first. Press the triangle; the Docs button on the left explains every field.',
      variables: { first: 10 },
    },
    {
      operation: 'CreateDraft',
      title: 'Write a draft, as an editor of the institution; `missing` says what registration still needs.',
      needsLogin: true,
      variables: {
        input: {
          institutionId: '',
          content: {
            title: { zh: '微型铯原子钟', en: 'Miniature caesium clock' },
            summary: { zh: '体积小、功耗低的频率标准。', en: 'A small frequency standard of low power.' },
            trl: 6,
            cooperationModes: [{ mode: 'LICENCE', licenceKind: 'ORDINARY' }],
            fundingNeed: { min: '2000000', max: '5000000', currency: 'CNY' },
          },
        },
      },
    },
    {
      operation: 'Register',
      title: 'Register a complete draft; results that look like it are shown.',
      needsLogin: true,
      variables: { input: { id: '' } },
    },
  ],
};
