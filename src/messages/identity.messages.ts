/** Sentences on accounts, sessions, organisations and personal data. */
export const identityMessages = {
  'LINK_IN_NAME.organisation': {
    zh: '名称中不得含有网址或邮箱地址；请填写 `website`。',
    en: 'a name holds no web or mail address; see `website`.',
  },
  LINK_IN_NAME: { zh: '名称中不得含有网址或邮箱地址。', en: 'a name holds no web or mail address.' },
  CLAIMS_VERIFICATION: {
    zh: '名称是否已核验只能由平台标明。',
    en: 'only the platform says whether a name is verified.',
  },
  PASSWORD_REQUIRED: {
    zh: '请填写此次注册时设置的密码；该链接仍然有效。如果不是您注册的，则没有任何内容被确认。',
    en: 'give the password that was chosen with this sign-up; the link stays valid. If it was not you who signed up, nothing is confirmed.',
  },
  'RATE_LIMITED.attemptsElsewhere': {
    zh: '尝试次数过多。请在 {wait} 秒后再试。曾经登录过的设备仍可登录，通过重置邮件设置新密码也可以。',
    en: 'Too many attempts. Try again in {wait} seconds. A device that logged in before still gets through, and so does a new password by a reset mail.',
  },
  'BAD_USCC.format': {
    zh: '不是统一社会信用代码：应为 18 位，最后一位是校验位。',
    en: 'not a unified social credit code: 18 characters, of which the last checks the others.',
  },
  'BAD_ROR.format': {
    zh: '不是 ROR 编号：应为 9 位，最后两位是校验位。',
    en: 'not a ROR id: nine characters, of which the last two digits check the others.',
  },
  'BAD_REGION.format': {
    zh: '须为 `regions` 中的代码：GB/T 2260 的六位数字，或外国的两个字母（ISO 3166-1）。',
    en: 'a code of `regions`: six digits of GB/T 2260, or the two letters of a foreign country (ISO 3166-1).',
  },
  'ALREADY_MEMBER.person': {
    zh: '此人已是成员；请改为修改其角色。',
    en: 'This person is a member already; change the member’s role instead.',
  },
  'ALREADY_MEMBER.self': { zh: '您已是该组织的成员。', en: 'You are a member of this organisation already.' },
  'API_KEY_SCOPE.account': {
    zh: 'API 密钥不能管理账号及其凭证：请登录后操作。',
    en: 'An API key cannot manage the account or its credentials: log in for that.',
  },
  'BAD_CREDENTIALS.logIn': { zh: '邮箱地址或密码不正确。', en: 'E-mail address or password is wrong.' },
  'BAD_EMAIL.format': { zh: '不是有效的邮箱地址。', en: 'not an e-mail address.' },
  'BAD_ID.typeOrganisation': { zh: '需要 Organisation 类型的编号。', en: 'an id of type Organisation is needed.' },
  'EMAIL_TAKEN.change': {
    zh: '另一账号已使用该地址。如果它是您的，请重置其密码并注销该账号，然后再申请更改。',
    en: 'Another account has this address. If it is yours, reset its password and erase it, then ask for the change again.',
  },
  'EMAIL_UNCONFIRMED.self': {
    zh: '请先确认您的邮箱地址；含有链接的邮件可以重新发送。',
    en: 'Confirm your e-mail address first; the mail with the link can be sent again.',
  },
  'INVITATION_ACCEPTED.member': {
    zh: '该邀请已被接受；请改为移除成员。',
    en: 'This invitation was accepted; remove the member instead.',
  },
  'INVITATION_EMAIL_MISMATCH.other': {
    zh: '该邀请发往另一个地址：请用那个地址登录。',
    en: 'This invitation was mailed to another address: log in with that one.',
  },
  'LAST_OWNER.organisation': {
    zh: '组织必须有所有者：请把另一位成员设为 OWNER、邀请一位，或关闭该组织。',
    en: 'An organisation needs an owner: make another member OWNER, invite one, or close it.',
  },
  'LENGTH.hundred': { zh: '1 至 100 个字符。', en: '1 to 100 characters.' },
  'LENGTH.range': { zh: '{min} 至 {max} 个字符。', en: '{min} to {max} characters.' },
  'MANDATORY.mails': {
    zh: '关于您的账号及其安全的邮件不能关闭。',
    en: 'mails about your account and its security cannot be switched off.',
  },
  'NOT_ALLOWED.members': {
    zh: '只有该组织的所有者可以管理其成员。',
    en: 'Only an owner of the organisation may manage its members.',
  },
  'NOT_ALLOWED.owner': { zh: '只有该组织的所有者可以这样做。', en: 'Only an owner of the organisation may do this.' },
  'NOT_ALLOWED.personFellow': {
    zh: '只有本人、同组织成员和平台管理员可以查看。',
    en: 'Only the person, fellow members and operators may see this.',
  },
  'NOT_ALLOWED.unverifiedOrganisations': {
    zh: '只有平台管理员可以查看未核验的组织。',
    en: 'Only operators of the pool may see organisations that are not verified.',
  },
  'ORGANISATION_CLOSED.change': {
    zh: '该组织已关闭：记录保留，其内容不再改动。',
    en: 'This organisation was closed: it stays on record, and nothing of it changes.',
  },
  'ORGANISATION_IN_USE.close': {
    zh: '该组织已出现在记录中，须保留；请改为关闭它。',
    en: 'This organisation appears in records and stays; close it instead.',
  },
  'ORGANISATION_VERIFIED.close': {
    zh: '已核验的组织须保留在记录中；请改为关闭它。',
    en: 'A verified organisation stays on record; close it instead.',
  },
  'PASSWORD_CHANGED.meanwhile': {
    zh: '密码在此期间已更改；请用新密码登录。',
    en: 'The password was changed meanwhile; log in with the new one.',
  },
  'REFRESH_TOKEN_REUSED.session': {
    zh: '该刷新令牌此前已使用过，因此其会话已结束。请重新登录。',
    en: 'This refresh token was used before, so its session was ended. Log in again.',
  },
  'REQUIRED.name': { zh: '请填写名称。', en: 'give a name.' },
  'REQUIRED.nameOrOrganisation': { zh: '请填写名称或选择组织。', en: 'give a name or an organisation.' },
  'REQUIRED.notEmptied': { zh: '不能清空。', en: 'cannot be emptied.' },
  'REQUIRED.scope': { zh: '请至少选择一项权限。', en: 'give at least one scope.' },
  'REQUIRED.whyOwners': {
    zh: '请说明理由和须改正之处；所有者会看到。',
    en: 'say why, and what to mend; the owners read it.',
  },
  'ROR_TAKEN.organisation': {
    zh: '另一组织已使用该 ROR 编号。请向其所有者索取邀请，或请平台管理员协助。',
    en: 'Another organisation has this ROR id. Ask its owners for an invitation, or an operator for help.',
  },
  'SAME_AS_EMAIL.password': { zh: '不得与邮箱地址相同。', en: 'must differ from the e-mail address.' },
  'SAME_EMAIL.account': { zh: '这已是该账号的地址。', en: 'this is the address of the account already.' },
  'TOKEN_EXPIRED.access': {
    zh: '该访问令牌已过期：请刷新会话，或重新登录。',
    en: 'This access token has expired: refresh the session, or log in again.',
  },
  'TOKEN_EXPIRED.apiKey': {
    zh: '该 API 密钥已过期：请创建新的密钥。',
    en: 'This API key has expired: create a new one.',
  },
  'TOKEN_INVALID.emailChange': {
    zh: '该链接已使用、被停止、被替换或已过期；请重新申请更改。',
    en: 'this link was used, stopped, replaced or has expired; ask for the change again.',
  },
  'TOKEN_INVALID.header': {
    zh: '请发送 `Authorization: Bearer <access token>`，或用 API 密钥代替。',
    en: 'Send `Authorization: Bearer <access token>` or an API key in its place.',
  },
  'TOKEN_INVALID.invitation': {
    zh: '该邀请已使用、已收回或已过期；请重新索取。',
    en: 'this invitation was used, taken back or has expired; ask for another.',
  },
  'TOKEN_INVALID.link': {
    zh: '该链接已使用或已过期；请重新索取邮件。',
    en: 'this link was used or has expired; ask for another mail.',
  },
  'TOKEN_INVALID.revoked': {
    zh: '该访问令牌或 API 密钥无效或已被撤销。请重新登录。',
    en: 'This access token or API key is not valid or was revoked. Log in again.',
  },
  'TOKEN_INVALID.session': { zh: '该会话已结束。请重新登录。', en: 'This session has ended. Log in again.' },
  'TOKEN_INVALID.signUp': {
    zh: '该链接已使用或已过期。如果您已确认，请登录；否则请重新索取邮件。',
    en: 'this link was used or has expired. If you have confirmed already, log in; if not, ask for another mail.',
  },
  'TOO_COMMON.password': {
    zh: '这是别人最先会试的密码之一；请换一个。',
    en: 'this is one of the first that others would try; choose another.',
  },
  'TOO_MANY_API_KEYS.account': {
    zh: '一个账号最多 {max} 个 API 密钥；请先撤销一个。',
    en: 'An account has at most {max} API keys; revoke one first.',
  },
  'TOTP_ALREADY_ENABLED.change': {
    zh: '双重验证已经开启；要更换验证器请先关闭。',
    en: 'Two-factor authentication is already on; turn it off first to change the authenticator.',
  },
  'TOTP_ALREADY_ENABLED.on': { zh: '双重验证已经开启。', en: 'Two-factor authentication is already on.' },
  'TOTP_CODE_REQUIRED.field': {
    zh: '该账号开启了双重验证：请填写验证码。',
    en: 'this account has two-factor authentication: give a code.',
  },
  'TOTP_CODE_REQUIRED.logIn': {
    zh: '该账号开启了双重验证：请同时发送 `totpCode`。',
    en: 'This account has two-factor authentication: send `totpCode` too.',
  },
  'TOTP_CODE_WRONG.next': {
    zh: '该验证码有误或已使用；请等待下一个。',
    en: 'This code is wrong or was used; wait for the next one.',
  },
  'TOTP_NOT_BEGUN.begin': { zh: '请先开始设置双重验证。', en: 'Begin the set-up of two-factor authentication first.' },
  'TOTP_NOT_ENABLED.off': { zh: '双重验证未开启。', en: 'Two-factor authentication is not on.' },
  'TOTP_REQUIRED.keep': {
    zh: '此处平台管理员须保持双重验证开启。',
    en: 'Operators keep two-factor authentication on here.',
  },
  'UNKNOWN_ORGANISATION.verified': {
    zh: '没有已核验的组织使用该编号；请只填写名称。',
    en: 'no verified organisation has this id; give its name alone.',
  },
  'USCC_TAKEN.organisation': {
    zh: '另一组织已使用该统一社会信用代码。请向其所有者索取邀请，或请平台管理员协助。',
    en: 'Another organisation has this unified social credit code. Ask its owners for an invitation, or an operator for help.',
  },
  'WRONG_CODE.next': {
    zh: '该验证码有误或已使用；请等待下一个。',
    en: 'this code is wrong or was used; wait for the next one.',
  },
  'WRONG_PASSWORD.account': { zh: '不是该账号的密码。', en: 'not the password of this account.' },
  'WRONG_PASSWORD.signUp': {
    zh: '不是此次注册时设置的密码。如果有人用您的地址注册，则没有任何内容被确认：请自行注册，或重置密码。',
    en: 'not the password that was chosen with this sign-up. If somebody else signed up with your address, nothing is confirmed: sign up yourself, or have your password reset.',
  },
} as const;
