import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../src/lib/ids.js';
import { fitCohort, fitCohortInThread, fitInputOf, readCohortReviews } from '../../src/vetting/reviews/reviews.fit.js';
import { reliabilityOfDoubles } from '../../src/vetting/reviews/reviews.reliability.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { ALL, as, cohort, ended, ledger, reviewer, type SeededCohort, type SeededReviewer } from './reviewing-kit.js';

let t: TestApp;
let s: Seed;
let operator: SeededPerson;
let university: SeededOrganisation;

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  operator = await s.person({ operator: true });
  university = await s.organisation(await s.person());
});
afterAll(() => t.close());

const FIT = `mutation ($input: FitCohortInput!) { outcome: fitCohort(input: $input) { __typename ... on FitPayload { fit { id kind inputsHash parameters reliability { dimension entries alpha { value low high } } } } ... on CohortNotOpen { status } } }`;
const PROPOSE = `mutation ($input: ProposeBoundaryRoundInput!) { outcome: proposeBoundaryRound(input: $input) { __typename ... on BoundaryRoundPayload { round { round budget bound stop expectedChanges entryCount reviewCount assignedAt entries(first: 100) { id } } } ... on CohortNotOpen { status } } }`;
const ASSIGN = `mutation ($input: AssignBoundaryRoundInput!) { outcome: assignBoundaryRound(input: $input) { __typename ... on AssignmentRunPayload { run { id round } } ... on CohortNotOpen { status } } }`;
const PAGE = `query ($id: ID!) { node(id: $id) { ... on Cohort { fit { kind } reliability { dimension entries alpha { value } icc { value } } boundaryRounds { round assignedAt } reviewerFigures(first: 100) { totalCount nodes { dimension severity severityStandardError agreement reviews reviewer { id } } } } } }`;

interface FitOutcome {
  outcome: {
    __typename: string;
    status?: string;
    fit?: {
      id: string;
      inputsHash: string;
      parameters: { band: { cut: number; entries: number } };
      reliability: Array<{ entries: number; alpha: { value: number; low: number; high: number } | null }>;
    };
  };
}
interface RoundOutcome {
  outcome: {
    __typename: string;
    status?: string;
    round?: {
      round: number;
      stop: boolean;
      expectedChanges: number;
      entryCount: number;
      reviewCount: number;
      entries: Array<{ id: string }>;
    };
  };
}

const ask = <T>(query: string, input: object, who: SeededPerson = operator) => t.ask<T>(query, { input }, as(who));
const done = <T>(query: string, input: object) => t.gql<T>(query, { input }, as(operator)).then((data) => ({ data }));
const dueAt = () => new Date(t.app.clock().getTime() + 20 * 86_400_000).toISOString();

/** Inserts a submitted review directly into the database. */
async function reviewed(c: SeededCohort, entry: string, r: SeededReviewer, score: number, panel = 1): Promise<void> {
  const id = newId();
  await t.sql(
    `INSERT INTO assignment (id, cohort_id, entry_id, reviewer_id, panel, round, dimensions, status, assigned_at)
     VALUES ($1, $2, $3, $4, $5, 0, $6, 'SUBMITTED', now())`,
    [id, c.uuid, entry, r.reviewer, panel, ALL],
  );
  await t.sql(
    `INSERT INTO review (id, assignment_id, version, status, scores, confidence, updated_at, submitted_at, salt)
     VALUES ($1, $2, 1, 'SUBMITTED', $3, 3, now(), now(), 'x')`,
    [
      newId(),
      id,
      JSON.stringify(
        Object.fromEntries(
          ALL.map((dimension, d) => [dimension, Math.min(5, Math.max(0, Math.round(2 * (score + d * 0.1)) / 2))]),
        ),
      ),
    ],
  );
}

/**
 * Twenty entries of rising quality, each judged by three of eight reviewers, one of whom is severe; some also by a
 * second panel.
 */
