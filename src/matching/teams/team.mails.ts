import type { EntityManager } from 'typeorm';
import type { App } from '../../kernel/context.js';
import { toGlobalId } from '../../lib/ids.js';
import { shownName, type NamedOrganisation } from '../../identity/organisations/organisation.names.js';
import { Locale, localize, type Localized } from '../../kernel/localized.js';
import { GETS_MAIL, pageLink, queueMail } from '../../notifications/mail.js';
import type { Team } from './team.entity.js';

type News = 'INVITED' | 'FORMED' | 'DISSOLVED' | 'ACCEPTED' | 'DECLINED' | 'LEFT';

interface Receiver {
  email: string;
  locale: Locale;
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').slice(0, 120);

/**
 * Subject and first sentence of a mail about a team, by event and language; `title` is the achievement's PUBLIC title.
 */
const WORDS: Record<
  News,
  Record<Locale, (title: string, institution: string) => [subject: string, sentence: string]>
> = {
  INVITED: {
    ZH: (title, institution) => [`组队邀请：${title}`, `${institution} 邀请您加入成果“${title}”的团队。`],
    EN: (title, institution) => [
      `Invitation to a team: ${title}`,
      `${institution} invites you to a team around “${title}”.`,
    ],
  },
  FORMED: {
    ZH: (title) => [`团队已组建：${title}`, `成果“${title}”的团队成员均已接受邀请，团队已组建。`],
    EN: (title) => [`Team formed: ${title}`, `Everybody in the team around “${title}” has accepted; it is formed.`],
  },
  DISSOLVED: {
    ZH: (title) => [`团队已解散：${title}`, `成果“${title}”的团队已解散。`],
    EN: (title) => [`Team dissolved: ${title}`, `The team around “${title}” is dissolved.`],
  },
  ACCEPTED: {
    ZH: (title) => [`成员已接受邀请：${title}`, `一名成员接受了成果“${title}”的组队邀请。`],
    EN: (title) => [`Invitation accepted: ${title}`, `A talent accepted the invitation to the team around “${title}”.`],
  },
  DECLINED: {
    ZH: (title) => [`成员谢绝邀请：${title}`, `一名成员谢绝了成果“${title}”的组队邀请。`],
    EN: (title) => [`Invitation declined: ${title}`, `A talent declined the invitation to the team around “${title}”.`],
  },
  LEFT: {
    ZH: (title) => [`成员退出团队：${title}`, `一名成员退出了成果“${title}”的团队。`],
    EN: (title) => [`A member left: ${title}`, `A talent left the team around “${title}”.`],
  },
};

/** What a mail says of a team; `reasonBy` is the account that wrote the reason. */
type TeamNews = Pick<Team, 'id' | 'achievementId' | 'reason'> & { reasonBy?: string };

async function queueTeamMails(
  tx: EntityManager,
  app: App,
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
  const id = toGlobalId('Team', team.id);
  for (const { email, locale } of receivers) {
    const [subject, sentence] = WORDS[news][locale](
      oneLine(localize(about!.title, locale).value),
      shownName(about!, locale),
    );
    const reason =
      team.reason === null
        ? ''
        : `\n\n${team.reason
            .split('\n')
            .map((line) => `> ${line}`)
            .join('\n')}`;
    const where =
      locale === Locale.ZH
        ? `登录后查看${news === 'INVITED' ? '和答复' : ''}：`
        : `Log in to read${news === 'INVITED' ? ' and answer' : ''} it:`;
    await queueMail(tx, {
      to: email,
      locale,
      authors: team.reasonBy === undefined ? [] : [team.reasonBy],
      subject,
      text: `${sentence}${reason}\n\n${where}\n${pageLink(app, `teams/${id}`)}\n\nid: ${id}\n`,
    });
  }
}

/**
 * Queues mails about a team's event to the talents who are invited or have accepted, except the talent who caused it.
 */
export async function notifyTalents(
  tx: EntityManager,
  app: App,
  team: TeamNews,
  news: News,
  but: string | null,
): Promise<void> {
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
  await queueTeamMails(tx, app, team, news, receivers);
}

/** Queues mails about a team's event to the editors and owners of the institution that built the team. */
export async function notifyLister(
  tx: EntityManager,
  app: App,
  team: Pick<Team, 'id' | 'achievementId' | 'institutionId' | 'reason'>,
  news: News,
): Promise<void> {
  const receivers = (await tx.query(
    `SELECT acc.email, acc.locale
     FROM membership m
     JOIN account acc ON acc.id = m.account_id
     WHERE m.organisation_id = $1 AND m.role IN ('EDITOR', 'OWNER') AND ${GETS_MAIL}
     ORDER BY acc.id`,
    [team.institutionId],
  )) as Receiver[];
  await queueTeamMails(tx, app, team, news, receivers);
}
