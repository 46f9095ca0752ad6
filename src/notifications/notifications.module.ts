import type { Module } from '../kernel/module.js';
import { SEND_MAIL_TASK, sendMail } from './mail.js';
import { outboxPersonalData } from './outbox.personal-data.js';

/** Queued mail. */
export const notificationsModule: Module = {
  name: 'notifications',
  personalData: [outboxPersonalData],
  tasks: {
    [SEND_MAIL_TASK]: sendMail,
  },
};