async function judged(doubles = 0) {
  await t.sql(`UPDATE reviewer SET status = 'SUSPENDED'`);
  const people = await Promise.all(Array.from({ length: 8 }, () => reviewer(t)));
  const c = await cohort(
    t,
    Array.from({ length: 20 }, () => ({ institution: university })),
    { load: 30 },
  );
  for (const [i, entry] of c.entries.entries()) {
    for (let k = 0; k < 3; k += 1) {
      const j = (i * 3 + k) % 8;
      await reviewed(
        c,
        entry,
        people[j]!,
        1 + (3 * i) / 19 - (j === 0 ? 0.9 : 0) + Math.sin(7 * i + 13 * k * k + i * k),
      );
    }
    if (i < doubles)
      for (let k = 3; k < 6; k += 1)
        await reviewed(c, entry, people[(i * 3 + k) % 8]!, 1 + (3 * i) / 19 + Math.cos(5 * i + 3 * k * k), 2);
  }
  return { c, people };
}

describe('a member of a second panel', () => {
  it('does not learn of it from the export of personal data before the cohort is closed', async () => {
    const { c, people } = await judged(1);
    const seats = async () => {
      const { exportMyData } = await t.gql<{
        exportMyData: { reviewerSeats: Array<{ cohort_id: string; panel: number | null; round: number | null }> };
      }>(`{ exportMyData }`, {}, as(people[3]!));
      return exportMyData.reviewerSeats
        .filter((seat) => seat.cohort_id === c.uuid)
        .map(({ panel, round }) => ({ panel, round }));
    };
    const open = await seats();
    expect(open.length).toBeGreaterThan(1);
    expect(open.every(({ panel, round }) => panel === null && round === null)).toBe(true);
    const panels = await t.sql<{ panel: number }>(
      `SELECT panel FROM assignment WHERE cohort_id = $1 AND reviewer_id = $2`,
      [c.uuid, people[3]!.reviewer],
    );
    expect(new Set(panels.map(({ panel }) => panel))).toEqual(new Set([1, 2]));
    for (const status of ['PUBLIC_NOTICE', 'CLOSED'])
      await t.sql(`UPDATE cohort SET status = $2 WHERE id = $1`, [c.uuid, status]);
    expect(new Set((await seats()).map(({ panel }) => panel))).toEqual(new Set([1, 2]));
  });
});

