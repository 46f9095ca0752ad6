/** Columns of investors, rates and backers that hold no marker, by the reason why. */
export const INVESTOR_REASONS: Record<string, string[]> = {
  'a code of a closed list': [
    'currency_rate.currency',
    'column_mapping.target',
    'import_run.target',
    'investor_industry.industry_code',
    'investor_profile.cooperation_modes',
    'investor_profile.funding_stages',
    'investor_profile.region_codes',
    'investor_profile.status',
    'investor_profile.ticket_currency',
    'track_record.currency',
    'track_record.industry_code',
    'track_record.region_code',
    'track_record.stage',
  ],
};
