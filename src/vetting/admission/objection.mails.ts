import type { EntityManager } from 'typeorm';
import { shownName, type NamedOrganisation } from '../../identity/organisations/organisation.names.js';
import { RELATED_ORGANISATIONS } from '../../identity/sessions/related-organisations.js';
import type { App } from '../../kernel/context.js';
import { Locale, localize, type Localized } from '../../kernel/localized.js';
import { toGlobalId } from '../../lib/ids.js';
import { GETS_MAIL, pageLink, queueMails } from '../../notifications/mail.js';
import type { ObjectionReason } from '../../objections/vocabularies.js';
import { termLabel } from '../../taxonomy/vocabulary.js';
import type { CohortEntry } from '../cohort/entry.entity.js';

type Words = [subject: string, text: string];
type Entry = Pick<CohortEntry, 'achievementId' | 'institutionId'>;
interface Receiver {
  email: string;
  locale: Locale;
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').slice(0, 120);

async function queue(
  tx: EntityManager,
  app: App,
  { id, entry }: { id: string; entry: Entry },
  receivers: readonly Receiver[],
  words: (locale: Locale, title: string, institution: string) => Words,
): Promise<void> {
  if (receivers.length === 0) return;
  const [about] = (await tx.query(
    `SELECT a.title, o.name, o.verification
     FROM achievement a
     JOIN organisation o ON o.id = $2
     WHERE a.id = $1`,
    [entry.achievementId, entry.institutionId],
  )) as Array<NamedOrganisation & { title: Localized }>;
  const link = pageLink(app, `objections/${toGlobalId('Objection', id)}`);
  const mails = receivers.map(({ email, locale }) => {
    const title = oneLine(localize(about!.title, locale).value);
    const [subject, text] = words(locale, title, shownName(about!, locale));
    return { to: email, locale, subject, text: `${text}\n${link}\n` };
  });
  await queueMails(tx, mails);
}

/**
 * Queues mails to the editors and owners of an entry's institution about an objection against it. They name the claim
 * and neither the author nor the author's words, by which the author might be recognised.
 */
export async function mailObjection(
  tx: EntityManager,
  app: App,
  objection: { id: string; entry: Entry; reason: ObjectionReason },
): Promise<void> {
  const receivers = (await tx.query(
    `SELECT acc.email, acc.locale
     FROM membership m
     JOIN account acc ON acc.id = m.account_id
     WHERE m.organisation_id = $1 AND m.role IN ('EDITOR', 'OWNER') AND ${GETS_MAIL}
     ORDER BY acc.id`,
    [objection.entry.institutionId],
  )) as Receiver[];
  const claim = termLabel('ObjectionReason', objection.reason)!;
  await queue(tx, app, objection, receivers, (locale, title) =>
    locale === Locale.ZH
      ? [
          `公示异议：${title}`,
          `贵单位公示中的成果“${title}”收到一项异议，类型为：${claim.zh}。在作出决定之前，贵单位可以答复，答复供审核人员参考。登录后查看异议并答复：`,
        ]
      : [
          `An objection to “${title}”`,
          `Somebody objects to the proposed admission of your result “${title}”. The claim: ${claim.en}. Until the objection is decided, your institution may reply; those who decide read the reply. Log in to read the objection and to reply:`,
        ],
  );
}

/**
 * Queues mails about the reply of an entry's institution to the operators who may decide the objection: not to its
 * author, nor to operators with a tie to the institution.
 */
export async function mailReply(
  tx: EntityManager,
  app: App,
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
  await queue(tx, app, reply, receivers, (locale, title, institution) =>
    locale === Locale.ZH
      ? [`异议答复：${title}`, `${institution} 已答复针对成果“${title}”的公示异议。登录后查看答复并作出决定：`]
      : [
          `A reply to the objection to “${title}”`,
          `${institution} has replied to the objection to “${title}”. Log in to read the reply and to decide:`,
        ],
  );
}
