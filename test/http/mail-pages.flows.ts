import { Secret, TOTP } from 'otpauth';
import { mentionedMail } from '../../src/mentions/mention.mails.js';
import { denialToken } from '../../src/mentions/mention.links.js';
import { mailTo, tokenIn } from '../identity/mailbox.js';
import type { TestApp } from '../harness.js';
import { seed, type SeededPerson } from '../seed.js';

/** One way through a mail's page: what a person has in hand, and what becomes of it. */
export interface Flow {
  path: string;
  /** Token in the fragment of the link. */
  token?: string;
  /** What the person types, apart from the log-in. */
  fields: () => Record<string, string>;
  /** Who logs in, where the page asks for it. */
  as?: SeededPerson;
  /** Pattern of the refusal of a second click; null where it does the same again. */
  again: RegExp | null;
}

let serial = 0;

/** A flow for each page with a button, by path. */
export const FLOWS: Record<string, (t: TestApp) => Promise<Flow>> = {
  '/confirm-email': async (t) => {
    const email = `walker${(serial += 1)}@example.org`;
    await t.gql(`mutation ($input: SignUpInput!) { signUp(input: $input) { mailSent } }`, {
      input: { email, password: 'a long way to walk', displayName: 'A. Walker', locale: 'EN' },
    });
    return {
      path: '/confirm-email',
      token: tokenIn(await mailTo(t, email)),
      fields: () => ({ password: 'a long way to walk' }),
      again: /used or has expired.*log in/,
    };
  },
  '/forgot-password': async (t) => {
    const { email } = await seed(t).person();
    return { path: '/forgot-password', fields: () => ({ email }), again: null };
  },
  '/reset-password': async (t) => {
    const { email } = await seed(t).person();
    await t.gql(`mutation ($email: String!) { requestPasswordReset(input: { email: $email }) { mailSent } }`, {
      email,
    });
    return {
      path: '/reset-password',
      token: tokenIn(await mailTo(t, email)),
      fields: () => ({ newPassword: 'another way to walk' }),
      again: /used or has expired/,
    };
  },
  '/two-factor': async (t) => ({
    path: '/two-factor',
    as: await seed(t).person(),
    fields: () => ({}),
    again: null,
  }),
  '/two-factor-code': async (t) => {
    const as = await seed(t).person();
    const { beginTotp } = await t.gql<{ beginTotp: { secret: string } }>(
      `mutation ($password: String!) { beginTotp(input: { password: $password }) { secret } }`,
      { password: as.password },
      { token: as.token },
    );
    const totp = new TOTP({ secret: Secret.fromBase32(beginTotp.secret), algorithm: 'SHA1', digits: 6, period: 30 });
    return {
      path: '/two-factor-code',
      as,
      fields: () => ({ code: totp.generate({ timestamp: t.app.clock().getTime() }) }),
      again: /already on/,
    };
  },
  '/confirm-email-change': async (t) => {
    const as = await seed(t).person();
    const newEmail = `moved${(serial += 1)}@example.org`;
    await t.gql(
      `mutation ($input: RequestEmailChangeInput!) { requestEmailChange(input: $input) { mailSent } }`,
      { input: { newEmail, password: as.password } },
      { token: as.token },
    );
    return {
      path: '/confirm-email-change',
      token: tokenIn(await mailTo(t, newEmail)),
      as,
      fields: () => ({}),
      again: /used|expired/,
    };
  },
  '/stop-email-change': async (t) => {
    const as = await seed(t).person();
    await t.gql(
      `mutation ($input: RequestEmailChangeInput!) { requestEmailChange(input: $input) { mailSent } }`,
      { input: { newEmail: `moved${(serial += 1)}@example.org`, password: as.password } },
      { token: as.token },
    );
    return {
      path: '/stop-email-change',
      token: tokenIn(await mailTo(t, as.email)),
      fields: () => ({}),
      again: /used|expired/,
    };
  },
  '/accept-invitation': async (t) => {
    const s = seed(t);
    const owner = await s.person();
    const as = await s.person();
    const organisation = await s.organisation(owner);
    await t.gql(
      `mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { invitation { id } } }`,
      { input: { organisationId: organisation.id, email: as.email, role: 'EDITOR' } },
      { token: owner.token },
    );
    return {
      path: '/accept-invitation',
      token: tokenIn(await mailTo(t, as.email)),
      as,
      fields: () => ({}),
      again: /used|expired|no longer|already/,
    };
  },
  '/deny-mentions': async (t) => {
    const owner = await seed(t).person();
    await seed(t).organisation(owner, { kind: 'INVESTOR' });
    if (mentionedMail.page !== 'deny-mentions') throw new Error('the mail has another page');
    return {
      path: '/deny-mentions',
      token: denialToken(t.app, owner, t.app.clock()),
      fields: () => ({}),
      again: null,
    };
  },
  '/become-a-reviewer': async (t) => ({
    path: '/become-a-reviewer',
    as: await seed(t).person(),
    fields: () => ({ statement: '半导体设备', industry: '35' }),
    again: /already|before|have a/,
  }),
};
