import type { MailPage } from '../kernel/mail.js';

/** The page on which a person sees which mails they get; its link stands on the page for opting out. */
export const notificationPages: readonly MailPage[] = [
  {
    path: '/mail-settings',
    title: { zh: '邮件设置', en: 'Mail settings' },
    operation: 'query { mailPreferences { about wanted mandatory } }',
    login: true,
    labels: {
      about: { zh: '内容', en: 'About' },
      wanted: { zh: '接收', en: 'Sent to you' },
      mandatory: { zh: '不可退订', en: 'Cannot be switched off' },
    },
  },
];
