import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type SeededOrganisation, type SeededPerson } from '../seed.js';

const CREATE = `mutation ($input: CreateAchievementInput!) { createAchievement(input: $input) { achievement { id } } }`;

describe('errors in the language of the reader', () => {
  let t: TestApp;
  let english: SeededPerson;
  let chinese: SeededPerson;
  let institution: SeededOrganisation;

  beforeAll(async () => {
    t = await startTestApp();
    const people = seed(t);
    english = await people.person();
    chinese = await people.person({ locale: 'ZH' });
    institution = await people.organisation(english);
    await people.member(institution, 'EDITOR', chinese);
  });
  afterAll(() => t.close());

  const messageOf = async (
    query: string,
    {
      person,
      language,
      variables = {},
    }: { person?: SeededPerson; language?: string; variables?: Record<string, unknown> } = {},
  ) => {
    const { errors } = await t.ask(query, variables, {
      ...(person ? { token: person.token } : {}),
      headers: language === undefined ? {} : { 'accept-language': language },
    });
    return errors![0]!;
  };

  it.each([
    ['zh-CN', '请先登录：发送 `Authorization: Bearer <access token>` 或 API 密钥。'],
    ['de-DE,en;q=0.7', 'Log in first: send `Authorization: Bearer <access token>` or an API key.'],
    ['en;q=0.2,zh;q=0.9', '请先登录：发送 `Authorization: Bearer <access token>` 或 API 密钥。'],
    [undefined, 'Log in first: send `Authorization: Bearer <access token>` or an API key.'],
  ])('a refusal for Accept-Language %s', async (language, message) => {
    const error = await messageOf(
      `mutation { logOut { done } }`.replace('{ done }', '{ __typename }'),
      language === undefined ? {} : { language },
    );
    expect(error).toMatchObject({ message, extensions: { code: 'UNAUTHENTICATED' } });
  });

  it('follows the account where the request states no language, and the request where it does', async () => {
    const ask = (person: SeededPerson, language?: string) =>
      messageOf(`{ cohort(id: "x") { id } }`, { person, ...(language === undefined ? {} : { language }) });
    expect((await ask(english)).message).toBe('id: an id of type Cohort is needed.');
    expect((await ask(chinese)).message).toBe('id: 需要 Cohort 类型的编号。');
    expect((await ask(chinese, 'en')).message).toBe('id: an id of type Cohort is needed.');
  });

  it('has every problem of an input in the language, with the same codes', async () => {
    const variables = {
      input: {
        institutionId: institution.id,
        content: { trl: 12, externalId: 'x'.repeat(200), industries: ['nothing'] },
      },
    };
    const [zh, en] = await Promise.all(
      ['zh', 'en'].map((language) => messageOf(CREATE, { person: english, language, variables })),
    );
    const problems = (error: typeof zh) =>
      error!.extensions['problems'] as Array<{ field: string; code: string; message: string }>;
    expect(problems(zh).map(({ field, code }) => [field, code])).toEqual(
      problems(en).map(({ field, code }) => [field, code]),
    );
    expect(problems(zh).length).toBeGreaterThan(1);
    for (const { message } of problems(zh)) expect(message).toMatch(/\p{Script=Han}/u);
    for (const { message } of problems(en)) expect(message).not.toMatch(/\p{Script=Han}/u);
    expect(zh!.message).toBe(
      problems(zh)
        .map(({ field, message }) => `${field}: ${message}`)
        .join(' '),
    );
  });

  it('says what is missing for the registration in the language asked for', async () => {
    const { createAchievement } = await t.gql<{ createAchievement: { achievement: { id: string } } }>(
      CREATE,
      { input: { institutionId: institution.id, content: { title: { zh: '新型膜材料' } } } },
      { token: english.token },
    );
    const { achievement } = await t.gql<{ achievement: Record<'zh' | 'en' | 'mine', Array<{ message: string }>> }>(
      `query ($id: ID!) { achievement(id: $id) {
         zh: missing(locale: ZH) { message } en: missing(locale: EN) { message } mine: missing { message }
       } }`,
      { id: createAchievement.achievement.id },
      { token: chinese.token },
    );
    expect(achievement.zh.map(({ message }) => message)).toContain('登记时必须填写主要行业。');
    expect(achievement.en.map(({ message }) => message)).toContain('a primary industry is needed to register.');
    expect(achievement.mine).toEqual(achievement.zh);
  });
});
