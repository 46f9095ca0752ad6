import { talentExamples } from './graphiql.examples.talent.js';
import { roundExamples } from './graphiql.examples.rounds.js';
import { matchingExamples } from './graphiql.examples.matching.js';
import { investorExamples } from './graphiql.examples.investors.js';
import { teamExamples } from './graphiql.examples.teams.js';
import { vettingExamples } from './graphiql.examples.vetting.js';

/** A first tab of the explorer: what it shows, and an operation that is valid as it stands. */
export interface Example {
  title: string;
  query: string;
  variables?: Record<string, unknown>;
}

const LOG_IN_FIRST = 'Needs a log-in: put {"authorization": "Bearer <accessToken>"} into the Headers editor.';

export const examples: readonly Example[] = [
  {
    title: 'The pool, newest first. Press the triangle; the Docs button on the left explains every field.',
    query: `query Pool($first: Int) {
  achievements(first: $first) {
    totalCount
    nodes {
      id
      registrationNo
      title { value locale }
      institution { name { value } }
      primaryIndustry { code name { value } }
      trl
      fundingNeed { min max currency }
    }
    pageInfo { hasNextPage endCursor }
  }
}`,
    variables: { first: 10 },
  },
  {
    title: 'Search 量子 (or quantum: one index holds both languages) with the counts of two facets.',
    query: `query Search($query: String, $filter: AchievementSearchFilter) {
  achievementSearch(query: $query, filter: $filter, first: 10) {
    totalCount
    degraded
    edges {
      node { id title { value } institution { name { value } } trl }
      highlights { field fragments { parts { text match } } }
    }
    facets(names: [REGION, COOPERATION_MODE]) {
      name
      values(first: 20) { value label { value } count selected }
    }
    pageInfo { hasNextPage endCursor }
  }
}`,
    variables: { query: '量子', filter: {} },
  },
  {
    title:
      'Drill from 制造业 (section C of GB/T 4754) down: each answer lists the next level with its counts; put one of its codes into the filter and into `parent`.',
    query: `query DrillDown($industries: [String!], $parent: String) {
  achievementSearch(filter: { industries: $industries }, first: 5) {
    totalCount
    nodes { title { value } primaryIndustry { code name { value } } }
    facets(names: [INDUSTRY]) {
      values(parent: $parent, first: 50) { value level label { value } count }
    }
  }
}`,
    variables: { industries: ['C'], parent: 'C' },
  },
  {
    title:
      'Log in. Copy the access token into the Headers editor of the other tabs: {"authorization": "Bearer <accessToken>"}.',
    query: `mutation LogIn($input: LogInInput!) {
  logIn(input: $input) {
    tokens { accessToken accessTokenExpiresAt refreshToken }
  }
}`,
    variables: { input: { email: 'investor@longshan.example', password: '' } },
  },
  {
    title: `Say interest in an entry, as an investor. ${LOG_IN_FIRST}`,
    query: `mutation SayInterest($input: ExpressInterestInput!) {
  expressInterest(input: $input) {
    interest {
      id
      status
      institution { name { value } }
      messages(first: 10) { nodes { number side body createdAt } }
      viewerCanReply
    }
  }
}`,
    variables: { input: { achievementId: '', message: '我们关注这一方向，想了解中试进展。' } },
  },
  {
    title: `Write a draft, as an editor of the institution; \`missing\` says what registration still needs. ${LOG_IN_FIRST}`,
    query: `mutation CreateDraft($input: CreateAchievementInput!) {
  createAchievement(input: $input) {
    achievement { id revision status title { value } missing { field message } }
  }
}`,
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
    title: `Register a complete draft; results that look like it are shown. ${LOG_IN_FIRST}`,
    query: `mutation Register($input: AchievementActionInput!) {
  registerAchievement(input: $input) {
    achievement {
      id
      status
      registrationNo
      nearDuplicatesOf { otherTitle { value } otherInstitution { value } }
    }
  }
}`,
    variables: { input: { id: '' } },
  },
  {
    title: `How the imports of my institutions stand, with the rows that were rejected. ${LOG_IN_FIRST}`,
    query: `query Imports {
  viewer {
    memberships(first: 3) {
      nodes {
        organisation {
          name { value }
          importRuns(first: 3) {
            nodes {
              id
              status
              fileName
              progress { processed total }
              counts { created updated unchanged rejected }
              reportRows(first: 20) { nodes { line column code message value } }
            }
          }
        }
      }
    }
  }
}`,
  },
  ...vettingExamples(LOG_IN_FIRST),
  ...matchingExamples(LOG_IN_FIRST),
  ...roundExamples(LOG_IN_FIRST),
  ...talentExamples(LOG_IN_FIRST),
  ...investorExamples(LOG_IN_FIRST),
  ...teamExamples(LOG_IN_FIRST),
];
