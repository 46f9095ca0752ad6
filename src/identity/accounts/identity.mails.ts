import { defineMail, MailKind } from '../../notifications/mail.events.js';

const OPEN_LINK = { zh: '打开以下链接：', en: 'Open this link:' };
const WHO = { zh: '账号持有人', en: 'the holder of the account' };
const tells = (zh: string, en: string) => ({ zh: `${WHO.zh}：${zh}`, en: `${WHO.en}, when ${en}` });

export const confirmEmailMail = defineMail<{ at: string }>({
  name: 'account.confirm-address',
  kind: MailKind.ACCOUNT,
  tells: tells('注册或请求确认邮件时', 'somebody signs up with the address or asks for the mail again'),
  page: 'confirm-email',
  open: OPEN_LINK,
  text: {
    ZH: ({ at }) => [
      '请确认您的邮箱',
      `欢迎使用科技成果转化池。有人于 ${at} 使用此邮箱注册。如为本人，请在 24 小时内打开链接，输入注册时设置的密码，确认邮箱。如非本人注册，请忽略此邮件，该注册不会生效。`,
    ],
    EN: ({ at }) => [
      'Confirm your e-mail address',
      `Welcome to the technology pool. Somebody signed up with this address at ${at}. If it was you, open the link within 24 hours and confirm it with the password that you chose. If it was not you, ignore this mail: nothing comes of it.`,
    ],
  },
});

export const alreadyRegisteredMail = defineMail<null>({
  name: 'account.already-registered',
  kind: MailKind.ACCOUNT,
  tells: tells('有人用同一邮箱再次注册时', 'somebody signs up with the address again'),
  page: null,
  text: {
    ZH: () => [
      '您已有账号',
      '有人使用您的邮箱再次注册，但该邮箱已有账号。如为本人，请直接登录或重置密码；如非本人，请忽略此邮件，您的账号没有变化。',
    ],
    EN: () => [
      'You already have an account',
      'Somebody signed up with your e-mail address, which already has an account. If it was you, log in or reset your password. If not, ignore this mail: nothing has changed.',
    ],
  },
});

export const resetPasswordMail = defineMail<null>({
  name: 'account.reset-password',
  kind: MailKind.ACCOUNT,
  tells: tells('请求重置密码时', 'somebody asks to reset the password'),
  page: 'reset-password',
  open: OPEN_LINK,
  text: {
    ZH: () => [
      '重置密码',
      '请在 1 小时内打开链接设置新密码，此后所有设备需重新登录，所有 API 密钥失效。如非本人操作，请忽略此邮件，密码不会改变。',
    ],
    EN: () => [
      'Reset your password',
      'Choose a new password within one hour by the link; every device then has to log in again, and API keys stop working. If you did not ask for this, ignore this mail: your password stays.',
    ],
  },
});

export const passwordChangedMail = defineMail<null>({
  name: 'account.password-changed',
  kind: MailKind.ACCOUNT,
  tells: tells('密码更改后', 'the password was changed'),
  page: null,
  text: {
    ZH: () => ['密码已更改', '您账号的密码刚刚被更改，其他设备已退出登录。如非本人操作，请立即重置密码。'],
    EN: () => [
      'Your password was changed',
      'The password of your account was just changed, and other devices were logged out. If this was not you, reset your password now.',
    ],
  },
});

export const passwordResetMail = defineMail<null>({
  name: 'account.password-reset',
  kind: MailKind.ACCOUNT,
  tells: tells('密码重置后', 'the password was reset'),
  page: null,
  text: {
    ZH: () => [
      '密码已更改',
      '您账号的密码刚刚被重置，所有设备已退出登录，所有 API 密钥已失效。如非本人操作，请立即重置密码。',
    ],
    EN: () => [
      'Your password was changed',
      'The password of your account was just reset. All devices were logged out and all API keys revoked. If this was not you, reset your password now.',
    ],
  },
});

export const twoFactorChangedMail = defineMail<{ enabled: boolean }>({
  name: 'account.two-factor',
  kind: MailKind.ACCOUNT,
  tells: tells('两步验证开启或关闭后', 'two-factor authentication was turned on or off'),
  page: null,
  text: {
    ZH: ({ enabled }) => [
      enabled ? '两步验证已开启' : '两步验证已关闭',
      `您账号的两步验证刚刚被${enabled ? '开启' : '关闭'}。如非本人操作，请立即重置密码。`,
    ],
    EN: ({ enabled }) => [
      `Two-factor authentication is ${enabled ? 'on' : 'off'}`,
      `Two-factor authentication of your account was just turned ${enabled ? 'on' : 'off'}. If this was not you, reset your password now.`,
    ],
  },
});

export const accountErasedMail = defineMail<null>({
  name: 'account.erased',
  kind: MailKind.ACCOUNT,
  tells: tells('账号删除后', 'the account was erased'),
  page: null,
  text: {
    ZH: () => ['账号已删除', '您的账号及个人信息已按您的要求删除。这是最后一封邮件。'],
    EN: () => [
      'Your account was erased',
      'Your account and personal data were erased as you asked. This is the last mail.',
    ],
  },
});

/** All mails on accounts. */
export const accountMails = [
  confirmEmailMail,
  alreadyRegisteredMail,
  resetPasswordMail,
  passwordChangedMail,
  passwordResetMail,
  twoFactorChangedMail,
  accountErasedMail,
];
