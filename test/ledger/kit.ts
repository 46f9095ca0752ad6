import { appendLedger } from '../../src/ledger/ledger.service.js';
import { fromGlobalId, newId, toGlobalId } from '../../src/lib/ids.js';
import { insertAssignments, madeRecord, type NewAssignment } from '../../src/vetting/assignments/assignments.store.js';
import { DIMENSIONS } from '../../src/vetting/vocabularies.js';
import { eventually, type TestApp } from '../harness.js';
import type { Seed, SeededOrganisation, SeededPerson } from '../seed.js';
import { DAY, registered, stepTo } from '../vetting/cohort-kit.js';
import { deskId, reviewer, SUBMIT, type Outcome, type SeededReviewer } from '../vetting/reviewing-kit.js';
import type { AchievementRecord } from '../../src/achievements/achievement.record.js';

export interface PlayedCohort {
  id: string;
  uuid: string;
  /** UUIDs of the entries, best first. */
  entries: string[];
  achievements: string[];
}

export interface PlayWish {
  count?: number;
  year?: number;
  record?: (i: number) => Partial<AchievementRecord>;
  /** A reviewer's statements in addition to the score. */
  say?: (entry: number, reviewer: number) => { gapCodes?: string[]; rationale?: string; forLister?: boolean };
  /** Score in half points; `entry` counts from the best. */
  score?: (entry: number, reviewer: number, dimension: number) => number;
  /** Achievements (UUIDs) that are submitted again in addition to the new ones; they come first. */
  again?: string[];
  lister?: SeededPerson;
  /** Is run after half of the reviews and after all, with the operator logged in and the cohort's global id. */
  between?: (operator: SeededPerson, cohort: string) => Promise<void>;
}

const half = (value: number) => Math.min(5, Math.max(0, Math.round(value * 2) / 2));
/** Default scores: reviewers differ in severity and agree on the order, a little less in some dimensions. */
const usual: NonNullable<PlayWish['score']> = (entry, reviewer, dimension) =>
  4.6 - entry * 0.3 - [0, 0.4, 0.9, 1.3][reviewer % 4]! + ((entry * 7 + reviewer * 5 + dimension * 3) % 4) * 0.2;

/**
 * Takes a cohort from opening to closing through the services; only the assignments are inserted directly, with their
 * ledger records.
 */
export async function playCohort(
  t: TestApp,
  s: Seed,
  operator: SeededPerson,
  university: SeededOrganisation,
  panel: readonly SeededReviewer[],
  wish: PlayWish = {},
): Promise<PlayedCohort> {
  const fresh = await registered(t, university, (wish.count ?? 10) - (wish.again?.length ?? 0), wish.record);
  const achievements = [...(wish.again ?? []), ...fresh];
  const login = async (person: SeededPerson) => ({ ...person, token: await s.logIn(person) });
  const boss = await login(operator);
  const { id } = await stepTo(t, boss, 'createCohort', { year: wish.year ?? 2026, settings: { noticeDays: 1 } });
  const uuid = fromGlobalId(id)!.key;
  if (wish.again) {
    const lister = await login(wish.lister!);
    for (const achievement of wish.again) {
      await t.gql(
        `mutation ($input: SubmitToCohortInput!) { submitToCohort(input: $input) { __typename ... on CohortEntryPayload { entry { id } } } }`,
        { input: { achievementId: Buffer.from(`Achievement:${achievement}`).toString('base64url') } },
        { token: lister.token },
      );
    }
  }
  await eventually(
    async () =>
      (
        await t.sql<{ n: number }>(
          `SELECT count(*)::int AS n FROM cohort_entry WHERE cohort_id = $1 AND screen = 'COUNTED'`,
          [uuid],
        )
      )[0]!.n === achievements.length,
  );
  await stepTo(t, boss, 'freezeCohort', { id });
  const found = await t.sql<{ id: string; achievement_id: string }>(
    `SELECT id, achievement_id FROM cohort_entry WHERE cohort_id = $1 AND screen = 'COUNTED'`,
    [uuid],
  );
  const entries = achievements.map((achievement) => found.find((entry) => entry.achievement_id === achievement)!.id);
  const seats = await seat(t, uuid, entries, panel);
  await stepTo(t, boss, 'startReviewing', { id });
  for (const [i, { row, entry, judge }] of seats.entries()) {
    if (i === seats.length >> 1) await wish.between?.(await login(operator), id);
    const said = wish.say?.(entry, judge) ?? {};
    const scores = DIMENSIONS.map((dimension, d) => ({
      dimension,
      score: half((wish.score ?? usual)(entry, judge, d)),
      rationale: said.rationale ?? `Seen by somebody: ${dimension}.`,
      forLister: said.forLister ?? false,
    }));
    const token = await s.logIn(panel[judge]!);
    const { outcome } = await t.gql<Outcome>(
      SUBMIT,
      { input: { assignmentId: deskId(row.id), scores, confidence: 4, gapCodes: said.gapCodes ?? [] } },
      { token },
    );
    if (outcome.__typename !== 'ReviewPayload') throw new Error(JSON.stringify(outcome));
  }
  await wish.between?.(await login(operator), id);
  await correctOne(t, s, seats.at(-1)!, panel);
  await stepTo(t, await login(operator), 'startPublicNotice', { id });
  await objectInVain(t, s, await login(operator), uuid);
  t.travel(2 * DAY);
  await stepTo(t, await login(operator), 'closeCohort', { id });
  return { id, uuid, entries, achievements };
}

