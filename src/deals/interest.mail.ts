import type { EntityManager } from 'typeorm';
import type { App } from '../kernel/context.js';
import { addJob, type Task } from '../kernel/jobs.js';
import { toGlobalId } from '../lib/ids.js';
import type { VerificationStatus } from '../identity/organisations/organisation.entity.js';
import { shownName } from '../identity/organisations/organisation.names.js';
import { Locale, localize, type Localized } from '../kernel/localized.js';
import { GETS_MAIL, pageLink, queueMail } from '../notifications/mail.js';
import { otherSide } from './interest.sides.js';
import type { InterestSide } from './interest.stages.js';

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
 * The time at which a person may be mailed about a thread: `now`, or PAUSE_MS after the last mail where its messages
 * are unread.
 */
export function mailDue(receiver: Pick<Receiver, 'readSeq' | 'mailedSeq' | 'mailedAt'>, now: Date): Date {
  if (receiver.mailedAt === null || receiver.readSeq >= receiver.mailedSeq) return now;
  return new Date(Math.max(now.getTime(), receiver.mailedAt.getTime() + PAUSE_MS));
}

/**
 * Mails the newest message of `side` to the other side; runs in the caller's transaction, under the thread's lock. The
 * lister's mails go to all editors and owners of the institution; the party's go to the person who expressed the
 * interest and to every editor or owner of that person's organisation who has written in the thread.
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
        { key: `${INTEREST_MAIL_TASK}:${interestId}:${receiver.id}`, runAt: due },
      );
      continue;
    }
    await queueMail(tx, {
      to: receiver.email,
      locale: receiver.locale,
      ...interestMail(app, interestId, news, receiver),
      ...(news.authorId === null ? {} : { authors: [news.authorId] }),
    });
    mailed.push(receiver.id);
  }
  if (mailed.length === 0) return;
  await tx.query(
    `INSERT INTO interest_participant (interest_id, account_id, mailed_seq, mailed_at)
     SELECT $1, unnest($2::uuid[]), $3, $4
     ON CONFLICT (interest_id, account_id) DO UPDATE
     SET mailed_seq = excluded.mailed_seq, mailed_at = excluded.mailed_at`,
    [interestId, mailed, news.seq, now],
  );
}

/**
 * Job that sends a mail about a thread that was held back by PAUSE_MS. It determines receivers and unread messages
 * again, because both may have changed.
 */
export const sendHeldBackMail: Task = async (app, payload) => {
  const { interestId, side, accountId } = payload as { interestId: string; side: InterestSide; accountId: string };
  await app.dataSource.transaction(async (tx) => {
    await tx.query(`SELECT 1 FROM interest WHERE id = $1 FOR UPDATE`, [interestId]);
    await notifyOtherSide(tx, app, interestId, side, accountId);
  });
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

const oneLine = (text: string) => text.replace(/\s+/g, ' ').slice(0, 120);

/**
 * Makes subject and text of a mail about a thread: the achievement's PUBLIC title, the author, the newest message as a
 * quote, and a link to answer. It contains no other data of the achievement.
 */
function interestMail(
  app: App,
  interestId: string,
  news: News,
  { locale, fresh }: Receiver,
): { subject: string; text: string } {
  const id = toGlobalId('Interest', interestId);
  const zh = locale === Locale.ZH;
  // When an achievement has left the pool, a mail shows its title to the lister only.
  const title = news.inPool || news.side === 'PARTY' ? oneLine(localize(news.title, locale).value) : null;
  const organisation =
    news.organisation === null || news.verification === null
      ? undefined
      : shownName({ name: news.organisation, verification: news.verification }, locale);
  const author = oneLine(news.author ?? (zh ? '已注销用户' : 'An erased account'));
  const who = organisation === undefined ? author : zh ? `${author}（${organisation}）` : `${author} (${organisation})`;
  const quote = news.body
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
  const where = `${pageLink(app, `interests/${id}`)}\n\nid: ${id}`;
  if (zh) {
    const about = title === null ? '一项成果' : `“${title}”`;
    const said = news.side === 'PARTY' ? `${who} 对${about}表达了意向` : `${who} 就${about}回复了您的意向`;
    const more = fresh > 1 ? `（另有 ${fresh - 1} 条未读消息）` : '';
    return {
      subject: `${news.side === 'PARTY' ? '收到合作意向' : '意向已答复'}${title === null ? '' : `：${title}`}`,
      text: `${said}：${more}\n\n${quote}\n\n登录后在以下会话中查看和回复：\n${where}\n`,
    };
  }
  const about = title === null ? 'an entry' : `“${title}”`;
  const said =
    news.side === 'PARTY'
      ? `${who} wrote about their interest in ${about}`
      : `${who} answered your interest in ${about}`;
  const more = fresh > 1 ? ` (${fresh - 1} more unread)` : '';
  return {
    subject: `${news.side === 'PARTY' ? 'Interest in' : 'Answer about'} ${title ?? 'an entry'}`,
    text: `${said}${more}:\n\n${quote}\n\nLog in to read and answer in the thread:\n${where}\n`,
  };
}
