import type { MailText } from '../identity/accounts/identity.mails.js';
import type { Locale } from '../kernel/localized.js';

const choose = (locale: Locale, texts: Record<Locale, MailText>): MailText => ({
  subject: texts[locale].subject,
  text: `${texts[locale].text}\n`,
});

/** Mail: an operator verified the profile. */
export function verifiedMail(locale: Locale): MailText {
  return choose(locale, {
    ZH: {
      subject: '您的人才信息已核实',
      text: '您的人才信息已通过核实。今后如修改已核实的内容（专长、经历、单位等），需要重新核实。',
    },
    EN: {
      subject: 'Your talent profile is verified',
      text: 'Your talent profile was checked and is verified. If you change what was checked (skills, experience, organisation), it is to be checked again.',
    },
  });
}

/** Text of the mail that tells a person that an operator rejected the talent profile, and why. */
export function rejectedMail(locale: Locale, reason: string): MailText {
  return choose(locale, {
    ZH: {
      subject: '您的人才信息未通过核实',
      text: `您的人才信息未通过核实，暂不展示和推荐。原因：\n\n${reason}\n\n请修改后等待重新核实。`,
    },
    EN: {
      subject: 'Your talent profile was not verified',
      text: `Your talent profile was not verified; it is not shown or proposed for now. Why:\n\n${reason}\n\nPlease mend it; it can then be checked again.`,
    },
  });
}

/** Mail: the profile is suspended, with the reason. */
export function suspendedMail(locale: Locale, reason: string): MailText {
  return choose(locale, {
    ZH: { subject: '您的人才信息已停用', text: `您的人才信息已被停用，不再展示和推荐。原因：\n\n${reason}` },
    EN: {
      subject: 'Your talent profile is suspended',
      text: `Your talent profile is suspended: it is no longer shown or proposed. Why:\n\n${reason}`,
    },
  });
}

/** Mail: the suspension is lifted. */
export function reinstatedMail(locale: Locale, paused: boolean): MailText {
  return choose(locale, {
    ZH: {
      subject: '您的人才信息已恢复',
      text: paused
        ? '您的人才信息已恢复，仍处于您此前设置的暂停状态；恢复推荐请使用 resumeTalentProfile。'
        : '您的人才信息已恢复展示和推荐。',
    },
    EN: {
      subject: 'Your talent profile is back',
      text: paused
        ? 'Your talent profile is back. You had paused it, and so it stays until you call `resumeTalentProfile`.'
        : 'Your talent profile is shown and proposed again.',
    },
  });
}
