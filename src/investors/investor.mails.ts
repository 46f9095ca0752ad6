import { defineMail, MailKind, quoted } from '../notifications/mail.events.js';

const EDITORS = { zh: '投资方机构的编辑和所有者', en: 'the editors and owners of the investor' };
const page = 'investors/:id';

/** Mail: an operator suspended the profile, with the reason. */
export const investorSuspendedMail = defineMail<{ reason: string }>({
  name: 'investor.suspended',
  kind: MailKind.PROFILE,
  tells: { zh: `${EDITORS.zh}：投资方信息被停用时`, en: `${EDITORS.en}, when its profile is suspended` },
  page,
  text: {
    ZH: ({ reason }) => [
      '贵单位的投资方信息已停用',
      `贵单位的投资方信息已被停用，不再展示和推荐。原因：\n\n${quoted(reason)}`,
    ],
    EN: ({ reason }) => [
      'Your investor profile is suspended',
      `Your organisation’s investor profile is suspended: it is no longer shown or proposed. Why:\n\n${quoted(reason)}`,
    ],
  },
});

/** Mail: an operator has ended the suspension of the profile. */
export const investorReinstatedMail = defineMail<null>({
  name: 'investor.reinstated',
  kind: MailKind.PROFILE,
  tells: { zh: `${EDITORS.zh}：投资方信息恢复时`, en: `${EDITORS.en}, when its profile is reinstated` },
  page,
  text: {
    ZH: () => ['贵单位的投资方信息已恢复', '贵单位的投资方信息已恢复到停用前的状态。'],
    EN: () => [
      'Your investor profile is back',
      'Your organisation’s investor profile is back as it was before the suspension.',
    ],
  },
});

/** All mails on investor profiles. */
export const investorMails = [investorSuspendedMail, investorReinstatedMail];
