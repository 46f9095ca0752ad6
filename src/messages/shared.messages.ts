/** Sentences on values and rights that several domains check. */
export const sharedMessages = {
  'NOT_A_DRAFT.referred': {
    zh: '有其他内容引用该草稿，因此须保留。{wayOut}',
    en: 'Something else refers to this draft, so it stays. {wayOut}',
  },
  'wayOut.pause': { zh: '请改为撤回或暂停。', en: 'Take it back or pause it instead.' },
  'NOT_FOUND.thing': { zh: '未找到{what}。', en: '{what} was not found.' },
  LOGIN_REQUIRED: {
    zh: '请先登录：发送 `Authorization: Bearer <access token>` 或 API 密钥。',
    en: 'Log in first: send `Authorization: Bearer <access token>` or an API key.',
  },
  DATABASE_AWAY: {
    zh: '数据库暂时没有响应。请几秒后重新发送请求；使用相同的 idempotencyKey，即使出现此错误而实际已保存的写入也不会保存两次。',
    en: 'The database does not answer at the moment. Send the request again in a few seconds; with the same idempotencyKey, a write that was stored in spite of this error is not stored twice.',
  },
  DATABASE_BUSY: {
    zh: '数据库目前负载过高。请几秒后重新发送请求。',
    en: 'The database has too much to do at the moment. Send the request again in a few seconds.',
  },
  DATABASE_READ_ONLY: {
    zh: '数据库目前不接受更改。没有做任何更改；请几秒后重新发送请求。',
    en: 'The database accepts no changes at the moment. Nothing was changed; send the request again in a few seconds.',
  },
  DISK_FULL: {
    zh: '数据库目前无法再保存内容。没有做任何更改；请稍后重新发送请求。',
    en: 'The database cannot store more at the moment. Nothing was changed; send the request again later.',
  },
  'TIMEOUT.database': {
    zh: '请求耗时过长；请一次少请求一些，或稍后重新发送。',
    en: 'The request took too long; ask for less at once, or send it again later.',
  },
  'list.strategicEmerging': { zh: '战略性新兴产业分类', en: 'the strategic emerging industries' },
  'list.gbt4754': { zh: '国民经济行业分类（GB/T 4754-2017）', en: 'GB/T 4754-2017' },
  'list.gbt2260': { zh: '行政区划（GB/T 2260）', en: 'GB/T 2260' },
  'ACCOUNT_ERASED.person': { zh: '此人的数据已被删除。', en: 'The person was erased.' },
  'API_KEY_SCOPE.readOnly': {
    zh: '该 API 密钥只能读取。请创建一个具有 WRITE 权限的密钥。',
    en: 'This API key may only read. Create one with the WRITE scope.',
  },
  'BAD_AMOUNT.decimal': {
    zh: '金额最多 16 位数字，其中小数最多 2 位。',
    en: 'an amount of at most 16 digits and 2 decimals.',
  },
  'BAD_CURSOR.list': {
    zh: '该游标不属于此列表；请去掉游标重新开始。',
    en: 'this cursor is not from this list; start again without it.',
  },
  'BAD_FORMAT.oneLine': { zh: '须为一行，8 至 100 个字符。', en: '8 to 100 characters on one line.' },
  'BAD_ID.type': { zh: '需要 {type} 类型的编号。', en: 'an id of type {type} is needed.' },
  'BAD_ORCID.check': { zh: '不是有效的 ORCID，或校验位有误。', en: 'not an ORCID iD, or its check digit is wrong.' },
  'CONFLICT_OF_INTEREST.operator': {
    zh: '此事涉及您本人、您的组织或其关联组织：必须由另一位平台管理员处理。',
    en: 'This concerns you, an organisation of yours, or one of its family: another operator of the pool must do it.',
  },
  'IDEMPOTENCY_KEY_REUSED.key': {
    zh: '该幂等键已用于另一个请求；请换一个新的。',
    en: 'This idempotency key was used for another request; choose a new one.',
  },
  'INVALID_TRANSITION.lifecycle': {
    zh: '{subject}的状态是“{current}”；“{action}”只能在以下状态进行：{from}。',
    en: '{subject} is {current}; "{action}" is possible only from {from}.',
  },
  'INVERTED_RANGE.notLess': { zh: '不得小于 `min`。', en: 'not less than `min`.' },
  'LAST_OWNER.account': {
    zh: '您是 {count, plural, =1 {一个组织} other {# 个组织}}的唯一所有者：请把另一位成员设为 OWNER、邀请一位，或随您的账号一起关闭。',
    en: 'You are the only owner of {count, plural, =1 {an organisation} other {# organisations}}: make another member OWNER, invite one, or have them closed with your account.',
  },
  'NOT_ALLOWED.operator': { zh: '只有平台管理员可以这样做。', en: 'Only an operator of the pool may do this.' },
  'NOT_ALLOWED.organisationMember': {
    zh: '只有该组织的成员可以查看。',
    en: 'Only members of the organisation may see this.',
  },
  'ORGANISATION_CLOSED.new': {
    zh: '该组织已关闭：记录保留，不能再为它写入新内容。',
    en: 'This organisation was closed: it stays on record, and nothing new can be written for it.',
  },
  'OUT_OF_RANGE.cny': { zh: '一元人民币就是一元人民币。', en: 'one CNY is one CNY.' },
  'OUT_OF_RANGE.wholeBetween': { zh: '须为 {low} 至 {high} 的整数。', en: 'a whole number from {low} to {high}.' },
  'OUT_OF_RANGE.between': { zh: '须在 {low} 至 {high} 之间。', en: 'from {low} to {high}.' },
  'OUT_OF_RANGE.rate': {
    zh: '一个单位折合人民币：大于 0，最多 1,000,000。',
    en: 'CNY for one unit: above 0, at most 1,000,000.',
  },
  'OUT_OF_RANGE.whole9': { zh: '须为 1 至 9 的整数。', en: 'a whole number from 1 to 9.' },
  'PAGE_SIZE.hundred': { zh: '1 至 100。', en: '1 to 100.' },
  'PAGE_SIZE.oneTo': { zh: '1 至 {max}。', en: '1 to {max}.' },
  'RATE_LIMITED.attempts': {
    zh: '尝试次数过多。请在 {wait} 秒后再试。',
    en: 'Too many attempts. Try again in {wait} seconds.',
  },
  'REQUIRED.language': { zh: '请用中文、英文或两种语言填写。', en: 'give it in Chinese, English or both.' },
  'STALE_RATE.newer': {
    zh: '已有 {asOf} 的汇率，比这更新。',
    en: 'There is a rate of {asOf} already, which is newer.',
  },
  'STALE_REVISION.decide': {
    zh: '此操作基于修订 {yours}，但最新的是 {newest}。请重新读取，并就修订 {newest} 作出决定。',
    en: 'This was made on revision {yours}, but {newest} is the newest. Read it again and decide on revision {newest}.',
  },
  'STALE_REVISION.merge': {
    zh: '此操作基于修订 {yours}，但最新的是 {newest}。请合并后以修订 {newest} 重新发送。',
    en: 'This was made on revision {yours}, but {newest} is the newest. Merge and send it again with revision {newest}.',
  },
  'TOO_LONG.hundred': { zh: '最多 100 个字符。', en: 'at most 100 characters.' },
  'TOO_LONG.max': { zh: '最多 {max} 个字符。', en: 'at most {max} characters.' },
  'TOO_LONG.maxLength': { zh: '最多 {maxLength} 个字符。', en: 'at most {maxLength} characters.' },
  'TOO_LONG.most': { zh: '最多 {most, number} 个字符。', en: 'at most {most, number} characters.' },
  'TOO_MANY.max': { zh: '最多 {max} 个。', en: 'at most {max}.' },
  'TOO_MANY.most': { zh: '最多 {most} 个。', en: 'at most {most}.' },
  'TOO_MANY.values': { zh: '最多 {max} 个值。', en: 'at most {max} values.' },
  'TOTP_REQUIRED.turnOn': {
    zh: '此处平台管理员需要双重验证：请先开启。',
    en: 'Operators need two-factor authentication here: turn it on first.',
  },
  'UNKNOWN_CODE.industry': {
    zh: '不是 GB/T 4754-2017 的代码；见 `industries`。',
    en: 'not a code of GB/T 4754-2017; see `industries`.',
  },
  'UNKNOWN_CODE.language': {
    zh: '不是 ISO 639-1 的语言代码，如 zh 或 en。',
    en: 'not a language of ISO 639-1, such as zh or en.',
  },
  'UNKNOWN_CODE.regions': {
    zh: '不是 GB/T 2260 的地区；见 `regions`。',
    en: 'not a region of GB/T 2260; see `regions`.',
  },
  'UNKNOWN_CODE.theList': { zh: '不在该代码表中。', en: 'not a code of the list.' },
  'UNKNOWN_CURRENCY.cny': { zh: '须为 ISO 4217 货币代码，如 CNY。', en: 'an ISO 4217 code such as CNY.' },
  'UNKNOWN_CURRENCY.usd': { zh: '须为 ISO 4217 货币代码，如 USD。', en: 'an ISO 4217 code such as USD.' },
  'UNKNOWN_REVISION.what': { zh: '{what}的修订号为 1 至 {revision}。', en: '{what} has revisions 1 to {revision}.' },
  'UNLIKELY_RATE.check': {
    zh: '{asOf} 保存的汇率是 1 {currency} 折合 {rate} 元人民币。请检查小数点和换算方向；如果确实无误，请加上 confirmUnlikely: true 重新发送。',
    en: 'the stored rate of {asOf} is {rate} CNY for one {currency}. Check the decimal point and the direction; if the rate is meant, send it again with confirmUnlikely: true.',
  },
  'WANTED_AND_EXCLUDED.same': {
    zh: '{code} 既在意向之列又被排除；请二者取一。',
    en: '{code} is wanted, and it is excluded; decide for one.',
  },
  'WANTED_AND_EXCLUDED.parent': {
    zh: '{wanted} 在意向之列，而其上级 {excluded} 被排除；请二者取一。',
    en: '{wanted} is wanted, and {excluded}, to which it belongs, is excluded; decide for one.',
  },
} as const;
