import type { Module } from '../kernel/module.js';
import { SEND_MAIL_TASK, sendMail } from './mail.js';

/** Queued mail. */
export const notificationsModule: Module = {
  name: 'notifications',
  tasks: {
    [SEND_MAIL_TASK]: sendMail,
  },
};
