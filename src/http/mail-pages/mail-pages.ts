import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { App } from '../../kernel/context.js';
import type { Bilingual, MailPage } from '../../kernel/mail.js';
import { MAIL_PAGE_SCRIPT } from './mail-pages.script.js';

const POLICY =
  `default-src 'none'; script-src 'sha256-${createHash('sha256').update(MAIL_PAGE_SCRIPT).digest('base64')}'; style-src 'unsafe-inline'; ` +
  "connect-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/**
 * Serves the links of mails where no frontend runs at PUBLIC_URL: each page shows, or does, what the mail is about,
 * after a log-in where that is needed. The pages use the public GraphQL endpoint only.
 */
export function addMailPages(http: FastifyInstance, app: Pick<App, 'modules'>): void {
  for (const page of app.modules.mailPages) {
    const html = mailPage(page);
    http.get(page.path, async (_request, reply) =>
      reply.header('content-security-policy', POLICY).type('text/html; charset=utf-8').send(html),
    );
  }
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/**
 * A text in both languages, as HTML; the style sheet hides the one that is not the page's language, which the script
 * chooses.
 */
export const both = ({ zh, en }: Bilingual): string =>
  `<span lang="zh">${escaped(zh)}</span><span lang="en">${escaped(en)}</span>`;

/** Makes the HTML document of a mail page: head with style sheet, the title as heading, and the given content. */
export function pageOf(title: Bilingual, content: string): string {
  return `<!doctype html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escaped(title.zh)} ${escaped(title.en)}</title>
<link rel="icon" href="data:,">
<style>
body { font: 16px/1.6 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; }
code, dd { overflow-wrap: anywhere; } dd { white-space: pre-wrap; } label { display: block; margin: .5rem 0; }
input { font: inherit; width: 100%; box-sizing: border-box; } button { font: inherit; margin: .5rem 0; }
dl dl { border-left: 2px solid #ccc; padding-left: 1rem; margin: .5rem 0; } dt { font-weight: 600; }
html[data-language] span[lang] { display: none; }
html[data-language="zh"] span[lang="zh"], html[data-language="en"] span[lang="en"] { display: inline; }
span[lang="zh"] + span[lang="en"]::before { content: " "; }
</style>
</head>
<body>
<h1>${both(title)}</h1>
${content}
</body>
</html>
`;
}

const input = (name: string, label: Bilingual, type: string, more = ''): string =>
  `<label>${both(label)}<input name="${name}" type="${type}" ${more}></label>`;

const TWO_FACTOR_FIRST: Bilingual = {
  zh: '您是平台运营方，但尚未开启两步验证：在此之前，运营方的内容不予显示。',
  en: 'You are an operator, but without two-factor authentication: what operators see is not shown before it is on.',
};
const SET_UP: Bilingual = { zh: '现在开启', en: 'Turn it on now' };
const NOTHING_SHOWN: Bilingual = {
  zh: '没有可显示的内容：可能已删除，或不再对您开放。',
  en: 'There is nothing to show: it was deleted, or it is not open to you any more.',
};

function mailPage(page: MailPage): string {
  const { title, operation, preview, note, elsewhere, login, asks = [], button, done, answers, labels = {} } = page;
  const segments = page.path.split('/');
  // Place of the id among the segments of the page's path, counted from the end, since the public address may have a
  // path of its own before it.
  const idAt = segments.indexOf(':id') - segments.length;
  const acts = button !== undefined;
  const data = JSON.stringify({ operation, preview, login, acts, answers, labels, idAt }).replaceAll('<', '\\u003c');
  const operations = [operation, ...(answers?.buttons.map((answer) => answer.operation) ?? [])];
  const logIn = login
    ? `<fieldset id="log-in"><legend>${both({ zh: '登录', en: 'Log in' })}</legend>
${input('email', { zh: '邮箱', en: 'E-mail address' }, 'email', 'autocomplete="username" required')}
${input('password', { zh: '密码', en: 'Password' }, 'password', 'autocomplete="current-password" required')}
${input('totpCode', { zh: '动态验证码（如已开启两步验证）', en: 'Code, with two-factor authentication' }, 'text', 'autocomplete="one-time-code"')}
</fieldset>`
    : '';
  const token = operation.includes('$token') ? input('token', { zh: '令牌', en: 'Token' }, 'text', 'required') : '';
  const fields = asks
    .map(({ name, label, secret }) => input(name, label, secret ? 'password' : 'text', 'required'))
    .join('\n');
  return pageOf(
    title,
    `${note ? `<p>${both(note)}</p>` : ''}
<div id="preview"></div>
<form id="form">
${logIn}${token}${fields}
<button>${both(button ?? { zh: '查看', en: 'Show' })}</button>
</form>
<p id="fault" role="alert" hidden></p>
<p id="done" role="status" hidden>${done ? both(done) : ''}</p>
<p id="pending" role="status" hidden>${both(TWO_FACTOR_FIRST)} <a href="/two-factor">${both(SET_UP)}</a></p>
<p id="empty" role="status" hidden>${both(NOTHING_SHOWN)}</p>
<div id="answer"></div>
${elsewhere ? `<p><a href="${elsewhere.path}">${both(elsewhere.label)}</a></p>` : ''}
<details><summary>${both({ zh: '开发者', en: 'For developers' })}</summary>
<p>${both({ zh: '本页向 /graphql 发送以下操作：', en: 'This page sends the following operation to /graphql:' })}</p>
${operations.map((one) => `<p><code>${escaped(one)}</code></p>`).join('\n')}</details>
<script type="application/json" id="page">${data}</script>
<script>${MAIL_PAGE_SCRIPT}</script>`,
  );
}
