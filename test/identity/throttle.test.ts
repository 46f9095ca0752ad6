import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSchema } from '../../src/graphql/schema.js';
import { composition } from '../../src/modules.js';
import { startTestApp, type TestApp } from '../harness.js';
import { post, startSmallServer, type SmallServer } from '../http/small-server.js';

let t: TestApp;
let server: SmallServer;
beforeAll(async () => {
  t = await startTestApp();
  server = await startSmallServer(t.app, await createSchema(composition), { trustProxy: 1 });
});
afterAll(async () => {
  await server.close();
  await t.close();
});

it('guesses from one IPv6 network count together, whatever address of it they come from', async () => {
  const guess = async (address: string) =>
    (
      await post(
        server.url,
        { query: 'mutation { confirmEmail(input: { token: "guess" }) { emailConfirmed } }' },
        { 'x-forwarded-for': address },
      )
    ).json.errors?.[0]?.extensions.code;
  for (let n = 1; n <= 50; n++) expect(await guess(`2001:db8:1:2::${n.toString(16)}`)).toBe('BAD_USER_INPUT');
  expect(await guess('2001:db8:1:2:ffff::1')).toBe('RATE_LIMITED');
  expect(await guess('2001:db8:1:3::1')).toBe('BAD_USER_INPUT');
});
