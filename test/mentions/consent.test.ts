import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entry, mails, type SeededEntry } from '../deals/kit.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { investor, matches, talent, type Seeded } from '../matching/kit.js';
import { enterPool, seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';

const EQUIPMENT = '3562';
const ORCID = '0000-0002-1825-0097';

let t: TestApp;
let s: Seed;
let lister: SeededPerson;
let university: SeededOrganisation;
let chip: SeededEntry;
let fund: { owner: SeededPerson; organisation: SeededOrganisation; profile: Seeded };
let other: { owner: SeededPerson; organisation: SeededOrganisation; profile: Seeded };
let stranger: SeededPerson;

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  lister = await s.person();
  university = await s.organisation(lister);
  chip = await entry(t, university, {
    title: { zh: '晶圆清洗设备', en: 'Wafer cleaning' },
    industries: [EQUIPMENT],
    inventors: [{ name: { zh: '某某' }, orcid: ORCID }],
  });
  const made = async (name: string) => {
    const owner = await s.person();
    const organisation = await s.organisation(owner, { kind: 'INVESTOR', name });
    return { owner, organisation, profile: await investor(t, organisation, { wanted: [EQUIPMENT] }) };
  };
  fund = await made('陇山创业投资');
  other = await made('灞柳砚创投');
  stranger = await s.person();
});
afterAll(() => t?.close());

interface Named {
  id: string;
  kind: string;
  status: string;
  viewerCanAnswer: boolean;
  achievement: { title: { value: string } } | null;
  namedByTalent: { id: string } | null;
  namedBy: { id: string } | null;
}
const MENTION = `id kind status viewerCanAnswer achievement { title(locale: ZH) { value } } namedBy { id } namedByTalent { id }`;
const mentionsOf = async (organisation: SeededOrganisation, who: SeededPerson) =>
  (
    await t.gql<{ organisation: { mentions: { nodes: Named[] } | null } }>(
      `query ($id: ID!) { organisation(id: $id) { mentions(first: 50) { nodes { ${MENTION} } } } }`,
      { id: organisation.id },
      { token: who.token },
    )
  ).organisation.mentions?.nodes ?? null;
const ownMentions = async (who: SeededPerson) =>
  (
    await t.gql<{ viewer: { mentions: { nodes: Named[] } } }>(
      `{ viewer { mentions(first: 50) { nodes { ${MENTION} } } } }`,
      {},
      { token: who.token },
    )
  ).viewer.mentions.nodes;
const answer = (id: string, confirm: boolean, who: SeededPerson) =>
  t.ask<{ answerMention: { mention: { status: string } } }>(
    `mutation ($input: AnswerMentionInput!) { answerMention(input: $input) { mention { status } } }`,
    { input: { id, confirm } },
    { token: who.token },
  );
const setBackers = (backers: object[]) =>
  t.gql(
    `mutation ($input: SetAchievementBackersInput!) { setAchievementBackers(input: $input) { achievement { id } } }`,
    { input: { achievementId: chip.id, backers } },
    { token: lister.token },
  );
const backers = async (who: SeededPerson | null) =>
  (
    await t.gql<{ node: { backers: Array<{ name: string; consent: string | null; organisation: object | null }> } }>(
      `query ($id: ID!) { node(id: $id) { ... on Achievement { backers { name consent organisation { id } } } } }`,
      { id: chip.id },
      who ? { token: who.token } : {},
    )
  ).node.backers;
const proposedTo = async (of: { owner: SeededPerson; profile: Seeded }) =>
  (await matches(t, of.owner, of.profile, 'achievementMatches'))!.nodes.map((node) => node.achievement.id);

