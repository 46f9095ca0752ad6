import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, startTestApp, type TestApp } from '../../harness.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../../seed.js';
import {
  as,
  assignmentId,
  cohort,
  deskId,
  ended,
  ledger,
  reviewer,
  scores,
  SUBMIT,
  type SeededCohort,
  type SeededReviewer,
} from '../reviewing-kit.js';

let t: TestApp;
let s: Seed;
let operator: SeededPerson;
let university: SeededOrganisation;
let institute: SeededOrganisation;

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  operator = await s.person({ operator: true });
  university = await s.organisation(await s.person(), { regionCode: '620100' });
  institute = await s.organisation(await s.person());
});
afterAll(() => t.close());

const ASSIGN = `mutation ($input: AssignReviewersInput!) { outcome: assignReviewers(input: $input) { __typename ... on AssignmentRunPayload { run { id status } } ... on CohortNotOpen { status } } }`;
const PAGE = `query ($id: ID!, $filter: AssignmentFilter) { node(id: $id) { ... on Cohort {
  assignmentRun { id status progress phase made unmetCount unmet { panel missing dimensions reasons { reason reviewers } entry { id } } quality }
  assignments(first: 100, filter: $filter) { totalCount nodes { id status panel round dimensions statusReason reviewer { id } entry { id } } }
  conflicts(first: 100) { totalCount nodes { reasons reviewer { id } } }
  reviewProgress { entries assigned submitted overdue declined withdrawn dimensions { dimension entriesAssigned entriesReviewed } } } } }`;
const REPLACE = `mutation ($input: ReplaceAssignmentInput!) { outcome: replaceAssignment(input: $input) { __typename ... on AssignmentPayload { assignment { id status round panel reviewer { id } } } ... on ConflictOfInterest { reasons } ... on CohortNotOpen { status } } }`;
const DECLINE = `mutation ($input: DeclineAssignmentInput!) { outcome: declineAssignment(input: $input) { __typename ... on DeclinedPayload { declinedId } ... on CohortNotOpen { status } } }`;

interface Page {
  node: {
    assignmentRun: {
      id: string;
      status: string;
      progress: number;
      phase: string;
      made: number;
      unmetCount: number;
      unmet: Array<{ panel: number; missing: number; reasons: Array<{ reason: string; reviewers: number }> }>;
      quality: Record<string, { gap: number }>;
    } | null;
    assignments: {
      totalCount: number;
      nodes: Array<{
        id: string;
        status: string;
        panel: number;
        dimensions: string[];
        statusReason: string | null;
        reviewer: { id: string };
        entry: { id: string };
      }>;
    } | null;
    conflicts: { totalCount: number; nodes: Array<{ reasons: string[]; reviewer: { id: string } }> } | null;
    reviewProgress: {
      entries: number;
      assigned: number;
      submitted: number;
      overdue: number;
      declined: number;
      dimensions: Array<{ dimension: string; entriesAssigned: number }>;
    } | null;
  };
}

const dueAt = () => new Date(t.app.clock().getTime() + 20 * 86_400_000).toISOString();
const start = (c: SeededCohort, who: SeededPerson = operator) =>
  t.ask<{ outcome: { __typename: string; run?: { id: string }; status?: string } }>(
    ASSIGN,
    { input: { cohortId: c.id, dueAt: dueAt() } },
    as(who),
  );
const page = async (c: SeededCohort, who: SeededPerson = operator, filter?: object) =>
  (await t.gql<Page>(PAGE, { id: c.id, filter }, as(who))).node;
const active = (c: SeededCohort) =>
  t.sql<{
    id: string;
    entry_id: string;
    reviewer_id: string;
    panel: number;
    dimensions: string[];
    due_at: Date;
    entry_region: string | null;
    reviewer_region: string | null;
  }>(`SELECT * FROM assignment WHERE cohort_id = $1 AND status IN ('ASSIGNED','SUBMITTED') ORDER BY id`, [c.uuid]);

