import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseInstitution } from '../../src/cli/institutions.js';
import { importCommand } from '../../src/cli/import-command.js';
import { exportCommand } from '../../src/cli/export-command.js';
import { areNearNames, nameForms, nameWithoutForm } from '../../src/text/names.js';
import { sampleOrganisationIds } from '../../src/sample/sample.people.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { COMPLETE_HEADER, completeRow, csv } from '../importing/import-kit.js';
import { scratch } from '../importing/tabular-kit.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { mailsTo } from './mailbox.js';

/** Issue 15, point 6: a name that anybody may take never chooses an organisation for a write. */

let t: TestApp;
let s: Seed;
let operator: SeededPerson;
let genuine: SeededOrganisation;
let university: SeededOrganisation;
const files = scratch();

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  operator = await s.person({ operator: true, locale: 'ZH' });
  genuine = await s.organisation(await s.person(), { kind: 'INSTITUTE', name: '皋兰山核技术应用研究所' });
  university = await s.organisation(await s.person(), { name: '陇原大学' });
});
afterAll(() => t.close());

const asked = async (command: typeof importCommand | typeof exportCommand, args: string[]) => {
  let text = '';
  const out = (line: string) => void (text += line);
  const code = await command(args, { out, err: out, isTTY: false }, (body) => body(t.app));
  return { code, text };
};
const importing = async (institution: string) =>
  asked(importCommand, [
    'achievements',
    await files.file('r.csv', csv(COMPLETE_HEADER, completeRow(`n${Math.random()}`))),
    '--institution',
    institution,
    '--register',
    'never',
  ]);
const count = async () => Number((await t.sql<{ n: string }>(`SELECT count(*) AS n FROM achievement`))[0]!.n);

describe('on the command line', () => {
  it('a stranger’s organisation does not capture an import by a name that is part of a verified one', async () => {
    const stranger = await s.organisation(await s.person(), { kind: 'INSTITUTE', verified: false, name: '皋兰山' });
    const before = await count();
    const { code, text } = await importing('皋兰山');
    expect(code).toBe(2);
    // Both are listed with their ids, the verified one first.
    expect(text.indexOf(genuine.id)).toBeGreaterThan(0);
    expect(text.indexOf(stranger.id)).toBeGreaterThan(text.indexOf(genuine.id));
    expect(text).toContain('not verified');
    expect(await count()).toBe(before);
    expect((await importing('皋兰山核技术应用研究所')).code).toBe(0);
    expect(await t.sql(`SELECT 1 FROM achievement WHERE institution_id = $1`, [stranger.uuid])).toEqual([]);
    const exported = await asked(exportCommand, ['achievements', await files.path('e.csv'), '--institution', '皋兰山']);
    expect([exported.code, exported.text.includes(genuine.id)]).toEqual([2, true]);
  });

  it('an unverified namesake changes nothing for the verified organisation', async () => {
    const namesake = await s.organisation(await s.person(), { verified: false, name: ' 陇原大学 ' });
    const { code, text } = await importing('陇原大学');
    expect([code, text.includes('1 created')]).toEqual([0, true]);
    const rows = await t.sql<{ n: string }>(`SELECT count(*) AS n FROM achievement WHERE institution_id = $1`, [
      namesake.uuid,
    ]);
    expect(rows).toEqual([{ n: '0' }]);
    // By its id it is chosen, and called what it is.
    expect((await importing(namesake.id)).text).toContain('(not verified)');
    expect((await chooseInstitution(t.app, namesake.uuid)).id).toBe(namesake.uuid);
  });

  it('two verified namesakes are told apart by the ids that the refusal lists', async () => {
    const twin = await s.organisation(await s.person(), { name: '陇原大学' });
    const { code, text } = await importing('陇原大学');
    expect(code).toBe(2);
    for (const { id } of [twin, university]) {
      expect(text).toContain(id);
      expect((await importing(id)).code).toBe(0);
    }
    await t.sql(`UPDATE organisation SET verification = 'REJECTED' WHERE id = $1`, [twin.uuid]);
  });

  it('a code counts only for a verified organisation', async () => {
    const claimed = await s.organisation(await s.person(), { verified: false, name: '别家' });
    await t.sql(`UPDATE organisation SET uscc = '91620000MA00000017' WHERE id = $1`, [claimed.uuid]);
    expect((await importing('91620000MA00000017')).code).toBe(2);
    await t.sql(`UPDATE organisation SET verification = 'VERIFIED' WHERE id = $1`, [claimed.uuid]);
    expect((await importing('91620000ma00000017')).code).toBe(0);
  });

  it('a sole unverified organisation is not chosen unasked', async () => {
    const alone = await s.organisation(await s.person(), { kind: 'CHAMBER', verified: false, name: '独此一家' });
    await expect(chooseInstitution(t.app, undefined, ['CHAMBER'])).rejects.toThrow(alone.id);
    expect((await chooseInstitution(t.app, alone.id, ['CHAMBER'])).id).toBe(alone.uuid);
  });

  it('the sample finds its organisations among verified ones', async () => {
    await s.organisation(await s.person(), { verified: false, name: '陇原大学' });
    expect((await sampleOrganisationIds(t.app.dataSource.manager)).get('lyu')).toBe(university.uuid);
  });
});

