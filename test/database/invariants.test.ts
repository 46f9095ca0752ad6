import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSample, loadSamplePeople } from '../../src/sample/sample.js';
import { startTestApp, type TestApp } from '../harness.js';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp({ worker: false });
  await loadSamplePeople(t.app);
  await loadSample(t.app, () => undefined);
  // What the sample has none of.
  await t.sql(
    `INSERT INTO interest (id, achievement_id, institution_id, account_id, status, created_at, last_message_at)
     SELECT gen_random_uuid(), a.id, a.institution_id, (SELECT id FROM account LIMIT 1), 'OPEN', now(), now()
     FROM achievement a WHERE a.status = 'ADMITTED' LIMIT 1`,
  );
  await t.sql(
    `INSERT INTO team (id, achievement_id, institution_id, status, created_at, updated_at)
     SELECT gen_random_uuid(), a.id, a.institution_id, 'PROPOSED', now(), now()
     FROM achievement a WHERE a.status = 'ADMITTED' LIMIT 1`,
  );
  await t.sql(`INSERT INTO support_service (id, kind, name) VALUES (gen_random_uuid(), 'TESTING', '{"zh":"检测"}')`);
  await t.sql(
    `INSERT INTO matching_round (id, name, method, status, achievement_places, investor_places, created_at)
     VALUES (gen_random_uuid(), '{"zh":"轮次"}', 'OPTIMUM', 'DRAFT', 1, 1, now())`,
  );
  await t.sql(
    `INSERT INTO matching_round_pair (id, round_id, achievement_id, investor_id, institution_id, organisation_id, score, terms, model_version, status)
     SELECT gen_random_uuid(), (SELECT id FROM matching_round LIMIT 1), a.id, p.id, a.institution_id, p.organisation_id, 1, '[]', 1, 'PROPOSED'
     FROM (SELECT * FROM achievement WHERE status = 'ADMITTED' LIMIT 2) a, (SELECT * FROM investor_profile LIMIT 1) p`,
  );
  await t.sql(
    `INSERT INTO matching_round_standing (id, round_id, side, participant_id, organisation_id, candidates, places, pairs, got, best, ranks)
     SELECT gen_random_uuid(), round_id, 'ACHIEVEMENT', achievement_id, institution_id, 1, 1, 1, 1, 1, '{}' FROM matching_round_pair LIMIT 1`,
  );
}, 240_000);
afterAll(() => t.close());

/** The constraint by which the database refuses a statement; null if it takes it. */
async function refusal(sql: string): Promise<string | null> {
  return t.sql(sql).then(
    () => null,
    (error: { constraint?: string; code?: string; message: string }) =>
      error.constraint ?? `${error.code} ${error.message}`,
  );
}

/** One row of a table, so that a statement changes one. */
const one = (table: string, where = 'true') => `ctid = (SELECT ctid FROM ${table} WHERE ${where} LIMIT 1)`;

/** Columns with the name of a column of a parent that state another relation than the parent’s, or are held otherwise. */
const OTHER_RELATIONS = [
  // The similar achievement, not the one of the entry.
  'cultivation_neighbour.achievement_id',
  // Each reader of a thread, not the one that opened it.
  'interest_participant.account_id',
  // The account that logged in; the session is forgotten before the device.
  'known_device.account_id',
  // Held by the achievement and the investor of the pair, which the thread shares.
  'matching_round_pair.institution_id',
  'matching_round_pair.organisation_id',
  // The named party, not the employer of the talent.
  'mention.organisation_id',
  // What a tie is with, not the reviewer’s own organisation.
  'reviewer_declaration.organisation_id',
];

