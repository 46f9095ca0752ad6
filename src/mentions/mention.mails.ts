import type { Task, TaskRegistry } from '../kernel/jobs.js';
import { changedRows } from '../lib/changed-rows.js';
import type { Locale } from '../kernel/localized.js';
import { denialToken } from './mention.links.js';
import { ASKED } from './mention.sources.js';
import { defineMail, MailKind } from '../notifications/mail.events.js';
import { GETS_MAIL, notify } from '../notifications/mail.js';

const TELL_TASK = 'mentions:tell';
/**
 * Minimum time, in milliseconds, between two mails to one named party, because an import may name it in thousands of
 * rows.
 */
const PAUSE_MS = 60 * 60_000;

/** Mail: others have named the receiver or the receiver's organisation, and ask it to confirm or deny this. */
export const mentionedMail = defineMail<{ count: number }>({
  name: 'mention.asked',
  kind: MailKind.MENTION,
  tells: {
    zh: '被提及机构的编辑和所有者、被提及的人才：有人提及时，至多每小时一次',
    en: 'the editors and owners of a named organisation, or the named talent, when others name it; at most once in an hour',
  },
  page: 'deny-mentions',
  open: {
    zh: '查看，并一键否认（无需登录；确认需登录）：',
    en: 'Read them, and deny them with one click (no log-in needed; confirming needs one):',
  },
  text: {
    ZH: ({ count }) => [
      '有人提及贵方，请确认',
      `平台上有 ${count} 处新提及贵方（如已投资方、共同投资方、完成人、所在单位或业绩成果）。在贵方确认之前，这些内容不会公开，也不用于匹配。`,
    ],
    EN: ({ count }) => [
      'You are named; please confirm or deny',
      `${count === 1 ? 'One new statement names' : `${count} new statements name`} you (as a backer, co-investor, inventor, employer or in evidence). Until you confirm, they are neither shown nor used in matching.`,
    ],
  },
});

/**
 * Queues mails about new mentions to the named parties (the editors and owners of an organisation, or the talent),
 * except parties that got such a mail within PAUSE_MS.
 */
const tellNamed: Task = async (app) => {
  await app.dataSource.transaction(async (tx) => {
    const now = app.clock();
    const told = await changedRows<{ organisation_id: string | null; talent_id: string | null }>(
      tx,
      `UPDATE mention
       SET told_at = $1
       WHERE id IN (
         SELECT m.id
         FROM mention m
         WHERE m.told_at IS NULL
           AND COALESCE(m.organisation_id, m.talent_id) NOT IN (
             SELECT COALESCE(o.organisation_id, o.talent_id) FROM mention o WHERE o.told_at > $2
           )
           AND ${ASKED}
         FOR UPDATE SKIP LOCKED
       )
       RETURNING organisation_id, talent_id`,
      [now, new Date(now.getTime() - PAUSE_MS)],
    );
    if (told.length === 0) return;
    const receivers = (await tx.query(
      `SELECT acc.id AS "accountId", acc.email, acc.locale, count(*)::int AS mentions
       FROM unnest($1::uuid[], $2::uuid[]) AS n(organisation_id, talent_id)
       JOIN account acc ON acc.id IN (
         SELECT m.account_id FROM membership m WHERE m.organisation_id = n.organisation_id AND m.role IN ('EDITOR', 'OWNER')
         UNION
         SELECT t.account_id FROM talent_profile t WHERE t.id = n.talent_id
       )
       WHERE ${GETS_MAIL}
       GROUP BY acc.id
       ORDER BY acc.id`,
      [told.map((row) => row.organisation_id), told.map((row) => row.talent_id)],
    )) as Array<{ accountId: string; email: string; locale: Locale; mentions: number }>;
    await notify(
      tx,
      mentionedMail,
      receivers,
      ({ mentions }) => ({ count: mentions }),
      (receiver) => ({ token: denialToken(app, receiver, now) }),
    );
  });
};

export const mentionTasks: TaskRegistry = {
  tasks: { [TELL_TASK]: tellNamed },
  cron: [{ task: TELL_TASK, match: '* * * * *' }],
};
