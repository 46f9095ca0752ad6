import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId, toGlobalId } from '../../src/lib/ids.js';
import { rationaleHash } from '../../src/vetting/reviews/reviews.rules.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import {
  ALL,
  as,
  assign,
  cohort,
  CORRECT,
  deskId,
  DRAFT,
  ledger,
  reviewer,
  scores,
  SUBMIT,
  type Outcome,
  type SeededCohort,
  type SeededReviewer,
} from './reviewing-kit.js';

let t: TestApp;
let s: Seed;
let owner: SeededPerson;
let operator: SeededPerson;
let university: SeededOrganisation;

beforeAll(async () => {
  t = await startTestApp({ worker: false });
  s = seed(t);
  owner = await s.person();
  operator = await s.person({ operator: true });
  university = await s.organisation(owner, { name: '陇原大学' });
});
afterAll(() => t.close());

const DESK = `query ($filter: DeskFilter, $first: Int, $after: String) { reviewerDesk { openCount overdueCount nextDueAt reviewer { id } assignments(first: $first, after: $after, filter: $filter) {
  totalCount pageInfo { hasNextPage endCursor } nodes { id status dueAt dimensions viewerCanReview viewerCanCorrect
    draft { version scores { dimension score rationale } } submitted { version }
    achievement { blind title { zh } summary { zh en } abstract { zh } technicalDetail { zh } confidentialDetail { zh } keywords { zh } institution { value } inventors { value } ipRights { type number } evidence { name path } industries { code } } } } } }`;

interface Desk {
  reviewerDesk: {
    openCount: number;
    overdueCount: number;
    nextDueAt: string | null;
    assignments: {
      totalCount: number;
      pageInfo: { hasNextPage: boolean; endCursor: string };
      nodes: Array<{
        id: string;
        status: string;
        draft: { version: number } | null;
        submitted: Array<{ version: number }>;
        viewerCanReview: boolean;
        viewerCanCorrect: boolean;
        achievement: Record<string, unknown> & { evidence: Array<{ name: string; path: string }> };
      }>;
    };
  } | null;
}

const record = {
  title: { zh: '陇原大学的新型电池', en: 'A new battery' },
  summary: { zh: '王小明团队研制', en: 'By Wang Xiaoming of 陇原大学' },
  abstract: { zh: '专利 ZL201910123456.7 已授权' },
  technicalDetail: { zh: '细节：王小明' },
  confidentialDetail: { zh: '保密：配方甲' },
  keywords: { zh: ['电池', '陇原大学'], en: [] },
  inventors: [{ name: { zh: '王小明', en: 'Wang Xiaoming' }, orcid: null }],
  ipRights: [{ type: 'INVENTION_PATENT' as const, number: 'ZL201910123456.7', status: 'GRANTED' as const }],
  regionCode: '620100',
};

async function evidence(achievement: string, name: string, tier: string): Promise<string> {
  const id = newId();
  await t.sql(
    `INSERT INTO evidence_file (id, achievement_id, name, media_type, size_bytes, sha256, tier, created_at)
     VALUES ($1, $2, $3, 'application/pdf', 5, $4, $5, now())`,
    [id, achievement, name, id, tier],
  );
  await t.sql(`INSERT INTO evidence_blob (evidence_id, bytes) VALUES ($1, 'hello')`, [id]);
  return id;
}

const fetchFile = (path: string, person?: SeededPerson) =>
  fetch(`${t.url}${path}`, { headers: person ? { authorization: `Bearer ${person.token}` } : {} });

async function oneAssignment(
  wish: Parameters<typeof cohort>[2] = {},
): Promise<{ c: SeededCohort; r: SeededReviewer; id: string }> {
  const c = await cohort(t, [{ institution: university, record }], wish);
  const r = await reviewer(t);
  return { c, r, id: await assign(t, c, c.entries[0]!, r) };
}

const submit = (person: SeededPerson, id: string, more: Record<string, unknown> = {}) =>
  t.gql<Outcome>(SUBMIT, { input: { assignmentId: deskId(id), ...more } }, as(person)).then((data) => data.outcome);
