import { defineMail, MailKind, oneLine, quoted } from '../notifications/mail.events.js';

const EDITORS = { zh: '企业的编辑和所有者', en: 'the editors and owners of the enterprise' };
const page = 'demands/:id';

/** Mail: the demand is suspended, with the reason. */
export const suspendedMail = defineMail<{ title: string; reason: string }>({
  name: 'demand.suspended',
  kind: MailKind.PROFILE,
  tells: { zh: `${EDITORS.zh}：技术需求被停用时`, en: `${EDITORS.en}, when a demand is suspended` },
  page,
  text: {
    ZH: ({ title, reason }) => [
      '贵单位的技术需求已停用',
      `技术需求“${oneLine(title)}”已被停用，不再展示和推荐。原因：\n\n${quoted(reason)}`,
    ],
    EN: ({ title, reason }) => [
      'A demand of yours is suspended',
      `The demand “${oneLine(title)}” is suspended: it is no longer shown or proposed. Why:\n\n${quoted(reason)}`,
    ],
  },
});

/** Mail: an operator has ended the suspension of a demand. */
export const reinstatedMail = defineMail<{ title: string }>({
  name: 'demand.reinstated',
  kind: MailKind.PROFILE,
  tells: { zh: `${EDITORS.zh}：技术需求恢复时`, en: `${EDITORS.en}, when a demand is reinstated` },
  page,
  text: {
    ZH: ({ title }) => ['贵单位的技术需求已恢复', `技术需求“${oneLine(title)}”已恢复到停用前的状态。`],
    EN: ({ title }) => [
      'A demand of yours is back',
      `The demand “${oneLine(title)}” is back as it was before the suspension.`,
    ],
  },
});

/** All mails on demands. */
export const demandMails = [suspendedMail, reinstatedMail];
