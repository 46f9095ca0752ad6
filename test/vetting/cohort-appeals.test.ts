import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromGlobalId, toGlobalId } from '../../src/lib/ids.js';
import { verifyDatabase } from '../../src/vetting/replay/replay.verify.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { askStep, completeRecord, entryGid, registered, stepTo } from './cohort-kit.js';

let t: TestApp;
let operator: SeededPerson;
let lister: SeededPerson;
let rival: SeededPerson;
let university: SeededOrganisation;
let institute: SeededOrganisation;
let cohort: string;
let uuid: string;

const as = (person: SeededPerson) => ({ token: person.token });
const SUMMARY = '以伽马射线透射法在线测量输煤皮带上煤流的灰分，误差小于千分之五，已在选煤厂连续运行一年。';

/** Creates and registers a result through the API; returns its UUID. */
async function register(person: SeededPerson, institution: SeededOrganisation, zh: string, summary = SUMMARY) {
  const {
    registrationNo: _no,
    registeredOn: _on,
    ...content
  } = completeRecord({ title: { zh }, summary: { zh: summary } });
  const made = await t.gql<{ createAchievement: { achievement: { id: string } } }>(
    `mutation ($input: CreateAchievementInput!) { createAchievement(input: $input) { achievement { id } } }`,
    { input: { institutionId: institution.id, content } },
    as(person),
  );
  const id = made.createAchievement.achievement.id;
  await t.gql(
    `mutation ($input: AchievementActionInput!) { registerAchievement(input: $input) { achievement { status } } }`,
    { input: { id } },
    as(person),
  );
  return fromGlobalId(id)!.key;
}

const screenOf = async (achievement: string) =>
  (
    await t.sql<{ id: string; screen: string; reasons: string[]; by: string }>(
      `SELECT id, screen, screen_reasons AS reasons, screen_by AS by FROM cohort_entry WHERE cohort_id = $1 AND achievement_id = $2`,
      [uuid, achievement],
    )
  )[0]!;
const screened = (achievement: string, screen: string) =>
  eventually(async () => (await screenOf(achievement)).screen === screen);

