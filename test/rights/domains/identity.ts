import { Secret, TOTP } from 'otpauth';
import { createOneTimeToken, type TokenPurpose } from '../../../src/identity/accounts/one-time-tokens.js';
import { hashToken, randomToken, seal } from '../../../src/lib/seal.js';
import { newTotpSecret } from '../../../src/identity/accounts/totp.js';
import { newId, toGlobalId } from '../../../src/lib/ids.js';
import type { SeededOrganisation, SeededPerson } from '../../seed.js';
import { asAnother, fixed, on, short } from '../cases.js';
import { LISTERS, OWNERS, type Role } from '../roles.js';
import type { Actor, Cases, RightsDomain, Subject, Ways, World } from '../types.js';

const insiders = [...LISTERS, 'OPERATOR'] as Role[];

/** Adds credentials and the data related to them. */
async function fill(w: World): Promise<void> {
  const { actors, ids, investor, markers, own, s, t, unverified } = w;
  const { mark } = markers;
  const owner = actors.OWN_OWNER.person!;
  const investorOwner = actors.INVESTOR.person!;
  const unverifiedOwner = actors.UNVERIFIED_OWNER.person!;
  const now = t.app.clock();

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
    await w.insert('one_time_token', {
      token_hash: mark(`one_time_token.token_hash ${purpose}`, []),
      purpose,
      account_id: colleague.accountId,
      created_at: now,
      expires_at: now,
    });
  }
  await w.insert('pending_sign_up', {
    id: newId(),
    account_id: colleague.accountId,
    email: mark('pending_sign_up.email', []),
    password_hash: mark('pending_sign_up.password_hash', []),
    display_name: mark('pending_sign_up.display_name', []),
    locale: 'EN',
    created_at: now,
  });
  await w.insert('recovery_code', { account_id: owner.accountId, code_hash: mark('recovery_code.code_hash', []) });
  ids['ApiKey of OWN_OWNER'] = toGlobalId(
    'ApiKey',
    await w.insert('api_key', {
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
    await w.insert('invitation', {
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
  await w.insert('known_device', {
    id: newId(),
    account_id: owner.accountId,
    token_hash: mark('known_device.token_hash', []),
    created_at: now,
    last_used_at: now,
    expires_at: now,
  });
  await w.insert('email_change', {
    id: newId(),
    account_id: colleague.accountId,
    old_email: mark('email_change.old_email', []),
    old_confirmed: true,
    new_email: mark('email_change.new_email', []),
    confirm_hash: mark('email_change.confirm_hash', []),
    stop_hash: mark('email_change.stop_hash', []),
    created_at: now,
    expires_at: now,
    stop_until: now,
  });
  await w.insert('refresh_token', {
    token_hash: mark('refresh_token.token_hash', []),
    session_id: session!.id,
    created_at: now,
  });
  await w.insert('idempotency_key', {
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
  for (const { private_key } of await t.sql<{ private_key: string }>(`SELECT private_key FROM signing_key`))
    markers.adopt('signing_key.private_key', private_key);
}

function subjects({ node, below, plain }: Ways): Subject[] {
  return [
    ...['OWN', 'INVESTOR', 'UNVERIFIED'].map((label) =>
      below('Organisation', label, `Organisation ${label}`, 'organisation(id: $id)'),
    ),
    node('ApiKey', 'of OWN_OWNER'),
    node('Session', 'of OWN_OWNER'),
    node('Membership', 'of OWN'),
    node('Membership', 'of UNVERIFIED'),
    node('Invitation'),
    node('Account', 'of OWN_MEMBER'),
    node('Account', 'of INVESTOR'),
    plain('Viewer', '', 'viewer'),
    plain('PrivateAccount', '', 'viewer', 'account'),
  ];
}

function queries(w: World): Cases {
  const { ids } = w;
  const labels = Object.keys(ids);
  return {
    exportMyData: [fixed('')],
    mailPreferences: [fixed('')],
    organisation: labels
      .filter((label) => label.startsWith('Organisation '))
      .map((label) => fixed(short(label), { id: ids[label] })),
    organisations: [fixed('all'), fixed('REJECTED', { filter: { verification: ['REJECTED'] } })],
    signUpToConfirm: [
      {
        label: 'with the token',
        call: async () => ({
          variables: {
            token: await makers(w).token('CONFIRM_EMAIL', await w.s.person({ confirmed: false })),
          },
        }),
      },
      fixed('with another token', { token: 'tpo_x' }),
    ],
    viewer: [fixed('')],
  };
}

/** Functions that create the objects on which mutations of identity act. */
function makers(w: World) {
  const { t, s } = w;
  const now = () => w.t.app.clock();
  const personOf = async (actor: Actor): Promise<SeededPerson> => actor.person ?? (await s.person());
  const keyOf = async (who: SeededPerson) =>
    toGlobalId(
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
      `INSERT INTO session (id, account_id, created_at, last_used_at, expires_at)
       VALUES ($1, $2, now(), now(), now() + interval '1 day')`,
      [id, who.accountId],
    );
    return toGlobalId('Session', id);
  };
  const emailChange = async (who: SeededPerson) => {
    const [confirm, stop] = [randomToken('tpc'), randomToken('tps')];
    await w.insert('email_change', {
      id: newId(),
      account_id: who.accountId,
      old_email: who.email,
      old_confirmed: true,
      new_email: `${fresh('moved')}@example.org`,
      confirm_hash: hashToken(confirm),
      stop_hash: hashToken(stop),
      created_at: now(),
      expires_at: new Date(now().getTime() + 60_000),
      stop_until: new Date(now().getTime() + 60_000),
    });
    return { confirm, stop };
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
        `UPDATE account
         SET totp_secret = $2, totp_enabled_at = CASE WHEN $3 THEN now() END
         WHERE id = $1 AND totp_enabled_at IS NULL`,
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
    return { secret, id: toGlobalId('Invitation', id) };
  };
  const membership = async () => {
    const who = await s.member(w.own, 'MEMBER');
    const [row] = await t.sql<{ id: string }>(`SELECT id FROM membership WHERE account_id = $1`, [who.accountId]);
    return toGlobalId('Membership', row!.id);
  };
  const pending = (owner: SeededPerson) => s.organisation(owner, { verified: false });
  const revised = async (organisation: SeededOrganisation) => {
    const [row] = await t.sql<{ revision: number }>(`SELECT revision FROM organisation WHERE id = $1`, [
      organisation.uuid,
    ]);
    return { id: organisation.id, revision: row!.revision };
  };
  const fresh = (prefix: string) => `${prefix}${w.serial()}`;
  return {
    personOf,
    keyOf,
    sessionOf,
    emailChange,
    token,
    codeFor,
    totp,
    password,
    invitation,
    membership,
    pending,
    revised,
    fresh,
  };
}

function mutations(w: World): Cases {
  const { s } = w;
  const {
    personOf,
    keyOf,
    sessionOf,
    emailChange,
    token,
    codeFor,
    totp,
    password,
    invitation,
    membership,
    pending,
    revised,
    fresh,
  } = makers(w);
  return {
    setMailPreference: [on('own', () => ({ kind: 'TEAM', wanted: false }))],
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
    closeOrganisation: [
      on(
        'pending, the viewer’s',
        async (actor) => ({ id: (await pending(await personOf(actor))).id, reason: 'no longer needed' }),
        asAnother,
      ),
      on('pending, another’s', async () => ({ id: (await pending(w.stranger)).id })),
      on('verified, another’s', async () => ({ id: (await s.organisation(w.stranger)).id })),
    ],
    deleteOrganisation: [
      on('pending, the viewer’s', async (actor) => ({ id: (await pending(await personOf(actor))).id }), asAnother),
      on('pending, another’s', async () => ({ id: (await pending(w.stranger)).id })),
      on('OWN', () => ({ id: w.own.id })),
    ],
    signUp: [
      on('', () => ({ email: `${fresh('new')}@example.org`, password: 'ningjing zhiyuan 7381', displayName: 'New' })),
    ],
    confirmEmail: [
      on('', async () => {
        const person = await s.person({ confirmed: false });
        return { token: await token('CONFIRM_EMAIL', person), password: person.password };
      }),
    ],
    requestEmailChange: [
      on(
        'own',
        async (actor) => ({
          newEmail: `${fresh('moved')}@example.org`,
          password: password(actor),
          ...(actor.totpSecret === null ? {} : { totpCode: codeFor(actor.totpSecret) }),
        }),
        asAnother,
      ),
    ],
    confirmEmailChange: [
      on('own', async (actor) => ({ token: (await emailChange(await personOf(actor))).confirm }), asAnother),
      on('another’s', async () => ({ token: (await emailChange(await s.person())).confirm })),
    ],
    stopEmailChange: [on('', async () => ({ token: (await emailChange(await s.person())).stop }))],
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
  };
}

/** Accounts, sessions, organisations, members and keys. */
export const identity: RightsDomain = {
  fill,
  subjects,
  queries,
  mutations,
  valueTypes: {
    SignUpToConfirm: 'shown to whoever has the token, as with the query that gives it',
    MailPreference: 'whether the viewer gets mails of a kind; only the viewer reads it',
    SessionTokens: 'the caller’s own credentials; given by logIn and refreshSession alone',
  },
  unmarked: {
    'a code of a closed list': [
      'account.locale',
      'mail_opt_out.kind',
      'mail_opt_out.mailbox',
      'api_key.scopes',
      'invitation.role',
      'membership.role',
      'one_time_token.purpose',
      'pending_sign_up.locale',
      'organisation.kind',
      'organisation.region_code',
      'organisation.verification',
      'session.revoked_reason',
    ],
    'a digest, selected by no query of the API': ['login_throttle.key', 'quota_lease.key'],
    'an id, which stands for nothing by itself': ['signing_key.kid'],
    'public: the key with which tokens are checked': ['signing_key.public_key'],
  },
};