describe('a copied key is the parent’s', () => {
  const OTHER_ORGANISATION = (table: string, column: string) =>
    `UPDATE ${table} x SET ${column} = (SELECT o.id FROM organisation o WHERE o.id <> x.${column} LIMIT 1) WHERE ${one(table)}`;
  const OTHER_COHORT = (table: string) =>
    `UPDATE ${table} x SET cohort_id = (SELECT c.id FROM cohort c WHERE c.id <> x.cohort_id LIMIT 1) WHERE ${one(table)}`;
  it.each([
    ['interest.institution_id', OTHER_ORGANISATION('interest', 'institution_id')],
    ['team.institution_id', OTHER_ORGANISATION('team', 'institution_id')],
    ['matching_round_pair.institution_id', OTHER_ORGANISATION('matching_round_pair', 'institution_id')],
    ['matching_round_pair.organisation_id', OTHER_ORGANISATION('matching_round_pair', 'organisation_id')],
    ['matching_round_standing.organisation_id', OTHER_ORGANISATION('matching_round_standing', 'organisation_id')],
    [
      'matching_round_pair.interest_id',
      `UPDATE matching_round_pair SET interest_id = (SELECT id FROM interest LIMIT 1)
       WHERE ${one('matching_round_pair', 'achievement_id NOT IN (SELECT achievement_id FROM interest)')}`,
    ],
    ['cohort_entry.institution_id', OTHER_ORGANISATION('cohort_entry', 'institution_id')],
    [
      'cohort_entry.previous_entry_id',
      `UPDATE cohort_entry x SET previous_entry_id = (SELECT e.id FROM cohort_entry e WHERE e.achievement_id <> x.achievement_id LIMIT 1)
       WHERE ${one('cohort_entry')}`,
    ],
    ['assignment.cohort_id', OTHER_COHORT('assignment')],
    ['score_passport.cohort_id', OTHER_COHORT('score_passport')],
    [
      'score_passport.achievement_id',
      `INSERT INTO score_passport
       SELECT gen_random_uuid(), p.achievement_id, e.cohort_id, e.id, p.axes, p.weights, p.score, p.se, p.industry_codes,
         p.revision, p.evidence_revision, p.issued_at, p.expires_at, now(), 'REPLACED'
       FROM score_passport p, cohort_entry e
       WHERE e.id NOT IN (SELECT entry_id FROM score_passport)
       LIMIT 1`,
    ],
    [
      'pool_rank.achievement_id',
      `UPDATE pool_rank x SET achievement_id = (SELECT a.id FROM achievement a WHERE a.id NOT IN (SELECT achievement_id FROM pool_rank) LIMIT 1)
       WHERE ${one('pool_rank')}`,
    ],
    [
      'one_time_token.account_id',
      `INSERT INTO pending_sign_up (id, account_id, email, password_hash, display_name, locale, created_at)
       SELECT gen_random_uuid(), id, 'a@example.org', 'x', 'x', 'ZH', now() FROM account ORDER BY id LIMIT 1;
       INSERT INTO one_time_token (token_hash, purpose, account_id, created_at, expires_at, sign_up_id)
       SELECT 'x', 'CONFIRM_EMAIL', a.id, now(), now(), s.id FROM pending_sign_up s JOIN account a ON a.id <> s.account_id LIMIT 1`,
    ],
    [
      'conflict.cohort_id',
      `INSERT INTO conflict (cohort_id, entry_id, reviewer_id, reasons)
       SELECT c.id, e.id, r.id, '{DECLARED}' FROM cohort_entry e JOIN cohort c ON c.id <> e.cohort_id, reviewer r LIMIT 1`,
    ],
    [
      'entry_withdrawal.cohort_id',
      `INSERT INTO entry_withdrawal (id, cohort_id, entry_id, reason, requested_at)
       SELECT gen_random_uuid(), c.id, e.id, 'x', now() FROM cohort_entry e JOIN cohort c ON c.id <> e.cohort_id LIMIT 1`,
    ],
    [
      'objection.cohort_id',
      `ALTER TABLE objection DISABLE TRIGGER objection_guard;
       INSERT INTO objection (id, cohort_id, entry_id, reason_code, text, created_at)
       SELECT gen_random_uuid(), c.id, e.id, 'OTHER', 'x', now() FROM cohort_entry e JOIN cohort c ON c.id <> e.cohort_id LIMIT 1`,
    ],
  ])('%s', async (name, sql) => {
    const [table, column] = name.split('.') as [string, string];
    const refused = await refusal(sql);
    expect(refused, name).toMatch(new RegExp(`^${table}_`));
    expect(refused, name).toMatch(new RegExp(`${column.replace('_id', '')}|owner`));
  });

  it('every column of that kind is one of these, by the schema', async () => {
    // A table with a parent and a column of the same name as one of the parent repeats the parent's key, or states
    // another relation.
    const rows = await t.sql<{ name: string }>(
      `SELECT DISTINCT k.conrelid::regclass || '.' || a.attname AS name
       FROM pg_constraint k
       JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid = 'uuid'::regtype
       JOIN pg_attribute p ON p.attrelid = k.confrelid AND p.attname = a.attname AND p.attname <> 'id'
       WHERE k.contype = 'f' AND k.conrelid <> k.confrelid AND k.connamespace = 'public'::regnamespace
         AND NOT EXISTS (
           SELECT 1 FROM pg_constraint c
           WHERE c.contype = 'f' AND c.conrelid = k.conrelid AND c.confrelid = k.confrelid
             AND a.attnum = ANY (c.conkey) AND cardinality(c.conkey) > 1
         )
       ORDER BY 1`,
    );
    expect(rows.map(({ name }) => name)).toEqual(OTHER_RELATIONS);
  });
});

