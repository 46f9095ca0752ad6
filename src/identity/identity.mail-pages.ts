import type { MailPage } from '../kernel/mail.js';

/** Pages behind the links of mails on accounts and organisations. */
export const identityPages: readonly MailPage[] = [
  {
    path: '/confirm-email',
    title: { zh: '确认邮箱', en: 'Confirm your e-mail address' },
    operation: 'mutation ($token: String!) { confirmEmail(input: { token: $token }) { emailConfirmed } }',
    login: false,
    button: { zh: '确认', en: 'Confirm' },
    done: { zh: '邮箱已确认，现在可以登录。', en: 'Your address is confirmed; you can log in now.' },
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