/** One reviewer corrects the confidence of a review, which leaves the scores unchanged. */
async function correctOne(t: TestApp, s: Seed, { row, judge }: Seat, panel: readonly SeededReviewer[]): Promise<void> {
  const [review] = await t.sql<{ scores: Record<string, number>; gap_codes: string[] }>(
    `SELECT scores, gap_codes FROM review WHERE assignment_id = $1`,
    [row.id],
  );
  const scores = DIMENSIONS.map((dimension) => ({
    dimension,
    score: review!.scores[dimension],
    rationale: `Seen again: ${dimension}.`,
  }));
  const { outcome } = await t.gql<Outcome>(
    `mutation ($input: CorrectReviewInput!) { outcome: correctReview(input: $input) { __typename } }`,
    {
      input: {
        assignmentId: deskId(row.id),
        scores,
        confidence: 5,
        gapCodes: review!.gap_codes,
        reason: 'On a second reading.',
      },
    },
    { token: await s.logIn(panel[judge]!) },
  );
  if (outcome.__typename !== 'ReviewPayload') throw new Error(JSON.stringify(outcome));
}

/** A person objects to the best entry, its institution replies twice, and the operator rejects the objection. */
async function objectInVain(t: TestApp, s: Seed, operator: SeededPerson, cohort: string): Promise<void> {
  const [best] = await t.sql<{ id: string }>(`SELECT id FROM cohort_entry WHERE cohort_id = $1 ORDER BY rank LIMIT 1`, [
    cohort,
  ]);
  const objector = await s.person();
  const { raiseObjection } = await t.gql<{ raiseObjection: { objection: { id: string } } }>(
    `mutation ($input: RaiseObjectionInput!) { raiseObjection(input: $input) { objection { id } } }`,
    { input: { entryId: toGlobalId('CohortEntry', best!.id), reason: 'OTHER', text: 'Aspen saw it elsewhere.' } },
    { token: objector.token },
  );
  const [institution] = await t.sql<{ id: string }>(`SELECT institution_id AS id FROM cohort_entry WHERE id = $1`, [
    best!.id,
  ]);
  const editor = await s.member({ uuid: institution!.id } as SeededOrganisation, 'EDITOR');
  const { objection } = raiseObjection;
  for (const input of [
    { id: objection.id, reply: 'It is ours.' },
    { id: objection.id, reply: 'It was ours from the start.', revision: 1 },
  ])
    await t.gql(
      `mutation ($input: ReplyToObjectionInput!) { replyToObjection(input: $input) { objection { replyRevision } } }`,
      { input },
      { token: editor.token },
    );
  await t.gql(
    `mutation ($input: AnswerObjectionInput!) { answerObjection(input: $input) { objection { outcome } } }`,
    { input: { id: objection.id, outcome: 'REJECTED', answer: 'It was not.' } },
    { token: operator.token },
  );
}

type Seat = Awaited<ReturnType<typeof seat>>[number];

/** Assigns three reviewers of the panel to every entry, in turn, with the ledger records of the assignments. */
export async function seat(t: TestApp, cohort: string, entries: readonly string[], panel: readonly SeededReviewer[]) {
  const seats = entries.flatMap((entry_id, entry) =>
    [0, 1, 2].map((k) => {
      const judge = (entry + k) % panel.length;
      const row: NewAssignment = {
        id: newId(),
        entry_id,
        reviewer_id: panel[judge]!.reviewer,
        panel: 1,
        round: 0,
        dimensions: [...DIMENSIONS],
        similarity: 0.5,
        entry_region: '62',
        reviewer_region: judge === 0 ? '62' : null,
      };
      return { row, entry, judge };
    }),
  );
  await t.app.dataSource.transaction(async (tx) => {
    const at = t.app.clock();
    const rows = await insertAssignments(
      tx,
      cohort,
      seats.map(({ row }) => row),
      new Date(at.getTime() + DAY),
      at,
    );
    await appendLedger(
      tx,
      null,
      at,
      rows.map((row) => madeRecord(cohort, row)),
    );
  });
  return seats;
}

export const panelOf = (t: TestApp, count = 4): Promise<SeededReviewer[]> =>
  Promise.all(Array.from({ length: count }, () => reviewer(t)));
