import { parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchema } from '../../src/graphql/schema.js';
import { composition } from '../../src/modules.js';
import { optOutToken } from '../../src/notifications/opt-out.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed } from '../seed.js';
import { FLOWS } from './mail-pages.flows.js';

/** Issue 15, point 14: every page behind a mail's link opens, in both languages, and each of its buttons works. */

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp({ requireOperatorTotp: true });
});
afterAll(() => t?.close());

interface PageData {
  operation: string;
  preview?: string;
  login: boolean;
  acts: boolean;
  idAt: number;
}
const open = async (path: string) => {
  const response = await fetch(`${t.url}${path}`);
  const html = await response.text();
  const json = /<script type="application\/json" id="page">([^<]*)<\/script>/.exec(html)?.[1];
  return { status: response.status, html, data: json === undefined ? null : (JSON.parse(json) as PageData) };
};
const pages = composition.mailPages;
const acting = pages.filter(({ button }) => button !== undefined);

describe('the page behind each link of docs/mails.md', () => {
  it.each(pages.map((page) => [page.path, page] as const))('%s opens in both languages', async (path, page) => {
    const { status, html, data } = await open(path.replace(':id', 'SW50ZXJlc3Q6eA'));
    expect(status).toBe(200);
    for (const text of [page.title, page.button, page.done, page.note, page.elsewhere?.label]) {
      if (!text) continue;
      expect(html).toContain(`<span lang="zh">${text.zh.replaceAll('"', '&quot;')}`);
      expect(html).toContain(`<span lang="en">${text.en.replaceAll('"', '&quot;')}`);
    }
    const schema = await createSchema(composition);
    for (const operation of [data!.operation, data!.preview])
      if (operation) expect(validate(schema, parse(operation))).toEqual([]);
    if (page.elsewhere) expect(pages.map((one) => one.path)).toContain(page.elsewhere.path);
    if (path.includes(':id')) expect(path.split('/').at(data!.idAt)).toBe(':id');
  });

  it('serves the page of every event of the table', () => {
    const paths = new Set(pages.map(({ path }) => path));
    const events = Object.values(composition.mails);
    expect(events.filter(({ page }) => page !== null && !paths.has(`/${page}`)).map(({ name }) => name)).toEqual([]);
    expect(Object.keys(FLOWS).sort()).toEqual(acting.map(({ path }) => path).sort());
  });
});

describe('the button of each page', () => {
  it.each(acting.map(({ path }) => path))('%s works once; a second click is answered kindly', async (path) => {
    const flow = await FLOWS[path]!(t);
    const { data } = await open(path);
    if (data!.preview) {
      const shown = await t.ask(data!.preview, { token: flow.token });
      expect(shown.errors).toBeUndefined();
    }
    const token = flow.as && (await seed(t).logIn(flow.as));
    const password = data!.operation.includes('$password') && flow.as ? { password: flow.as.password } : {};
    const click = () =>
      t.ask<Record<string, unknown>>(
        data!.operation,
        { ...password, ...flow.fields(), ...(flow.token && { token: flow.token }) },
        token === undefined ? {} : { token },
      );
    const first = await click();
    expect(first.errors).toBeUndefined();
    expect(Object.values(first.data)[0]).toBeTruthy();
    const second = await click();
    if (flow.again === null) expect(second.errors).toBeUndefined();
    else {
      expect(second.errors?.[0]?.message).toMatch(flow.again);
      expect(second.errors?.[0]?.extensions.code).not.toBe('INTERNAL_SERVER_ERROR');
    }
  });

  it('of unsubscribing works without a script, twice, and back; going back and reloading repeat no POST', async () => {
    const path = `/unsubscribe/${await optOutToken(t.app, 'reader@example.org', 'ROUND')}`;
    const visit = async (address: string, method = 'GET') => {
      const response = await fetch(`${t.url}${address}`, { method, redirect: 'manual' });
      const html = await response.text();
      const to = response.headers.get('location');
      const action = /<form method="post" action="([^"]+)">/.exec(html)?.[1];
      const on = (relative: string) => {
        const url = new URL(relative, `${t.url}${address}`);
        return url.pathname + url.search;
      };
      return {
        status: response.status,
        html,
        next: to === null ? null : on(to),
        button: action === undefined ? null : on(action),
      };
    };
    let page = await visit(path);
    expect(page.html).toContain('Stop mails of this kind');
    for (const heading of ['You get no more mails', 'You get mails of this kind again', 'You get no more mails']) {
      for (let click = 0; click < 2; click += 1) {
        const clicked = await visit(page.button!, 'POST');
        // The answer of a click is no page of its own, so that the history holds pages that were opened by GET alone.
        expect(clicked.status).toBe(303);
        const shown = await visit(clicked.next!);
        expect(shown.status).toBe(200);
        expect(shown.html).toContain(`<h1><span lang="zh">`);
        expect(shown.html).toContain(`<span lang="en">${heading}`);
        if (click === 1) page = shown;
      }
    }
  });

  it('of a mail program, which follows no redirect, is answered at once', async () => {
    const path = `/unsubscribe/${await optOutToken(t.app, 'program@example.org', 'ROUND')}`;
    for (const [to, heading] of [
      [path, 'You get no more mails of this kind'],
      [path, 'You get no more mails of this kind'],
      [path.replace('/unsubscribe/', '/subscribe/'), 'You get mails of this kind again'],
    ] as const) {
      const response = await fetch(`${t.url}${to}`, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'List-Unsubscribe=One-Click',
      });
      expect(response.status).toBe(200);
      expect(await response.text()).toContain(heading);
    }
  });
});

describe('an operator without two-factor authentication', () => {
  it('is told on every page with a log-in what to do, and finds the page that does it', async () => {
    const operator = await seed(t).person({ operator: true });
    const { html, data } = await open('/objections/SW50ZXJlc3Q6eA');
    expect(data!.login).toBe(true);
    expect(html).toContain('<a href="/two-factor">');
    expect(html).toContain('尚未开启两步验证');
    const token = await seed(t).logIn(operator);
    const asked = () =>
      t.gql<{ viewer: { isOperatorPending: boolean } }>('{ viewer { isOperatorPending } }', {}, { token });
    expect((await asked()).viewer.isOperatorPending).toBe(true);
    expect((await open('/two-factor')).status).toBe(200);
  });
});
