import type { Example } from './graphiql.examples.js';

/** Tabs about talents and enterprises' demands; `loginFirst` says what those need that ask for rights. */
export const talentExamples = (loginFirst: string): readonly Example[] => [
  {
    title:
      'Who knows the market of an industry and could start now, and open demands that a result of TRL 6 satisfies.',
    query: `query TalentsAndDemands($industries: [String!], $trl: Int) {
  talentProfiles(first: 10, filter: { kinds: [MARKET, BRIDGE], industries: $industries, availableNow: true }) {
    totalCount
    nodes { displayName kind headline { value } skills { value } industries { code name { value } } roles managerGrade languages daysPerMonth verification evidence { kind title { value } year } }
  }
  demands(first: 10, filter: { statuses: [OPEN], expired: false, trl: $trl }) {
    totalCount
    nodes { title { value } organisation { name { value } } budget { min max currency } deadline requiredTrl targets { name { value } value unit } }
  }
}`,
    variables: { industries: ['C'], trl: 6 },
  },
  {
    title:
      'Search investors, talents and open demands by words, with counts to narrow by: choosing a value leaves its siblings’ counts standing.',
    query: `query SearchProfiles($text: String, $industries: [String!]) {
  investorSearch(query: $text, first: 5) {
    totalCount
    nodes { organisation { name { value } } thesis { value } fundingStages ticket { min max currency } }
    facets(names: [FUNDING_STAGE, TRL]) { name values { value label { value } count } }
  }
  talentSearch(query: $text, filter: { industries: $industries }, first: 5) {
    totalCount
    edges { node { displayName headline { value } } highlights { field fragments { parts { text match } } } }
    facets(names: [KIND, LANGUAGE, ROLE]) { name values { value label { value } count selected } }
  }
  demandSearch(query: $text, filter: { standings: [OPEN] }, first: 5) {
    totalCount
    nodes { title { value } deadline }
    facets(names: [INDUSTRY, STANDING]) { name values(level: 1) { value label { value } count } }
  }
}`,
    variables: { text: '稀土', industries: ['C'] },
  },
  {
    title: `Offer yourself as a talent: all but the kind may be left empty. Then edit it on its newest revision. ${loginFirst}`,
    query: `mutation OfferMyself($input: CreateTalentProfileInput!) {
  createTalentProfile(input: $input) {
    talent { id revision kind headline { value } visibility verification viewerCanEdit }
  }
}`,
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
    title: `Say what shows that you can do it, and read your profile back as others see it. ${loginFirst}`,
    query: `mutation MyEvidence($input: SetTalentEvidenceInput!) {
  setTalentEvidence(input: $input) {
    talent { revision verification evidence { kind title { value } year url achievement { title { value } } } }
  }
}`,
    variables: {
      input: { revision: 1, evidence: [{ kind: 'DEAL_CLOSED', title: { zh: '促成一项技术许可' }, year: 2025 }] },
    },
  },
  {
    title: `Post a demand, as an editor of an enterprise. ${loginFirst}`,
    query: `mutation PostDemand($input: CreateDemandInput!) {
  createDemand(input: $input) {
    demand { id status title { value } budget { min max currency } region { name { value } } }
  }
}`,
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
];
