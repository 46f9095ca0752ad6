import { createHash } from 'node:crypto';
import { parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchema } from '../../src/graphql/schema.js';
import { composition } from '../../src/modules.js';
import { startTestApp, type TestApp } from '../harness.js';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

describe('a link of a mail, where no frontend stands', () => {
  it.each([
    ['/confirm-email', 'confirmEmail'],
    ['/reset-password', 'resetPassword'],
    ['/accept-invitation', 'acceptInvitation'],
    ['/interests/SW50ZXJlc3Q6eA', 'interest'],
  ])('%s leads to a page that shows an operation of the API', async (path, field) => {
    const response = await fetch(`${t.url}${path}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const html = await response.text();
    const operation = /<code>((?:query|mutation) [^<]+)<\/code>/.exec(html)![1]!.replaceAll('&quot;', '"');
    expect(operation).toContain(`${field}(`);
    expect(validate(await createSchema(composition), parse(operation))).toEqual([]);
    // The content security policy allows only the page's own script, by its hash.
    const script = /<script>([^<]*)<\/script>/.exec(html)![1]!;
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain(`script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`);
    expect(policy).toContain("default-src 'none'");
  });
});
