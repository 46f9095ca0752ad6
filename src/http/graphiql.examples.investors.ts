import type { Example } from './graphiql.examples.js';

/** Tabs that show what investors look for; `loginFirst` says what those need that ask for rights. */
export const investorExamples = (loginFirst: string): readonly Example[] => [
  {
    title:
      'Who would invest 3,000,000 CNY in a result of 有色金属冶炼和压延加工业 (32) at TRL 6 in Gansu, with what they did before.',
    query: `query Investors($filter: InvestorProfileFilter) {
  investorProfiles(first: 10, filter: $filter) {
    totalCount
    nodes {
      id
      organisation { name { value } }
      thesis { value }
      industries { code name { value } }
      excludedIndustries { code name { value } }
      trl { min max }
      fundingStages
      ticket { min max currency }
      regions { name { value } }
      cooperationModes
      status
      trackRecords(first: 5) { totalCount nodes { investedOn company stage amount { amount currency } industry { name { value } } coInvestors { name } } }
    }
  }
}`,
    variables: {
      filter: { industries: ['32'], regions: ['620000'], trl: 6, amount: { amount: '3000000', currency: 'CNY' } },
    },
  },
  {
    title: `My own investor profile and its revision; the ids are what the next two tabs need. ${loginFirst}`,
    query: `query MyInvestorProfile {
  viewer {
    memberships(first: 5) {
      nodes { organisation { id name { value } kind investorProfile { id revision status statusReason viewerCanEdit trackRecords(first: 3) { nodes { id revision company investedOn externalId } } } } }
    }
  }
}`,
  },
  {
    title: `Edit it: what is given replaces, null clears, what is absent stays; every wrong field is named. ${loginFirst}`,
    query: `mutation EditInvestorProfile($input: UpdateInvestorProfileInput!) {
  updateInvestorProfile(input: $input) { profile { id revision industries { code } excludedIndustries { code } ticket { min max currency } } }
}`,
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
    title: `Add a past investment by hand (or bring a whole table: npm run import -- track-records examples/track-records.csv). ${loginFirst}`,
    query: `mutation AddTrackRecord($input: AddTrackRecordInput!) {
  addTrackRecord(input: $input) { record { id company stage amount { amount currency } investedOn coInvestors { name organisation { id } } } }
}`,
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
  {
    title: 'The currencies in which amounts can be given, and by what they are compared.',
    query: `query CurrencyRates {
  currencyRates { currency cnyPerUnit asOf }
}`,
  },
];
