import type { Examples } from '../kernel/module.js';

/** Example operations shown as tabs in the API explorer (GraphiQL); they are in the .graphql file of the same name. */
export const vettingExamples: Examples = {
  file: new URL('./vetting.examples.graphql', import.meta.url),
  tabs: [
    {
      operation: 'Cohorts',
      title:
        'Cohorts in public: how many were registered, screened out and why, reviewed and admitted, by which weights, and how reliable the reviews were.',
    },
    {
      operation: 'Ranking',
      title:
        'The order of the pool within 制造业 (any code of GB/T 4754), with score passports: axes, intervals and percentiles to draw.',
      variables: { industry: 'C' },
    },
    {
      operation: 'CohortPage',
      title: 'Where the newest cohort stands, as an operator: screen, assignment, reviews, severity of each reviewer.',
      needsLogin: true,
    },
    {
      operation: 'Desk',
      title:
        'What each score means; and my desk as a reviewer, once asReviewer is true: what is assigned, without names where the cohort is blind.',
      needsLogin: true,
      variables: { asReviewer: false },
    },
    {
      operation: 'SubmitReview',
      title: 'Submit a review, once; half points from 0 to 5, with a rationale at the ends.',
      needsLogin: true,
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
  ],
};
