import type { MailPage } from '../kernel/mail.js';

/** Pages behind the links of mails on results. */
export const achievementPages: readonly MailPage[] = [
  {
    path: '/confidential-detail/:id',
    title: { zh: '保密内容的申请', en: 'Request for confidential detail' },
    operation:
      'query ($id: ID!) { node(id: $id) { ... on NdaGrant { achievement { title { value } } organisation { name { value } } status message requestedAt decidedAt } } }',
    login: true,
    labels: {
      title: { zh: '成果', en: 'Result' },
      name: { zh: '申请机构', en: 'Organisation that asks' },
      status: { zh: '状态', en: 'Status' },
      message: { zh: '留言', en: 'Message' },
      requestedAt: { zh: '申请时间', en: 'Asked at' },
      decidedAt: { zh: '决定时间', en: 'Decided at' },
    },
  },
  {
    path: '/achievements/:id',
    title: { zh: '成果', en: 'Result' },
    operation: 'query ($id: ID!) { achievement(id: $id) { title { value } status registrationNo } }',
    login: true,
    labels: {
      title: { zh: '标题', en: 'Title' },
      status: { zh: '状态', en: 'Status' },
      registrationNo: { zh: '登记号', en: 'Registration number' },
    },
  },
];
