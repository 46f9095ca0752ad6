import type { SelectQueryBuilder } from 'typeorm';
import type { Achievement } from '../achievements/achievement.entity.js';
import { authorize, can } from '../kernel/authz.js';
import { requireLogin, type Context } from '../kernel/context.js';
import { NotFoundError } from '../kernel/errors.js';
import type { Organisation } from '../identity/organisations/organisation.entity.js';
import { keysetPage, type ConnectionArgs, type KeysetColumn, type Page } from '../graphql/pagination.js';
import { readId } from '../kernel/node.js';
import { Interest, InterestMessage } from './interest.entity.js';
import type { InterestFilter } from './interest.inputs.js';
import { interestCounts, unreadThreadCount } from './interest.loaders.js';
import { maySee } from './interest.sides.js';
import type { InterestSide } from './interest.stages.js';
import { interestById } from './interest.entity.js';
import { say } from '../messages/catalogue.js';

const NEWEST_FIRST: ReadonlyArray<KeysetColumn<Interest>> = [
  {
    sql: 'i.last_message_at',
    direction: 'DESC',
    cast: 'timestamptz',
    value: (interest) => interest.lastMessageAt.toISOString(),
  },
  { sql: 'i.id', direction: 'DESC', cast: 'uuid', value: (interest) => interest.id },
];

/** Returns an interest thread; null if it does not exist or the viewer belongs to neither of its sides. */
export async function readInterest(ctx: Context, id: string): Promise<Interest | null> {
  const interest = await ctx.load(interestById).load(id);
  return interest && maySee(ctx, interest) ? interest : null;
}

/** Returns a message of an interest thread; null unless the viewer may see the thread. */
export async function readInterestMessage(ctx: Context, id: string): Promise<InterestMessage | null> {
  if (ctx.viewer.accountId === null) return null;
  const message = await ctx.db.findOneBy(InterestMessage, { id });
  return message && (await readInterest(ctx, message.interestId)) ? message : null;
}

/**
 * Returns an interest thread by its global id; throws NOT_FOUND if it does not exist or the viewer belongs to neither
 * side.
 */
export async function requireInterest(ctx: Context, field: string, globalId: string): Promise<Interest> {
  const id = readId(field, 'Interest', globalId);
  requireLogin(ctx);
  const interest = await readInterest(ctx, id);
  if (!interest) throw new NotFoundError(say('thing.theThread'));
  return interest;
}

function narrow(
  query: SelectQueryBuilder<Interest>,
  filter: InterestFilter | null | undefined,
  otherSide: InterestSide,
  accountId: string,
): void {
  if (filter?.statuses?.length) query.andWhere('i.status = ANY(:statuses)', { statuses: filter.statuses });
  if (filter?.achievementId != null)
    query.andWhere('i.achievement_id = :achievement', {
      achievement: readId('filter.achievementId', 'Achievement', filter.achievementId),
    });
  if (filter?.unread != null) {
    const read = `COALESCE(
        (SELECT p.read_seq FROM interest_participant p WHERE p.interest_id = i.id AND p.account_id = :reader), 0
      )`;
    query.andWhere(`i.${otherSide === 'PARTY' ? 'party_seq' : 'lister_seq'} ${filter.unread ? '>' : '<='} ${read}`, {
      reader: accountId,
    });
  }
}

/**
 * Lists the interest threads on an institution's achievements, the newest first; null if the viewer may not answer for
 * the institution.
 */
export async function listInbox(
  ctx: Context,
  organisation: Organisation,
  filter: InterestFilter | null | undefined,
  args: ConnectionArgs,
): Promise<Page<Interest> | null> {
  const { accountId } = ctx.viewer;
  if (accountId === null || !can(ctx, 'interest:answer', { organisationId: organisation.id })) return null;
  const query = ctx.db
    .createQueryBuilder(Interest, 'i')
    .where('i.institution_id = :institution', { institution: organisation.id });
  narrow(query, filter, 'PARTY', accountId);
  return keysetPage(query, args, NEWEST_FIRST);
}

/**
 * Lists the interest threads that the viewer has opened, the newest first; with an organisation id, all threads opened
 * for that organisation, also by colleagues.
 */
export async function listSent(
  ctx: Context,
  organisationGlobalId: string | null | undefined,
  filter: InterestFilter | null | undefined,
  args: ConnectionArgs,
): Promise<Page<Interest>> {
  const { accountId } = requireLogin(ctx);
  const query = ctx.db.createQueryBuilder(Interest, 'i');
  if (organisationGlobalId == null) {
    query.where('i.account_id = :account', { account: accountId });
  } else {
    const organisationId = readId('organisationId', 'Organisation', organisationGlobalId);
    authorize(ctx, 'interest:party', { accountId: null, organisationId });
    query.where('i.organisation_id = :organisation', { organisation: organisationId });
  }
  narrow(query, filter, 'LISTER', accountId);
  return keysetPage(query, args, NEWEST_FIRST);
}

/**
 * Number of interest threads on an achievement; null unless the viewer is a member of its institution or an operator.
 */
export function countInterest(ctx: Context, achievement: Achievement): Promise<number> | null {
  return can(ctx, 'achievement:read', { organisationId: achievement.institutionId })
    ? ctx.load(interestCounts).load(achievement.id)
    : null;
}

/**
 * Number of threads on an institution's achievements with messages of the interested party that the viewer has not
 * read; null if the viewer may not answer for the institution.
 */
export function countUnread(ctx: Context, organisation: Organisation): Promise<number> | null {
  const { accountId } = ctx.viewer;
  if (accountId === null || !can(ctx, 'interest:answer', { organisationId: organisation.id })) return null;
  return unreadThreadCount(ctx, accountId, organisation.id);
}
