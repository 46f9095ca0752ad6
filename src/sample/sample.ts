import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyRecord, recordHash, type AchievementRecord } from '../achievements/achievement.record.js';
import { insertAchievements } from '../achievements/achievement.store.js';
import type { App, OrganisationKind } from '../context.js';
import { hashPassword } from '../identity/passwords.js';
import { appendLedger } from '../ledger/ledger.service.js';
import { newId } from '../lib/ids.js';
import type { Localized } from '../lib/localized.js';
import { packageRoot } from '../lib/package-root.js';
import { noteForIndexing } from '../search/search.outbox.js';
import { defaultSettings } from '../vetting/cohort.settings.js';

/** The invented pool that embedded servers start with. It never enters a database that somebody named. */

interface SampleInstitution {
  key: string;
  kind: OrganisationKind;
  region: string;
  name: Localized;
}

/** One line of data/sample/achievements-*.jsonl. */
interface SampleAchievement extends Omit<AchievementRecord, 'fundingNeed' | 'regionCode' | 'inventors' | 'externalId' | 'registrationNo' | 'registeredOn'> {
  externalId: string;
  institution: string;
  registrationNo: string;
  registeredOn: string;
  region: string;
  fundingNeed: { min: number; max: number; currency: string } | null;
  inventors: Array<{ name: Localized; orcid?: string }>;
  admitted: boolean;
  score?: number;
}

const INVESTOR: SampleInstitution = { key: 'lsv', kind: 'INVESTOR', region: '620100', name: { zh: '陇山创业投资', en: 'Longshan Ventures' } };

/** Who can log in on an embedded server at once; printed at start. */
export const sampleLogins = {
  password: 'techpool sample 2026',
  accounts: [
    { email: 'operator@techpool.example', what: 'operator of the pool', name: '运营员 Operator', operator: true, member: null },
    { email: 'lister@longyuan.example', what: '陇原大学 Longyuan University (lists results)', name: '成果管理员 Lister', operator: false, member: 'lyu' },
    { email: 'lister@gaolanshan.example', what: '皋兰山核技术应用研究所 (lists results)', name: '成果专员 Officer', operator: false, member: 'gln' },
    { email: 'investor@longshan.example', what: '陇山创业投资 Longshan Ventures (investor)', name: '投资经理 Investor', operator: false, member: 'lsv' },
  ],
} as const;

const BATCH = 25;

async function readJsonLines<T>(file: string): Promise<T[]> {
  const text = await readFile(join(packageRoot(), 'data', 'sample', file), 'utf8');
  return text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as T);
}

/** Organisations and logins; quick, so that the printed logins work when they are printed. */
export async function loadSamplePeople(app: App): Promise<void> {
  const [done] = (await app.dataSource.query(`SELECT 1 FROM loaded_file WHERE name = 'sample-people'`)) as unknown[];
  if (done) return;
  const institutions = JSON.parse(await readFile(join(packageRoot(), 'data', 'sample', 'institutions.json'), 'utf8')) as SampleInstitution[];
  const passwordHash = await hashPassword(sampleLogins.password);
  const now = app.clock();
  await app.dataSource.transaction(async (tx) => {
    const ids = new Map<string, string>();
    for (const institution of [...institutions, INVESTOR]) {
      const id = newId();
      ids.set(institution.key, id);
      await tx.query(
        `INSERT INTO organisation (id, kind, name, region_code, verification, verified_at, created_at, website) VALUES ($1, $2, $3, $4, 'VERIFIED', $5, $5, $6)`,
        [id, institution.kind, JSON.stringify(institution.name), institution.region, now, `https://${institution.key}.example`],
      );
    }
    for (const login of sampleLogins.accounts) {
      const accountId = newId();
      await tx.query(
        `INSERT INTO account (id, pseudonym, email, password_hash, display_name, is_operator, email_confirmed_at, created_at) VALUES ($1, gen_random_uuid(), $2, $3, $4, $5, $6, $6)`,
        [accountId, login.email, passwordHash, login.name, login.operator, now],
      );
      if (login.member !== null) {
        await tx.query(`INSERT INTO membership (id, account_id, organisation_id, role, created_at) VALUES ($1, $2, $3, 'OWNER', $4)`, [newId(), accountId, ids.get(login.member), now]);
      }
    }
    await tx.query(`INSERT INTO loaded_file (name, sha256, loaded_at) VALUES ('sample-people', '', now())`);
  });
}

/**
 * The 300 results, in small batches with a line of progress each: the server answers meanwhile, and a start that was cut
 * short goes on where it stopped.
 */
export async function loadSample(app: App, progress: (line: string) => void): Promise<void> {
  const [done] = (await app.dataSource.query(`SELECT 1 FROM loaded_file WHERE name = 'sample-pool'`)) as unknown[];
  if (done) return;
  const keyOf = new Map(
    (JSON.parse(await readFile(join(packageRoot(), 'data', 'sample', 'institutions.json'), 'utf8')) as SampleInstitution[]).map((i) => [i.name.zh, i.key]),
  );
  const organisations = (await app.dataSource.query(`SELECT id, name->>'zh' AS zh FROM organisation`)) as Array<{ id: string; zh: string }>;
  const idByKey = new Map(organisations.map((o) => [keyOf.get(o.zh), o.id]));
  const known = new Set(((await app.dataSource.query(`SELECT registration_no FROM achievement`)) as Array<{ registration_no: string }>).map((row) => row.registration_no));
  const files = await Promise.all(['a', 'b', 'c'].map((group) => readJsonLines<SampleAchievement>(`achievements-${group}.jsonl`)));
  const all = files.flat().sort((a, b) => (a.registeredOn < b.registeredOn ? -1 : 1));
  for (let start = 0; start < all.length; start += BATCH) {
    const batch = all.slice(start, start + BATCH).filter((sample) => !known.has(sample.registrationNo));
    await loadBatch(app, batch, idByKey);
    const count = Math.min(start + BATCH, all.length);
    progress(`sample pool: ${'█'.repeat(Math.round((count / all.length) * 20)).padEnd(20, '░')} ${count}/${all.length}`);
  }
  await admitSample(app, new Map(all.map((sample) => [sample.registrationNo, sample.admitted ? (sample.score ?? 0) : null])));
  progress('sample pool: complete');
}

