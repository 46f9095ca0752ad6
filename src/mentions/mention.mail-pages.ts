import type { MailPage } from '../kernel/mail.js';

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

/** Mentions without an answer, and answered ones, whose answer can be changed. */
const LISTS = `pending: mentions(first: 20, filter: { statuses: [PENDING] }) { nodes { id viewerCanAnswer ${DETAIL} } }
    answered: mentions(first: 20, filter: { statuses: [CONFIRMED, DENIED] }) { nodes { id viewerCanAnswer ${DETAIL} } }`;
const answering = (confirm: boolean): string =>
  `mutation ($id: ID!) { answerMention(input: { id: $id, confirm: ${confirm} }) { mention { id status } } }`;

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
    title: { zh: '他人对贵方的提及', en: 'Where others name you' },
    note: {
      zh: '登录后逐条确认或否认；答复可随时更改。每类最多显示 20 条，再次点击“查看”显示其余。仅经确认的提及会公开、用于匹配。',
      en: 'After the log-in, confirm or deny each of them; an answer can be changed at any time. At most 20 of each kind are shown; press the button again for others. Only what is confirmed is shown and used in matching.',
    },
    operation: `query { viewer { ${LISTS} memberships(first: 10) { nodes { organisation { name { value } ${LISTS} } } } } }`,
    login: true,
    labels: {
      ...LABELS,
      pending: { zh: '待答复', en: 'Not answered yet' },
      answered: { zh: '已答复', en: 'Answered' },
      organisation: { zh: '机构', en: 'Organisation' },
    },
    answers: {
      when: 'viewerCanAnswer',
      buttons: [
        {
          label: { zh: '确认', en: 'Confirm' },
          operation: answering(true),
          done: { zh: '已确认。', en: 'Confirmed.' },
        },
        {
          label: { zh: '否认', en: 'Deny' },
          operation: answering(false),
          done: { zh: '已否认。', en: 'Denied.' },
        },
      ],
    },
  },
];
