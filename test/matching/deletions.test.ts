import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromGlobalId } from '../../src/lib/ids.js';
import { entry, mails } from '../deals/kit.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { investor } from './kit.js';
import { DISSOLVE, INVITE, PROPOSE, talent, type TeamShown } from './teams/stored-kit.js';

/** Issue 15, point 13: rounds in preparation and teams without invitations can be deleted, and no others. */

let t: TestApp;
let s: Seed;
let operator: SeededPerson;
let lister: SeededPerson;
let university: SeededOrganisation;

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  operator = await s.person({ operator: true });
  lister = await s.person();
  university = await s.organisation(lister);
});
afterAll(() => t?.close());

const keyOf = (id: string) => fromGlobalId(id)!.key;
const remove = (mutation: 'deleteMatchingRound' | 'deleteTeam', id: string, who: SeededPerson, more = {}) =>
  t.ask<Record<string, { deletedId: string }>>(
    `mutation ($input: DeleteUnfinishedInput!) { ${mutation}(input: $input) { deletedId } }`,
    { input: { id, ...more } },
    { token: who.token },
  );
const codeOf = ({ errors }: Awaited<ReturnType<typeof remove>>) =>
  errors && [errors[0]!.extensions.code, errors[0]!.extensions.reason].filter(Boolean).join(':');
const last = async (id: string) =>
  (
    await t.sql<{ kind: string; facts: object }>(
      `SELECT kind, facts FROM ledger_record WHERE subject_id = $1 ORDER BY seq DESC LIMIT 1`,
      [keyOf(id)],
    )
  )[0];
/** Names of all tables that hold the id anywhere, except the ledger and the keys of repeated calls. */
async function tablesWith(id: string): Promise<string[]> {
  const tables = await t.sql<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
       AND table_name NOT IN (SELECT relname FROM pg_class WHERE relispartition)
       AND table_name NOT IN ('ledger_record', 'idempotency_key')`,
  );
  const found: string[] = [];
  for (const { name } of tables)
    if ((await t.sql(`SELECT 1 FROM "${name}" x WHERE strpos(to_jsonb(x)::text, $1) > 0 LIMIT 1`, [keyOf(id)])).length)
      found.push(name);
  return found;
}

describe('a matching round in preparation (issue 15, point 13)', () => {
  const act = (mutation: string, type: string, input: object) =>
    t.gql<Record<string, { round: { id: string; status: string } }>>(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { round { id status } } }`,
      { input },
      { token: operator.token },
    );
  const draft = async () =>
    (await act('createMatchingRound', 'CreateMatchingRoundInput', { name: { en: 'A trial' }, method: 'OPTIMUM' }))[
      'createMatchingRound'
    ]!.round.id;

  it('is deleted with its places and vetoes, and the words about them; the second deletion finds nothing', async () => {
    const id = await draft();
    const one = await entry(t, university, {});
    const fund = await s.organisation(await s.person(), { kind: 'INVESTOR' });
    const { id: investorId } = await investor(t, fund, { wanted: ['3562'] });
    await act('addRoundVeto', 'AddRoundVetoInput', {
      id,
      achievementId: one.id,
      investorId,
      side: 'LISTER',
      note: 'they are in court',
    });
    await act('setRoundCapacity', 'SetRoundCapacityInput', { id, participantId: investorId, places: 2 });
    expect((await tablesWith(id)).sort()).toEqual(['matching_round', 'matching_round_capacity', 'matching_round_veto']);
    expect(await t.sql(`SELECT 1 FROM authored_text WHERE place = 'matching_round_veto.note'`)).toHaveLength(1);
    expect(codeOf(await remove('deleteMatchingRound', id, lister))).toMatch(/^FORBIDDEN/);
    expect((await remove('deleteMatchingRound', id, operator)).data['deleteMatchingRound']).toEqual({ deletedId: id });
    expect(await tablesWith(id)).toEqual([]);
    expect(await t.sql(`SELECT 1 FROM authored_text WHERE place = 'matching_round_veto.note'`)).toEqual([]);
    expect(await last(id)).toEqual({ kind: 'round.deleted', facts: { method: 'OPTIMUM' } });
    expect(codeOf(await remove('deleteMatchingRound', id, operator))).toMatch(/^NOT_FOUND/);
  });

  it('stays once it is computed or cancelled, and says what to do', async () => {
    const id = await draft();
    await act('computeMatchingRound', 'MatchingRoundActionInput', { id });
    const running = await remove('deleteMatchingRound', id, operator);
    expect(codeOf(running)).toBe('CONFLICT:NOT_A_DRAFT');
    expect(running.errors![0]!.message).toMatch(/cancel it instead/);
    await act('cancelMatchingRound', 'MatchingRoundActionInput', { id });
    expect(codeOf(await remove('deleteMatchingRound', id, operator))).toBe('CONFLICT:NOT_A_DRAFT');
  });

  it('is deleted once by ten calls at once', async () => {
    const id = await draft();
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        remove('deleteMatchingRound', id, operator, { idempotencyKey: `round-${id}-${i % 2}` }),
      ),
    );
    expect(all.filter((one) => codeOf(one) === undefined)).toHaveLength(1);
    expect(all.filter((one) => codeOf(one)?.startsWith('NOT_FOUND'))).toHaveLength(9);
  });
});

