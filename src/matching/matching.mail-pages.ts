import type { MailPage } from '../kernel/mail.js';

/** Pages behind the links of mails on rounds and teams. */
export const matchingPages: readonly MailPage[] = [
  {
    path: '/rounds/:id',
    title: { zh: '撮合批次', en: 'Matching round' },
    operation:
      'query ($id: ID!) { matchingRound(id: $id) { name { value } status publishedAt pairs(first: 50) { nodes { achievement { title { value } } investor { organisation { organisation: name { value } } } status } } } }',
    login: true,
    labels: {
      name: { zh: '名称', en: 'Name' },
      status: { zh: '状态', en: 'Status' },
      publishedAt: { zh: '发布时间', en: 'Published at' },
      pairs: { zh: '配对', en: 'Pairs' },
      title: { zh: '成果', en: 'Result' },
      organisation: { zh: '投资方', en: 'Investor' },
    },
  },
  {
    path: '/teams/:id',
    title: { zh: '团队', en: 'Team' },
    operation:
      'query ($id: ID!) { team(id: $id) { achievement { title { value } } institution { name { value } } status reason members { talent { headline { value } } memberStatus: status } } }',
    login: true,
    labels: {
      title: { zh: '成果', en: 'Result' },
      name: { zh: '单位', en: 'Institution' },
      status: { zh: '状态', en: 'Status' },
      reason: { zh: '解散原因', en: 'Why it was dissolved' },
      members: { zh: '成员', en: 'Members' },
      headline: { zh: '标题', en: 'Headline' },
      memberStatus: { zh: '答复', en: 'Answer' },
    },
  },
];
