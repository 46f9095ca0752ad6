import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromGlobalId, newId, toGlobalId } from '../../src/lib/ids.js';
import { entry, type SeededEntry } from '../deals/kit.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { investor } from './kit.js';

/** Issue 15, point 13: the pairs of an organisation that closes end, and nothing is proposed to it any more. */

let t: TestApp;
let s: Seed;
let lister: SeededPerson;
let university: SeededOrganisation;
let entries: SeededEntry[];

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  lister = await s.person();
  university = await s.organisation(lister);
  entries = [await entry(t, university, {}), await entry(t, university, {}), await entry(t, university, {})];
});
afterAll(() => t?.close());

const keyOf = (id: string) => fromGlobalId(id)!.key;
async function fund() {
  const owner = await s.person();
  const organisation = await s.organisation(owner, { kind: 'INVESTOR' });
  return { owner, organisation, profile: keyOf((await investor(t, organisation, { wanted: ['3562'] })).id) };
}
type Fund = Awaited<ReturnType<typeof fund>>;
async function round(status: 'COMPUTED' | 'PUBLISHED'): Promise<string> {
  const id = newId();
  await t.sql(
    `INSERT INTO matching_round (
       id, name, method, status, achievement_places, investor_places, created_at, model_version, figures, computed_at, published_at
     )
     VALUES ($1, '{"en":"A round"}', 'OPTIMUM', $2, 5, 5, now(), 1, '{}', now(), $3)`,
    [id, status, status === 'PUBLISHED' ? new Date() : null],
  );
  return id;
}
async function pair(roundId: string, one: SeededEntry, { organisation, profile }: Fund): Promise<string> {
  const id = newId();
  await t.sql(
    `INSERT INTO matching_round_pair (
       id, round_id, achievement_id, investor_id, institution_id, organisation_id, score, terms, model_version, status
     )
     VALUES ($1, $2, $3, $4, $5, $6, 1, '[]', 1, 'PROPOSED')`,
    [id, roundId, keyOf(one.id), profile, university.uuid, organisation.uuid],
  );
  return toGlobalId('RoundPair', id);
}
const answer = (id: string, accept: boolean, who: SeededPerson) =>
  t.ask(
    `mutation ($input: AnswerRoundPairInput!) { answerRoundPair(input: $input) { pair { status } } }`,
    { input: { id, accept, ...(!accept && { reasonCode: 'CAPACITY' }) } },
    { token: who.token },
  );
const seen = async (id: string, who: SeededPerson) =>
  (
    await t.gql<{ node: { status: string; viewerCanAnswer: boolean } | null }>(
      `query ($id: ID!) { node(id: $id) { ... on RoundPair { status viewerCanAnswer } } }`,
      { id },
      { token: who.token },
    )
  ).node;
const close = ({ owner, organisation }: Fund) =>
  t.gql(
    `mutation ($input: CloseOrganisationInput!) { closeOrganisation(input: $input) { organisation { verification } } }`,
    { input: { id: organisation.id } },
    { token: owner.token },
  );

describe('the pairs of an organisation that closes', () => {
  it('end in published rounds, declined ones as the open ones; accepted ones stay', async () => {
    const one = await fund();
    const other = await fund();
    const id = await round('PUBLISHED');
    const [open, declined, agreed] = [
      await pair(id, entries[0]!, one),
      await pair(id, entries[1]!, one),
      await pair(id, entries[2]!, one),
    ];
    const others = await pair(id, entries[0]!, other);
    expect((await answer(declined, false, one.owner)).errors).toBeUndefined();
    for (const who of [lister, one.owner]) expect((await answer(agreed, true, who)).errors).toBeUndefined();
    expect(await seen(declined, lister)).toEqual({ status: 'PROPOSED', viewerCanAnswer: true });
    await close(one);
    // The other side cannot tell the declined pair from the open one.
    for (const pairId of [open, declined])
      expect(await seen(pairId, lister)).toEqual({ status: 'ENDED', viewerCanAnswer: false });
    expect(await seen(agreed, lister)).toMatchObject({ status: 'ACCEPTED' });
    expect(await seen(others, lister)).toEqual({ status: 'PROPOSED', viewerCanAnswer: true });
    expect((await answer(open, true, lister)).errors?.[0]?.extensions.code).toBe('CONFLICT');
    const records = await t.sql<{ subject_id: string; facts: object }>(
      `SELECT subject_id, facts FROM ledger_record WHERE kind = 'round.pair-ended' ORDER BY subject_id`,
    );
    expect(records.map((row) => row.subject_id)).toEqual([keyOf(open), keyOf(declined)].sort());
    expect(records[0]!.facts).toEqual({ round: id, cause: 'ORGANISATION_CLOSED' });
  });

  it('are dropped when a round is published after the closing', async () => {
    const operator = await s.person({ operator: true });
    const one = await fund();
    const id = await round('COMPUTED');
    const dropped = await pair(id, entries[0]!, one);
    await close(one);
    await t.gql(
      `mutation ($input: MatchingRoundActionInput!) { publishMatchingRound(input: $input) { round { status } } }`,
      { input: { id: toGlobalId('MatchingRound', id) } },
      { token: operator.token },
    );
    expect(await t.sql(`SELECT status, dropped_for FROM matching_round_pair WHERE id = $1`, [keyOf(dropped)])).toEqual([
      { status: 'DROPPED', dropped_for: 'INVESTOR_LEFT' },
    ]);
  });

  it('are never left open by a publication at the same moment', async () => {
    const operator = await s.person({ operator: true });
    for (let i = 0; i < 5; i += 1) {
      const one = await fund();
      const id = await round('COMPUTED');
      const both = await pair(id, entries[0]!, one);
      const outcomes = await Promise.all([
        close(one),
        t.ask(
          `mutation ($input: MatchingRoundActionInput!) { publishMatchingRound(input: $input) { round { status } } }`,
          { input: { id: toGlobalId('MatchingRound', id) } },
          { token: operator.token },
        ),
      ]);
      expect(outcomes[1].errors).toBeUndefined();
      const [left] = await t.sql<{ status: string }>(`SELECT status FROM matching_round_pair WHERE id = $1`, [
        keyOf(both),
      ]);
      expect(['ENDED', 'DROPPED']).toContain(left!.status);
    }
  });
});
