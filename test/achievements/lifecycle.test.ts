import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromGlobalId } from '../../src/lib/ids.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { startTestApp, type TestApp } from '../harness.js';

let t: TestApp;
let s: Seed;
let lister: SeededPerson;
let operator: SeededPerson;
let stranger: SeededPerson;
let university: SeededOrganisation;

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  lister = await s.person();
  operator = await s.person({ operator: true });
  stranger = await s.person();
  university = await s.organisation(lister, { regionCode: '620100' });
  await s.organisation(stranger, { kind: 'INVESTOR' });
});
afterAll(() => t.close());

const FIELDS = `id status revision registrationNo`;
interface Fields {
  id: string;
  status: string;
  revision: number;
  registrationNo: string | null;
}

export const complete = (title: string) => ({
  title: { zh: title },
  summary: { zh: `${title}的摘要，说明它是什么、好在哪里。` },
  abstract: { zh: `${title}的全文。` },
  technicalDetail: { zh: '技术细节-仅认证机构' },
  confidentialDetail: { zh: '保密细节-仅保密协议' },
  category: 'APPLIED_TECHNOLOGY',
  industries: ['3562', '398'],
  trl: 6,
});

async function create(
  content: Record<string, unknown>,
  token = lister.token,
  extra: Record<string, unknown> = {},
): Promise<Fields> {
  const data = await t.gql<{ createAchievement: { achievement: Fields } }>(
    `mutation($input: CreateAchievementInput!) { createAchievement(input: $input) { achievement { ${FIELDS} } } }`,
    { input: { institutionId: university.id, content, ...extra } },
    { token },
  );
  return data.createAchievement.achievement;
}

function act(mutation: string, input: Record<string, unknown>, token: string, type = 'AchievementActionInput') {
  return t.ask<Record<string, { achievement: Fields }>>(
    `mutation($input: ${type}!) { ${mutation}(input: $input) { achievement { ${FIELDS} } } }`,
    { input },
    { token },
  );
}

const uuidOf = (achievement: Fields) => fromGlobalId(achievement.id)!.key;

async function admitted(title: string): Promise<Fields> {
  const draft = await create(complete(title));
  await act('registerAchievement', { id: draft.id }, lister.token);
  await s.admit([uuidOf(draft)], { score: '4.2' });
  return { ...draft, status: 'ADMITTED' };
}

