import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { entry, statementsOf, type SeededEntry } from './kit.js';

let t: TestApp;
let s: Seed;
let lister: SeededPerson;
let university: SeededOrganisation;

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  lister = await s.person();
  university = await s.organisation(lister);
});
afterAll(() => t.close());

const ENTRY = 'id note addedAt stillInPool achievement { id title { value } }';
const ADD = `mutation ($input: AddToShortlistInput!) { addToShortlist(input: $input) { entry { ${ENTRY} } } }`;
const NOTE = `mutation ($input: UpdateShortlistNoteInput!) { updateShortlistNote(input: $input) { entry { ${ENTRY} } } }`;
const REMOVE = `mutation ($input: RemoveFromShortlistInput!) { removeFromShortlist(input: $input) { entry { ${ENTRY} } } }`;
const LIST = `query ($first: Int, $after: String) { viewer { shortlist(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { ${ENTRY} } } } }`;

interface Entry {
  id: string;
  note: string | null;
  addedAt: string;
  stillInPool: boolean;
  achievement: { id: string } | null;
}
interface List {
  viewer: { shortlist: { totalCount: number; pageInfo: { hasNextPage: boolean; endCursor: string }; nodes: Entry[] } };
}

const as = (person: SeededPerson) => ({ token: person.token });
const add = async (person: SeededPerson, on: SeededEntry, more: Record<string, unknown> = {}) =>
  (await t.gql<{ addToShortlist: { entry: Entry } }>(ADD, { input: { achievementId: on.id, ...more } }, as(person)))
    .addToShortlist.entry;
const remove = async (person: SeededPerson, id: string, more: Record<string, unknown> = {}) =>
  (await t.gql<{ removeFromShortlist: { entry: Entry | null } }>(REMOVE, { input: { id, ...more } }, as(person)))
    .removeFromShortlist.entry;
const list = async (person: SeededPerson, variables: Record<string, unknown> = {}) =>
  (await t.gql<List>(LIST, variables, as(person))).viewer.shortlist;
const failure = async (query: string, variables: Record<string, unknown>, person?: SeededPerson) =>
  (await t.ask(query, variables, person ? as(person) : {})).errors?.[0]?.extensions;

