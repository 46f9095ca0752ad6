import { createHash, randomBytes } from 'node:crypto';
import { emptyRecord, type AchievementRecord } from '../../src/achievements/achievement.record.js';
import {
  insertAchievements,
  replaceAchievements,
  type StoredAchievement,
} from '../../src/achievements/achievement.store.js';
import type { AchievementStatus, DisclosureTier } from '../../src/achievements/vocabularies.js';
import { hashToken, seal } from '../../src/lib/seal.js';
import { newTotpSecret } from '../../src/identity/accounts/totp.js';
import { newId, toGlobalId } from '../../src/lib/ids.js';
import { noteForIndexing } from '../../src/outbox/indexing.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { enterPool, seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { createMarkers, EDITORS, LISTERS, OWNERS, ROLES, VERIFIED, type Markers, type Role } from './roles.js';
import { addRounds } from './world.rounds.js';
import { addMatching } from './world.matching.js';
import { addTalent } from './world.talent.js';
import { addInvestors } from './world.investors.js';
import { addTeams } from './world.teams.js';
import { addVetting } from './world.vetting.js';

/** Somebody in a role, with the credential of that role. */
export interface Actor {
  role: Role;
  token: string | undefined;
  /** Null for ANONYMOUS. */
  person: SeededPerson | null;
  /** The organisation in which the role stands, if any. */
  organisation: SeededOrganisation | null;
  /** Set where the account has two-factor authentication. */
  totpSecret: string | null;
}

export interface World {
  t: TestApp;
  s: Seed;
  own: SeededOrganisation;
  other: SeededOrganisation;
  investor: SeededOrganisation;
  unverified: SeededOrganisation;
  actors: Record<Role, Actor>;
  /** A person of no role, who owns what is foreign to everybody. */
  stranger: SeededPerson;
  /** Global ids of what was seeded, by label. */
  ids: Record<string, string>;
  markers: Markers;
  /** Another person in the same role, for what ends or changes the account. */
  again(role: Role): Promise<Actor>;
  /** A new complete achievement, of OWN unless said otherwise; gives its UUID. */
  entry(
    status: AchievementStatus,
    wish?: { institution?: SeededOrganisation; record?: Partial<AchievementRecord> },
  ): Promise<string>;
  evidence(achievementId: string, tier: DisclosureTier, text?: string): Promise<string>;
  insert(table: string, row: Record<string, unknown>): Promise<string>;
}

/** In the public text of OWN's first pool entry, so that searches find something. */
export const PUBLIC_WORD = 'zirconium';

/** A complete record whose every text is `text(field)`. */
export function recordOf(text: (field: keyof AchievementRecord) => string, serial: string): AchievementRecord {
  const both = (field: keyof AchievementRecord) => ({ zh: `文${text(field)}`, en: `Text ${text(field)}` });
  return {
    ...emptyRecord,
    externalId: `ext-${serial}-${text('externalId')}`,
    registrationNo: `REG-${serial}${text('registrationNo')}`.slice(0, 60).toUpperCase(),
    registeredOn: '2025-03-01',
    title: both('title'),
    summary: both('summary'),
    abstract: both('abstract'),
    technicalDetail: both('technicalDetail'),
    confidentialDetail: both('confidentialDetail'),
    category: 'APPLIED_TECHNOLOGY',
    attribute: 'ORIGINAL_INNOVATION',
    stage: 'MATURE',
    trl: 6,
    industries: ['3562'],
    strategicAreas: ['1'],
    keywords: { zh: [`词${text('keywords')}`], en: [text('keywords') || 'word'] },
    ipRights: [{ type: 'INVENTION_PATENT', number: `ZL${serial}${text('ipRights')}`, status: 'GRANTED' }],
    cooperationModes: [{ mode: 'LICENCE', licenceKind: 'SOLE' }],
    fundingNeed: { min: '100000', max: '200000', currency: 'CNY' },
    regionCode: '620100',
    inventors: [{ name: both('inventors'), orcid: null }],
    incumbent: both('incumbent'),
    improvement: both('improvement'),
    applications: [both('applications')],
  };
}