describe('the interim fit', () => {
  it('gives operators severity, agreement and the reliability of the doubles, once per state of the reviews', async () => {
    const { c, people } = await judged(10);
    const first = await ask<FitOutcome>(FIT, { cohortId: c.id });
    const fit = first.data.outcome.fit!;
    expect(fit.reliability.map((r) => r.entries)).toEqual([10, 10, 10]);
    for (const { alpha } of fit.reliability) {
      expect(alpha!.value).toBeGreaterThan(0.5);
      expect(alpha!.low).toBeLessThanOrEqual(alpha!.value);
      expect(alpha!.high).toBeGreaterThanOrEqual(alpha!.value);
    }
    expect((await done<FitOutcome>(FIT, { cohortId: c.id })).data.outcome.fit!.id).toBe(fit.id);
    const { node } = await t.gql<{
      node: {
        fit: { kind: string };
        reliability: unknown[];
        reviewerFigures: {
          totalCount: number;
          nodes: Array<{ dimension: string; severity: number; agreement: number; reviewer: { id: string } }>;
        };
      };
    }>(PAGE, { id: c.id }, as(operator));
    expect(node).toMatchObject({ fit: { kind: 'INTERIM' }, reviewerFigures: { totalCount: 24 } });
    const technical = node.reviewerFigures.nodes.filter((figure) => figure.dimension === 'TECHNICAL_CONTENT');
    expect([...technical].sort((a, b) => a.severity - b.severity)[0]!.reviewer.id).toBe(people[0]!.reviewerId);
    expect(technical.every((figure) => figure.agreement > -1 && figure.agreement <= 1)).toBe(true);
    expect(technical.reduce((sum, figure) => sum + figure.agreement, 0) / technical.length).toBeGreaterThan(0.5);
    expect((await ledger(t, 'fit.made')).filter((row) => row.facts.cohort === c.uuid)).toMatchObject([
      { facts: { kind: 'INTERIM', inputsHash: fit.inputsHash } },
    ]);
    await reviewed(c, c.entries[0]!, people[7]!, 2);
    expect((await done<FitOutcome>(FIT, { cohortId: c.id })).data.outcome.fit!.inputsHash).not.toBe(fit.inputsHash);
  });

  it('gives a reviewer’s export its severity once the cohort is closed, as the API does', async () => {
    const { c, people } = await judged();
    await done<FitOutcome>(FIT, { cohortId: c.id });
    const figures = async () => {
      const { exportMyData } = await t.gql<{
        exportMyData: { reviewerFigures: Array<{ cohort_id: string; severity: number }> };
      }>(`{ exportMyData }`, {}, as(people[0]!));
      return exportMyData.reviewerFigures.filter((figure) => figure.cohort_id === c.uuid);
    };
    expect(await figures()).toEqual([]);
    await t.sql(`UPDATE cohort SET status = 'PUBLIC_NOTICE' WHERE id = $1`, [c.uuid]);
    expect(await figures()).toEqual([]);
    await t.sql(`UPDATE cohort SET status = 'CLOSED' WHERE id = $1`, [c.uuid]);
    expect((await figures()).map(({ severity }) => typeof severity)).toEqual(['number', 'number', 'number']);
  });

  it('stays with operators, and needs reviews and a cohort under review', async () => {
    const { c, people } = await judged();
    await ask(FIT, { cohortId: c.id });
    for (const who of [people[0]!, await s.person()]) {
      expect((await ask(FIT, { cohortId: c.id }, who)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
      expect((await t.gql<{ node: unknown }>(PAGE, { id: c.id }, as(who))).node).toEqual({
        fit: null,
        reliability: null,
        boundaryRounds: null,
        reviewerFigures: null,
      });
    }
    const empty = await cohort(t, [{ institution: university }]);
    expect((await ask(FIT, { cohortId: empty.id })).errors?.[0]?.extensions.reason).toBe('NO_REVIEWS');
    await t.sql(`UPDATE cohort SET status = 'PUBLIC_NOTICE' WHERE id = $1`, [c.uuid]);
    expect((await done<FitOutcome>(FIT, { cohortId: c.id })).data.outcome).toMatchObject({
      __typename: 'CohortNotOpen',
      status: 'PUBLIC_NOTICE',
    });
  });

  it('depends on what stands: the newest version counts, withdrawn reviews do not, order does not matter', async () => {
    const { c } = await judged(3);
    const db = t.app.dataSource.manager;
    const before = await readCohortReviews(db, c.uuid);
    expect(before.reviews).toHaveLength(69);
    expect(fitCohort({ entries: [...before.entries].reverse(), reviews: [...before.reviews].reverse() })).toEqual(
      fitCohort(before),
    );
    expect(await fitCohortInThread(before)).toEqual(fitCohort(before));
    expect(reliabilityOfDoubles({ ...before, reviews: [...before.reviews].reverse() })).toEqual(
      reliabilityOfDoubles(before),
    );
    const [one] = await t.sql<{ id: string; assignment_id: string; entry_id: string; reviewer_id: string }>(
      `SELECT r.id, r.assignment_id, a.entry_id, a.reviewer_id
       FROM review r
       JOIN assignment a ON a.id = r.assignment_id
       WHERE a.cohort_id = $1
       ORDER BY r.id
       LIMIT 1`,
      [c.uuid],
    );
    await t.sql(
      `INSERT INTO review (
         id, assignment_id, version, status, scores, confidence, correction_reason, updated_at, submitted_at
       )
       VALUES (
         $1, $2, 2, 'SUBMITTED', '{"MARKET_POTENTIAL":5,"ECONOMIC_VALUE":5,"TECHNICAL_CONTENT":5}', 3, 'x', now(),
         now()
       )`,
      [newId(), one!.assignment_id],
    );
    const corrected = fitInputOf(await readCohortReviews(db, c.uuid), 'TECHNICAL_CONTENT').reviews;
    expect(
      corrected.find((review) => review.entry === one!.entry_id && review.reviewer === one!.reviewer_id)!.score,
    ).toBe(5);
    expect(corrected).toHaveLength(69);
    await t.sql(`UPDATE assignment SET status = 'WITHDRAWN' WHERE id = $1`, [one!.assignment_id]);
    expect((await readCohortReviews(db, c.uuid)).reviews).toHaveLength(68);
  });
});

describe('boundary rounds', () => {
  it('ask for reviews at the cut alone, and assign them under the same rules', async () => {
    const { c, people } = await judged();
    const insider = await reviewer(t, { organisation: university });
    const extra = await Promise.all([reviewer(t), reviewer(t)]);
    const proposed = (await done<RoundOutcome>(PROPOSE, { cohortId: c.id, budget: 5, bound: 0.05 })).data.outcome
      .round!;
    expect(proposed).toMatchObject({ round: 1, stop: false });
    expect(proposed.entryCount).toBeGreaterThan(0);
    expect(proposed.entryCount).toBeLessThanOrEqual(5);
    const uuids = proposed.entries.map((entry) => Buffer.from(entry.id, 'base64url').toString().split(':')[1]!);
    // Four of twenty are admitted, so the cut lies among the best third; the worst ten are nowhere near.
    for (const entry of uuids) expect(c.entries.indexOf(entry)).toBeGreaterThanOrEqual(10);
    expect((await ledger(t, 'boundary.proposed')).at(-1)!.facts).toMatchObject({
      cohort: c.uuid,
      round: 1,
      budget: 5,
      bound: 0.05,
    });
    const asked = (await ledger(t, 'boundary.proposed')).at(-1)!.facts['entries'] as Array<{
      entry: string;
      reviews: number;
    }>;
    expect(asked.map(({ entry }) => entry)).toEqual(uuids);
    expect(asked.reduce((sum, { reviews }) => sum + reviews, 0)).toBe(proposed.reviewCount);
    expect(proposed.reviewCount).toBe(5);

    expect(
      (await ask<{ outcome: { __typename: string } }>(ASSIGN, { cohortId: c.id, round: 1, dueAt: dueAt() })).data
        .outcome.__typename,
    ).toBe('AssignmentRunPayload');
    await ended(t, c);
    const made = await t.sql<{ entry_id: string; reviewer_id: string; round: number; panel: number }>(
      `SELECT entry_id, reviewer_id, round, panel FROM assignment WHERE cohort_id = $1 AND status = 'ASSIGNED'`,
      [c.uuid],
    );
    expect(made.map((row) => row.entry_id).sort()).toEqual(
      asked.flatMap(({ entry, reviews }) => Array<string>(reviews).fill(entry)).sort(),
    );
    expect(made.every((row) => row.round === 1 && row.panel === 1 && row.reviewer_id !== insider.reviewer)).toBe(true);
    const able = new Set([...people, ...extra].map((r) => r.reviewer));
    expect(made.every((row) => able.has(row.reviewer_id))).toBe(true);
    expect((await ask(ASSIGN, { cohortId: c.id, round: 1, dueAt: dueAt() })).errors?.[0]?.extensions.reason).toBe(
      'ROUND_ASSIGNED',
    );
    expect((await ask(ASSIGN, { cohortId: c.id, round: 7, dueAt: dueAt() })).errors?.[0]?.extensions.code).toBe(
      'NOT_FOUND',
    );
    const page = await t.gql<{ node: { boundaryRounds: Array<{ round: number; assignedAt: string | null }> } }>(
      PAGE,
      { id: c.id },
      as(operator),
    );
    expect(page.node.boundaryRounds).toMatchObject([{ round: 1, assignedAt: expect.any(String) as string }]);
    expect((await done<RoundOutcome>(PROPOSE, { cohortId: c.id, budget: 5, bound: 0 })).data.outcome.round!.round).toBe(
      2,
    );
    expect((await done<RoundOutcome>(PROPOSE, { cohortId: c.id, budget: 4, bound: 0 })).data.outcome.round!.round).toBe(
      2,
    );
  });

  it('do not ask again for what is out already', async () => {
    const { c } = await judged();
    await Promise.all([reviewer(t), reviewer(t)]);
    const propose = () => done<RoundOutcome>(PROPOSE, { cohortId: c.id, budget: 6, bound: 0 });
    const first = (await propose()).data.outcome.round!;
    await ask(ASSIGN, { cohortId: c.id, round: 1, dueAt: dueAt() });
    await ended(t, c);
    const out = await t.sql<{ entry_id: string; n: number }>(
      `SELECT entry_id, count(*)::int AS n FROM assignment WHERE cohort_id = $1 AND status = 'ASSIGNED' GROUP BY 1`,
      [c.uuid],
    );
    expect(out.reduce((sum, { n }) => sum + n, 0)).toBe(first.reviewCount);
    await propose();
    const wished = (await ledger(t, 'boundary.proposed')).at(-1)!.facts['entries'] as Array<{
      entry: string;
      reviews: number;
    }>;
    // No entry has more than three seats of rounds at once.
    for (const { entry, reviews } of wished)
      expect(reviews + (out.find((row) => row.entry_id === entry)?.n ?? 0)).toBeLessThanOrEqual(3);
    expect(wished.map(({ entry }) => entry)).not.toEqual(out.map((row) => row.entry_id));
  });

  it('leave the published reliability alone, and a cohort published with them says what was wrong', async () => {
    const { c } = await judged(10);
    const db = t.app.dataSource.manager;
    const before = reliabilityOfDoubles(await readCohortReviews(db, c.uuid));
    // Extra reviews of the first panel, far from what the panel found.
    for (const entry of c.entries.slice(0, 10)) {
      const extra = await reviewer(t);
      await reviewed(c, entry, extra, 5);
      await t.sql(`UPDATE assignment SET round = 1 WHERE entry_id = $1 AND reviewer_id = $2`, [entry, extra.reviewer]);
    }
    const after = await readCohortReviews(db, c.uuid);
    expect(reliabilityOfDoubles(after)).toEqual(before);
    const mixed = reliabilityOfDoubles({ ...after, reviews: after.reviews.map((one) => ({ ...one, round: 0 })) });
    expect(mixed.TECHNICAL_CONTENT.alpha).not.toEqual(before.TECHNICAL_CONTENT.alpha);
    await t.sql(
      `INSERT INTO fit (id, cohort_id, kind, inputs_hash, parameters, reliability, at)
       VALUES ($1, $2, 'FINAL', 'h', '{}', $3, now())`,
      [newId(), c.uuid, JSON.stringify(mixed)],
    );
    await t.sql(`UPDATE cohort SET status = 'PUBLIC_NOTICE' WHERE id = $1`, [c.uuid]);
    const { cohort: seen } = await t.gql<{
      cohort: { reliability: Array<{ alpha: { value: number }; formerAlpha: { value: number } | null }> };
    }>(`query ($id: ID!) { cohort(id: $id) { reliability { alpha { value } formerAlpha { value } } } }`, { id: c.id });
    expect(seen.reliability[2]).toEqual({
      alpha: { value: before.TECHNICAL_CONTENT.alpha!.value },
      formerAlpha: { value: mixed.TECHNICAL_CONTENT.alpha!.value },
    });
  });

  it('stop where fewer decisions than the stated bound are expected to change', async () => {
    const { c } = await judged();
    expect(
      (await done<RoundOutcome>(PROPOSE, { cohortId: c.id, budget: 50, bound: 15 })).data.outcome.round,
    ).toMatchObject({ stop: true, entryCount: 0 });
    expect((await ask(ASSIGN, { cohortId: c.id, round: 1, dueAt: dueAt() })).errors?.[0]?.extensions.reason).toBe(
      'ROUND_NOT_WORTH',
    );
    for (const wrong of [
      { budget: 0, bound: 1 },
      { budget: 5, bound: -1 },
    ])
      expect((await ask(PROPOSE, { cohortId: c.id, ...wrong })).errors?.[0]?.extensions.reason).toBe('OUT_OF_RANGE');
    expect(
      (await ask(PROPOSE, { cohortId: c.id, budget: 5, bound: 1 }, await s.person())).errors?.[0]?.extensions.code,
    ).toBe('FORBIDDEN');
  });
});

describe('after the closing', () => {
  it('a reviewer sees the own severity and agreement, and operators the record beside what came of it', async () => {
    const { c, people } = await judged();
    const me = people[0]!;
    const fitId = newId();
    const OWN = `query ($id: ID!) { node(id: $id) { ... on Reviewer { figures { dimension severity reviews } } } }`;
    const RECORD = `query ($id: ID!) { node(id: $id) { ... on Reviewer { record(first: 500) { score dimension calibratedScore decision entry { id } } } } }`;
    await t.sql(
      `INSERT INTO fit (id, cohort_id, kind, inputs_hash, parameters, reliability, at)
       VALUES ($1, $2, 'FINAL', 'h', '{}', $3, now())`,
      [fitId, c.uuid, JSON.stringify(reliabilityOfDoubles(await readCohortReviews(t.app.dataSource.manager, c.uuid)))],
    );
    await t.sql(`INSERT INTO reviewer_figure VALUES ($1, $2, 'TECHNICAL_CONTENT', -0.8, 0.1, 0.9, 8)`, [
      fitId,
      me.reviewer,
    ]);
    await t.sql(`INSERT INTO assessment VALUES ($1, 'TECHNICAL_CONTENT', $2, 2.5, 0.2, 3, true, 50)`, [
      c.entries[0],
      fitId,
    ]);
    expect(await t.gql(OWN, { id: me.reviewerId }, as(me))).toEqual({ node: { figures: [] } });
    expect(await t.gql(RECORD, { id: me.reviewerId }, as(operator))).toEqual({ node: { record: [] } });
    expect((await t.gql<{ node: { reliability: unknown } }>(PAGE, { id: c.id }, as(me))).node.reliability).toBeNull();
    await t.sql(`UPDATE cohort SET status = 'PUBLIC_NOTICE' WHERE id = $1`, [c.uuid]);
    expect((await t.gql<{ node: { reliability: unknown[] } }>(PAGE, { id: c.id })).node.reliability).toHaveLength(3);
    await t.sql(`UPDATE cohort SET status = 'CLOSED', closed_at = now() WHERE id = $1`, [c.uuid]);
    expect(await t.gql(OWN, { id: me.reviewerId }, as(me))).toEqual({
      node: { figures: [{ dimension: 'TECHNICAL_CONTENT', severity: -0.8, reviews: 8 }] },
    });
    const record = (
      await t.gql<{ node: { record: Array<{ dimension: string; calibratedScore: number | null }> } }>(
        RECORD,
        { id: me.reviewerId },
        as(operator),
      )
    ).node.record;
    const [{ n }] = (await t.sql<{ n: number }>(`SELECT count(*)::int AS n FROM assignment WHERE reviewer_id = $1`, [
      me.reviewer,
    ])) as [{ n: number }];
    expect(record).toHaveLength(3 * n);
    expect(record.filter((row) => row.calibratedScore !== null).length).toBeLessThanOrEqual(1);
    expect((await t.ask(RECORD, { id: me.reviewerId }, as(me))).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});
