import { defineMail, MailKind, quoted } from '../notifications/mail.events.js';

const TALENT = { zh: '人才本人', en: 'the talent' };
const page = 'talent-profile';

/** Mail: an operator verified the profile. */
export const verifiedMail = defineMail<null>({
  name: 'talent.verified',
  kind: MailKind.PROFILE,
  tells: { zh: `${TALENT.zh}：信息通过核实后`, en: `${TALENT.en}, when the profile is verified` },
  page,
  text: {
    ZH: () => [
      '您的人才信息已核实',
      '您的人才信息已通过核实。今后如修改已核实的内容（专长、经历、单位等），需要重新核实。',
    ],
    EN: () => [
      'Your talent profile is verified',
      'Your talent profile was checked and is verified. If you change what was checked (skills, experience, organisation), it is to be checked again.',
    ],
  },
});

/** Mail: an operator rejected the profile, with the reason. */
export const rejectedMail = defineMail<{ reason: string }>({
  name: 'talent.rejected',
  kind: MailKind.PROFILE,
  tells: { zh: `${TALENT.zh}：信息未通过核实时`, en: `${TALENT.en}, when the profile is rejected` },
  page,
  text: {
    ZH: ({ reason }) => [
      '您的人才信息未通过核实',
      `您的人才信息未通过核实，暂不展示和推荐。原因：\n\n${quoted(reason)}\n\n请修改后等待重新核实。`,
    ],
    EN: ({ reason }) => [
      'Your talent profile was not verified',
      `Your talent profile was not verified; it is not shown or proposed for now. Why:\n\n${quoted(reason)}\n\nPlease mend it; it can then be checked again.`,
    ],
  },
});

/** Mail: the profile is suspended, with the reason. */
export const suspendedMail = defineMail<{ reason: string }>({
  name: 'talent.suspended',
  kind: MailKind.PROFILE,
  tells: { zh: `${TALENT.zh}：信息被停用时`, en: `${TALENT.en}, when the profile is suspended` },
  page,
  text: {
    ZH: ({ reason }) => ['您的人才信息已停用', `您的人才信息已被停用，不再展示和推荐。原因：\n\n${quoted(reason)}`],
    EN: ({ reason }) => [
      'Your talent profile is suspended',
      `Your talent profile is suspended: it is no longer shown or proposed. Why:\n\n${quoted(reason)}`,
    ],
  },
});

/** Mail: the suspension is lifted. */
export const reinstatedMail = defineMail<{ paused: boolean }>({
  name: 'talent.reinstated',
  kind: MailKind.PROFILE,
  tells: { zh: `${TALENT.zh}：信息恢复时`, en: `${TALENT.en}, when the profile is reinstated` },
  page,
  text: {
    ZH: ({ paused }) => [
      '您的人才信息已恢复',
      paused
        ? '您的人才信息已恢复，仍处于您此前设置的暂停状态；如需恢复推荐，请结束暂停。'
        : '您的人才信息已恢复展示和推荐。',
    ],
    EN: ({ paused }) => [
      'Your talent profile is back',
      paused
        ? 'Your talent profile is back. You had paused it, and so it stays until you resume it.'
        : 'Your talent profile is shown and proposed again.',
    ],
  },
});

/** All mails on talent profiles. */
export const talentMails = [verifiedMail, rejectedMail, suspendedMail, reinstatedMail];
