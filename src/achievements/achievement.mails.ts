import { defineMail, MailKind, oneLine, quoted } from '../notifications/mail.events.js';

/** Mail: an organisation asks for the confidential detail of a result. */
export const ndaRequestedMail = defineMail<{ title: string; organisation: string; message: string | null }>({
  name: 'nda.requested',
  kind: MailKind.CONFIDENTIAL_DETAIL,
  tells: {
    zh: '成果所属单位的编辑和所有者：有机构申请查看保密内容时',
    en: 'the editors and owners of the institution, when an organisation asks for confidential detail',
  },
  page: 'confidential-detail/:id',
  open: { zh: '登录后查看并决定：', en: 'Log in to read and decide:' },
  text: {
    ZH: ({ title, organisation, message }) => [
      `申请查看保密内容：${oneLine(title)}`,
      `${oneLine(organisation)} 申请查看成果“${oneLine(title)}”的保密内容。${message === null ? '' : `\n\n${quoted(message)}`}`,
    ],
    EN: ({ title, organisation, message }) => [
      `Confidential detail asked for: ${oneLine(title)}`,
      `${oneLine(organisation)} asks for the confidential detail of “${oneLine(title)}”.${message === null ? '' : `\n\n${quoted(message)}`}`,
    ],
  },
});

const DECISIONS = {
  GRANTED: { zh: '同意', en: 'granted' },
  REFUSED: { zh: '谢绝', en: 'refused' },
  REVOKED: { zh: '撤回', en: 'withdrawn' },
} as const;

/**
 * Mail to the requesting organisation: the institution decided on its request for confidential detail, or withdrew the
 * permission.
 */
export const ndaDecidedMail = defineMail<{ title: string; institution: string; status: keyof typeof DECISIONS }>({
  name: 'nda.decided',
  kind: MailKind.CONFIDENTIAL_DETAIL,
  tells: {
    zh: '申请人及申请机构的编辑和所有者：申请有结果或权限被撤回时',
    en: 'the person who asked, and the editors and owners of their organisation, when a request is decided or access withdrawn',
  },
  page: 'confidential-detail/:id',
  text: {
    ZH: ({ title, institution, status }) => [
      `保密内容：已${DECISIONS[status].zh}（${oneLine(title)}）`,
      `${oneLine(institution)} ${
        status === 'REVOKED' ? '撤回了查看' : `${DECISIONS[status].zh}了贵单位查看`
      }成果“${oneLine(title)}”保密内容的${status === 'REVOKED' ? '权限' : '申请'}。`,
    ],
    EN: ({ title, institution, status }) => [
      `Confidential detail ${DECISIONS[status].en}: ${oneLine(title)}`,
      `${oneLine(institution)} has ${
        status === 'REVOKED' ? 'withdrawn access to' : `${DECISIONS[status].en} your request for`
      } the confidential detail of “${oneLine(title)}”.`,
    ],
  },
});

/** All mails on confidential detail. */
export const achievementMails = [ndaRequestedMail, ndaDecidedMail];
