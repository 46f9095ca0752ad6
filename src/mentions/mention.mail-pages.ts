import type { MailPage } from '../kernel/mail.js';

const LIST = `mentions(first: 20, filter: { statuses: [PENDING] }) {
  nodes { kind createdAt namedBy { displayName { value } } achievement { title { value } } trackRecord { company } namedByTalent { headline { value } } }
}`;

const LABELS = {
  name: { zh: '被提及的机构', en: 'Named organisation' },
  kind: { zh: '方式', en: 'In which way' },
  status: { zh: '状态', en: 'Answer' },
  createdAt: { zh: '自', en: 'Since' },
  displayName: { zh: '提及方', en: 'Named by' },
  title: { zh: '成果', en: 'Result' },
  company: { zh: '被投企业', en: 'Company invested in' },
  headline: { zh: '人才', en: 'Talent' },
};
const DETAIL =
  'kind status createdAt namedBy { displayName { value } } achievement { title { value } } trackRecord { company } namedByTalent { headline { value } }';

/** The pages behind the links of mails on mentions. */
export const mentionPages: readonly MailPage[] = [
  {
    path: '/deny-mentions',
    title: { zh: '有人提及贵方', en: 'You are named' },
    note: {
      zh: '点击按钮即否认以下全部提及，它们不会公开，也不用于匹配。如属实，请登录后确认。',
      en: 'The button denies all of the following: they are neither shown nor used in matching. If they are right, log in and confirm them.',
    },
    preview: `query ($token: String!) { mentionsToDeny(token: $token) { ${DETAIL} } }`,
    operation: `mutation ($token: String!) { denyMentions(input: { token: $token }) { mentions { ${DETAIL} } } }`,
    login: false,
    labels: LABELS,
    button: { zh: '全部否认', en: 'Deny them all' },
    done: {
      zh: '已否认（此前已答复的保持不变）。登录后可随时更改。',
      en: 'Denied; what was answered before stays as it was. Log in to change an answer at any time.',
    },
    elsewhere: { path: '/mentions', label: { zh: '登录查看全部提及', en: 'Log in to see all mentions' } },
  },
  {
    path: '/mentions',
    title: { zh: '待确认的提及', en: 'Where others name you' },
    operation: `query { viewer { ${LIST} memberships(first: 10) { nodes { organisation { name { value } ${LIST} } } } } }`,
    login: true,
    labels: LABELS,
  },
];
