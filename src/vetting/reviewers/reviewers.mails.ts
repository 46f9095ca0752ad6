import { defineMail, MailKind, oneLine, quoted } from '../../notifications/mail.events.js';

const REVIEWER = { zh: '评审专家本人', en: 'the reviewer' };
const page = 'reviewer-desk';

/** Mail that invites a person to become a reviewer. */
export const reviewerInvitedMail = defineMail<{ inviter: string; message: string | null }>({
  name: 'reviewer.invited',
  kind: MailKind.INVITATION,
  tells: {
    zh: '受邀专家：平台运营方邀请其担任评审专家时',
    en: 'the invited expert, when an operator invites them to review',
  },
  page: 'become-a-reviewer',
  open: { zh: '注册或登录后，在以下页面提交专长信息：', en: 'Sign up or log in, then describe your expertise here:' },
  text: {
    ZH: ({ inviter, message }) => [
      '邀请您担任科技成果评审专家',
      `${oneLine(inviter)}（科技成果转化池运营方）诚邀您担任科技成果评审专家。${message === null ? '' : `\n\n${quoted(message)}`}`,
    ],
    EN: ({ inviter, message }) => [
      'An invitation to review scientific results',
      `${oneLine(inviter)}, an operator of the technology pool, invites you to be a reviewer of scientific results.${message === null ? '' : `\n\n${quoted(message)}`}`,
    ],
  },
});

/** Mail that informs a reviewer of activation. */
export const reviewerActiveMail = defineMail<null>({
  name: 'reviewer.activated',
  kind: MailKind.REVIEWING,
  tells: { zh: `${REVIEWER.zh}：资料启用后`, en: `${REVIEWER.en}, when the profile becomes active` },
  page,
  text: {
    ZH: () => [
      '您的评审专家资料已启用',
      '您的评审专家资料已启用，有评审任务时将另行通知。请核对专长、单位与利益关系申报。',
    ],
    EN: () => [
      'Your reviewer’s profile is active',
      'Your reviewer’s profile is active. You will be told when something is assigned to you. Please check your expertise, organisation and declared ties.',
    ],
  },
});

/** Mail that informs a reviewer of suspension. */
export const reviewerSuspendedMail = defineMail<null>({
  name: 'reviewer.suspended',
  kind: MailKind.REVIEWING,
  tells: { zh: `${REVIEWER.zh}：资料停用后`, en: `${REVIEWER.en}, when the profile is suspended` },
  page,
  text: {
    ZH: () => ['您的评审专家资料已停用', '您的评审专家资料已停用，今后不再分配新的评审任务。'],
    EN: () => [
      'Your reviewer’s profile is suspended',
      'Your reviewer’s profile is suspended: nothing new will be assigned to you.',
    ],
  },
});

/** Mail that informs a reviewer of entries to be reviewed; `due` is a day and time, as text. */
export const assignedMail = defineMail<{ count: number; due: string }>({
  name: 'reviewer.assigned',
  kind: MailKind.REVIEWING,
  tells: { zh: `${REVIEWER.zh}：分配评审任务后`, en: `${REVIEWER.en}, when entries are assigned` },
  page,
  open: { zh: '登录后在评审台评审：', en: 'Log in to review them on your desk:' },
  text: {
    ZH: ({ count, due }) => [
      `有 ${count} 项成果等待您评审`,
      `新分配给您的成果有 ${count} 项，请于 ${due} 前完成评审。如有利益冲突，请先申报。`,
    ],
    EN: ({ count, due }) => [
      `${count} ${count === 1 ? 'result awaits' : 'results await'} your review`,
      `${count} ${count === 1 ? 'result was' : 'results were'} assigned to you. Please review by ${due}. If you have a conflict of interest, declare it first.`,
    ],
  },
});

/** Mail that informs a reviewer of a seat that is taken back. */
export const seatWithdrawnMail = defineMail<{ cohort: string }>({
  name: 'reviewer.seat-withdrawn',
  kind: MailKind.REVIEWING,
  tells: {
    zh: `${REVIEWER.zh}：评审任务改派他人时`,
    en: `${REVIEWER.en}, when an operator gives an assignment to somebody else`,
  },
  page,
  text: {
    ZH: ({ cohort }) => ['一项评审任务已改派', `“${oneLine(cohort)}”中的一项成果已改派其他专家，您无需再评审。`],
    EN: ({ cohort }) => [
      'An assignment was given to another reviewer',
      `One result of “${oneLine(cohort)}” was given to another reviewer; you need not review it any more.`,
    ],
  },
});

/** Mail that informs a reviewer of seats that ended by a conflict of interest. */
export const seatsEndedMail = defineMail<{ cohort: string; count: number }>({
  name: 'reviewer.conflict-found',
  kind: MailKind.REVIEWING,
  tells: {
    zh: `${REVIEWER.zh}：评审任务因利益冲突终止时`,
    en: `${REVIEWER.en}, when assignments end by a conflict of interest`,
  },
  page,
  text: {
    ZH: ({ cohort, count }) => [
      `${count} 项评审任务因利益冲突终止`,
      `“${oneLine(cohort)}”中分配给您的 ${count} 项成果与您存在利益冲突（由您申报或系统发现），评审任务已终止，已提交的评审不再计入。您无需再评审，如认为有误，请联系平台运营方。`,
    ],
    EN: ({ cohort, count }) => [
      `${count} ${count === 1 ? 'assignment' : 'assignments'} ended by a conflict of interest`,
      `A conflict of interest, declared by you or found from the records, ended ${count === 1 ? 'an assignment' : `${count} assignments`} of yours in “${oneLine(cohort)}”. A review that you had submitted there does not count any more. There is nothing to do; if you think that this is wrong, write to the operators of the pool.`,
    ],
  },
});

/** Mail that informs the reviewers of a cohort that its reviewing has ended. */
export const reviewingEndedMail = defineMail<{ cohort: string; submitted: number; open: number }>({
  name: 'reviewer.reviewing-ended',
  kind: MailKind.REVIEWING,
  tells: {
    zh: `${REVIEWER.zh}：所参与批次的评审结束时`,
    en: `${REVIEWER.en}, when the reviewing of a cohort in which they had assignments ends`,
  },
  page,
  text: {
    ZH: ({ cohort, submitted, open }) => [
      `评审已结束：${oneLine(cohort)}`,
      `“${oneLine(cohort)}”的评审已结束，感谢您提交的 ${submitted} 份评审。${open === 0 ? '' : `尚未提交的 ${open} 份不再需要。`}`,
    ],
    EN: ({ cohort, submitted, open }) => [
      `Reviewing ended: ${oneLine(cohort)}`,
      `The reviewing of “${oneLine(cohort)}” has ended. Thank you for ${submitted} ${submitted === 1 ? 'review' : 'reviews'}.${open === 0 ? '' : ` What you had not submitted (${open}) is not needed any more.`}`,
    ],
  },
});

/** All mails to reviewers. */
export const reviewerMails = [
  reviewerInvitedMail,
  reviewerActiveMail,
  reviewerSuspendedMail,
  assignedMail,
  seatWithdrawnMail,
  seatsEndedMail,
  reviewingEndedMail,
];
