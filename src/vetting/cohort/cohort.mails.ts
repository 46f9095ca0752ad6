import type { EntityManager } from 'typeorm';
import { timeOfChina } from '../../lib/day.js';
import { toGlobalId } from '../../lib/ids.js';
import { localize, type Localized } from '../../kernel/localized.js';
import { editorsOf, GETS_MAIL, notify, personsOf, type Receiver } from '../../notifications/mail.js';
import { defineMail, MailKind, oneLine, quoted } from '../../notifications/mail.events.js';
import { reviewingEndedMail } from '../reviewers/reviewers.mails.js';

const EDITORS = { zh: '成果所属单位的编辑和所有者', en: 'the editors and owners of the institution' };

interface Screened {
  title: string;
  cohort: string;
  counted: boolean;
  note: string;
}

const screenedMail = defineMail<Screened>({
  name: 'entry.screened',
  kind: MailKind.ACHIEVEMENT,
  tells: {
    zh: `${EDITORS.zh}：运营方作出形式审查决定时`,
    en: `${EDITORS.en}, when an operator decides on the screening of an entry`,
  },
  page: 'cohort-entries/:id',
  text: {
    ZH: ({ title, cohort, counted, note }) => [
      `形式审查：${oneLine(title)}`,
      `成果“${oneLine(title)}”在“${oneLine(cohort)}”的形式审查结果为${counted ? '计入' : '不计入'}。理由：\n\n${quoted(note)}`,
    ],
    EN: ({ title, cohort, counted, note }) => [
      `Screening: ${oneLine(title)}`,
      `“${oneLine(title)}” ${counted ? 'counts' : 'does not count'} in “${oneLine(cohort)}”, by the decision of an operator. Why:\n\n${quoted(note)}`,
    ],
  },
});

const appealAnsweredMail = defineMail<{ title: string; upheld: boolean; answer: string }>({
  name: 'entry.appeal-answered',
  kind: MailKind.ACHIEVEMENT,
  tells: { zh: `${EDITORS.zh}：申诉得到答复时`, en: `${EDITORS.en}, when an appeal is answered` },
  page: 'cohort-entries/:id',
  text: {
    ZH: ({ title, upheld, answer }) => [
      `申诉${upheld ? '成立' : '不成立'}：${oneLine(title)}`,
      `关于成果“${oneLine(title)}”的申诉${upheld ? '成立，该成果计入本批次' : '不成立'}。答复：\n\n${quoted(answer)}`,
    ],
    EN: ({ title, upheld, answer }) => [
      `Appeal ${upheld ? 'upheld' : 'rejected'}: ${oneLine(title)}`,
      `The appeal for “${oneLine(title)}” was ${upheld ? 'upheld: the result counts in the cohort' : 'rejected'}. The answer:\n\n${quoted(answer)}`,
    ],
  },
});

const objectionAnsweredMail = defineMail<{ title: string; upheld: boolean; answer: string }>({
  name: 'objection.answered',
  kind: MailKind.ACHIEVEMENT,
  tells: {
    zh: `异议人、${EDITORS.zh}：异议得到处理时`,
    en: `the person who objected, and ${EDITORS.en}, when an objection is answered`,
  },
  page: 'cohort-entries/:id',
  text: {
    ZH: ({ title, upheld, answer }) => [
      `异议${upheld ? '成立' : '不成立'}：${oneLine(title)}`,
      `对成果“${oneLine(title)}”的异议${upheld ? '成立，该成果不入池' : '不成立'}。答复：\n\n${quoted(answer)}`,
    ],
    EN: ({ title, upheld, answer }) => [
      `Objection ${upheld ? 'upheld' : 'rejected'}: ${oneLine(title)}`,
      `The objection to “${oneLine(title)}” was ${upheld ? 'upheld: the result is not admitted' : 'rejected'}. The answer:\n\n${quoted(answer)}`,
    ],
  },
});

/** Maximum number of titles that a mail on a closed cohort lists of each outcome; the page shows all. */
const LISTED_TITLES = 20;

const titleLines = (titles: readonly string[], more: (n: number) => string): string =>
  [
    ...titles.slice(0, LISTED_TITLES).map((title) => `- ${oneLine(title)}`),
    ...(titles.length > LISTED_TITLES ? [more(titles.length - LISTED_TITLES)] : []),
  ].join('\n');