describe('an achievement', () => {
  it('stays with its institution, as a profile and a demand stay with their organisation', async () => {
    for (const [table, column] of [
      ['achievement', 'institution_id'],
      ['investor_profile', 'organisation_id'],
      ['demand', 'organisation_id'],
    ] as const)
      expect(
        await refusal(
          `UPDATE ${table} x SET ${column} = (
             SELECT o.id FROM organisation o
             WHERE o.id <> x.${column} AND o.id NOT IN (SELECT organisation_id FROM investor_profile) LIMIT 1
           ) WHERE ${one(table)}`,
        ),
      ).toBe(`${table}_owner`);
  });

  it.each([
    ['without a score', `score = NULL`],
    ['without a date', `admitted_at = NULL`],
  ])('is not in the pool %s', async (_, change) => {
    expect(await refusal(`UPDATE achievement SET ${change} WHERE ${one('achievement', `status = 'ADMITTED'`)}`)).toBe(
      'achievement_admitted_whole',
    );
  });

  it('leaves the pool with its admission, in one transaction in either order', async () => {
    const id = `(SELECT id FROM achievement WHERE status = 'ADMITTED' ORDER BY id LIMIT 1)`;
    const revoke = `UPDATE cohort_entry SET revoked_at = now() WHERE achievement_id = ${id} AND decision = 'ADMITTED'`;
    expect(await refusal(revoke)).toBe('achievement_needs_admission');
    const [{ id: achievement }] = (await t.sql<{ id: string }>(`SELECT ${id} AS id`)) as [{ id: string }];
    const fixed = revoke.replace(id, `'${achievement}'`);
    expect(
      await refusal(`BEGIN; ${fixed}; UPDATE achievement SET status = 'RETIRED' WHERE id = '${achievement}'; COMMIT`),
    ).toBeNull();
    expect(await refusal(`UPDATE achievement SET status = 'ADMITTED' WHERE id = '${achievement}'`)).toBe(
      'achievement_needs_admission',
    );
  });

  it('keeps its revisions as they were written', async () => {
    for (const change of [
      `UPDATE achievement_revision SET record = '{}' WHERE ${one('achievement_revision')}`,
      `UPDATE achievement_revision SET created_at = created_at - interval '1 day' WHERE ${one('achievement_revision')}`,
      `UPDATE achievement_revision SET revision = revision + 100 WHERE ${one('achievement_revision')}`,
      `UPDATE achievement_revision SET edited_by = (SELECT id FROM account LIMIT 1), note = 'x' WHERE ${one('achievement_revision')}`,
      `DELETE FROM achievement_revision WHERE ${one('achievement_revision')}`,
    ])
      expect(await refusal(change), change).toBe('achievement_revision_append_only');
    expect(await refusal(`TRUNCATE achievement_revision`)).toContain('is not emptied');
    // Its author may be erased, and a draft deleted with its revisions.
    expect(
      await refusal(
        `UPDATE achievement_revision SET edited_by = NULL, note = NULL WHERE ${one('achievement_revision')}`,
      ),
    ).toBeNull();
    const [draft] = await t.sql<{ id: string }>(
      `INSERT INTO achievement (id, institution_id, status, revision, title, created_at, updated_at, record_hash)
       SELECT gen_random_uuid(), institution_id, 'DRAFT', 1, '{"zh":"草稿"}', now(), now(), '' FROM achievement LIMIT 1 RETURNING id`,
    );
    await t.sql(
      `INSERT INTO achievement_revision (achievement_id, revision, record, created_at) VALUES ('${draft!.id}', 1, '{}', now())`,
    );
    expect(await refusal(`DELETE FROM achievement WHERE id = '${draft!.id}'`)).toBeNull();
  });

  it('has a title in a language', async () => {
    for (const title of [
      '{}',
      '{"zh":""}',
      '{"zh":" \\n"}',
      '{"de":"x"}',
      '{"zh":"x","fr":"y"}',
      '{"zh":null}',
      '{"zh":1}',
      '[]',
      '"x"',
      'null',
      '{"zh":"x","en":""}',
    ])
      expect(await refusal(`UPDATE achievement SET title = '${title}' WHERE ${one('achievement')}`), title).toBe(
        'localised_text',
      );
    for (const title of ['{"zh":"x"}', '{"en":"x"}', '{"zh":"x","en":"y"}'])
      expect(await refusal(`UPDATE achievement SET title = '${title}' WHERE ${one('achievement')}`), title).toBeNull();
  });
});

