import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { can } from '../kernel/authz.js';
import type { Context } from '../kernel/context.js';
import { defineLoader } from '../lib/batching.js';
import { MentionStatus } from '../mentions/vocabularies.js';
import { Inventor } from './achievement-parts.entity.js';

interface NamedInventor {
  institutionId: string;
  /**
   * Answer of the talent with the inventor's ORCID iD to being named; PENDING if there is no answer or no such talent.
   * Only a verified talent counts, since anybody can write somebody else's iD into a profile and answer for that person.
   */
  consent: MentionStatus;
}

/** The institution that names an inventor and the inventor's answer, by the id of the inventor. */
const namedInventor = defineLoader<string, NamedInventor | null>(async (db, ids) => {
  const rows = (await db.query(
    `SELECT i.id, a.institution_id AS "institutionId",
       COALESCE(
         (
           SELECT m.status
           FROM mention m
           JOIN talent_profile t ON t.id = m.talent_id AND t.orcid = i.orcid AND t.verification = 'VERIFIED'
           WHERE m.kind = 'INVENTOR' AND m.subject_id = a.id AND m.namer_id = a.institution_id
           ORDER BY m.status = 'CONFIRMED' DESC, m.status
           LIMIT 1
         ),
         'PENDING'
       ) AS consent
     FROM inventor i
     JOIN achievement a ON a.id = i.achievement_id
     WHERE i.id = ANY($1)`,
    [ids],
  )) as Array<NamedInventor & { id: string }>;
  const found = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => found.get(id) ?? null);
});

@Resolver(() => Inventor)
export class InventorResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'ORCID iD, once the person has confirmed and an operator has verified that the profile with this iD is that person’s; before, for the lister and operators.',
  })
  async orcid(@Root() inventor: Inventor, @Ctx() ctx: Context): Promise<string | null> {
    if (inventor.orcidText === null) return null;
    const named = await ctx.load(namedInventor).load(inventor.id);
    if (named === null) return null;
    return named.consent === 'CONFIRMED' || can(ctx, 'achievement:read', { organisationId: named.institutionId })
      ? inventor.orcidText
      : null;
  }

  @FieldResolver(() => MentionStatus, {
    nullable: true,
    description:
      'Whether the person with the ORCID iD agrees to be named by it; for the lister and operators, null for others and without an iD.',
  })
  async consent(@Root() inventor: Inventor, @Ctx() ctx: Context): Promise<MentionStatus | null> {
    const named = inventor.orcidText === null ? null : await ctx.load(namedInventor).load(inventor.id);
    return named && can(ctx, 'achievement:read', { organisationId: named.institutionId }) ? named.consent : null;
  }
}
