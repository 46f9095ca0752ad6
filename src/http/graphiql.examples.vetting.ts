import type { Example } from './graphiql.examples.js';

/** Tabs that show how results get into the pool; `loginFirst` says what those need that ask for rights. */
export const vettingExamples = (loginFirst: string): readonly Example[] => [
  {
    title:
      'Cohorts in public: how many were registered, screened out and why, reviewed and admitted, by which weights, and how reliable the reviews were.',
    query: `query Cohorts {
  cohorts(first: 5) {
    nodes {
      id
      year
      name { value }
      status
      registeredCount
      quota
      admittedCount
      cutOff
      weights { dimension value }
      counts { entered counted excluded excludedFor { reason count } reviews objections }
      reliability { dimension entries alpha { value low high } icc { value low high } }
      entries(first: 20, filter: { proposed: true }) { nodes { rank title { value } score standardError } }
    }
  }
}`,
  },
  {
    title:
      'The order of the pool within 制造业 (any code of GB/T 4754), with score passports: axes, intervals and percentiles to draw.',
    query: `query Ranking($industry: String) {
  poolRanking(industry: $industry, first: 10) {
    totalCount
    nodes {
      rank
      score
      achievement { title { value } institution { name { value } } }
      passport { isValid expiresAt score low high axes { dimension score low high percentile reviews weight } }
    }
  }
}`,
    variables: { industry: 'C' },
  },
  {
    title: `Where the newest cohort stands, as an operator: screen, assignment, reviews, severity of each reviewer. ${loginFirst}`,
    query: `query CohortPage {
  cohorts(first: 1) {
    nodes {
      status
      counts { entered counted pending excluded }
      progress { assigned submitted entriesComplete appealsOpen objectionsOpen band }
      assignmentRun { status phase progress made unmet { entry { title { value } } missing reasons { reason reviewers } } }
      conflicts(first: 20) { nodes { reviewer { account { displayName } } reasons entry { title { value } } } }
      entries(first: 20) { nodes { rank title { value } score standardError proposal decisionReason } }
      reviewerFigures(first: 20) { nodes { reviewer { account { displayName } } dimension severity severityStandardError agreement reviews } }
    }
  }
}`,
  },
  {
    title: `What each score means; and my desk as a reviewer, once asReviewer is true: what is assigned, without names where the cohort is blind. ${loginFirst}`,
    query: `query Desk($asReviewer: Boolean!) {
  reviewerDesk @include(if: $asReviewer) {
    openCount
    nextDueAt
    assignments(first: 10) {
      nodes { id status dueAt dimensions achievement { title { value } summary { value } trl evidence { name path } } draft { scores { dimension score } } }
    }
  }
  scoreAnchors { dimension score words { value } }
}`,
    variables: { asReviewer: false },
  },
  {
    title: `Submit a review, once; half points from 0 to 5, with a rationale at the ends. ${loginFirst}`,
    query: `mutation SubmitReview($input: SubmitReviewInput!) {
  submitReview(input: $input) {
    ... on ReviewPayload { review { version submittedAt scores { dimension score } } }
    ... on VettingRefusal { message }
    ... on ReviewIncomplete { missing { dimension part } }
    ... on ConflictOfInterest { reasons }
  }
}`,
    variables: {
      input: {
        assignmentId: '',
        confidence: 4,
        scores: [
          { dimension: 'MARKET_POTENTIAL', score: 3.5 },
          { dimension: 'ECONOMIC_VALUE', score: 3 },
          { dimension: 'TECHNICAL_CONTENT', score: 4.5, rationale: '关键指标有第三方检测。', forLister: true },
        ],
      },
    },
  },
];
