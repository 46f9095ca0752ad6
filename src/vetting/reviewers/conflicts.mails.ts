import type { EntityManager } from 'typeorm';
import { localize, type Localized } from '../../kernel/localized.js';
import { GETS_MAIL, notify, type Receiver } from '../../notifications/mail.js';
import { seatsEndedMail } from './reviewers.mails.js';

/**
 * Queues one mail to each reviewer whose assignments in a cohort ended, by default for a conflict of interest; `mail`
 * gives another reason, with the same words.
 */
export async function notifyOfEndedSeats(
  tx: EntityManager,
  cohortId: string,
  ended: ReadonlyArray<{ reviewerId: string }>,
  mail: typeof seatsEndedMail = seatsEndedMail,
): Promise<void> {
  if (ended.length === 0) return;
  const receivers = (await tx.query(
    `SELECT acc.email, acc.locale, c.name AS cohort, count(*)::int AS seats
     FROM unnest($2::uuid[]) AS e(reviewer_id)
     JOIN reviewer r ON r.id = e.reviewer_id
     JOIN account acc ON acc.id = r.account_id
     JOIN cohort c ON c.id = $1
     WHERE ${GETS_MAIL}
     GROUP BY acc.id, c.id
     ORDER BY acc.id`,
    [cohortId, ended.map(({ reviewerId }) => reviewerId)],
  )) as Array<Receiver & { cohort: Localized; seats: number }>;
  await notify(tx, mail, receivers, ({ locale, cohort, seats }) => ({
    cohort: localize(cohort, locale).value,
    count: seats,
  }));
}
