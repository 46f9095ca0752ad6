import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../harness.js';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

/** The audit's GETs carry no header that a browser would ask about first; everything else is sent exactly as it stands. */
const withPreflightOnGet: typeof fetch = (input, init = {}) =>
  fetch(
    input,
    (init.method ?? 'GET') === 'GET'
      ? { ...init, headers: { ...(init.headers as Record<string, string>), 'apollo-require-preflight': 'audit' } }
      : init,
  );

describe('the GraphQL-over-HTTP audit', () => {
  for (const { id, name } of serverAudits({ url: '' })) {
    it(`${id}: ${name}`, async () => {
      const audit = serverAudits({ url: `${t.url}/graphql`, fetchFn: withPreflightOnGet }).find(
        (candidate) => candidate.id === id,
      );
      const result = await audit!.fn();
      expect(result.status === 'ok' ? 'ok' : result.reason).toBe('ok');
    });
  }

  it('has not lost its checks', () => {
    expect(serverAudits({ url: '' }).length).toBeGreaterThanOrEqual(60);
  });

  it('leaves protection against request forgery on for a GET without such a header', async () => {
    const response = await fetch(`${t.url}/graphql?query=${encodeURIComponent('{ __typename }')}`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('Cross-Site Request Forgery');
  });
});