const decidedMail = defineMail<{ cohort: string; admitted: string[]; others: string[] }>({
  name: 'cohort.decided',
  kind: MailKind.ACHIEVEMENT,
  tells: {
    zh: `${EDITORS.zh}：批次结束、决定入池与否时（每批次一封）`,
    en: `${EDITORS.en}, when a cohort closes and its entries are decided; one mail per cohort`,
  },
  page: 'cohorts/:id/own-entries',
  text: {
    ZH: ({ cohort, admitted, others }) => {
      const list = (titles: string[]) => titleLines(titles, (n) => `……另有 ${n} 项`);
      const parts = [`“${oneLine(cohort)}”已结束。`];
      if (admitted.length > 0) parts.push(`已进入成果转化池（${admitted.length} 项）：\n${list(admitted)}`);
      if (others.length > 0)
        parts.push(`未入池、转入持续深耕（${others.length} 项）；评审意见和可用服务见页面：\n${list(others)}`);
      return [`${oneLine(cohort)}：${admitted.length} 项入池，${others.length} 项未入池`, parts.join('\n\n')];
    },
    EN: ({ cohort, admitted, others }) => {
      const list = (titles: string[]) => titleLines(titles, (n) => `… and ${n} more`);
      const parts = [`“${oneLine(cohort)}” is closed.`];
      if (admitted.length > 0) parts.push(`Admitted to the pool (${admitted.length}):\n${list(admitted)}`);
      if (others.length > 0)
        parts.push(
          `Not admitted (${others.length}); they go on in cultivation, with the reviewers’ words and services that help:\n${list(others)}`,
        );
      return [`${oneLine(cohort)}: ${admitted.length} admitted, ${others.length} not`, parts.join('\n\n')];
    },
  },
});

const proposedMail = defineMail<{ cohort: string; proposed: string[]; others: number; until: string }>({
  name: 'cohort.proposed',
  kind: MailKind.ACHIEVEMENT,
  tells: {
    zh: `${EDITORS.zh}：公示开始时（每批次一封），以及成果递补进入公示时`,
    en: `${EDITORS.en}, when the public notice of a cohort with their entries begins (one mail per cohort), and when an entry moves up into it`,
  },
  page: 'cohorts/:id/own-entries',
  text: {
    ZH: ({ cohort, proposed, others, until }) => [
      `公示：${oneLine(cohort)}`,
      [
        `“${oneLine(cohort)}”正在公示，公示期至 ${until}。公示期内任何人可以提出异议，贵单位可以答复；公示结束后作出决定。`,
        ...(proposed.length > 0
          ? [`拟入池（${proposed.length} 项）：\n${titleLines(proposed, (n) => `……另有 ${n} 项`)}`]
          : []),
        ...(others > 0 ? [`另有 ${others} 项未列入拟入池名单。`] : []),
      ].join('\n\n'),
    ],
    EN: ({ cohort, proposed, others, until }) => [
      `Public notice: ${oneLine(cohort)}`,
      [
        `“${oneLine(cohort)}” is on public notice until ${until}. Until then anybody may object, and your institution may reply; the decision follows.`,
        ...(proposed.length > 0
          ? [`Proposed for admission (${proposed.length}):\n${titleLines(proposed, (n) => `… and ${n} more`)}`]
          : []),
        ...(others > 0 ? [`${others} others are not proposed.`] : []),
      ].join('\n\n'),
    ],
  },
});

const deletedMail = defineMail<{ cohort: string; again: string[]; handIn: string[] }>({
  name: 'cohort.deleted',
  kind: MailKind.ACHIEVEMENT,
  tells: {
    zh: `${EDITORS.zh}：含其成果的批次被删除时（每批次一封）`,
    en: `${EDITORS.en}, when a cohort with entries of theirs is deleted; one mail per cohort`,
  },
  page: null,
  text: {
    ZH: ({ cohort, again, handIn }) => {
      const list = (titles: string[]) => titleLines(titles, (n) => `……另有 ${n} 项`);
      const parts = [`批次“${oneLine(cohort)}”已被平台运营方删除，此前未作出任何决定。`];
      if (again.length > 0)
        parts.push(`以下成果仍为已登记，将自动进入下一批次（${again.length} 项）：\n${list(again)}`);
      if (handIn.length > 0) parts.push(`以下成果请在下一批次开放后重新提交（${handIn.length} 项）：\n${list(handIn)}`);
      return [`批次已删除：${oneLine(cohort)}`, parts.join('\n\n')];
    },
    EN: ({ cohort, again, handIn }) => {
      const list = (titles: string[]) => titleLines(titles, (n) => `… and ${n} more`);
      const parts = [`An operator has deleted the cohort “${oneLine(cohort)}”; nothing was decided in it.`];
      if (again.length > 0)
        parts.push(`These results stay registered and enter the next cohort (${again.length}):\n${list(again)}`);
      if (handIn.length > 0)
        parts.push(`Please hand these in again once the next cohort is open (${handIn.length}):\n${list(handIn)}`);
      return [`Cohort deleted: ${oneLine(cohort)}`, parts.join('\n\n')];
    },
  },
});

