import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchema } from '../../src/graphql/schema.js';
import { startTestApp, type GraphQLReply, type TestApp } from '../harness.js';
import { upload } from '../importing/import-kit.js';
import { seed, type SeededPerson } from '../seed.js';
import { textPlaces, type TextPlace } from './long-texts.kit.js';
import { composition } from '../../src/modules.js';

/**
 * Maximum time, in milliseconds, that one request may block the event loop; an idle machine needs a tenth of it, and
 * the fault caused seconds to minutes.
 */
const LONGEST_MS = 1_000;
/** Number of requests sent at the same time. */
const AT_ONCE = 4;
const KNOWN = /^(?:UNAUTHENTICATED|FORBIDDEN|NOT_FOUND|BAD_USER_INPUT|CONFLICT|RATE_LIMITED)$/;

/** Two kinds of combining marks after one letter: sorting them takes time quadratic in their number. */
const marked = (bytes: number) => `a${'\u0301'.repeat(bytes / 4)}${'\u0316'.repeat(bytes / 4)}`;

const places = textPlaces(await createSchema(composition));
/** Mutations that would end the session used by the rest of the test. */
const ENDS = /^Mutation\.(?:logOut|eraseMyAccount|deleteMyAccount)/;

let t: TestApp;
let member: SeededPerson;

beforeAll(async () => {
  t = await startTestApp({ limits: { requestsPerMinute: 1_000_000, maxCost: 5_000, maxUploadBytes: 1024 * 1024 } });
  const s = seed(t);
  member = await s.person();
  await s.organisation(member);
});
afterAll(() => t.close());

/** Sends a text in one place; returns the answer and the event loop's longest delay meanwhile. */
async function send(
  place: TextPlace,
  text: string,
  person: SeededPerson | null,
): Promise<{ reply: GraphQLReply<unknown>; delay: number }> {
  const variables = place.variables(text);
  const delays = monitorEventLoopDelay({ resolution: 5 });
  delays.enable();
  const reply = place.upload
    ? await upload(t, person, place.query, { content: 'title\nx\n' }, variables)
    : await t.ask(place.query, variables, person ? { token: person.token } : {});
  await new Promise((resolve) => setTimeout(resolve, 10));
  delays.disable();
  return { reply, delay: delays.max / 1e6 };
}

/** Sends a text in every place as one person; returns the places that blocked the event loop or gave no typed error. */
async function sendEverywhere(text: string, person: SeededPerson | null): Promise<string[]> {
  const wrong: string[] = [];
  const check = async (place: TextPlace) => {
    const { reply, delay } = await send(place, text, person);
    if (delay > LONGEST_MS) wrong.push(`${place.name}: ${Math.round(delay)} ms`);
    for (const { extensions } of reply.errors ?? [])
      if (!KNOWN.test(extensions.code)) wrong.push(`${place.name}: ${extensions.code}`);
    // A client that may write there is told which field is wrong.
    const first = reply.errors?.[0]?.extensions;
    // Without a log-in, an upload is refused before its operation is read.
    const told =
      (first?.reason === 'TOO_MANY_MARKS' && first['field'] === place.field) ||
      (person === null && place.upload && first?.reason === 'LOGIN_REQUIRED');
    if (place.mutation && !told) wrong.push(`${place.name}: not refused, but ${JSON.stringify(first)}`);
  };
  // Requests overlap, so that the client prepares one while the server handles others; a blocked event loop shows in all.
  const open = places.filter((place) => person === null || !ENDS.test(place.name));
  for (let i = 0; i < open.length; i += AT_ONCE) await Promise.all(open.slice(i, i + AT_ONCE).map(check));
  return wrong;
}

describe('a text of combining marks', () => {
  it('is sent to hundreds of places', () => {
    const names = places.map((place) => place.name);
    expect(names).toEqual(
      expect.arrayContaining([
        'Query.achievementSearch(query)',
        'Query.achievementSuggestions(text)',
        'Query.investorSearch(query)',
        'Mutation.logIn(input.email)',
        'Mutation.logIn(input.password)',
        'Mutation.createAchievement(input.content.title.zh)',
        'Mutation.previewImport(input.institutionId)',
      ]),
    );
    expect(places.length).toBeGreaterThan(300);
  });

  it.each([
    'Query.achievementSearch(query)',
    'Query.achievementSuggestions(text)',
    'Query.investorSearch(query)',
    'Mutation.logIn(input.email)',
    'Mutation.logIn(input.password)',
  ])('does not keep the process from others in %s', async (name) => {
    const place = places.find((other) => other.name === name)!;
    for (const bytes of [160_000, 900_000]) {
      const { reply, delay } = await send(place, marked(bytes), null);
      expect(delay).toBeLessThan(LONGEST_MS);
      expect(reply.errors?.map((error) => [error.extensions.code, error.extensions['field']])).toEqual([
        ['BAD_USER_INPUT', place.field],
      ]);
    }
  });

  it('of 160 kB is answered in time and with a type wherever anyone may write it', { timeout: 300_000 }, async () => {
    expect(await sendEverywhere(marked(160_000), null)).toEqual([]);
  });

  it('of 900 kB is answered in time and with a type wherever a member may write it', { timeout: 300_000 }, async () => {
    expect(await sendEverywhere(marked(900_000), member)).toEqual([]);
  });

  it('is refused in a literal, a list and a fragment as in a variable, by the name of its field', async () => {
    const run = '\\u0301'.repeat(31);
    const fields = async (query: string, variables?: Record<string, unknown>) =>
      (await t.ask(query, variables)).errors?.[0]?.extensions['problems'];
    const problem = (field: string) => ({ field, code: 'TOO_MANY_MARKS', message: expect.any(String) as string });
    const content = `{ title: { zh: "a${run}" }, keywords: { zh: ["a", "b${run}"] } }`;
    expect(
      await fields(
        `mutation { ...M } fragment M on Mutation { createAchievement(input: { institutionId: "x", content: ${content} }) { __typename } }`,
      ),
    ).toEqual([problem('input.content.title.zh'), problem('input.content.keywords.zh[1]')]);
    expect(
      await fields(
        `mutation ($mail: String! = "a${run}") { logIn(input: { email: $mail, password: "x" }) { __typename } }`,
      ),
    ).toEqual([problem('mail')]);
  });

  it('is let through where 30 marks follow one another', async () => {
    const { errors } = await t.ask(`mutation ($input: LogInInput!) { logIn(input: $input) { __typename } }`, {
      input: { email: 'nobody@example.org', password: `a${'\u0301'.repeat(30)}` },
    });
    expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });
});
