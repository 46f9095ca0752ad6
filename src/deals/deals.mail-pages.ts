import type { MailPage } from '../kernel/mail.js';

/** The page behind the links of mails on interest. */
export const dealsPages: readonly MailPage[] = [
  {
    path: '/interests/:id',
    title: { zh: '合作意向', en: 'Interest' },
    operation:
      'query ($id: ID!) { interest(id: $id) { achievement { title { value } } institution { name { value } } status closeReason messages(last: 50) { nodes { author { displayName } createdAt body } } } }',
    login: true,
    labels: {
      title: { zh: '成果', en: 'Result' },
      name: { zh: '单位', en: 'Institution' },
      status: { zh: '状态', en: 'Status' },
      closeReason: { zh: '结束原因', en: 'Why it was closed' },
      messages: { zh: '消息', en: 'Messages' },
      displayName: { zh: '作者', en: 'Author' },
      createdAt: { zh: '时间', en: 'At' },
      body: { zh: '内容', en: 'Text' },
    },
  },
];
