import type { App } from '../../kernel/context.js';
import { makeTextGeneration } from '../../matching/store/match.texts.js';
import { MATTERS, QUALITIES, THINGS } from '../words.js';

/**
 * Generates investors and talents in SQL from a fixed seed. Their past investments are distributed as in practice: most
 * have few, some have many, each concentrated in few industries and regions. An investor's thesis has three terms.
 */
export async function generateProfiles(app: App, investors: number, talents: number): Promise<void> {
  const db = app.dataSource;
  await db.transaction(async (tx) => {
    await tx.query('SET LOCAL synchronous_commit = off');
    await tx.query('SET LOCAL statement_timeout = 0');
    await tx.query('SELECT setseed(0.5)');
    await tx.query(
      `CREATE TEMP TABLE word ON COMMIT DROP AS
       SELECT list, w.ordinality - 1 AS n, w.pair->>0 AS zh, w.pair->>1 AS en
       FROM jsonb_each($1::jsonb) l(list, pairs), jsonb_array_elements(l.pairs) WITH ORDINALITY w(pair)`,
      [JSON.stringify({ quality: QUALITIES, material: MATTERS, thing: THINGS })],
    );
    await tx.query(
      `CREATE TEMP TABLE leaf ON COMMIT DROP AS
       SELECT code, row_number() OVER (ORDER BY md5(code)) - 1 AS n
       FROM industry
       WHERE level = 4`,
    );
    await tx.query(
      `CREATE TEMP TABLE place ON COMMIT DROP AS
       SELECT code, row_number() OVER (ORDER BY md5(code)) - 1 AS n
       FROM region
       WHERE level = 2`,
    );
    // Indexes for the look-ups that are made once per generated row.
    for (const index of ['word (list, n)', 'leaf (n)', 'place (n)']) await tx.query(`CREATE INDEX ON ${index}`);
    const pick = (table: string, key: string, skew: string) =>
      `(SELECT code FROM ${table} WHERE n = floor(power(${key}, ${skew}) * (SELECT count(*) FROM ${table}))::int)`;
    const word = (list: string, language: string, key: string) =>
      `(
         SELECT ${language}
         FROM word
         WHERE list = '${list}' AND n = floor(${key} * (SELECT count(*) FROM word WHERE list = '${list}'))::int
       )`;
    const text = (language: string, join: string) =>
      [0, 1, 2]
        .map(
          (i) =>
            `${word('quality', language, `r[${3 * i + 1}]`)}
               || '${join}' || ${word('material', language, `r[${3 * i + 2}]`)}
               || '${join}' || ${word('thing', language, `r[${3 * i + 3}]`)}`,
        )
        .join(` || ', ' || `);
    await tx.query(
      `CREATE TEMP TABLE made ON COMMIT DROP AS
       SELECT i, gen_random_uuid() AS org, gen_random_uuid() AS profile,
         ARRAY(SELECT random() FROM generate_series(1, 16 + 0 * i)) AS r
       FROM generate_series(1, $1) i`,
      [investors],
    );
    await tx.query('CREATE INDEX ON made (i)');
    await tx.query('ANALYZE word, leaf, place, made');
    await tx.query(
      `INSERT INTO organisation (id, kind, name, verification, verified_at, created_at)
       SELECT org, 'INVESTOR', jsonb_build_object('zh', '测量投资' || i, 'en', 'Bench Capital ' || i), 'VERIFIED',
         now(), now()
       FROM made`,
    );
    await tx.query(
      `INSERT INTO investor_profile (
         id, organisation_id, thesis, trl_min, trl_max, funding_stages, ticket_min, ticket_max, ticket_currency,
         region_codes, cooperation_modes, status, revision, created_at, updated_at
       )
       SELECT profile, org, jsonb_build_object('zh', ${text('zh', '')}, 'en', ${text('en', ' ')}),
         CASE WHEN r[10] < .5 THEN 3 + floor(r[11] * 4)::int END, NULL,
         CASE
           WHEN r[12] < .5 THEN ARRAY[(ARRAY['ANGEL','PRE_A','SERIES_A','SERIES_B'])[1 + floor(r[13] * 4)::int]]
           ELSE '{}'::text[]
         END,
         CASE WHEN r[14] < .6 THEN round((1e6 * power(10, r[15]))::numeric, 2) END,
         CASE WHEN r[14] < .6 THEN round((1e7 * power(10, r[15]))::numeric, 2) END,
         CASE WHEN r[14] < .6 THEN 'CNY' END,
         CASE WHEN r[16] < .4 THEN ARRAY[${pick('place', 'r[10]', '2')}] ELSE '{}'::text[] END,
         CASE WHEN r[12] < .3 THEN '{EQUITY}'::text[] ELSE '{}'::text[] END, 'ACTIVE', 1, now(), now()
       FROM made`,
    );
    await tx.query(
      `INSERT INTO investor_industry (investor_id, industry_code, wanted)
       SELECT profile, ${pick('leaf', 'r[1]', '2')}, true
       FROM made
       WHERE r[2] < .8`,
    );
    await tx.query(
      `INSERT INTO track_record (
         id, investor_id, company, company_key, industry_code, region_code, stage, amount, currency, invested_on,
         co_investors, created_at
       )
       SELECT gen_random_uuid(), profile, 'c' || i || '-' || k, 'c' || i || '-' || k,
         ${pick('leaf', 'CASE WHEN x[1] < .6 THEN r[1] ELSE x[2] END', '2')},
         ${pick('place', 'CASE WHEN x[3] < .6 THEN r[10] ELSE x[4] END', '2')},
         (ARRAY['SEED','ANGEL','PRE_A','SERIES_A','SERIES_B','SERIES_C'])[1 + floor(x[5] * 6)::int],
         round((1e6 * power(100, x[6]))::numeric, 2), 'CNY', DATE '2026-10-01' - floor(power(x[7], 2) * 3000)::int,
         CASE
           WHEN x[8] < .5 THEN jsonb_build_array(
             jsonb_build_object(
               'name', 'x',
               'organisationId', (
                 SELECT org FROM made m WHERE m.i = 1 + floor(power(x[9], 3) * (SELECT count(*) - 1 FROM made))::int
               )
             )
           )
           ELSE '[]'::jsonb
         END,
         now()
       FROM (
         SELECT m.profile, m.i, m.r, k, ARRAY(SELECT random() FROM generate_series(1, 9 + 0 * k)) AS x
         FROM made m, generate_series(1, 1 + floor(-4 * ln(1 - .999 * m.r[3]))::int) k
       ) t`,
    );
    await tx.query(
      `CREATE TEMP TABLE person ON COMMIT DROP AS
       SELECT i, gen_random_uuid() AS account, gen_random_uuid() AS profile,
         ARRAY(SELECT random() FROM generate_series(1, 12 + 0 * i)) AS r
       FROM generate_series(1, $1) i`,
      [talents],
    );
    await tx.query(
      `INSERT INTO account (id, pseudonym, email, password_hash, display_name, email_confirmed_at, created_at)
       SELECT account, gen_random_uuid(), 't' || i || '@bench.example', 'x', 'Talent ' || i, now(), now()
       FROM person`,
    );
    await tx.query(
      `INSERT INTO talent_profile (
         id, account_id, kind, headline, skills, days_per_month, languages, roles, region_codes, visibility, status,
         verification, revision, created_at, updated_at
       )
       SELECT profile, account, (ARRAY['SCIENCE','MARKET','BRIDGE'])[1 + floor(r[10] * 3)::int],
         jsonb_build_object('zh', ${text('zh', '')}, 'en', ${text('en', ' ')}), '[]', floor(r[11] * 22)::int,
         '{zh}', '{ADVISER}',
         CASE WHEN r[12] < .5 THEN ARRAY[${pick('place', 'r[12] * 2', '2')}] ELSE '{}'::text[] END, 'PUBLIC',
         'ACTIVE', 'UNVERIFIED', 1, now(), now()
       FROM person`,
    );
    await tx.query(
      `INSERT INTO talent_industry (talent_id, industry_code) SELECT profile, ${pick('leaf', 'r[1]', '2')} FROM person`,
    );
  });
  await db.query('ANALYZE');
  await makeTextGeneration(app);
}
