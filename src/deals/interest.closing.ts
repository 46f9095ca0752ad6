import type { EntityManager } from 'typeorm';
import type { ClosingStep } from '../kernel/closing.js';
import type { Locale, Localized } from '../kernel/localized.js';
import { shownName, type NamedOrganisation } from '../identity/organisations/organisation.names.js';
import { appendLedger } from '../ledger/ledger.service.js';
import { changedRows } from '../lib/changed-rows.js';
import { toGlobalId } from '../lib/ids.js';
import { GETS_MAIL, notify } from '../notifications/mail.js';
import { otherClosedMail } from './interest.mails.js';
import { otherSide } from './interest.sides.js';
import type { InterestSide } from './interest.stages.js';

interface ClosedThread {
  id: string;
  side: InterestSide;
  from: string;
}

/**
 * Part of closing an organisation: closes every interest thread that is not closed and has the organisation on one
 * side, as if that side had closed it, and mails the other side of each.
 */
export const closeThreads: ClosingStep = async (tx, { id, actor }, app) => {
  const at = app.clock();
  const closed = await changedRows<ClosedThread>(
    tx,
    `UPDATE interest i
     SET status = 'CLOSED', closed_at = $2, closed_by = b.side, close_reason = NULL
     FROM (
       SELECT id, status, CASE WHEN institution_id = $1 THEN 'LISTER' ELSE 'PARTY' END AS side
       FROM interest
       WHERE (institution_id = $1 OR organisation_id = $1) AND status IN ('OPEN', 'ANSWERED')
       ORDER BY id
       FOR UPDATE
     ) b
     WHERE i.id = b.id
     RETURNING i.id, b.side, b.status AS "from"`,
    [id, at],
  );
  for (const side of ['LISTER', 'PARTY'] as const)
    await tellOther(
      tx,
      side,
      closed.filter((thread) => thread.side === side).map((thread) => thread.id),
    );
  await appendLedger(
    tx,
    actor,
    at,
    closed.map((thread) => ({
      kind: 'interest.closed',
      subjectType: 'Interest',
      subjectId: thread.id,
      facts: { from: thread.from, by: thread.side, cause: 'ORGANISATION_CLOSED' },
    })),
  );
};

interface Receiver {
  id: string;
  email: string;
  locale: Locale;
  organisation: Localized;
  verification: NamedOrganisation['verification'];
  verifiedAt: Date | null;
}

/**
 * Queues a mail about each of the closed threads `ids` to each person on the thread's other side; `side` is the side of
 * the closed organisation.
 */
async function tellOther(tx: EntityManager, side: InterestSide, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const [own, other] =
    side === 'LISTER' ? ['institution_id', 'organisation_id'] : ['organisation_id', 'institution_id'];
  // On the party's side the receiver is the person who opened the thread or, if that account is erased, the editors and
  // owners of the person's organisation; on the lister's side the editors and owners of the institution.
  const person = otherSide(side) === 'PARTY' ? 'acc.id = i.account_id OR i.account_id IS NULL AND' : '';
  const receivers = (await tx.query(
    `SELECT i.id, acc.email, acc.locale, o.name AS organisation, o.verification, o.verified_at AS "verifiedAt"
     FROM interest i
     JOIN organisation o ON o.id = i.${own}
     JOIN account acc ON ${person} EXISTS (
       SELECT 1
       FROM membership m
       WHERE m.organisation_id = i.${other} AND m.account_id = acc.id AND m.role IN ('EDITOR', 'OWNER')
     )
     WHERE i.id = ANY ($1::uuid[]) AND ${GETS_MAIL}
     ORDER BY i.id, acc.id`,
    [ids],
  )) as Receiver[];
  await notify(
    tx,
    otherClosedMail,
    receivers,
    ({ locale, organisation, verification, verifiedAt }) => ({
      organisation: shownName({ name: organisation, verification, verifiedAt }, locale),
    }),
    ({ id }) => ({ id: toGlobalId('Interest', id) }),
  );
}
