import type { EntityManager } from 'typeorm';
import type { App } from '../kernel/context.js';
import { addJob, addLostJob, type Task } from '../kernel/jobs.js';
import type { Sweep } from '../kernel/jobs/sweep.js';
import { toGlobalId } from '../lib/ids.js';
import type { VerificationStatus } from '../identity/organisations/organisation.entity.js';
import { shownName } from '../identity/organisations/organisation.names.js';
import { Locale, localize, type Localized } from '../kernel/localized.js';
import { GETS_MAIL, notify } from '../notifications/mail.js';
import { oneLine } from '../notifications/mail.events.js';
import { interestAnsweredMail, interestClosedMail, interestWrittenMail } from './interest.mails.js';
import { otherSide } from './interest.sides.js';
import { InterestSide } from './interest.stages.js';

export const INTEREST_MAIL_TASK = 'deals:interest-mail';

/**
 * Minimum time, in milliseconds, between two mails to one person about one thread, as long as the person has not read
 * the messages of the last mail. Messages written meanwhile are mailed when that time is over, unless they have been
 * read by then.
 */
const PAUSE_MS = 10 * 60_000;

/** The newest message of one side of a thread, with the data that a mail about it mentions. */
interface News {
  seq: number;
  body: string;
  side: InterestSide;
  authorId: string | null;
  author: string | null;
  organisation: Localized | null;
  verification: VerificationStatus | null;
  title: Localized;
  inPool: boolean;
}

interface Receiver {
  id: string;
  email: string;
  locale: Locale;
  readSeq: number;
  mailedSeq: number;
  mailedAt: Date | null;
  fresh: number;
}

/**
 * Earliest time at which a person may be mailed about a thread: `now`, or PAUSE_MS after the last mail if that is later
 * and the person has not read the messages of that mail.
 */
export function mailDue(receiver: Pick<Receiver, 'readSeq' | 'mailedSeq' | 'mailedAt'>, now: Date): Date {
  if (receiver.mailedAt === null || receiver.readSeq >= receiver.mailedSeq) return now;
  return new Date(Math.max(now.getTime(), receiver.mailedAt.getTime() + PAUSE_MS));
}

/**
 * Mails the newest message of `side` to the other side; runs in the caller's transaction, under the thread's lock.
 * Mails to the lister go to all editors and owners of the institution, except the person who expressed the interest;
 * mails to the party go to that person and to every editor or owner of the person's organisation who has written in the
 * thread.
 */
export async function notifyOtherSide(
  tx: EntityManager,
  app: App,
  interestId: string,
  side: InterestSide,
  onlyAccountId: string | null = null,
): Promise<void> {
  const news = await readNews(tx, interestId, side);
  if (!news) return;
  const now = app.clock();
  const mailed: string[] = [];
  for (const receiver of await readReceivers(tx, interestId, news, onlyAccountId)) {
    if (Math.max(receiver.readSeq, receiver.mailedSeq) >= news.seq) continue;
    const due = mailDue(receiver, now);
    if (due > now) {
      await addJob(
        tx,
        INTEREST_MAIL_TASK,
        { interestId, side, accountId: receiver.id },
        { key: heldBackKey(interestId, receiver.id), runAt: due },
      );
      await tx.query(`UPDATE interest_participant SET mail_due_at = $3 WHERE interest_id = $1 AND account_id = $2`, [
        interestId,
        receiver.id,
        due,
      ]);
      continue;
    }
    await notify(
      tx,
      news.side === 'PARTY' ? interestWrittenMail : interestAnsweredMail,
      [receiver],
      () => factsOf(news, receiver),
      { id: toGlobalId('Interest', interestId), authors: news.authorId === null ? [] : [news.authorId] },
    );
    mailed.push(receiver.id);
  }
  if (mailed.length === 0) return;
  await tx.query(
    `INSERT INTO interest_participant (interest_id, account_id, mailed_seq, mailed_at)
     SELECT $1, unnest($2::uuid[]), $3, $4
     ON CONFLICT (interest_id, account_id) DO UPDATE
     SET mailed_seq = excluded.mailed_seq, mailed_at = excluded.mailed_at, mail_due_at = NULL`,
    [interestId, mailed, news.seq, now],
  );
}

const heldBackKey = (interestId: string, accountId: string) => `${INTEREST_MAIL_TASK}:${interestId}:${accountId}`;

/**
 * Job that sends a mail about a thread that was held back by PAUSE_MS. It determines receivers and unread messages
 * again, because both may have changed. The job names the side whose message is mailed; one that was queued again after
 * a loss does not, so messages of both sides are tried: the person gets only those of the other side.
 */
export const sendHeldBackMail: Task = async (app, payload) => {
  const { interestId, side, accountId } = payload as { interestId: string; side?: InterestSide; accountId: string };
  await app.dataSource.transaction(async (tx) => {
    await tx.query(`SELECT 1 FROM interest WHERE id = $1 FOR UPDATE`, [interestId]);
    await tx.query(`UPDATE interest_participant SET mail_due_at = NULL WHERE interest_id = $1 AND account_id = $2`, [
      interestId,
      accountId,
    ]);
    for (const one of side === undefined ? SIDES : [side]) await notifyOtherSide(tx, app, interestId, one, accountId);
  });
};

const SIDES = Object.values(InterestSide);
/** Maximum number of held-back mails that are queued again at a time. */
const SWEPT = 1000;

