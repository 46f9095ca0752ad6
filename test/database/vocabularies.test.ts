import { afterAll, beforeAll, expect, it } from 'vitest';
import { oneOf, onlyOf, vocabularyConstraint } from '../../src/lib/migration.js';
import { startTestApp, type TestApp } from '../harness.js';
import { textColumns, vocabularies } from './constraints.js';

/** Columns that hold no code of a closed list, by what they hold. */
const FREE: Readonly<Record<string, string>> = {
  'keys and codes that the program alone makes, open lists among them':
    'assignment_run.phase assignment.entry_region assignment.reviewer_region authored_text.place evidence_file.media_type idempotency_key.key import_report_row.code import_report_row.field import_report_row.message_key import_run.encoding import_run.headers import_run.sheet_name ledger_record.kind ledger_record.subject_id ledger_record.subject_type loaded_file.name login_throttle.key mail_opt_out.mailbox matching_round.phase pool_rank.industry_codes quota_lease.key score_passport.industry_codes search_generation.index_uid search_miss.industry search_profile_generation.index_uid session.revoked_reason',
  'hashes, secrets and normal forms':
    'account.password_hash account.totp_secret achievement.record_hash api_key.prefix api_key.secret_hash boundary_round.inputs_hash cohort_entry.evidence_revision email_change.confirm_hash pending_sign_up.password_hash email_change.stop_hash evidence_file.sha256 fit.inputs_hash idempotency_key.digest import_run.file_sha256 import_run.registered_digest invitation.token_hash ip_right.number_key known_device.token_hash ledger_head.hash ledger_head.signature ledger_key.kid ledger_key.private_key ledger_key.public_key ledger_partition.last_hash ledger_record.hash ledger_record.previous_hash ledger_text.hash ledger_text.salt loaded_file.sha256 one_time_token.token_hash recovery_code.code_hash refresh_token.token_hash review.salt score_passport.evidence_revision search_generation.settings_hash search_profile_generation.settings_hash signing_key.kid signing_key.private_key track_record.company_key',
  'a code list itself':
    'gap_code.code industry.code industry.path region.code region.path strategic_area.code strategic_area.path',
  'identifiers and addresses that others give':
    'account.email achievement.external_id achievement.registration_no email_change.new_email pending_sign_up.email email_change.old_email inventor.orcid invitation.email ip_right.number organisation.ror organisation.uscc organisation.website reviewer.orcid reviewer_declaration.orcid support_service.url talent_evidence.url talent_profile.orcid track_record.external_id',
  'texts and names':
    'account.display_name pending_sign_up.display_name achievement_backer.name achievement_revision.note api_key.name assignment.status_reason assignment_run.fault cohort_entry.appeal cohort_entry.appeal_answer cohort_entry.screen_note column_mapping.name demand.status_reason entry_withdrawal.answer entry_withdrawal.reason evidence_file.name import_report_row.column_name import_report_row.message import_report_row.value import_run.file_name interest.close_reason interest_message.body investor_profile.status_reason ledger_text.text match_feedback.note match_model.note match_text_background.body match_text_background.title matching_round.fault matching_round_veto.note nda_grant.message objection.answer objection.reply objection.text organisation.verification_note review.correction_reason reviewer_declaration.reason reviewer_document.abstract reviewer_document.title search_miss.text search_text.body search_text.title session.user_agent shortlist_entry.note synonym_group.terms talent_profile.status_reason talent_profile.verification_reason team.reason track_record.company',
};

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp({ worker: false });
});
afterAll(() => t.close());

const sorted = (codes: Iterable<string>) => [...codes].sort().join(' ');

it('the schema holds every column with a vocabulary to exactly the codes of the program', async () => {
  const wanted = vocabularies(t);
  expect(wanted.size).toBeGreaterThan(80);
  const columns = new Map((await textColumns(t)).map((column) => [column.name, column]));
  const missing: string[] = [];
  for (const [name, codes] of wanted) {
    const held = columns.get(name)?.codes;
    if (held && sorted(held) === sorted(codes)) continue;
    // What a new migration has to say, as the statement itself.
    const [table, column] = name.split('.') as [string, string];
    const array = t.app.dataSource.entityMetadatas.some((entity) =>
      entity.columns.some((one) => entity.tableName === table && one.databaseName === column && one.isArray),
    );
    missing.push(
      `${name}: ${vocabularyConstraint(table, column)} CHECK (${(array ? onlyOf : oneOf)(column, [...codes])}), not ${held ? sorted(held) : 'unchecked'}`,
    );
  }
  expect(missing).toEqual([]);
});

it('every text column is held to a list, or is known to be free', async () => {
  const free = Object.values(FREE).flatMap((names) => names.split(' '));
  expect(new Set(free).size).toBe(free.length);
  const columns = await textColumns(t);
  const unheld = columns.filter(({ codes, listed }) => codes === null && !listed).map(({ name }) => name);
  expect(unheld.sort()).toEqual(free.sort());
});

it('every constraint is valid for all rows of a new database', async () => {
  expect(await t.sql(`SELECT conname FROM pg_constraint WHERE NOT convalidated`)).toEqual([]);
});

it('every column with a localised text has the domain of such texts', async () => {
  const localised = await t.sql<{ name: string }>(
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE domain_name = 'localised'`,
  );
  const names = new Set(localised.map(({ name }) => name));
  // Entities name the property of such a column …Text, or their GraphQL field is a LocalizedText.
  const unheld = t.app.dataSource.entityMetadatas.flatMap((entity) =>
    entity.columns
      .filter((column) => column.type === 'jsonb' && column.propertyName.endsWith('Text'))
      .map((column) => `${entity.tableName}.${column.databaseName}`)
      .filter((name) => !names.has(name)),
  );
  // Empty once the person is erased, so it has a CHECK of its own.
  expect([...new Set(unheld)]).toEqual(['talent_profile.headline']);
});
