import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mailTo } from '../identity/mailbox.js';
import { startTestApp, type GraphQLReply, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededPerson } from '../seed.js';

let t: TestApp;
let s: Seed;
let operator: SeededPerson;

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  operator = await s.person({ operator: true });
});
afterAll(() => t.close());

const TALENT = `id kind status verification visibility revision displayName headline { zh en } bio { zh en } skills { zh en } industries { code } regions { code } languages roles managerGrade orcid daysPerMonth
  availableFrom organisation { id } statusReason verificationReason viewerCanEdit evidence { id kind title { value } year url position achievement { id } }`;
const mutation = (name: string, input: string) =>
  `mutation ($input: ${input}!) { ${name}(input: $input) { talent { ${TALENT} } } }`;
const CREATE = mutation('createTalentProfile', 'CreateTalentProfileInput');
const UPDATE = mutation('updateTalentProfile', 'UpdateTalentProfileInput');
const EVIDENCE = mutation('setTalentEvidence', 'SetTalentEvidenceInput');
const PAUSE = mutation('pauseTalentProfile', 'OwnTalentInput');
const RESUME = mutation('resumeTalentProfile', 'OwnTalentInput');
const VERIFY = mutation('verifyTalent', 'VerifyTalentInput');
const REJECT = mutation('rejectTalent', 'RejectTalentInput');
const SUSPEND = mutation('suspendTalent', 'SuspendTalentInput');
const REINSTATE = mutation('reinstateTalent', 'ReinstateTalentInput');
const ONE = `query ($id: ID!) { talentProfile(id: $id) { ${TALENT} } node(id: $id) { id } }`;
const LIST = `query ($filter: TalentFilter) { talentProfiles(first: 100, filter: $filter) { totalCount nodes { id } } }`;
const OWN = `{ viewer { talentProfile { ${TALENT} } } }`;

interface Talent {
  id: string;
  status: string;
  verification: string;
  verificationReason: string | null;
  statusReason: string | null;
  revision: number;
  evidence: Array<{ id: string }>;
}

const profile = {
  kind: 'SCIENCE',
  headline: { zh: '锂电池电解质研究员' },
  bio: { en: 'Ten years of electrolytes.' },
  skills: [{ zh: '电解质配方', en: 'electrolyte formulation' }],
  industries: ['C', '3841'],
  orcid: 'https://orcid.org/0000-0002-1825-0097',
  daysPerMonth: 6,
  availableFrom: '2020-01-01',
  regions: ['620100'],
  languages: ['zh', 'EN'],
  roles: ['FOUNDER', 'TECHNOLOGY_MANAGER'],
  managerGrade: 'SENIOR',
  visibility: 'PUBLIC',
};
const as = (person?: SeededPerson) => (person ? { token: person.token } : {});
const ask = (query: string, input: object, person?: SeededPerson) =>
  t.ask<Record<string, { talent: Talent }>>(query, { input }, as(person));
const done = async (query: string, input: object, person: SeededPerson) =>
  Object.values(await t.gql<Record<string, { talent: Talent }>>(query, { input }, as(person)))[0]!.talent;
const create = (person: SeededPerson, more: object = {}) => done(CREATE, { profile: { ...profile, ...more } }, person);
const reason = (reply: GraphQLReply<unknown>) =>
  reply.errors?.[0]?.extensions.reason ?? reply.errors?.[0]?.extensions.code;
const problems = (reply: GraphQLReply<unknown>) =>
  (reply.errors?.[0]?.extensions['problems'] as Array<{ field: string; code: string }>)
    .map(({ field, code }) => `${field} ${code}`)
    .sort();
const sees = async (id: string, person?: SeededPerson) =>
  (await t.gql<{ talentProfile: Talent | null; node: unknown }>(ONE, { id }, as(person))).talentProfile !== null;
const listed = async (filter: object, person?: SeededPerson) =>
  (await t.gql<{ talentProfiles: { nodes: Talent[] } }>(LIST, { filter }, as(person))).talentProfiles.nodes.map(
    (node) => node.id,
  );
const ledger = (id: string) =>
  t.sql<{ kind: string; facts: Record<string, unknown> }>(
    `SELECT kind, facts FROM ledger_record WHERE subject_type = 'TalentProfile' AND subject_id = $1 ORDER BY seq`,
    [id],
  );
