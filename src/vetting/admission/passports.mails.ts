import type { EntityManager } from 'typeorm';
import { dayOfChina } from '../../lib/day.js';
import { toGlobalId } from '../../lib/ids.js';
import { localize, type Localized } from '../../kernel/localized.js';
import { GETS_MAIL, notify, type Receiver } from '../../notifications/mail.js';
import { defineMail, MailKind, oneLine } from '../../notifications/mail.events.js';
import type { PassportVoidReason } from '../vocabularies.js';

const EDITORS = { zh: '成果所属单位的编辑和所有者', en: 'the editors and owners of the institution' };
const page = 'achievements/:id';

/**
 * Reason for which a passport is void, as a sentence for mails; a passport that a newer one replaces causes no mail.
 */
const WHY: Record<Exclude<PassportVoidReason, 'REPLACED'>, { zh: string; en: string }> = {
  MATERIAL_CHANGE: { zh: '成果的实质内容已更改', en: 'what was reviewed of the result has changed' },
  EXPIRED: { zh: '有效期已满', en: 'its term has ended' },
  REVOKED: { zh: '入池已被运营方撤销', en: 'an operator has revoked the admission' },
};

const voidMail = defineMail<{ title: string; reason: keyof typeof WHY }>({
  name: 'passport.void',
  kind: MailKind.ACHIEVEMENT,
  tells: { zh: `${EDITORS.zh}：评分凭证失效时`, en: `${EDITORS.en}, when a score passport becomes void` },
  page,
  text: {
    ZH: ({ title, reason }) => [
      `评分凭证已失效：${oneLine(title)}`,
      `成果“${oneLine(title)}”的评分凭证已失效：${WHY[reason].zh}。可将成果重新提交评审。`,
    ],
    EN: ({ title, reason }) => [
      `Score passport void: ${oneLine(title)}`,
      `The score passport of “${oneLine(title)}” is void: ${WHY[reason].en}. The result can be handed in for a new review.`,
    ],
  },
});

const expiringMail = defineMail<{ title: string; on: string }>({
  name: 'passport.expiring',
  kind: MailKind.ACHIEVEMENT,
  tells: { zh: `${EDITORS.zh}：评分凭证到期前 60 天`, en: `${EDITORS.en}, 60 days before a score passport expires` },
  page,
  text: {
    ZH: ({ title, on }) => [
      `评分凭证即将到期：${oneLine(title)}`,
      `成果“${oneLine(title)}”的评分凭证将于 ${on} 到期。到期后成果仍在池中，但需重新评审。`,
    ],
    EN: ({ title, on }) => [
      `Score passport expires soon: ${oneLine(title)}`,
      `The score passport of “${oneLine(title)}” expires on ${on}. The result stays in the pool, and then needs a new review.`,
    ],
  },
});

/** All mails on score passports. */
export const passportMails = [voidMail, expiringMail];

const OF_INSTITUTIONS = `
  FROM achievement a
  JOIN membership m ON m.organisation_id = a.institution_id AND m.role IN ('EDITOR', 'OWNER')
  JOIN account acc ON acc.id = m.account_id`;

type Told = Receiver & { achievement: string; title: Localized };

const aboutAchievement = ({ achievement }: Told) => ({ id: toGlobalId('Achievement', achievement) });

/**
 * Queues mails about void passports of these achievements to the editors and owners of their institutions; none if the
 * passports were replaced.
 */
export async function notifyOfVoid(
  tx: EntityManager,
  achievementIds: readonly string[],
  reason: PassportVoidReason,
): Promise<void> {
  if (reason === 'REPLACED' || achievementIds.length === 0) return;
  const receivers = (await tx.query(
    `SELECT acc.email, acc.locale, a.id AS achievement, a.title
     ${OF_INSTITUTIONS}
     WHERE a.id = ANY($1::uuid[]) AND ${GETS_MAIL}
     ORDER BY acc.id, a.id`,
    [achievementIds],
  )) as Told[];
  await notify(
    tx,
    voidMail,
    receivers,
    ({ locale, title }) => ({ title: localize(title, locale).value, reason }),
    aboutAchievement,
  );
}

const NOTICE_MS = 60 * 86_400_000;

/**
 * Queues mails about passports that expire within 60 days to the editors and owners of the institutions; each passport
 * is announced once.
 */
export async function notifyOfExpiry(tx: EntityManager, at: Date): Promise<void> {
  const receivers = (await tx.query(
    `WITH told AS (
       UPDATE score_passport
       SET expiry_told_at = $1
       WHERE voided_at IS NULL AND expires_at > $1 AND expires_at <= $2 AND expiry_told_at IS NULL
       RETURNING achievement_id, expires_at
     )
     SELECT acc.email, acc.locale, a.id AS achievement, a.title, told.expires_at AS "expiresAt"
     ${OF_INSTITUTIONS}
     JOIN told ON told.achievement_id = a.id
     WHERE ${GETS_MAIL}
     ORDER BY acc.id, a.id`,
    [at, new Date(at.getTime() + NOTICE_MS)],
  )) as Array<Told & { expiresAt: Date }>;
  await notify(
    tx,
    expiringMail,
    receivers,
    ({ locale, title, expiresAt }) => ({ title: localize(title, locale).value, on: dayOfChina(expiresAt) }),
    aboutAchievement,
  );
}