const CREATE = `mutation($input: CreateOrganisationInput!) { createOrganisation(input: $input) { organisation { id revision } } }`;
const found = async (name: object, person?: SeededPerson) => {
  const { token } = person ?? (await s.person());
  const { createOrganisation } = await t.gql<{
    createOrganisation: { organisation: { id: string; revision: number } };
  }>(CREATE, { input: { kind: 'UNIVERSITY', name } }, { token });
  return { ...createOrganisation.organisation, token };
};
const namesakes = async (id: string, token: string) =>
  (
    await t.gql<{ organisation: { namesakes: Array<{ id: string }> | null } }>(
      `query($id: ID!) { organisation(id: $id) { namesakes { id } } }`,
      { id },
      { token },
    )
  ).organisation.namesakes?.map((one) => one.id) ?? null;

describe('operators are told of namesakes', () => {
  it('when an organisation is founded, and when it takes another name; nobody else is shown them', async () => {
    const fresh = await found({ zh: '隴原大學' });
    const mail = await eventually(() =>
      Promise.resolve(mailsTo(t, operator.email).find(({ text }) => text.includes('隴原大學'))),
    );
    expect(mail.text).toContain('陇原大学');
    expect(mail.text).not.toContain(fresh.id);
    expect(await namesakes(fresh.id, operator.token)).toEqual([university.id]);
    expect(await namesakes(fresh.id, fresh.token)).toBeNull();
    expect(await namesakes(university.id, operator.token)).toEqual([]);

    // The next mail waits, so that a hundred names are one mail.
    const others = [await found({ zh: '与众不同的学院' }), await found({ en: 'Something Else Altogether' })];
    await t.gql(
      `mutation($input: UpdateOrganisationInput!) { updateOrganisation(input: $input) { organisation { id } } }`,
      { input: { id: others[0]!.id, revision: others[0]!.revision, name: { zh: '皋兰山核技术应用研究院' } } },
      { token: others[0]!.token },
    );
    const jobs = await t.sql<{ n: string; wait: boolean }>(
      `SELECT count(*) AS n, bool_and(run_at > now() + interval '5 minutes') AS wait FROM graphile_worker.jobs WHERE task_identifier = 'identity:namesakes'`,
    );
    expect(jobs).toEqual([{ n: '1', wait: true }]);
    expect(await namesakes(others[0]!.id, operator.token)).toEqual([genuine.id]);
    expect(await namesakes(others[1]!.id, operator.token)).toEqual([]);
  });

  it('when a verified organisation wishes for the name of another one', async () => {
    const owner = await s.person();
    const verified = await s.organisation(owner, { name: '毫不相干的公司' });
    await t.gql(
      `mutation($input: UpdateOrganisationInput!) { updateOrganisation(input: $input) { organisation { id } } }`,
      { input: { id: verified.id, revision: 1, name: { zh: '陇原大学' } } },
      { token: owner.token },
    );
    expect(await namesakes(verified.id, operator.token)).toEqual([university.id]);
  });
});

describe('names that people take for each other', () => {
  const near = (a: string, b: string) => areNearNames(nameForms(a), nameForms(b));
  it.each([
    ['陇原大学', '陇 原 大 学'],
    ['陇原大学', '隴原大學'],
    ['皋兰山', '皋兰山核技术应用研究所'],
    ['皋兰山核技术应用研究所', '高兰山核技术应用研究所'],
    ['白茨滩铜业有限公司', '白茨滩铜业股份有限公司'],
    ['Longyuan University', 'LONGYUAN  UNIVERSITY.'],
    ['Longyuan University', 'Lоngyuan Univеrsity'],
    ['Longyuan University', 'Longyaun University'],
    ['Longyuan University', 'Longyuan Universlty'],
    ['Longshan Ventures Co., Ltd.', 'Longshan Ventures Inc'],
    ['Université de Lyon', 'Universite de Lyon'],
    ['工业力学所', 'エ业カ学所'],
    ['口岸科技', 'ロ岸科技'],
    ['二一科技', 'ニー科技'],
    ['陇原大学', '陇原太学'],
    ['未来资本', '末来资夲'],
    ['CAS', '\u03f9АЅ'],
    ['陇山令言所', '陇山灵言所'],
  ])('%s and %s', (a, b) => {
    expect([near(a, b), near(b, a)]).toEqual([true, true]);
  });
  it.each([
    ['北京大学', '南京大学'],
    ['兰州大学', '广州大学'],
    ['陇原大学', '大学'],
    ['Longyuan University', 'Lanzhou University'],
    ['天津大学', '北京大学'],
    ['工业大学', '农业大学'],
    ['!!!', '???'],
    ['', '陇原大学'],
  ])('but not %s and %s', (a, b) => {
    expect([near(a, b), near(b, a)]).toEqual([false, false]);
  });
});

describe('the key by which a named backer is recognised (issue 15, point 10)', () => {
  it.each([
    ['陇山创业投资有限公司', '陇山创业投资（有限合伙）'],
    ['Longshan Ventures Ltd.', 'L\u043engshan Ventur\u0435s'],
    ['Fonds Émeraude', 'fonds emeraude'],
    ['皋兰山', '皋 兰\u200b山'],
    ['ＡＢＣ', 'А\u0412С'],
  ])('is the same of %s and %s', (a, b) => {
    expect(nameWithoutForm(a)).not.toBeNull();
    expect(nameWithoutForm(a)).toBe(nameWithoutForm(b));
  });
  it.each([
    ['大和投资基金', '太和投资基金'],
    ['陇山创业投资', '陇山创业'],
  ])('is not the same of %s and %s, which may be two companies', (a, b) => {
    expect(nameWithoutForm(a)).not.toBe(nameWithoutForm(b));
  });
  it.each(['有限公司', '陇山有限公司', 'Co., Ltd.', ' '])('is none of %s', (name) => {
    expect(nameWithoutForm(name)).toBeNull();
  });
});
