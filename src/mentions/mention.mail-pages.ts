import type { MailPage } from '../kernel/mail.js';

const LIST = `mentions(first: 20, filter: { statuses: [PENDING] }) {
  nodes { kind createdAt namedBy { displayName { value } } achievement { title { value } } trackRecord { company } namedByTalent { headline { value } } }
}`;

/** The page behind the links of mails on mentions. */
export const mentionPages: readonly MailPage[] = [
  {
    path: '/mentions',
    title: { zh: '待确认的提及', en: 'Where others name you' },
    operation: `query { viewer { ${LIST} memberships(first: 10) { nodes { organisation { name { value } ${LIST} } } } } }`,
    login: true,
    labels: {
      name: { zh: '被提及的机构', en: 'Named organisation' },
      kind: { zh: '方式', en: 'In which way' },
      createdAt: { zh: '自', en: 'Since' },
      displayName: { zh: '提及方', en: 'Named by' },
      title: { zh: '成果', en: 'Result' },
      company: { zh: '被投企业', en: 'Company invested in' },
      headline: { zh: '人才', en: 'Talent' },
    },
  },
];
