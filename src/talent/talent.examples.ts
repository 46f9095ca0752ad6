import type { Examples } from '../kernel/module.js';

/** Example operations shown as tabs in the API explorer (GraphiQL); they are in the .graphql file of the same name. */
export const talentExamples: Examples = {
  file: new URL('./talent.examples.graphql', import.meta.url),
  tabs: [
    {
      operation: 'TalentsAndDemands',
      title:
        'Who knows the market of an industry and could start now, and open demands that a result of TRL 6 satisfies.',
      variables: { industries: ['C'], trl: 6 },
    },
    {
      operation: 'OfferMyself',
      title: 'Offer yourself as a talent: all but the kind may be left empty. Then edit it on its newest revision.',
      needsLogin: true,
      variables: {
        input: {
          profile: {
            kind: 'BRIDGE',
            headline: { zh: '有色冶金工艺与市场双背景', en: 'Nonferrous metallurgy, from process to market' },
            skills: [
              { zh: '湿法冶金', en: 'hydrometallurgy' },
              { zh: '渠道拓展', en: 'channel building' },
            ],
            industries: ['32'],
            regions: ['620000'],
            languages: ['zh', 'en'],
            roles: ['FOUNDER', 'TECHNOLOGY_MANAGER'],
            managerGrade: 'INTERMEDIATE',
            daysPerMonth: 8,
            visibility: 'PUBLIC',
          },
        },
      },
    },
    {
      operation: 'MyEvidence',
      title: 'Say what shows that you can do it, and read your profile back as others see it.',
      needsLogin: true,
      variables: {
        input: { revision: 1, evidence: [{ kind: 'DEAL_CLOSED', title: { zh: '促成一项技术许可' }, year: 2025 }] },
      },
    },
  ],
};
