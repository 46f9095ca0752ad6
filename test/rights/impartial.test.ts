import type { GraphQLField, GraphQLSchema } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSchema } from '../../src/graphql/schema.js';
import { fromGlobalId, newId, toGlobalId } from '../../src/lib/ids.js';
import { composition } from '../../src/modules.js';
import type { SeededOrganisation, SeededPerson } from '../seed.js';
import { casesOf } from './domains.js';
import { outcomeOfCall } from './run.js';
import { parseTable, readTable } from './table.js';
import type { Actor, Call, World } from './types.js';
import { cohortIn, standing } from './vetting.rows.js';
import { buildWorld } from './world.js';

/** Operators have no say in what concerns their own organisations and the families of these. */

let w: World;
let schema: GraphQLSchema;
beforeAll(async () => {
  [w, schema] = await Promise.all([buildWorld({ mails: 'LOGGED' }), createSchema(composition)]);
}, 120_000);
afterAll(() => w?.t.close());

/** An operator, with the second factor that the world demands of operators. */
async function operator(): Promise<Actor> {
  const actor = await w.again('OPERATOR');
  return { ...actor, token: await w.s.logIn(actor.person!) };
}

const field = (name: string): GraphQLField<unknown, unknown> => schema.getMutationType()!.getFields()[name]!;
const run = (name: string, who: Actor, call: Call) => outcomeOfCall(w, 'mutation', field(name), who, call);
const input = (value: Record<string, unknown>): Call => ({ variables: { input: value } });
const prepared = async (name: string, label: string, who: Actor): Promise<Call> =>
  casesOf(w)
    .mutation[name]!.find((one) => one.label === label)!
    .call(who);
const CONFLICT = 'FORBIDDEN:CONFLICT_OF_INTEREST';

/** An organisation whose only member is the operator. */
async function ownOf(who: Actor): Promise<SeededOrganisation> {
  return w.s.organisation(who.person as SeededPerson);
}
const relate = (parent: string, child: string) =>
  w.t.sql(`INSERT INTO organisation_family (parent_id, child_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`, [
    parent,
    child,
  ]);
const unrelated = () => w.t.sql(`DELETE FROM organisation_family`);
beforeEach(unrelated);

/** What operators do to the pool as a whole, which concerns no single organisation or person. */
const GENERAL = new Set([
  'activateMatchModel',
  'assignBoundaryRound',
  'assignReviewers',
  'cancelMatchingRound',
  'closeCohort',
  'computeMatchingRound',
  'closeMatchingRound',
  'createCohort',
  'createMatchModel',
  'createMatchingRound',
  'createReviewer',
  'deleteCohort',
  'deleteMatchingRound',
  'fitCohort',
  'freezeCohort',
  'inviteReviewer',
  'proposeBoundaryRound',
  'publishMatchingRound',
  'removeSynonymGroup',
  'rotateSigningKey',
  'screenCohort',
  'setCurrencyRate',
  'setReviewerStatus',
  // The case sets a service of no organisation.
  'setSupportService',
  'setSynonymGroup',
  'startPublicNotice',
  'startReviewing',
  'unfreezeCohort',
  'updateCohort',
]);

describe('an operator related to every organisation', () => {
  it(
    'may do what concerns the pool as a whole, and nothing that concerns one organisation',
    { timeout: 600_000 },
    async () => {
      const who = await operator();
      const own = await ownOf(who);
      const wrong: string[] = [];
      const refused = new Set<string>();
      for (const row of [...parseTable(readTable()).values()]) {
        if (row.kind !== 'MUTATION' || row.outcomes.OPERATOR !== 'VALUE') continue;
        // What every logged-in person may do is no right of operators.
        if (row.outcomes.PERSON === 'VALUE' || row.outcomes.OWN_OWNER === 'VALUE') continue;
        await unrelated();
        const call = await prepared(row.name, row.subject, who);
        await w.t.sql(
          `INSERT INTO organisation_family (parent_id, child_id)
         SELECT $1, id FROM organisation WHERE id <> $1 ON CONFLICT DO NOTHING`,
          [own.uuid],
        );
        await w.t.sql(`UPDATE talent_profile SET organisation_id = $1`, [own.uuid]);
        await w.t.sql(`UPDATE support_service SET organisation_id = $1`, [own.uuid]);
        const outcome = await run(row.name, who, call);
        if (outcome === CONFLICT) refused.add(row.name);
        if (outcome.startsWith('FORBIDDEN:') === GENERAL.has(row.name))
          wrong.push(`${row.name} of ${row.subject}: ${outcome}`);
      }
      expect(wrong).toEqual([]);
      expect([...GENERAL].filter((name) => field(name) === undefined)).toEqual([]);
      for (const name of [
        'decideScreening',
        'answerAppeal',
        'answerObjection',
        'dismissDuplicate',
        'revokeAdmission',
        'reinstateAchievement',
        'replaceAssignment',
        'verifyOrganisation',
        'rejectOrganisation',
      ])
        expect(refused).toContain(name);
    },
  );
});

