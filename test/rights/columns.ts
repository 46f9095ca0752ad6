import { INVESTOR_REASONS } from './columns.investors.js';
import { ROUND_REASONS } from './columns.rounds.js';
import { MATCHING_REASONS } from './columns.matching.js';
import { TALENT_REASONS } from './columns.talent.js';
import { TEAM_REASONS } from './columns.teams.js';
import { VETTING_REASONS } from './columns.vetting.js';
import type { World } from './world.js';

/** Columns of text that hold no marker here, by the reason why. A new column of text stands here or is marked in world.ts. */
const REASONS: Record<string, string[]> = {
  'a code of a closed list': [
    'account.locale',
    'achievement.attribute',
    'achievement.category',
    'achievement.funding_currency',
    'achievement.region_code',
    'achievement.stage',
    'achievement.status',
    'achievement_content.tier',
    'achievement_cooperation.licence_kind',
    'achievement_cooperation.mode',
    'achievement_industry.industry_code',
    'achievement_strategic_area.area_code',
    'api_key.scopes',
    'evidence_file.media_type',
    'evidence_file.tier',
    'import_report_row.code',
    'import_report_row.field',
    'import_report_row.severity',
    'import_run.encoding',
    'import_run.format',
    'import_run.mapping_source',
    'import_run.mode',
    'import_run.register',
    'import_run.status',
    'interest.closed_by',
    'interest.status',
    'interest_message.side',
    'invitation.role',
    'ip_right.status',
    'ip_right.type',
    'ledger_record.kind',
    'ledger_record.subject_type',
    'membership.role',
    'nda_grant.status',
    'near_duplicate.evidence',
    'one_time_token.purpose',
    'organisation.kind',
    'organisation.region_code',
    'organisation.verification',
    'search_generation.state',
    'search_miss.industry',
    'session.revoked_reason',
  ],
  'a digest, selected by no query of the API': [
    'achievement.record_hash',
    'achievement.text_bands',
    'achievement.title_bands',
    'import_run.registered_digest',
    'ledger_record.hash',
    'ledger_record.previous_hash',
    'loaded_file.sha256',
    'login_throttle.key',
    'search_generation.settings_hash',
  ],
  'an id, which stands for nothing by itself': [
    'ledger_record.subject_id',
    'search_generation.index_uid',
    'signing_key.kid',
  ],
  'public: a list that everyone may read': [
    'industry.code',
    'industry.name',
    'industry.parent_code',
    'industry.path',
    'region.code',
    'region.name',
    'region.parent_code',
    'region.path',
    'strategic_area.code',
    'strategic_area.name',
    'strategic_area.parent_code',
    'strategic_area.path',
  ],
  'public: the key with which tokens are checked': ['signing_key.public_key'],
  'public: PUBLIC text of pool entries alone, as in the index': ['search_text.body', 'search_text.title'],
  'names of the program’s own files and steps': ['loaded_file.name', 'migrations.name'],
  'has a check digit; shown with inventor.name, which is marked': ['inventor.orcid'],
};

export const UNMARKED: readonly string[] = [
  REASONS,
  VETTING_REASONS,
  TALENT_REASONS,
  INVESTOR_REASONS,
  MATCHING_REASONS,
  TEAM_REASONS,
  ROUND_REASONS,
]
  .flatMap((reasons) => Object.values(reasons).flat())
  .sort();

/** Every column of the program's tables that can hold a text and holds no marker, as `table.column`. */
export async function columnsWithoutMarker(w: World): Promise<string[]> {
  const columns = await w.t.sql<{ table_name: string; column_name: string; data_type: string }>(
    `SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.data_type IN ('text', 'character varying', 'jsonb', 'json', 'ARRAY', 'bytea') ORDER BY 1, 2`,
  );
  const texts = w.markers.all.map(({ text }) => text.toLowerCase());
  const without: string[] = [];
  for (const { table_name, column_name, data_type } of columns) {
    const value = data_type === 'bytea' ? `encode("${column_name}", 'escape')` : `"${column_name}"::text`;
    const [row] = await w.t.sql<{ found: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM "${table_name}", unnest($1::text[]) m WHERE strpos(lower(${value}), m) > 0) AS found`,
      [texts],
    );
    if (!row!.found) without.push(`${table_name}.${column_name}`);
  }
  return without.sort();
}
