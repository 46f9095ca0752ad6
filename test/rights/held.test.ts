import { request } from 'node:http';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runImport } from '../../src/importing/runs/import.jobs.js';
import { eventually, startTestApp, type GraphQLReply, type TestApp } from '../harness.js';
import { COMPLETE_HEADER, completeRow, csv, readRun, startImport } from '../importing/import-kit.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { toGlobalId } from '../../src/lib/ids.js';

/** Rights are read again in the transaction of a write, and held until it ends. */

let t: TestApp;
let s: Seed;
let owner: SeededPerson;
let editor: SeededPerson;
let institution: SeededOrganisation;
beforeAll(async () => {
  t = await startTestApp({ worker: false, databasePool: 16 });
  s = seed(t);
});
afterAll(() => t?.close());
beforeEach(async () => {
  owner = await s.person();
  institution = await s.organisation(owner);
  editor = await s.member(institution, 'EDITOR');
});

const CREATE = `mutation ($input: CreateAchievementInput!) { createAchievement(input: $input) { achievement { id revision } } }`;
const UPDATE = `mutation ($input: UpdateAchievementInput!) { updateAchievement(input: $input) { achievement { revision } } }`;
const ask = (query: string, input: object, person: SeededPerson) =>
  t.ask<Record<string, never>>(query, { input }, { token: person.token });
const outcome = ({ errors }: GraphQLReply<unknown>) => errors?.[0]?.extensions.code ?? 'DONE';

async function draft(): Promise<{ id: string; uuid: string }> {
  const { createAchievement } = await t.gql<{ createAchievement: { achievement: { id: string } } }>(
    CREATE,
    { input: { institutionId: institution.id, content: { title: { zh: '极薄铜箔' } } } },
    { token: owner.token },
  );
  const [row] = await t.sql<{ id: string }>(`SELECT id FROM achievement WHERE institution_id = $1 ORDER BY id DESC`, [
    institution.uuid,
  ]);
  return { id: createAchievement.achievement.id, uuid: row!.id };
}

async function membershipOf(person: SeededPerson): Promise<string> {
  const [row] = await t.sql<{ id: string }>(
    `SELECT id FROM membership WHERE account_id = $1 AND organisation_id = $2`,
    [person.accountId, institution.uuid],
  );
  return toGlobalId('Membership', row!.id);
}

