import { Locale } from '../../kernel/localized.js';

/** Subject and body of a mail. */
export interface MailText {
  subject: string;
  text: string;
}

/** The text in the person's language, with the closing newline of a mail. */
export const choose = (locale: Locale, texts: Record<Locale, MailText>): MailText => ({
  subject: texts[locale].subject,
  text: `${texts[locale].text}\n`,
});

/**
 * The text with a link for a mail, followed by the bare token and the name of the mutation that accepts it, for clients
 * that have no page at the link's address.
 */
export const withToken = (locale: Locale, link: string, token: string, mutation: string) =>
  `${link}\n\ntoken: ${token}\n\n${locale === 'ZH' ? `（也可将 token 用于 GraphQL 变更 ${mutation}）` : `(The GraphQL mutation ${mutation} takes the token too.)`}`;

export function confirmEmailMail(locale: Locale, link: string, token: string): MailText {
  return choose(locale, {
    ZH: {
      subject: '请确认您的邮箱',
      text: `欢迎使用科技成果转化池。请在 24 小时内打开以下链接确认邮箱：\n\n${withToken(locale, link, token, 'confirmEmail')}\n\n如非本人注册，请忽略此邮件。`,
    },
    EN: {
      subject: 'Confirm your e-mail address',
      text: `Welcome to the technology pool. Confirm your address within 24 hours:\n\n${withToken(locale, link, token, 'confirmEmail')}\n\nIf you did not sign up, ignore this mail.`,
    },
  });
}

export function alreadyRegisteredMail(locale: Locale): MailText {
  return choose(locale, {
    ZH: {
      subject: '您已有账号',
      text: '有人使用您的邮箱再次注册，但该邮箱已有账号。如为本人，请直接登录或重置密码；如非本人，请忽略此邮件，您的账号没有变化。',
    },
    EN: {
      subject: 'You already have an account',
      text: 'Somebody signed up with your e-mail address, which already has an account. If it was you, log in or reset your password. If not, ignore this mail: nothing has changed.',
    },
  });
}

export function resetPasswordMail(locale: Locale, link: string, token: string): MailText {
  return choose(locale, {
    ZH: {
      subject: '重置密码',
      text: `请在 1 小时内打开以下链接设置新密码，此后所有设备需重新登录，所有 API 密钥失效：\n\n${withToken(locale, link, token, 'resetPassword')}\n\n如非本人操作，请忽略此邮件，密码不会改变。`,
    },
    EN: {
      subject: 'Reset your password',
      text: `Choose a new password within one hour; every device then has to log in again, and API keys stop working:\n\n${withToken(locale, link, token, 'resetPassword')}\n\nIf you did not ask for this, ignore this mail: your password stays.`,
    },
  });
}

export function passwordChangedMail(locale: Locale): MailText {
  return choose(locale, {
    ZH: { subject: '密码已更改', text: '您账号的密码刚刚被更改，其他设备已退出登录。如非本人操作，请立即重置密码。' },
    EN: {
      subject: 'Your password was changed',
      text: 'The password of your account was just changed, and other devices were logged out. If this was not you, reset your password now.',
    },
  });
}

export function passwordResetMail(locale: Locale): MailText {
  return choose(locale, {
    ZH: {
      subject: '密码已更改',
      text: '您账号的密码刚刚被重置，所有设备已退出登录，所有 API 密钥已失效。如非本人操作，请立即重置密码。',
    },
    EN: {
      subject: 'Your password was changed',
      text: 'The password of your account was just reset. All devices were logged out and all API keys revoked. If this was not you, reset your password now.',
    },
  });
}

export function twoFactorChangedMail(locale: Locale, enabled: boolean): MailText {
  return choose(locale, {
    ZH: {
      subject: enabled ? '两步验证已开启' : '两步验证已关闭',
      text: `您账号的两步验证刚刚被${enabled ? '开启' : '关闭'}。如非本人操作，请立即重置密码。`,
    },
    EN: {
      subject: `Two-factor authentication is ${enabled ? 'on' : 'off'}`,
      text: `Two-factor authentication of your account was just turned ${enabled ? 'on' : 'off'}. If this was not you, reset your password now.`,
    },
  });
}

export function invitationMail(locale: Locale, name: string, link: string, token: string): MailText {
  return choose(locale, {
    ZH: {
      subject: '邀请您加入机构',
      text: `您被邀请加入“${name}”。请用此邮箱登录或注册，并在 7 天内接受：\n\n${withToken(locale, link, token, 'acceptInvitation')}\n\n如不认识对方，请忽略此邮件。`,
    },
    EN: {
      subject: 'You are invited to join an organisation',
      text: `You are invited to join “${name}”. Log in or sign up with this address and accept within 7 days:\n\n${withToken(locale, link, token, 'acceptInvitation')}\n\nIf you do not know them, ignore this mail.`,
    },
  });
}

