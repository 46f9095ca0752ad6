import { defineMail, MailKind, oneLine, quoted } from '../notifications/mail.events.js';

const page = 'interests/:id';
const open = { zh: '登录后在会话中查看和回复：', en: 'Log in to read and answer in the thread:' };

/**
 * Facts for a mail about a message. `title` is null where the receiver may no longer see the achievement's title;
 * `fresh` is the number of the receiver's unread messages, the quoted one included.
 */
interface Message {
  title: string | null;
  who: string;
  body: string;
  fresh: number;
}

const moreZh = (fresh: number) => (fresh > 1 ? `（另有 ${fresh - 1} 条未读消息）` : '');
const moreEn = (fresh: number) => (fresh > 1 ? ` (${fresh - 1} more unread)` : '');

/** Mail: a party wrote about its interest in a result. */
export const interestWrittenMail = defineMail<Message>({
  name: 'interest.written',
  kind: MailKind.INTEREST,
  tells: {
    zh: '成果所属单位的编辑和所有者：对方表达意向或发来消息时',
    en: 'the editors and owners of the institution, when a party writes about its interest',
  },
  page,
  open,
  text: {
    ZH: ({ title, who, body, fresh }) => [
      `收到合作意向${title === null ? '' : `：${oneLine(title)}`}`,
      `${who} 对${title === null ? '一项成果' : `“${oneLine(title)}”`}表达了意向：${moreZh(fresh)}\n\n${quoted(body)}`,
    ],
    EN: ({ title, who, body, fresh }) => [
      `Interest in ${title === null ? 'an entry' : oneLine(title)}`,
      `${who} wrote about their interest in ${title === null ? 'an entry' : `“${oneLine(title)}”`}${moreEn(fresh)}:\n\n${quoted(body)}`,
    ],
  },
});

/** Mail: the lister answered a party's interest. */
export const interestAnsweredMail = defineMail<Message>({
  name: 'interest.answered',
  kind: MailKind.INTEREST,
  tells: {
    zh: '表达意向的一方：成果方回复时',
    en: 'the party that expressed an interest, when the lister answers',
  },
  page,
  open,
  text: {
    ZH: ({ title, who, body, fresh }) => [
      `意向已答复${title === null ? '' : `：${oneLine(title)}`}`,
      `${who} 就${title === null ? '一项成果' : `“${oneLine(title)}”`}回复了您的意向：${moreZh(fresh)}\n\n${quoted(body)}`,
    ],
    EN: ({ title, who, body, fresh }) => [
      `Answer about ${title === null ? 'an entry' : oneLine(title)}`,
      `${who} answered your interest in ${title === null ? 'an entry' : `“${oneLine(title)}”`}${moreEn(fresh)}:\n\n${quoted(body)}`,
    ],
  },
});

/** Mail: the other side of an interest thread has closed it. */
export const interestClosedMail = defineMail<{ title: string | null; reason: string | null }>({
  name: 'interest.closed',
  kind: MailKind.INTEREST,
  tells: { zh: '会话的另一方：会话被关闭时', en: 'the other side of a thread, when it is closed' },
  page,
  text: {
    ZH: ({ title, reason }) => [
      `会话已关闭${title === null ? '' : `：${oneLine(title)}`}`,
      `对方关闭了关于${title === null ? '一项成果' : `“${oneLine(title)}”`}的会话。${reason === null ? '' : `\n\n${quoted(reason)}`}`,
    ],
    EN: ({ title, reason }) => [
      `Thread closed: ${title === null ? 'an entry' : oneLine(title)}`,
      `The other side closed the thread about ${title === null ? 'an entry' : `“${oneLine(title)}”`}.${reason === null ? '' : `\n\n${quoted(reason)}`}`,
    ],
  },
});

/** Mail: the organisation on the other side of a thread was closed, and the thread with it. */
export const otherClosedMail = defineMail<{ organisation: string }>({
  name: 'interest.organisation-closed',
  kind: MailKind.INTEREST,
  tells: {
    zh: '会话的另一方：对方机构关闭时',
    en: 'the other side of a thread, when an organisation closes and its threads with it',
  },
  page,
  text: {
    ZH: ({ organisation }) => [
      '对方机构已关闭',
      `“${organisation}”已在本平台关闭，与其的会话随之关闭，不能再写；已有内容仍可查看。`,
    ],
    EN: ({ organisation }) => [
      'The other side has closed its organisation',
      `“${organisation}” has closed its organisation here, and with it your thread: nothing more can be written, what was written stays.`,
    ],
  },
});

/** All mails on threads of interest. */
export const interestMails = [interestWrittenMail, interestAnsweredMail, interestClosedMail, otherClosedMail];
