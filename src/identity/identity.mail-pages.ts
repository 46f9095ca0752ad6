import type { MailPage } from '../kernel/mail.js';

/** Pages behind the links of mails on accounts and organisations. */
export const identityPages: readonly MailPage[] = [
  {
    path: '/confirm-email',
    title: { zh: '确认邮箱', en: 'Confirm your e-mail address' },
    note: {
      zh: '请输入注册时设置的密码。如果不是您注册的，请关闭本页：没有该密码，什么也不会确认。',
      en: 'Enter the password that was chosen when signing up. If it was not you who signed up, close this page: without that password nothing is confirmed.',
    },
    preview: 'query ($token: String!) { signUpToConfirm(token: $token) { displayName signedUpAt } }',
    operation:
      'mutation ($token: String!, $password: String!) { confirmEmail(input: { token: $token, password: $password }) { emailConfirmed } }',
    login: false,
    asks: [
      { name: 'password', label: { zh: '注册时设置的密码', en: 'Password chosen when signing up' }, secret: true },
    ],
    labels: {
      displayName: { zh: '注册姓名', en: 'Name given' },
      signedUpAt: { zh: '注册时间', en: 'Signed up at' },
    },
    elsewhere: {
      path: '/forgot-password',
      label: {
        zh: '忘记密码，或他人用您的邮箱注册？',
        en: 'Forgot the password, or did somebody else sign up with your address?',
      },
    },
    button: { zh: '确认', en: 'Confirm' },
    done: { zh: '邮箱已确认，现在可以登录。', en: 'Your address is confirmed; you can log in now.' },
  },
  {
    path: '/forgot-password',
    title: { zh: '忘记密码', en: 'Forgot your password?' },
    note: {
      zh: '我们会向您的邮箱发送设置新密码的链接。设置后，此前他人用该邮箱设置的密码失效。',
      en: 'A link to choose a new password is mailed to your address. Once it is chosen, no password that somebody else chose with the address works.',
    },
    operation: 'mutation ($email: String!) { requestPasswordReset(input: { email: $email }) { mailSent } }',
    login: false,
    asks: [{ name: 'email', label: { zh: '邮箱', en: 'E-mail address' } }],
    button: { zh: '发送', en: 'Send it' },
    done: { zh: '如果该邮箱有账号，邮件已发出。', en: 'If the address has an account, a mail is on its way.' },
  },
  {
    path: '/reset-password',
    title: { zh: '设置新密码', en: 'Choose a new password' },
    operation:
      'mutation ($token: String!, $newPassword: String!) { resetPassword(input: { token: $token, newPassword: $newPassword }) { passwordChanged } }',
    login: false,
    asks: [{ name: 'newPassword', label: { zh: '新密码', en: 'New password' }, secret: true }],
    button: { zh: '设置', en: 'Set it' },
    done: { zh: '密码已更改，请重新登录。', en: 'Your password is changed; log in with it.' },
  },
  {
    path: '/two-factor',
    title: { zh: '开启两步验证', en: 'Turn two-factor authentication on' },
    note: {
      zh: '登录后显示密钥，请将其添加到验证器应用，然后在下一页输入动态验证码。',
      en: 'After the log-in a secret is shown: add it to an authenticator, then enter its code on the next page.',
    },
    operation: 'mutation ($password: String!) { beginTotp(input: { password: $password }) { uri secret } }',
    login: true,
    button: { zh: '显示密钥', en: 'Show the secret' },
    done: {
      zh: '请将密钥添加到验证器应用，然后前往下一页。',
      en: 'Add the secret to an authenticator, then go to the next page.',
    },
    labels: { uri: { zh: '链接', en: 'Link' }, secret: { zh: '密钥', en: 'Secret' } },
    elsewhere: { path: '/two-factor-code', label: { zh: '下一页：输入动态验证码', en: 'Next page: enter the code' } },
  },
  {
    path: '/two-factor-code',
    title: { zh: '开启两步验证：动态验证码', en: 'Turn two-factor authentication on: the code' },
    operation: 'mutation ($code: String!) { enableTotp(input: { code: $code }) { recoveryCodes } }',
    login: true,
    asks: [{ name: 'code', label: { zh: '验证器显示的六位数字', en: 'The six digits that the authenticator shows' } }],
    button: { zh: '开启', en: 'Turn it on' },
    done: {
      zh: '两步验证已开启。请妥善保存以下恢复码，每个可使用一次，仅显示这一次。',
      en: 'Two-factor authentication is on. Keep these recovery codes: each works once, and they are shown only now.',
    },
    labels: { recoveryCodes: { zh: '恢复码', en: 'Recovery code' } },
    elsewhere: { path: '/two-factor', label: { zh: '还没有密钥？', en: 'No secret yet?' } },
  },
  {
    path: '/confirm-email-change',
    title: { zh: '确认新邮箱', en: 'Confirm your new e-mail address' },
    operation: 'mutation ($token: String!) { confirmEmailChange(input: { token: $token }) { account { email } } }',
    login: true,
    button: { zh: '确认', en: 'Confirm' },
    done: { zh: '邮箱已更改。', en: 'Your address is changed.' },
    labels: { email: { zh: '邮箱', en: 'E-mail address' } },
  },
  {
    path: '/stop-email-change',
    title: { zh: '阻止或撤销邮箱更改', en: 'Stop or undo the change of your e-mail address' },
    operation: 'mutation ($token: String!) { stopEmailChange(input: { token: $token }) { undone } }',
    login: false,
    button: { zh: '阻止', en: 'Stop it' },
    done: { zh: '已阻止或撤销。', en: 'The change is stopped or undone.' },
  },
  {
    path: '/accept-invitation',
    title: { zh: '接受邀请', en: 'Accept the invitation' },
    operation:
      'mutation ($token: String!) { acceptInvitation(input: { token: $token }) { membership { role organisation { name { value } } } } }',
    login: true,
    button: { zh: '接受', en: 'Accept' },
    done: { zh: '您已加入。', en: 'You have joined.' },
    labels: { role: { zh: '角色', en: 'Role' }, name: { zh: '机构', en: 'Organisation' } },
  },
  {
    path: '/organisations/:id',
    title: { zh: '机构', en: 'Organisation' },
    operation: 'query ($id: ID!) { organisation(id: $id) { name { value } verification verificationNote verifiedAt } }',
    login: true,
    labels: {
      name: { zh: '名称', en: 'Name' },
      verification: { zh: '核验', en: 'Verification' },
      verificationNote: { zh: '核验意见', en: 'Note on the verification' },
      verifiedAt: { zh: '核验时间', en: 'Verified at' },
    },
  },
];