const onEntry = (mutation: string, type: string, input: Record<string, unknown>, person: SeededPerson) =>
  t.ask<Record<string, { __typename: string; entry?: { screen: string } }>>(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { __typename ... on CohortEntryPayload { entry { screen } } ... on VettingRefusal { message } } }`,
    { input },
    as(person),
  );
const FREEZE = `mutation ($input: CohortActionInput!, $seenAt: DateTimeISO) { freezeCohort(input: $input, seenAt: $seenAt) { __typename ... on CohortPayload { cohort { status registeredCount } } ... on ScreenChanged { message changes { entry { id } was is reasons } } ... on AppealsOpen { count } } }`;
const freeze = async (input: Record<string, unknown> = {}) =>
  (await t.gql<{ freezeCohort: Record<string, unknown> }>(FREEZE, { input: { id: cohort }, ...input }, as(operator)))
    .freezeCohort;
const unfreeze = () => stepTo(t, operator, 'unfreezeCohort', { id: cohort, reason: 'the next case' });

beforeAll(async () => {
  t = await startTestApp();
  const s = seed(t);
  operator = await s.person({ operator: true });
  lister = await s.person();
  rival = await s.person();
  university = await s.organisation(lister);
  institute = await s.organisation(rival, { kind: 'INSTITUTE' });
  await registered(t, university, 4);
  cohort = (await stepTo(t, operator, 'createCohort', { year: 2026 })).id;
  uuid = fromGlobalId(cohort)!.key;
  await stepTo(t, operator, 'screenCohort', { id: cohort });
});
afterAll(() => t.close());

describe('an upheld appeal', () => {
  let first: string;
  let second: string;

  it('settles the pair: the other institution’s result goes on counting, at every screen and at freezing', async () => {
    first = await register(lister, university, '皮带煤流灰分在线伽马测量仪');
    await screened(first, 'COUNTED');
    second = await register(rival, institute, '皮带煤流灰分在线伽马测量装置');
    await screened(second, 'EXCLUDED');
    const entryId = entryGid((await screenOf(second)).id);
    await onEntry('appealExclusion', 'AppealExclusionInput', { entryId, text: 'Our own development.' }, rival);
    expect(await freeze()).toMatchObject({ __typename: 'AppealsOpen', count: 1 });
    const answered = await onEntry(
      'answerAppeal',
      'AnswerAppealInput',
      { entryId, uphold: true, answer: 'Two different instruments.' },
      operator,
    );
    expect(answered.data['answerAppeal']).toMatchObject({ entry: { screen: 'COUNTED' } });
    expect(
      await t.sql(`SELECT dismissed_at IS NOT NULL AS settled FROM near_duplicate WHERE $1 IN (a_id, b_id)`, [second]),
    ).toEqual([{ settled: true }]);
    expect(await t.sql(`SELECT 1 FROM ledger_record WHERE kind = 'duplicate.dismissed'`)).toHaveLength(1);
    await stepTo(t, operator, 'screenCohort', { id: cohort });
    expect(await screenOf(first)).toMatchObject({ screen: 'COUNTED', reasons: [] });
    expect(await freeze()).toMatchObject({ __typename: 'CohortPayload', cohort: { registeredCount: 6 } });
    expect(await screenOf(first)).toMatchObject({ screen: 'COUNTED', reasons: [] });
    expect(await screenOf(second)).toMatchObject({ screen: 'COUNTED', by: 'OPERATOR' });
    await unfreeze();
  });

  it('is answered by an operator without ties to the other institution alone', async () => {
    const tied = await seed(t).person({ operator: true });
    await t.sql(
      `INSERT INTO membership (id, organisation_id, account_id, role, created_at)
       VALUES (gen_random_uuid(), $1, $2, 'MEMBER', now())`,
      [university.uuid, fromGlobalId(tied.id)?.key ?? tied.id],
    );
    const third = await register(rival, institute, '皮带煤流灰分在线伽马测量器');
    await screened(third, 'EXCLUDED');
    const entryId = entryGid((await screenOf(third)).id);
    await onEntry('appealExclusion', 'AppealExclusionInput', { entryId, text: 'Ours again.' }, rival);
    const answer = { entryId, uphold: true, answer: 'Yes.' };
    const refused = await onEntry('answerAppeal', 'AnswerAppealInput', answer, tied);
    expect(refused.errors?.[0]?.extensions).toMatchObject({ reason: 'CONFLICT_OF_INTEREST' });
    await onEntry('answerAppeal', 'AnswerAppealInput', { ...answer, uphold: false }, operator);
    expect(await screenOf(third)).toMatchObject({ screen: 'EXCLUDED', reasons: ['NEAR_DUPLICATE'] });
  });
});

describe('a verdict of an operator', () => {
  it('settles the pair as well, and the screen runs again for the others', async () => {
    const one = await register(lister, university, '黄河浮桥智能锚固与位移监测系统', '锚固与位移监测');
    await screened(one, 'COUNTED');
    const two = await register(rival, institute, '黄河浮桥智能锚固及位移监测系统', '锚固与位移监测');
    await screened(two, 'EXCLUDED');
    // The first is excluded by a verdict: the second one counts without anybody asking for a screen.
    const entry = (id: string) => screenOf(id).then((row) => entryGid(row.id));
    await onEntry(
      'decideScreening',
      'DecideScreeningInput',
      { entryId: await entry(one), count: false, reason: 'Not theirs.' },
      operator,
    );
    await screened(two, 'COUNTED');
    // Taken back by another verdict: both count.
    await onEntry(
      'decideScreening',
      'DecideScreeningInput',
      { entryId: await entry(one), count: true, reason: 'Theirs after all, and another system.' },
      operator,
    );
    await stepTo(t, operator, 'screenCohort', { id: cohort });
    expect(await screenOf(two)).toMatchObject({ screen: 'COUNTED' });
    expect(await freeze()).toMatchObject({ __typename: 'CohortPayload' });
    await unfreeze();
  });
});

describe('a dismissed pair', () => {
  it('is screened again by itself', async () => {
    const one = await register(lister, university, '藜麦皂苷连续脱除回收生产线装备', '皂苷脱除回收');
    await screened(one, 'COUNTED');
    const two = await register(rival, institute, '藜麦皂苷连续脱除回收生产线设备', '皂苷脱除回收');
    await screened(two, 'EXCLUDED');
    const [pair] = await t.sql<{ id: string }>(`SELECT id FROM near_duplicate WHERE $1 IN (a_id, b_id)`, [two]);
    await t.gql(
      `mutation ($input: AchievementActionInput!) { dismissDuplicate(input: $input) { pair { id } } }`,
      { input: { id: toGlobalId('NearDuplicate', pair!.id), reason: 'Two lines.' } },
      as(operator),
    );
    await screened(two, 'COUNTED');
  });
});

describe('freezing', () => {
  it('does not pass with an open appeal of an entry that counts meanwhile', async () => {
    const one = await register(lister, university, '戈壁光伏组件无水除尘机器人', '无水除尘');
    await screened(one, 'COUNTED');
    const two = await register(rival, institute, '戈壁光伏组件无水除尘机器人车', '无水除尘');
    await screened(two, 'EXCLUDED');
    const entryId = entryGid((await screenOf(two)).id);
    await onEntry('appealExclusion', 'AppealExclusionInput', { entryId, text: 'It is a vehicle.' }, rival);
    await t.gql(
      `mutation ($input: AchievementActionInput!) { withdrawAchievement(input: $input) { achievement { status } } }`,
      { input: { id: toGlobalId('Achievement', one) } },
      as(lister),
    );
    await stepTo(t, operator, 'screenCohort', { id: cohort });
    expect(await screenOf(two)).toMatchObject({ screen: 'COUNTED' });
    expect(await freeze()).toMatchObject({ __typename: 'AppealsOpen', count: 1 });
    await onEntry('answerAppeal', 'AnswerAppealInput', { entryId, uphold: true, answer: 'It counts.' }, operator);
  });

  it('stops where its own screen changes what the operator has seen, says what, and goes on after a look', async () => {
    await stepTo(t, operator, 'screenCohort', { id: cohort });
    const changed = await register(lister, university, '医用同位素热室远程取样机械手', '远程取样');
    await screened(changed, 'COUNTED');
    // As an edit whose screen has not run yet leaves it.
    await t.sql(`UPDATE organisation SET verification = 'REJECTED' WHERE id = $1`, [institute.uuid]);
    const [other] = await t.sql<{ id: string }>(
      `SELECT id FROM cohort_entry WHERE cohort_id = $1 AND institution_id = $2 AND screen = 'COUNTED' AND screen_by = 'AUTOMATIC'`,
      [uuid, institute.uuid],
    );
    const refused = await freeze();
    expect(refused).toMatchObject({ __typename: 'ScreenChanged' });
    expect(refused['changes']).toContainEqual({
      entry: { id: entryGid(other!.id) },
      was: 'COUNTED',
      is: 'EXCLUDED',
      reasons: ['NOT_ELIGIBLE'],
    });
    expect((await askStep(t, operator, 'screenCohort', { id: cohort })).errors).toBeUndefined();
    expect(await freeze({ seenAt: '2026-01-01T00:00:00.000Z' })).toMatchObject({ __typename: 'ScreenChanged' });
    expect(await freeze({ seenAt: t.app.clock().toISOString() })).toMatchObject({ __typename: 'CohortPayload' });
    await verifyDatabase(t.app);
  });
});
