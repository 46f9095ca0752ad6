import type { MailText } from '../identity/accounts/identity.mails.js';
import type { Locale } from '../kernel/localized.js';

const choose = (locale: Locale, texts: Record<Locale, MailText>): MailText => ({
  subject: texts[locale].subject,
  text: `${texts[locale].text}\n`,
});

/** Text of the mail that tells an enterprise that its demand is suspended, with the reason. */
export function suspendedMail(locale: Locale, title: string, reason: string): MailText {
  return choose(locale, {
    ZH: { subject: '贵单位的技术需求已停用', text: `技术需求“${title}”已被停用，不再展示和推荐。原因：\n\n${reason}` },
    EN: {
      subject: 'A demand of yours is suspended',
      text: `The demand “${title}” is suspended: it is no longer shown or proposed. Why:\n\n${reason}`,
    },
  });
}

/** Mail: the suspension is lifted. */
export function reinstatedMail(locale: Locale, title: string): MailText {
  return choose(locale, {
    ZH: { subject: '贵单位的技术需求已恢复', text: `技术需求“${title}”已恢复到停用前的状态。` },
    EN: {
      subject: 'A demand of yours is back',
      text: `The demand “${title}” is back as it was before the suspension.`,
    },
  });
}
