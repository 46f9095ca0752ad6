import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/**
 * Browser script that shows the token from the link's URL fragment, which browsers do not send to servers. It is
 * inserted as text and not as HTML, since a link may contain anything.
 */
const SHOW_TOKEN = `const token = new URLSearchParams(location.hash.slice(1)).get('token'); if (token) { document.getElementById('token').textContent = token; document.getElementById('shown').hidden = false; }`;

const POLICY =
  `default-src 'none'; script-src 'sha256-${createHash('sha256').update(SHOW_TOKEN).digest('base64')}'; style-src 'unsafe-inline'; ` +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/**
 * Pages for the links in mails, at paths that a frontend would serve: each names its purpose and the GraphQL operation
 * that does the same here.
 */
const PAGES: Array<{ path: string; zh: string; en: string; operation: string }> = [
  {
    path: '/confirm-email',
    zh: '确认邮箱',
    en: 'Confirm your e-mail address',
    operation: 'mutation { confirmEmail(input: { token: "…" }) { emailConfirmed } }',
  },
  {
    path: '/reset-password',
    zh: '设置新密码',
    en: 'Choose a new password',
    operation: 'mutation { resetPassword(input: { token: "…", newPassword: "…" }) { passwordChanged } }',
  },
  {
    path: '/confirm-email-change',
    zh: '确认新邮箱（请先登录）',
    en: 'Confirm your new e-mail address (log in first)',
    operation: 'mutation { confirmEmailChange(input: { token: "…" }) { account { email } } }',
  },
  {
    path: '/stop-email-change',
    zh: '阻止或撤销邮箱更改',
    en: 'Stop or undo the change of your e-mail address',
    operation: 'mutation { stopEmailChange(input: { token: "…" }) { undone } }',
  },
  {
    path: '/accept-invitation',
    zh: '接受邀请（请先登录）',
    en: 'Accept the invitation (log in first)',
    operation: 'mutation { acceptInvitation(input: { token: "…" }) { membership { role } } }',
  },
  {
    path: '/organisations/:id',
    zh: '查看机构',
    en: 'Look at the organisation',
    operation: 'query { node(id: "…") { ... on Organisation { name { value } verification closedAt } } }',
  },
  {
    path: '/interests/:id',
    zh: '查看意向（请先登录）',
    en: 'Read the interest (log in first)',
    operation: 'query { interest(id: "…") { id } }',
  },
  {
    path: '/objections/:id',
    zh: '查看异议（请先登录）',
    en: 'Read the objection (log in first)',
    operation: 'query { node(id: "…") { ... on Objection { reason text reply viewerCanReply } } }',
  },
];

/**
 * Serves pages for the links in mails, for deployments where no frontend runs at PUBLIC_URL. Each page names the
 * GraphQL operation for the purpose of the mail.
 */
export function addMailPages(http: FastifyInstance): void {
  for (const { path, zh, en, operation } of PAGES) {
    const html = page(zh, en, operation);
    http.get(path, async (_request, reply) =>
      reply.header('content-security-policy', POLICY).type('text/html; charset=utf-8').send(html),
    );
  }
}

function page(zh: string, en: string, operation: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${en} ${zh}</title>
<link rel="icon" href="data:,">
<style>body { font: 16px/1.6 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; } code { overflow-wrap: anywhere; }</style>
</head>
<body>
<h1>${en} <small lang="zh">${zh}</small></h1>
<p>This is an API without pages of its own. Send this operation to <code>/graphql</code>:</p>
<p lang="zh">此处仅为 API，没有对应页面。请向 <code>/graphql</code> 发送以下操作：</p>
<p><code>${operation.replaceAll('"', '&quot;')}</code></p>
<p id="shown" hidden>token: <code id="token"></code></p>
<script>${SHOW_TOKEN}</script>
</body>
</html>
`;
}