/** All mails on the entries of cohorts. */
export const cohortMails = [
  screenedMail,
  appealAnsweredMail,
  objectionAnsweredMail,
  proposedMail,
  decidedMail,
  deletedMail,
];

interface EntryFacts {
  institution_id: string;
  title: Localized;
  cohort: Localized;
}

async function entryOf(tx: EntityManager, entryId: string): Promise<EntryFacts> {
  const [row] = (await tx.query(
    `SELECT e.institution_id, a.title, c.name AS cohort
     FROM cohort_entry e
     JOIN achievement a ON a.id = e.achievement_id
     JOIN cohort c ON c.id = e.cohort_id
     WHERE e.id = $1`,
    [entryId],
  )) as EntryFacts[];
  return row!;
}

/**
 * An event of one entry: the facts of its mail besides title and cohort, and the account that wrote the words that the
 * mail quotes.
 */
type EntryNews =
  | { news: 'SCREENED'; counted: boolean; note: string; author: string }
  | { news: 'APPEAL_ANSWERED'; upheld: boolean; answer: string; author: string }
  | { news: 'OBJECTION_ANSWERED'; upheld: boolean; answer: string; author: string; objector: string | null };

/**
 * Queues mails about an entry's event to the editors and owners of its institution, and about the answer to an
 * objection also to the person who objected.
 */
export async function notifyOfEntry(tx: EntityManager, entryId: string, event: EntryNews): Promise<void> {
  const entry = await entryOf(tx, entryId);
  const editors = await editorsOf(tx, entry.institution_id);
  const about = { id: toGlobalId('CohortEntry', entryId), authors: [event.author] };
  const names = ({ locale }: Receiver) => ({
    title: localize(entry.title, locale).value,
    cohort: localize(entry.cohort, locale).value,
  });
  switch (event.news) {
    case 'SCREENED':
      return notify(tx, screenedMail, editors, (to) => ({ ...names(to), ...event }), about);
    case 'APPEAL_ANSWERED':
      return notify(tx, appealAnsweredMail, editors, (to) => ({ ...names(to), ...event }), about);
    case 'OBJECTION_ANSWERED': {
      const objector = await personsOf(tx, [event.objector]);
      const addresses = new Set(editors.map(({ email }) => email));
      const all = [...editors, ...objector.filter(({ email }) => !addresses.has(email))];
      return notify(tx, objectionAnsweredMail, all, (to) => ({ ...names(to), ...event }), about);
    }
  }
}

/**
 * Queues one mail to each editor and owner of an institution on the public notice of a cohort: of all its counted
 * entries, or of those that moved up (`entryIds`). Withdrawn entries are left out.
 */
export async function notifyOfProposals(
  tx: EntityManager,
  cohortId: string,
  notice: { endsAt: Date; entryIds: readonly string[] | null },
): Promise<void> {
  const receivers = (await tx.query(
    `SELECT acc.email, acc.locale, c.name AS cohort,
       jsonb_agg(jsonb_build_object('title', a.title, 'proposed', e.proposal = 'ADMITTED') ORDER BY e.rank, e.id)
         AS entries
     FROM cohort_entry e
     JOIN cohort c ON c.id = e.cohort_id
     JOIN achievement a ON a.id = e.achievement_id
     JOIN membership m ON m.organisation_id = e.institution_id AND m.role IN ('EDITOR', 'OWNER')
     JOIN account acc ON acc.id = m.account_id
     WHERE e.cohort_id = $1 AND e.screen = 'COUNTED' AND e.withdrawn_at IS NULL
       AND ($2::uuid[] IS NULL OR e.id = ANY($2)) AND ${GETS_MAIL}
     GROUP BY acc.id, c.id
     ORDER BY acc.id`,
    [cohortId, notice.entryIds],
  )) as Array<Receiver & { cohort: Localized; entries: Array<{ title: Localized; proposed: boolean }> }>;
  await notify(
    tx,
    proposedMail,
    receivers,
    (to) => {
      const proposed = to.entries.filter((entry) => entry.proposed);
      return {
        cohort: localize(to.cohort, to.locale).value,
        proposed: proposed.map(({ title }) => localize(title, to.locale).value),
        others: to.entries.length - proposed.length,
        until: timeOfChina(notice.endsAt),
      };
    },
    { id: toGlobalId('Cohort', cohortId) },
  );
}