describe('a team without invitations (issue 15, point 13)', () => {
  const propose = async (invite = false) => {
    const on = await entry(t, university, { industries: ['3239'] });
    const talents = [
      await talent(t, await s.person(), { kind: 'SCIENCE' }),
      await talent(t, await s.person(), { kind: 'MARKET' }),
    ];
    const { team } = (
      await t.gql<{ proposeTeam: { team: TeamShown } }>(
        PROPOSE,
        { input: { achievementId: on.id, talentIds: talents.map((one) => one.talent), invite } },
        { token: lister.token },
      )
    ).proposeTeam;
    return { id: team.id, talents };
  };
  const mayDelete = async (id: string) =>
    (
      await t.gql<{ team: { viewerCanDelete: boolean } }>(
        `query ($id: ID!) { team(id: $id) { viewerCanDelete } }`,
        { id },
        { token: lister.token },
      )
    ).team.viewerCanDelete;

  it('is deleted by the lister’s editors; its talents are told nothing', async () => {
    const { id, talents } = await propose();
    expect(await mayDelete(id)).toBe(true);
    const member = await s.member(university, 'MEMBER');
    expect(codeOf(await remove('deleteTeam', id, member))).toMatch(/^FORBIDDEN/);
    expect(codeOf(await remove('deleteTeam', id, talents[0]!))).toMatch(/^NOT_FOUND/);
    expect((await remove('deleteTeam', id, lister)).data['deleteTeam']).toEqual({ deletedId: id });
    expect(await tablesWith(id)).toEqual([]);
    expect(await last(id)).toMatchObject({ kind: 'team.deleted' });
    expect(codeOf(await remove('deleteTeam', id, lister))).toMatch(/^NOT_FOUND/);
    for (const one of talents) expect(mails(t, one.email)).toEqual([]);
  });

  it('stays once its talents are invited, and once it is dissolved', async () => {
    const { id } = await propose();
    await t.gql(INVITE, { input: { id } }, { token: lister.token });
    expect(await mayDelete(id)).toBe(false);
    const kept = await remove('deleteTeam', id, lister);
    expect(codeOf(kept)).toBe('CONFLICT:NOT_A_DRAFT');
    expect(kept.errors![0]!.message).toMatch(/dissolve it instead/);
    await t.gql(DISSOLVE, { input: { id } }, { token: lister.token });
    expect(codeOf(await remove('deleteTeam', id, lister))).toBe('CONFLICT:NOT_A_DRAFT');
  });

  it('is either deleted or invited, when both are asked for at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { id, talents } = await propose();
      const [gone, invited] = await Promise.all([
        remove('deleteTeam', id, lister),
        t.ask(INVITE, { input: { id } }, { token: lister.token }),
      ]);
      const [left] = await t.sql<{ status: string }>(`SELECT status FROM team WHERE id = $1`, [keyOf(id)]);
      if (gone.errors) {
        expect(left?.status).toBe('FORMING');
        await eventually(() => Promise.resolve(mails(t, talents[0]!.email).length > 0 || undefined));
      } else {
        expect(left).toBeUndefined();
        expect(invited.errors![0]!.extensions.code).toBe('NOT_FOUND');
        expect(mails(t, talents[0]!.email)).toEqual([]);
      }
    }
  });
});
