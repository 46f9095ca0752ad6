import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromGlobalId, toGlobalId } from '../../src/lib/ids.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { importFile } from '../importing/import-kit.js';
import { mailsTo } from '../identity/mailbox.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { askStep, completeRecord, DAY, entryGid, registered, stepTo, toNotice } from './cohort-kit.js';

let t: TestApp;
let s: Seed;
let operator: SeededPerson;
let lister: SeededPerson;
let rival: SeededPerson;
let university: SeededOrganisation;
let institute: SeededOrganisation;
/** The first cohort and its 20 results, the best written first. */
let cohort: string;
let uuid: string;
let results: string[];

const as = (person: SeededPerson) => ({ token: person.token });
const entryOf = async (achievement: string, of = uuid) =>
  (
    await t.sql<{ id: string }>(`SELECT id FROM cohort_entry WHERE achievement_id = $1 AND cohort_id = $2`, [
      achievement,
      of,
    ])
  )[0]!.id;
const kinds = (kind: string) =>
  t.sql<{ subject_id: string; facts: Record<string, unknown> }>(
    `SELECT subject_id, facts FROM ledger_record WHERE kind = $1 ORDER BY seq`,
    [kind],
  );
const COUNTS = `query ($id: ID!) { cohort(id: $id) { status quota registeredCount counts { entered pending counted excluded excludedFor { reason count } reviewed reviews proposed } progress { submitted entriesComplete band } weights { dimension value } } }`;