async function loadBatch(app: App, batch: readonly SampleAchievement[], idByKey: ReadonlyMap<string | undefined, string>): Promise<void> {
  if (batch.length === 0) return;
  const at = app.clock();
  const stored = batch.map((sample) => ({ sample, id: newId(), record: toRecord(sample) }));
  await app.dataSource.transaction(async (tx) => {
    await insertAchievements(
      tx,
      stored.map(({ sample, id, record }) => ({
        id,
        institutionId: idByKey.get(sample.institution)!,
        status: 'REGISTERED' as const,
        revision: 1,
        record,
        editedBy: null,
        note: null,
        at,
      })),
    );
    await appendLedger(
      tx,
      null,
      at,
      stored.map(({ id, record }) => ({ kind: 'achievement.register', subjectType: 'Achievement', subjectId: id, facts: { to: 'REGISTERED', hash: recordHash(record), by: 'sample' } })),
    );
  });
}

/** One past cohort of all sample results admits those with a score; the database counts them like any other cohort's. */
async function admitSample(app: App, scores: ReadonlyMap<string, number | null>): Promise<void> {
  const at = app.clock();
  const cohortId = newId();
  await app.dataSource.transaction(async (tx) => {
    const results = (await tx.query(`SELECT id, institution_id, registration_no FROM achievement WHERE status = 'REGISTERED' AND registration_no = ANY($1) ORDER BY id`, [[...scores.keys()]])) as Array<{ id: string; institution_id: string; registration_no: string }>;
    const { weights, floors, minReviews, reviewerLoad, noticeDays, validityMonths, doubleShare, blind, tieRule, quotaRate } = defaultSettings;
    await tx.query(
      `INSERT INTO cohort (id, year, number, name, status, quota_rate, weights, floors, min_reviews, reviewer_load, notice_days, validity_months, double_share, blind, tie_rule, created_at)
       VALUES ($1, $2, 1, $3, 'OPEN', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
      [cohortId, at.getUTCFullYear(), JSON.stringify({ zh: '样例批次', en: 'Sample cohort' }), quotaRate, JSON.stringify(weights), JSON.stringify(floors), minReviews, reviewerLoad, noticeDays, validityMonths, doubleShare, blind, tieRule, at],
    );
    const entries = results.map((result) => ({ id: newId(), achievement_id: result.id, institution_id: result.institution_id, score: scores.get(result.registration_no) ?? null }));
    await tx.query(
      `INSERT INTO cohort_entry (id, cohort_id, achievement_id, institution_id, revision, entered_at, screen, combined_score)
       SELECT r.id, $2, r.achievement_id, r.institution_id, 1, $3, 'COUNTED', r.score FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, achievement_id uuid, institution_id uuid, score double precision)`,
      [JSON.stringify(entries), cohortId, at],
    );
    for (const status of ['FROZEN', 'REVIEWING', 'PUBLIC_NOTICE']) await tx.query(`UPDATE cohort SET status = $2 WHERE id = $1`, [cohortId, status]);
    await tx.query(`UPDATE cohort_entry SET decision = CASE WHEN combined_score IS NULL THEN 'NOT_ADMITTED' ELSE 'ADMITTED' END WHERE cohort_id = $1`, [cohortId]);
    const admitted = entries.filter((entry) => entry.score !== null);
    await tx.query(`UPDATE achievement a SET status = 'ADMITTED', score = round(e.combined_score::numeric, 2), admitted_at = $2 FROM cohort_entry e WHERE e.cohort_id = $1 AND e.decision = 'ADMITTED' AND a.id = e.achievement_id`, [cohortId, at]);
    await tx.query(`UPDATE cohort SET status = 'CLOSED', closed_at = $2 WHERE id = $1`, [cohortId, at]);
    await tx.query(`INSERT INTO loaded_file (name, sha256, loaded_at) VALUES ('sample-pool', '', now()) ON CONFLICT DO NOTHING`);
    await noteForIndexing(tx, admitted.map((entry) => entry.achievement_id));
    await appendLedger(tx, null, at, admitted.map((entry) => ({ kind: 'achievement.admit', subjectType: 'Achievement', subjectId: entry.achievement_id, facts: { to: 'ADMITTED', score: String(entry.score), by: 'sample' } })));
  });
}

function toRecord(sample: SampleAchievement): AchievementRecord {
  const { admitted: _admitted, score: _score, institution: _institution, region, fundingNeed, inventors, ...rest } = sample;
  return {
    ...emptyRecord,
    ...rest,
    regionCode: region,
    fundingNeed: fundingNeed && { min: String(fundingNeed.min), max: String(fundingNeed.max), currency: fundingNeed.currency },
    inventors: inventors.map((inventor) => ({ name: inventor.name, orcid: inventor.orcid ?? null })),
  };
}
