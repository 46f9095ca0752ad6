import type { EntityManager } from 'typeorm';
import { RELATED_ORGANISATIONS } from '../../identity/sessions/related-organisations.js';
import { localize, type Localized } from '../../kernel/localized.js';
import { toGlobalId } from '../../lib/ids.js';
import { editorsOf, GETS_MAIL, notify, type Receiver } from '../../notifications/mail.js';
import { defineMail, MailKind, oneLine, quoted } from '../../notifications/mail.events.js';
import type { CohortEntry } from '../cohort/entry.entity.js';
import { notifyOfEndedSeats } from '../reviewers/conflicts.mails.js';

const page = 'cohort-entries/:id';

interface Names {
  title: string;
  cohort: string;
}

const requestedMail = defineMail<Names>({
  name: 'withdrawal.requested',
  kind: MailKind.ACHIEVEMENT,
  tells: {
    zh: '可以作出决定的运营方：单位申请撤回批次中的成果时',
    en: 'the operators who may decide, when an institution asks to take its entry out of a cohort',
  },
  page,
  open: { zh: '登录后查看申请并作出决定：', en: 'Log in to read the request and to decide:' },
  text: {
    ZH: ({ title, cohort }) => [
      `撤回申请：${oneLine(title)}`,
      `成果“${oneLine(title)}”的所属单位申请将其从“${oneLine(cohort)}”中撤回，请确认。未答复之前，批次不能公示或结束。`,
    ],
    EN: ({ title, cohort }) => [
      `Request for withdrawal: ${oneLine(title)}`,
      `The institution of “${oneLine(title)}” asks to take it out of “${oneLine(cohort)}”. Until the request is answered, the cohort is neither put on public notice nor closed.`,
    ],
  },
});

const answeredMail = defineMail<Names & { confirmed: boolean; answer: string }>({
  name: 'withdrawal.answered',
  kind: MailKind.ACHIEVEMENT,
  tells: {
    zh: '成果所属单位的编辑和所有者：撤回申请得到答复时',
    en: 'the editors and owners of the institution, when a request for withdrawal is answered',
  },
  page,
  text: {
    ZH: ({ title, cohort, confirmed, answer }) => [
      `撤回申请${confirmed ? '已确认' : '未获同意'}：${oneLine(title)}`,
      `成果“${oneLine(title)}”${confirmed ? '已从' : '仍在'}“${oneLine(cohort)}”${confirmed ? '撤回，不再参加评审和入池' : '中'}。答复：\n\n${quoted(answer)}`,
    ],
    EN: ({ title, cohort, confirmed, answer }) => [
      `Withdrawal ${confirmed ? 'confirmed' : 'refused'}: ${oneLine(title)}`,
      `“${oneLine(title)}” ${confirmed ? 'was taken out of' : 'stays in'} “${oneLine(cohort)}”. The answer:\n\n${quoted(answer)}`,
    ],
  },
});

const seatsMail = defineMail<{ cohort: string; count: number }>({
  name: 'reviewer.entry-withdrawn',
  kind: MailKind.REVIEWING,
  tells: {
    zh: '评审专家：其评审的成果被所属单位撤回时',
    en: 'the reviewer, when a result on the desk is withdrawn by its institution',
  },
  page: 'reviewer-desk',
  text: {
    ZH: ({ cohort, count }) => [
      '一项成果已撤回',
      `“${oneLine(cohort)}”中的一项成果已由其单位撤回，您的 ${count} 项评审任务随之结束，无需再评审。`,
    ],
    EN: ({ cohort, count }) => [
      'A result was withdrawn',
      `A result of “${oneLine(cohort)}” was withdrawn by its institution; ${count} of your assignments ended with it and need no review.`,
    ],
  },
});

/** All mails on withdrawals of entries. */
export const withdrawalMails = [requestedMail, answeredMail, seatsMail];

async function namesOf(tx: EntityManager, entry: CohortEntry): Promise<(to: Receiver) => Names> {
  const [row] = (await tx.query(
    `SELECT a.title, c.name AS cohort FROM achievement a, cohort c WHERE a.id = $1 AND c.id = $2`,
    [entry.achievementId, entry.cohortId],
  )) as Array<{ title: Localized; cohort: Localized }>;
  return ({ locale }) => ({
    title: localize(row!.title, locale).value,
    cohort: localize(row!.cohort, locale).value,
  });
}

/** Queues mails on a new request to the operators who have no tie to the institution. */
export async function mailWithdrawalRequested(tx: EntityManager, entry: CohortEntry): Promise<void> {
  const receivers = (await tx.query(
    `SELECT acc.email, acc.locale
     FROM account acc
     CROSS JOIN LATERAL (SELECT ${RELATED_ORGANISATIONS} FROM account a WHERE a.id = acc.id) r
     WHERE acc.is_operator AND NOT ($1::uuid = ANY(r.related)) AND ${GETS_MAIL}
     ORDER BY acc.id`,
    [entry.institutionId],
  )) as Receiver[];
  await notify(tx, requestedMail, receivers, await namesOf(tx, entry), { id: toGlobalId('CohortEntry', entry.id) });
}

/** Queues mails on the answer to a request to the editors and owners of the institution. */
export async function mailWithdrawalAnswered(
  tx: EntityManager,
  entry: CohortEntry,
  { author, ...said }: { confirmed: boolean; answer: string; author: string },
): Promise<void> {
  const names = await namesOf(tx, entry);
  await notify(tx, answeredMail, await editorsOf(tx, entry.institutionId), (to) => ({ ...names(to), ...said }), {
    id: toGlobalId('CohortEntry', entry.id),
    authors: [author],
  });
}

/** Queues one mail to each reviewer whose open seats ended with a withdrawn entry. */
export const mailSeatsOfWithdrawn = (
  tx: EntityManager,
  cohortId: string,
  ended: ReadonlyArray<{ reviewerId: string }>,
): Promise<void> => notifyOfEndedSeats(tx, cohortId, ended, seatsMail);