/** Queues again the held-back mails whose job is lost. */
export const sweepHeldBackMails: Sweep = {
  task: INTEREST_MAIL_TASK,
  async requeue(tx, app) {
    const due = (await tx.query(
      `SELECT interest_id AS "interestId", account_id AS "accountId"
       FROM interest_participant
       WHERE mail_due_at <= $1
       ORDER BY mail_due_at
       LIMIT ${SWEPT}`,
      [app.clock()],
    )) as Array<{ interestId: string; accountId: string }>;
    let queued = 0;
    for (const one of due) {
      const key = heldBackKey(one.interestId, one.accountId);
      if (await addLostJob(tx, INTEREST_MAIL_TASK, one, { key })) queued += 1;
    }
    return queued;
  },
};

async function readNews(tx: EntityManager, interestId: string, side: InterestSide): Promise<News | undefined> {
  const [row] = (await tx.query(
    `SELECT m.seq, m.body, m.side, m.author_id AS "authorId", author.display_name AS author,
       o.name AS organisation, o.verification,
       a.title, a.status = 'ADMITTED' AS "inPool"
     FROM interest i
     JOIN achievement a ON a.id = i.achievement_id
     JOIN interest_message m ON m.interest_id = i.id
       AND m.side = $2
       AND m.seq = CASE $2 WHEN 'PARTY' THEN i.party_seq ELSE i.lister_seq END
     LEFT JOIN account author ON author.id = m.author_id
     LEFT JOIN organisation o ON o.id = CASE $2 WHEN 'PARTY' THEN i.organisation_id ELSE i.institution_id END
     WHERE i.id = $1`,
    [interestId, side],
  )) as News[];
  return row;
}

const OF_SIDE: Record<InterestSide, string> = {
  LISTER: `SELECT m.account_id
    FROM interest i
    JOIN membership m ON m.organisation_id = i.institution_id AND m.role IN ('EDITOR', 'OWNER')
    WHERE i.id = $1 AND m.account_id IS DISTINCT FROM i.account_id`,
  // Where the account of the person who expressed the interest is erased, all editors and owners of the person's
  // organisation get the mail.
  PARTY: `SELECT i.account_id
    FROM interest i
    WHERE i.id = $1
    UNION
    SELECT m.account_id
    FROM interest i
    JOIN membership m ON m.organisation_id = i.organisation_id AND m.role IN ('EDITOR', 'OWNER')
    WHERE i.id = $1
      AND (
        i.account_id IS NULL
        OR EXISTS (
          SELECT 1
          FROM interest_message x
          WHERE x.interest_id = i.id AND x.side = 'PARTY' AND x.author_id = m.account_id
        )
      )`,
};

function readReceivers(
  tx: EntityManager,
  interestId: string,
  news: News,
  onlyAccountId: string | null,
): Promise<Receiver[]> {
  return tx.query(
    `SELECT acc.id, acc.email, acc.locale, COALESCE(p.read_seq, 0) AS "readSeq",
       COALESCE(p.mailed_seq, 0) AS "mailedSeq", p.mailed_at AS "mailedAt",
       (
         SELECT count(*)::int
         FROM interest_message m
         WHERE m.interest_id = $1 AND m.side = $2 AND m.seq > GREATEST(p.read_seq, p.mailed_seq, 0)
       ) AS fresh
     FROM account acc
     LEFT JOIN interest_participant p ON p.interest_id = $1 AND p.account_id = acc.id
     WHERE acc.id IN (${OF_SIDE[otherSide(news.side)]})
       AND ${GETS_MAIL}
       AND acc.id IS DISTINCT FROM $3::uuid
       AND ($4::uuid IS NULL OR acc.id = $4)
     ORDER BY acc.id`,
    [interestId, news.side, news.authorId, onlyAccountId],
  );
}

/**
 * Facts for a mail about a message: the achievement's title, the author, the text, and the number of unread messages.
 * Other data of the achievement must not be mailed.
 */
function factsOf(news: News, { locale, fresh }: Pick<Receiver, 'locale' | 'fresh'>) {
  const zh = locale === Locale.ZH;
  const organisation =
    news.organisation === null || news.verification === null
      ? undefined
      : shownName({ name: news.organisation, verification: news.verification }, locale);
  const author = oneLine(news.author ?? (zh ? '已注销用户' : 'An erased account'));
  const who = organisation === undefined ? author : zh ? `${author}（${organisation}）` : `${author} (${organisation})`;
  return { title: shownTitle(news, otherSide(news.side), locale), who, body: news.body, fresh };
}

/**
 * The achievement's title for one side of a thread; null for the interested party once the achievement has left the
 * pool.
 */
const shownTitle = (
  { title, inPool }: Pick<News, 'title' | 'inPool'>,
  to: InterestSide,
  locale: Locale,
): string | null => (inPool || to === 'LISTER' ? localize(title, locale).value : null);

/**
 * Mails the other side of an interest thread that `side` has closed it; runs in the transaction that closes the thread.
 */
export async function notifyOfClosing(
  tx: EntityManager,
  interestId: string,
  side: InterestSide,
  { reason, author }: { reason: string | null; author: string },
): Promise<void> {
  const [about] = (await tx.query(
    `SELECT a.title, a.status = 'ADMITTED' AS "inPool"
     FROM interest i
     JOIN achievement a ON a.id = i.achievement_id
     WHERE i.id = $1`,
    [interestId],
  )) as Array<Pick<News, 'title' | 'inPool'>>;
  const receivers = (await tx.query(
    `SELECT acc.email, acc.locale
     FROM account acc
     WHERE acc.id IN (${OF_SIDE[otherSide(side)]}) AND ${GETS_MAIL} AND acc.id <> $2
     ORDER BY acc.id`,
    [interestId, author],
  )) as Array<Pick<Receiver, 'email' | 'locale'>>;
  await notify(
    tx,
    interestClosedMail,
    receivers,
    ({ locale }) => ({ title: shownTitle(about!, otherSide(side), locale), reason }),
    { id: toGlobalId('Interest', interestId), authors: reason === null ? [] : [author] },
  );
}