describe('a code of a closed list', () => {
  it.each([
    ['achievement', 'stage', `'NONSENSE'`],
    ['achievement', 'category', `''`],
    ['achievement', 'attribute', `'mature'`],
    ['achievement', 'funding_currency', `'ABC'`],
    ['achievement', 'region_code', `'999999'`],
    ['organisation', 'region_code', `'999999'`],
    ['ip_right', 'status', `'STOLEN'`],
    ['ip_right', 'type', `'PATENT'`],
    ['achievement_cooperation', 'mode', `'GIFT'`],
    ['achievement_cooperation', 'licence_kind', `'FREE'`],
    ['demand', 'budget_currency', `'cny'`],
    ['investor_profile', 'region_codes', `'{000000}'`],
    ['investor_profile', 'funding_stages', `'{SEED,NONSENSE}'`],
    ['investor_profile', 'cooperation_modes', `ARRAY[NULL]`],
    ['talent_profile', 'region_codes', `'{000000}'`],
    ['talent_profile', 'languages', `'{xx}'`],
    ['talent_profile', 'skills', `'["x"]'`],
    ['talent_profile', 'headline', `'{"zh":""}'`],
    ['achievement', 'applications', `'[{}]'`],
    ['track_record', 'stage', `'SERIES_Z'`],
    ['support_service', 'gap_codes', `'{NONSENSE}'`],
  ])('%s.%s does not become %s', async (table, column, value) => {
    expect(await refusal(`UPDATE ${table} SET ${column} = ${value} WHERE ${one(table)}`)).toMatch(
      new RegExp(`^${table}_${column}`),
    );
  });
});
