import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appointOperator } from '../../src/identity/accounts/operators.service.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededPerson } from '../seed.js';
import { mailTo, mailsTo, tokenIn } from './mailbox.js';

let t: TestApp;
let s: Seed;
let operator: SeededPerson;
beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  operator = await s.person({ operator: true });
});
afterAll(() => t.close());

const as = (person: SeededPerson) => ({ token: person.token });
const CREATE = 'mutation($i: CreateReviewerInput!) { createReviewer(input: $i) { reviewer { id status } } }';
const INVITE_REVIEWER = 'mutation($i: InviteReviewerInput!) { inviteReviewer(input: $i) { invited } }';
const INVITE = 'mutation($i: InviteMemberInput!) { inviteMember(input: $i) { invitation { email status } } }';
const ACCEPT = 'mutation($t: String!) { acceptInvitation(input: { token: $t }) { membership { role } } }';
const SIGN_UP = 'mutation($i: SignUpInput!) { signUp(input: $i) { mailSent } }';
const LOG_IN = 'mutation($i: LogInInput!) { logIn(input: $i) { tokens { accessToken } } }';
const profile = { dimensions: ['TECHNICAL_CONTENT'] };

/** Signs up with an address without confirming it, and logs in. */
async function squat(email: string): Promise<string> {
  const password = 'a squatter chose this';
  await t.gql(SIGN_UP, { i: { email, password, displayName: 'Somebody Else' } });
  return (await t.gql<{ logIn: { tokens: { accessToken: string } } }>(LOG_IN, { i: { email, password } })).logIn.tokens
    .accessToken;
}

