import type { FastifyInstance, FastifyReply } from 'fastify';
import type { App } from '../../kernel/context.js';
import type { Bilingual } from '../../kernel/mail.js';
import { MAIL_KINDS, type MailKind } from '../../notifications/mail.events.js';
import { optOutsOf, readOptOutToken, setWanted } from '../../notifications/opt-out.js';
import { both, pageOf } from './mail-pages.js';

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'";
/** Maximum length, in bytes, of the form that is posted to these routes. */
const MAX_FORM_BYTES = 1_024;

interface Route {
  Params: { '*': string };
  Querystring: Record<string, string | undefined>;
}

/** Marks the POST of a page's button, as opposed to that of a mail program. */
const FROM_PAGE = 'from=page';

/**
 * Serves the links by which a person stops mails of one kind without a log-in. Opening a link changes nothing, since
 * programs open links too; it shows whether the mails are stopped, with a button to change that. A button's POST is
 * answered with a redirect to the page, so that going back or reloading never repeats the POST. The one click of a mail
 * program is answered at once, since RFC 8058 forbids a redirect there. A repeated POST is harmless.
 *
 * The addresses in the pages are relative, since the public address may have a path of its own.
 */
export function addUnsubscribe(http: FastifyInstance, app: App): void {
  void http.register(async (scope) => {
    // The body of a POST is ignored, since the token in the path names mailbox and kind. The paths end in wildcards,
    // since a named parameter of a path holds at most 100 characters.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { bodyLimit: MAX_FORM_BYTES, parseAs: 'string' }, (_request, _body, done) =>
      done(null),
    );
    for (const [path, wanted] of [
      ['unsubscribe', false],
      ['subscribe', true],
    ] as const) {
      scope.get<Route>(`/${path}/*`, async ({ params: { '*': token } }, reply) => {
        const meant = readOptOutToken(app, token);
        if (!meant) return unknown(reply);
        const optOuts = await optOutsOf(app.dataSource.manager, app, meant.mailbox);
        const stopped = optOuts.some(({ kind }) => kind === meant.kind);
        return show(reply, token, meant.kind, stopped ? STOPPED : wanted ? STARTED : STOP, !stopped);
      });
      scope.post<Route>(`/${path}/*`, async ({ params: { '*': token }, query }, reply) => {
        const meant = readOptOutToken(app, token);
        if (!meant) return unknown(reply);
        await setWanted(app.dataSource.manager, app, meant.mailbox, meant.kind, wanted, app.clock());
        if (query['from'] === 'page') return reply.redirect(`../${path}/${encodeURIComponent(token)}`, 303);
        return show(reply, token, meant.kind, wanted ? STARTED : STOPPED, wanted);
      });
    }
  });
}

const STOP: Bilingual = { zh: '不再接收此类邮件', en: 'Stop mails of this kind' };
const START: Bilingual = { zh: '重新接收', en: 'Get them again' };
const STOPPED: Bilingual = { zh: '已退订', en: 'You get no more mails of this kind' };
const STARTED: Bilingual = { zh: '已恢复', en: 'You get mails of this kind again' };

/** Shows the page of one kind of mail, with the button that stops it, if `wanted`, or else starts it. */
const show = (reply: FastifyReply, token: string, kind: MailKind, title: Bilingual, wanted: boolean): FastifyReply =>
  send(
    reply,
    200,
    title,
    `${both(MAIL_KINDS[kind])}
<form method="post" action="../${wanted ? 'unsubscribe' : 'subscribe'}/${encodeURIComponent(token)}?${FROM_PAGE}"><button>${both(wanted ? STOP : START)}</button></form>
<p><a href="../mail-settings">${both({ zh: '全部邮件设置', en: 'All mail settings' })}</a></p>`,
  );

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
