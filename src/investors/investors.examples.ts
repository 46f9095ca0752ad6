import type { Examples } from '../kernel/module.js';

/** Tabs of the API explorer for investors; the `.graphql` file of the same name contains their operations. */
export const investorsExamples: Examples = {
  file: new URL('./investors.examples.graphql', import.meta.url),
  tabs: [
    {
      operation: 'Investors',
      title:
        'Who would invest 3,000,000 CNY in a result of 有色金属冶炼和压延加工业 (32) at TRL 6 in Gansu, with what they did before.',
      variables: {
        filter: { industries: ['32'], regions: ['620000'], trl: 6, amount: { amount: '3000000', currency: 'CNY' } },
      },
    },
    {
      operation: 'MyInvestorProfile',
      title: 'My own investor profile and its revision; the ids are what the next two tabs need.',
      needsLogin: true,
    },
    {
      operation: 'EditInvestorProfile',
      title: 'Edit it: what is given replaces, null clears, what is absent stays; every wrong field is named.',
      needsLogin: true,
      variables: {
        input: {
          id: '',
          revision: 1,
          profile: {
            industries: ['32', '398'],
            excludedIndustries: ['3216'],
            trl: { min: 5 },
            ticket: { min: '2000000', max: '20000000', currency: 'CNY' },
          },
        },
      },
    },
    {
      operation: 'AddTrackRecord',
      title:
        'Add a past investment by hand (or bring a whole table: npm run import -- track-records examples/track-records.csv).',
      needsLogin: true,
      variables: {
        input: {
          investorId: '',
          record: {
            company: '某新材料公司',
            industryCode: '323',
            regionCode: '620300',
            stage: 'SERIES_A',
            amount: '8000000',
            currency: 'CNY',
            investedOn: '2025-06-03',
            coInvestors: [{ name: '某产业基金' }],
          },
        },
      },
    },
  ],
};
