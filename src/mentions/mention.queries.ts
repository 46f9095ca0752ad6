import { can } from '../kernel/authz.js';
import type { Context } from '../kernel/context.js';
import { keysetPage, type ConnectionArgs, type Page } from '../graphql/pagination.js';
import { defineLoader } from '../lib/batching.js';
import { Mention } from './mention.entity.js';
import type { MentionFilter } from './mention.inputs.js';
import { LISTED } from './mention.sources.js';
import type { MentionStatus } from './vocabularies.js';

/** Key of a mention for `mentionStatus`. */
export const mentionKey = (kind: Mention['kind'], subjectId: string, namerId: string, partyId: string): string =>
  [kind, subjectId, namerId, partyId].join('|');

/**
 * The named party's answer to each mention, keyed by `mentionKey`; PENDING without an answer, or without a stored
 * mention.
 */
export const mentionStatus = defineLoader<string, MentionStatus>(async (db, keys) => {
  const rows = (await db.query(
    `SELECT m.kind || '|' || m.subject_id || '|' || m.namer_id || '|' || COALESCE(m.organisation_id, m.talent_id) AS key,
       m.status
     FROM mention m
     WHERE (m.kind, m.subject_id, m.namer_id, COALESCE(m.organisation_id, m.talent_id)) IN (
       SELECT split_part(k, '|', 1), split_part(k, '|', 2)::uuid, split_part(k, '|', 3)::uuid, split_part(k, '|', 4)::uuid
       FROM unnest($1::text[]) k
     )`,
    [keys],
  )) as Array<{ key: string; status: MentionStatus }>;
  const found = new Map(rows.map(({ key, status }) => [key, status]));
  return keys.map((key) => found.get(key) ?? 'PENDING');
});

/** The account of a talent, by the talent's id; null once the person is erased. */
export const accountOfTalent = defineLoader<string, string | null>(async (db, ids) => {
  const rows = (await db.query(`SELECT id, account_id FROM talent_profile WHERE id = ANY($1)`, [ids])) as Array<{
    id: string;
    account_id: string | null;
  }>;
  const found = new Map(rows.map((row) => [row.id, row.account_id]));
  return ids.map((id) => found.get(id) ?? null);
});

/** The named party of a mention, in the form in which the rights to mentions take it. */
export async function namedParty(
  ctx: Context,
  mention: Mention,
): Promise<{ organisationId: string | null; accountId: string | null }> {
  const { organisationId, talentId } = mention;
  return { organisationId, accountId: talentId === null ? null : await ctx.load(accountOfTalent).load(talentId) };
}

/** A mention; null if it does not exist or the viewer may not see it. */
export async function readMention(ctx: Context, id: string): Promise<Mention | null> {
  if (ctx.viewer.accountId === null) return null;
  const mention = await ctx.db.findOneBy(Mention, { id });
  return mention && can(ctx, 'mention:read', await namedParty(ctx, mention)) ? mention : null;
}

function listMentions(
  ctx: Context,
  where: string,
  value: string,
  filter: MentionFilter | undefined,
  args: ConnectionArgs,
): Promise<Page<Mention>> {
  const query = ctx.db.createQueryBuilder(Mention, 'm').where(where, { value }).andWhere(LISTED);
  if (filter?.statuses?.length) query.andWhere('m.status = ANY(:statuses)', { statuses: filter.statuses });
  return keysetPage(query, args, [
    {
      sql: 'm.created_at',
      direction: 'DESC',
      cast: 'timestamptz',
      value: (mention) => mention.createdAt.toISOString(),
    },
    { sql: 'm.id', direction: 'DESC', cast: 'uuid', value: (mention) => mention.id },
  ]);
}

/**
 * Mentions of an organisation by others that still stand and that it may know of, or has answered; newest first. Null
 * unless the viewer is its member or an operator.
 */
export function mentionsOfOrganisation(
  ctx: Context,
  organisationId: string,
  filter: MentionFilter | undefined,
  args: ConnectionArgs,
): Promise<Page<Mention>> | null {
  if (!can(ctx, 'mention:read', { organisationId, accountId: null })) return null;
  return listMentions(ctx, 'm.organisation_id = :value', organisationId, filter, args);
}

/**
 * Mentions of the viewer as a talent by others that still stand and that the viewer may know of, or has answered;
 * newest first.
 */
export function mentionsOfViewer(
  ctx: Context,
  accountId: string,
  filter: MentionFilter | undefined,
  args: ConnectionArgs,
): Promise<Page<Mention>> {
  const own = 'm.talent_id = (SELECT t.id FROM talent_profile t WHERE t.account_id = :value)';
  return listMentions(ctx, own, accountId, filter, args);
}
