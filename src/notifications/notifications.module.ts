import type { Module } from '../kernel/module.js';
import { SEND_MAIL_TASK, sendMail } from './mail.js';
import { notificationPages } from './notifications.mail-pages.js';
import { MailPreferenceResolver } from './preferences.resolver.js';
import { outboxPersonalData } from './outbox.personal-data.js';

/** Queued mail. */
export const notificationsModule: Module = {
  name: 'notifications',
  resolvers: [MailPreferenceResolver],
  mailPages: notificationPages,
  personalData: [outboxPersonalData],
  tasks: {
    [SEND_MAIL_TASK]: sendMail,
  },
  sweeps: [
    { task: SEND_MAIL_TASK, stateless: 'The job is the mail: nothing else knows of it, and nothing waits for it.' },
  ],
};
