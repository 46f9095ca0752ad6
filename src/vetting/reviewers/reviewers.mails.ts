import type { MailText } from '../../identity/accounts/identity.mails.js';
import type { Locale } from '../../kernel/localized.js';
import { timeOfChina } from '../../lib/day.js';

const choose = (locale: Locale, texts: Record<Locale, MailText>): MailText => ({
  subject: texts[locale].subject,
  text: `${texts[locale].text}\n`,
});

/** Mail that invites a person to become a reviewer. */
export function invitationMail(locale: Locale, publicUrl: string | undefined, message: string | null): MailText {
  const site = publicUrl === undefined ? '' : `\n\n${publicUrl}`;
  const words = message === null ? '' : `\n\n${message}`;
  return choose(locale, {
    ZH: {
      subject: '邀请您担任科技成果评审专家',
      text: `科技成果转化池诚邀您担任评审专家。请注册账号，然后用 applyAsReviewer 提交专长信息。${site}${words}`,
    },
    EN: {
      subject: 'An invitation to review scientific results',
      text: `The technology pool invites you to be a reviewer. Sign up, then describe your expertise with \`applyAsReviewer\`.${site}${words}`,
    },
  });
}

/** Text of the mail that tells a reviewer that the profile was activated or suspended. */
export function statusMail(locale: Locale, status: 'ACTIVE' | 'SUSPENDED'): MailText {
  return status === 'ACTIVE'
    ? choose(locale, {
        ZH: {
          subject: '您的评审专家资料已启用',
          text: '您的评审专家资料已启用，有评审任务时将另行通知。请核对专长、单位与利益关系申报。',
        },
        EN: {
          subject: 'Your reviewer’s profile is active',
          text: 'Your reviewer’s profile is active. You will be told when something is assigned to you. Please check your expertise, organisation and declared ties.',
        },
      })
    : choose(locale, {
        ZH: { subject: '您的评审专家资料已停用', text: '您的评审专家资料已停用，今后不再分配新的评审任务。' },
        EN: {
          subject: 'Your reviewer’s profile is suspended',
          text: 'Your reviewer’s profile is suspended: nothing new will be assigned to you.',
        },
      });
}

/** Text of the mail that tells a reviewer how many entries were newly assigned, and when their reviews are due. */
export function assignedMail(locale: Locale, count: number, dueAt: Date): MailText {
  const due = timeOfChina(dueAt);
  return choose(locale, {
    ZH: {
      subject: `有 ${count} 项成果等待您评审`,
      text: `新分配给您的成果有 ${count} 项，请于 ${due} 前在评审台（reviewerDesk）完成评审。如有利益冲突，请先申报。`,
    },
    EN: {
      subject: `${count} ${count === 1 ? 'result awaits' : 'results await'} your review`,
      text: `${count} ${count === 1 ? 'result was' : 'results were'} assigned to you. Please review on your desk (\`reviewerDesk\`) by ${due}. If you have a conflict of interest, declare it first.`,
    },
  });
}
