/**
 * The matching engine: pure functions and columns over plain records. types.ts defines the records compared, model.ts
 * the fitted parameters.
 */
export * from './types.js';
export * from './result.types.js';
export * from './model.js';
export { FLAT_TAXONOMY, type EngineTaxonomy } from './taxonomy.js';
export { DEFAULT_MODEL } from './default-model.js';
export { createInvestorIndex, InvestorIndex, type InvestorDump } from './investor.index.js';
export { createTalentIndex, TalentIndex } from './talent.index.js';
export { createDemandIndex, DemandIndex } from './demand.index.js';
export { investorGaps, talentGaps, demandGaps } from './gaps.js';
export { byScoreThenId } from './top.js';