/** Suspends all reviewers, so that each test has only its own. */
const alone = () => t.sql(`UPDATE reviewer SET status = 'SUSPENDED'`);
const team = (count: number, wish: Parameters<typeof reviewer>[1] = {}): Promise<SeededReviewer[]> =>
  Promise.all(Array.from({ length: count }, () => reviewer(t, wish)));

async function assigned(c: SeededCohort) {
  expect((await start(c)).data.outcome.__typename).toBe('AssignmentRunPayload');
  return ended(t, c);
}

describe('assigning a cohort', () => {
  it('fills every panel with independent reviewers, free of conflicts and within their load, and writes it down', async () => {
    await alone();
    const everyone = await team(8);
    const insider = await reviewer(t, { organisation: university });
    const c = await cohort(
      t,
      Array.from({ length: 10 }, () => ({ institution: university })),
      { status: 'FROZEN', load: 5 },
    );
    await assigned(c);
    const rows = await active(c);
    expect(rows).toHaveLength(30);
    for (const entry of c.entries)
      expect(new Set(rows.filter((row) => row.entry_id === entry).map((row) => row.reviewer_id)).size).toBe(3);
    for (const r of everyone)
      expect(rows.filter((row) => row.reviewer_id === r.reviewer).length).toBeLessThanOrEqual(5);
    expect(rows.some((row) => row.reviewer_id === insider.reviewer)).toBe(false);
    const seen = await page(c);
    expect(seen.assignmentRun).toMatchObject({
      status: 'COMPLETED',
      progress: 100,
      phase: 'DONE',
      made: 30,
      unmetCount: 0,
    });
    expect(seen.reviewProgress).toMatchObject({ entries: 10, assigned: 30, submitted: 0, overdue: 0 });
    expect(seen.reviewProgress!.dimensions.map((d) => d.entriesAssigned)).toEqual([10, 10, 10]);
    expect(seen.conflicts).toMatchObject({
      totalCount: 10,
      nodes: expect.arrayContaining([
        { reasons: ['SAME_ORGANISATION'], reviewer: { id: insider.reviewerId } },
      ]) as unknown,
    });
    const made = (await ledger(t, 'assignment.made')).filter((row) => row.facts.cohort === c.uuid);
    expect(made.map((row) => row.subject_id).sort()).toEqual(rows.map((row) => row.id).sort());
    expect(made[0]!.facts).toMatchObject({
      panel: 1,
      round: 0,
      dimensions: ['MARKET_POTENTIAL', 'ECONOMIC_VALUE', 'TECHNICAL_CONTENT'],
      regions: [null, null],
    });
    expect((await ledger(t, 'conflict.found')).at(-1)!.facts).toMatchObject({
      cohort: c.uuid,
      reviewer: insider.reviewer,
    });
  });

  it('shows all of it to operators alone', async () => {
    const c = await cohort(t, [{ institution: university }]);
    for (const who of [await s.person(), await reviewer(t)]) {
      expect(await page(c, who)).toEqual({
        assignmentRun: null,
        assignments: null,
        conflicts: null,
        reviewProgress: null,
      });
      expect((await start(c, who)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
  });

  it('gives peers the technical content, users market and value, and one assignment of all to who judges both', async () => {
    await alone();
    const peers = await team(4, { dimensions: ['TECHNICAL_CONTENT'] });
    const users = await team(3, { dimensions: ['MARKET_POTENTIAL', 'ECONOMIC_VALUE'] });
    const both = await team(1);
    const c = await cohort(
      t,
      Array.from({ length: 6 }, () => ({ institution: university })),
      { status: 'FROZEN' },
    );
    const run = await assigned(c);
    expect(run.unmet).toEqual([]);
    const rows = await active(c);
    const ids = (list: SeededReviewer[]) => list.map((r) => r.reviewer);
    for (const row of rows) {
      if (ids(peers).includes(row.reviewer_id)) expect(row.dimensions).toEqual(['TECHNICAL_CONTENT']);
      if (ids(users).includes(row.reviewer_id)) expect(row.dimensions).toEqual(['MARKET_POTENTIAL', 'ECONOMIC_VALUE']);
    }
    for (const entry of c.entries)
      for (const dimension of ['TECHNICAL_CONTENT', 'ECONOMIC_VALUE'])
        expect(rows.filter((row) => row.entry_id === entry && row.dimensions.includes(dimension)).length).toBe(3);
    expect(ids(both)).toHaveLength(1);
  });

  it('has a share judged by a second, independent panel, the same entries in every run', async () => {
    await alone();
    await team(12);
    const c = await cohort(
      t,
      Array.from({ length: 10 }, () => ({ institution: university })),
      { status: 'FROZEN', doubleShare: 0.2 },
    );
    await assigned(c);
    const rows = await active(c);
    const second = rows.filter((row) => row.panel === 2);
    const doubles = [...new Set(second.map((row) => row.entry_id))];
    expect([doubles.length, second.length, rows.length]).toEqual([2, 6, 36]);
    for (const entry of doubles)
      expect(new Set(rows.filter((row) => row.entry_id === entry).map((row) => row.reviewer_id)).size).toBe(6);
    await assigned(c);
    expect((await active(c)).length).toBe(36);
  });

  it('prefers who knows the subject, by documents', async () => {
    await alone();
    const words = {
      optics: '激光 光纤 频率标准 光谱 腔 相位噪声',
      battery: '电池 电极 电解质 锂 隔膜 循环寿命',
      seed: '小麦 育种 基因 抗病 产量 种质资源',
    };
    const people = Object.fromEntries(
      await Promise.all(Object.entries(words).map(async ([key, statement]) => [key, await team(3, { statement })])),
    ) as Record<string, SeededReviewer[]>;
    const c = await cohort(
      t,
      Object.values(words).flatMap((text) =>
        [0, 1].map(() => ({ institution: university, record: { summary: { zh: text } } })),
      ),
      { status: 'FROZEN' },
    );
    await assigned(c);
    const rows = await active(c);
    Object.keys(words).forEach((key, k) => {
      for (const entry of c.entries.slice(2 * k, 2 * k + 2))
        expect(
          rows
            .filter((row) => row.entry_id === entry)
            .map((row) => row.reviewer_id)
            .sort(),
        ).toEqual(people[key]!.map((r) => r.reviewer).sort());
    });
  });

  it('says what it could not fill, and why', async () => {
    await alone();
    await team(1);
    await reviewer(t, { organisation: university });
    await reviewer(t, { organisation: institute });
    await reviewer(t, { organisation: institute });
    const c = await cohort(t, [{ institution: university }], { status: 'FROZEN' });
    await assigned(c);
    const { assignmentRun } = await page(c);
    expect(assignmentRun).toMatchObject({ made: 2, unmetCount: 1, unmet: [{ panel: 1, missing: 1 }] });
    expect(
      Object.fromEntries(assignmentRun!.unmet[0]!.reasons.map(({ reason, reviewers }) => [reason, reviewers])),
    ).toEqual({ CONFLICT: 1, SAME_ORGANISATION: 1 });
  });

  it('leaves out suspended reviewers and operators, and ends well with nobody at all', async () => {
    await alone();
    await reviewer(t, { person: await s.person({ operator: true }) });
    const c = await cohort(t, [{ institution: university }], { status: 'FROZEN' });
    await assigned(c);
    expect(await active(c)).toEqual([]);
    expect((await page(c)).assignmentRun!.unmetCount).toBeGreaterThan(0);
  });

  it('is one run however often it is asked for', async () => {
    await alone();
    await team(4);
    const c = await cohort(
      t,
      Array.from({ length: 3 }, () => ({ institution: university })),
      { status: 'FROZEN' },
    );
    const replies = await Promise.all(Array.from({ length: 8 }, () => start(c)));
    expect(replies.every((reply) => reply.errors === undefined)).toBe(true);
    await ended(t, c);
    await eventually(
      async () =>
        (await t.sql(`SELECT 1 FROM assignment_run WHERE cohort_id = $1 AND status IN ('QUEUED','RUNNING')`, [c.uuid]))
          .length === 0,
    );
    expect(await active(c)).toHaveLength(9);
  });

  it('needs a cohort that is frozen or under review', async () => {
    const c = await cohort(t, [{ institution: university }]);
    await t.sql(`UPDATE cohort SET status = 'PUBLIC_NOTICE' WHERE id = $1`, [c.uuid]);
    expect((await start(c)).data.outcome).toMatchObject({ __typename: 'CohortNotOpen', status: 'PUBLIC_NOTICE' });
    expect(
      (await t.ask(ASSIGN, { input: { cohortId: c.id, dueAt: '2020-01-01T00:00:00Z' } }, as(operator))).errors?.[0]
        ?.extensions.reason,
    ).toBe('IN_THE_PAST');
  });

  it('starts a run again whose process died', async () => {
    await alone();
    await team(3);
    const c = await cohort(t, [{ institution: university }], { status: 'FROZEN' });
    await t.sql(
      `INSERT INTO assignment_run (id, cohort_id, round, status, due_at, created_at, started_at)
       VALUES (gen_random_uuid(), $1, 0, 'RUNNING', now() + interval '9 days', now(), now())`,
      [c.uuid],
    );
    await t.sql(`SELECT graphile_worker.add_job('kernel:sweep')`);
    expect(await ended(t, c)).toMatchObject({ status: 'COMPLETED', made: 3 });
  });

  it('tells each reviewer once, by mail', async () => {
    await alone();
    const [r] = await team(3);
    const c = await cohort(t, [{ institution: university }, { institution: university }], { status: 'FROZEN' });
    await assigned(c);
    const mine = await eventually(async () => {
      const found = t.logLines
        .map((line) => line.mail as { to: string; text: string } | undefined)
        .filter((mail) => mail?.to === r!.email);
      return found.length > 0 ? found : null;
    });
    expect(mine).toHaveLength(1);
    expect(mine[0]!.text).toContain('2 results');
  });
});

describe('what changes afterwards', () => {
  async function running(reviewers = 5, entries = 2) {
    await alone();
    const people = await team(reviewers);
    const c = await cohort(
      t,
      Array.from({ length: entries }, () => ({ institution: university })),
    );
    await assigned(c);
    const rows = await active(c);
    const personOf = (row: { reviewer_id: string }) => people.find((r) => r.reviewer === row.reviewer_id)!;
    return { people, c, rows, personOf };
  }

  it('fills the slot of a reviewer who declines with somebody else', async () => {
    const { c, rows, personOf } = await running(5, 1);
    const [row] = rows;
    const decline = (who: SeededPerson, reason = 'too busy') =>
      t.ask<{ outcome: { __typename: string } }>(DECLINE, { input: { id: deskId(row!.id), reason } }, as(who));
    expect((await decline(operator)).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    expect((await decline(personOf(row!), ' ')).errors?.[0]?.extensions.field).toBe('input.reason');
    expect((await decline(personOf(row!))).data.outcome.__typename).toBe('DeclinedPayload');
    expect((await decline(personOf(row!))).data.outcome.__typename).toBe('DeclinedPayload');
    const now = await eventually(async () => {
      const list = await active(c);
      return list.length === 3 ? list : null;
    }, 20_000);
    expect(now.map((a) => a.reviewer_id)).not.toContain(row!.reviewer_id);
    const declined = (await ledger(t, 'assignment.declined')).filter((r) => r.facts.cohort === c.uuid);
    expect(declined).toHaveLength(1);
    expect(JSON.stringify(declined)).not.toContain('too busy');
    expect((await page(c, operator, { statuses: ['DECLINED'] })).assignments!.nodes).toMatchObject([
      { statusReason: 'too busy' },
    ]);
  });

  it('withdraws an assignment whose reviewer declares a conflict, by the assignment alone, and replaces it', async () => {
    const { c, rows, personOf } = await running(5, 1);
    const person = personOf(rows[0]!);
    const DECLARE = `mutation ($input: DeclareTieInput!) { declareTie(input: $input) { withdrawnAssignments declaration { id kind relation } } }`;
    const declared = await t.gql<{ declareTie: { withdrawnAssignments: number; declaration: { id: string } } }>(
      DECLARE,
      { input: { kind: 'ACHIEVEMENT', relation: 'CONFLICT', assignmentId: deskId(rows[0]!.id), reason: '前同事' } },
      as(person),
    );
    expect(declared.declareTie).toMatchObject({
      withdrawnAssignments: 1,
      declaration: { kind: 'ACHIEVEMENT', relation: 'CONFLICT' },
    });
    const now = await eventually(async () => {
      const list = await active(c);
      return list.length === 3 ? list : null;
    }, 20_000);
    expect(now.map((a) => a.reviewer_id)).not.toContain(person.reviewer);
    await expect(t.sql(`UPDATE assignment SET status = 'ASSIGNED' WHERE id = $1`, [rows[0]!.id])).rejects.toThrow(
      /conflict of interest/,
    );
    await expect(
      t.sql(`INSERT INTO conflict VALUES ($1, $2, $3, '{DECLARED}')`, [c.uuid, now[0]!.entry_id, now[0]!.reviewer_id]),
    ).rejects.toThrow(/stands on this conflict/);
  });

  it('lets the operator replace one by hand, under the same rules', async () => {
    const { c, rows } = await running(4, 1);
    const insider = await reviewer(t, { organisation: university });
    const peer = await reviewer(t, { dimensions: ['TECHNICAL_CONTENT'] });
    const fresh = await reviewer(t);
    const replace = (by: SeededReviewer, id = rows[0]!.id) =>
      t.ask<{ outcome: { __typename: string; reasons?: string[]; assignment?: { id: string; status: string } } }>(
        REPLACE,
        { input: { id: assignmentId(id), reviewerId: by.reviewerId, reason: 'ill' } },
        as(operator),
      );
    expect((await replace(insider)).data.outcome).toEqual({
      __typename: 'ConflictOfInterest',
      reasons: ['SAME_ORGANISATION'],
    });
    expect((await replace(peer)).errors?.[0]?.extensions.reason).toBe('DIMENSION_NOT_JUDGED');
    expect(
      (await replace({ ...fresh, ...(await reviewer(t, { status: 'SUSPENDED' })) })).errors?.[0]?.extensions.reason,
    ).toBe('REVIEWER_NOT_ACTIVE');
    expect((await active(c)).map((a) => a.id)).toEqual(rows.map((a) => a.id));
    expect((await replace(fresh)).data.outcome).toMatchObject({
      __typename: 'AssignmentPayload',
      assignment: { status: 'ASSIGNED' },
    });
    expect((await replace(fresh)).errors?.[0]?.extensions.reason).toBe('ALREADY_REPLACED');
    const now = await active(c);
    expect(now.map((a) => a.reviewer_id)).toContain(fresh.reviewer);
    expect(now).toHaveLength(3);
    expect((await replace(await reviewer(t), now[0]!.id)).data.outcome.__typename).toBe('AssignmentPayload');
  });

  it('keeps submitted reviews when it fills up again', async () => {
    const { c, rows, personOf } = await running(4, 2);
    await t.gql(
      SUBMIT,
      { input: { assignmentId: deskId(rows[0]!.id), scores: scores(3), confidence: 3 } },
      as(personOf(rows[0]!)),
    );
    await assigned(c);
    expect((await active(c)).map((a) => a.id).sort()).toEqual(rows.map((a) => a.id).sort());
    expect((await page(c)).reviewProgress).toMatchObject({ submitted: 1, assigned: 5 });
  });
});
