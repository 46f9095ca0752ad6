import { Secret, TOTP } from 'otpauth';
import type { AchievementStatus } from '../../src/achievements/vocabularies.js';
import { createOneTimeToken, type TokenPurpose } from '../../src/identity/accounts/one-time-tokens.js';
import { hashToken, randomToken, seal } from '../../src/lib/seal.js';
import { newTotpSecret } from '../../src/identity/accounts/totp.js';
import { newId, toGlobalId } from '../../src/lib/ids.js';
import type { Call, Case, Cases } from './cases.queries.js';
import type { SeededOrganisation, SeededPerson } from '../seed.js';
import type { Actor, World } from './world.js';

const CSV = '标题,摘要\n一项成果,一段摘要\n';
const file = { name: 'results.csv', content: CSV };

/** Calls of every mutation of the schema, each on something of its own, so that an outcome shows the right and nothing else. */
export function mutationCases(w: World): Cases {
  const { t, s } = w;
  let serial = 0;
  const fresh = (prefix: string) => `${prefix}${(serial += 1)}`;
  const now = () => t.app.clock();
  const gid = (type: string, id: string) => toGlobalId(type, id);
  /** A case that needs the input alone. */
  const on = (
    label: string,
    make: (actor: Actor) => Promise<Record<string, unknown>> | Record<string, unknown>,
    more: Partial<Case> = {},
  ): Case => ({
    label,
    call: async (actor) => ({ variables: { input: await make(actor) } }),
    ...more,
  });
  const asAnother = { fresh: true } as const;

  const act = (
    status: AchievementStatus,
    input: Record<string, unknown> = {},
    institution = w.own,
    label: string = status,
  ): Case => on(label, async () => ({ id: gid('Achievement', await w.entry(status, { institution })), ...input }));
  const personOf = async (actor: Actor): Promise<SeededPerson> => actor.person ?? (await s.person());
  const organisationOf = (actor: Actor): SeededOrganisation => actor.organisation ?? w.investor;
  const thread = async (closedBy: 'PARTY' | 'LISTER' | null = null): Promise<string> => {
    const at = now();
    const id = await w.insert('interest', {
      achievement_id: await w.entry('ADMITTED'),
      institution_id: w.own.uuid,
      account_id: w.actors.INVESTOR.person!.accountId,
      organisation_id: w.investor.uuid,
      status: closedBy ? 'CLOSED' : 'OPEN',
      created_at: at,
      last_message_at: at,
      closed_at: closedBy ? at : null,
      closed_by: closedBy,
      message_count: 1,
      party_seq: 1,
    });
    await w.insert('interest_message', {
      interest_id: id,
      seq: 1,
      author_id: w.actors.INVESTOR.person!.accountId,
      side: 'PARTY',
      body: 'Good day.',
      created_at: at,
    });
    return gid('Interest', id);
  };
  const listed = async (who: SeededPerson) =>
    gid(
      'ShortlistEntry',
      await w.insert('shortlist_entry', {
        account_id: who.accountId,
        achievement_id: await w.entry('ADMITTED'),
        note: 'a note',
        added_at: now(),
      }),
    );
  const evidenceOf = async (status: AchievementStatus) => ({
    id: gid('EvidenceFile', await w.evidence(await w.entry(status), 'NDA')),
  });
  const keyOf = async (who: SeededPerson) =>
    gid(
      'ApiKey',
      await w.insert('api_key', {
        account_id: who.accountId,
        name: 'a key',
        prefix: newId().slice(-8),
        secret_hash: newId(),
        scopes: ['READ'],
        created_at: now(),
      }),
    );
  const sessionOf = async (who: SeededPerson) => {
    const id = newId();
    await t.sql(
      `INSERT INTO session (id, account_id, created_at, last_used_at, expires_at) VALUES ($1, $2, now(), now(), now() + interval '1 day')`,
      [id, who.accountId],
    );
    return gid('Session', id);
  };
  const token = (purpose: TokenPurpose, who: SeededPerson) =>
    createOneTimeToken(t.app.dataSource.manager, purpose, who.accountId, now());
  const codeFor = (secret: string) =>
    new TOTP({ secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: 30 }).generate({
      timestamp: now().getTime(),
    });
  const totp = async (actor: Actor, enabled: boolean): Promise<string> => {
    if (actor.totpSecret !== null && enabled) return codeFor(actor.totpSecret);
    const secret = newTotpSecret();
    if (actor.person) {
      await t.sql(
        `UPDATE account SET totp_secret = $2, totp_enabled_at = CASE WHEN $3 THEN now() END WHERE id = $1 AND totp_enabled_at IS NULL`,
        [actor.person.accountId, seal(t.app.secretKey, 'totp', actor.person.accountId, secret), enabled],
      );
    }
    return codeFor(secret);
  };
  const password = (actor: Actor) => actor.person?.password ?? w.stranger.password;
  const invitation = async (organisation: SeededOrganisation, email: string) => {
    const secret = randomToken('tpi');
    const id = await w.insert('invitation', {
      organisation_id: organisation.uuid,
      email,
      role: 'MEMBER',
      token_hash: hashToken(secret),
      created_at: now(),
      expires_at: new Date(now().getTime() + 60_000),
    });
    return { secret, id: gid('Invitation', id) };
  };
  const membership = async () => {
    const who = await s.member(w.own, 'MEMBER');
    const [row] = await t.sql<{ id: string }>(`SELECT id FROM membership WHERE account_id = $1`, [who.accountId]);
    return gid('Membership', row!.id);
  };
  const pending = (owner: SeededPerson) => s.organisation(owner, { verified: false });
  const revised = async (organisation: SeededOrganisation) => {
    const [row] = await t.sql<{ revision: number }>(`SELECT revision FROM organisation WHERE id = $1`, [
      organisation.uuid,
    ]);
    return { id: organisation.id, revision: row!.revision };
  };
  /** An import of OWN; whatever else is under way there is over. */
  const run = async (status: string, organisation = w.own) => {
    await t.sql(
      `UPDATE import_run SET status = 'CANCELLED' WHERE institution_id = $1 AND status IN ('QUEUED','RUNNING')`,
      [organisation.uuid],
    );
    const id = await w.insert('import_run', {
      institution_id: organisation.uuid,
      status,
      mode: 'ROW_BY_ROW',
      register: 'NEVER',
      dry_run: true,
      file_name: 'results.csv',
      file_sha256: 'ab',
      format: 'CSV',
      encoding: 'UTF-8',
      headers: ['标题', '摘要'],
      mapping: { columns: { 标题: 'title.zh' }, defaults: {}, dateOrder: null },
      mapping_source: 'GIVEN',
      total_rows: 1,
      created_at: now(),
    });
    await w.insert('import_file', { run_id: id, part: 0, bytes: Buffer.from(CSV) });
    return { id: gid('ImportRun', id) };
  };
  const uploading = (label: string, input: () => Promise<Record<string, unknown>> | Record<string, unknown>): Case => ({
    label,
    call: async (): Promise<Call> => ({ variables: { input: await input() }, file }),
  });
  const idle = async (input: Record<string, unknown>) => {
    await t.sql(`UPDATE import_run SET status = 'CANCELLED' WHERE status IN ('QUEUED','RUNNING')`);
    return input;
  };
  const synonyms = async () => ({
    id: gid(
      'SynonymGroup',
      await w.insert('synonym_group', {
        terms: [fresh('term a'), fresh('term b')],
        created_at: now(),
        updated_at: now(),
      }),
    ),
  });
  const title = { title: { en: 'A title' } };

  return {
    createAchievement: [
      on('OWN', () => ({ institutionId: w.own.id, content: title })),
      on('UNVERIFIED', () => ({ institutionId: w.unverified.id, content: title })),
    ],
    updateAchievement: (['DRAFT', 'REGISTERED', 'ADMITTED'] as const)
      .map((status) => act(status, { revision: 1, content: title }))
      .concat(
        act('DRAFT', { revision: 9, content: title }, w.own, 'DRAFT, stale'),
        act('DRAFT', { revision: 1, content: title }, w.other, 'DRAFT of OTHER'),
      ),
    registerAchievement: [act('DRAFT'), act('DRAFT', {}, w.unverified, 'DRAFT of UNVERIFIED')],
    withdrawAchievement: [act('REGISTERED')],
    reopenAchievement: [act('WITHDRAWN')],
    retireAchievement: [act('ADMITTED')],
    reinstateAchievement: [act('RETIRED')],
    revokeAdmission: [act('ADMITTED', { reason: 'a mistake' })],
    dismissDuplicate: [
      on('NearDuplicate', async () => {
        const [a, b] = [await w.entry('REGISTERED'), await w.entry('REGISTERED', { institution: w.other })].sort();
        return {
          id: gid(
            'NearDuplicate',
            await w.insert('near_duplicate', {
              a_id: a,
              b_id: b,
              similarity: 0.8,
              evidence: 'TITLE',
              created_at: now(),
            }),
          ),
          reason: 'they differ',
        };
      }),
    ],
    requestNda: [
      on('ADMITTED, for the viewer’s organisation', async (actor) => ({
        achievementId: gid('Achievement', await w.entry('ADMITTED')),
        organisationId: organisationOf(actor).id,
      })),
      on('ADMITTED, for INVESTOR', async () => ({
        achievementId: gid('Achievement', await w.entry('ADMITTED')),
        organisationId: w.investor.id,
      })),
      on('DRAFT, for INVESTOR', async () => ({
        achievementId: gid('Achievement', await w.entry('DRAFT')),
        organisationId: w.investor.id,
      })),
    ],
    decideNda: [
      on('request of INVESTOR', async () => ({
        id: gid(
          'NdaGrant',
          await w.insert('nda_grant', {
            achievement_id: await w.entry('ADMITTED'),
            organisation_id: w.investor.uuid,
            status: 'REQUESTED',
            requested_at: now(),
          }),
        ),
        grant: true,
      })),
    ],
    addEvidence: (['DRAFT', 'ADMITTED'] as const).map((status) =>
      uploading(status, async () => ({ achievementId: gid('Achievement', await w.entry(status)), tier: 'NDA' })),
    ),
    removeEvidence: (['DRAFT', 'ADMITTED'] as const).map((status) => on(status, () => evidenceOf(status))),
    expressInterest: (['ADMITTED', 'REGISTERED'] as const)
      .map((status) =>
        on(status, async () => ({ achievementId: gid('Achievement', await w.entry(status)), message: 'Good day.' })),
      )
      .concat(
        on('ADMITTED, for INVESTOR', async () => ({
          achievementId: gid('Achievement', await w.entry('ADMITTED')),
          organisationId: w.investor.id,
          message: 'Good day.',
        })),
      ),
    replyToInterest: [on('Interest', async () => ({ id: await thread(), message: 'Good day.' }))],
    closeInterest: [on('Interest', async () => ({ id: await thread(), reason: 'over' }))],
    reopenInterest: (['PARTY', 'LISTER'] as const).map((side) =>
      on(`closed by ${side}`, async () => ({ id: await thread(side) })),
    ),
    markInterestRead: [on('Interest', async () => ({ id: await thread() }))],
    addToShortlist: (['ADMITTED', 'REGISTERED'] as const).map((status) =>
      on(status, async () => ({ achievementId: gid('Achievement', await w.entry(status)) })),
    ),
    updateShortlistNote: [
      on('own', async (actor) => ({ id: await listed(await personOf(actor)), note: 'new' })),
      on('another’s', async () => ({ id: await listed(w.stranger), note: 'new' })),
    ],
    removeFromShortlist: [
      on('own', async (actor) => ({ id: await listed(await personOf(actor)) })),
      on('another’s', async () => ({ id: await listed(w.stranger) })),
    ],
    updateProfile: [on('own', () => ({ displayName: 'Another name' }), asAnother)],
    beginTotp: [on('own', (actor) => ({ password: password(actor) }), asAnother)],
    enableTotp: [on('own', async (actor) => ({ code: await totp(actor, false) }), asAnother)],
    disableTotp: [
      on('own', async (actor) => ({ password: password(actor), code: await totp(actor, true) }), asAnother),
    ],
    renewRecoveryCodes: [
      on('own', async (actor) => ({ password: password(actor), code: await totp(actor, true) }), asAnother),
    ],
    createApiKey: [on('own', () => ({ name: 'a key', scopes: ['WRITE'] }), asAnother)],
    revokeApiKey: [
      on('own', async (actor) => ({ id: await keyOf(await personOf(actor)) }), asAnother),
      on('another’s', async () => ({ id: await keyOf(w.stranger) }), asAnother),
    ],
    eraseMyAccount: [
      on(
        'own',
        async (actor) => ({
          password: password(actor),
          ...(actor.totpSecret === null ? {} : { totpCode: codeFor(actor.totpSecret) }),
        }),
        asAnother,
      ),
    ],
    rotateSigningKey: [on('', () => ({}))],
    inviteMember: [
      on('OWN', () => ({ organisationId: w.own.id, email: `${fresh('invited')}@example.org`, role: 'OWNER' })),
      on('UNVERIFIED', () => ({
        organisationId: w.unverified.id,
        email: `${fresh('invited')}@example.org`,
        role: 'OWNER',
      })),
    ],
    acceptInvitation: [
      on(
        'to the viewer',
        async (actor) => ({
          token: (await invitation(await s.organisation(w.stranger), (await personOf(actor)).email)).secret,
        }),
        asAnother,
      ),
      on(
        'to another',
        async () => ({
          token: (await invitation(await s.organisation(w.stranger), `${fresh('invited')}@example.org`)).secret,
        }),
        asAnother,
      ),
    ],
    revokeInvitation: [
      on('OWN', async () => ({ id: (await invitation(w.own, `${fresh('invited')}@example.org`)).id })),
    ],
    changeMemberRole: [on('a MEMBER of OWN', async () => ({ membershipId: await membership(), role: 'EDITOR' }))],
    removeMember: [on('a MEMBER of OWN', async () => ({ membershipId: await membership() }))],
    leaveOrganisation: [
      on('OWN', () => ({ organisationId: w.own.id }), asAnother),
      on('UNVERIFIED', () => ({ organisationId: w.unverified.id }), asAnother),
    ],
    createOrganisation: [on('', () => ({ kind: 'INVESTOR', name: { en: fresh('New organisation ') } }), asAnother)],
    updateOrganisation: [w.own, w.unverified].map((organisation, i) =>
      on(
        ['OWN', 'UNVERIFIED'][i]!,
        async () => ({ ...(await revised(organisation)), website: `https://example.org/${fresh('page')}` }),
        { alone: true },
      ),
    ),
    verifyOrganisation: [on('pending', async () => revised(await pending(w.stranger)))],
    rejectOrganisation: [
      on('pending', async () => ({ ...(await revised(await pending(w.stranger))), note: 'not found in the register' })),
    ],
    deleteOrganisation: [
      on('pending, the viewer’s', async (actor) => ({ id: (await pending(await personOf(actor))).id }), asAnother),
      on('pending, another’s', async () => ({ id: (await pending(w.stranger)).id })),
      on('OWN', () => ({ id: w.own.id })),
    ],
    signUp: [
      on('', () => ({ email: `${fresh('new')}@example.org`, password: 'ningjing zhiyuan 7381', displayName: 'New' })),
    ],
    confirmEmail: [on('', async () => ({ token: await token('CONFIRM_EMAIL', await s.person({ confirmed: false })) }))],
    resendConfirmation: [on('', () => ({ email: `${fresh('unknown')}@example.org` }))],
    logIn: [
      on('', async () => {
        const who = await s.person();
        return { email: who.email, password: who.password };
      }),
    ],
    refreshSession: [on('', async () => ({ refreshToken: (await s.person()).refreshToken }))],
    logOut: [on('own', () => ({}), asAnother)],
    logOutEverywhere: [on('own', () => ({}), asAnother)],
    revokeSession: [
      on('own', async (actor) => ({ id: await sessionOf(await personOf(actor)) }), asAnother),
      on('another’s', async () => ({ id: await sessionOf(w.stranger) }), asAnother),
    ],
    changePassword: [
      on('own', (actor) => ({ currentPassword: password(actor), newPassword: 'danbo mingzhi 2846' }), asAnother),
    ],
    requestPasswordReset: [on('', () => ({ email: `${fresh('unknown')}@example.org` }))],
    resetPassword: [
      on('', async () => ({
        token: await token('RESET_PASSWORD', await s.person()),
        newPassword: 'danbo mingzhi 2846',
      })),
    ],
    previewImport: [
      uploading('OWN', () => ({ institutionId: w.own.id })),
      uploading('UNVERIFIED', () => ({ institutionId: w.unverified.id })),
    ],
    importAchievements: [
      { ...uploading('OWN', () => idle({ institutionId: w.own.id, register: 'NEVER' })), alone: true },
    ],
    cancelImport: [on('QUEUED', () => run('QUEUED'), { alone: true })],
    rerunImport: [on('FAILED', () => run('FAILED'), { alone: true })],
    saveColumnMapping: [
      on('OWN', () => ({
        institutionId: w.own.id,
        name: fresh('mapping '),
        mapping: { columns: [{ header: '标题', field: 'title.zh' }] },
      })),
    ],
    removeColumnMapping: [
      on('OWN', async () => ({
        id: gid(
          'ColumnMapping',
          await w.insert('column_mapping', {
            institution_id: w.own.uuid,
            name: fresh('mapping '),
            mapping: { columns: {}, defaults: {}, dateOrder: null },
            created_at: now(),
            updated_at: now(),
          }),
        ),
      })),
    ],
    setSynonymGroup: [
      on('new', () => ({ terms: [fresh('word a'), fresh('word b')] })),
      on('changed', async () => ({ ...(await synonyms()), terms: [fresh('word a'), fresh('word b')] })),
    ],
    removeSynonymGroup: [on('', synonyms)],
  };
}
