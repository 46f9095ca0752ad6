import type { EntityManager } from 'typeorm';
import type { App } from '../../kernel/context.js';
import { toGlobalId } from '../../lib/ids.js';
import { Locale, localize } from '../../kernel/localized.js';
import { GETS_MAIL, pageLink, queueMails } from '../../notifications/mail.js';
import type { MatchingRound } from './round.entity.js';

const WORDS: Record<Locale, (round: string, pairs: number) => { subject: string; text: string }> = {
  ZH: (round, pairs) => ({
    subject: `撮合批次已发布：${round}`,
    text: `撮合批次“${round}”已发布，贵单位有 ${pairs} 个配对等待答复。对方只有在双方都接受后才知道您已接受；如您谢绝，对方在批次结束前不会知道。\n\n登录后查看并答复：`,
  }),
  EN: (round, pairs) => ({
    subject: `Matching round published: ${round}`,
    text: `The matching round “${round}” is published. ${pairs === 1 ? 'One pair awaits' : `${pairs} pairs await`} your organisation’s answer; the other side learns of an acceptance only once both accept, and of a decline only when the round is closed.\n\nLog in to read and answer:`,
  }),
};

/**
 * On publication of a matching round, queues one mail to every editor and owner of an organisation with unanswered
 * pairs; returns the number of mails.
 */
export async function notifyOfPublication(
  tx: EntityManager,
  app: App,
  round: Pick<MatchingRound, 'id' | 'nameText'>,
): Promise<number> {
  const receivers = (await tx.query(
    `SELECT acc.email, acc.locale, count(DISTINCT p.id)::int AS pairs
     FROM matching_round_pair p
     JOIN membership m ON m.organisation_id IN (p.institution_id, p.organisation_id)
       AND m.role IN ('EDITOR', 'OWNER')
     JOIN account acc ON acc.id = m.account_id
     WHERE p.round_id = $1 AND p.status = 'PROPOSED' AND ${GETS_MAIL}
     GROUP BY acc.id
     ORDER BY acc.id`,
    [round.id],
  )) as Array<{ email: string; locale: Locale; pairs: number }>;
  const id = toGlobalId('MatchingRound', round.id);
  await queueMails(
    tx,
    receivers.map(({ email, locale, pairs }) => {
      const { subject, text } = WORDS[locale](localize(round.nameText, locale).value, pairs);
      return { to: email, locale, subject, text: `${text}\n${pageLink(app, `rounds/${id}`)}\n\nid: ${id}\n` };
    }),
  );
  return receivers.length;
}
