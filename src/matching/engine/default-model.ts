import type { MatchModel } from './model.js';

/**
 * Model of a new deployment: weights and smoothing, but no statistics of past rounds. Base rates and latent factors
 * come from the deployment's own history once a model is fitted to it (fit.ts); until then every industry, region and
 * stage has the base rate `unseen`, and every party `unseenParty`.
 */
export const DEFAULT_MODEL: MatchModel = {
  version: 'default-1',
  investor: {
    weights: {
      activity: [0.35, 0.45, 0],
      idle: 0,
      industry: 0.45,
      industryDeeper: 0.45,
      region: 0.35,
      regionDeeper: 0.3,
      stage: 0.6,
      amount: 0.6,
      coInvestorsMost: 0.3,
      coInvestorsMean: 0.1,
      latent: 1,
      text: 3,
      declaredIndustry: [0.8, -0.8],
      declaredRegion: [0.4, -0.4],
      declaredStage: [0.5, -0.5],
      cooperation: [0.5, -1],
      ticket: [0.4, -0.6],
      trl: [0.4, -0.7],
      base: 0.1,
    },
    activity: { halfLives: [0.5, 2, 8], floor: [0.05, 0.2, 0.8] },
    preferenceHalfLife: 4,
    smoothing: { industry: 5, region: 5, stage: 3, coInvestors: 3, latent: 4, declared: 4 },
    base: {
      industries: {},
      regions: {},
      stages: {},
      parties: {},
      unseen: 0.02,
      unseenParty: 0.0005,
      amount: { mean: Math.log(2e7), variance: 2.5 },
    },
    amount: { meanPrior: 1, variancePrior: 3, variance: 1.8 },
    latent: { dimensions: 0, own: {}, sought: {}, amountBounds: [] },
  },
  talent: {
    weights: {
      industry: 1.5,
      text: 3,
      region: 0.6,
      languages: 0.3,
      evidence: 0.35,
      evidenceKinds: {
        PAPER: 0.6,
        PATENT: 1,
        DEAL_CLOSED: 1.4,
        PRODUCT_LAUNCHED: 1.3,
        COMPANY_FOUNDED: 1.3,
        AWARD: 0.8,
        ORCID_RECORD: 0.5,
      },
      verified: 0.5,
      availability: 0.6,
      wait: -0.15,
      grade: { JUNIOR: 0.1, INTERMEDIATE: 0.2, SENIOR: 0.35 },
    },
  },
  demand: { weights: { industry: 1.5, text: 3.5, region: 0.4, trl: [0.4, -0.7], budget: [0.3, -0.4], deadline: 0.2 } },
};