/** Holds a row of the achievement, so that a write which has read its rights waits; `release` lets it go on. */
async function holding(uuid: string) {
  const client = new pg.Client({ connectionString: t.databaseUrl });
  await client.connect();
  await client.query('BEGIN');
  await client.query('SELECT 1 FROM achievement WHERE id = $1 FOR UPDATE', [uuid]);
  return {
    waits: () =>
      eventually(async () => {
        const rows = await t.sql(
          `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return rows.length > 0;
      }),
    async release() {
      await client.query('COMMIT');
      await client.end();
    },
  };
}

const deadlocks = async (): Promise<number> => {
  await t.sql('SELECT pg_stat_clear_snapshot()');
  const [row] = await t.sql<{ deadlocks: string }>(
    `SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`,
  );
  return Number(row!.deadlocks);
};

describe('a removal while a write is under way', () => {
  const removals: Array<[string, () => Promise<GraphQLReply<unknown>>]> = [
    [
      'of the member',
      async () =>
        ask(
          `mutation ($input: RemoveMemberInput!) { removeMember(input: $input) { removedId } }`,
          { membershipId: await membershipOf(editor) },
          owner,
        ),
    ],
    [
      'of the role',
      async () =>
        ask(
          `mutation ($input: ChangeMemberRoleInput!) { changeMemberRole(input: $input) { membership { role } } }`,
          { membershipId: await membershipOf(editor), role: 'MEMBER' },
          owner,
        ),
    ],
    [
      'of all sessions',
      async () =>
        ask(
          `mutation ($input: LogOutEverywhereInput!) { logOutEverywhere(input: $input) { __typename } }`,
          {},
          { ...editor, token: await s.logIn(editor) },
        ),
    ],
    [
      'of the account',
      async () =>
        ask(
          `mutation ($input: EraseMyAccountInput!) { eraseMyAccount(input: $input) { __typename } }`,
          { password: editor.password },
          { ...editor, token: await s.logIn(editor) },
        ),
    ],
  ];
  it.each(removals)('%s waits for the write, and the next write is refused', async (_, remove) => {
    const { id, uuid } = await draft();
    const before = await deadlocks();
    const held = await holding(uuid);
    const order: string[] = [];
    const edit = (revision: number) =>
      ask(UPDATE, { id, revision, content: { title: { zh: `改 ${revision}` } } }, editor);
    const write = edit(1).then((reply) => order.push(`write ${outcome(reply)}`));
    await held.waits();
    const removal = remove().then((reply) => order.push(`removal ${outcome(reply)}`));
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(order).toEqual([]);
    await held.release();
    await Promise.all([write, removal]);
    expect(order.sort()).toEqual(['removal DONE', 'write DONE']);
    expect(['FORBIDDEN', 'NOT_FOUND', 'UNAUTHENTICATED']).toContain(outcome(await edit(2)));
    expect(await deadlocks()).toBe(before);
  });
});

describe('an upload that was opened before the member was removed', () => {
  it('adds no evidence when it ends afterwards', async () => {
    const { id, uuid } = await draft();
    const boundary = 'ffff';
    const part = (name: string, text: string, more = '') =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n${text}\r\n`;
    const operations = {
      query: `mutation ($file: Upload!, $input: EvidenceInput!) { addEvidence(file: $file, input: $input) { __typename } }`,
      variables: { file: null, input: { achievementId: id, tier: 'PUBLIC' } },
    };
    const reply = new Promise<string>((resolve, reject) => {
      const sent = request(
        `${t.url}/graphql`,
        {
          method: 'POST',
          headers: {
            'content-type': `multipart/form-data; boundary=${boundary}`,
            'apollo-require-preflight': 'yes',
            authorization: `Bearer ${editor.token}`,
          },
        },
        (response) => {
          let text = '';
          response.on('data', (piece: Buffer) => (text += piece.toString('utf8')));
          response.on('end', () => resolve(text));
        },
      );
      sent.on('error', reject);
      sent.write(
        part('operations', JSON.stringify(operations)) +
          part('map', '{"0":["variables.file"]}') +
          `--${boundary}\r\ncontent-disposition: form-data; name="0"; filename="a.txt"\r\n\r\nthe first half `,
      );
      setTimeout(() => {
        void membershipOf(editor)
          .then((membershipId) =>
            ask(
              `mutation ($input: RemoveMemberInput!) { removeMember(input: $input) { removedId } }`,
              { membershipId },
              owner,
            ),
          )
          .then(() => sent.end(`and the second\r\n--${boundary}--\r\n`), reject);
      }, 700);
    });
    const { errors } = JSON.parse(await reply) as { errors?: Array<{ extensions: { code: string } }> };
    expect(['FORBIDDEN', 'NOT_FOUND']).toContain(errors?.[0]?.extensions.code);
    expect(await t.sql(`SELECT 1 FROM evidence_file WHERE achievement_id = $1`, [uuid])).toEqual([]);
  });
});

describe('an import whose member is removed', () => {
  const rows = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => completeRow(`E${from + i}`, `成果 ${from + i} 的制备方法`));
  const file = (count: number) => ({ name: 'results.csv', content: csv(COMPLETE_HEADER, ...rows(0, count)) });
  const remove = () => t.sql(`DELETE FROM membership WHERE account_id = $1`, [editor.accountId]);
  const count = async () =>
    (await t.sql(`SELECT 1 FROM achievement WHERE institution_id = $1`, [institution.uuid])).length;
  const run = async (id: string) => {
    const [row] = await t.sql<{ id: string }>(`SELECT id FROM import_run WHERE institution_id = $1`, [
      institution.uuid,
    ]);
    await runImport(t.app, { runId: row!.id }, new AbortController().signal);
    return readRun(t, owner, id);
  };

  it('writes nothing if the run has not begun', async () => {
    const id = await startImport(t, editor, institution, file(3));
    await remove();
    expect(await run(id)).toMatchObject({ status: 'CANCELLED', fault: { code: 'RIGHT_ENDED' } });
    expect(await count()).toBe(0);
  });

  it('writes nothing if the account was erased', async () => {
    const id = await startImport(t, editor, institution, file(3));
    expect(
      outcome(
        await ask(
          `mutation ($input: EraseMyAccountInput!) { eraseMyAccount(input: $input) { __typename } }`,
          { password: editor.password },
          editor,
        ),
      ),
    ).toBe('DONE');
    expect(await run(id)).toMatchObject({ status: 'CANCELLED', fault: { code: 'RIGHT_ENDED' } });
    expect(await count()).toBe(0);
  });

  it.each([
    ['ROW_BY_ROW', 200],
    ['ALL_OR_NOTHING', 0],
  ])('%s: stops at the next batch, and what it took stays %d rows', async (mode, kept) => {
    const id = await startImport(t, editor, institution, file(450), { mode });
    const { manager } = t.app.dataSource;
    const real = manager.transaction.bind(manager) as (...args: unknown[]) => Promise<unknown>;
    // The first transaction asks for the right; the second is the first batch (or, all or nothing, all of them).
    let begun = 0;
    manager.transaction = (async (...args: unknown[]) => {
      begun += 1;
      if (begun === (mode === 'ROW_BY_ROW' ? 3 : 2)) await remove();
      return real(...args);
    }) as typeof manager.transaction;
    try {
      expect(await run(id)).toMatchObject({ status: 'CANCELLED', fault: { code: 'RIGHT_ENDED' } });
    } finally {
      manager.transaction = real as typeof manager.transaction;
    }
    expect(await count()).toBe(kept);
  });
});

