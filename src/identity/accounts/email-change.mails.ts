import { dayOfChina } from '../../lib/day.js';
import type { Locale } from '../../kernel/localized.js';
import { choose, withToken, type MailText } from './identity.mails.js';

/** Mail to the new address: the link that confirms it. */
export function newEmailMail(locale: Locale, link: string, token: string): MailText {
  return choose(locale, {
    ZH: {
      subject: '请确认您的新邮箱',
      text: `有账号申请将邮箱改为此地址。如为本人，请先登录该账号，再于 24 小时内打开以下链接确认：\n\n${withToken(locale, link, token, 'confirmEmailChange')}\n\n如非本人操作，请忽略此邮件。`,
    },
    EN: {
      subject: 'Confirm your new e-mail address',
      text: `An account asks to have this address from now on. If it is yours, log in to it and open this link within 24 hours:\n\n${withToken(locale, link, token, 'confirmEmailChange')}\n\nIf you did not ask for this, ignore this mail.`,
    },
  });
}

/** Mail to a new address that has an account already. */
export function emailInUseMail(locale: Locale): MailText {
  return choose(locale, {
    ZH: {
      subject: '此邮箱已有账号',
      text: '有人申请将另一账号的邮箱改为此地址，但此邮箱已有账号，因此不会更改。如为本人，请登录此邮箱的账号；如非本人，请忽略此邮件。',
    },
    EN: {
      subject: 'This address has an account already',
      text: 'Somebody asked to give this address to another account. It has an account already, so nothing changes. If it was you, log in to the account of this address. If not, ignore this mail.',
    },
  });
}

/** Notice to the old address, with the link that stops the change. */
export function emailChangeNoticeMail(locale: Locale, link: string, token: string): MailText {
  return choose(locale, {
    ZH: {
      subject: '您的账号申请更改邮箱',
      text: `您的账号申请更改登录邮箱。如为本人，无需操作。如非本人，请在 7 天内打开以下链接阻止或撤销更改，然后重置密码：\n\n${withToken(locale, link, token, 'stopEmailChange')}`,
    },
    EN: {
      subject: 'Your account asks for another e-mail address',
      text: `Your account asks for another e-mail address. If it was you, there is nothing to do. If not, open this link within 7 days: it stops the change, or undoes it. Then choose a new password:\n\n${withToken(locale, link, token, 'stopEmailChange')}`,
    },
  });
}

/** Mail to both addresses: the address was changed. */
export function emailChangedMail(locale: Locale, side: 'OLD' | 'NEW'): MailText {
  return choose(locale, {
    ZH: {
      subject: '邮箱已更改',
      text:
        side === 'NEW'
          ? '您账号的邮箱已改为此地址，请今后用它登录。其他设备已退出登录。'
          : '您账号的邮箱已更改，此地址不再用于登录。如非本人操作，请使用上一封邮件中的链接撤销，7 天内有效。',
    },
    EN: {
      subject: 'Your e-mail address was changed',
      text:
        side === 'NEW'
          ? 'Your account has this address from now on: log in with it. Other devices were logged out.'
          : 'The address of your account was changed; this one no longer logs in. If it was not you, the link in the mail before this one undoes it, within 7 days.',
    },
  });
}

/** Mail to the address that a change had given: it is undone. */
export function emailChangeUndoneMail(locale: Locale): MailText {
  return choose(locale, {
    ZH: { subject: '邮箱更改已撤销', text: '原邮箱的所有者已撤销邮箱更改，此地址不再属于该账号。' },
    EN: {
      subject: 'The change of address was undone',
      text: 'The owner of the earlier address has undone the change; the account no longer has this address.',
    },
  });
}

/** Mail to an address that signed up while it is kept for the account that had it before. */
export function emailHeldMail(locale: Locale, until: Date): MailText {
  const day = dayOfChina(until);
  return choose(locale, {
    ZH: {
      subject: '此邮箱暂不能注册',
      text: `有人使用此邮箱注册。原账号刚更改了邮箱，为便于撤销，此邮箱保留至 ${day}，次日起即可注册。`,
    },
    EN: {
      subject: 'This address cannot sign up yet',
      text: `Somebody signed up with this address. The account that had it changed to another one lately; so that this can be undone, the address is kept until ${day}. From the next day on it can sign up.`,
    },
  });
}
