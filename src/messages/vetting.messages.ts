/** Sentences on cohorts, reviewers, reviews and objections. */
export const vettingMessages = {
  'REQUIRED.takenOut': { zh: '请说明撤出该成果的理由。', en: 'say why the result is taken out.' },
  NOT_COUNTED: {
    zh: '该成果不计入此批次；没有可撤出的内容。',
    en: 'This entry does not count in the cohort; there is nothing to withdraw.',
  },
  WITHDRAWN_BEFORE: { zh: '该成果此前已撤出。', en: 'This entry was withdrawn before.' },
  'ANSWERED_BEFORE.request': { zh: '该申请此前已答复。', en: 'This request was answered before.' },
  WITHDRAWALS_OPEN: {
    zh: '{count} 项撤出申请等待答复；请先答复。',
    en: '{count} requests for withdrawal wait for an answer; answer them first.',
  },
  SCREEN_CHANGED: {
    zh: '自上次查看以来，{count} 项成果的筛查结果有变化；没有冻结任何内容。请查看变化，重新筛查该批次，然后冻结。',
    en: 'The screen of {count} entries changed since it was last seen; nothing was frozen. Look at the changes, screen the cohort again, and freeze it then.',
  },
  APPEALS_OPEN: {
    zh: '{count} 项申诉等待答复；请先答复。',
    en: '{count} appeals wait for an answer; answer them first.',
  },
  'CONFLICT_OF_INTEREST.withdrawn': {
    zh: '您与该成果存在利益冲突；评审任务已撤回。',
    en: 'You have a conflict of interest with this entry; the assignment was withdrawn.',
  },
  REVIEW_INCOMPLETE: {
    zh: '请给出每项评分、最高和最低分的理由以及把握程度。',
    en: 'Give every score, the rationale of scores at the ends of the scale, and the confidence.',
  },
  'COHORT_NOT_OPEN.fixed': {
    zh: '该批次的状态是“{status}”；其成果和设置已固定。',
    en: 'The cohort is {status}; its entries and settings are fixed.',
  },
  ASSIGNMENT_INCOMPLETE: {
    zh: '{entries} 项成果在某个维度的评审人少于 {least} 名；请先分配。',
    en: '{entries} entries have fewer than {least} reviewers in some dimension; assign them first.',
  },
  QUOTA_EXCEEDED: {
    zh: '入池的成果将超过名额 {quota}；没有做任何更改。',
    en: 'More entries would be admitted than the quota of {quota} allows; nothing was changed.',
  },
  NOTICE_PERIOD_RUNNING: {
    zh: '公示期到 {until} 为止；请届时结束该批次。',
    en: 'The public notice runs until {until}; close the cohort then.',
  },
  OBJECTIONS_OPEN: {
    zh: '{count} 项异议等待答复；请先答复。',
    en: '{count} objections wait for an answer; answer them first.',
  },
  REVIEWS_INCOMPLETE: {
    zh: '{entries} 项成果在某个维度提交的评审少于 {least} 份。请等待，或以 acceptMissingReviews 继续；这些成果将不予入池。',
    en: '{entries} entries have fewer than {least} submitted reviews in some dimension. Wait for them, or go on with acceptMissingReviews; these entries are then not admitted.',
  },
  REVIEW_ALREADY_SUBMITTED: {
    zh: '该评审已提交，不再改动；更正会新增一个版本。',
    en: 'This review was submitted and never changes; a correction adds a version.',
  },
  'CONFLICT_OF_INTEREST.reviewer': {
    zh: '该评审人不得评价此成果：{reasons}。请另选他人。',
    en: 'This reviewer must not judge this entry: {reasons}. Choose somebody else.',
  },
  'COHORT_NOT_OPEN.none': {
    zh: '目前没有开放的批次；请在有批次开放后提交。',
    en: 'No cohort is open now; hand it in once one is.',
  },
  'wayOut.cohort': { zh: '请继续使用该批次。', en: 'Go on with this cohort.' },
  'NOT_A_DRAFT.cohort': {
    zh: '该批次的状态是“{status}”，须保留在记录中；开放的批次可以删除。',
    en: 'This cohort is {status}, so it stays on record; an open one can be deleted.',
  },
  'NOT_A_DRAFT.cohortFrozen': {
    zh: '该批次曾被冻结，须保留在记录中；请继续进行。',
    en: 'This cohort was frozen once, so it stays on record; go on with it.',
  },
  'NOT_A_DRAFT.cohortDecided': {
    zh: '该批次中有成果已由平台管理员裁定或提出过申诉，须保留在记录中；请继续进行。',
    en: 'An entry of this cohort was decided by an operator or appealed for, so it stays on record; go on with it.',
  },
  'ALREADY_ASSIGNED.before': { zh: '该评审人曾负责该成果。', en: 'This reviewer was on the entry before.' },
  'ALREADY_ASSIGNED.isOrWas': { zh: '该评审人现在或曾经负责该成果。', en: 'This reviewer is, or was, on the entry.' },
  'ALREADY_A_REVIEWER.person': { zh: '此人已有评审人档案。', en: 'This person has a reviewer’s profile already.' },
  'ALREADY_REPLACED.assignment': { zh: '该评审任务已被替换。', en: 'This assignment was replaced already.' },
  'ANSWERED_BEFORE.objection': { zh: '该异议此前已答复。', en: 'This objection was answered before.' },
  'ANSWERED_BEFORE.reply': {
    zh: '该异议已有结论；其回复不再改动。',
    en: 'This objection is decided; its reply stands as it is.',
  },
  'APPEALED_BEFORE.appeal': {
    zh: '此前已提出过申诉；以当时的答复为准。',
    en: 'An appeal was made before; its answer stands.',
  },
  'ASSIGNMENT_ENDED.desk': {
    zh: '该评审任务已结束，不再在您的工作台上。',
    en: 'This assignment has ended; it is no longer on your desk.',
  },
  'ASSIGNMENT_RUNNING.run': {
    zh: '另一次分配正在进行；请等待其结束。',
    en: 'Another run of the assignment is under way; wait until it has ended.',
  },
  'BAD_ORCID.person': {
    zh: '请填写此人的 ORCID，包括校验位。',
    en: 'give the person’s ORCID iD with its check digit.',
  },
  'BAD_URL.short': {
    zh: '请填写 http 或 https 地址，最多 300 个字符。',
    en: 'an http or https address of up to 300 characters.',
  },
  'BAD_YEAR.line': { zh: '第 {line} 行：年份必须是四位数字。', en: 'line {line}: the year must have four digits.' },
  'COHORT_OPEN.first': { zh: '已有开放的批次；请先冻结。', en: 'A cohort is open; freeze it first.' },
  'COHORT_OPEN.meanwhile': { zh: '期间已有另一批次开放。', en: 'Another cohort is open meanwhile.' },
  'COHORT_STATUS.allowed': {
    zh: '该批次的状态是“{status}”；仅当状态为{allowed}时才能进行此操作。',
    en: 'The cohort is {status}; this is possible only while it is {allowed}.',
  },
  'DIMENSION_NOT_JUDGED.reviewer': {
    zh: '该评审人不评价以下维度：{dimensions}。',
    en: 'This reviewer does not judge {dimensions}.',
  },
  'EITHER_OR.documents': { zh: '`documents` 和 `csv` 请填写其中之一。', en: 'give `documents` or `csv`, one of them.' },
  'EMAIL_UNCONFIRMED.person': {
    zh: '此人尚未确认其账号的邮箱地址。',
    en: 'This person has not confirmed the e-mail address of the account.',
  },
  'FIT_CHANGED.notice': {
    zh: '公示的结果与已提交的评审不再一致；没有做任何更改。请核验台账。',
    en: 'What was on public notice does not follow from the submitted reviews any more; nothing was changed. Verify the ledger.',
  },
  'INVALID_TRANSITION.reviewer': {
    zh: '评审人只能启用或暂停；PENDING 只是初始状态。',
    en: 'A reviewer is activated or suspended; PENDING is only where it begins.',
  },
  'LOAD_FULL.reviewer': {
    zh: '该评审人已有 {load} 项成果，达到上限。',
    en: 'This reviewer has {load} entries already, which is the limit.',
  },
  'NOTHING_CHANGED.correction': {
    zh: '更正的内容与评审现有内容相同。',
    en: 'The correction says what the review says already.',
  },
  'NOTHING_COUNTED.cohort': {
    zh: '还没有计入的成果；批次至少要有一项才能冻结。',
    en: 'No entry counts yet; a cohort is frozen with at least one.',
  },
  'NOTICE_ENDED.notice': { zh: '公示期已结束。', en: 'The public notice has ended.' },
  'NOT_ALLOWED.objectionReply': {
    zh: '只有该成果所属机构的编辑者或所有者可以回复异议。',
    en: 'Only an editor or owner of the institution of the entry may reply to an objection.',
  },
  'NOT_ALLOWED.replyBefore': {
    zh: '异议有结论之前，只有该机构和平台管理员可以查看回复。',
    en: 'Only the institution and operators may read a reply before the objection is decided.',
  },
  'NOT_ALLOWED.reviewerOrOperator': {
    zh: '只有评审人本人和平台管理员可以查看。',
    en: 'Only the reviewer and operators may see this.',
  },
  'NOT_ALLOWED.reviewing': {
    zh: '只有平台管理员可以查看评审进度。',
    en: 'Only an operator of the pool may see how reviewing stands.',
  },
  'NOT_ASSIGNED.dimensions': { zh: '该评审任务要求评价：{dimensions}。', en: 'this assignment asks for {dimensions}.' },
  'NOT_A_COLLABORATION.conflict': {
    zh: '仅用于 COLLABORATION；已结束的利益冲突请撤回。',
    en: 'only with COLLABORATION; retract a conflict that is over.',
  },
  'NOT_EXCLUDED.appeal': { zh: '只能对排除决定提出申诉。', en: 'Only an exclusion can be appealed against.' },
  'NOT_FOUND.organisation': { zh: '没有这个组织。', en: 'no such organisation.' },
  'NOT_INDEPENDENT.panel': {
    zh: '该评审组中已有同一组织的评审人。',
    en: 'Another reviewer of this panel is of the same organisation.',
  },
  'NOT_PROPOSED.objection': {
    zh: '只能对拟入池的成果提出异议。',
    en: 'Objections are made against entries that are proposed for admission.',
  },
  'NOT_REGISTERED.count': {
    zh: '该成果的状态是“{status}”；只有已登记的成果才能计入。',
    en: 'The achievement is {status}; only what is registered can count.',
  },
  'NOT_SUBMITTED.draft': {
    zh: '尚未提交；请编辑草稿并提交。',
    en: 'Nothing is submitted yet; edit the draft and submit it.',
  },
  'NO_HEADER.documents': {
    zh: '第一行必须写列名：title（题名），以及 abstract（摘要）和 year（年份，如有）。',
    en: 'the first line must name the columns: title (题名), and abstract (摘要) and year (年份) where there are any.',
  },
  'NO_OPEN_APPEAL.appeal': { zh: '没有等待答复的申诉。', en: 'No appeal waits for an answer.' },
  'NO_REVIEWS.fit': {
    zh: '尚未提交任何评审；没有可以计算的内容。',
    en: 'No review is submitted yet; there is nothing to fit.',
  },
  'OBJECTED_BEFORE.entry': { zh: '您此前已对该成果提出过异议。', en: 'You have objected to this entry before.' },
  'OPERATOR_CANNOT_REVIEW.active': {
    zh: '平台管理员不能是启用的评审人。',
    en: 'An operator of the pool cannot be an active reviewer.',
  },
  'OPERATOR_CANNOT_REVIEW.review': { zh: '平台管理员不能参与评审。', en: 'An operator of the pool cannot review.' },
  'OUT_OF_RANGE.fromZero': { zh: '须为不小于 0 的数。', en: 'a number from 0.' },
  'OUT_OF_RANGE.halfPoints': { zh: '0 至 5，以半分为单位。', en: 'half points from 0 to 5.' },
  'OUT_OF_RANGE.oneTo': { zh: '1 至 {max, number}。', en: '1 to {max, number}.' },
  'OUT_OF_RANGE.whole5': { zh: '须为 1 至 5 的整数。', en: 'a whole number from 1 to 5.' },
  'OUT_OF_RANGE.whole500': { zh: '须为 1 至 500 的整数。', en: 'a whole number from 1 to 500.' },
  'OUT_OF_RANGE.zeroToMost': { zh: '0 至 {most}。', en: 'from 0 to {most}.' },
  'OWN_DECISION.appeal': {
    zh: '该成果由您本人排除：申诉必须由另一位平台管理员答复。',
    en: 'You excluded this entry yourself: another operator of the pool must answer the appeal.',
  },
  'OWN_ENTRY.objection': { zh: '这是您所在机构的成果。', en: 'This is an entry of your own institution.' },
  'OWN_OBJECTION.reply': {
    zh: '该异议由您提出：回复必须由机构的另一位成员作出。',
    en: 'You made this objection: another member of the institution must reply.',
  },
  'PASSPORT_VALID.pool': {
    zh: '该成果在池中，其评分凭证有效；只有凭证失效的成果才重新评审。',
    en: 'It is in the pool, and its passport holds; a new review is for those whose passport does not.',
  },
  'REPEATED.dimension': { zh: '每个维度只能出现一次。', en: 'each dimension once.' },
  'REPLIED_BEFORE.revision': {
    zh: '该机构已经回复。要修改回复，请先读取并发送其修订号。',
    en: 'The institution has replied already. To change the reply, read it and send its revision.',
  },
  'REQUIRED.achievementOrAssignment': {
    zh: '请指明成果，或您工作台上的评审任务。',
    en: 'name the achievement, or the assignment on your desk.',
  },
  'REQUIRED.correction': { zh: '请说明更正的理由。', en: 'say why it is corrected.' },
  'REQUIRED.dimension': { zh: '请至少选择一个可以评价的维度。', en: 'name at least one dimension that can be judged.' },
  'REQUIRED.gapCodes': { zh: '至少一个；见 `gapCodes`。', en: 'at least one; see `gapCodes`.' },
  'REQUIRED.lineTitle': { zh: '第 {line} 行：缺少题名。', en: 'line {line}: the title is missing.' },
  'REQUIRED.organisation': { zh: '请指明组织。', en: 'name the organisation.' },
  'REQUIRED.reopenCohort': { zh: '请说明重新打开该批次的理由。', en: 'say why the cohort is opened again.' },
  'REQUIRED.scores': {
    zh: '请同时填写 `scores`、`confidence` 和 `gapCodes`；提交草稿则都不填。',
    en: 'give `scores` together with `confidence` and `gapCodes`, or none of them to submit the draft.',
  },
  'REQUIRED.title': { zh: '请填写名称。', en: 'give a title.' },
  'REQUIRED.why': { zh: '请说明理由。', en: 'say why.' },
  'REQUIRED.words': { zh: '请用文字填写。', en: 'give it in words.' },
  'REVIEWER_NOT_ACTIVE.reviewer': {
    zh: '该评审人未启用，或是平台管理员。',
    en: 'This reviewer is not active, or operates the pool.',
  },
  'ROUND_ASSIGNED.round': {
    zh: '该轮已分配；请提议下一轮。',
    en: 'This round is assigned already; propose the next one.',
  },
  'ROUND_NOT_WORTH.bound': {
    zh: '预计该轮改变的决定少于设定的界限：评审可以结束。',
    en: 'This round is expected to change fewer decisions than the stated bound: reviewing can end.',
  },
  'SAME.child': { zh: '组织不能是它自己的下级。', en: 'an organisation is not its own child.' },
  'SUM.weights': {
    zh: '各项之和须为 1，而不是 {sum}；未列出的维度权重为 0。',
    en: 'they must sum to 1, not {sum}; a dimension left out has weight 0.',
  },
  'TOO_LONG.million': { zh: '最多 1,000,000 个字符。', en: 'at most 1,000,000 characters.' },
  'TOO_MANY.documents': { zh: '最多 {max} 篇文献。', en: 'at most {max} documents.' },
  'TOO_MANY.documentsTotal': {
    zh: '最多 {max} 篇文献；这样将有 {length} 篇。',
    en: 'at most {max} documents; this would make {length}.',
  },
  'TOO_MANY.thirty': { zh: '最多 30 个。', en: 'at most 30.' },
  'TOO_MANY.values200': { zh: '最多 200 个值。', en: 'at most 200 values.' },
  'TWICE.dimension': { zh: '每个维度只能出现一次。', en: 'each dimension once.' },
  'UNKNOWN_ACCOUNT.reviewer': {
    zh: '没有账号确认过该地址；请改为邀请此人评审。',
    en: 'no account has confirmed this address; invite the person to review instead.',
  },
  'UNKNOWN_CODE.gap': { zh: '不是不足代码；见 `gapCodes`。', en: 'not a gap code; see `gapCodes`.' },
  'UNKNOWN_CODE.gapOfAssignment': {
    zh: '须为该评审任务各维度的不足代码。',
    en: 'gap codes of the assignment’s dimensions.',
  },
  'UNKNOWN_REVISION.reply': {
    zh: '该回复的修订号为 0（无）至 {newest}。',
    en: 'the reply has revisions 0 (none) to {newest}.',
  },
} as const;
