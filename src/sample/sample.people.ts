import { randomBytes } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { App, Context } from '../kernel/context.js';
import { hashPassword } from '../identity/accounts/passwords.js';
import { appendLedger } from '../ledger/ledger.service.js';
import { newId, toGlobalId } from '../lib/ids.js';
import { codeLists } from '../taxonomy/code-lists.js';
import { applyProfile, emptyProfile } from '../vetting/reviewers/reviewers.profile.js';
import { insertReviewer, setReviewerDocuments } from '../vetting/reviewers/reviewers.service.js';
import { contextAs } from './sample.actors.js';
import { readInstitutions, readReviewers, type SampleInstitution, type SampleReviewer } from './sample.data.js';
import { readDemands, readInvestors } from './sample.matching-data.js';

/** Accounts of the sample that can log in with the embedded servers; printed at start. */
export const sampleLogins = {
  password: 'techpool sample 2026',
  accounts: [
    {
      email: 'operator@techpool.example',
      what: 'operator of the pool',
      name: '运营员 Operator',
      operator: true,
      member: null,
    },
    {
      email: 'lister@longyuan.example',
      what: '陇原大学 Longyuan University (lists results)',
      name: '成果管理员 Lister',
      operator: false,
      member: 'lyu',
    },
    {
      email: 'lister@gaolanshan.example',
      what: '皋兰山核技术应用研究所 (lists results)',
      name: '成果专员 Officer',
      operator: false,
      member: 'gln',
    },
    {
      email: 'investor@longshan.example',
      what: '陇山创业投资 Longshan Ventures (investor)',
      name: '投资经理 Investor',
      operator: false,
      member: 'lsv',
    },
    {
      email: 'enterprise@baicitan.example',
      what: '白茨滩铜业 Baicitan Copper (has demands, invests too)',
      name: '技术总监 Enterprise',
      operator: false,
      member: 'btc',
    },
    {
      email: 'talent@techpool.example',
      what: '麓一鸣 Lu Yiming, a technology manager (talent)',
      name: '麓一鸣 Lu Yiming',
      operator: false,
      member: null,
    },
    ...['甲 A', '乙 B', '丙 C', '丁 D', '戊 E'].map((name) => ({
      email: `expert.${name.slice(-1).toLowerCase()}@reviewers.example`,
      what: 'expert, not yet a reviewer',
      name: `专家${name}`,
      operator: false,
      member: null,
    })),
  ],
} as const;

/**
 * E-mail address of a sample reviewer, in the domain .invalid, which has no mailboxes (RFC 2606), so that no mail is
 * sent.
 */
export const reviewerEmail = (key: string): string => `${key}@reviewers.invalid`;

/** Key (in talents.jsonl) and e-mail address of the one sample talent that can log in. */
export const LOGIN_TALENT = { key: 'luyiming', email: 'talent@techpool.example' } as const;

/** All organisations of the sample: institutions, investors, and enterprises with demands. */
async function readOrganisations(): Promise<SampleInstitution[]> {
  const [institutions, investors, demands] = await Promise.all([readInstitutions(), readInvestors(), readDemands()]);
  const all = [
    ...institutions,
    ...investors,
    ...demands.map(({ organisation }) => ({ ...organisation, kind: 'ENTERPRISE' as const })),
  ];
  return [...new Map(all.map(({ key, kind, region, name }) => [key, { key, kind, region, name }])).values()];
}

/**
 * Creates the sample's organisations and logins. This is fast, so that the logins work by the time they are printed.
 * Existing ones stay unchanged.
 */
