import { parse, validate } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSchema } from '../../src/graphql/schema.js';
import { composition } from '../../src/modules.js';
import { entry } from '../deals/kit.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed } from '../seed.js';

/** Issue 15, points 10 and 14: on the page `/mentions` a person confirms and denies, after a log-in. */

let t: TestApp;
let s: Seed;
beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
});
afterAll(() => t?.close());

interface Page {
  operation: string;
  answers: { when: string; buttons: Array<{ operation: string; label: { en: string } }> };
}
interface Entry {
  id: string;
  viewerCanAnswer: boolean;
  status: string;
}
type Lists = Record<'pending' | 'answered', { nodes: Entry[] }>;
interface Answer {
  viewer: Lists & { memberships: { nodes: Array<{ organisation: Lists }> } };
}

it('lists what waits and what was answered, with buttons for those who may answer', async () => {
  const html = await (await fetch(`${t.url}/mentions`)).text();
  const page = JSON.parse(/<script type="application\/json" id="page">([^<]*)</.exec(html)![1]!) as Page;
  const schema = await createSchema(composition);
  for (const operation of [page.operation, ...page.answers.buttons.map((button) => button.operation)]) {
    expect(validate(schema, parse(operation))).toEqual([]);
    expect(html).toContain(`<code>${operation.replaceAll('"', '&quot;')}</code>`);
  }

  const lister = await s.person();
  const university = await s.organisation(lister);
  const owner = await s.person();
  const organisation = await s.organisation(owner, { kind: 'INVESTOR' });
  const member = await s.member(organisation, 'MEMBER');
  for (const en of ['Result 0', 'Result 1', 'Result 2'])
    await t.gql(
      `mutation ($input: SetAchievementBackersInput!) { setAchievementBackers(input: $input) { achievement { id } } }`,
      {
        input: {
          achievementId: (await entry(t, university, { title: { zh: en, en } })).id,
          backers: [{ organisationId: organisation.id }],
        },
      },
      { token: lister.token },
    );
  const lists = async ({ token }: { token: string }) => {
    const { viewer } = await t.gql<Answer>(page.operation, {}, { token });
    const { pending, answered } = viewer.memberships.nodes[0]!.organisation;
    return { pending: pending.nodes, answered: answered.nodes };
  };
  const may = (entries: Entry[]) => entries.map((one) => one[page.answers.when as 'viewerCanAnswer']);
  const before = await lists(owner);
  expect(may(before.pending)).toEqual([true, true, true]);
  expect(before.answered).toEqual([]);
  expect(may((await lists(member)).pending)).toEqual([false, false, false]);

  const [confirm, deny] = page.answers.buttons;
  expect([confirm!.label.en, deny!.label.en]).toEqual(['Confirm', 'Deny']);
  const [first, second] = before.pending;
  await t.gql(confirm!.operation, { id: first!.id }, { token: owner.token });
  await t.gql(deny!.operation, { id: second!.id }, { token: owner.token });
  const refused = await t.ask(confirm!.operation, { id: second!.id }, { token: member.token });
  expect(refused.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  const after = await lists(owner);
  expect(after.pending).toHaveLength(1);
  const statuses = (entries: Entry[]) => Object.fromEntries(entries.map(({ id, status }) => [id, status]));
  expect(statuses(after.answered)).toEqual({ [first!.id]: 'CONFIRMED', [second!.id]: 'DENIED' });
  // An answer is changed on the same page, and a second click changes nothing.
  for (let click = 0; click < 2; click += 1) await t.gql(deny!.operation, { id: first!.id }, { token: owner.token });
  expect(statuses((await lists(owner)).answered)).toEqual({ [first!.id]: 'DENIED', [second!.id]: 'DENIED' });
});
