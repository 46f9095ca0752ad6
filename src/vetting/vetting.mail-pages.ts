import type { MailPage } from '../kernel/mail.js';

/** Pages behind the links of mails on cohorts, entries and reviewing. */
export const vettingPages: readonly MailPage[] = [
  {
    path: '/cohort-entries/:id',
    title: { zh: '批次中的成果', en: 'A result in a cohort' },
    operation:
      'query ($id: ID!) { cohortEntry(id: $id) { title { value } cohort { name { value } } screen screenNote proposal decision appeal { text answer } } }',
    login: true,
    labels: {
      title: { zh: '成果', en: 'Result' },
      name: { zh: '批次', en: 'Cohort' },
      screen: { zh: '形式审查', en: 'Screening' },
      screenNote: { zh: '审查意见', en: 'Note on the screening' },
      proposal: { zh: '拟定结果', en: 'Proposed' },
      decision: { zh: '结果', en: 'Decision' },
      text: { zh: '申诉', en: 'Appeal' },
      answer: { zh: '答复', en: 'Answer' },
    },
  },
  {
    path: '/cohorts/:id/own-entries',
    title: { zh: '本单位在批次中的成果', en: 'Your results in a cohort' },
    operation:
      'query ($id: ID!) { cohort(id: $id) { name { value } closedAt entries(first: 50, filter: { own: true }) { totalCount nodes { title { value } decision decisionReason } } } }',
    login: true,
    labels: {
      name: { zh: '批次', en: 'Cohort' },
      closedAt: { zh: '结束时间', en: 'Closed at' },
      entries: { zh: '成果', en: 'Results' },
      totalCount: { zh: '总数', en: 'Total' },
      title: { zh: '成果', en: 'Result' },
      decision: { zh: '结果', en: 'Decision' },
      decisionReason: { zh: '原因', en: 'Reason' },
    },
  },
  {
    path: '/objections/:id',
    title: { zh: '异议', en: 'Objection' },
    operation:
      'query ($id: ID!) { node(id: $id) { ... on Objection { entry { title { value } } reason text reply outcome answer answeredAt } } }',
    login: true,
    labels: {
      title: { zh: '成果', en: 'Result' },
      reason: { zh: '事由', en: 'Claim' },
      text: { zh: '内容', en: 'Text' },
      reply: { zh: '单位答复', en: 'Reply of the institution' },
      outcome: { zh: '处理结果', en: 'Outcome' },
      answer: { zh: '答复', en: 'Answer' },
      answeredAt: { zh: '答复时间', en: 'Answered at' },
    },
  },
  {
    path: '/reviewer-desk',
    title: { zh: '评审台', en: 'Your reviews' },
    operation:
      'query { reviewerDesk { openCount nextDueAt assignments(first: 50) { nodes { achievement { title { value } } cohort { name { value } } status dueAt } } } }',
    login: true,
    labels: {
      openCount: { zh: '待评审', en: 'Open' },
      nextDueAt: { zh: '最近期限', en: 'Next due at' },
      assignments: { zh: '任务', en: 'Assignments' },
      title: { zh: '成果', en: 'Result' },
      name: { zh: '批次', en: 'Cohort' },
      status: { zh: '状态', en: 'Status' },
      dueAt: { zh: '期限', en: 'Due at' },
    },
  },
  {
    path: '/become-a-reviewer',
    title: { zh: '担任评审专家', en: 'Become a reviewer' },
    operation:
      'mutation ($statement: String!, $industry: String!) { applyAsReviewer(input: { profile: { statement: { zh: $statement }, dimensions: [TECHNICAL_CONTENT], industries: [$industry] } }) { reviewer { status } } }',
    login: true,
    asks: [
      { name: 'statement', label: { zh: '专长简介', en: 'Your expertise, in words' } },
      { name: 'industry', label: { zh: '行业代码（GB/T 4754）', en: 'Code of your industry (GB/T 4754)' } },
    ],
    button: { zh: '申请', en: 'Apply' },
    done: { zh: '申请已提交，等待审核。', en: 'Your application waits for an operator.' },
    labels: { status: { zh: '状态', en: 'Status' } },
  },
];