describe('issue 15, point 2: an unconfirmed address gives nothing', () => {
  it('makes nobody a reviewer, and answers as for an address without an account', async () => {
    const token = await squat('expert@institute.example');
    const [squatted, unknown] = await Promise.all(
      ['expert@institute.example', 'nobody@institute.example'].map((email) =>
        t.ask(CREATE, { i: { email, profile } }, as(operator)),
      ),
    );
    expect(squatted!.errors?.[0]?.extensions.reason).toBe('UNKNOWN_ACCOUNT');
    expect(squatted!.errors).toEqual(unknown!.errors);
    expect(await t.gql('{ reviewerDesk { __typename } }', {}, { token })).toEqual({ reviewerDesk: null });
    expect(await t.sql(`SELECT 1 FROM reviewer`)).toEqual([]);
  });

  it('gives no desk and no activation to an account that became a reviewer before', async () => {
    const person = await s.person({ confirmed: false });
    const id = (await s.person()).accountId;
    await t.sql(
      `INSERT INTO reviewer (id, account_id, dimensions, status, created_at)
       VALUES ($1, $2, '{TECHNICAL_CONTENT}', 'SUSPENDED', now())`,
      [id, person.accountId],
    );
    expect(await t.gql('{ reviewerDesk { __typename } }', {}, as(person))).toEqual({ reviewerDesk: null });
    const reply = await t.ask(
      'mutation($i: SetReviewerStatusInput!) { setReviewerStatus(input: $i) { reviewer { id } } }',
      { i: { id: Buffer.from(`Reviewer:${id}`).toString('base64url'), status: 'ACTIVE' } },
      as(operator),
    );
    expect(reply.errors?.[0]?.extensions.reason).toBe('EMAIL_UNCONFIRMED');
    await t.sql('DELETE FROM reviewer');
  });

  it('shows and erases no invitation of the mailbox’s owner', async () => {
    const owner = await s.person();
    const organisation = await s.organisation(owner);
    const email = 'invited@institute.example';
    const token = await squat(email);
    const input = { organisationId: organisation.id, email, role: 'EDITOR' };
    expect(await t.gql(INVITE, { i: input }, as(owner))).toEqual({
      inviteMember: { invitation: { email, status: 'OPEN' } },
    });
    const { exportMyData } = await t.gql<{ exportMyData: { invitationsReceived: unknown[] } }>(
      '{ exportMyData }',
      {},
      { token },
    );
    expect(exportMyData.invitationsReceived).toEqual([]);
    await t.gql('mutation { eraseMyAccount(input: { password: "a squatter chose this" }) { erased } }', {}, { token });
    expect(await t.sql('SELECT 1 FROM invitation WHERE email = $1 AND revoked_at IS NULL', [email])).toHaveLength(1);
    // The owner of the mailbox joins by the mailed token.
    const mine = await squat(email);
    const mail = mailsTo(t, email).find(({ text }) => text.includes('accept-invitation'))!;
    expect(await t.gql(ACCEPT, { t: tokenIn(mail) }, { token: mine })).toEqual({
      acceptInvitation: { membership: { role: 'EDITOR' } },
    });
  });

  it('does not set the language of the mails to the owner of the mailbox', async () => {
    const owner = await s.person();
    const organisation = await s.organisation(owner);
    const email = 'reader@institute.example';
    await t.gql(SIGN_UP, { i: { email, password: 'a squatter chose this', displayName: 'x', locale: 'ZH' } });
    await mailTo(t, email);
    const headers = { 'accept-language': 'en' };
    await t.gql(INVITE, { i: { organisationId: organisation.id, email, role: 'MEMBER' } }, { ...as(owner), headers });
    expect((await mailTo(t, email, 2)).subject).toBe('You are invited to join an organisation');
    await t.gql(INVITE_REVIEWER, { i: { email } }, { ...as(operator), headers });
    expect((await mailTo(t, email, 3)).subject).toBe('An invitation to review scientific results');
  });

  it('leaves nothing of its first holder on an operator’s account', async () => {
    const squatter = await s.person({ confirmed: false, displayName: 'Chosen by the squatter' });
    await t.gql('mutation($e: String!) { requestPasswordReset(input: { email: $e }) { mailSent } }', {
      e: squatter.email,
    });
    await mailTo(t, squatter.email);
    const made = await appointOperator(t.app, { email: squatter.email, name: undefined, password: undefined });
    expect(made).toMatchObject({ created: false, takenOver: true, totp: {} });
    const [account] = await t.sql(
      `SELECT a.display_name, (SELECT count(*)::int FROM one_time_token o WHERE o.account_id = a.id) AS tokens,
         (SELECT count(*)::int FROM session s WHERE s.account_id = a.id AND s.revoked_at IS NULL) AS sessions
       FROM account a
       WHERE a.id = $1`,
      [squatter.accountId],
    );
    expect(account).toEqual({ display_name: 'Operator', tokens: 1, sessions: 0 });
  });

  it('is looked up only where the caller asks for a proof of its own', () => {
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !/^(bench|sample)\//.test(file),
    );
    const using = (pattern: RegExp) => files.filter((file) => pattern.test(readFileSync(`src/${file}`, 'utf8'))).sort();
    // The password, the mailed token, and the person at the server's command line are such proofs.
    expect(using(/findUnprovenAccount/)).toEqual([
      'identity/accounts/accounts.ts',
      'identity/accounts/identity.jobs.ts',
      'identity/accounts/operators.service.ts',
      'identity/accounts/password.service.ts',
      'identity/sessions/sessions.service.ts',
    ]);
    expect(using(/\b(email|EMAIL)\)? *(=|IN|LIKE|ILIKE)\s*(lower\(|\$|ANY)/)).toEqual([
      'identity/accounts/accounts.ts',
      // Among unconfirmed ones: to store a sign-up that waits for its own mailed link.
      'identity/accounts/pending-sign-ups.ts',
      'identity/identity.personal-data.ts',
      'identity/organisations/invitations.service.ts',
      // Among confirmed addresses: whose wish it is to get no mails of a kind.
      'notifications/opt-out.ts',
    ]);
  });
});
