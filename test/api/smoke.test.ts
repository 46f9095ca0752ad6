import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../harness.js';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

it('answers a first query', async () => {
  expect(await t.gql('{ __typename }')).toEqual({ __typename: 'Query' });
});