/** Starts an app and fills it with at least one object of every type, confidential places marked. */
export async function buildWorld(): Promise<World> {
  // Mail goes to a port where nobody listens: the log must be clean of what undelivered mails hold, too.
  const t = await startTestApp({
    requireOperatorTotp: true,
    smtpUrl: 'smtp://127.0.0.1:1',
    limits: { requestsPerMinute: 10_000_000, maxCost: 10_000_000, maxUploadBytes: 1_000_000 },
  });
  const s = seed(t);
  const markers = createMarkers();
  const { mark } = markers;
  const freshMarks: Partial<Record<keyof AchievementRecord, string>> = {};
  let serial = 0;

  const insert = async (table: string, row: Record<string, unknown>): Promise<string> => {
    const full: Record<string, unknown> = 'id' in row || !IDENTIFIED.has(table) ? row : { id: newId(), ...row };
    const keys = Object.keys(full);
    await t.sql(
      `INSERT INTO ${table} (${keys.join(', ')}) VALUES (${keys.map((_, i) => `$${i + 1}`).join(', ')})`,
      keys.map((key) => full[key]),
    );
    return String(full['id'] ?? '');
  };
  const person = async (
    name: string,
    readers: readonly Role[],
    wish: { operator?: boolean; confirmed?: boolean } = {},
  ) =>
    s.person({
      ...wish,
      email: `${mark(`email of ${name}`, readers)}@example.org`,
      displayName: `${name} person`,
      locale: 'EN',
    });
  const apiKey = async (owner: SeededPerson, scopes: string[]): Promise<string> => {
    const prefix = randomBytes(4).toString('hex');
    const secret = `tpk_${prefix}_${randomBytes(32).toString('base64url')}`;
    await insert('api_key', {
      account_id: owner.accountId,
      name: 'a key',
      prefix,
      secret_hash: hashToken(secret),
      scopes,
      created_at: t.app.clock(),
    });
    return secret;
  };
  const withTotp = async (who: SeededPerson): Promise<string> => {
    const secret = newTotpSecret();
    await t.sql(`UPDATE account SET totp_secret = $2, totp_enabled_at = now() WHERE id = $1`, [
      who.accountId,
      seal(t.app.secretKey, 'totp', who.accountId, secret),
    ]);
    return secret;
  };

  const owner = await person('own owner', OWNERS);
  const own = await s.organisation(owner, { name: 'Own University', regionCode: '620100' });
  const otherOwner = await person('other owner', ['OTHER_OWNER']);
  const other = await s.organisation(otherOwner, { name: 'Other University' });
  const investorOwner = await person('investor', ['INVESTOR']);
  const investor = await s.organisation(investorOwner, { kind: 'INVESTOR', name: 'Investor Ltd' });
  const unverifiedOwner = await person('unverified owner', ['UNVERIFIED_OWNER']);
  const hidden = mark('organisation.name of a refused one', ['UNVERIFIED_OWNER', 'OPERATOR']);
  const unverified = await s.organisation(unverifiedOwner, { verified: false, name: hidden });
  const ofHidden = (column: string) =>
    mark(`organisation.${column} of a refused one`, ['UNVERIFIED_OWNER', 'OPERATOR']);
  await t.sql(
    `UPDATE organisation SET verification = 'REJECTED', verification_note = $2, description = $3, uscc = $4, ror = $5, website = $6, pending_change = $7 WHERE id = $1`,
    [
      unverified.uuid,
      ofHidden('verification_note'),
      { en: ofHidden('description') },
      ofHidden('uscc'),
      ofHidden('ror'),
      ofHidden('website'),
      { nameText: { en: ofHidden('pending_change') } },
    ],
  );
  const operator = await person('operator', ['OPERATOR'], { operator: true });
  const stranger = await person('stranger', []);
  const actor = (
    role: Role,
    who: SeededPerson | null,
    organisation: SeededOrganisation | null = null,
    token = who?.token,
    totpSecret: string | null = null,
  ): Actor => ({ role, person: who, organisation, token, totpSecret });
  const member = (role: 'EDITOR' | 'MEMBER', name: string, readers: readonly Role[]) =>
    person(name, readers).then((who) => s.member(own, role, who));
  const actors: Record<Role, Actor> = {
    ANONYMOUS: actor('ANONYMOUS', null),
    UNCONFIRMED: actor('UNCONFIRMED', await person('unconfirmed', ['UNCONFIRMED'], { confirmed: false })),
    PERSON: actor('PERSON', await person('person', ['PERSON'])),
    OWN_MEMBER: actor('OWN_MEMBER', await member('MEMBER', 'own member', ['OWN_MEMBER']), own),
    OWN_EDITOR: actor('OWN_EDITOR', await member('EDITOR', 'own editor', ['OWN_EDITOR']), own),
    OWN_OWNER: actor('OWN_OWNER', owner, own),
    OWN_KEY_READ: actor('OWN_KEY_READ', owner, own, await apiKey(owner, ['READ'])),
    OWN_KEY_WRITE: actor('OWN_KEY_WRITE', owner, own, await apiKey(owner, ['READ', 'WRITE'])),
    OTHER_OWNER: actor('OTHER_OWNER', otherOwner, other),
    INVESTOR: actor('INVESTOR', investorOwner, investor),
    UNVERIFIED_OWNER: actor('UNVERIFIED_OWNER', unverifiedOwner, unverified),
    REVIEWER: actor('REVIEWER', await person('reviewer', ['REVIEWER'])),
    OTHER_REVIEWER: actor('OTHER_REVIEWER', await person('other reviewer', ['OTHER_REVIEWER'])),
    OPERATOR: actor('OPERATOR', operator, null, operator.token, await withTotp(operator)),
    OPERATOR_KEY: actor('OPERATOR_KEY', operator, null, await apiKey(operator, ['READ', 'WRITE'])),
    OPERATOR_PENDING: actor(
      'OPERATOR_PENDING',
      await person('operator without TOTP', ['OPERATOR_PENDING'], { operator: true }),
    ),
  };

  const world: World = {
    t,
    s,
    own,
    other,
    investor,
    unverified,
    actors,
    stranger,
    ids: {},
    markers,
    insert,
    async again(role) {
      const { organisation } = actors[role];
      if (role === 'ANONYMOUS') return actors.ANONYMOUS;
      const who = await s.person({ confirmed: role !== 'UNCONFIRMED', operator: role.startsWith('OPERATOR') });
      if (organisation)
        await s.member(
          organisation,
          role === 'OWN_MEMBER' ? 'MEMBER' : role === 'OWN_EDITOR' ? 'EDITOR' : 'OWNER',
          who,
        );
      const token =
        role === 'OWN_KEY_READ'
          ? await apiKey(who, ['READ'])
          : role === 'OWN_KEY_WRITE' || role === 'OPERATOR_KEY'
            ? await apiKey(who, ['READ', 'WRITE'])
            : who.token;
      return actor(
        role,
        who,
        organisation,
        token,
        role === 'OPERATOR' || role === 'OPERATOR_KEY' ? await withTotp(who) : null,
      );
    },
    async entry(status, { institution = own, record = {} } = {}) {
      // Its bands differ from those of the others, or every one would be looked at as a near-duplicate of all.
      const like = randomBytes(24).toString('hex');
      const marked = institution === own ? freshMarks : {};
      const stored = store(
        status,
        institution,
        recordOf((field) => marked[field] ?? like, `F${(serial += 1)}`),
        record,
      );
      await save([stored]);
      return stored.id;
    },
    async evidence(achievementId, tier, text = `evidence ${(serial += 1)}`) {
      const bytes = Buffer.from(text);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const id = await insert('evidence_file', {
        achievement_id: achievementId,
        name: `${text}.txt`,
        media_type: 'text/plain',
        size_bytes: bytes.length,
        sha256,
        tier,
        created_at: t.app.clock(),
      });
      await insert('evidence_blob', { evidence_id: id, bytes });
      return id;
    },
  };
  function store(
    status: AchievementStatus,
    institution: SeededOrganisation,
    base: AchievementRecord,
    record: Partial<AchievementRecord> = {},
    revision = 1,
  ): StoredAchievement {
    return {
      id: newId(),
      institutionId: institution.uuid,
      status,
      revision,
      record: { ...base, ...record },
      editedBy: actors.OWN_MEMBER.person!.accountId,
      note: null,
      at: t.app.clock(),
    };
  }
  async function save(list: StoredAchievement[]): Promise<void> {
    await t.app.dataSource.transaction(async (tx) => {
      await insertAchievements(tx, list);
      await tx.query(
        `UPDATE achievement SET score = 4.2, admitted_at = now() WHERE id = ANY($1) AND status = 'ADMITTED'`,
        [list.map((a) => a.id)],
      );
      await enterPool(
        tx,
        list.filter((a) => a.status === 'ADMITTED' || a.status === 'RETIRED').map((a) => a.id),
      );
      await noteForIndexing(
        tx,
        list.map((a) => a.id),
      );
    });
  }

  const { ids } = world;
  const insiders = [...LISTERS, 'OPERATOR'] as Role[];
  const admitted = async (
    label: string,
    institution: SeededOrganisation,
    word: string,
    secrets: Partial<Record<keyof AchievementRecord, string>>,
  ) => {
    const base = recordOf(
      (field) => secrets[field] ?? (field === 'title' || field === 'abstract' ? word : ''),
      `A${(serial += 1)}`,
    );
    const first = store('ADMITTED', institution, base);
    await save([first]);
    // What an earlier revision said was never public.
    const before = mark(
      `achievement_revision.record of ${label}`,
      institution === own ? insiders : ['OTHER_OWNER', 'OPERATOR'],
    );
    await t.sql(
      `UPDATE achievement_revision SET record = jsonb_set(record, '{summary}', $2::jsonb), note = $3 WHERE achievement_id = $1`,
      [
        first.id,
        { en: before },
        institution === own ? mark(`achievement_revision.note of ${label}`, insiders) : 'a note',
      ],
    );
    await replaceAchievements(t.app.dataSource.manager, [{ ...first, revision: 2 }]);
    ids[`Achievement ${label}`] = toGlobalId('Achievement', first.id);
    return first.id;
  };
  Object.assign(freshMarks, {
    technicalDetail: mark('content REGISTERED of what mutations are tried on', [...insiders, ...VERIFIED]),
    confidentialDetail: mark('content NDA of what mutations are tried on', insiders),
    externalId: mark('achievement.external_id of what mutations are tried on', insiders),
  });
  const hiddenEntry = async (
    label: string,
    status: AchievementStatus,
    institution: SeededOrganisation,
    readers: readonly Role[],
    titleReaders = readers,
    record: Partial<AchievementRecord> = {},
  ) => {
    const stored = store(
      status,
      institution,
      recordOf(
        (field) => mark(`achievement.${field} of ${label}`, field === 'title' ? titleReaders : readers),
        `H${(serial += 1)}`,
      ),
      record,
    );
    await save([stored]);
    ids[`Achievement ${label}`] = toGlobalId('Achievement', stored.id);
    return stored.id;
  };

  const first = await admitted('ADMITTED', own, PUBLIC_WORD, {
    technicalDetail: mark('content REGISTERED of ADMITTED', [...insiders, ...VERIFIED]),
    confidentialDetail: mark('content NDA of ADMITTED', [...insiders, 'INVESTOR']),
    externalId: mark('achievement.external_id of ADMITTED', insiders),
  });
  const second = await admitted('ADMITTED without grant', own, 'hafnium', {
    technicalDetail: mark('content REGISTERED of ADMITTED without grant', [...insiders, ...VERIFIED]),
    confidentialDetail: mark('content NDA of ADMITTED without grant', insiders),
  });
  await admitted('ADMITTED of OTHER', other, 'niobium', {
    confidentialDetail: mark('content NDA of ADMITTED of OTHER', ['OTHER_OWNER', 'OPERATOR']),
  });
  const draft = await hiddenEntry('DRAFT', 'DRAFT', own, insiders, insiders, { trl: null });
  const registered = await hiddenEntry('REGISTERED', 'REGISTERED', own, insiders, [...insiders, 'OTHER_OWNER']);
  for (const status of ['UNDER_REVIEW', 'CULTIVATING', 'RETIRED', 'WITHDRAWN'] as const) {
    // A retired one stays in the public list of those that its cohort admitted.
    await hiddenEntry(status, status, own, insiders, status === 'RETIRED' ? [...ROLES] : insiders);
  }
  await hiddenEntry('DRAFT of OTHER', 'DRAFT', other, ['OTHER_OWNER', 'OPERATOR']);
  const twin = await hiddenEntry(
    'REGISTERED of OTHER',
    'REGISTERED',
    other,
    ['OTHER_OWNER', 'OPERATOR'],
    ['OTHER_OWNER', ...insiders],
  );

  const takenBack = await hiddenEntry('WITHDRAWN of OTHER', 'WITHDRAWN', other, ['OTHER_OWNER', 'OPERATOR']);

  for (const [label, id] of [
    ['ADMITTED', first],
    ['DRAFT', draft],
  ] as const) {
    for (const tier of ['PUBLIC', 'REGISTERED', 'NDA'] as const) {
      const readers =
        label === 'DRAFT'
          ? insiders
          : tier === 'PUBLIC'
            ? [...ROLES]
            : tier === 'REGISTERED'
              ? [...insiders, ...VERIFIED]
              : [...insiders, 'INVESTOR' as const];
      const fileId = await world.evidence(id, tier, mark(`evidence ${tier} of ${label}`, readers));
      ids[`EvidenceFile ${tier} of ${label}`] = toGlobalId('EvidenceFile', fileId);
      const [file] = await t.sql<{ sha256: string }>(`SELECT sha256 FROM evidence_file WHERE id = $1`, [fileId]);
      markers.adopt(`evidence_file.sha256 ${tier} of ${label}`, file!.sha256, readers);
    }
  }
  const now = t.app.clock();
  const nda = (achievementId: string, organisation: SeededOrganisation, status: string, message: string) =>
    insert('nda_grant', {
      achievement_id: achievementId,
      organisation_id: organisation.uuid,
      status,
      message,
      requested_at: now,
      decided_at: status === 'GRANTED' ? now : null,
    });
  ids['NdaGrant of INVESTOR'] = toGlobalId(
    'NdaGrant',
    await nda(first, investor, 'GRANTED', mark('nda_grant.message of INVESTOR', [...insiders, 'INVESTOR'])),
  );
  ids['NdaGrant of OTHER'] = toGlobalId(
    'NdaGrant',
    await nda(second, other, 'REQUESTED', mark('nda_grant.message of OTHER', [...insiders, 'OTHER_OWNER'])),
  );
  const near = (similarity: number, ...pair: [string, string]) =>
    insert('near_duplicate', { a_id: pair.sort()[0], b_id: pair[1], similarity, evidence: 'TITLE', created_at: now });
  ids['NearDuplicate'] = toGlobalId('NearDuplicate', await near(0.9, registered, twin));
  await near(0.8, registered, takenBack);

  // Threads, as people write them.
  const thread = async (achievement: string, message: string) =>
    (
      await t.gql<{ expressInterest: { interest: { id: string } } }>(
        `mutation ($input: ExpressInterestInput!) { expressInterest(input: $input) { interest { id } } }`,
        { input: { achievementId: achievement, organisationId: investor.id, message } },
        { token: investorOwner.token },
      )
    ).expressInterest.interest.id;
  const sides = [...EDITORS, 'INVESTOR'] as Role[];
  ids['Interest'] = await thread(ids['Achievement ADMITTED']!, mark('interest_message.body of INVESTOR', sides));
  const reply = await t.gql<{ replyToInterest: { message: { id: string } } }>(
    `mutation ($input: ReplyToInterestInput!) { replyToInterest(input: $input) { message { id } } }`,
    { input: { id: ids['Interest'], message: mark('interest_message.body of OWN', sides) } },
    { token: owner.token },
  );
  ids['InterestMessage'] = reply.replyToInterest.message.id;
  ids['Interest CLOSED'] = await thread(ids['Achievement ADMITTED without grant']!, 'a second thread');
  await t.gql(
    `mutation ($input: CloseInterestInput!) { closeInterest(input: $input) { interest { id } } }`,
    { input: { id: ids['Interest CLOSED'], reason: mark('interest.close_reason', sides) } },
    { token: investorOwner.token },
  );
  const entryOnList = (who: SeededPerson, note: string) =>
    insert('shortlist_entry', { account_id: who.accountId, achievement_id: first, note, added_at: now });
  ids['ShortlistEntry of INVESTOR'] = toGlobalId(
    'ShortlistEntry',
    await entryOnList(investorOwner, mark('shortlist_entry.note of INVESTOR', ['INVESTOR'])),
  );
  ids['ShortlistEntry of OWN_OWNER'] = toGlobalId(
    'ShortlistEntry',
    await entryOnList(owner, mark('shortlist_entry.note of OWN_OWNER', OWNERS)),
  );

  // Of one's own acts, reasons included, everyone has an export.
  await t.gql(
    `mutation ($input: AchievementActionInput!) { withdrawAchievement(input: $input) { achievement { id } } }`,
    {
      input: {
        id: toGlobalId('Achievement', await world.entry('DRAFT')),
        reason: mark('ledger_record.facts', ['OWN_OWNER']),
      },
    },
    { token: owner.token },
  );

  // An import with its report, a file that waits, and a saved mapping.
  const operated = [...EDITORS, 'OPERATOR'] as Role[];
  const runId = await insert('import_run', {
    institution_id: own.uuid,
    created_by: owner.accountId,
    status: 'FAILED',
    mode: 'ROW_BY_ROW',
    register: 'NEVER',
    dry_run: false,
    file_name: `${mark('import_run.file_name', operated)}.csv`,
    file_sha256: mark('import_run.file_sha256', operated),
    format: 'CSV',
    encoding: 'UTF-8',
    headers: [mark('import_run.headers', operated), 'title'],
    mapping: {
      columns: { title: 'title.zh' },
      defaults: { 'summary.zh': mark('import_run.mapping', operated) },
      dateOrder: null,
    },
    mapping_source: 'GIVEN',
    total_rows: 2,
    processed: 2,
    rejected: 1,
    report_rows: 1,
    created_at: now,
    started_at: now,
    finished_at: now,
    fault: { code: 'FAILED', message: mark('import_run.fault', operated), line: null },
  });
  await insert('import_report_row', {
    run_id: runId,
    seq: 1,
    severity: 'ERROR',
    line: 3,
    column_name: mark('import_report_row.column_name', operated),
    field: 'title.zh',
    code: 'BAD',
    message: mark('import_report_row.message', operated),
    value: mark('import_report_row.value', EDITORS),
  });
  await insert('import_file', { run_id: runId, part: 0, bytes: Buffer.from(mark('import_file.bytes', [])) });
  ids['ImportRun'] = toGlobalId('ImportRun', runId);
  ids['ColumnMapping'] = toGlobalId(
    'ColumnMapping',
    await insert('column_mapping', {
      institution_id: own.uuid,
      name: mark('column_mapping.name', operated),
      mapping: { columns: { [mark('column_mapping.mapping', operated)]: 'title.zh' }, defaults: {}, dateOrder: null },
      created_at: now,
      updated_at: now,
    }),
  );
  ids['SynonymGroup'] = toGlobalId(
    'SynonymGroup',
    await insert('synonym_group', {
      terms: [mark('synonym_group.terms', ['OPERATOR']), 'eka'],
      created_at: now,
      updated_at: now,
    }),
  );
  await insert('search_miss', {
    month: '2025-03-01',
    text: mark('search_miss.text', ['OPERATOR']),
    industry: 'C',
    without_result: 3,
    abandoned: 3,
  });

  // Credentials and what stands beside them.
  const colleague = await s.member(
    own,
    'MEMBER',
    await s.person({ displayName: mark('account.display_name of a colleague', insiders) }),
  );
  await t.sql(`UPDATE account SET password_hash = $2, totp_secret = $3 WHERE id = $1`, [
    colleague.accountId,
    mark('account.password_hash', []),
    mark('account.totp_secret', []),
  ]);
  for (const purpose of ['CONFIRM_EMAIL', 'RESET_PASSWORD'] as const) {
    await insert('one_time_token', {
      token_hash: mark(`one_time_token.token_hash ${purpose}`, []),
      purpose,
      account_id: colleague.accountId,
      created_at: now,
      expires_at: now,
    });
  }
  await insert('recovery_code', { account_id: owner.accountId, code_hash: mark('recovery_code.code_hash', []) });
  ids['ApiKey of OWN_OWNER'] = toGlobalId(
    'ApiKey',
    await insert('api_key', {
      account_id: owner.accountId,
      name: mark('api_key.name', ['OWN_OWNER']),
      prefix: mark('api_key.prefix', ['OWN_OWNER']),
      secret_hash: mark('api_key.secret_hash', []),
      scopes: ['READ'],
      created_at: now,
    }),
  );
  ids['Invitation'] = toGlobalId(
    'Invitation',
    await insert('invitation', {
      organisation_id: own.uuid,
      email: `${mark('invitation.email', [...OWNERS, 'OPERATOR'])}@example.org`,
      role: 'EDITOR',
      token_hash: mark('invitation.token_hash', []),
      invited_by: owner.accountId,
      created_at: now,
      expires_at: new Date(now.getTime() + 86_400_000),
    }),
  );
  const [session] = await t.sql<{ id: string }>(
    `UPDATE session SET user_agent = $2 WHERE account_id = $1 RETURNING id`,
    [owner.accountId, mark('session.user_agent', ['OWN_OWNER'])],
  );
  await insert('refresh_token', {
    token_hash: mark('refresh_token.token_hash', []),
    session_id: session!.id,
    created_at: now,
  });
  await insert('idempotency_key', {
    account_id: owner.accountId,
    key: mark('idempotency_key.key', ['OWN_OWNER']),
    digest: mark('idempotency_key.digest', []),
    created_at: now,
  });
  ids['Session of OWN_OWNER'] = toGlobalId('Session', session!.id);
  for (const [label, organisation, who] of [
    ['OWN', own, owner],
    ['UNVERIFIED', unverified, unverifiedOwner],
  ] as const) {
    const [row] = await t.sql<{ id: string }>(
      `SELECT id FROM membership WHERE organisation_id = $1 AND account_id = $2`,
      [organisation.uuid, who.accountId],
    );
    ids[`Membership of ${label}`] = toGlobalId('Membership', row!.id);
  }
  ids['Account of OWN_MEMBER'] = actors.OWN_MEMBER.person!.id;
  ids['Account of INVESTOR'] = investorOwner.id;
  Object.assign(ids, {
    'Organisation OWN': own.id,
    'Organisation INVESTOR': investor.id,
    'Organisation UNVERIFIED': unverified.id,
  });
  Object.assign(ids, {
    'Industry 3562': toGlobalId('Industry', '3562'),
    'Region 620100': toGlobalId('Region', '620100'),
    'StrategicArea 1': toGlobalId('StrategicArea', '1'),
  });
  for (const { private_key } of await t.sql<{ private_key: string }>(`SELECT private_key FROM signing_key`))
    markers.adopt('signing_key.private_key', private_key);
  await addVetting(world);
  await addTalent(world);
  await addInvestors(world);
  await addMatching(world);
  await addRounds(world);
  await addTeams(world);
  for (const role of ROLES) {
    const { person: who, token } = actors[role];
    if (token !== undefined) markers.adopt(`credential of ${role}`, token);
    if (who) markers.adopt(`refresh token of ${role}`, who.refreshToken);
  }
  await indexed(t);
  return world;
}

/** Tables whose key is a UUID named id. */
const IDENTIFIED = new Set([
  'api_key',
  'invitation',
  'evidence_file',
  'near_duplicate',
  'nda_grant',
  'interest',
  'interest_message',
  'shortlist_entry',
  'import_run',
  'column_mapping',
  'synonym_group',
]);

/** Waits until the search index has taken over every change. */
export async function indexed(t: TestApp): Promise<void> {
  await eventually(async () => {
    const [row] = await t.sql<{
      done: boolean;
    }>(`SELECT NOT EXISTS (SELECT 1 FROM search_outbox) AND EXISTS (SELECT 1 FROM search_generation WHERE state = 'LIVE')
         AND NOT EXISTS (SELECT 1 FROM search_profile_outbox) AS done`);
    return row?.done;
  }, 30_000);
}
