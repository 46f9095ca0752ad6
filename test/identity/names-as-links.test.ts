import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimsVerification, named, shownName } from '../../src/identity/organisations/organisation.names.js';
import { Locale } from '../../src/kernel/localized.js';
import { holdsLink, withoutLinks } from '../../src/lib/links.js';
import { oneLine } from '../../src/notifications/mail.events.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededPerson } from '../seed.js';
import { mailTo } from './mailbox.js';

/** Issue 15, point 11: a name that anybody chooses speaks neither for the platform nor brings a link into its mails. */

let t: TestApp;
let s: Seed;
let person: SeededPerson;
beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  person = await s.person();
});
afterAll(() => t?.close());

const reasons = (reply: { errors?: Array<{ extensions: { problems?: unknown; reason?: string } }> }) =>
  reply.errors?.[0]?.extensions.reason;
const found = (name: object) =>
  t.ask<{ createOrganisation: { organisation: { id: string; name: { value: string } } } }>(
    `mutation ($i: CreateOrganisationInput!) { createOrganisation(input: $i) { organisation { id name { value } } } }`,
    { i: { kind: 'INVESTOR', name } },
    { token: person.token },
  );
const rename = (displayName: string) =>
  t.ask<{ updateProfile: { account: { displayName: string } } }>(
    `mutation ($i: UpdateProfileInput!) { updateProfile(input: $i) { account { displayName } } }`,
    { i: { displayName } },
    { token: person.token },
  );

const CLAIMS = [
  '陇原大学（已核验）',
  '陇原大学 [ verified ]',
  '未核验',
  '【官方认证】陇原大学',
  'Longyuan ✓',
  '陇原（已经平台核验）',
];
const ADDRESSES = [
  '领奖 http://evil.example/x',
  'www.evil.cn 领奖',
  'ｗｗｗ．ｅｖｉｌ．ｃｎ',
  'a@evil.cn',
  'ht\u200btp://evil.cn',
];
const HOSTS = ['evil.cn领奖', '领奖 evil。com', 'sub.evil.top'];
const ORDINARY = [
  '陇原大学',
  'J.R. Smith',
  'Dr.Li',
  '认证技术研究所',
  '质量认证中心',
  'Verified Carbon Partners',
  '3.5代半导体',
  'A.I. Labs',
];

describe('names that hold links or claim to be verified', () => {
  it.each(CLAIMS)('%s is refused as a claim', async (name) => {
    expect(reasons(await found({ zh: name }))).toBe('CLAIMS_VERIFICATION');
    expect(reasons(await found({ zh: '某公司', en: name }))).toBe('CLAIMS_VERIFICATION');
    expect(reasons(await rename(name))).toBe('CLAIMS_VERIFICATION');
  });

  it.each(ADDRESSES)('%s is refused as a link', async (name) => {
    expect(reasons(await found({ zh: name }))).toBe('LINK_IN_NAME');
    expect(reasons(await rename(name))).toBe('LINK_IN_NAME');
  });

  it.each(HOSTS)('%s is no name of a person; an organisation may bear it', async (name) => {
    expect(reasons(await rename(name))).toBe('LINK_IN_NAME');
    expect((await found({ zh: name })).data?.createOrganisation.organisation.name.value).toBe(name);
  });

  it.each(ORDINARY)('%s is a name', async (name) => {
    expect((await rename(name)).data?.updateProfile.account.displayName).toBe(name);
    expect([holdsLink(name), claimsVerification(name), withoutLinks(name), oneLine(name)]).toEqual([
      false,
      false,
      name,
      name,
    ]);
  });

  it('a name stands on one line, without characters that reorder it', async () => {
    expect((await found({ zh: '陇原\n\n大学\u202e甲' })).data?.createOrganisation.organisation.name.value).toBe(
      '陇原 大学 甲',
    );
    expect((await rename('甲\u202e乙')).data?.updateProfile.account.displayName).toBe('甲 乙');
  });
});

describe('names from before', () => {
  it('are shown without links and claims, and marked, in mails to strangers, however long they are', async () => {
    const organisation = await s.organisation(person, { name: '某某', verified: false });
    const long = `陇原大学（已核验）http://evil.example/x ${'长'.repeat(150)}`;
    await t.sql(`UPDATE organisation SET name = jsonb_build_object('zh', $2::text) WHERE id = $1`, [
      organisation.uuid,
      long,
    ]);
    await t.sql(`UPDATE account SET display_name = '领奖 http://evil.example/y' WHERE email = $1`, [person.email]);
    await t.gql(
      `mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { invitation { id } } }`,
      { input: { organisationId: organisation.id, email: 'stranger@invited.example', role: 'MEMBER' } },
      { token: person.token },
    );
    const mail = await mailTo(t, 'stranger@invited.example');
    for (const text of [mail.subject, mail.text]) {
      expect(text).not.toMatch(/:\/\/evil|evil\.example|已核验/);
      if (text.includes('陇原大学')) expect(text).toMatch(/长(（未核验）| \(unverified\))/);
    }
    expect(mail.text).toContain('陇原大学');
  });

  it('keep the mark in a line of a mail at any length', () => {
    for (const length of [50, 99, 100, 101, 119, 120, 121, 200])
      for (const locale of [Locale.ZH, Locale.EN]) {
        const shown = shownName(named({ nameText: { zh: '长'.repeat(length) }, verification: 'PENDING' }), locale);
        expect(oneLine(shown)).toMatch(/(（未核验）| \(unverified\))$/);
      }
  });
});
