import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { achievementLifecycle } from '../achievements/achievement.stages.js';
import { emptyRecord, recordHash, type AchievementRecord } from '../achievements/achievement.record.js';
import { insertAchievements } from '../achievements/achievement.store.js';
import type { App, OrganisationKind } from '../context.js';
import { hashPassword } from '../identity/passwords.js';
import { appendLedger } from '../ledger/ledger.service.js';
import { newId } from '../lib/ids.js';
import type { Localized } from '../lib/localized.js';
import { packageRoot } from '../lib/package-root.js';
import { noteForIndexing } from '../search/search.outbox.js';

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
  await app.dataSource.query(`INSERT INTO loaded_file (name, sha256, loaded_at) VALUES ('sample-pool', '', now()) ON CONFLICT DO NOTHING`);
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
    const admitted = stored.filter(({ sample }) => sample.admitted);
    const status = achievementLifecycle.next('REGISTERED', 'admit');
    for (const { id, sample } of admitted) {
      await tx.query(`UPDATE achievement SET status = $2, score = $3, admitted_at = $4 WHERE id = $1`, [id, status, sample.score, at]);
    }
    await noteForIndexing(tx, admitted.map(({ id }) => id));
    await appendLedger(tx, null, at, [
      ...stored.map(({ id, record }) => ({ kind: 'achievement.register', subjectType: 'Achievement', subjectId: id, facts: { to: 'REGISTERED', hash: recordHash(record), by: 'sample' } })),
      ...admitted.map(({ id, sample }) => ({ kind: 'achievement.admit', subjectType: 'Achievement', subjectId: id, facts: { to: status, score: String(sample.score), by: 'sample' } })),
    ]);
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
