import type { EntityManager } from 'typeorm';
import { shownName, type NamedOrganisation } from '../../identity/organisations/organisation.names.js';
import { RELATED_ORGANISATIONS } from '../../identity/sessions/related-organisations.js';
import { localize, type Localized } from '../../kernel/localized.js';
import { toGlobalId } from '../../lib/ids.js';
import type { MailEvent } from '../../kernel/mail.js';
import { editorsOf, GETS_MAIL, notify, type Receiver } from '../../notifications/mail.js';
import { defineMail, MailKind, oneLine } from '../../notifications/mail.events.js';
import type { ObjectionReason } from '../../objections/vocabularies.js';
import { termLabel } from '../../taxonomy/vocabulary.js';
import type { CohortEntry } from '../cohort/entry.entity.js';

type Entry = Pick<CohortEntry, 'achievementId' | 'institutionId'>;

/** `zh` and `en` are the words of the claim. */
interface Facts {
  title: string;
  institution: string;
  claim: { zh: string; en: string };
}

const page = 'objections/:id';

const objectionMail = defineMail<Facts>({
  name: 'objection.made',
  kind: MailKind.ACHIEVEMENT,
  tells: {
    zh: '成果所属单位的编辑和所有者：公示期内收到异议时',
    en: 'the editors and owners of the institution, when somebody objects to a proposed admission',
  },
  page,
  open: { zh: '登录后查看异议并答复：', en: 'Log in to read the objection and to reply:' },
  text: {
    ZH: ({ title, claim }) => [
      `公示异议：${oneLine(title)}`,
      `贵单位公示中的成果“${oneLine(title)}”收到一项异议，类型为：${claim.zh}。在作出决定之前，贵单位可以答复，答复供审核人员参考。`,
    ],
    EN: ({ title, claim }) => [
      `An objection to “${oneLine(title)}”`,
      `Somebody objects to the proposed admission of your result “${oneLine(title)}”. The claim: ${claim.en}. Until the objection is decided, your institution may reply; those who decide read the reply.`,
    ],
  },
});

const replyMail = defineMail<Facts>({
  name: 'objection.replied',
  kind: MailKind.ACHIEVEMENT,
  tells: {
    zh: '可以作出决定的运营方：单位答复异议时',
    en: 'the operators who may decide, when the institution replies to an objection',
  },
  page,
  open: { zh: '登录后查看答复并作出决定：', en: 'Log in to read the reply and to decide:' },
  text: {
    ZH: ({ title, institution }) => [
      `异议答复：${oneLine(title)}`,
      `${institution} 已答复针对成果“${oneLine(title)}”的公示异议。`,
    ],
    EN: ({ title, institution }) => [
      `A reply to the objection to “${oneLine(title)}”`,
      `${institution} has replied to the objection to “${oneLine(title)}”.`,
    ],
  },
});

/** All mails on objections except that of the answer, which is in `cohort.mails.ts`. */
export const objectionMails = [objectionMail, replyMail];

async function queue(
  tx: EntityManager,
  event: MailEvent<Facts>,
  { id, entry, reason }: { id: string; entry: Entry; reason?: ObjectionReason },
  receivers: readonly Receiver[],
): Promise<void> {
  if (receivers.length === 0) return;
  const [about] = (await tx.query(
    `SELECT a.title, o.name, o.verification
     FROM achievement a
     JOIN organisation o ON o.id = $2
     WHERE a.id = $1`,
    [entry.achievementId, entry.institutionId],
  )) as Array<NamedOrganisation & { title: Localized }>;
  const claim = reason === undefined ? { zh: '', en: '' } : termLabel('ObjectionReason', reason)!;
  await notify(
    tx,
    event,
    receivers,
    ({ locale }) => ({
      title: localize(about!.title, locale).value,
      institution: shownName(about!, locale),
      claim: claim as Facts['claim'],
    }),
    { id: toGlobalId('Objection', id) },
  );
}

/**
 * Queues mails to the editors and owners of an entry's institution about an objection against it. They name the claim
 * and neither the author nor the author's words, by which the author might be recognised.
 */
export async function mailObjection(
  tx: EntityManager,
  objection: { id: string; entry: Entry; reason: ObjectionReason },
): Promise<void> {
  await queue(tx, objectionMail, objection, await editorsOf(tx, objection.entry.institutionId));
}

/**
 * Queues mails about the reply of an entry's institution to the operators who may decide the objection: not to its
 * author, nor to operators with a tie to the institution.
 */
export async function mailReply(
  tx: EntityManager,
  reply: { id: string; entry: Entry; objectorId: string | null },
): Promise<void> {
  const receivers = (await tx.query(
    `SELECT acc.email, acc.locale
     FROM account acc
     CROSS JOIN LATERAL (SELECT ${RELATED_ORGANISATIONS} FROM account a WHERE a.id = acc.id) r
     WHERE acc.is_operator AND acc.id IS DISTINCT FROM $1::uuid AND NOT ($2::uuid = ANY(r.related)) AND ${GETS_MAIL}
     ORDER BY acc.id`,
    [reply.objectorId, reply.entry.institutionId],
  )) as Receiver[];
  await queue(tx, replyMail, reply, receivers);
}
