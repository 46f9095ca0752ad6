import type { MailPage } from '../kernel/mail.js';

/** The page behind the links of mails on demands. */
export const demandPages: readonly MailPage[] = [
  {
    path: '/demands/:id',
    title: { zh: '技术需求', en: 'Demand' },
    operation: 'query ($id: ID!) { demand(id: $id) { title { value } status statusReason deadline } }',
    login: true,
    labels: {
      title: { zh: '标题', en: 'Title' },
      status: { zh: '状态', en: 'Status' },
      statusReason: { zh: '原因', en: 'Reason' },
      deadline: { zh: '截止日期', en: 'Deadline' },
    },
  },
];