const good = { scores: scores(3.5), confidence: 4 };

describe('the desk', () => {
  it('shows the frozen record without names, numbers and region where reviewing is blind, all tiers included', async () => {
    const { c, r } = await oneAssignment();
    await evidence(c.achievements[0]!, '陇原大学检测报告.pdf', 'NDA');
    const { reviewerDesk } = await t.gql<Desk>(DESK, {}, as(r));
    const [node] = reviewerDesk!.assignments.nodes;
    expect(node!.achievement).toMatchObject({
      blind: true,
      title: { zh: '〇〇的新型电池' },
      summary: { zh: '〇〇团队研制', en: 'By [inventor] of 〇〇' },
      technicalDetail: { zh: '细节：〇〇' },
      confidentialDetail: { zh: '保密：配方甲' },
      keywords: { zh: ['电池', '〇〇'] },
      institution: null,
      inventors: [],
      ipRights: [{ type: 'INVENTION_PATENT', number: null }],
      evidence: [{ name: 'evidence-1.pdf' }],
      industries: [{ code: '39' }],
    });
    for (const trace of ['陇原', '王小明', 'Wang', '201910123456', '620100'])
      expect(JSON.stringify(node!.achievement)).not.toContain(trace);
    expect(reviewerDesk).toMatchObject({ openCount: 1, overdueCount: 0, assignments: { totalCount: 1 } });
  });

  it('shows names where reviewing is open', async () => {
    const { r } = await oneAssignment({ blind: false });
    const { reviewerDesk } = await t.gql<Desk>(DESK, {}, as(r));
    expect(reviewerDesk!.assignments.nodes[0]!.achievement).toMatchObject({
      blind: false,
      title: { zh: '陇原大学的新型电池' },
      institution: { value: '陇原大学' },
      inventors: [{ value: '王小明' }],
      ipRights: [{ number: 'ZL201910123456.7' }],
    });
  });

  it('is null for who is no reviewer, and asks for a log-in', async () => {
    expect((await t.gql<Desk>(DESK, {}, as(owner))).reviewerDesk).toBeNull();
    expect((await t.ask(DESK)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  it('pages by date, in as many statements for ten as for two', async () => {
    const c = await cohort(
      t,
      Array.from({ length: 10 }, () => ({ institution: university })),
      {},
    );
    const r = await reviewer(t);
    const base = t.app.clock().getTime();
    for (const [i, entry] of c.entries.entries())
      await assign(t, c, entry, r, { dueAt: new Date(base + (10 - i) * 86_400_000) });
    const counted = async (first: number) => {
      t.statements.length = 0;
      const { reviewerDesk } = await t.gql<Desk>(DESK, { first }, as(r));
      return { statements: t.statements.length, page: reviewerDesk!.assignments };
    };
    const two = await counted(2);
    const ten = await counted(10);
    expect(ten.statements).toBe(two.statements);
    expect(ten.page.nodes.map((node) => node.id)).toHaveLength(10);
    expect(ten.page.nodes.slice(0, 2).map((node) => node.id)).toEqual(two.page.nodes.map((node) => node.id));
    const rest = (await t.gql<Desk>(DESK, { first: 8, after: two.page.pageInfo.endCursor }, as(r))).reviewerDesk!
      .assignments;
    expect([...two.page.nodes, ...rest.nodes].map((node) => node.id)).toEqual(ten.page.nodes.map((node) => node.id));
    expect(rest.pageInfo.hasNextPage).toBe(false);
  });

  it('opens evidence of every tier for the assigned reviewer while under review, under a neutral name, and for nobody else', async () => {
    const { c, r, id } = await oneAssignment();
    const file = await evidence(c.achievements[0]!, '陇原大学检测报告.pdf', 'NDA');
    const path = `/evidence/${toGlobalId('EvidenceFile', file)}`;
    const reply = await fetchFile(path, r);
    expect([reply.status, await reply.text()]).toEqual([200, 'hello']);
    expect(decodeURIComponent(reply.headers.get('content-disposition')!)).toContain('evidence-1.pdf');
    expect(decodeURIComponent(reply.headers.get('content-disposition')!)).not.toContain('陇原');
    expect((await fetchFile(path)).status).toBe(404);
    expect((await fetchFile(path, await reviewer(t))).status).toBe(404);
    expect((await fetchFile(path, owner)).headers.get('content-disposition')).toContain(
      encodeURIComponent('陇原大学检测报告'),
    );
    await t.sql(`UPDATE assignment SET status = 'DECLINED' WHERE id = $1`, [id]);
    expect((await fetchFile(path, r)).status).toBe(404);
    await t.sql(`UPDATE assignment SET status = 'ASSIGNED' WHERE id = $1`, [id]);
    await t.sql(`UPDATE cohort SET status = 'PUBLIC_NOTICE' WHERE id = $1`, [c.uuid]);
    expect((await fetchFile(path, r)).status).toBe(404);
    expect((await t.gql<Desk>(DESK, {}, as(r))).reviewerDesk!.assignments.nodes[0]!.achievement.evidence).toEqual([]);
  });

  it('gives anchors in words for every half point of every dimension, in both languages, all different', async () => {
    const { scoreAnchors } = await t.gql<{
      scoreAnchors: Array<{ dimension: string; score: number; words: { zh: string; en: string } }>;
    }>(`{ scoreAnchors { dimension score words { zh en } } }`);
    expect(scoreAnchors).toHaveLength(33);
    expect(new Set(scoreAnchors.map((anchor) => `${anchor.dimension} ${anchor.score}`)).size).toBe(33);
    expect(new Set(scoreAnchors.map((anchor) => anchor.words.zh)).size).toBe(33);
    expect(new Set(scoreAnchors.map((anchor) => anchor.words.en)).size).toBe(33);
  });
});

describe('a review', () => {
  it('is saved as a draft that may be incomplete but not wrong, and that its reviewer alone reads', async () => {
    const { r, id } = await oneAssignment();
    const save = (input: Record<string, unknown>) =>
      t.ask<Outcome>(DRAFT, { input: { assignmentId: deskId(id), ...input } }, as(r));
    const first = await save({ scores: [{ dimension: 'TECHNICAL_CONTENT', score: 4 }] });
    expect(first.data.outcome.review).toMatchObject({ version: 1, status: 'DRAFT', confidence: null });
    const again = await save({ scores: [{ dimension: 'TECHNICAL_CONTENT', score: 4.5 }], confidence: 3 });
    expect(again.data.outcome.review).toMatchObject({ id: first.data.outcome.review!.id, confidence: 3 });
    for (const wrong of [4.25, -0.5, 5.5])
      expect(
        (await save({ scores: [{ dimension: 'TECHNICAL_CONTENT', score: wrong }] })).errors?.[0]?.extensions,
      ).toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.scores[0].score' });
    expect((await save({ scores: [], confidence: 6 })).errors?.[0]?.extensions.reason).toBe('OUT_OF_RANGE');
    expect((await save({ scores: [], gapCodes: ['NO_SUCH_CODE_X'] })).errors?.[0]?.extensions.reason).toBe(
      'UNKNOWN_CODE',
    );
    const node = `query ($id: ID!) { node(id: $id) { id } }`;
    const reviewId = first.data.outcome.review!.id;
    for (const who of [owner, operator, await reviewer(t)]) {
      expect((await t.gql<{ node: unknown }>(node, { id: reviewId }, as(who))).node).toBeNull();
      expect((await t.gql<{ node: unknown }>(node, { id: deskId(id) }, as(who))).node).toBeNull();
      expect(
        (await t.ask(SUBMIT, { input: { assignmentId: deskId(id), ...good } }, as(who))).errors?.[0]?.extensions.code,
      ).toMatch(/NOT_FOUND|FORBIDDEN/);
    }
    expect((await t.gql<{ node: unknown }>(node, { id: reviewId }, as(r))).node).toEqual({ id: reviewId });
  });

  it('takes only the dimensions that the assignment asks for', async () => {
    const c = await cohort(t, [{ institution: university }]);
    const r = await reviewer(t, { dimensions: ['TECHNICAL_CONTENT'] });
    const id = await assign(t, c, c.entries[0]!, r, { dimensions: ['TECHNICAL_CONTENT'] });
    expect(
      (await t.ask(SUBMIT, { input: { assignmentId: deskId(id), ...good } }, as(r))).errors?.[0]?.extensions,
    ).toMatchObject({ reason: 'NOT_ASSIGNED' });
    expect(
      await submit(r, id, { scores: [{ dimension: 'TECHNICAL_CONTENT', score: 3 }], confidence: 3 }),
    ).toMatchObject({ review: { status: 'SUBMITTED' } });
  });

  it('lists what it lacks: scores, the confidence, and the rationale at the ends of the scale', async () => {
    const { r, id } = await oneAssignment();
    expect(await submit(r, id)).toMatchObject({
      __typename: 'ReviewIncomplete',
      missing: [...ALL.map((dimension) => ({ dimension, part: 'SCORE' })), { dimension: null, part: 'CONFIDENCE' }],
    });
    for (const end of [0, 0.5, 4.5, 5])
      expect(await submit(r, id, { scores: scores(end), confidence: 3 })).toMatchObject({
        missing: ALL.map((dimension) => ({ dimension, part: 'RATIONALE' })),
      });
    for (const middle of [1, 4])
      expect(
        (await submit(r, id, { scores: [{ dimension: 'MARKET_POTENTIAL', score: middle }], confidence: 3 })).missing,
      ).toHaveLength(2);
    expect(await submit(r, id, { scores: scores(5, 'measured by a third party'), confidence: 5 })).toMatchObject({
      review: { status: 'SUBMITTED', version: 1 },
    });
  });

  it('is submitted once, from the draft, and stands in the ledger without words or names', async () => {
    const { r, id, c } = await oneAssignment();
    await t.gql(
      DRAFT,
      { input: { assignmentId: deskId(id), scores: scores(4.5, '王小明 的数据可靠'), confidence: 4 } },
      as(r),
    );
    const done = await submit(r, id);
    expect(done.review).toMatchObject({ status: 'SUBMITTED', version: 1, confidence: 4 });
    expect(await submit(r, id)).toMatchObject({ __typename: 'ReviewAlreadySubmitted' });
    expect(
      (await t.gql<Outcome>(DRAFT, { input: { assignmentId: deskId(id), scores: scores(1) } }, as(r))).outcome
        .__typename,
    ).toBe('ReviewAlreadySubmitted');
    const [entry] = (await ledger(t, 'review.submitted')).slice(-1);
    const [row] = await t.sql<{ salt: string; rationales: Record<string, string> }>(
      `SELECT salt, rationales FROM review WHERE assignment_id = $1`,
      [id],
    );
    expect(entry!.facts).toEqual({
      cohort: c.uuid,
      entry: c.entries[0],
      reviewer: r.reviewer,
      assignment: id,
      panel: 1,
      round: 0,
      version: 1,
      confidence: 4,
      gapCodes: [],
      scores: Object.fromEntries(ALL.map((dimension) => [dimension, 4.5])),
      rationaleHash: rationaleHash(row!.salt, row!.rationales as never),
    });
    expect(JSON.stringify(entry)).not.toContain('王小明');
    expect(JSON.stringify(entry)).not.toContain(r.accountId);
  });

  it('is one review however often and fast it is submitted', async () => {
    const { r, id } = await oneAssignment();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => submit(r, id, { scores: scores(1 + (i % 6) / 2), confidence: 3 })),
    );
    expect(outcomes.filter((outcome) => outcome.__typename === 'ReviewPayload')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome.__typename === 'ReviewAlreadySubmitted')).toHaveLength(19);
    expect(await t.sql(`SELECT status FROM review WHERE assignment_id = $1`, [id])).toEqual([{ status: 'SUBMITTED' }]);
    expect((await ledger(t, 'review.submitted')).filter((row) => row.facts.assignment === id)).toHaveLength(1);
  });

  it('answers a repeated request with the same key by the same review', async () => {
    const { r, id } = await oneAssignment();
    const input = { ...good, idempotencyKey: 'double-click-1' };
    const [a, b] = await Promise.all([submit(r, id, input), submit(r, id, input)]);
    expect(a.review?.id).toBeDefined();
    expect(b.review?.id).toBe(a.review?.id);
  });

  it('never changes once submitted: the database refuses', async () => {
    const { r, id } = await oneAssignment();
    await submit(r, id, good);
    await expect(t.sql(`UPDATE review SET scores = '{}' WHERE assignment_id = $1`, [id])).rejects.toThrow(
      /does not change/,
    );
    await expect(t.sql(`DELETE FROM review WHERE assignment_id = $1`, [id])).rejects.toThrow(/does not change/);
  });

  it('is corrected by a new version with a reason, only while under review', async () => {
    const { r, id, c } = await oneAssignment();
    const correct = (input: Record<string, unknown>) =>
      t.ask<Outcome>(
        CORRECT,
        { input: { assignmentId: deskId(id), scores: scores(3), confidence: 3, reason: 'misread a table', ...input } },
        as(r),
      );
    expect((await correct({})).errors?.[0]?.extensions.reason).toBe('NOT_SUBMITTED');
    await submit(r, id, good);
    expect((await correct({})).data.outcome.review).toMatchObject({
      version: 2,
      status: 'SUBMITTED',
      correctionReason: 'misread a table',
    });
    expect((await correct({})).errors?.[0]?.extensions.reason).toBe('NOTHING_CHANGED');
    expect((await correct({ reason: ' ' })).errors?.[0]?.extensions.field).toBe('input.reason');
    expect((await ledger(t, 'review.corrected')).at(-1)!.facts).toMatchObject({ assignment: id, version: 2 });
    const desk = (await t.gql<Desk>(DESK, {}, as(r))).reviewerDesk!.assignments.nodes[0]!;
    expect(desk).toMatchObject({
      viewerCanReview: false,
      viewerCanCorrect: true,
      submitted: [{ version: 2 }, { version: 1 }],
    });
    await t.sql(`UPDATE cohort SET status = 'PUBLIC_NOTICE' WHERE id = $1`, [c.uuid]);
    expect((await correct({ scores: scores(2) })).data.outcome).toMatchObject({
      __typename: 'CohortNotOpen',
      status: 'PUBLIC_NOTICE',
    });
  });

  it('waits for the cohort to be under review', async () => {
    const { r, id } = await oneAssignment({ status: 'FROZEN' });
    expect(await submit(r, id, good)).toMatchObject({ __typename: 'CohortNotOpen', status: 'FROZEN' });
  });

  it('is refused, and the assignment withdrawn, where a conflict has come up since', async () => {
    const { r, id } = await oneAssignment();
    await s.member(university, 'MEMBER', r);
    expect(await submit(r, id, good)).toMatchObject({
      __typename: 'ConflictOfInterest',
      reasons: ['SAME_ORGANISATION'],
    });
    expect(await t.sql(`SELECT status, status_reason FROM assignment WHERE id = $1`, [id])).toEqual([
      { status: 'WITHDRAWN', status_reason: 'CONFLICT' },
    ]);
    expect((await ledger(t, 'assignment.withdrawn')).at(-1)).toMatchObject({
      subject_id: id,
      facts: { reason: 'CONFLICT', reviewer: r.reviewer },
    });
    expect(await submit(r, id, good)).toMatchObject({
      __typename: 'ConflictOfInterest',
      reasons: ['SAME_ORGANISATION'],
    });
    expect((await t.gql<Desk>(DESK, {}, as(r))).reviewerDesk!.assignments.totalCount).toBe(0);
  });
});
