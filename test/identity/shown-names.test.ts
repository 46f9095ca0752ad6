import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { named, shownName } from '../../src/identity/organisations/organisation.names.js';
import { Locale } from '../../src/kernel/localized.js';
import { entry, mails, type SeededEntry } from '../deals/kit.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';

const ROOT = join(import.meta.dirname, '../../src');

/** Places that read an organisation's name and show it to nobody as it is, each with the reason. */
const NOT_SHOWN: Record<string, string> = {
  'identity/organisations/backers.ts': 'finds verified organisations by name; the statement asks for VERIFIED',
  'vetting/reviews/desk.records.ts': 'names of relatives to mask in the texts of blind entries',
  'search/query/search.suggestions.ts': 'finds entries; institutions that are not verified are left out',
  'search/index/search.documents.ts': 'what the search index compares with queries',
  'search/profiles/profiles.kinds.ts': 'what the search index compares with queries',
  'outbox/search-texts.ts': 'what the search index compares with queries',
  'investors/investor.list.ts': 'a filter by name',
};

const files = (readdirSync(ROOT, { recursive: true }) as string[])
  .filter((file) => file.endsWith('.ts') && !/^(bench|sample|cli)\//.test(file))
  .map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }));

/** Statements of a source file that select the name of an organisation without whether it is verified. */
function unmarked(text: string): string[] {
  return (text.match(/`[^`]*`/g) ?? []).filter((sql) => {
    const aliases = [...sql.matchAll(/\b(?:FROM|JOIN) organisation(?: ([a-z]+))?\b(?! f\b)/g)].map(
      ([, alias]) => alias,
    );
    return (
      aliases.some((alias) => new RegExp(`\\b${alias ? `${alias}\\.` : ''}name\\b`).test(sql)) &&
      !/SELECT[^;]*\bverification\b[^;]*FROM/.test(sql)
    );
  });
}

let t: TestApp;
let s: Seed;
let lister: SeededPerson;
let university: SeededOrganisation;
let chip: SeededEntry;

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  lister = await s.person();
  university = await s.organisation(lister, { name: '陇原大学' });
  chip = await entry(t, university, { title: { zh: '晶圆清洗设备', en: 'Wafer cleaning' }, industries: ['3562'] });
});
afterAll(() => t?.close());

const mailTo = (email: string, word: string) =>
  eventually(() => Promise.resolve(mails(t).find((mail) => mail.to === email && mail.text.includes(word)) ?? null));

describe('an unverified organisation is not vouched for (issue 15, point 11)', () => {
  it('one function shows names: each template and statement uses it, or says why not', () => {
    expect(
      files.filter(({ file, text }) => unmarked(text).length > 0 && !(file in NOT_SHOWN)).map(({ file }) => file),
    ).toEqual([]);
    expect(
      files
        .filter(({ file }) => file !== 'identity/organisations/organisation.entity.ts')
        .filter(({ text }) =>
          /localize(?:OrNull)?\(\s*\w*(?:organisation|institution|after)!?\.?\w*\.nameText/i.test(text),
        )
        .map(({ file }) => file),
    ).toEqual([]);
    // The check finds what it looks for.
    expect(unmarked('`SELECT o.name FROM interest i JOIN organisation o ON true`')).toHaveLength(1);
    expect(unmarked('`SELECT o.name, o.verification FROM interest i JOIN organisation o ON true`')).toEqual([]);
  });

  it('marks each state but VERIFIED, on one line, in both languages, after any length and formatting', () => {
    const of = (zh: string, verification: 'PENDING' | 'VERIFIED' | 'REJECTED') =>
      named({ nameText: { zh, en: 'A name' }, verification });
    expect(shownName(of('陇原大学', 'VERIFIED'), Locale.ZH)).toBe('陇原大学');
    for (const verification of ['PENDING', 'REJECTED'] as const) {
      expect(shownName(of('陇原大学', verification), Locale.ZH)).toBe('陇原大学（未核验）');
      expect(shownName(of('陇原大学', verification), Locale.EN)).toBe('A name (unverified)');
      expect(shownName(of('长'.repeat(500), verification), Locale.ZH)).toMatch(/（未核验）$/);
      expect(shownName(of('陇原\n大学\u202e\u2066', verification), Locale.ZH)).toBe('陇原 大学（未核验）');
    }
  });

  it('in the mail about an interest', async () => {
    const person = await s.person();
    const pretended = await s.organisation(person, { name: '皋兰山大学', verified: false });
    await t.gql(
      `mutation ($input: ExpressInterestInput!) { expressInterest(input: $input) { interest { id } } }`,
      { input: { achievementId: chip.id, organisationId: pretended.id, message: '请联系我们' } },
      { token: person.token },
    );
    const mail = await mailTo(lister.email, '请联系我们');
    expect(mail.text).toMatch(/皋兰山大学(（未核验）| \(unverified\))/);
  });

  it('in the mail that invites to an organisation, and in its displayName', async () => {
    const person = await s.person();
    const pretended = await s.organisation(person, { name: '皋兰山研究院', verified: false });
    await t.gql(
      `mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { invitation { id } } }`,
      { input: { organisationId: pretended.id, email: 'somebody@invited.example', role: 'MEMBER' } },
      { token: person.token },
    );
    const mail = await mailTo('somebody@invited.example', 'accept-invitation');
    expect(mail.text).toMatch(/皋兰山研究院(（未核验）| \(unverified\))/);
    const shown = async (id: string) =>
      (
        await t.gql<{ organisation: { displayName: { value: string }; name: { value: string } } }>(
          `query ($id: ID!) { organisation(id: $id) { name(locale: ZH) { value } displayName(locale: ZH) { value } } }`,
          { id },
          { token: person.token },
        )
      ).organisation;
    expect(await shown(pretended.id)).toEqual({
      name: { value: '皋兰山研究院' },
      displayName: { value: '皋兰山研究院（未核验）' },
    });
    expect((await shown(university.id)).displayName.value).toBe('陇原大学');
  });

  it('in the export of the pool, once its institution is refused', async () => {
    const csv = async () => (await fetch(`${t.url}/export/pool.csv?locale=zh`)).text();
    expect(await csv()).toContain('陇原大学');
    expect(await csv()).not.toContain('未核验');
    await t.sql(`UPDATE organisation SET verification = 'REJECTED' WHERE id = $1`, [university.uuid]);
    expect(await csv()).toContain('陇原大学（未核验）');
  });
});
