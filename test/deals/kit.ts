import { emptyRecord, type AchievementRecord } from '../../src/achievements/achievement.record.js';
import { insertAchievements } from '../../src/achievements/achievement.store.js';
import type { AchievementStatus } from '../../src/achievements/vocabularies.js';
import { newId, toGlobalId } from '../../src/lib/ids.js';
import type { TestApp } from '../harness.js';
import { enterPool, type SeededOrganisation, type SeededPerson } from '../seed.js';

export interface SeededEntry {
  /** Global id of the achievement. */
  id: string;
  uuid: string;
}

let serial = 0;

/** Inserts an achievement of the institution directly into the database; in the pool by default. */
export async function entry(
  t: TestApp,
  institution: SeededOrganisation,
  record: Partial<AchievementRecord> = {},
  status: AchievementStatus = 'ADMITTED',
): Promise<SeededEntry> {
  const uuid = newId();
  serial += 1;
  const title = { zh: `成果 ${serial}`, en: `Result ${serial}` };
  const registrationNo = `T-${serial}`;
  await t.app.dataSource.transaction(async (tx) => {
    await insertAchievements(tx, [
      {
        id: uuid,
        institutionId: institution.uuid,
        status,
        revision: 1,
        record: { ...emptyRecord, title, registrationNo, ...record },
        editedBy: null,
        note: null,
        at: t.app.clock(),
      },
    ]);
    if (status === 'ADMITTED') await enterPool(tx, [uuid]);
  });
  return { id: toGlobalId('Achievement', uuid), uuid };
}

export interface MailLine {
  to: string;
  subject: string;
  text: string;
}

/** The mails sent so far, from the log; only those to one address if given. */
export function mails(t: TestApp, to?: string): MailLine[] {
  return t.logLines
    .map((line) => line.mail as MailLine | undefined)
    .filter((mail) => mail !== undefined)
    .filter((mail) => to === undefined || mail.to === to);
}

/** Number of SQL statements that `work` executes. */
export async function statementsOf(t: TestApp, work: () => Promise<unknown>): Promise<number> {
  t.statements.length = 0;
  await work();
  return t.statements.length;
}

export const THREAD =
  'id status viewerSide unreadCount messageCount closedBy closeReason viewerCanReply viewerCanClose viewerCanReopen messages(first: 10) { nodes { number side body author { displayName } } }';
export const EXPRESS = `mutation ($input: ExpressInterestInput!) { expressInterest(input: $input) { interest { ${THREAD} } } }`;
export const REPLY = `mutation ($input: ReplyToInterestInput!) { replyToInterest(input: $input) { message { id number side body interest { ${THREAD} } } } }`;
export const CLOSE = `mutation ($input: CloseInterestInput!) { closeInterest(input: $input) { interest { ${THREAD} } } }`;
export const REOPEN = `mutation ($input: ReopenInterestInput!) { reopenInterest(input: $input) { interest { ${THREAD} } } }`;
export const READ = `mutation ($input: MarkInterestReadInput!) { markInterestRead(input: $input) { interest { ${THREAD} } } }`;
export const GET = `query ($id: ID!) { interest(id: $id) { ${THREAD} party { displayName } organisation { id } institution { id } achievement { id } } }`;
export const INBOX = `query ($id: ID!, $filter: InterestFilter, $first: Int, $after: String) { node(id: $id) { ... on Organisation { unreadInterestCount interests(first: $first, after: $after, filter: $filter) { totalCount pageInfo { hasNextPage endCursor } nodes { ${THREAD} } } } } }`;

export interface Thread {
  id: string;
  status: string;
  viewerSide: string;
  unreadCount: number;
  messageCount: number;
  closedBy: string | null;
  closeReason: string | null;
  viewerCanReply: boolean;
  viewerCanClose: boolean;
  viewerCanReopen: boolean;
  messages: {
    nodes: Array<{ number: number; side: string; body: string; author: { displayName: string | null } | null }>;
  };
}
export interface Inbox {
  node: {
    unreadInterestCount: number | null;
    interests: { totalCount: number; pageInfo: { hasNextPage: boolean; endCursor: string }; nodes: Thread[] } | null;
  };
}

export const as = (person: SeededPerson) => ({ token: person.token });

/** The operations on threads, over the API. */
export function conversations(t: TestApp) {
  return {
    async express(
      person: SeededPerson,
      on: SeededEntry,
      message: string,
      more: Record<string, unknown> = {},
    ): Promise<Thread> {
      return (
        await t.gql<{ expressInterest: { interest: Thread } }>(
          EXPRESS,
          { input: { achievementId: on.id, message, ...more } },
          as(person),
        )
      ).expressInterest.interest;
    },
    async reply(
      person: SeededPerson,
      thread: Thread,
      message: string,
    ): Promise<{ id: string; number: number; interest: Thread }> {
      const { replyToInterest } = await t.gql<{
        replyToInterest: { message: { id: string; number: number; interest: Thread } };
      }>(REPLY, { input: { id: thread.id, message } }, as(person));
      return replyToInterest.message;
    },
    async inbox(
      person: SeededPerson,
      organisation: SeededOrganisation,
      variables: Record<string, unknown> = {},
    ): Promise<Inbox['node']> {
      return (await t.gql<Inbox>(INBOX, { id: organisation.id, first: 20, ...variables }, as(person))).node;
    },
    /** The extensions of the first error; undefined if there is none. */
    async failure(query: string, variables: Record<string, unknown>, person?: SeededPerson) {
      return (await t.ask(query, variables, person ? as(person) : {})).errors?.[0]?.extensions;
    },
  };
}
