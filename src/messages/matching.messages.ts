/** Sentences on matches, teams and matching rounds. */
export const matchingMessages = {
  'NOT_A_DRAFT.roundCancel': {
    zh: '该撮合批次的状态是“{status}”，须保留在记录中；请改为取消。',
    en: 'This matching round is {status} and stays on record; cancel it instead.',
  },
  'NOT_A_DRAFT.round': {
    zh: '该撮合批次的状态是“{status}”，须保留在记录中。',
    en: 'This matching round is {status} and stays on record.',
  },
  'NOT_A_DRAFT.teamDissolved': {
    zh: '该团队已解散，须保留在记录中，因为曾邀请过人才或曾被结束。',
    en: 'This team is DISSOLVED and stays on record, since its talents were invited or it was ended.',
  },
  'NOT_A_DRAFT.teamInvited': {
    zh: '该团队的人才已受邀（{status}），须保留在记录中；请改为解散。',
    en: 'The talents of this team were invited ({status}), so it stays on record; dissolve it instead.',
  },
  'ALREADY_ACTIVE.version': { zh: '该版本已在使用中。', en: 'This version is active already.' },
  'BAD_ID.counterpart': {
    zh: '需要 InvestorProfile、TalentProfile 或 Demand 的编号。',
    en: 'an id of an InvestorProfile, TalentProfile or Demand is needed.',
  },
  'BAD_ID.pair': {
    zh: '需要 Achievement 或 InvestorProfile 的编号。',
    en: 'an id of an Achievement or InvestorProfile is needed.',
  },
  'COUNT.parameters': { zh: '1 至 100 个参数。', en: '1 to 100 parameters.' },
  'DUPLICATE.talent': { zh: '该人才前面已经列出。', en: 'this talent is named before.' },
  'INVALID_TRANSITION.team': {
    zh: '该团队的状态是“{status}”；不能再进行此操作。',
    en: 'The team is {status}; this is not possible any more.',
  },
  'MODEL_CHANGED.cursor': {
    zh: '自第一页之后匹配模型已更改，顺序也随之改变；请去掉游标重新开始。',
    en: 'The model of matching changed since the first page, and with it the order; start again without the cursor.',
  },
  'NOT_ALLOWED.counterpart': {
    zh: '只有该人才，或该组织的编辑者或所有者可以代表对方发言。',
    en: 'Only the talent, or an editor or owner of the organisation, may speak for the counterpart.',
  },
  'NOT_ALLOWED.counterpartSide': { zh: '只有对方可以查看。', en: 'Only the side of the counterpart may see this.' },
  'NOT_ALLOWED.halfAnswer': {
    zh: '只有配对一方的编辑者或所有者可以答复。',
    en: 'Only an editor or owner of one half of the pair may answer.',
  },
  'NOT_ALLOWED.halfSpeak': {
    zh: '只有配对一方的编辑者或所有者可以对它发表意见。',
    en: 'Only an editor or owner of one half of the pair may speak of it.',
  },
  'NOT_ALLOWED.pair': {
    zh: '撮合批次发布后，只有配对双方可以查看。',
    en: 'Only the two sides of the pair may see it, once its round is published.',
  },
  'NOT_ALLOWED.sideAnswered': {
    zh: '只有作出答复的一方可以查看其答复。',
    en: 'Only the side that answered may see its answer.',
  },
  'NOT_ALLOWED.sideFeedback': {
    zh: '只有给出反馈的一方可以查看。',
    en: 'Only the side that gave the feedback may see it.',
  },
  'NOT_ALLOWED.team': {
    zh: '只有发布机构和受邀人才可以查看该团队。',
    en: 'Only the listing institution and the invited talents may see this team.',
  },
  'NOT_ALLOWED.wholeRound': {
    zh: '只有平台管理员可以查看整个撮合批次。',
    en: 'Only an operator of the pool may see all of a matching round.',
  },
  'NOT_DECLINED.declineReason': { zh: '理由仅用于婉拒。', en: 'a reason goes with a decline.' },
  'NOT_DECLINED.declinedReason': { zh: '理由仅用于 DECLINED（婉拒）。', en: 'a reason goes with DECLINED.' },
  'NOT_DECLINED.time': { zh: '时限仅用于 DECLINED（婉拒）。', en: 'a time goes with DECLINED.' },
  'NOT_IN_POOL.anyMore': { zh: '该成果不在（或已不在）成果池中。', en: 'The entry is not in the pool (any more).' },
  'OUT_OF_RANGE.days': { zh: '1 至 {max} 天。', en: '1 to {max} days.' },
  'OUT_OF_RANGE.finite': { zh: '须为有限的数。', en: 'a finite number.' },
  'OUT_OF_RANGE.thousand': { zh: '须在 -1,000 至 1,000 之间。', en: 'between -1,000 and 1,000.' },
  'OUT_OF_RANGE.zeroTo': { zh: '0 至 {max}。', en: '0 to {max}.' },
  'PAGE_SIZE.teams': { zh: '1 至 {max} 个团队。', en: '1 to {max} teams.' },
  'PAIR_SETTLED.status': { zh: '该配对的状态已是“{status}”。', en: 'This pair is {status} already.' },
  'PATH_TWICE.parameter': {
    zh: '每个参数只能出现一次；请明确取哪个值。',
    en: 'each parameter once; which value is meant?',
  },
  'REQUIRED.lastBefore': {
    zh: '此处 `last` 与 `before` 搭配：排名的末尾对谁都不是最佳。',
    en: '`last` goes with `before` here: the end of a ranking is nobody’s best.',
  },
  'REQUIRED.whyCounted': {
    zh: '请说明理由；至少三个对象给出相同理由后，对方只会看到理由的次数。',
    en: 'say why; the other side learns of reasons by count alone, once three counterparts gave the same.',
  },
  'ROUND_STALE.changed': {
    zh: '计算之后名额或否决有变化；请重新计算。',
    en: 'Places or vetoes changed since the round was computed; compute it again.',
  },
  'ROUND_STATUS.allowed': {
    zh: '该撮合批次的状态是“{status}”；仅当状态为{allowed}时才能进行此操作。',
    en: 'The matching round is {status}; this is possible only while it is {allowed}.',
  },
  'ROUND_STATUS.answered': {
    zh: '该撮合批次的状态是“{status}”；只有在发布（PUBLISHED）后才能答复配对。',
    en: 'The matching round is {status}; pairs are answered only while it is PUBLISHED.',
  },
  'SELF_MATCH.pair': { zh: '该配对的双方都是您。', en: 'Both halves of this pair are yours.' },
  'SIDES_ONLY.operator': {
    zh: '平台管理员只负责引荐；是否有意向只能由双方自己说明。',
    en: 'An operator introduces; only the two sides themselves say whether they are interested.',
  },
  'SIDE_MISSING.team': {
    zh: '团队需要一位懂科技的人和另一位懂市场的人；“明白人”可以担任其中之一。',
    en: 'a team needs somebody who knows the science and somebody else who knows the market; a bridge may stand for either.',
  },
  'TALENTS_UNAVAILABLE.some': {
    zh: '其中有些人才无法邀请：已离开、暂停、隐藏、存在利益冲突、您的机构曾就该成果婉拒过他们，或他们曾婉拒该成果的团队邀请。',
    en: 'Some of these talents cannot be invited: they are gone, paused, hidden, have a conflict of interest, your institution declined them for this achievement, or they declined an invitation to a team for it.',
  },
  'TEAM_EXISTS.talents': {
    zh: '该成果已有由这些人才组成的团队。',
    en: 'There is a team of these talents for this achievement.',
  },
  'TEAM_SIZE.members': { zh: '团队须有 {min} 至 {max} 名成员。', en: 'a team has {min} to {max} members.' },
  'TOO_MANY_TEAMS.achievement': {
    zh: '该成果有 {max} 个既未组成也未解散的团队；请先解散一些。',
    en: 'This achievement has {max} teams that are neither formed nor dissolved; dissolve some first.',
  },
  'UNKNOWN_CODE.thisList': { zh: '不在该代码表中；见 `{name}`。', en: 'not a code of this list; see `{name}`.' },
  'UNKNOWN_PARAMETER.model': {
    zh: "该模型没有此参数；见 `matchModels '{' parameters '{' path '}' '}'`。",
    en: "no parameter of this model; see `matchModels '{' parameters '{' path '}' '}'`.",
  },
} as const;
