import { defineMail, MailKind } from '../../notifications/mail.events.js';

const OPEN_LINK = { zh: '打开以下链接：', en: 'Open this link:' };

/** Mail to the new address of a requested change of e-mail address: the link that confirms it. */
export const newEmailMail = defineMail<null>({
  name: 'account.new-address',
  kind: MailKind.ACCOUNT,
  tells: { zh: '新邮箱：申请更改邮箱时', en: 'the new address, when an account asks to change its address' },
  page: 'confirm-email-change',
  open: OPEN_LINK,
  text: {
    ZH: () => [
      '请确认您的新邮箱',
      '有账号申请将邮箱改为此地址。如为本人，请先登录该账号，再于 24 小时内打开链接确认。如非本人操作，请忽略此邮件。',
    ],
    EN: () => [
      'Confirm your new e-mail address',
      'An account asks to have this address from now on. If it is yours, log in to it and open the link within 24 hours. If you did not ask for this, ignore this mail.',
    ],
  },
});

/** Mail to the new address of a requested change of e-mail address: an account with this address exists already. */
export const emailInUseMail = defineMail<null>({
  name: 'account.address-in-use',
  kind: MailKind.ACCOUNT,
  tells: { zh: '新邮箱：已有账号时', en: 'the new address, when it has an account already' },
  page: null,
  text: {
    ZH: () => [
      '此邮箱已有账号',
      '有人申请将另一账号的邮箱改为此地址，但此邮箱已有账号，因此不会更改。如为本人，请登录此邮箱的账号；如非本人，请忽略此邮件。',
    ],
    EN: () => [
      'This address has an account already',
      'Somebody asked to give this address to another account. It has an account already, so nothing changes. If it was you, log in to the account of this address. If not, ignore this mail.',
    ],
  },
});

/**
 * Mail to the old address of a requested change of e-mail address: a notice, with the link that stops or undoes the
 * change.
 */
export const emailChangeNoticeMail = defineMail<null>({
  name: 'account.address-change-asked',
  kind: MailKind.ACCOUNT,
  tells: { zh: '原邮箱：申请更改邮箱时', en: 'the old address, when an account asks to change its address' },
  page: 'stop-email-change',
  open: OPEN_LINK,
  text: {
    ZH: () => [
      '您的账号申请更改邮箱',
      '您的账号申请更改登录邮箱。如为本人，无需操作。如非本人，请在 7 天内打开链接阻止或撤销更改，然后重置密码。',
    ],
    EN: () => [
      'Your account asks for another e-mail address',
      'Your account asks for another e-mail address. If it was you, there is nothing to do. If not, open the link within 7 days: it stops the change, or undoes it. Then choose a new password.',
    ],
  },
});

/** Mail to both the old and the new e-mail address of an account: the address was changed. */
export const emailChangedMail = defineMail<{ side: 'OLD' | 'NEW' }>({
  name: 'account.address-changed',
  kind: MailKind.ACCOUNT,
  tells: { zh: '新旧邮箱：邮箱更改后', en: 'both addresses, when the address was changed' },
  page: null,
  text: {
    ZH: ({ side }) => [
      '邮箱已更改',
      side === 'NEW'
        ? '您账号的邮箱已改为此地址，请今后用它登录。其他设备已退出登录。'
        : '您账号的邮箱已更改，此地址不再用于登录。如非本人操作，请使用上一封邮件中的链接撤销，7 天内有效。',
    ],
    EN: ({ side }) => [
      'Your e-mail address was changed',
      side === 'NEW'
        ? 'Your account has this address from now on: log in with it. Other devices were logged out.'
        : 'The address of your account was changed; this one no longer logs in. If it was not you, the link in the mail before this one undoes it, within 7 days.',
    ],
  },
});

/** Mail to the address that an account no longer has, because its change to this address was undone. */
export const emailChangeUndoneMail = defineMail<null>({
  name: 'account.address-change-undone',
  kind: MailKind.ACCOUNT,
  tells: { zh: '新邮箱：更改被撤销后', en: 'the new address, when its change was undone' },
  page: null,
  text: {
    ZH: () => ['邮箱更改已撤销', '原邮箱的所有者已撤销邮箱更改，此地址不再属于该账号。'],
    EN: () => [
      'The change of address was undone',
      'The owner of the earlier address has undone the change; the account no longer has this address.',
    ],
  },
});

/**
 * Mail to an address for which somebody tried to sign up while it is reserved for the account that had it before; `day`
 * is the last reserved day.
 */
export const emailHeldMail = defineMail<{ day: string }>({
  name: 'account.address-held',
  kind: MailKind.ACCOUNT,
  tells: { zh: '注册时仍为原账号保留的邮箱', en: 'an address that signs up while it is kept for an earlier account' },
  page: null,
  text: {
    ZH: ({ day }) => [
      '此邮箱暂不能注册',
      `有人使用此邮箱注册。原账号刚更改了邮箱，为便于撤销，此邮箱保留至 ${day}，次日起即可注册。`,
    ],
    EN: ({ day }) => [
      'This address cannot sign up yet',
      `Somebody signed up with this address. The account that had it changed to another one lately; so that this can be undone, the address is kept until ${day}. From the next day on it can sign up.`,
    ],
  },
});

/** All mails on changes of an account's e-mail address. */
export const emailChangeMails = [
  newEmailMail,
  emailInUseMail,
  emailChangeNoticeMail,
  emailChangedMail,
  emailChangeUndoneMail,
  emailHeldMail,
];
