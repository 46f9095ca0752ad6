/** Sentences on results, their evidence and their disclosure. */
export const achievementsMessages = {
  'howToGet.public': { zh: '成果入池后即公开。', en: 'It becomes public when the achievement is admitted.' },
  'howToGet.registered': {
    zh: '请加入一个经平台管理员核验的组织。',
    en: 'Join an organisation that an operator has verified.',
  },
  'howToGet.nda': {
    zh: '请代表您已核验的组织向该机构申请。',
    en: 'Ask the institution for it on behalf of your verified organisation.',
  },
  'BAD_FORMAT.line100': { zh: '须为一行，最多 100 个字符。', en: 'at most 100 characters on one line.' },
  'BAD_FORMAT.registrationNo': {
    zh: '4 至 60 个字母、数字和 - _ . /，不含空格。',
    en: '4 to 60 letters, digits and - _ . / without spaces.',
  },
  'REQUIRED_TO_REGISTER.field': { zh: '登记时必须填写。', en: 'needed to register.' },
  'REQUIRED_TO_REGISTER.summary': {
    zh: '登记时必须填写简介或摘要。',
    en: 'a summary or an abstract is needed to register.',
  },
  'REQUIRED_TO_REGISTER.industry': { zh: '登记时必须填写主要行业。', en: 'a primary industry is needed to register.' },
  'NOT_A_DRAFT.achievement': {
    zh: '该成果的状态是“{status}”，须保留在记录中；请改为撤回，已入池的请出池。',
    en: 'This achievement is {status} and stays on record; withdraw it instead, or retire it if it is in the pool.',
  },
  'NOT_A_DRAFT.registeredOnce': {
    zh: '该成果曾经登记，须保留在记录中；请保持撤回状态。',
    en: 'This achievement was registered once and stays on record; leave it withdrawn.',
  },
  'BAD_FORMAT.number': {
    zh: '最多 {number} 个字符，且含有数字或字母。',
    en: 'at most {number} characters, with a digit or letter.',
  },
  'DUPLICATES_SEARCHED.wait': {
    zh: '还有 {length} 项成果正在查重；请几分钟后再试。',
    en: 'Near-duplicates of {length} results are still being searched; try again in some minutes.',
  },
  'EXTERNAL_ID_TAKEN.sentenceAchievement': {
    zh: '该机构已有成果使用这个内部编号。',
    en: 'The institution already has an achievement with this external id.',
  },
  'INVALID_TRANSITION.grantAgain': {
    zh: '该申请的状态是“{status}”；组织再次申请后才能授权。',
    en: 'The request is {status}; access can be granted once the organisation has asked again.',
  },
  'INVALID_TRANSITION.request': { zh: '该申请的状态已是“{status}”。', en: 'The request is {status} already.' },
  'MEDIA_TYPE.evidence': {
    zh: '按内容判断，文件必须是下列之一：{kinds}。',
    en: 'the file must be one of {kinds}, by its content.',
  },
  'NOT_ALLOWED.allAchievements': {
    zh: '只有平台管理员可以查看所有机构的成果。',
    en: 'Only operators of the pool may see achievements of every institution.',
  },
  'NOT_ALLOWED.lister': { zh: '只有发布机构可以查看。', en: 'Only the listing institution may see this.' },
  'NOT_ALLOWED.listerEditor': {
    zh: '只有发布机构的编辑者或所有者可以这样做。',
    en: 'Only an editor or owner of the listing institution may do this.',
  },
  'NOT_ALLOWED.member': { zh: '您不是该组织的成员。', en: 'You are not a member of this organisation.' },
  'NOT_A_LICENCE.mode': { zh: '仅用于 LICENCE（许可）方式。', en: 'only with mode LICENCE.' },
  'NOT_A_LISTING_KIND.kind': {
    zh: '只有高校、科研院所和企业可以发布成果。',
    en: 'Only universities, institutes and enterprises list results.',
  },
  'NOT_EDITABLE.achievement': {
    zh: '状态为“{status}”的成果不能编辑。',
    en: 'An achievement that is {status} cannot be edited.',
  },
  'NOT_EDITABLE.withdrawn': {
    zh: '该成果已撤回；请先重新打开。',
    en: 'The achievement was withdrawn; reopen it first.',
  },
  'NOT_VERIFIED.organisation': {
    zh: '须先由平台管理员核验您的组织。',
    en: 'An operator must verify your organisation first.',
  },
  'NOT_VERIFIED.register': {
    zh: '机构须经平台管理员核验后才能登记成果。',
    en: 'The institution must be verified by an operator before it registers results.',
  },
  'OWN_ACHIEVEMENT.nda': {
    zh: '该成果由您的组织发布，您本来就可以阅读。',
    en: 'your organisation lists this achievement and reads it anyway.',
  },
  'REGISTRATION_NO_TAKEN.sentence': {
    zh: '该登记号属于另一项成果。',
    en: 'This registration number belongs to another achievement.',
  },
  'REQUIRED.different': { zh: '请说明为何是不同的成果。', en: 'say why they are different results.' },
  'REQUIRED.ipNumber': {
    zh: '必须填写，除非正在申请、状态不明或属于技术秘密。',
    en: 'needed unless it is applied for, of unknown status, or a technical secret.',
  },
  'REQUIRED.leavePool': { zh: '请说明该成果出池的理由。', en: 'say why the entry leaves the pool.' },
  'RESERVED.registrationNo': {
    zh: '形如 TP2026-000001 的编号由平台生成；请留空。',
    en: 'numbers of the form TP2026-000001 are given by the platform; leave it empty.',
  },
  'SAME_FILE_OTHER_TIER.tier': {
    zh: '同一文件已存在，级别为 {tier}；请先移除。',
    en: 'The same file is there already, for tier {tier}; remove it first.',
  },
  'TOO_LONG.keyword': { zh: '每个最多 {keyword} 个字符。', en: 'each at most {keyword} characters.' },
  'TOO_MANY.files': {
    zh: '一项成果最多 {max} 个文件；请把多个文件放入一个 ZIP。',
    en: 'an achievement has at most {max} files; put several into a ZIP.',
  },
  'UNDER_REVIEW.evidence': {
    zh: '评审中成果的证明材料就是评审人所见的材料；现在不能更改。',
    en: 'The evidence of an achievement under review is what its reviewers see; it cannot change now.',
  },
  'UNDER_REVIEW.result': {
    zh: '该成果正在评审；请等待其批次结束。',
    en: 'This result is being judged; wait until its cohort is closed.',
  },
  'UNKNOWN_CODE.strategicArea': {
    zh: '不是战略性新兴产业；见 `strategicAreas`。',
    en: 'not a strategic area; see `strategicAreas`.',
  },
  'UNKNOWN_REVISION.achievement': {
    zh: '该成果的修订号为 1 至 {revision}。',
    en: 'this achievement has revisions 1 to {revision}.',
  },
} as const;