export async function loadSamplePeople(app: App): Promise<void> {
  const [done] = (await app.dataSource.query(`SELECT 1 FROM loaded_file WHERE name = 'sample-parties'`)) as unknown[];
  if (done) return;
  const organisations = await readOrganisations();
  const passwordHash = await hashPassword(sampleLogins.password);
  const now = app.clock();
  await app.dataSource.transaction(async (tx) => {
    await tx.query(
      `INSERT INTO organisation (id, kind, name, region_code, verification, verified_at, created_at, website)
       SELECT o.id, o.kind, o.name, o.region, 'VERIFIED', $2, $2, o.website
       FROM jsonb_to_recordset($1::jsonb) AS o(id uuid, kind text, name jsonb, region text, website text)
       WHERE NOT EXISTS (
         SELECT 1 FROM organisation known WHERE known.verification = 'VERIFIED' AND known.name->>'zh' = o.name->>'zh'
       )`,
      [
        JSON.stringify(
          organisations.map(({ key, ...organisation }) => ({
            ...organisation,
            id: newId(),
            website: `https://${key}.example`,
          })),
        ),
        now,
      ],
    );
    const ids = await sampleOrganisationIds(tx);
    for (const login of sampleLogins.accounts) {
      const [known] = (await tx.query(`SELECT 1 FROM account WHERE email = $1`, [login.email])) as unknown[];
      if (known) continue;
      const accountId = newId();
      await insertAccount(tx, accountId, login.email, login.name, passwordHash, login.operator, now);
      if (login.member !== null) {
        await tx.query(
          `INSERT INTO membership (id, account_id, organisation_id, role, created_at) VALUES ($1, $2, $3, 'OWNER', $4)`,
          [newId(), accountId, ids.get(login.member), now],
        );
      }
    }
    await tx.query(`INSERT INTO loaded_file (name, sha256, loaded_at) VALUES ('sample-parties', '', now())`);
  });
}

export const insertAccount = (
  tx: EntityManager,
  id: string,
  email: string,
  name: string,
  passwordHash: string,
  operator: boolean,
  at: Date,
) =>
  tx.query(
    `INSERT INTO account (
       id, pseudonym, email, password_hash, display_name, is_operator, email_confirmed_at, created_at
     )
     VALUES ($1, gen_random_uuid(), $2, $3, $4, $5, $6, $6)`,
    [id, email, passwordHash, name, operator, at],
  );

/** Ids of the sample's organisations, by key. */
export async function sampleOrganisationIds(db: EntityManager): Promise<ReadonlyMap<string, string>> {
  const keyOf = new Map((await readOrganisations()).map(({ key, name }) => [name.zh, key]));
  // Only verified organisations are read, because anybody may have created another of the same name since. Of several,
  // the oldest is last in the list, so its id replaces the others in the map.
  const organisations = (await db.query(
    `SELECT id, name->>'zh' AS zh FROM organisation WHERE verification = 'VERIFIED' ORDER BY created_at DESC, id DESC`,
  )) as Array<{
    id: string;
    zh: string;
  }>;
  return new Map(organisations.flatMap(({ id, zh }) => (keyOf.has(zh) ? [[keyOf.get(zh)!, id] as const] : [])));
}

/** Creates the sample reviewers of the past cohorts that do not exist yet; nobody knows their passwords. */
export async function loadSampleReviewers(app: App, operator: Context): Promise<SampleReviewer[]> {
  const reviewers = await readReviewers();
  const codes = await codeLists(app.dataSource);
  const institutions = await sampleOrganisationIds(app.dataSource.manager);
  const there = new Set(
    (
      (await app.dataSource.query(
        `SELECT a.email
         FROM reviewer r
         JOIN account a ON a.id = r.account_id
         WHERE EXISTS (SELECT 1 FROM reviewer_document d WHERE d.reviewer_id = r.id)`,
      )) as Array<{ email: string }>
    ).map((row) => row.email),
  );
  const missing = reviewers.filter((reviewer) => !there.has(reviewerEmail(reviewer.key)));
  const at = app.clock();
  const nobodysHash = missing.length === 0 ? '' : await hashPassword(randomBytes(24).toString('base64url'));
  for (const { key, name, dimensions, organisation, industries, statement, documents } of missing) {
    const profile = applyProfile(
      emptyProfile,
      {
        dimensions,
        industries,
        statement,
        organisationId: organisation === null ? null : toGlobalId('Organisation', institutions.get(organisation)!),
      },
      codes,
    );
    await app.dataSource.transaction(async (tx) => {
      const [known] = (await tx.query(`SELECT 1 FROM account WHERE email = $1`, [reviewerEmail(key)])) as unknown[];
      if (known) return;
      const id = newId();
      await insertAccount(tx, id, reviewerEmail(key), name, nobodysHash, false, at);
      const reviewer = await insertReviewer(tx, operator, id, profile, 'ACTIVE');
      await appendLedger(tx, operator.viewer.pseudonym, at, [
        {
          kind: 'reviewer.created',
          subjectType: 'Reviewer',
          subjectId: reviewer.id,
          facts: { dimensions: profile.dimensions, industries: profile.industries },
        },
      ]);
    });
    await setReviewerDocuments(await contextAs(app, reviewerEmail(key)), {
      documents: documents.map((title) => ({ title })),
      append: false,
    });
  }
  return reviewers;
}