describe('an achievement', () => {
  it('goes from draft to registered to admitted, and is seen by the public only then', async () => {
    const draft = await create(complete('宽禁带半导体外延装备'));
    expect(draft).toMatchObject({ status: 'DRAFT', revision: 1, registrationNo: null });
    const see = (token?: string) =>
      t.gql<{ achievement: Fields | null; node: object | null }>(
        `query($id: ID!) { achievement(id: $id) { ${FIELDS} } node(id: $id) { id } }`,
        { id: draft.id },
        { token },
      );
    expect(await see()).toEqual({ achievement: null, node: null });
    expect((await see(stranger.token)).achievement).toBeNull();
    const registered = await act('registerAchievement', { id: draft.id }, lister.token);
    expect(registered.data['registerAchievement']!.achievement).toMatchObject({
      status: 'REGISTERED',
      registrationNo: expect.stringMatching(/^TP\d{4}-\d{6}$/) as string,
    });
    expect((await see()).achievement).toBeNull();
    await s.admit([uuidOf(draft)], { score: '4.25' });
    expect((await see()).achievement).toMatchObject({ status: 'ADMITTED' });
  });

  it('takes reasons of 500 characters, whatever planes of Unicode they are of', async () => {
    const draft = await create(complete('理由的长度'));
    await act('registerAchievement', { id: draft.id }, lister.token);
    const long = await act('withdrawAchievement', { id: draft.id, reason: '𠮷'.repeat(501) }, lister.token);
    expect(long.errors![0]!.extensions).toMatchObject({ reason: 'TOO_LONG', field: 'input.reason' });
    const taken = await act('withdrawAchievement', { id: draft.id, reason: '𠮷'.repeat(500) }, lister.token);
    expect(taken.data['withdrawAchievement']!.achievement).toMatchObject({ status: 'WITHDRAWN' });
  });

  it('cannot be registered while something is missing, and says all of it', async () => {
    const draft = await create({ title: { en: 'A bare title' } });
    const reply = await act('registerAchievement', { id: draft.id }, lister.token);
    expect(reply.errors![0]!.extensions).toMatchObject({ code: 'BAD_USER_INPUT', reason: 'REQUIRED_TO_REGISTER' });
    expect((reply.errors![0]!.extensions['problems'] as Array<{ field: string }>).map((p) => p.field)).toEqual([
      'summary',
      'industries',
      'trl',
      'category',
    ]);
  });

  it('is not registered for an institution that nobody verified', async () => {
    const person = await s.person();
    const institution = await s.organisation(person, { verified: false });
    const created = await t.gql<{ createAchievement: { achievement: Fields } }>(
      `mutation($input: CreateAchievementInput!) { createAchievement(input: $input) { achievement { ${FIELDS} } } }`,
      { input: { institutionId: institution.id, content: complete('未认证单位的成果') } },
      { token: person.token },
    );
    const reply = await act('registerAchievement', { id: created.createAchievement.achievement.id }, person.token);
    expect(reply.errors![0]!.extensions).toMatchObject({ code: 'FORBIDDEN', reason: 'NOT_VERIFIED' });
  });

  it('refuses a step that its life does not have', async () => {
    const draft = await create(complete('一步登天'));
    const reply = await act('retireAchievement', { id: draft.id }, lister.token);
    expect(reply.errors![0]!.extensions).toMatchObject({
      code: 'CONFLICT',
      reason: 'INVALID_TRANSITION',
      current: 'DRAFT',
    });
  });

  it('can be withdrawn and reopened', async () => {
    const draft = await create(complete('撤回再开'));
    expect(
      (await act('withdrawAchievement', { id: draft.id }, lister.token)).data['withdrawAchievement']!.achievement
        .status,
    ).toBe('WITHDRAWN');
    expect(
      (await act('reopenAchievement', { id: draft.id }, lister.token)).data['reopenAchievement']!.achievement.status,
    ).toBe('DRAFT');
  });

  it('enters the pool by no door but a cohort’s, not even by SQL', async () => {
    const draft = await create(complete('旁门左道'));
    await act('registerAchievement', { id: draft.id }, lister.token);
    const fields = await t.gql<{ __type: { fields: Array<{ name: string }> } }>(
      `{ __type(name: "Mutation") { fields { name } } }`,
    );
    expect(fields.__type.fields.map((field) => field.name)).not.toContain('admitAchievement');
    await expect(t.sql(`UPDATE achievement SET status = 'ADMITTED' WHERE id = $1`, [uuidOf(draft)])).rejects.toThrow(
      'enters the pool only through a cohort',
    );
    await expect(
      t.sql(
        `INSERT INTO achievement
         SELECT (
           jsonb_populate_record(
             a, jsonb_build_object('id', gen_random_uuid(), 'status', 'ADMITTED', 'registration_no', 'X-9')
           )
         ).*
         FROM achievement a
         WHERE id = $1`,
        [uuidOf(draft)],
      ),
    ).rejects.toThrow('enters the pool only through a cohort');
  });

  it('whose admission was revoked does not come back without a new one', async () => {
    const entry = await admitted('撤销入池');
    const revoked = await act('revokeAdmission', { id: entry.id, reason: 'a mistake' }, operator.token);
    expect(revoked.data['revokeAdmission']!.achievement.status).toBe('REGISTERED');
    await expect(t.sql(`UPDATE achievement SET status = 'ADMITTED' WHERE id = $1`, [uuidOf(entry)])).rejects.toThrow(
      'enters the pool only through a cohort',
    );
  });

  it('lists every problem of an input with its field, and repeats no value', async () => {
    const reply = await t.ask(
      `mutation($input: CreateAchievementInput!) { createAchievement(input: $input) { achievement { id } } }`,
      {
        input: {
          institutionId: university.id,
          content: {
            title: { zh: '错误示例' },
            industries: ['SECRET-CODE'],
            trl: 12,
            registeredOn: '2026-02-30',
            regionCode: '999999',
            fundingNeed: { min: '5', max: '3', currency: 'CNY' },
            inventors: [{ name: { zh: '某人' }, orcid: '0000-0002-1825-0098' }],
            cooperationModes: [{ mode: 'JOINT', licenceKind: 'OPEN' }],
            ipRights: [{ type: 'INVENTION_PATENT', status: 'GRANTED' }],
          },
        },
      },
      { token: lister.token },
    );
    const problems = reply.errors![0]!.extensions['problems'] as Array<{ field: string; code: string }>;
    expect(Object.fromEntries(problems.map((p) => [p.field.replace('input.content.', ''), p.code]))).toEqual({
      'industries[0]': 'UNKNOWN_CODE',
      trl: 'OUT_OF_RANGE',
      registeredOn: 'BAD_DATE',
      regionCode: 'UNKNOWN_CODE',
      'fundingNeed.max': 'INVERTED_RANGE',
      'inventors[0].orcid': 'BAD_ORCID',
      'cooperationModes[0].licenceKind': 'NOT_A_LICENCE',
      'ipRights[0].number': 'REQUIRED',
    });
    expect(JSON.stringify(reply.errors)).not.toContain('SECRET-CODE');
  });

  it('is created once by a double click with an idempotency key, and the key is good for one request alone', async () => {
    const extra = { idempotencyKey: 'double-click-1' };
    const both = await Promise.all([
      create(complete('双击'), lister.token, extra),
      create(complete('双击'), lister.token, extra),
    ]);
    expect(both[0].id).toBe(both[1].id);
    expect(await t.sql(`SELECT 1 FROM achievement WHERE title->>'zh' = '双击'`)).toHaveLength(1);
    await expect(create(complete('别的'), lister.token, extra)).rejects.toThrow('IDEMPOTENCY_KEY_REUSED');
  });

  it('keeps external ids unique within an institution and registration numbers among all that are registered', async () => {
    const first = await create({ ...complete('编号一'), externalId: 'X-1', registrationNo: '9622026Y0001' });
    await expect(create({ ...complete('编号二'), externalId: 'X-1' })).rejects.toThrow('EXTERNAL_ID_TAKEN');
    // A draft does not reserve its number: the first to register gets it.
    const third = await create({ ...complete('编号三'), registrationNo: '9622026y0001' });
    expect((await act('registerAchievement', { id: first.id }, lister.token)).errors).toBeUndefined();
    expect((await act('registerAchievement', { id: third.id }, lister.token)).errors![0]!.extensions).toMatchObject({
      code: 'CONFLICT',
      reason: 'REGISTRATION_NO_TAKEN',
    });
  });

  it('cannot take a number of the platform’s own series', async () => {
    await expect(create({ ...complete('抢号'), registrationNo: 'TP2026-000099' })).rejects.toThrow('RESERVED');
  });

  it('is not handed out again by an idempotency key to someone who lost the right to it', async () => {
    const leaver = await s.member(university, 'EDITOR');
    const extra = { idempotencyKey: 'before-leaving' };
    const draft = await create(complete('离职之前'), leaver.token, extra);
    expect((await create(complete('离职之前'), leaver.token, extra)).id).toBe(draft.id);
    await t.sql(`DELETE FROM membership WHERE account_id = $1`, [leaver.accountId]);
    await expect(create(complete('离职之前'), leaver.token, extra)).rejects.toThrow('NOT_FOUND');
  });

  it('takes texts with characters that cannot be stored as bad input or cleans them, never as a fault', async () => {
    for (const content of [
      { title: { zh: '\ud800坏' } },
      { title: { zh: 'a\u0000b' } },
      { title: { zh: '好' }, registeredOn: '0000-01-01' },
      { title: { zh: '好' }, externalId: 'x\ud800' },
    ]) {
      const reply = await t.ask(
        `mutation($input: CreateAchievementInput!) { createAchievement(input: $input) { achievement { id } } }`,
        {
          input: {
            institutionId: university.id,
            content,
            idempotencyKey: 'a-good-key' + JSON.stringify(content).length,
          },
        },
        { token: lister.token },
      );
      expect(reply.errors?.[0]?.extensions.code ?? 'stored').toMatch(/^(stored|BAD_USER_INPUT)$/);
    }
    const key = await t.ask(
      `mutation($input: CreateAchievementInput!) { createAchievement(input: $input) { achievement { id } } }`,
      { input: { institutionId: university.id, content: { title: { zh: '键' } }, idempotencyKey: 'abcdefgh\u0000' } },
      { token: lister.token },
    );
    expect(key.errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('an edit', () => {
  const update = (id: string, revision: number, content: Record<string, unknown>) =>
    t.ask<{ updateAchievement: { achievement: Fields } }>(
      `mutation($input: UpdateAchievementInput!) { updateAchievement(input: $input) { achievement { ${FIELDS} } } }`,
      { input: { id, revision, content } },
      { token: lister.token },
    );

  it('makes a revision, and revisions can be compared', async () => {
    const draft = await create(complete('修订'));
    expect(
      (await update(draft.id, 1, { trl: 7, keywords: { zh: ['外延'] } })).data.updateAchievement.achievement.revision,
    ).toBe(2);
    const data = await t.gql<{
      compareRevisions: unknown;
      achievement: { revisions: Array<{ revision: number }>; title: { value: string } };
    }>(
      `query($id: ID!) { compareRevisions(id: $id, from: 1, to: 2) { field before after } achievement(id: $id) { title { value } revisions { revision } } }`,
      { id: draft.id },
      { token: lister.token },
    );
    expect(data.compareRevisions).toEqual([
      { field: 'trl', before: 6, after: 7 },
      { field: 'keywords', before: { zh: [], en: [] }, after: { zh: ['外延'], en: [] } },
    ]);
    expect(data.achievement.revisions.map((r) => r.revision)).toEqual([2, 1]);
  });

  it('on a stale revision is a CONFLICT that shows both sides', async () => {
    const draft = await create(complete('冲突'));
    await update(draft.id, 1, { trl: 7 });
    const reply = await update(draft.id, 1, { trl: 8, stage: 'MATURE' });
    expect(reply.errors![0]!.extensions).toMatchObject({
      code: 'CONFLICT',
      reason: 'STALE_REVISION',
      currentRevision: 2,
      conflicts: [
        { field: 'stage', base: null, yours: 'MATURE', current: null, both: false },
        { field: 'trl', base: 6, yours: 8, current: 7, both: true },
      ],
    });
  });

  it('of two at once, one wins and the other is told', async () => {
    const draft = await create(complete('同时编辑'));
    const replies = await Promise.all([update(draft.id, 1, { trl: 7 }), update(draft.id, 1, { trl: 8 })]);
    expect(replies.map((r) => r.errors?.[0]?.extensions.reason ?? 'won').sort()).toEqual(['STALE_REVISION', 'won']);
  });
});

describe('content', () => {
  const tiers = async (id: string, token?: string) => {
    const data = await t.gql<{ achievement: Record<string, { granted: boolean; body: { value: string } | null }> }>(
      `query($id: ID!) { achievement(id: $id) { p: content { granted body { value } } r: content(tier: REGISTERED) { granted body { value } } n: content(tier: NDA) { granted body { value } } } }`,
      { id },
      { token },
    );
    return Object.values(data.achievement).map((tier) => tier.body?.value ?? tier.granted);
  };

  it('is shown by tier, and the NDA tier only to organisations that were granted it', async () => {
    const entry = await admitted('分级披露');
    expect(await tiers(entry.id)).toEqual(['分级披露的全文。', false, false]);
    expect(await tiers(entry.id, stranger.token)).toEqual(['分级披露的全文。', '技术细节-仅认证机构', false]);
    expect(await tiers(entry.id, lister.token)).toEqual([
      '分级披露的全文。',
      '技术细节-仅认证机构',
      '保密细节-仅保密协议',
    ]);
    const investor = await s.person();
    const fund = await s.organisation(investor, { kind: 'INVESTOR' });
    const asked = await t.gql<{ requestNda: { grant: { id: string; status: string } } }>(
      `mutation($input: RequestNdaInput!) { requestNda(input: $input) { grant { id status } } }`,
      { input: { achievementId: entry.id, organisationId: fund.id } },
      { token: investor.token },
    );
    const decide = (grant: boolean, token: string) =>
      t.ask(
        `mutation($input: DecideNdaInput!) { decideNda(input: $input) { grant { status } } }`,
        { input: { id: asked.requestNda.grant.id, grant } },
        { token },
      );
    expect((await decide(true, stranger.token)).errors![0]!.extensions.code).toBe('NOT_FOUND');
    expect((await decide(true, lister.token)).data).toEqual({ decideNda: { grant: { status: 'GRANTED' } } });
    expect((await tiers(entry.id, investor.token))[2]).toBe('保密细节-仅保密协议');
    expect((await tiers(entry.id, stranger.token))[2]).toBe(false);
    await decide(false, lister.token);
    expect((await tiers(entry.id, investor.token))[2]).toBe(false);
  });

  it.each(['refused', 'revoked'])(
    'is granted again after it was %s only when the organisation has asked again',
    async (how) => {
      const entry = await admitted(`再次授权-${how}`);
      const investor = await s.person();
      const fund = await s.organisation(investor, { kind: 'INVESTOR' });
      const request = async () =>
        (
          await t.gql<{ requestNda: { grant: { id: string; status: string } } }>(
            `mutation($input: RequestNdaInput!) { requestNda(input: $input) { grant { id status } } }`,
            { input: { achievementId: entry.id, organisationId: fund.id } },
            { token: investor.token },
          )
        ).requestNda.grant;
      const { id } = await request();
      const decide = async (grant: boolean) => {
        const reply = await t.ask<{ decideNda: { grant: { status: string } } } | null>(
          `mutation($input: DecideNdaInput!) { decideNda(input: $input) { grant { status } } }`,
          { input: { id, grant } },
          { token: lister.token },
        );
        return reply.errors?.[0]?.extensions ?? reply.data!.decideNda.grant.status;
      };
      if (how === 'revoked') expect(await decide(true)).toBe('GRANTED');
      expect(await decide(false)).toBe(how.toUpperCase());
      expect(await decide(true)).toMatchObject({
        code: 'CONFLICT',
        reason: 'INVALID_TRANSITION',
        current: how.toUpperCase(),
      });
      expect((await tiers(entry.id, investor.token))[2]).toBe(false);
      expect(await request()).toEqual({ id, status: 'REQUESTED' });
      expect(await decide(true)).toBe('GRANTED');
      expect((await tiers(entry.id, investor.token))[2]).not.toBe(false);
    },
  );

  it('falls back to the other language and says so', async () => {
    const entry = await admitted('只有中文');
    const data = await t.gql<{ achievement: { title: object } }>(
      `query($id: ID!) { achievement(id: $id) { title(locale: EN) { value locale } } }`,
      { id: entry.id },
    );
    expect(data.achievement.title).toEqual({ value: '只有中文', locale: 'ZH' });
  });
});

describe('near-duplicates', () => {
  it('are found at registration and shown to the lister and the operator, who may dismiss them', async () => {
    const summary = {
      zh: '采用低温等离子体处理当归饮片，在六十摄氏度以下完成灭菌，有效成分保留率百分之九十五以上，适合中小型饮片企业。',
    };
    const first = await create({ ...complete('当归饮片低温等离子体灭菌方法及装置'), summary, abstract: null });
    await act('registerAchievement', { id: first.id }, lister.token);
    const second = await create({ ...complete('当归饮片的低温等离子体灭菌方法与装置'), summary, abstract: null });
    const other = await create(complete('完全不同的题目：高原牦牛远程监测项圈'));
    await act('registerAchievement', { id: second.id }, lister.token);
    await act('registerAchievement', { id: other.id }, lister.token);
    const duplicates = (id: string, token?: string) =>
      t.gql<{
        achievement: {
          nearDuplicatesOf: Array<{
            pair: { id: string; evidence: string; similarity: number };
            other: { id: string };
          }> | null;
        };
      }>(
        `query($id: ID!) { achievement(id: $id) { nearDuplicatesOf { pair { id evidence similarity } other { id } } } }`,
        { id },
        { token },
      );
    const found = (await duplicates(second.id, lister.token)).achievement.nearDuplicatesOf!;
    expect(found.map((d) => d.other.id)).toEqual([first.id]);
    expect(found[0]!.pair.similarity).toBeGreaterThan(0.6);
    expect((await duplicates(other.id, lister.token)).achievement.nearDuplicatesOf).toEqual([]);
    const list = await t.gql<{ nearDuplicates: { nodes: Array<{ id: string }> } }>(
      `{ nearDuplicates(first: 10) { nodes { id achievements { id } } } }`,
      {},
      { token: operator.token },
    );
    expect(list.nearDuplicates.nodes.map((n) => n.id)).toContain(found[0]!.pair.id);
    await t.gql(
      `mutation($input: AchievementActionInput!) { dismissDuplicate(input: $input) { pair { dismissedAt } } }`,
      { input: { id: found[0]!.pair.id, reason: '用途不同' } },
      { token: operator.token },
    );
    expect((await duplicates(second.id, lister.token)).achievement.nearDuplicatesOf).toEqual([]);
  });

  it('are given away by a shared patent number, however it is written', async () => {
    const ip = (number: string) => ({ ipRights: [{ type: 'INVENTION_PATENT', number, status: 'GRANTED' }] });
    const first = await create({ ...complete('甲：熔盐储热罐'), ...ip('ZL202110234567.8') });
    const second = await create({ ...complete('乙：一种完全不同的称呼'), ...ip('zl 2021 1 0234567.8') });
    await act('registerAchievement', { id: first.id }, lister.token);
    await act('registerAchievement', { id: second.id }, lister.token);
    const data = await t.gql<{ achievement: { nearDuplicatesOf: Array<{ pair: { evidence: string } }> } }>(
      `query($id: ID!) { achievement(id: $id) { nearDuplicatesOf { pair { evidence } } } }`,
      { id: second.id },
      { token: lister.token },
    );
    expect(data.achievement.nearDuplicatesOf.map((d) => d.pair.evidence)).toEqual(['IP_NUMBER']);
    // An edit that removes the number removes the warning.
    const now = await t.gql<{ achievement: { revision: number } }>(
      `query($id: ID!) { achievement(id: $id) { revision } }`,
      { id: second.id },
      { token: lister.token },
    );
    await t.gql(
      `mutation($input: UpdateAchievementInput!) { updateAchievement(input: $input) { achievement { id } } }`,
      { input: { id: second.id, revision: now.achievement.revision, content: { ipRights: [] } } },
      { token: lister.token },
    );
    const after = await t.gql<typeof data>(
      `query($id: ID!) { achievement(id: $id) { nearDuplicatesOf { pair { evidence } } } }`,
      { id: first.id },
      { token: lister.token },
    );
    expect(after.achievement.nearDuplicatesOf).toEqual([]);
  });
});

describe('lists', () => {
  it('page by keyset to the end without repeats, forward and backward, and count on request', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    let total: number;
    for (;;) {
      const page: {
        achievements: {
          totalCount: number;
          nodes: Array<{ id: string }>;
          pageInfo: { hasNextPage: boolean; endCursor: string };
        };
      } = await t.gql(
        `query($after: String) { achievements(first: 4, after: $after) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }`,
        { after },
        { token: operator.token },
      );
      seen.push(...page.achievements.nodes.map((n) => n.id));
      total = page.achievements.totalCount;
      if (!page.achievements.pageInfo.hasNextPage) break;
      after = page.achievements.pageInfo.endCursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(total);
    const tail = await t.gql<{ achievements: { nodes: Array<{ id: string }> } }>(
      `{ achievements(last: 3) { nodes { id } } }`,
      {},
      { token: operator.token },
    );
    expect(tail.achievements.nodes.map((n) => n.id)).toEqual(seen.slice(-3));
  });

  it('show the public the pool alone, and refuse a foreign cursor by name', async () => {
    const all = await t.gql<{ achievements: { nodes: Array<{ status: string }> } }>(
      `{ achievements(first: 100) { nodes { status } } }`,
    );
    expect(new Set(all.achievements.nodes.map((n) => n.status))).toEqual(new Set(['ADMITTED']));
    const reply = await t.ask(`{ achievements(after: "bm9wZQ") { nodes { id } } }`);
    expect(reply.errors![0]!.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      reason: 'BAD_CURSOR',
      field: 'after',
    });
  });

  it('count pool entries per industry node, each entry once', async () => {
    const before = await t.gql<{ industry: { admittedCount: number } }>(`{ industry(code: "C") { admittedCount } }`);
    await admitted('计数用成果');
    const after = await t.gql<{ industry: { admittedCount: number } }>(`{ industry(code: "C") { admittedCount } }`);
    expect(after.industry.admittedCount).toBe(before.industry.admittedCount + 1);
  });

  it('take a constant number of statements however many rows they show', async () => {
    const count = async (first: number) => {
      t.statements.length = 0;
      await t.gql(
        `query($first: Int) { achievements(first: $first) { nodes { id title { value } institution { name { value } } industries { code name { value } } ipRights { number } inventors { name { value } } region { name { value } } cooperationModes { mode } content(tier: NDA) { granted } } } }`,
        { first },
        { token: lister.token },
      );
      return t.statements.length;
    };
    expect(await count(12)).toBe(await count(2));
  });
});
