import type { MailPage } from '../kernel/mail.js';

/** The page behind the links of mails on investor profiles. */
export const investorPages: readonly MailPage[] = [
  {
    path: '/investors/:id',
    title: { zh: '投资方信息', en: 'Investor profile' },
    operation:
      'query ($id: ID!) { investorProfile(id: $id) { organisation { name { value } } status statusReason thesis { value } } }',
    login: true,
    labels: {
      name: { zh: '机构', en: 'Organisation' },
      status: { zh: '状态', en: 'Status' },
      statusReason: { zh: '原因', en: 'Reason' },
      thesis: { zh: '投资方向', en: 'Thesis' },
    },
  },
];
