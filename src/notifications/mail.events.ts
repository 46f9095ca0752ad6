import { withoutLinks } from '../lib/links.js';
import { registerEnumType } from 'type-graphql';
import type { Bilingual, MailEvent } from '../kernel/mail.js';

/** Kinds of mail: a person opts out of a kind. */
export enum MailKind {
  ACCOUNT = 'ACCOUNT',
  INVITATION = 'INVITATION',
  ORGANISATION = 'ORGANISATION',
  PROFILE = 'PROFILE',
  MENTION = 'MENTION',
  ACHIEVEMENT = 'ACHIEVEMENT',
  CONFIDENTIAL_DETAIL = 'CONFIDENTIAL_DETAIL',
  INTEREST = 'INTEREST',
  ROUND = 'ROUND',
  TEAM = 'TEAM',
  REVIEWING = 'REVIEWING',
}

/** Topic of each kind of mail, as shown with a person's preferences and on the page for opting out. */
export const MAIL_KINDS: Readonly<Record<MailKind, Bilingual>> = {
  ACCOUNT: { zh: '账号与安全', en: 'Your account and its security' },
  INVITATION: { zh: '机构与评审邀请', en: 'Invitations to organisations and to reviewing' },
  ORGANISATION: { zh: '您所在机构的核验与成员', en: 'Verification and members of your organisations' },
  PROFILE: { zh: '人才、投资方与需求信息的核实和停用', en: 'Profiles and demands: verified, rejected, suspended' },
  MENTION: { zh: '他人对您或贵单位的提及', en: 'Where others name you or your organisation' },
  ACHIEVEMENT: { zh: '贵单位成果的入池、异议与评分凭证', en: 'Your results: admission, objections, score passports' },
  CONFIDENTIAL_DETAIL: { zh: '保密内容的申请与答复', en: 'Requests for confidential detail, and their answers' },
  INTEREST: { zh: '合作意向与消息', en: 'Interest and messages' },
  ROUND: { zh: '撮合批次', en: 'Matching rounds' },
  TEAM: { zh: '组队', en: 'Teams' },
  REVIEWING: { zh: '评审任务', en: 'Reviewing' },
};

/** Kinds of mail that nobody can opt out of: a person must learn of changes to their own account. */
export const MANDATORY: ReadonlySet<string> = new Set([MailKind.ACCOUNT]);

registerEnumType(MailKind, {
  name: 'MailKind',
  description: 'Kinds of mail; a person opts out of a kind.',
  valuesConfig: Object.fromEntries(
    Object.entries(MAIL_KINDS).map(([kind, { en }]) => [kind, { description: `${en}.` }]),
  ),
});

/** Defines an event that is announced to persons by mail. */
export const defineMail = <Facts>(event: MailEvent<Facts> & { kind: MailKind }): MailEvent<Facts> => event;

/**
 * A text on one line, short enough for a subject, without characters that reorder or hide what follows, and without
 * links: the sentence around it is the platform's, and what another person wrote must not act in its name.
 */
export const oneLine = (text: string): string => {
  const line = withoutLinks(text.replace(/[\p{Cf}\p{Cc}]/gu, ' '))
    .replace(/\s+/g, ' ')
    .trim();
  const points = [...line];
  return points.length > 120 ? `${points.slice(0, 119).join('')}…` : line;
};

/** A text as a quotation, which a mail sets apart from the platform's own words. */
export const quoted = (text: string): string =>
  text
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
