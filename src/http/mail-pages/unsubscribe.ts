import type { FastifyInstance, FastifyReply } from 'fastify';
import type { App } from '../../kernel/context.js';
import type { Bilingual } from '../../kernel/mail.js';
import { MAIL_KINDS } from '../../notifications/mail.events.js';
import { readOptOutToken, setWanted } from '../../notifications/opt-out.js';
import { both, pageOf } from './mail-pages.js';

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'";
/** Maximum length, in bytes, of the form that is posted to these routes. */
const MAX_FORM_BYTES = 1_024;

interface Route {
  Params: { '*': string };
}

/**
 * Serves the links by which a person stops mails of one kind without a log-in. Opening the link changes nothing, since
 * programs open links too; the page's button, or the one click of a mail program (RFC 8058), sends a POST that stops
 * the mails. A repeated POST is harmless, and the page shown after it has a button to get the mails again.
 */
export function addUnsubscribe(http: FastifyInstance, app: App): void {
  void http.register(async (scope) => {
    // The body of a POST is ignored, since the token in the path names mailbox and kind. The paths end in wildcards,
    // since a named parameter of a path holds at most 100 characters.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { bodyLimit: MAX_FORM_BYTES, parseAs: 'string' }, (_request, _body, done) =>
      done(null),
    );
    scope.get<Route>('/unsubscribe/*', async ({ params: { '*': token } }, reply) => {
      const meant = readOptOutToken(app, token);
      if (!meant) return unknown(reply);
      return send(reply, 200, STOP, both(MAIL_KINDS[meant.kind]) + button(`/unsubscribe/${token}`, STOP));
    });
    for (const [path, wanted, title, other] of [
      ['unsubscribe', false, STOPPED, 'subscribe'],
      ['subscribe', true, STARTED, 'unsubscribe'],
    ] as const)
      scope.post<Route>(`/${path}/*`, async ({ params: { '*': token } }, reply) => {
        const meant = readOptOutToken(app, token);
        if (!meant) return unknown(reply);
        await setWanted(app.dataSource.manager, meant.mailbox, meant.kind, wanted, app.clock());
        const back = button(`/${other}/${token}`, wanted ? STOP : START);
        return send(reply, 200, title, both(MAIL_KINDS[meant.kind]) + back);
      });
  });
}

const STOP: Bilingual = { zh: '不再接收此类邮件', en: 'Stop mails of this kind' };
const START: Bilingual = { zh: '重新接收', en: 'Get them again' };
const STOPPED: Bilingual = { zh: '已退订', en: 'You get no more mails of this kind' };
const STARTED: Bilingual = { zh: '已恢复', en: 'You get mails of this kind again' };

const button = (action: string, label: Bilingual): string =>
  `<form method="post" action="${action}"><input type="hidden" name="List-Unsubscribe" value="One-Click"><button>${both(label)}</button></form>
<p><a href="/mail-settings">${both({ zh: '全部邮件设置', en: 'All mail settings' })}</a></p>`;

function send(reply: FastifyReply, status: number, title: Bilingual, content: string): FastifyReply {
  return reply
    .code(status)
    .header('content-security-policy', POLICY)
    .type('text/html; charset=utf-8')
    .send(pageOf(title, content));
}

const unknown = (reply: FastifyReply): FastifyReply =>
  send(
    reply,
    404,
    { zh: '链接无效', en: 'This link is not valid' },
    `<p>${both({ zh: '请从邮件中完整复制链接，或登录后修改邮件设置。', en: 'Copy the whole link from the mail, or log in and change your mail settings.' })}</p>`,
  );