const uuidOf = (id: string) => Buffer.from(id, 'base64url').toString('utf8').split(':')[1]!;

describe('a talent’s profile', () => {
  it('is written by the person, who finds it again as the viewer’s own', async () => {
    const person = await s.person({ displayName: 'Li Electrolyte' });
    const created = await create(person);
    expect(created).toMatchObject({
      kind: 'SCIENCE',
      status: 'ACTIVE',
      verification: 'UNVERIFIED',
      visibility: 'PUBLIC',
      revision: 1,
      displayName: 'Li Electrolyte',
      orcid: '0000-0002-1825-0097',
      industries: [{ code: '3841' }, { code: 'C' }],
      regions: [{ code: '620100' }],
      languages: ['zh', 'en'],
      roles: ['FOUNDER', 'TECHNOLOGY_MANAGER'],
      managerGrade: 'SENIOR',
      daysPerMonth: 6,
      availableFrom: '2020-01-01',
      evidence: [],
      viewerCanEdit: true,
    });
    expect((await t.gql<{ viewer: { talentProfile: Talent } }>(OWN, {}, as(person))).viewer.talentProfile).toEqual(
      created,
    );
    expect(reason(await ask(CREATE, { profile }, person))).toBe('ALREADY_A_TALENT');
    expect((await ledger(uuidOf(created.id)))[0]).toEqual({
      kind: 'talent.created',
      facts: { kind: 'SCIENCE', visibility: 'PUBLIC' },
    });
  });

  it('may be empty but for its kind, and is then shown to verified organisations alone', async () => {
    const person = await s.person();
    expect(await done(CREATE, { profile: { kind: 'MARKET' } }, person)).toMatchObject({
      kind: 'MARKET',
      visibility: 'REGISTERED',
      headline: null,
      skills: [],
      industries: [],
      regions: [],
      languages: [],
      roles: [],
    });
  });

  it('needs a log-in and a confirmed address', async () => {
    expect(reason(await ask(CREATE, { profile }))).toBe('LOGIN_REQUIRED');
    expect(reason(await ask(CREATE, { profile }, await s.person({ confirmed: false })))).toBe('EMAIL_UNCONFIRMED');
  });

  it('lists every problem with its field', async () => {
    const person = await s.person();
    const wrong = {
      headline: { zh: '长'.repeat(201) },
      skills: [...Array.from({ length: 31 }, (_, i) => ({ en: `skill ${i}` })), {}],
      industries: ['C', 'ZZ'],
      orcid: '0000-0002-1825-0098',
      daysPerMonth: 32,
      availableFrom: '2026-02-30',
      regions: ['999999'],
      languages: ['zh', 'xx', 'zho'],
      managerGrade: 'JUNIOR',
      organisationId: 'nonsense',
    };
    expect(problems(await ask(CREATE, { profile: wrong }, person))).toEqual(
      [
        'input.profile.kind REQUIRED',
        'input.profile.headline.zh TOO_LONG',
        'input.profile.skills TOO_MANY',
        'input.profile.skills[31] REQUIRED',
        'input.profile.industries[1] UNKNOWN_CODE',
        'input.profile.orcid BAD_ORCID',
        'input.profile.daysPerMonth OUT_OF_RANGE',
        'input.profile.availableFrom BAD_DATE',
        'input.profile.regions[0] UNKNOWN_CODE',
        'input.profile.languages[1] UNKNOWN_CODE',
        'input.profile.languages[2] UNKNOWN_CODE',
        'input.profile.managerGrade NOT_A_TECHNOLOGY_MANAGER',
        'input.profile.organisationId BAD_ID',
      ].sort(),
    );
    expect(await t.sql(`SELECT 1 FROM talent_profile WHERE account_id = $1`, [person.accountId])).toEqual([]);
  });

  it('names as workplace only an organisation that the person may know of', async () => {
    const person = await s.person();
    const hidden = await s.organisation(await s.person(), { verified: false });
    const known = await s.organisation(await s.person());
    expect(reason(await ask(CREATE, { profile: { ...profile, organisationId: hidden.id } }, person))).toBe(
      'UNKNOWN_ORGANISATION',
    );
    expect(await create(person, { organisationId: known.id })).toMatchObject({ organisation: { id: known.id } });
  });

  it('is edited field by field: what is absent stays, null clears', async () => {
    const person = await s.person();
    await create(person);
    const edited = await done(
      UPDATE,
      {
        revision: 1,
        profile: { headline: { en: 'An electrolyte researcher' }, orcid: null, roles: ['ADVISER'], managerGrade: null },
      },
      person,
    );
    expect(edited).toMatchObject({
      revision: 2,
      headline: { zh: null, en: 'An electrolyte researcher' },
      orcid: null,
      roles: ['ADVISER'],
      managerGrade: null,
      bio: { en: 'Ten years of electrolytes.' },
      daysPerMonth: 6,
    });
    expect(await done(UPDATE, { revision: 2, profile: { daysPerMonth: 6 } }, person)).toMatchObject({ revision: 2 });
    expect((await ledger(uuidOf(edited.id))).map((row) => row.facts)).toEqual([
      { kind: 'SCIENCE', visibility: 'PUBLIC' },
      {
        revision: 2,
        fields: ['headline', 'orcid', 'roles', 'managerGrade'],
        // The replaced text is stored beside the ledger, which contains only its salted hash.
        replaced: { revision: 1, hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      },
    ]);
  });

  it('refuses an edit of a stale revision, and shows both sides', async () => {
    const person = await s.person();
    await create(person);
    await done(UPDATE, { revision: 1, profile: { daysPerMonth: 3 } }, person);
    const stale = await ask(UPDATE, { revision: 1, profile: { daysPerMonth: 9 } }, person);
    expect(stale.errors?.[0]?.extensions).toMatchObject({
      code: 'CONFLICT',
      reason: 'STALE_REVISION',
      currentRevision: 2,
      conflicts: [{ field: 'daysPerMonth', base: 6, yours: 9, current: 3, both: true }],
    });
    expect(reason(await ask(EVIDENCE, { revision: 1, evidence: [] }, person))).toBe('STALE_REVISION');
  });

  it('is repeated safely with an idempotency key', async () => {
    const person = await s.person();
    const input = { profile, idempotencyKey: 'create my talent profile' };
    expect((await done(CREATE, input, person)).id).toBe((await done(CREATE, input, person)).id);
  });

  it('is paused and resumed by the person', async () => {
    const person = await s.person();
    const { id } = await create(person);
    expect(reason(await ask(RESUME, {}, person))).toBe('INVALID_TRANSITION');
    expect(await done(PAUSE, {}, person)).toMatchObject({ status: 'PAUSED' });
    expect(await sees(id)).toBe(true);
    expect(await done(RESUME, {}, person)).toMatchObject({ status: 'ACTIVE' });
    expect((await ledger(uuidOf(id))).map((row) => row.kind)).toEqual([
      'talent.created',
      'talent.paused',
      'talent.resumed',
    ]);
    expect(reason(await ask(PAUSE, {}, await s.person()))).toBe('NOT_FOUND');
  });
});

describe('evidence', () => {
  it('is a list in the person’s order, replaced whole, and leads to achievements that the reader may see', async () => {
    const person = await s.person();
    const owner = await s.person();
    const institution = await s.organisation(owner);
    const draft = (
      await t.gql<{ createAchievement: { achievement: { id: string } } }>(
        `mutation ($input: CreateAchievementInput!) { createAchievement(input: $input) { achievement { id } } }`,
        { input: { institutionId: institution.id, content: { title: { zh: '草稿' } } } },
        as(owner),
      )
    ).createAchievement.achievement.id;
    const { id } = await create(person);
    const evidence = [
      { kind: 'PAPER', title: { en: 'On electrolytes' }, year: 2020, url: 'https://example.org/paper' },
      { kind: 'DEAL_CLOSED', title: { zh: '技术许可' } },
    ];
    expect(await done(EVIDENCE, { revision: 1, evidence }, person)).toMatchObject({
      revision: 2,
      evidence: [
        {
          kind: 'PAPER',
          title: { value: 'On electrolytes' },
          year: 2020,
          url: 'https://example.org/paper',
          position: 1,
        },
        { kind: 'DEAL_CLOSED', title: { value: '技术许可' }, year: null, url: null, position: 2 },
      ],
    });
    // The existence of a draft is not disclosed to others.
    const pointing = [{ kind: 'PATENT', title: { zh: '专利' }, achievementId: draft }];
    expect(problems(await ask(EVIDENCE, { revision: 2, evidence: pointing }, person))).toEqual([
      'input.evidence[0].achievementId UNKNOWN_ACHIEVEMENT',
    ]);
    await t.sql(`UPDATE achievement SET registration_no = 'T1' WHERE id = $1`, [uuidOf(draft)]);
    await s.admit([uuidOf(draft)]);
    const pointed = await done(EVIDENCE, { revision: 2, evidence: pointing }, person);
    expect(pointed).toMatchObject({ revision: 3, evidence: [{ achievement: { id: draft } }] });
    const node = (who?: SeededPerson) =>
      t.gql<{ node: { id: string; achievement: unknown } | null }>(
        `query ($id: ID!) { node(id: $id) { ... on TalentEvidence { id achievement { id } } } }`,
        { id: pointed.evidence[0]!.id },
        as(who),
      );
    expect((await node()).node).toEqual({ id: pointed.evidence[0]!.id, achievement: null });
    await t.sql(`UPDATE mention SET status = 'CONFIRMED' WHERE subject_id = $1`, [uuidOf(draft)]);
    expect((await node()).node).toEqual({ id: pointed.evidence[0]!.id, achievement: { id: draft } });
    await t.sql(`UPDATE achievement SET status = 'RETIRED' WHERE id = $1`, [uuidOf(draft)]);
    expect((await node()).node).toEqual({ id: pointed.evidence[0]!.id, achievement: null });
    await t.sql(`UPDATE talent_profile SET visibility = 'HIDDEN' WHERE id = $1`, [uuidOf(id)]);
    expect((await node()).node).toBeNull();
  });

  it('names the entry and field of what is wrong', async () => {
    const person = await s.person();
    await create(person);
    const evidence = [
      { kind: 'PAPER', title: {} },
      { kind: 'AWARD', title: { zh: '奖' }, year: 3000, url: 'javascript:alert(1)' },
      { kind: 'AWARD', title: { zh: '奖' }, year: 1800, url: 'https://user:secret@example.org/' },
    ];
    expect(problems(await ask(EVIDENCE, { revision: 1, evidence }, person))).toEqual([
      'input.evidence[0].title REQUIRED',
      'input.evidence[1].url BAD_URL',
      'input.evidence[1].year OUT_OF_RANGE',
      'input.evidence[2].url BAD_URL',
      'input.evidence[2].year OUT_OF_RANGE',
    ]);
    expect(
      problems(
        await ask(
          EVIDENCE,
          { revision: 1, evidence: Array.from({ length: 51 }, () => ({ kind: 'AWARD', title: { zh: '奖' } })) },
          person,
        ),
      ),
    ).toEqual(['input.evidence TOO_MANY']);
  });
});

describe('a talent is seen', () => {
  it('by whom its visibility allows: everyone, members of verified organisations, or the person and operators', async () => {
    const person = await s.person();
    const investor = await s.person();
    await s.organisation(investor, { kind: 'INVESTOR' });
    const unverified = await s.person();
    await s.organisation(unverified, { verified: false });
    const { id } = await create(person);
    const seen = async () =>
      Promise.all([undefined, unverified, investor, operator, person].map((who) => sees(id, who)));
    const inLists = async () =>
      Promise.all(
        [undefined, unverified, investor, operator, person].map(async (who) => (await listed({}, who)).includes(id)),
      );
    for (const [visibility, expected] of [
      ['PUBLIC', [true, true, true, true, true]],
      ['REGISTERED', [false, false, true, true, true]],
      ['HIDDEN', [false, false, false, true, true]],
    ] as const) {
      await t.sql(`UPDATE talent_profile SET visibility = $2 WHERE id = $1`, [uuidOf(id), visibility]);
      expect([visibility, await seen()]).toEqual([visibility, expected]);
      expect([visibility, await inLists()]).toEqual([visibility, expected]);
    }
  });

  it('without any way to reach the person', async () => {
    const person = await s.person({ email: 'reach.me@example.org' });
    const { id } = await create(person);
    const answer = JSON.stringify(await t.gql(`query ($id: ID!) { talentProfile(id: $id) { ${TALENT} } }`, { id }));
    expect(answer).not.toContain('reach.me');
    expect(answer).not.toContain(person.accountId);
  });
});

describe('a list of talents', () => {
  it('is narrowed by kind, industry and region at any level, language, role, grade, availability, state and words', async () => {
    const a = await create(await s.person(), { industries: ['3841'], regions: ['620100'] });
    const b = await create(await s.person(), {
      kind: 'BRIDGE',
      headline: { en: 'A broker of medicines' },
      bio: null,
      skills: [{ zh: '药品注册' }],
      industries: ['27'],
      regions: [],
      languages: ['fr'],
      roles: ['ADVISER'],
      managerGrade: null,
      daysPerMonth: 2,
      availableFrom: '2034-01-01',
    });
    const found = async (filter: object) =>
      (await listed(filter))
        .filter((id) => id === a.id || id === b.id)
        .map((id) => (id === a.id ? 'a' : 'b'))
        .sort()
        .join('');
    for (const [filter, expected] of [
      [{ kinds: ['SCIENCE'] }, 'a'],
      [{ kinds: ['SCIENCE', 'BRIDGE'] }, 'ab'],
      [{ industries: ['C'] }, 'ab'],
      [{ industries: ['384'] }, 'a'],
      [{ industries: ['2710'] }, 'b'],
      [{ industries: ['A'] }, ''],
      [{ regions: ['620000'] }, 'ab'],
      [{ regions: ['110000'] }, 'b'],
      [{ languages: ['zh'] }, 'a'],
      [{ languages: ['fr', 'de'] }, 'b'],
      [{ roles: ['ADVISER'] }, 'b'],
      [{ managerGrades: ['SENIOR'] }, 'a'],
      [{ availableNow: true }, 'a'],
      [{ availableNow: false }, 'b'],
      [{ verification: ['VERIFIED'] }, ''],
      [{ statuses: ['ACTIVE'] }, 'ab'],
      [{ text: '药品' }, 'b'],
      [{ text: 'BROKER' }, 'b'],
      [{ text: '电解质' }, 'a'],
      [{ text: '100%' }, ''],
      [{ kinds: ['SCIENCE'], languages: ['fr'] }, ''],
    ] as const) {
      expect([filter, await found(filter)]).toEqual([filter, expected]);
    }
    expect(reason(await t.ask(LIST, { filter: { industries: ['ZZ'] } }))).toBe('UNKNOWN_CODE');
    expect(reason(await t.ask(LIST, { filter: { languages: ['zz'] } }))).toBe('UNKNOWN_CODE');
  });
});

describe('an operator', () => {
  it('verifies a revision; a later edit of what was checked sets it back, one of availability does not', async () => {
    const person = await s.person();
    const { id } = await create(person);
    expect(reason(await ask(VERIFY, { id, revision: 1 }, person))).toBe('NOT_ALLOWED');
    expect(reason(await ask(VERIFY, { id, revision: 7 }, operator))).toBe('STALE_REVISION');
    expect(await done(VERIFY, { id, revision: 1 }, operator)).toMatchObject({
      verification: 'VERIFIED',
      revision: 1,
      viewerCanEdit: false,
    });
    expect((await mailTo(t, person.email)).subject).toBe('Your talent profile is verified');
    expect(
      await done(UPDATE, { revision: 1, profile: { daysPerMonth: 1, visibility: 'REGISTERED' } }, person),
    ).toMatchObject({ verification: 'VERIFIED', revision: 2 });
    expect(await done(UPDATE, { revision: 2, profile: { skills: [{ en: 'rocket science' }] } }, person)).toMatchObject({
      verification: 'UNVERIFIED',
      revision: 3,
    });
    await done(VERIFY, { id, revision: 3 }, operator);
    expect(
      await done(EVIDENCE, { revision: 3, evidence: [{ kind: 'AWARD', title: { zh: '奖' } }] }, person),
    ).toMatchObject({ verification: 'UNVERIFIED', revision: 4 });
  });

  it('rejects with a reason that the person reads and others do not; the profile is not shown until it is mended', async () => {
    const person = await s.person();
    const { id } = await create(person);
    expect(reason(await ask(REJECT, { id, revision: 1, reason: ' ' }, operator))).toBe('REQUIRED');
    await done(REJECT, { id, revision: 1, reason: '论文不存在' }, operator);
    expect((await mailTo(t, person.email)).text).toContain('论文不存在');
    expect(await sees(id)).toBe(false);
    expect(
      (await t.gql<{ viewer: { talentProfile: Talent } }>(OWN, {}, as(person))).viewer.talentProfile,
    ).toMatchObject({ verification: 'REJECTED', verificationReason: '论文不存在' });
    expect(JSON.stringify(await ledger(uuidOf(id)))).not.toContain('论文不存在');
    expect(await done(UPDATE, { revision: 1, profile: { bio: { zh: '更正后的经历' } } }, person)).toMatchObject({
      verification: 'UNVERIFIED',
      verificationReason: null,
    });
    expect(await sees(id)).toBe(true);
  });

  it('suspends with a reason, and reinstates as it was', async () => {
    const person = await s.person();
    const { id } = await create(person);
    await done(PAUSE, {}, person);
    expect(await done(SUSPEND, { id, reason: 'a complaint' }, operator)).toMatchObject({
      status: 'SUSPENDED',
      statusReason: 'a complaint',
    });
    expect((await mailTo(t, person.email)).text).toContain('a complaint');
    expect(await sees(id)).toBe(false);
    expect(reason(await ask(RESUME, {}, person))).toBe('INVALID_TRANSITION');
    expect(await done(REINSTATE, { id }, operator)).toMatchObject({ status: 'PAUSED', statusReason: null });
    expect((await mailTo(t, person.email, 2)).text).toContain('until you resume it');
    await done(RESUME, {}, person);
    await done(SUSPEND, { id, reason: 'another' }, operator);
    expect(await done(REINSTATE, { id }, operator)).toMatchObject({ status: 'ACTIVE' });
    expect(reason(await ask(SUSPEND, { id, reason: 'x' }, await s.person()))).toBe('NOT_ALLOWED');
  });
});

describe('what is held on a talent', () => {
  it('is in the person’s export, and after an erasure nothing of it is left', async () => {
    const person = await s.person({ displayName: 'Zhou Erasable' });
    const { id } = await create(person, {
      headline: { en: 'zqheadline' },
      bio: { en: 'zqbio' },
      skills: [{ en: 'zqskill' }],
    });
    await done(
      EVIDENCE,
      { revision: 1, evidence: [{ kind: 'PAPER', title: { en: 'zqpaper' }, url: 'https://example.org/zqlink' }] },
      person,
    );
    await done(REJECT, { id, revision: 2, reason: 'zqrejected' }, operator);
    await done(SUSPEND, { id, reason: 'zqsuspended' }, operator);
    const { exportMyData } = await t.gql<{ exportMyData: Record<string, unknown> }>('{ exportMyData }', {}, as(person));
    expect(exportMyData).toMatchObject({
      talentProfile: [
        {
          headline: { en: 'zqheadline' },
          bio: { en: 'zqbio' },
          skills: [{ en: 'zqskill' }],
          orcid: '0000-0002-1825-0097',
          industries: ['3841', 'C'],
          verification_reason: 'zqrejected',
          status_reason: 'zqsuspended',
        },
      ],
      talentEvidence: [{ title: { en: 'zqpaper' }, url: 'https://example.org/zqlink' }],
    });
    await t.gql(
      'mutation ($p: String!) { eraseMyAccount(input: { password: $p }) { erased } }',
      { p: person.password },
      as(person),
    );
    for (const table of ['talent_profile', 'talent_industry', 'talent_evidence']) {
      const [{ text } = { text: '' }] = await t.sql<{ text: string | null }>(
        `SELECT string_agg(x::text, ' ') AS text FROM ${table} x WHERE x::text LIKE '%' || $1 || '%'`,
        [uuidOf(id)],
      );
      expect([table, text ?? '']).toEqual([
        table,
        expect.not.stringMatching(/zq|0000-0002-1825-0097|3841|620100|SENIOR/),
      ]);
      expect(text ?? '').not.toContain(person.accountId);
    }
    expect(await sees(id)).toBe(false);
    expect(await listed({}, operator)).not.toContain(id);
    expect(reason(await ask(REINSTATE, { id }, operator))).toBe('ACCOUNT_ERASED');
    const records = await ledger(uuidOf(id));
    expect(records.map((row) => row.kind)).toEqual([
      'talent.created',
      'talent.edited',
      'talent.rejected',
      'talent.suspended',
    ]);
    expect(JSON.stringify(records)).not.toMatch(/zq/);
  });
});