describe('writes that change the rights of their own viewer', () => {
  const together = async (calls: Array<Promise<GraphQLReply<unknown>>>) => {
    const before = await deadlocks();
    const replies = await Promise.all(calls);
    expect(await deadlocks()).toBe(before);
    return replies.map(outcome).sort();
  };

  it('do not deadlock: log-outs of one session', async () => {
    const logOut = () => ask(`mutation ($input: LogOutInput!) { logOut(input: $input) { __typename } }`, {}, editor);
    const outcomes = await together(Array.from({ length: 6 }, logOut));
    expect(outcomes[0]).toBe('DONE');
    expect(outcomes.slice(1).every((each) => each === 'UNAUTHENTICATED')).toBe(true);
  });

  it('do not deadlock: API keys, profile and log-out of one account', async () => {
    const other = { ...editor, token: await s.logIn(editor) };
    const outcomes = await together([
      // With and without an idempotency key, since both paths lock the account's own row.
      ...Array.from({ length: 8 }, (_, i) =>
        ask(
          `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }`,
          { name: `key ${i}`, scopes: ['READ'], ...(i % 2 === 0 ? { idempotencyKey: `key number ${i}` } : {}) },
          editor,
        ),
      ),
      ...Array.from({ length: 4 }, (_, i) =>
        ask(
          `mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { __typename } }`,
          { displayName: `Name ${i}` },
          editor,
        ),
      ),
      ask(CREATE, { institutionId: institution.id, content: { title: { zh: '甲' } } }, editor),
      ask(`mutation ($input: LogOutInput!) { logOut(input: $input) { __typename } }`, {}, other),
    ]);
    expect(new Set(outcomes)).toEqual(new Set(['DONE']));
  });

  it('do not deadlock: two owners who remove each other', async () => {
    const second = await s.member(institution, 'OWNER');
    const ids = [await membershipOf(owner), await membershipOf(second)];
    const remove = (membershipId: string, who: SeededPerson) =>
      ask(`mutation ($input: RemoveMemberInput!) { removeMember(input: $input) { removedId } }`, { membershipId }, who);
    const outcomes = await together([remove(ids[1]!, owner), remove(ids[0]!, second)]);
    expect(outcomes[0]).toBe('DONE');
    expect(['FORBIDDEN', 'NOT_FOUND']).toContain(outcomes[1]);
  });

  it('do not deadlock: an editor who leaves twice while others write', async () => {
    const leave = () =>
      ask(
        `mutation ($input: LeaveOrganisationInput!) { leaveOrganisation(input: $input) { __typename } }`,
        { organisationId: institution.id },
        editor,
      );
    const create = (i: number, who: SeededPerson) =>
      ask(CREATE, { institutionId: institution.id, content: { title: { zh: `成果 ${i}` } } }, who);
    const outcomes = await together([
      create(1, editor),
      leave(),
      create(2, owner),
      leave(),
      create(3, editor),
      create(4, owner),
    ]);
    expect(outcomes.filter((each) => each === 'DONE').length).toBeGreaterThanOrEqual(3);
    expect(outcomes.every((each) => ['DONE', 'FORBIDDEN', 'NOT_FOUND'].includes(each))).toBe(true);
  });
});

describe('the price of rights read again', () => {
  it('is one statement of each write', async () => {
    t.statements.length = 0;
    await draft();
    const held = t.statements.filter((sql) => /own_organisation AS MATERIALIZED/.test(sql));
    expect(held).toHaveLength(1);
    expect(t.statements[t.statements.indexOf(held[0]!) - 1]).toMatch(/^START TRANSACTION/);
  });
});
