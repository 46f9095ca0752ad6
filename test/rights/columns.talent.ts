/** Columns of talents and demands that hold no marker, by the reason why. */
export const TALENT_REASONS: Record<string, string[]> = {
  'a code of a closed list': [
    'demand.budget_currency', 'demand.region_code', 'demand.status', 'demand_industry.industry_code', 'talent_evidence.kind', 'talent_industry.industry_code', 'talent_profile.kind', 'talent_profile.languages',
    'talent_profile.manager_grade', 'talent_profile.region_codes', 'talent_profile.roles', 'talent_profile.status', 'talent_profile.verification', 'talent_profile.visibility',
  ],
};
