import type { EntityManager } from 'typeorm';
import { toGlobalId } from '../../lib/ids.js';
import type { VerificationStatus } from '../../identity/organisations/organisation.entity.js';
import { shownName } from '../../identity/organisations/organisation.names.js';
import { localize, type Localized } from '../../kernel/localized.js';
import { GETS_MAIL, notify, type Receiver } from '../../notifications/mail.js';
import { defineMail, MailKind, oneLine } from '../../notifications/mail.events.js';
import type { RoundPair } from './pair.entity.js';
import type { MatchingRound } from './round.entity.js';

const SIDES = { zh: '配对双方机构的编辑和所有者', en: 'the editors and owners of both sides' };

/** Mail: a round is published, with pairs that await an answer. */
const publishedMail = defineMail<{ round: string; pairs: number }>({
  name: 'round.published',
  kind: MailKind.ROUND,
  tells: {
    zh: `${SIDES.zh}：撮合批次发布后`,
    en: `${SIDES.en}, when a matching round with pairs of theirs is published`,
  },
  page: 'rounds/:id',
  open: { zh: '登录后查看并答复：', en: 'Log in to read and answer:' },
  text: {
    ZH: ({ round, pairs }) => [
      `撮合批次已发布：${oneLine(round)}`,
      `撮合批次“${oneLine(round)}”已发布，贵单位有 ${pairs} 个配对等待答复。对方只有在双方都接受后才知道您已接受；如您谢绝，对方在批次结束前不会知道。`,
    ],
    EN: ({ round, pairs }) => [
      `Matching round published: ${oneLine(round)}`,
      `The matching round “${oneLine(round)}” is published. ${pairs === 1 ? 'One pair awaits' : `${pairs} pairs await`} your organisation’s answer; the other side learns of an acceptance only once both accept, and of a decline only when the round is closed.`,
    ],
  },
});

/** Mail: both sides of a pair accepted, and a thread between them is open. */
const bothAcceptedMail = defineMail<{ title: string; institution: string; investor: string }>({
  name: 'round.both-accepted',
  kind: MailKind.ROUND,
  tells: { zh: `${SIDES.zh}：双方都接受配对后`, en: `${SIDES.en} of a pair, when both have accepted it` },
  page: 'interests/:id',
  open: { zh: '登录后开始交流：', en: 'Log in to begin the conversation:' },
  text: {
    ZH: ({ title, institution, investor }) => [
      `双方均已接受：${oneLine(title)}`,
      `${oneLine(institution)} 和 ${oneLine(investor)} 都接受了关于成果“${oneLine(title)}”的配对，会话已开启。`,
    ],
    EN: ({ title, institution, investor }) => [
      `Both sides accepted: ${oneLine(title)}`,
      `${oneLine(institution)} and ${oneLine(investor)} have both accepted their pair on “${oneLine(title)}”; a thread between them is open.`,
    ],
  },
});

/** Mail: the answering of a round has ended. */
const closedMail = defineMail<{ round: string }>({
  name: 'round.closed',
  kind: MailKind.ROUND,
  tells: { zh: `${SIDES.zh}：撮合批次结束后`, en: `${SIDES.en}, when a matching round with pairs of theirs ends` },
  page: 'rounds/:id',
  text: {
    ZH: ({ round }) => [
      `撮合批次已结束：${oneLine(round)}`,
      `撮合批次“${oneLine(round)}”已结束，不再接受答复。双方都接受的配对可在会话中继续。`,
    ],
    EN: ({ round }) => [
      `Matching round ended: ${oneLine(round)}`,
      `The matching round “${oneLine(round)}” has ended and takes no more answers. Pairs that both sides accepted go on in their threads.`,
    ],
  },
});

/** All mails on matching rounds. */
export const roundMails = [publishedMail, bothAcceptedMail, closedMail];

type RoundNews = Pick<MatchingRound, 'id' | 'nameText'>;

/**
 * The editors and owners of both sides of a round's pairs, each with the number of the pairs that have one of the given
 * statuses.
 */
function participantsOf(tx: EntityManager, roundId: string, statuses: readonly string[]) {
  return tx.query(
    `SELECT acc.email, acc.locale, count(DISTINCT p.id)::int AS pairs
     FROM matching_round_pair p
     JOIN membership m ON m.organisation_id IN (p.institution_id, p.organisation_id)
       AND m.role IN ('EDITOR', 'OWNER')
     JOIN account acc ON acc.id = m.account_id
     WHERE p.round_id = $1 AND p.status = ANY ($2) AND ${GETS_MAIL}
     GROUP BY acc.id
     ORDER BY acc.id`,
    [roundId, statuses],
  ) as Promise<Array<Receiver & { pairs: number }>>;
}

/** On publication of a matching round, queues one mail to every editor and owner with unanswered pairs. */
export async function notifyOfPublication(tx: EntityManager, round: RoundNews): Promise<void> {
  await notify(
    tx,
    publishedMail,
    await participantsOf(tx, round.id, ['PROPOSED']),
    ({ locale, pairs }) => ({ round: localize(round.nameText, locale).value, pairs }),
    { id: toGlobalId('MatchingRound', round.id) },
  );
}

/**
 * On the end of a matching round, queues one mail to every editor and owner of an organisation with pairs in it; pairs
 * that were dropped, or ended with the closing of an organisation, do not count.
 */
export async function notifyOfClosing(tx: EntityManager, round: RoundNews): Promise<void> {
  await notify(
    tx,
    closedMail,
    await participantsOf(tx, round.id, ['PROPOSED', 'ACCEPTED', 'DECLINED']),
    ({ locale }) => ({ round: localize(round.nameText, locale).value }),
    { id: toGlobalId('MatchingRound', round.id) },
  );
}

/**
 * Once both sides of a pair have accepted and a thread was opened for them, queues mails to the editors and owners of
 * the achievement's institution, and to the person who accepted for the investor. Without a thread no mail is queued.
 */
export async function notifyOfAgreement(tx: EntityManager, pair: RoundPair): Promise<void> {
  if (pair.interestId === null) return;
  const [names] = (await tx.query(
    `SELECT a.title, i.name AS institution, i.verification AS "institutionVerification",
       o.name AS investor, o.verification AS "investorVerification"
     FROM achievement a
     JOIN organisation i ON i.id = a.institution_id
     JOIN organisation o ON o.id = $2
     WHERE a.id = $1`,
    [pair.achievementId, pair.organisationId],
  )) as Array<{
    title: Localized;
    institution: Localized;
    institutionVerification: VerificationStatus;
    investor: Localized;
    investorVerification: VerificationStatus;
  }>;
  const receivers = (await tx.query(
    `SELECT DISTINCT acc.id, acc.email, acc.locale
     FROM membership m
     JOIN account acc ON acc.id = m.account_id
     WHERE (m.organisation_id = $1 OR (m.organisation_id = $2 AND acc.id = $3))
       AND m.role IN ('EDITOR', 'OWNER') AND ${GETS_MAIL}
     ORDER BY acc.id`,
    [pair.institutionId, pair.organisationId, pair.investorAccountId],
  )) as Receiver[];
  await notify(
    tx,
    bothAcceptedMail,
    receivers,
    ({ locale }) => ({
      title: localize(names!.title, locale).value,
      institution: shownName({ name: names!.institution, verification: names!.institutionVerification }, locale),
      investor: shownName({ name: names!.investor, verification: names!.investorVerification }, locale),
    }),
    { id: toGlobalId('Interest', pair.interestId) },
  );
}
