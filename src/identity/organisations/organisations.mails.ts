import type { MembershipRole } from '../../kernel/viewer.js';
import { defineMail, MailKind, oneLine, quoted } from '../../notifications/mail.events.js';

const ROLES: Record<MembershipRole, { zh: string; en: string }> = {
  OWNER: { zh: '所有者', en: 'owner' },
  EDITOR: { zh: '编辑', en: 'editor' },
  MEMBER: { zh: '成员', en: 'member' },
};

const OWNERS = { zh: '机构所有者', en: 'the owners of the organisation' };
const PAGE = 'organisations/:id';

export const invitationMail = defineMail<{ organisation: string; inviter: string; role: MembershipRole }>({
  name: 'organisation.invited',
  kind: MailKind.INVITATION,
  tells: {
    zh: '受邀人：机构所有者邀请其加入时',
    en: 'the invited person, when an owner invites them to an organisation',
  },
  page: 'accept-invitation',
  open: { zh: '打开以下链接接受：', en: 'Open this link to accept:' },
  text: {
    ZH: ({ organisation, inviter, role }) => [
      '邀请您加入机构',
      `${oneLine(inviter)} 邀请您以“${ROLES[role].zh}”身份加入“${oneLine(organisation)}”。请用此邮箱登录或注册，并在 7 天内接受。如不认识对方，请忽略此邮件。`,
    ],
    EN: ({ organisation, inviter, role }) => [
      'You are invited to join an organisation',
      `${oneLine(inviter)} invites you to join “${oneLine(organisation)}” as ${ROLES[role].en}. Log in or sign up with this address and accept within 7 days. If you do not know them, ignore this mail.`,
    ],
  },
});

export const invitationAcceptedMail = defineMail<{ organisation: string; person: string; role: MembershipRole }>({
  name: 'organisation.joined',
  kind: MailKind.ORGANISATION,
  tells: { zh: '邀请人：受邀人加入后', en: 'the person who invited, when the invitation is accepted' },
  page: PAGE,
  text: {
    ZH: ({ organisation, person, role }) => [
      '邀请已被接受',
      `${oneLine(person)} 接受了您的邀请，以“${ROLES[role].zh}”身份加入了“${oneLine(organisation)}”。`,
    ],
    EN: ({ organisation, person, role }) => [
      'Your invitation was accepted',
      `${oneLine(person)} accepted your invitation and joined “${oneLine(organisation)}” as ${ROLES[role].en}.`,
    ],
  },
});

export const memberRoleMail = defineMail<{ organisation: string; role: MembershipRole }>({
  name: 'organisation.role-changed',
  kind: MailKind.ORGANISATION,
  tells: { zh: '成员本人：其角色被更改后', en: 'the member, when their role is changed' },
  page: PAGE,
  text: {
    ZH: ({ organisation, role }) => [
      role === 'OWNER' ? '您已成为机构所有者' : '您在机构中的角色已更改',
      `您在“${oneLine(organisation)}”的角色现为“${ROLES[role].zh}”。${role === 'OWNER' ? '您可以编辑机构信息、管理成员。' : ''}`,
    ],
    EN: ({ organisation, role }) => [
      role === 'OWNER' ? 'You own an organisation' : 'Your role in an organisation was changed',
      `Your role in “${oneLine(organisation)}” is now ${ROLES[role].en}.${role === 'OWNER' ? ' You can edit it and manage its members.' : ''}`,
    ],
  },
});

export const memberRemovedMail = defineMail<{ organisation: string }>({
  name: 'organisation.member-removed',
  kind: MailKind.ORGANISATION,
  tells: { zh: '被移出者本人', en: 'the person who was removed as a member' },
  page: null,
  text: {
    ZH: ({ organisation }) => ['您已不再是机构成员', `您已被移出“${oneLine(organisation)}”，不再能代表该机构操作。`],
    EN: ({ organisation }) => [
      'You are no longer a member of an organisation',
      `You were removed from “${oneLine(organisation)}” and can no longer act for it.`,
    ],
  },
});

export const organisationVerifiedMail = defineMail<{ organisation: string }>({
  name: 'organisation.verified',
  kind: MailKind.ORGANISATION,
  tells: { zh: `${OWNERS.zh}：通过核验后`, en: `${OWNERS.en}, when it is verified` },
  page: PAGE,
  text: {
    ZH: ({ organisation }) => [
      '机构已通过核验',
      `“${oneLine(organisation)}”已通过核验，现在可以登记成果并查看面向已核验机构的内容。`,
    ],
    EN: ({ organisation }) => [
      'Your organisation is verified',
      `“${oneLine(organisation)}” is verified: it can now register results and see what is shown to verified organisations.`,
    ],
  },
});