describe('a shortlist', () => {
  it('keeps entries with notes, last added first, and pages', async () => {
    const person = await s.person();
    const entries = [await entry(t, university), await entry(t, university), await entry(t, university)];
    for (const [i, on] of entries.entries()) await add(person, on, { note: `note ${i}` });
    const page = await list(person, { first: 2 });
    expect(page).toMatchObject({
      totalCount: 3,
      nodes: [{ note: 'note 2', stillInPool: true, achievement: { id: entries[2]!.id } }, { note: 'note 1' }],
    });
    expect((await list(person, { first: 2, after: page.pageInfo.endCursor })).nodes).toMatchObject([
      { note: 'note 0' },
    ]);
  });

  it('takes an entry once, however often and fast it is added, and keeps its note unless given another', async () => {
    const person = await s.person();
    const on = await entry(t, university);
    const added = await Promise.all(Array.from({ length: 6 }, () => add(person, on, { note: 'kept' })));
    expect(new Set(added.map((e) => e.id)).size).toBe(1);
    expect(await add(person, on)).toMatchObject({ id: added[0]!.id, note: 'kept' });
    expect(await add(person, on, { note: 'other' })).toMatchObject({ id: added[0]!.id, note: 'other' });
    expect((await list(person)).totalCount).toBe(1);
  });

  it('changes and clears notes, within 2,000 characters', async () => {
    const person = await s.person();
    const { id } = await add(person, await entry(t, university));
    const note = async (text: string | null) =>
      (await t.gql<{ updateShortlistNote: { entry: Entry } }>(NOTE, { input: { id, note: text } }, as(person)))
        .updateShortlistNote.entry.note;
    expect(await note('长'.repeat(2000))).toHaveLength(2000);
    expect(await note('  ')).toBeNull();
    expect(await failure(NOTE, { input: { id, note: 'x'.repeat(2001) } }, person)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'input.note',
      reason: 'TOO_LONG',
    });
  });

  it('gives a removed entry back, so that it can be added again with its note', async () => {
    const person = await s.person();
    const on = await entry(t, university);
    const { id } = await add(person, on, { note: 'regretted' });
    const removed = await remove(person, id);
    expect(removed).toMatchObject({ id, note: 'regretted', achievement: { id: on.id } });
    expect((await list(person)).nodes).toEqual([]);
    expect(await remove(person, id)).toBeNull();
    expect(await add(person, on, { note: removed?.note })).toMatchObject({ note: 'regretted' });
  });

  it('does not remove a second time what came back, when a call with the same key is repeated', async () => {
    const person = await s.person();
    const on = await entry(t, university);
    const key = { idempotencyKey: 'remove-0001' };
    const { id } = await add(person, on);
    expect(await remove(person, id, key)).toMatchObject({ id });
    expect(await remove(person, id, key)).toBeNull();
    await add(person, on);
    expect((await list(person)).totalCount).toBe(1);
  });

  it('still lists what left the pool, without its content', async () => {
    const person = await s.person();
    const on = await entry(t, university, { title: { en: 'MARKER-RETIRED' } });
    await add(person, on, { note: 'mine' });
    await add(lister, on);
    await t.sql(`UPDATE achievement SET status = 'RETIRED' WHERE id = $1`, [on.uuid]);
    const seen = await list(person);
    expect(seen.nodes).toMatchObject([{ note: 'mine', stillInPool: false, achievement: null }]);
    expect(JSON.stringify(seen)).not.toContain('MARKER-RETIRED');
    expect((await list(lister)).nodes).toMatchObject([{ stillInPool: false, achievement: { id: on.id } }]);
    expect(await remove(person, seen.nodes[0]!.id)).toMatchObject({ note: 'mine', achievement: null });
    expect(await failure(ADD, { input: { achievementId: on.id } }, person)).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is nobody else’s', async () => {
    const [person, other] = [await s.person(), await s.person({ operator: true })];
    const on = await entry(t, university);
    const { id } = await add(person, on, { note: 'MARKER-NOTE' });
    expect(await failure(NOTE, { input: { id, note: 'x' } }, other)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await remove(other, id)).toBeNull();
    expect(
      (await t.gql<{ node: unknown }>('query ($id: ID!) { node(id: $id) { id } }', { id }, as(other))).node,
    ).toBeNull();
    const MINE = 'query ($id: ID!) { achievement(id: $id) { viewerShortlistEntry { id note } } }';
    expect(await t.gql(MINE, { id: on.id }, as(other))).toEqual({ achievement: { viewerShortlistEntry: null } });
    expect(await t.gql(MINE, { id: on.id })).toEqual({ achievement: { viewerShortlistEntry: null } });
    expect(await t.gql(MINE, { id: on.id }, as(person))).toEqual({
      achievement: { viewerShortlistEntry: { id, note: 'MARKER-NOTE' } },
    });
    expect((await list(person)).totalCount).toBe(1);
    expect(await failure(ADD, { input: { achievementId: on.id } })).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('takes pool entries alone', async () => {
    const draft = await entry(t, university, {}, 'REGISTERED');
    expect(await failure(ADD, { input: { achievementId: draft.id } }, await s.person())).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await failure(ADD, { input: { achievementId: draft.id } }, lister)).toMatchObject({
      code: 'CONFLICT',
      reason: 'NOT_IN_POOL',
    });
  });

  it('holds 500 entries, and costs the same number of statements for few and many', async () => {
    const person = await s.person();
    for (let i = 0; i < 2; i += 1) await add(person, await entry(t, university));
    const few = await statementsOf(t, () => list(person, { first: 100 }));
    const bulk = await t.sql<{ id: string }>(
      `INSERT INTO achievement (
         id, institution_id, registration_no, status, revision, title, created_at, updated_at, record_hash
       )
       SELECT gen_random_uuid(), $1, 'BULK-' || n, 'REGISTERED', 1, '{"en":"Bulk"}', now(), now(), ''
       FROM generate_series(1, 497) n
       RETURNING id`,
      [university.uuid],
    );
    const bulkIds = bulk.map((row) => row.id);
    await s.admit(bulkIds);
    await t.sql(
      `INSERT INTO shortlist_entry (id, account_id, achievement_id, added_at)
       SELECT gen_random_uuid(), $2, id, now()
       FROM unnest($1::uuid[]) AS made(id)`,
      [bulkIds, person.accountId],
    );
    const [a, b] = [await entry(t, university), await entry(t, university)];
    const both = await Promise.all([a, b].map((on) => t.ask(ADD, { input: { achievementId: on.id } }, as(person))));
    expect(both.flatMap((answer) => answer.errors ?? []).map((error) => error.extensions)).toMatchObject([
      { code: 'CONFLICT', reason: 'SHORTLIST_FULL', limit: 500 },
    ]);
    const many = await statementsOf(t, () => list(person, { first: 100 }));
    expect(await list(person, { first: 100 })).toMatchObject({ totalCount: 500, nodes: { length: 100 } });
    expect(many).toBe(few);
  });
});
