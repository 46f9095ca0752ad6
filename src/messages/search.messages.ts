/** Sentences on searches and synonyms. */
export const searchMessages = {
  'BUSY.searches': {
    zh: '目前等待数据库的检索过多；请几秒后再试。',
    en: 'Too many searches wait for the database at the moment; try again in a few seconds.',
  },
  'AFTER_TO.range': { zh: '不得晚于 `to`。', en: 'not later than `to`.' },
  'BAD_CURSOR.search': {
    zh: '该游标不属于此次检索；请去掉游标重新开始。',
    en: 'this cursor is not from this search; start again without it.',
  },
  'BAD_FORMAT.quotes': { zh: '不得含有引号。', en: 'without quotation marks.' },
  'BAD_ID.organisation': { zh: '不是组织（Organisation）的编号。', en: 'not the id of an Organisation.' },
  'BAD_MONTH.format': { zh: '请填写月份，如 2027-03。', en: 'a month such as 2027-03.' },
  'COUNT.terms': { zh: '2 至 20 个不同的词。', en: '2 to 20 different terms.' },
  'FILLER_WORD.term': {
    zh: '“{term}”几乎出现在每段文字中；用它的同义词检索会找到所有内容。',
    en: '"{term}" stands in nearly every text; a search for its synonyms would find everything.',
  },
  'LENGTH.one': { zh: '1 至 {max} 个字符。', en: '1 to {max} characters.' },
  'NO_SUCH_ORDER.relevance': { zh: '相关度只能按 DESC 排序。', en: 'relevance is ordered DESC only.' },
  'OUT_OF_RANGE.leastToMost': { zh: '{least} 至 {most}。', en: 'from {least} to {most}.' },
  'OUT_OF_RANGE.nine': { zh: '1 至 9。', en: 'from 1 to 9.' },
  'RANGE.funding': { zh: '不得大于 fundingMax。', en: 'not above fundingMax.' },
  'RANGE.score': { zh: '不得大于 scoreMax。', en: 'not above scoreMax.' },
  'RANGE.trl': { zh: '不得大于 trlMax。', en: 'not above trlMax.' },
  'REQUIRED.currency': { zh: '请说明金额的货币，如 CNY。', en: 'say which currency the amounts are in, such as CNY.' },
  'UNKNOWN_CODE.currency': { zh: '须为 ISO 4217 货币代码，如 CNY。', en: 'an ISO 4217 code such as CNY.' },
  'UNKNOWN_CODE.of': { zh: '不是{what}的代码。', en: 'not a code of {what}.' },
  'UNKNOWN_CODE.region': { zh: '不是 GB/T 2260 的代码。', en: 'not a code of GB/T 2260.' },
  'UNKNOWN_CODE.section': {
    zh: '须为 GB/T 4754-2017 的门类 A 至 T；见 `industries`。',
    en: 'a section of GB/T 4754-2017, A to T; see `industries`.',
  },
} as const;
