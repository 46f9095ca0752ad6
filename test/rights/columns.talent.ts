/** Columns of talents and demands that hold no marker, by the reason why. */
export const TALENT_REASONS: Record<string, string[]> = {
  'a code of a closed list': [
    'demand.budget_currency', 'demand.region_code', 'demand.status', 'demand_industry.industry_code', 'talent_evidence.kind', 'talent_industry.industry_code', 'talent_profile.kind', 'talent_profile.languages',
    'talent_profile.manager_grade', 'talent_profile.region_codes', 'talent_profile.roles', 'talent_profile.status', 'talent_profile.verification', 'talent_profile.visibility',
  ],
  'not written yet': [
    'demand.description', 'demand.status_reason', 'demand.targets', 'demand.title', 'talent_evidence.title', 'talent_evidence.url', 'talent_profile.bio', 'talent_profile.headline', 'talent_profile.orcid',
    'talent_profile.skills', 'talent_profile.status_reason', 'talent_profile.verification_reason',
  ],
};
