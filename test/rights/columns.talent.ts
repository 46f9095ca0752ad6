/** Columns of talents and demands that hold no marker, by the reason why. */
export const TALENT_REASONS: Record<string, string[]> = {
  'a code of a closed list': [
    'demand.budget_currency',
    'demand.region_code',
    'demand.status',
    'demand_industry.industry_code',
    'talent_evidence.kind',
    'talent_industry.industry_code',
    'talent_profile.kind',
    'talent_profile.languages',
    'talent_profile.manager_grade',
    'talent_profile.region_codes',
    'talent_profile.roles',
    'talent_profile.status',
    'talent_profile.verification',
    'talent_profile.visibility',
    'search_profile_generation.state',
  ],
  'a digest, selected by no query of the API': ['search_profile_generation.settings_hash'],
  'an id, which stands for nothing by itself': ['search_profile_generation.index_uid'],
};
