import type { MailPage } from '../kernel/mail.js';

/** The page behind the links of mails on a person's talent profile. */
export const talentPages: readonly MailPage[] = [
  {
    path: '/talent-profile',
    title: { zh: '我的人才信息', en: 'Your talent profile' },
    operation:
      'query { viewer { talentProfile { headline { value } status statusReason verification verificationReason } } }',
    login: true,
    labels: {
      headline: { zh: '标题', en: 'Headline' },
      status: { zh: '状态', en: 'Status' },
      statusReason: { zh: '停用原因', en: 'Reason of the suspension' },
      verification: { zh: '核实', en: 'Verification' },
      verificationReason: { zh: '核实意见', en: 'Note on the verification' },
    },
  },
];