describe('consent to be named (issue 15, point 10)', { timeout: 120_000 }, () => {
  it('a backer is neither shown nor used before it confirms, by id or by name', async () => {
    for (const input of [{ organisationId: fund.organisation.id }, { name: '陇山创业投资' }]) {
      await setBackers([]);
      await setBackers([input]);
      expect(await backers(stranger)).toEqual([]);
      expect(await backers(null)).toEqual([]);
      expect(await backers(lister)).toMatchObject([{ consent: 'PENDING' }]);
      expect(await backers(fund.owner)).toMatchObject([{ consent: 'PENDING' }]);
      expect(await proposedTo(fund)).toContain(chip.id);
    }
    const [mention] = (await mentionsOf(fund.organisation, fund.owner))!;
    expect(mention).toMatchObject({
      kind: 'BACKER',
      status: 'PENDING',
      viewerCanAnswer: true,
      achievement: { title: { value: '晶圆清洗设备' } },
      namedBy: { id: university.id },
    });
    expect(await mentionsOf(fund.organisation, stranger)).toBeNull();
    for (const who of [stranger, lister])
      expect((await answer(mention!.id, true, who)).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    expect((await answer(mention!.id, true, fund.owner)).errors).toBeUndefined();
    expect(await backers(null)).toMatchObject([{ consent: 'CONFIRMED', organisation: { id: fund.organisation.id } }]);
    expect(await proposedTo(fund)).not.toContain(chip.id);
    // Taken back: hidden and unused again, and naming it once more does not ask again.
    expect((await answer(mention!.id, false, fund.owner)).data.answerMention.mention.status).toBe('DENIED');
    expect(await backers(stranger)).toEqual([]);
    expect(await proposedTo(fund)).toContain(chip.id);
    await setBackers([]);
    await setBackers([{ organisationId: fund.organisation.id }]);
    expect(await backers(lister)).toMatchObject([{ consent: 'DENIED' }]);
    expect(await proposedTo(fund)).toContain(chip.id);
  });

  it.each(['陇山创业投资有限公司', '陇山创业投资（有限合伙）', '陇山创业投资(有限合伙)', ' 陇山 创业投资 Co., Ltd.'])(
    'a variant of a verified name, %s, asks that organisation, and is not shown before it confirms',
    async (name) => {
      await setBackers([]);
      await setBackers([{ name }]);
      const [mention] = (await mentionsOf(fund.organisation, fund.owner))!;
      expect(mention).toMatchObject({ kind: 'BACKER', achievement: { title: { value: '晶圆清洗设备' } } });
      expect(await backers(stranger)).toEqual([]);
      await setBackers([]);
    },
  );

  it('a name that fits several verified organisations, or is cut short, links to none', async () => {
    for (const one of ['鹿鸣谷资本', '鹿鸣谷资本有限公司'])
      await s.organisation(await s.person(), { kind: 'INVESTOR', name: one });
    for (const name of ['鹿鸣谷资本（有限合伙）', '陇山', '陇山创业', '有限公司']) {
      await setBackers([{ name }]);
      expect(await backers(lister)).toMatchObject([{ name, organisation: null, consent: null }]);
    }
    await setBackers([]);
  });

  it('the named party is told by mail, with a link, once for many', async () => {
    await t.sql(`SELECT graphile_worker.add_job('mentions:tell', '{}')`);
    await setBackers([{ organisationId: other.organisation.id }]);
    await t.sql(`SELECT graphile_worker.add_job('mentions:tell', '{}')`);
    const mail = await eventually(() => Promise.resolve(mails(t, other.owner.email)[0] ?? null));
    expect(mail.text).toMatch(/\/deny-mentions#token=/);
    for (const path of ['/deny-mentions', '/mentions']) expect((await fetch(`${t.url}${path}`)).status).toBe(200);
    await t.sql(`SELECT graphile_worker.add_job('mentions:tell', '{}')`);
    expect(mails(t, other.owner.email)).toHaveLength(1);
  });

  it('a co-investor is neither shown nor used before it confirms', async () => {
    const { addTrackRecord } = await t.gql<{ addTrackRecord: { record: { id: string } } }>(
      `mutation ($input: AddTrackRecordInput!) { addTrackRecord(input: $input) { record { id } } }`,
      {
        input: {
          investorId: fund.profile.id,
          record: {
            company: '某被投企业',
            investedOn: '2024-05-01',
            coInvestors: [{ organisationId: other.organisation.id }, { name: '不在平台的机构' }],
          },
        },
      },
      { token: fund.owner.token },
    );
    const shown = async (who: SeededPerson) =>
      (
        await t.gql<{ node: { coInvestors: Array<{ name: string; consent: string | null }> } }>(
          `query ($id: ID!) { node(id: $id) { ... on TrackRecord { coInvestors { name consent } } } }`,
          { id: addTrackRecord.record.id },
          { token: who.token },
        )
      ).node.coInvestors;
    expect(await shown(stranger)).toEqual([{ name: '不在平台的机构', consent: null }]);
    expect(await shown(fund.owner)).toHaveLength(2);
    const ties = async () => {
      const held = await t.app.matching.fresh();
      return JSON.stringify(
        held.investors.scorePair(fund.profile.uuid, held.opportunities.get(chip.uuid)!, t.app.matching.day),
      );
    };
    const own = (await mentionsOf(other.organisation, other.owner))!;
    expect((await answer(own.find(({ kind }) => kind === 'BACKER')!.id, true, other.owner)).errors).toBeUndefined();
    const before = await ties();
    expect(before).not.toContain(other.organisation.uuid);
    const mention = own.find(({ kind }) => kind === 'CO_INVESTOR')!;
    expect((await answer(mention.id, true, other.owner)).errors).toBeUndefined();
    expect(await shown(stranger)).toHaveLength(2);
    expect(await ties()).toContain(other.organisation.uuid);
  });

  it('an inventor’s ORCID iD is neither shown nor keeps the entry from the talent before the person confirms', async () => {
    const person = await s.person();
    const profile = await talent(t, person, { orcid: ORCID, industries: [EQUIPMENT] });
    const orcid = async (who: SeededPerson) =>
      (
        await t.gql<{ node: { inventors: Array<{ orcid: string | null; consent: string | null }> } }>(
          `query ($id: ID!) { node(id: $id) { ... on Achievement { inventors { orcid consent } } } }`,
          { id: chip.id },
          { token: who.token },
        )
      ).node.inventors[0];
    const proposed = async () =>
      (await matches(t, person, profile, 'achievementMatches'))!.nodes.map((node) => node.achievement.id);
    expect(await orcid(stranger)).toEqual({ orcid: null, consent: null });
    expect(await orcid(lister)).toEqual({ orcid: ORCID, consent: 'PENDING' });
    expect(await proposed()).toContain(chip.id);
    const [mention] = await ownMentions(person);
    expect(mention).toMatchObject({ kind: 'INVENTOR', status: 'PENDING' });
    expect((await answer(mention!.id, true, stranger)).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    expect((await answer(mention!.id, true, person)).errors).toBeUndefined();
    // Anybody can write the iD into a profile and confirm in the name of its holder: an unverified profile does not count.
    expect(await orcid(stranger)).toEqual({ orcid: null, consent: null });
    expect(await orcid(lister)).toEqual({ orcid: ORCID, consent: 'PENDING' });
    await t.sql(`UPDATE talent_profile SET verification = 'VERIFIED' WHERE id = $1`, [profile.uuid]);
    expect((await orcid(stranger))!.orcid).toBe(ORCID);
    expect(await proposed()).not.toContain(chip.id);
  });

  it('a talent’s employer and the entry in its evidence are shown once the institution confirms', async () => {
    const person = await s.person();
    const profile = await talent(t, person, { industries: [EQUIPMENT] });
    await t.gql(
      `mutation ($input: UpdateTalentProfileInput!) { updateTalentProfile(input: $input) { talent { id } } }`,
      { input: { revision: 1, profile: { organisationId: university.id } } },
      { token: person.token },
    );
    await t.gql(
      `mutation ($input: SetTalentEvidenceInput!) { setTalentEvidence(input: $input) { talent { id } } }`,
      {
        input: {
          revision: 2,
          evidence: [{ kind: 'AWARD', title: { zh: '参与研制' }, achievementId: chip.id }],
        },
      },
      { token: person.token },
    );
    const shown = async (who: SeededPerson) =>
      (
        await t.gql<{ node: { organisation: object | null; evidence: Array<{ achievement: object | null }> } }>(
          `query ($id: ID!) { node(id: $id) { ... on TalentProfile { organisation { id } evidence { achievement { id } } } } }`,
          { id: profile.id },
          { token: who.token },
        )
      ).node;
    expect(await shown(stranger)).toEqual({ organisation: null, evidence: [{ achievement: null }] });
    expect(await shown(person)).toMatchObject({ organisation: { id: university.id } });
    const asked = (await mentionsOf(university, lister))!;
    expect(asked.map(({ kind }) => kind).toSorted()).toEqual(['EMPLOYER', 'EVIDENCE']);
    for (const mention of asked) {
      expect(mention.namedByTalent).toEqual({ id: profile.id });
      expect((await answer(mention.id, true, lister)).errors).toBeUndefined();
    }
    expect(await shown(stranger)).toEqual({
      organisation: { id: university.id },
      evidence: [{ achievement: { id: chip.id } }],
    });
  });

  it('nobody learns from a mention of a draft or of a hidden talent', async () => {
    const owner = await s.person();
    const named = await s.organisation(owner, { kind: 'INVESTOR', name: '皋兰谷投资' });
    const draft = await entry(t, university, { title: { zh: '未公开的成果' } }, 'DRAFT');
    const hidden = await talent(t, await s.person(), { headline: { zh: '不公开的人' }, visibility: 'HIDDEN' });
    await t.sql(
      `INSERT INTO achievement_backer (achievement_id, position, name, organisation_id) VALUES ($1, 1, '皋兰谷投资', $2)`,
      [draft.uuid, named.uuid],
    );
    await t.sql(`UPDATE talent_profile SET organisation_id = $2 WHERE id = $1`, [hidden.uuid, named.uuid]);
    const told = () => t.sql(`SELECT 1 FROM mention WHERE organisation_id = $1 AND told_at IS NOT NULL`, [named.uuid]);
    const ranJobs = async () => {
      await t.sql(`SELECT graphile_worker.add_job('mentions:tell', '{}')`);
      await eventually(async () => {
        const left = await t.sql(`SELECT 1 FROM graphile_worker.jobs WHERE task_identifier = 'mentions:tell'`);
        return left.length === 0 ? true : null;
      });
    };
    await ranJobs();
    expect(await told()).toEqual([]);
    expect(await mentionsOf(named, owner)).toEqual([]);
    // Both at once, since a named party gets one mail in an hour.
    await t.app.dataSource.transaction(async (tx) => {
      await tx.query(`UPDATE achievement SET status = 'ADMITTED' WHERE id = $1`, [draft.uuid]);
      await enterPool(tx, [draft.uuid]);
      await tx.query(`UPDATE talent_profile SET visibility = 'PUBLIC' WHERE id = $1`, [hidden.uuid]);
    });
    await ranJobs();
    expect(await told()).toHaveLength(2);
    expect(await mentionsOf(named, owner)).toHaveLength(2);
  });

  it('an ORCID iD that anybody may state confirms no evidence of an unverified talent', async () => {
    const impostor = await talent(t, await s.person(), { orcid: ORCID });
    await t.sql(
      `INSERT INTO talent_evidence (id, talent_id, kind, title, achievement_id, position)
       VALUES (gen_random_uuid(), $1, 'AWARD', '{"zh":"自称"}', $2, 1)`,
      [impostor.uuid, chip.uuid],
    );
    const status = async () =>
      (await t.sql(`SELECT status FROM mention WHERE kind = 'EVIDENCE' AND namer_id = $1`, [impostor.uuid])) as unknown;
    expect(await status()).toEqual([{ status: 'PENDING' }]);
  });
});
