import type { EntityManager } from 'typeorm';
import { toGlobalId } from '../../lib/ids.js';
import { shownName, type NamedOrganisation } from '../../identity/organisations/organisation.names.js';
import { localize, type Localized } from '../../kernel/localized.js';
import { editorsOf, GETS_MAIL, notify, type Receiver } from '../../notifications/mail.js';
import { defineMail, MailKind, oneLine, quoted } from '../../notifications/mail.events.js';
import type { Team } from './team.entity.js';

type News = 'INVITED' | 'FORMED' | 'DISSOLVED' | 'ACCEPTED' | 'DECLINED' | 'LEFT';

/** `title` is the achievement's PUBLIC title; `reason` is a person's text, which the mail quotes. */
interface Facts {
  title: string;
  institution: string;
  reason: string | null;
}

const ALL = {
  zh: '团队成员及成果所属单位的编辑和所有者',
  en: 'the team’s talents and the editors and owners of the institution',
};
const LISTER = { zh: '成果所属单位的编辑和所有者', en: 'the editors and owners of the institution' };

type Words = (title: string, institution: string) => readonly [subject: string, sentence: string];

const teamMail = (
  name: string,
  tells: { zh: string; en: string },
  zh: Words,
  en: Words,
  open?: { zh: string; en: string },
) => {
  const text =
    (words: Words) =>
    ({ title, institution, reason }: Facts) => {
      const [subject, sentence] = words(oneLine(title), oneLine(institution));
      return [subject, reason === null ? sentence : `${sentence}\n\n${quoted(reason)}`] as const;
    };
  return defineMail<Facts>({
    name,
    kind: MailKind.TEAM,
    tells,
    page: 'teams/:id',
    ...(open && { open }),
    text: { ZH: text(zh), EN: text(en) },
  });
};

const EVENTS: Record<News, ReturnType<typeof teamMail>> = {
  INVITED: teamMail(
    'team.invited',
    { zh: '受邀人才：单位邀请其组队时', en: 'the invited talents, when an institution invites them to a team' },
    (title, institution) => [`组队邀请：${title}`, `${institution} 邀请您作为人才加入成果“${title}”的团队。`],
    (title, institution) => [
      `Invitation to a team: ${title}`,
      `${institution} invites you as a talent to a team around “${title}”.`,
    ],
    { zh: '登录后查看和答复：', en: 'Log in to read and answer it:' },
  ),
  FORMED: teamMail(
    'team.formed',
    { zh: `${ALL.zh}：团队组建后`, en: `${ALL.en}, when the team is formed` },
    (title) => [`团队已组建：${title}`, `成果“${title}”的团队成员均已接受邀请，团队已组建。`],
    (title) => [`Team formed: ${title}`, `Everybody in the team around “${title}” has accepted; it is formed.`],
  ),
  DISSOLVED: teamMail(
    'team.dissolved',
    { zh: `${ALL.zh}：团队解散后`, en: `${ALL.en}, when the team is dissolved` },
    (title) => [`团队已解散：${title}`, `成果“${title}”的团队已解散。`],
    (title) => [`Team dissolved: ${title}`, `The team around “${title}” is dissolved.`],
  ),
  ACCEPTED: teamMail(
    'team.accepted',
    { zh: `${LISTER.zh}：有人才接受邀请时`, en: `${LISTER.en}, when a talent accepts` },
    (title) => [`成员已接受邀请：${title}`, `一名成员接受了成果“${title}”的组队邀请。`],
    (title) => [`Invitation accepted: ${title}`, `A talent accepted the invitation to the team around “${title}”.`],
  ),
  DECLINED: teamMail(
    'team.declined',
    { zh: `${LISTER.zh}：有人才谢绝邀请时`, en: `${LISTER.en}, when a talent declines` },
    (title) => [`成员谢绝邀请：${title}`, `一名成员谢绝了成果“${title}”的组队邀请。`],
    (title) => [`Invitation declined: ${title}`, `A talent declined the invitation to the team around “${title}”.`],
  ),
  LEFT: teamMail(
    'team.left',
    { zh: `${LISTER.zh}：有人才退出时`, en: `${LISTER.en}, when a talent leaves` },
    (title) => [`成员退出团队：${title}`, `一名成员退出了成果“${title}”的团队。`],
    (title) => [`A member left: ${title}`, `A talent left the team around “${title}”.`],
  ),
};

/** All mails on teams. */
export const teamMails = Object.values(EVENTS);

/** Facts about a team that its mails mention; `reasonBy` is the account that wrote the reason. */
type TeamNews = Pick<Team, 'id' | 'achievementId' | 'reason'> & { reasonBy?: string };

async function queueTeamMails(
  tx: EntityManager,
  team: TeamNews,
  news: News,
  receivers: readonly Receiver[],
): Promise<void> {
  if (receivers.length === 0) return;
  const [about] = (await tx.query(
    `SELECT a.title, o.name, o.verification
     FROM achievement a
     JOIN organisation o ON o.id = a.institution_id
     WHERE a.id = $1`,
    [team.achievementId],
  )) as Array<NamedOrganisation & { title: Localized }>;
  await notify(
    tx,
    EVENTS[news],
    receivers,
    ({ locale }) => ({
      title: localize(about!.title, locale).value,
      institution: shownName(about!, locale),
      reason: team.reason,
    }),
    { id: toGlobalId('Team', team.id), authors: team.reasonBy === undefined ? [] : [team.reasonBy] },
  );
}

/**
 * Queues mails about a team's event to the talents who are invited or have accepted, except the talent who caused it.
 */
export async function notifyTalents(tx: EntityManager, team: TeamNews, news: News, but: string | null): Promise<void> {
  const receivers = (await tx.query(
    `SELECT acc.email, acc.locale
     FROM team_member m
     JOIN talent_profile t ON t.id = m.talent_id
     JOIN account acc ON acc.id = t.account_id
     WHERE m.team_id = $1
       AND m.status IN ('INVITED', 'ACCEPTED')
       AND m.talent_id IS DISTINCT FROM $2::uuid
       AND ${GETS_MAIL}
     ORDER BY m.position`,
    [team.id, but],
  )) as Receiver[];
  await queueTeamMails(tx, team, news, receivers);
}

/**
 * Queues mails about a team's event to the editors and owners of the institution that built the team, except the
 * account `but`.
 */
export async function notifyLister(
  tx: EntityManager,
  team: TeamNews & Pick<Team, 'institutionId'>,
  news: News,
  but: string | null = null,
): Promise<void> {
  await queueTeamMails(tx, team, news, await editorsOf(tx, team.institutionId, but));
}