describe('an operator and an entry', () => {
  const screening = async (who: Actor) => prepared('decideScreening', 'OPEN', who);

  it('is refused for an organisation of the operator, of its family, and of the family’s families', async () => {
    const who = await operator();
    await w.s.member(w.own, 'MEMBER', who.person!);
    expect(await run('decideScreening', who, await screening(who))).toBe(CONFLICT);
    await w.t.sql(`DELETE FROM membership WHERE account_id = $1`, [who.person!.accountId]);
    expect(await run('decideScreening', who, await screening(who))).toBe('VALUE');

    const own = await ownOf(who);
    const between = await w.s.organisation(w.stranger);
    await relate(between.uuid, own.uuid);
    expect(await run('decideScreening', who, await screening(who))).toBe('VALUE');
    await relate(between.uuid, w.own.uuid);
    expect(await run('decideScreening', who, await screening(who))).toBe(CONFLICT);
  });

  it('cannot be freed by removing the family first', async () => {
    const who = await operator();
    const own = await ownOf(who);
    await relate(own.uuid, w.own.uuid);
    const pair = input({ parentId: own.id, childId: w.own.id });
    expect(await run('removeOrganisationFamily', who, pair)).toBe(CONFLICT);
    expect(await run('removeOrganisationFamily', await operator(), pair)).toBe('VALUE');
  });

  it('says what to do: another operator decides', async () => {
    const who = await operator();
    await w.s.member(w.own, 'OWNER', who.person!);
    const { variables } = await screening(who);
    const reply = await w.t.ask(
      `mutation ($input: DecideScreeningInput!) { decideScreening(input: $input) { __typename } }`,
      variables,
      { token: who.token! },
    );
    expect(reply.errors?.[0]?.message).toContain('another operator');
  });
});

describe('an appeal', () => {
  it('is answered by another operator than the one who excluded the entry', async () => {
    const [decider, other] = [await operator(), await operator()];
    const { variables } = await prepared('decideScreening', 'OPEN', decider);
    expect(await run('decideScreening', decider, { variables })).toBe('VALUE');
    const { entryId } = variables['input'] as { entryId: string };
    await w.t.sql(`UPDATE cohort_entry SET appeal = 'it is one', appealed_at = now() WHERE id = $1`, [
      fromGlobalId(entryId)!.key,
    ]);
    const answer = input({ entryId, answer: 'it is one indeed', uphold: true });
    expect(await run('answerAppeal', decider, answer)).toBe('FORBIDDEN:OWN_DECISION');
    expect(await run('answerAppeal', other, answer)).toBe('VALUE');
  });
});

describe('an objection', () => {
  const ANSWER = `mutation ($input: AnswerObjectionInput!) { answerObjection(input: $input) { objection { outcome } } }`;
  async function objection(accountId: string, institution: SeededOrganisation) {
    const c = await cohortIn(w, 'PUBLIC_NOTICE', {
      institution,
      entry: { proposal: 'ADMITTED', combined_score: 4, combined_se: 0.2, rank: 1 },
    });
    const id = newId();
    await standing(w, [
      [
        'objection',
        {
          id,
          cohort_id: c.id,
          entry_id: c.entry,
          account_id: accountId,
          reason_code: 'OTHER',
          text: 'it is not theirs',
          created_at: w.t.app.clock(),
        },
      ],
    ]);
    return { id: toGlobalId('Objection', id), cohort: c.id, entry: c.entry };
  }
  const answering = (id: string, outcome = 'REJECTED') => input({ id, answer: 'it is', outcome });

  it('is not answered by the operator who made it', async () => {
    const who = await operator();
    const { id } = await objection(who.person!.accountId, w.other);
    expect(await run('answerObjection', who, answering(id))).toBe(CONFLICT);
    expect(await run('answerObjection', await operator(), answering(id))).toBe('VALUE');
  });

  it('is not upheld by an operator whose own entry would move up, and nothing changes', async () => {
    const who = await operator();
    const own = await ownOf(who);
    const { id, cohort, entry } = await objection(w.stranger.accountId, w.other);
    const mine = await w.entry('UNDER_REVIEW', { institution: own });
    await standing(w, [
      [
        'cohort_entry',
        {
          id: newId(),
          cohort_id: cohort,
          achievement_id: mine,
          institution_id: own.uuid,
          revision: 1,
          entered_at: w.t.app.clock(),
          screen: 'COUNTED',
          proposal: 'NOT_ADMITTED',
          decision_reason: 'QUOTA',
          combined_score: 3.9,
          combined_se: 0.2,
          rank: 2,
        },
      ],
    ]);
    expect(await run('answerObjection', who, answering(id, 'UPHELD'))).toBe(CONFLICT);
    expect(await w.t.sql(`SELECT proposal FROM cohort_entry WHERE id = $1`, [entry])).toEqual([
      { proposal: 'ADMITTED' },
    ]);
    const reply = await w.t.ask(ANSWER, answering(id, 'UPHELD').variables, { token: (await operator()).token! });
    expect(reply.data).toEqual({ answerObjection: { objection: { outcome: 'UPHELD' } } });
  });

  it('does not name its author to an operator of the institution', async () => {
    const who = await operator();
    await w.s.member(w.other, 'MEMBER', who.person!);
    const { id } = await objection(w.stranger.accountId, w.other);
    const by = async (actor: Actor) =>
      (
        await w.t.gql<{ node: { by: { id: string } | null } }>(
          `query ($id: ID!) { node(id: $id) { ... on Objection { by { id } } } }`,
          { id },
          { token: actor.token! },
        )
      ).node.by;
    expect(await by(who)).toBeNull();
    expect(await by(await operator())).toEqual({ id: w.stranger.id });
  });
});

describe('an operator’s own person and organisation', () => {
  it('are verified by others', async () => {
    const who = await operator();
    const own = await w.s.organisation(who.person!, { verified: false });
    const revised = input({ id: own.id, revision: 1 });
    expect(await run('verifyOrganisation', who, revised)).toBe(CONFLICT);
    expect(await run('verifyOrganisation', await operator(), revised)).toBe('VALUE');
  });
});