async function onEntry(mutation: string, type: string, input: Record<string, unknown>, person: SeededPerson) {
  return t.ask<Record<string, { __typename: string; message?: string; entry?: Record<string, unknown> }>>(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { __typename ... on CohortEntryPayload { entry { id screen screenReasons screenedBy screenNote appeal { text upheld answer } viewerCanAppeal previous { id } } } ... on CohortNotOpen { message status } } }`,
    { input },
    as(person),
  );
}

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  operator = await s.person({ operator: true });
  lister = await s.person();
  rival = await s.person();
  university = await s.organisation(lister);
  institute = await s.organisation(rival, { kind: 'INSTITUTE' });
  results = await registered(t, university, 20, (i) => ({ industries: [i % 2 ? '3562' : '2710'] }));
});
afterAll(() => t.close());

describe('an open cohort', () => {
  it('is opened by operators alone, one at a time, and takes in what was registered before', async () => {
    expect((await askStep(t, lister, 'createCohort', { year: 2026 })).errors![0]!.extensions.code).toBe('FORBIDDEN');
    const made = await stepTo(t, operator, 'createCohort', {
      year: 2026,
      settings: { noticeDays: 5, validityMonths: 12 },
    });
    cohort = made.id;
    uuid = fromGlobalId(cohort)!.key;
    expect((await askStep(t, operator, 'createCohort', { year: 2026 })).errors![0]!.extensions).toMatchObject({
      code: 'CONFLICT',
      reason: 'COHORT_OPEN',
      cohortId: cohort,
    });
    expect(
      (await askStep(t, operator, 'createCohort', { year: 2026, settings: { quotaRate: 0.3 } })).errors![0]!.extensions,
    ).toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.settings.quotaRate' });
    await eventually(
      async () =>
        (await t.gql<{ cohort: { counts: { pending: number; counted: number } } }>(COUNTS, { id: cohort })).cohort
          .counts.counted === 20,
    );
    expect((await kinds('entry.registered')).length).toBe(20);
    expect((await kinds('entry.screened')).length).toBe(20);
  });

  it('takes what is registered while it is open, excludes what does not count, and says so to everybody', async () => {
    const create = async (record: Record<string, unknown>) => {
      const { registrationNo: _no, registeredOn: _on, ...content } = completeRecord();
      const { createAchievement } = await t.gql<{ createAchievement: { achievement: { id: string } } }>(
        `mutation ($input: CreateAchievementInput!) { createAchievement(input: $input) { achievement { id } } }`,
        { input: { institutionId: institute.id, content: { ...content, ...record } } },
        as(rival),
      );
      const registeredNow = await t.ask(
        `mutation ($input: AchievementActionInput!) { registerAchievement(input: $input) { achievement { status } } }`,
        { input: { id: createAchievement.achievement.id } },
        as(rival),
      );
      expect(registeredNow.errors).toBeUndefined();
      return fromGlobalId(createAchievement.achievement.id)!.key;
    };
    const [twin] = await t.sql<{ title: unknown; summary: unknown }>(
      `SELECT title, summary FROM achievement WHERE id = $1`,
      [results[0]],
    );
    const copy = await create({ title: twin!.title, summary: twin!.summary });
    const withdrawn = await create({});
    await t.gql(
      `mutation ($input: AchievementActionInput!) { withdrawAchievement(input: $input) { achievement { status } } }`,
      { input: { id: toGlobalId('Achievement', withdrawn) } },
      as(rival),
    );
    await stepTo(t, operator, 'screenCohort', { id: cohort });
    const { cohort: seen } = await t.gql<{ cohort: { counts: object; progress: object | null } }>(COUNTS, {
      id: cohort,
    });
    expect(seen.counts).toMatchObject({
      entered: 22,
      counted: 20,
      excluded: 2,
      excludedFor: [
        { reason: 'NEAR_DUPLICATE', count: 1 },
        { reason: 'WITHDRAWN', count: 1 },
      ],
    });
    expect(seen.progress).toBeNull();
    const listed = await t.gql<{ cohort: { entries: { nodes: Array<Record<string, unknown>> } } }>(
      `query ($id: ID!) { cohort(id: $id) { entries(first: 50, filter: { screens: [EXCLUDED] }) { nodes { id screenReasons title { value } institution { id } score rank achievement { id } } } } }`,
      { id: cohort },
    );
    expect(listed.cohort.entries.nodes.map((node) => ({ ...node, id: undefined }))).toEqual([
      { screenReasons: ['NEAR_DUPLICATE'], title: null, institution: null, score: null, rank: null, achievement: null },
      { screenReasons: ['WITHDRAWN'], title: null, institution: null, score: null, rank: null, achievement: null },
    ]);
    expect(copy).toBeTruthy();
  });

  it('hears appeals of the institution, which bar the freezing until they are answered', async () => {
    const [copy] = await t.sql<{ id: string }>(
      `SELECT id FROM cohort_entry WHERE cohort_id = $1 AND 'NEAR_DUPLICATE' = ANY(screen_reasons)`,
      [uuid],
    );
    const entryId = entryGid(copy!.id);
    expect(
      (await onEntry('appealExclusion', 'AppealExclusionInput', { entryId, text: 'no' }, lister)).errors![0]!.extensions
        .code,
    ).toBe('FORBIDDEN');
    const appealed = await onEntry(
      'appealExclusion',
      'AppealExclusionInput',
      { entryId, text: 'It is another method.' },
      rival,
    );
    expect(appealed.data['appealExclusion']).toMatchObject({
      entry: { appeal: { text: 'It is another method.', upheld: null }, viewerCanAppeal: false },
    });
    const refused = await askStep(t, operator, 'freezeCohort', { id: cohort });
    expect(refused.data['freezeCohort']).toMatchObject({ __typename: 'AppealsOpen' });
    const answered = await onEntry(
      'answerAppeal',
      'AnswerAppealInput',
      { entryId, uphold: true, answer: 'Right.' },
      operator,
    );
    expect(answered.data['answerAppeal']!.entry).toMatchObject({
      screen: 'COUNTED',
      screenedBy: 'OPERATOR',
      appeal: { upheld: true, answer: 'Right.' },
    });
    // The rules would exclude it again, but the operator's verdict has priority.
    await stepTo(t, operator, 'screenCohort', { id: cohort });
    expect(await t.sql(`SELECT screen FROM cohort_entry WHERE id = $1`, [copy!.id])).toEqual([{ screen: 'COUNTED' }]);
    const out = await onEntry(
      'decideScreening',
      'DecideScreeningInput',
      { entryId, count: false, reason: 'On second thought.' },
      operator,
    );
    expect(out.data['decideScreening']!.entry).toMatchObject({
      screen: 'EXCLUDED',
      screenReasons: ['OPERATOR'],
      screenNote: 'On second thought.',
    });
  });

  it('changes its settings until it is frozen, and can be opened again with a reason before reviewing', async () => {
    const changed = await stepTo(t, operator, 'updateCohort', {
      id: cohort,
      settings: { floors: [{ dimension: 'TECHNICAL_CONTENT', value: 1 }] },
    });
    expect(changed.status).toBe('OPEN');
    expect(await stepTo(t, operator, 'freezeCohort', { id: cohort })).toMatchObject({
      status: 'FROZEN',
      registeredCount: 20,
      quota: 4,
    });
    expect(
      await t.sql(`SELECT status, count(*)::int AS n FROM achievement WHERE id = ANY($1) GROUP BY 1`, [results]),
    ).toEqual([{ status: 'UNDER_REVIEW', n: 20 }]);
    const late = await askStep(t, operator, 'updateCohort', { id: cohort, settings: { quotaRate: 0.1 } });
    expect(late.data['updateCohort']).toMatchObject({ __typename: 'CohortNotOpen' });
    expect(
      (await askStep(t, operator, 'unfreezeCohort', { id: cohort, reason: ' ' })).errors![0]!.extensions,
    ).toMatchObject({ field: 'input.reason' });
    expect(await stepTo(t, operator, 'unfreezeCohort', { id: cohort, reason: 'a late batch' })).toMatchObject({
      status: 'OPEN',
      registeredCount: 0,
      quota: 0,
    });
    expect((await kinds('cohort.unfrozen'))[0]!.facts).toMatchObject({
      reasonHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(
      await t.sql(`SELECT status, count(*)::int AS n FROM achievement WHERE id = ANY($1) GROUP BY 1`, [results]),
    ).toEqual([{ status: 'REGISTERED', n: 20 }]);
  });
});

describe('from reviewing to closing', () => {
  it('begins reviewing only with all reviewers assigned', async () => {
    await stepTo(t, operator, 'freezeCohort', { id: cohort });
    expect((await askStep(t, operator, 'startReviewing', { id: cohort })).data['startReviewing']).toMatchObject({
      __typename: 'AssignmentIncomplete',
    });
    await stepTo(t, operator, 'unfreezeCohort', { id: cohort, reason: 'to go the whole way at once' });
  });

  it('puts the proposal on public notice, where everybody sees who is proposed and nobody sees the others', async () => {
    const notice = await toNotice(t, operator, cohort, uuid);
    expect(notice).toMatchObject({ status: 'PUBLIC_NOTICE', quota: 4, admittedCount: 0 });
    expect(notice.cutOff).toBeGreaterThan(2);
    const read = (token?: string) =>
      t.gql<{
        cohort: {
          entries: {
            nodes: Array<{
              rank: number | null;
              title: object | null;
              score: number | null;
              axes: object[] | null;
              proposal: string | null;
            }>;
          };
        };
      }>(
        `query ($id: ID!) { cohort(id: $id) { entries(first: 50, filter: { screens: [COUNTED] }) { nodes { rank title { value } score proposal decisionReason axes { dimension score low high percentile weight comparable } institution { id } } } } }`,
        { id: cohort },
        { token },
      );
    const publicly = (await read()).cohort.entries.nodes;
    expect(
      publicly
        .filter((node) => node.title !== null)
        .map((node) => node.rank)
        .sort(),
    ).toEqual([1, 2, 3, 4]);
    expect(
      publicly
        .filter((node) => node.title === null)
        .every((node) => node.score === null && node.axes === null && node.proposal === null && node.rank === null),
    ).toBe(true);
    const own = (await read(lister.token)).cohort.entries.nodes;
    expect(own.every((node) => node.score !== null && node.axes!.length === 3)).toBe(true);
    expect(
      (await t.gql<{ cohort: { progress: object } }>(COUNTS, { id: cohort }, as(operator))).cohort.progress,
    ).toMatchObject({ submitted: 60, entriesComplete: 20, band: expect.any(Number) as number });
    // The best-written are proposed, as they were scored.
    const proposed = await t.sql<{ achievement_id: string }>(
      `SELECT achievement_id FROM cohort_entry WHERE cohort_id = $1 AND proposal = 'ADMITTED' ORDER BY rank`,
      [uuid],
    );
    expect(proposed.map((row) => row.achievement_id).sort()).toEqual(results.slice(0, 4).sort());
  });

  it('is not closed while the notice runs or an objection waits; an upheld one lets the next move up with a full notice', async () => {
    const close = async () => (await askStep(t, operator, 'closeCohort', { id: cohort })).data['closeCohort']!;
    expect(await close()).toMatchObject({ __typename: 'NoticePeriodRunning' });
    const RAISE = `mutation ($input: RaiseObjectionInput!) { raiseObjection(input: $input) { objection { id reason text outcome by { displayName } } } }`;
    const entryId = entryGid(await entryOf(results[0]!));
    const objector = await s.person({ displayName: 'An objector' });
    const unconfirmed = await s.person({ confirmed: false });
    const raise = (person: SeededPerson | null, entry = entryId) =>
      t.ask<{ raiseObjection: { objection: { id: string } } }>(
        RAISE,
        { input: { entryId: entry, reason: 'NOT_OWNER', text: 'It is ours.' } },
        person ? as(person) : {},
      );
    expect((await raise(null)).errors![0]!.extensions.code).toBe('UNAUTHENTICATED');
    expect((await raise(unconfirmed)).errors![0]!.extensions.reason).toBe('EMAIL_UNCONFIRMED');
    expect((await raise(lister)).errors![0]!.extensions.reason).toBe('OWN_ENTRY');
    expect((await raise(objector, entryGid(await entryOf(results[10]!)))).errors![0]!.extensions.reason).toBe(
      'NOT_PROPOSED',
    );
    const made = await raise(objector);
    expect(made.data.raiseObjection.objection).toMatchObject({
      reason: 'NOT_OWNER',
      outcome: null,
      by: { displayName: 'An objector' },
    });
    expect((await raise(objector)).errors![0]!.extensions.reason).toBe('OBJECTED_BEFORE');
    const objection = made.data.raiseObjection.objection.id;
    const seen = (person: SeededPerson) =>
      t.gql<{ cohort: { objections: { nodes: Array<{ text: string; by: object | null }> } } }>(
        `query ($id: ID!) { cohort(id: $id) { objections { nodes { text by { id } } } } }`,
        { id: cohort },
        as(person),
      );
    expect((await seen(lister)).cohort.objections.nodes).toEqual([{ text: 'It is ours.', by: null }]);
    expect((await seen(rival)).cohort.objections.nodes).toEqual([]);
    expect((await seen(operator)).cohort.objections.nodes[0]!.by).not.toBeNull();

    t.travel(6 * DAY);
    operator = { ...operator, token: await s.logIn(operator) };
    expect(await close()).toMatchObject({ __typename: 'ObjectionsOpen' });
    const ANSWER = `mutation ($input: AnswerObjectionInput!) { answerObjection(input: $input) { objection { outcome answer } } }`;
    const answered = await t.gql<{ answerObjection: unknown }>(
      ANSWER,
      { input: { id: objection, outcome: 'UPHELD', answer: 'So it is.' } },
      as(operator),
    );
    expect(answered.answerObjection).toEqual({ objection: { outcome: 'UPHELD', answer: 'So it is.' } });
    expect((await kinds('objection.answered'))[0]!.facts).toMatchObject({
      outcome: 'UPHELD',
      promoted: await entryOf(results[4]!),
    });
    expect(await close()).toMatchObject({ __typename: 'NoticePeriodRunning' });
    t.travel(5 * DAY + 60_000);
    operator = { ...operator, token: await s.logIn(operator) };
  });

  it('closes with everything at once: decisions, passports, states, order of the pool, ledger', async () => {
    expect(await stepTo(t, operator, 'closeCohort', { id: cohort })).toMatchObject({
      status: 'CLOSED',
      admittedCount: 4,
      registeredCount: 20,
    });
    const admitted = results.slice(1, 5);
    expect(
      await t.sql(`SELECT status, count(*)::int AS n FROM achievement WHERE id = ANY($1) GROUP BY 1 ORDER BY 1`, [
        results,
      ]),
    ).toEqual([
      { status: 'ADMITTED', n: 4 },
      { status: 'CULTIVATING', n: 16 },
    ]);
    const { achievement } = await t.gql<{
      achievement: { score: number; passport: Record<string, unknown> & { axes: Array<Record<string, number>> } };
    }>(
      `query ($id: ID!) { achievement(id: $id) { status score passport { isValid score low high standardError revision evidenceRevision issuedAt expiresAt voidedAt axes { dimension score low high percentile weight reviews comparable standardError } cohort { id } } } }`,
      { id: toGlobalId('Achievement', admitted[0]!) },
    );
    expect(achievement.passport).toMatchObject({ isValid: true, revision: 1, voidedAt: null, cohort: { id: cohort } });
    // The hash covers evidence of every tier, so it is not for the public: that of an empty list would tell of it.
    expect(achievement.passport['evidenceRevision']).toBeNull();
    const judged = await t.sql<{ hash: string }>(
      `SELECT evidence_revision AS hash FROM score_passport WHERE achievement_id = $1`,
      [admitted[0]],
    );
    expect(judged[0]!.hash).toMatch(/^[0-9a-f]{64}$/);
    const hashes = async (token?: string) =>
      (
        await t.gql<{ achievement: { passport: { evidenceRevision: string | null } } }>(
          `query ($id: ID!) { achievement(id: $id) { passport { evidenceRevision } } }`,
          { id: toGlobalId('Achievement', admitted[0]!) },
          { token },
        )
      ).achievement.passport.evidenceRevision;
    expect(await hashes(operator.token)).toBe(judged[0]!.hash);
    expect(await hashes((await s.person()).token)).toBeNull();
    expect(achievement.passport.axes).toHaveLength(3);
    for (const axis of achievement.passport.axes) {
      expect(axis['low']).toBeLessThanOrEqual(axis['score']!);
      expect(axis['high']).toBeGreaterThanOrEqual(axis['score']!);
      expect(axis).toMatchObject({ reviews: 3, comparable: true });
    }
    expect(achievement.score).toBeCloseTo(achievement.passport['score'] as number, 2);
    expect(
      new Date(achievement.passport['expiresAt'] as string).getTime() -
        new Date(achievement.passport['issuedAt'] as string).getTime(),
    ).toBeGreaterThan(364 * DAY);
    const [closed] = await kinds('cohort.closed');
    expect(closed!.facts).toMatchObject({ registered: 20, quota: 4, excluded: [await entryOf(results[0]!)] });
    const ranked = await t.sql<{ id: string; achievement_id: string; combined_score: number }>(
      `SELECT id, achievement_id, combined_score
       FROM cohort_entry
       WHERE cohort_id = $1 AND decision = 'ADMITTED'
       ORDER BY rank`,
      [uuid],
    );
    expect(closed!.facts['admitted']).toEqual(
      ranked.map((row) => ({ entry: row.id, achievement: row.achievement_id, score: row.combined_score })),
    );
    expect((await kinds('entry.decided')).length).toBe(20);
    // An institution may have hundreds of entries: one mail tells of all of them.
    const about = () => mailsTo(t, lister.email).filter(({ text }) => text.includes('/own-entries'));
    await eventually(async () => about().length > 0);
    // Two before it told of the public notice and of the entry that moved up.
    await eventually(async () => about().length >= 3);
    expect(
      about()
        .map(({ subject }) => subject)
        .slice(-1),
    ).toEqual([expect.stringMatching(/4 .*16 /)]);
    const mine = await t.gql<{ achievement: { cohortEntries: Array<Record<string, unknown>> } }>(
      `query ($id: ID!) { achievement(id: $id) { cohortEntries { decision decisionReason rank cohort { id } } } }`,
      { id: toGlobalId('Achievement', results[0]!) },
      as({ ...lister, token: await s.logIn(lister) }),
    );
    expect(mine.achievement.cohortEntries).toEqual([
      {
        decision: 'NOT_ADMITTED',
        decisionReason: 'OBJECTION_UPHELD',
        rank: expect.any(Number) as number,
        cohort: { id: cohort },
      },
    ]);
    await eventually(
      async () =>
        (await t.gql<{ achievementSearch: { totalCount: number } }>(`{ achievementSearch { totalCount } }`))
          .achievementSearch.totalCount === 4,
      30_000,
    );
  });

  it('ranks the pool within an industry of any level, and moves nothing between two closings', async () => {
    const ranking = async (industry?: string, first = 10, after?: string) =>
      (
        await t.gql<{
          poolRanking: {
            totalCount: number;
            pageInfo: { endCursor: string; hasNextPage: boolean };
            nodes: Array<{ rank: number; score: number; achievement: { id: string } }>;
          };
        }>(
          `query ($industry: String, $first: Int, $after: String) { poolRanking(industry: $industry, first: $first, after: $after) { totalCount pageInfo { endCursor hasNextPage } nodes { rank score achievement { id } passport { isValid } } } }`,
          { industry, first, after },
        )
      ).poolRanking;
    const all = await ranking();
    expect(all.nodes.map((node) => node.rank)).toEqual([1, 2, 3, 4]);
    expect(all.nodes.map((node) => node.score)).toEqual(all.nodes.map((node) => node.score).sort((a, b) => b - a));
    for (const code of ['C', '35', '356', '3562'])
      expect((await ranking(code)).nodes.map((node) => node.achievement.id).sort()).toEqual(
        [results[1]!, results[3]!]
          .map((id) => toGlobalId('Achievement', id))
          .slice(0, code === 'C' ? 0 : 2)
          .concat(code === 'C' ? results.slice(1, 5).map((id) => toGlobalId('Achievement', id)) : [])
          .sort(),
      );
    const page = await ranking('C', 3);
    const rest = await ranking('C', 3, page.pageInfo.endCursor);
    expect([...page.nodes, ...rest.nodes].map((node) => node.rank)).toEqual([1, 2, 3, 4]);
    expect((await t.ask(`{ poolRanking(industry: "ZZ") { nodes { rank } } }`)).errors![0]!.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      reason: 'UNKNOWN_CODE',
    });
    // One achievement leaves the pool; the others keep their ranks.
    const gone = fromGlobalId(all.nodes[1]!.achievement.id)!.key;
    await t.sql(`UPDATE achievement SET status = 'RETIRED' WHERE id = $1`, [gone]);
    expect((await ranking()).nodes.map((node) => node.rank)).toEqual([1, 3, 4]);
    await t.sql(`UPDATE achievement SET status = 'ADMITTED' WHERE id = $1`, [gone]);
  });
});

describe('afterwards', () => {
  const passport = async (achievement: string) =>
    (
      await t.gql<{ achievement: { status: string; passport: { isValid: boolean; voidReason: string | null } } }>(
        `query ($id: ID!) { achievement(id: $id) { status passport { isValid voidReason } } }`,
        { id: toGlobalId('Achievement', achievement) },
      )
    ).achievement;
  const edit = async (achievement: string, content: Record<string, unknown>) => {
    const id = toGlobalId('Achievement', achievement);
    const { revision } = (
      await t.sql<{ revision: number }>(`SELECT revision FROM achievement WHERE id = $1`, [achievement])
    )[0]!;
    return t.ask(
      `mutation ($input: UpdateAchievementInput!) { updateAchievement(input: $input) { achievement { revision } } }`,
      { input: { id, revision, content } },
      as({ ...lister, token: await s.logIn(lister) }),
    );
  };

  it('a material change voids the passport, and another edit does not', async () => {
    expect((await edit(results[1]!, { keywords: { zh: ['新词'] } })).errors).toBeUndefined();
    expect(await passport(results[1]!)).toEqual({ status: 'ADMITTED', passport: { isValid: true, voidReason: null } });
    expect((await edit(results[1]!, { trl: 8 })).errors).toBeUndefined();
    expect(await passport(results[1]!)).toEqual({
      status: 'ADMITTED',
      passport: { isValid: false, voidReason: 'MATERIAL_CHANGE' },
    });
    expect((await kinds('passport.voided')).map((record) => record.facts['reason'])).toEqual(['MATERIAL_CHANGE']);
  });

  it('without a passport no score is shown, and an import says beforehand which passports it would void', async () => {
    const score = async (achievement: string) =>
      (
        await t.gql<{ achievement: { score: number | null } }>(`query ($id: ID!) { achievement(id: $id) { score } }`, {
          id: toGlobalId('Achievement', achievement),
        })
      ).achievement.score;
    expect(await score(results[1]!)).toBeNull();
    const before = await score(results[4]!);
    expect(before).toBeGreaterThan(0);
    const importing = { ...lister, token: await s.logIn(lister) };
    const file = { content: `平台编号,技术成熟度\n${toGlobalId('Achievement', results[4]!)},9\n` };
    const dry = await importFile(t, importing, university, file, { dryRun: true });
    expect(dry.counts).toMatchObject({ updated: 1, admittedChanged: 1, passportsVoided: 1 });
    expect(dry.reportRows.nodes.map((row) => [row.severity, row.line, row.code])).toEqual([
      ['INFO', 2, 'ADMITTED_CHANGED'],
      ['INFO', 2, 'PASSPORT_VOIDED'],
    ]);
    expect(await score(results[4]!)).toBe(before);
    const done = await importFile(t, importing, university, file);
    expect(done.counts).toEqual(dry.counts);
    expect(await score(results[4]!)).toBeNull();
    expect(await passport(results[4]!)).toMatchObject({ status: 'ADMITTED', passport: { isValid: false } });
    const stale = await t.sql(
      `SELECT a.id FROM achievement a
       WHERE a.score IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM score_passport p WHERE p.achievement_id = a.id AND p.voided_at IS NULL)`,
    );
    expect(stale).toEqual([]);
  });

  it('what was not admitted is handed in again with its history, and so is what needs a new review', async () => {
    lister = { ...lister, token: await s.logIn(lister) };
    operator = { ...operator, token: await s.logIn(operator) };
    const submit = (achievement: string) =>
      onEntry(
        'submitToCohort',
        'SubmitToCohortInput',
        { achievementId: toGlobalId('Achievement', achievement) },
        lister,
      );
    expect((await submit(results[19]!)).data['submitToCohort']).toMatchObject({
      __typename: 'CohortNotOpen',
      status: null,
    });
    const second = await stepTo(t, operator, 'createCohort', { year: 2026, settings: { noticeDays: 1 } });
    const secondId = fromGlobalId(second.id)!.key;
    expect((await submit(results[19]!)).data['submitToCohort']).toMatchObject({
      entry: { previous: { id: entryGid(await entryOf(results[19]!)) } },
    });
    expect((await submit(results[2]!)).errors![0]!.extensions.reason).toBe('PASSPORT_VALID');
    expect((await submit(results[1]!)).data['submitToCohort']).toMatchObject({ entry: { screen: 'PENDING' } });
    await registered(t, university, 3);
    await t.sql(`UPDATE achievement SET status = 'REGISTERED' WHERE id = ANY($1)`, [results.slice(10, 13)]);
    for (const id of results.slice(10, 13)) await submit(id);
    // The pool entry scores lowest this time, so it leaves the pool.
    await toNotice(t, operator, second.id, secondId, (entry) =>
      entry.achievementId === results[1] ? 2.5 : entry.achievementId === results[19] ? 4.5 : 3.5,
    );
    expect((await edit(results[1]!, { trl: 9 })).errors![0]!.extensions.reason).toBe('UNDER_REVIEW');
    t.travel(2 * DAY);
    operator = { ...operator, token: await s.logIn(operator) };
    // Five handed in, and the copy of the first cohort: its upheld appeal settled the pair.
    expect(await stepTo(t, operator, 'closeCohort', { id: second.id })).toMatchObject({
      registeredCount: 6,
      quota: 1,
      admittedCount: 1,
    });
    expect(
      await t.sql(`SELECT id, status FROM achievement WHERE id = ANY($1) ORDER BY id`, [[results[1], results[19]]]),
    ).toEqual([
      { id: results[1], status: 'CULTIVATING' },
      { id: results[19], status: 'ADMITTED' },
    ]);
    await expect(t.sql(`UPDATE achievement SET status = 'ADMITTED' WHERE id = $1`, [results[1]])).rejects.toThrow(
      'enters the pool only through a cohort',
    );
    const { poolRanking } = await t.gql<{ poolRanking: { nodes: Array<{ achievement: { id: string } }> } }>(
      `{ poolRanking { nodes { achievement { id } } } }`,
    );
    expect(poolRanking.nodes.map((node) => fromGlobalId(node.achievement.id)!.key).sort()).toEqual(
      [...results.slice(2, 4), results[19]!].sort(),
    );
  });

  it('expiry voids passports by itself', async () => {
    t.travel(400 * DAY);
    expect((await passport(results[2]!)).passport).toEqual({ isValid: false, voidReason: null });
    await t.app.dataSource.query(`SELECT graphile_worker.add_job('vetting:expire-passports', '{}')`);
    await eventually(async () => (await passport(results[2]!)).passport.voidReason === 'EXPIRED');
    expect((await passport(results[2]!)).status).toBe('ADMITTED');
  });

  it('a passport ends when evidence that was judged is removed, not when a later file is', async () => {
    const judged = results[19]!;
    const { issued_at: issued } = (
      await t.sql<{ issued_at: Date }>(
        `SELECT issued_at FROM score_passport WHERE achievement_id = $1 AND voided_at IS NULL`,
        [judged],
      )
    )[0]!;
    const file = async (name: string, at: Date) =>
      (
        await t.sql<{ id: string }>(
          `INSERT INTO evidence_file (id, achievement_id, name, media_type, size_bytes, sha256, tier, created_at)
           VALUES (gen_random_uuid(), $1, $2, 'application/pdf', 3, md5($2) || md5($2), 'PUBLIC', $3)
           RETURNING id`,
          [judged, name, at],
        )
      )[0]!.id;
    const remove = async (id: string) =>
      t.gql(
        `mutation ($input: RemoveEvidenceInput!) { removeEvidence(input: $input) { removedId } }`,
        { input: { id: toGlobalId('EvidenceFile', id) } },
        as({ ...lister, token: await s.logIn(lister) }),
      );
    const [before, later] = [
      await file('before.pdf', new Date(issued.getTime() - DAY)),
      await file('later.pdf', new Date(issued.getTime() + 1000)),
    ];
    await remove(later);
    expect(await passport(judged)).toEqual({ status: 'ADMITTED', passport: { isValid: true, voidReason: null } });
    await remove(before);
    expect(await passport(judged)).toEqual({
      status: 'ADMITTED',
      passport: { isValid: false, voidReason: 'MATERIAL_CHANGE' },
    });
  });
});
