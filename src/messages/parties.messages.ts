/** Sentences on investors, talents, demands, threads and mentions. */
export const partiesMessages = {
  'TOO_LATE.deadline': {
    zh: '{problem}长期有效的需求请不要填写。',
    en: '{problem} Leave it out if the demand stays open.',
  },
  'NOT_A_DRAFT.demandSuspended': {
    zh: '平台管理员已暂停该需求；须保留在记录中。',
    en: 'An operator has suspended this demand; it stays on record.',
  },
  'NOT_A_DRAFT.demandSeen': {
    zh: '该需求的企业已核验或曾经核验，其他人可能看到过；请改为撤回。',
    en: 'Others could see this demand, since its enterprise is or was verified; withdraw it instead.',
  },
  'NOT_A_DRAFT.profileSuspended': {
    zh: '平台管理员已暂停该画像；须保留在记录中。',
    en: 'An operator has suspended this profile; it stays on record.',
  },
  'NOT_A_DRAFT.profileSeen': {
    zh: '该画像的组织已核验或曾经核验，其他人可能看到过；请改为暂停。',
    en: 'Others could see this profile, since its organisation is or was verified; pause it instead.',
  },
  'NOT_A_DRAFT.talentJudged': {
    zh: '平台管理员已审核该档案；在您的账号注销前须保留。请隐藏（visibility HIDDEN）或暂停。',
    en: 'An operator has judged this profile; it stays until your account is erased. Hide it (visibility HIDDEN) or pause it.',
  },
  'NOT_A_DRAFT.talentSeen': {
    zh: '其他人可能看到过该档案；在您的账号注销前须保留。请隐藏（visibility HIDDEN）或暂停。',
    en: 'Others could see this profile; it stays until your account is erased. Hide it (visibility HIDDEN) or pause it.',
  },
  'ALREADY_A_TALENT.self': {
    zh: '您已有人才档案；请编辑该档案。',
    en: 'You have a talent profile already; edit that one.',
  },
  'BAD_DATE.example': { zh: '请填写日期，如 2025-11-03。', en: 'a date such as 2025-11-03.' },
  'BAD_URL.length': {
    zh: '请填写 http 或 https 地址，最多 {url} 个字符。',
    en: 'an http or https address of up to {url} characters.',
  },
  'CLOSED_BY_OTHER_SIDE.thread': {
    zh: '该会话由对方关闭，只有对方可以重新打开。',
    en: 'The other side closed this thread, and only that side may reopen it.',
  },
  'CURRENCY_WITHOUT_AMOUNT.both': {
    zh: '请同时填写金额，或两者都不填。',
    en: 'give the amount too, or leave both out.',
  },
  'CURRENCY_WITHOUT_RATE.compare': {
    zh: '没有该货币的汇率，因此金额无法比较；请换用其他货币，或请平台管理员添加汇率。',
    en: 'no rate of this currency is known, so that amounts in it cannot be compared; use another or ask an operator.',
  },
  'CURRENCY_WITHOUT_RATE.list': {
    zh: '该货币尚无汇率；请使用 `currencyRates` 中的货币，或请平台管理员添加汇率。',
    en: 'there is no rate for this currency yet; use one of `currencyRates`, or ask an operator for a rate.',
  },
  'DUPLICATE.entry': { zh: '该成果已在其中。', en: 'this entry is there already.' },
  'EXTERNAL_ID_TAKEN.sentenceTrackRecord': {
    zh: '该投资方的另一条投资记录已使用这个内部编号。',
    en: 'Another track record of this investor has this external id.',
  },
  'FUTURE_DATE.investment': {
    zh: '日期在未来；只有已经发生的投资才是投资记录。',
    en: 'lies in the future; only what has been invested is a track record.',
  },
  'INVERTED_RANGE.exchange': { zh: '`min` 大于 `max`；请对调。', en: '`min` is above `max`; exchange them.' },
  'IN_THE_PAST.day': { zh: '今天或以后。', en: 'today or later.' },
  'LENGTH.entries': { zh: '可以比较 {least} 至 {max} 项成果。', en: '{least} to {max} entries can be compared.' },
  'NEWER_THREAD_OPEN.thread': {
    zh: '关于该成果已有更新的会话开放；请在那里继续。',
    en: 'A newer thread on this entry is open; go on there.',
  },
  'NOT_ALLOWED.enterpriseEditor': {
    zh: '只有该企业的编辑者或所有者可以这样做。',
    en: 'Only an editor or owner of the enterprise may do this.',
  },
  'NOT_ALLOWED.enterpriseMember': {
    zh: '只有该企业的成员可以查看。',
    en: 'Only members of the enterprise may see this.',
  },
  'NOT_ALLOWED.hiddenDemands': {
    zh: '只有平台管理员可以查看未公开的需求。',
    en: 'Only operators of the pool may see demands that are not shown.',
  },
  'NOT_ALLOWED.hiddenTalents': {
    zh: '只有平台管理员可以查看未公开的人才。',
    en: 'Only operators of the pool may see talents that are not shown.',
  },
  'NOT_ALLOWED.interest': {
    zh: '只有表达意向的人，或其所代表组织的编辑者或所有者可以这样做。',
    en: 'Only who said the interest, or an editor or owner of the organisation it was said for, may do this.',
  },
  'NOT_ALLOWED.investorProfile': {
    zh: '只有该组织的编辑者或所有者可以编辑其投资方画像。',
    en: 'Only an editor or owner of the organisation may edit its investor profile.',
  },
  'NOT_ALLOWED.listerAnswer': {
    zh: '只有发布机构的编辑者或所有者可以答复。',
    en: 'Only an editor or owner of the listing institution may answer.',
  },
  'NOT_ALLOWED.namedAnswer': {
    zh: '只有被提名的人，或被提名组织的编辑者或所有者可以答复。',
    en: 'Only the named person, or an editor or owner of the named organisation, may answer.',
  },
  'NOT_ALLOWED.namedParty': {
    zh: '只有被提名的一方和平台管理员可以查看。',
    en: 'Only the named party and operators may see this.',
  },
  'NOT_ALLOWED.person': { zh: '只有本人可以这样做。', en: 'Only the person may do this.' },
  'NOT_ALLOWED.personOrOperator': {
    zh: '只有本人和平台管理员可以查看。',
    en: 'Only the person and operators may see this.',
  },
  'NOT_ALLOWED.speakFor': {
    zh: '只有该组织的成员可以代表它发言。',
    en: 'Only a member of the organisation may speak for it.',
  },
  'NOT_ALLOWED.talent': { zh: '该人才不对您公开。', en: 'This talent is not shown to you.' },
  'NOT_ALLOWED.thread': { zh: '只有会话双方可以阅读。', en: 'Only the two sides of a thread may read it.' },
  'NOT_ALLOWED.unverifiedProfiles': {
    zh: '只有平台管理员可以查看未核验组织的画像。',
    en: 'Only operators of the pool may see profiles of organisations that are not verified.',
  },
  'NOT_ALLOWED.verifiedTalent': {
    zh: '只有已核验组织的成员可以查看该人才。',
    en: 'Only members of verified organisations may see this talent.',
  },
  'NOT_AN_ENTERPRISE.demand': { zh: '只有企业可以发布需求。', en: 'Only enterprises post demands.' },
  'NOT_AN_INVESTING_KIND.profile': {
    zh: '只有投资机构、企业和政府部门可以有投资方画像。',
    en: 'Only investors, enterprises and government bodies have an investor profile.',
  },
  'NOT_A_TECHNOLOGY_MANAGER.role': {
    zh: '仅用于 TECHNOLOGY_MANAGER（技术经理人）角色；请添加该角色或清除等级。',
    en: 'only with the role TECHNOLOGY_MANAGER; add the role or clear the grade.',
  },
  'NOT_IN_POOL.only': { zh: '此操作仅适用于池中的成果。', en: 'This is possible only with entries of the pool.' },
  'OUT_OF_RANGE.readiness': { zh: '须为 1 至 9 的成熟度等级。', en: 'a readiness level from 1 to 9.' },
  'OUT_OF_RANGE.whole31': { zh: '须为 0 至 31 的整数。', en: 'a whole number from 0 to 31.' },
  'OWN_ACHIEVEMENT.interest': {
    zh: '该成果由您所在的机构发布；意向须来自其他方。',
    en: 'Your own institution lists this entry; interest comes from others.',
  },
  'PROFILE_EXISTS.investor': {
    zh: '该组织已有投资方画像；请编辑该画像。',
    en: 'The organisation has an investor profile already; edit that one.',
  },
  'RATE_LIMITED.interests': {
    zh: '您一天内已对 {count} 项成果表达意向；请先跟进其中一些，或稍后再试。',
    en: 'You have said interest in {count} entries within a day; go on with some of them, or wait.',
  },
  'REQUIRED.amountCurrency': { zh: '金额需要货币，如 CNY。', en: 'an amount needs a currency, such as CNY.' },
  'REQUIRED.amountsCurrency': { zh: '金额需要货币，如 CNY。', en: 'amounts need a currency, such as CNY.' },
  'REQUIRED.budget': { zh: '请填写范围的一端，或不填预算。', en: 'give an end of the range, or no budget.' },
  'REQUIRED.company': { zh: '请填写被投企业。', en: 'the company invested in.' },
  'REQUIRED.investedOn': { zh: '请填写投资日期。', en: 'the date of the investment.' },
  'REQUIRED.kind': {
    zh: '请说明您所长：SCIENCE（懂科技）、MARKET（懂市场）或 BRIDGE（两者）。',
    en: 'say what you know: SCIENCE, MARKET or BRIDGE (both).',
  },
  'REQUIRED.something': { zh: '请填写内容。', en: 'say something.' },
  'REQUIRED.target': { zh: '请说明须达到的目标。', en: 'say what must be reached.' },
  'REQUIRED.ticket': {
    zh: '请填写 `min`、`max` 或两者；不限额度请填 null。',
    en: 'give `min`, `max` or both, or null for no ticket at all.',
  },
  'REQUIRED.whyEnterprise': { zh: '请说明理由；该企业会看到。', en: 'say why; the enterprise reads it.' },
  'REQUIRED.whyMembers': { zh: '请向该组织的成员说明理由。', en: 'say why, for the organisation’s members.' },
  'REQUIRED.whyPerson': { zh: '请说明理由；本人会看到。', en: 'say why; the person reads it.' },
  'SELF.coInvestor': {
    zh: '投资方本身不是共同投资方；请去掉。',
    en: 'the investor itself is no co-investor; leave it out.',
  },
  'SHORTLIST_FULL.entries': {
    zh: '候选清单最多 {max} 项；请先移除一项。',
    en: 'A shortlist holds {max} entries; remove one first.',
  },
  'TOKEN_INVALID.mention': {
    zh: '该链接已失效；他人提名您之处，请登录后答复。',
    en: 'this link is not valid any more; log in to answer where others name you.',
  },
  'TOO_EARLY.founding': { zh: '日期不得早于 1949-10-01。', en: 'a date from 1949-10-01 on.' },
  'TOO_LONG.target': { zh: '最多 {target} 个字符。', en: 'at most {target} characters.' },
  'TOO_LONG.unit': { zh: '最多 {unit} 个字符。', en: 'at most {unit} characters.' },
  'TOO_MANY.above': { zh: '最多 {max} 个；请改用它们的上级。', en: 'at most {max}; name those above them instead.' },
  'TOO_MANY.evidence': { zh: '最多 {evidence} 个。', en: 'at most {evidence}.' },
  'TOO_MANY.industries': { zh: '最多 {industries} 个。', en: 'at most {industries}.' },
  'TOO_MANY.skills': { zh: '最多 {skills} 个。', en: 'at most {skills}.' },
  'TOO_MANY.targets': { zh: '最多 {targets} 个。', en: 'at most {targets}.' },
  'TOO_MANY.trackRecordsSentence': {
    zh: '一个投资方最多有 {max} 条投资记录；请先移除旧的。',
    en: 'An investor has at most {max} track records; remove old ones first.',
  },
  'TRACK_RECORD_EXISTS.same': {
    zh: '该笔投资已存在：企业、日期和轮次相同。如果是两笔，请分别填写内部编号。',
    en: 'This investment is there already: same company, day and round. Give each an external id where they are two.',
  },
  'UNKNOWN_ACHIEVEMENT.id': {
    zh: '没有您可以查看的成果使用该编号。',
    en: 'no achievement that you may see has this id.',
  },
  'UNKNOWN_CURRENCY.cnyOrUsd': {
    zh: '须为 ISO 4217 货币代码，如 CNY 或 USD。',
    en: 'an ISO 4217 code such as CNY or USD.',
  },
  'UNKNOWN_ORGANISATION.id': {
    zh: '没有您可以知晓的组织使用该编号。',
    en: 'no organisation that you may know of has this id.',
  },
} as const;