export function organisationVerifiedMail(locale: Locale, name: string): MailText {
  return choose(locale, {
    ZH: { subject: '机构已通过核验', text: `“${name}”已通过核验，现在可以登记成果并查看面向已核验机构的内容。` },
    EN: {
      subject: 'Your organisation is verified',
      text: `“${name}” is verified: it can now register results and see what is shown to verified organisations.`,
    },
  });
}

export function organisationRejectedMail(locale: Locale, name: string, note: string): MailText {
  return choose(locale, {
    ZH: { subject: '机构未通过核验', text: `“${name}”未通过核验，原因如下：\n\n${note}\n\n修改机构信息后将重新核验。` },
    EN: {
      subject: 'Your organisation was not verified',
      text: `“${name}” was not verified, for this reason:\n\n${note}\n\nEdit its record and it will be checked again.`,
    },
  });
}

export function organisationChangeVerifiedMail(locale: Locale, name: string): MailText {
  return choose(locale, {
    ZH: { subject: '机构信息变更已通过核验', text: `“${name}”的信息变更已通过核验，现已公开。` },
    EN: {
      subject: 'The change of your organisation is verified',
      text: `The change of “${name}” is verified and shown from now on.`,
    },
  });
}

export function organisationChangeRejectedMail(locale: Locale, name: string, note: string): MailText {
  return choose(locale, {
    ZH: {
      subject: '机构信息变更未通过核验',
      text: `“${name}”的信息变更未通过核验，原核验信息继续有效。原因如下：\n\n${note}`,
    },
    EN: {
      subject: 'The change of your organisation was not verified',
      text: `The change of “${name}” was not verified; its checked record stays as it was. The reason:\n\n${note}`,
    },
  });
}

/** A name on one line and of bounded length, so that it cannot pass for the mail's own text. */
const oneLine = (text: string) => text.replace(/\s+/g, ' ').slice(0, 120);

/** Mail to operators: names that resemble those of verified organisations; `more` pairs are not listed. */
export function namesakesMail(
  locale: Locale,
  pairs: ReadonlyArray<{ name: string; like: readonly string[] }>,
  more: number,
): MailText {
  const lines = pairs.map(({ name, like }) =>
    locale === 'ZH'
      ? `- “${oneLine(name)}”（未核验）与已核验机构同名或近似：${like.map((text) => `“${oneLine(text)}”`).join('、')}`
      : `- “${oneLine(name)}” (unverified) resembles the verified ${like.map((text) => `“${oneLine(text)}”`).join(', ')}`,
  );
  return choose(locale, {
    ZH: {
      subject: '有机构与已核验机构同名或名称近似',
      text: `核验前请确认是否为同一机构，并核对统一社会信用代码：\n\n${lines.join('\n')}${more > 0 ? `\n\n另有 ${more} 个。` : ''}`,
    },
    EN: {
      subject: 'An organisation bears, or nearly bears, the name of a verified one',
      text: `Before you verify one of these, make sure which organisation it is, by its unified social credit code:\n\n${lines.join('\n')}${more > 0 ? `\n\nAnd ${more} more.` : ''}`,
    },
  });
}

/** Mail to a member who has become an owner. */
export function newOwnerMail(locale: Locale, name: string, link: string): MailText {
  return choose(locale, {
    ZH: { subject: '您已成为机构所有者', text: `您现在是“${name}”的所有者，可以编辑机构信息、管理成员：\n\n${link}` },
    EN: {
      subject: 'You own an organisation',
      text: `You are an owner of “${name}” now: you can edit it and manage its members:\n\n${link}`,
    },
  });
}

/** Mail to the members of an organisation that an owner has closed. */
export function organisationClosedMail(locale: Locale, name: string, link: string): MailText {
  return choose(locale, {
    ZH: {
      subject: '机构已关闭',
      text: `“${name}”已由所有者关闭：其成果、需求与投资信息不再展示和推荐，会话已结束，记录保留。您的账号不受影响。\n\n${link}`,
    },
    EN: {
      subject: 'Your organisation was closed',
      text: `An owner has closed “${name}”: its results, needs and investor profile are no longer shown or proposed, its threads have ended, and its records stay. Your account is not affected.\n\n${link}`,
    },
  });
}

export function accountErasedMail(locale: Locale): MailText {
  return choose(locale, {
    ZH: { subject: '账号已删除', text: '您的账号及个人信息已按您的要求删除。这是最后一封邮件。' },
    EN: {
      subject: 'Your account was erased',
      text: 'Your account and personal data were erased as you asked. This is the last mail.',
    },
  });
}