export const organisationRejectedMail = defineMail<{ organisation: string; note: string }>({
  name: 'organisation.rejected',
  kind: MailKind.ORGANISATION,
  tells: { zh: `${OWNERS.zh}：未通过核验时`, en: `${OWNERS.en}, when it is not verified` },
  page: PAGE,
  text: {
    ZH: ({ organisation, note }) => [
      '机构未通过核验',
      `“${oneLine(organisation)}”未通过核验，原因如下：\n\n${quoted(note)}\n\n修改机构信息后将重新核验。`,
    ],
    EN: ({ organisation, note }) => [
      'Your organisation was not verified',
      `“${oneLine(organisation)}” was not verified, for this reason:\n\n${quoted(note)}\n\nEdit its record and it will be checked again.`,
    ],
  },
});

export const organisationChangeVerifiedMail = defineMail<{ organisation: string }>({
  name: 'organisation.change-verified',
  kind: MailKind.ORGANISATION,
  tells: { zh: `${OWNERS.zh}：信息变更通过核验后`, en: `${OWNERS.en}, when a change of it is verified` },
  page: PAGE,
  text: {
    ZH: ({ organisation }) => ['机构信息变更已通过核验', `“${oneLine(organisation)}”的信息变更已通过核验，现已公开。`],
    EN: ({ organisation }) => [
      'The change of your organisation is verified',
      `The change of “${oneLine(organisation)}” is verified and shown from now on.`,
    ],
  },
});

export const organisationChangeRejectedMail = defineMail<{ organisation: string; note: string }>({
  name: 'organisation.change-rejected',
  kind: MailKind.ORGANISATION,
  tells: { zh: `${OWNERS.zh}：信息变更未通过核验时`, en: `${OWNERS.en}, when a change of it is not verified` },
  page: PAGE,
  text: {
    ZH: ({ organisation, note }) => [
      '机构信息变更未通过核验',
      `“${oneLine(organisation)}”的信息变更未通过核验，原核验信息继续有效。原因如下：\n\n${quoted(note)}`,
    ],
    EN: ({ organisation, note }) => [
      'The change of your organisation was not verified',
      `The change of “${oneLine(organisation)}” was not verified; its checked record stays as it was. The reason:\n\n${quoted(note)}`,
    ],
  },
});

/** Mail to operators: names that resemble those of verified organisations; `more` pairs are not listed. */
export const namesakesMail = defineMail<{
  pairs: ReadonlyArray<{ name: string; like: readonly string[] }>;
  more: number;
}>({
  name: 'organisation.namesakes',
  kind: MailKind.ORGANISATION,
  tells: {
    zh: '平台运营方：有未核验机构与已核验机构同名或名称近似时',
    en: 'the operators, when an unverified organisation bears, or nearly bears, the name of a verified one',
  },
  page: null,
  text: {
    ZH: ({ pairs, more }) => [
      '有机构与已核验机构同名或名称近似',
      `核验前请确认是否为同一机构，并核对统一社会信用代码：\n\n${pairs
        .map(
          ({ name, like }) =>
            `- “${oneLine(name)}”（未核验）与已核验机构同名或近似：${like.map((text) => `“${oneLine(text)}”`).join('、')}`,
        )
        .join('\n')}${more > 0 ? `\n\n另有 ${more} 个。` : ''}`,
    ],
    EN: ({ pairs, more }) => [
      'An organisation bears, or nearly bears, the name of a verified one',
      `Before you verify one of these, make sure which organisation it is, by its unified social credit code:\n\n${pairs
        .map(
          ({ name, like }) =>
            `- “${oneLine(name)}” (unverified) resembles the verified ${like.map((text) => `“${oneLine(text)}”`).join(', ')}`,
        )
        .join('\n')}${more > 0 ? `\n\nAnd ${more} more.` : ''}`,
    ],
  },
});

/** Mail to the members of an organisation that an owner has closed. */
export const organisationClosedMail = defineMail<{ organisation: string }>({
  name: 'organisation.closed',
  kind: MailKind.ORGANISATION,
  tells: { zh: '机构成员：所有者关闭机构后', en: 'the members of an organisation, when an owner closes it' },
  page: PAGE,
  text: {
    ZH: ({ organisation }) => [
      '机构已关闭',
      `“${oneLine(organisation)}”已由所有者关闭：其成果、需求与投资信息不再展示和推荐，会话已结束，记录保留。您的账号不受影响。`,
    ],
    EN: ({ organisation }) => [
      'Your organisation was closed',
      `An owner has closed “${oneLine(organisation)}”: its results, needs and investor profile are no longer shown or proposed, its threads have ended, and its records stay. Your account is not affected.`,
    ],
  },
});

/** All mails on organisations and their members. */
export const organisationMails = [
  namesakesMail,
  organisationClosedMail,
  invitationMail,
  invitationAcceptedMail,
  memberRoleMail,
  memberRemovedMail,
  organisationVerifiedMail,
  organisationRejectedMail,
  organisationChangeVerifiedMail,
  organisationChangeRejectedMail,
];
