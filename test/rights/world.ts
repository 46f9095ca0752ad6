import { createHash, randomBytes } from 'node:crypto';
import type { AchievementRecord } from '../../src/achievements/achievement.record.js';
import { insertAchievements } from '../../src/achievements/achievement.store.js';
import { hashToken, seal } from '../../src/lib/seal.js';
import { newTotpSecret } from '../../src/identity/accounts/totp.js';
import { newId } from '../../src/lib/ids.js';
import { noteForIndexing } from '../../src/outbox/indexing.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { enterPool, seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { DOMAINS } from './domains.js';
import { recordOf } from './records.js';
import { createMarkers, LISTERS, OWNERS, ROLES, VERIFIED, type Role } from './roles.js';
import type { Actor, World } from './types.js';
import { readConfig } from '../../src/kernel/config.js';

/** Starts an app and fills it with at least one object of every type, with markers in confidential places. */
export async function buildWorld({ mails = 'UNDELIVERED' }: { mails?: 'UNDELIVERED' | 'LOGGED' } = {}): Promise<World> {
  const t = await startTestApp({
    requireOperatorTotp: true,
    // A port without a listener: the log is also checked for contents of undelivered mail. Where it is not, mails are
    // logged, since each failed attempt to send one costs several statements.
    smtpUrl: mails === 'UNDELIVERED' ? 'smtp://127.0.0.1:1' : undefined,
    // The markers are searched for all at once.
    connections: { ...readConfig({}).connections, max: 5_000, maxPerClient: 5_000 },
    limits: { requestsPerMinute: 1_000_000_000, maxCost: 1_000_000_000, maxUploadBytes: 1_000_000 },
  });
  const s = seed(t);
  const markers = createMarkers();
  const { mark } = markers;
  const insiders = [...LISTERS, 'OPERATOR'] as Role[];
  const freshMarks: Partial<Record<keyof AchievementRecord, string>> = {
    technicalDetail: mark('content REGISTERED of what mutations are tried on', [...insiders, ...VERIFIED]),
    confidentialDetail: mark('content NDA of what mutations are tried on', insiders),
    externalId: mark('achievement.external_id of what mutations are tried on', insiders),
  };
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
    `UPDATE organisation
     SET verification = 'REJECTED', verification_note = $2, description = $3, uscc = $4, ror = $5, website = $6,
       pending_change = $7
     WHERE id = $1`,
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
      // Random text, so that the achievement's similarity bands differ from all others; otherwise each would be
      // examined as a near-duplicate of all.
      const like = randomBytes(24).toString('hex');
      const marked = institution === own ? freshMarks : {};
      const base = recordOf((field) => marked[field] ?? like, `F${world.serial()}`);
      const stored = world.stored(status, institution, { ...base, ...record });
      await world.save([stored]);
      return stored.id;
    },
    async evidence(achievementId, tier, text = `evidence ${world.serial()}`) {
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
    apiKey,
    serial: () => (serial += 1),
    stored: (status, institution, record, revision = 1) => ({
      id: newId(),
      institutionId: institution.uuid,
      status,
      revision,
      record,
      editedBy: actors.OWN_MEMBER.person!.accountId,
      note: null,
      at: t.app.clock(),
    }),
    save: (list) =>
      t.app.dataSource.transaction(async (tx) => {
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
      }),
  };
  for (const domain of DOMAINS) await domain.fill?.(world);
  for (const role of ROLES) {
    const { person: who, token } = actors[role];
    if (token !== undefined) markers.adopt(`credential of ${role}`, token);
    if (who) markers.adopt(`refresh token of ${role}`, who.refreshToken);
  }
  await indexed(t);
  return world;
}

/** Tables whose primary key is a UUID column named id. */
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

/** Waits until the search index has applied every change. */
export async function indexed(t: TestApp): Promise<void> {
  await eventually(async () => {
    const [row] = await t.sql<{
      done: boolean;
    }>(`SELECT NOT EXISTS (SELECT 1 FROM search_outbox)
        AND EXISTS (SELECT 1 FROM search_generation WHERE state = 'LIVE')
        AND NOT EXISTS (SELECT 1 FROM search_profile_outbox) AS done`);
    return row?.done;
  }, 30_000);
}
