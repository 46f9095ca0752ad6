/**
 * Version of the rule by which a cohort is decided; a cohort keeps the version under which it was frozen, and its ledger
 * records state it (without a version they follow 1). 1: floors and tie keys compare unrounded values, and the earlier
 * registration is the earlier entry into the cohort. 2: every comparison uses published values, and the earlier
 * registration is the lower place in the order of registration.
 */
export type RuleVersion = 1 | 2;

/** The version for cohorts that are opened now. */
export const RULE_VERSION: RuleVersion = 2;

/** The version as a fact of a ledger record; version 1 was not recorded. */
export const ruleFact = (rule: RuleVersion): { rule?: RuleVersion } => (rule === 1 ? {} : { rule });