/**
 * On the closing of a cohort, queues one mail to each editor and owner of an institution with decided entries. It lists
 * the entries of all institutions of that person, because an institution may have hundreds.
 */
export async function notifyOfDecisions(tx: EntityManager, cohortId: string): Promise<void> {
  const receivers = (await tx.query(
    `SELECT acc.email, acc.locale, c.name AS cohort,
       jsonb_agg(jsonb_build_object('title', a.title, 'admitted', e.decision = 'ADMITTED') ORDER BY e.rank, e.id)
         AS entries
     FROM cohort_entry e
     JOIN cohort c ON c.id = e.cohort_id
     JOIN achievement a ON a.id = e.achievement_id
     JOIN membership m ON m.organisation_id = e.institution_id AND m.role IN ('EDITOR', 'OWNER')
     JOIN account acc ON acc.id = m.account_id
     WHERE e.cohort_id = $1 AND e.decision IS NOT NULL AND e.withdrawn_at IS NULL AND ${GETS_MAIL}
     GROUP BY acc.id, c.id
     ORDER BY acc.id`,
    [cohortId],
  )) as Array<Receiver & { cohort: Localized; entries: Array<{ title: Localized; admitted: boolean }> }>;
  const titles = (to: (typeof receivers)[number], admitted: boolean) =>
    to.entries.filter((entry) => entry.admitted === admitted).map(({ title }) => localize(title, to.locale).value);
  await notify(
    tx,
    decidedMail,
    receivers,
    (to) => ({
      cohort: localize(to.cohort, to.locale).value,
      admitted: titles(to, true),
      others: titles(to, false),
    }),
    { id: toGlobalId('Cohort', cohortId) },
  );
}

/**
 * Before a cohort is deleted, queues one mail to each editor and owner of an institution with entries in it. It tells
 * which results enter the next cohort by themselves (the registered ones) and which must be handed in again (those in
 * the pool); others, such as withdrawn ones, are left out.
 */
export async function notifyOfDeletion(tx: EntityManager, cohortId: string): Promise<void> {
  const receivers = (await tx.query(
    `SELECT acc.email, acc.locale, c.name AS cohort,
       jsonb_agg(jsonb_build_object('title', a.title, 'again', a.status = 'REGISTERED') ORDER BY a.id) AS entries
     FROM cohort_entry e
     JOIN cohort c ON c.id = e.cohort_id
     JOIN achievement a ON a.id = e.achievement_id AND a.status IN ('REGISTERED', 'ADMITTED')
     JOIN membership m ON m.organisation_id = e.institution_id AND m.role IN ('EDITOR', 'OWNER')
     JOIN account acc ON acc.id = m.account_id
     WHERE e.cohort_id = $1 AND ${GETS_MAIL}
     GROUP BY acc.id, c.id
     ORDER BY acc.id`,
    [cohortId],
  )) as Array<Receiver & { cohort: Localized; entries: Array<{ title: Localized; again: boolean }> }>;
  const titles = (to: (typeof receivers)[number], again: boolean) =>
    to.entries.filter((entry) => entry.again === again).map(({ title }) => localize(title, to.locale).value);
  await notify(tx, deletedMail, receivers, (to) => ({
    cohort: localize(to.cohort, to.locale).value,
    again: titles(to, true),
    handIn: titles(to, false),
  }));
}

/** When the reviewing of a cohort ends, queues one mail to every reviewer with open or submitted assignments in it. */
export async function notifyOfReviewingEnd(tx: EntityManager, cohortId: string): Promise<void> {
  const receivers = (await tx.query(
    `SELECT acc.email, acc.locale, c.name AS cohort,
       count(*) FILTER (WHERE s.status = 'SUBMITTED')::int AS submitted,
       count(*) FILTER (WHERE s.status = 'ASSIGNED')::int AS open
     FROM assignment s
     JOIN cohort c ON c.id = s.cohort_id
     JOIN reviewer r ON r.id = s.reviewer_id
     JOIN account acc ON acc.id = r.account_id
     WHERE s.cohort_id = $1 AND s.status IN ('SUBMITTED', 'ASSIGNED') AND ${GETS_MAIL}
     GROUP BY acc.id, c.id
     ORDER BY acc.id`,
    [cohortId],
  )) as Array<Receiver & { cohort: Localized; submitted: number; open: number }>;
  await notify(tx, reviewingEndedMail, receivers, ({ locale, cohort, submitted, open }) => ({
    cohort: localize(cohort, locale).value,
    submitted,
    open,
  }));
}
