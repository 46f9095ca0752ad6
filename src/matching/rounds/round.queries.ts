import type { SelectQueryBuilder } from 'typeorm';
import { can } from '../../kernel/authz.js';
import { requireLogin, type Context } from '../../kernel/context.js';
import { NotFoundError } from '../../kernel/errors.js';
import { byKey, defineLoader } from '../../lib/batching.js';
import { keysetPage, type ConnectionArgs, type Page } from '../../graphql/pagination.js';
import { selectEntities } from '../../lib/rows.js';
import { readId } from '../../kernel/node.js';
import { presentReasons } from '../lists/match.reasons.js';
import type { MatchReason } from '../lists/match.types.js';
import { RoundPair, RoundStanding } from './pair.entity.js';
import { mayReadPair } from './pair.service.js';
import { SHOWN_STATUS } from './pair.shown.js';
import { asPublished } from './standing.shown.js';
import { MatchingRound, RoundCapacity, RoundVeto } from './round.entity.js';
import type { RoundPairFilter } from './round.inputs.js';
import type { RoundSide } from './vocabularies.js';
import { say } from '../../messages/catalogue.js';

export const roundById = defineLoader<string, MatchingRound | null>(async (db, ids) =>
  byKey(ids, await selectEntities(db, MatchingRound, 'WHERE e.id = ANY($1)', [ids]), (round) => round.id),
);

export const oversees = (ctx: Context): boolean => can(ctx, 'round:oversee', undefined);
const ownOrganisations = (ctx: Context): string[] => ctx.viewer.memberships.map(({ organisationId }) => organisationId);

/**
 * SQL condition on a matching round: it is published, and one of the viewer's organisations has a pair in it that was
 * not dropped.
 */
const TAKES_PART = `r.published_at IS NOT NULL
    AND EXISTS (
      SELECT 1
      FROM matching_round_pair p
      WHERE p.round_id = r.id
        AND p.status <> 'DROPPED'
        AND (p.institution_id = ANY(:own) OR p.organisation_id = ANY(:own))
    )`;

/** A matching round by database id; null if it does not exist or the viewer may not see it. */
export async function readRound(ctx: Context, id: string): Promise<MatchingRound | null> {
  if (ctx.viewer.accountId === null) return null;
  const round = await ctx.load(roundById).load(id);
  if (round === null || oversees(ctx)) return round;
  if (round.publishedAt === null) return null;
  return ctx.db
    .createQueryBuilder(MatchingRound, 'r')
    .where('r.id = :id', { id })
    .andWhere(TAKES_PART, { own: ownOrganisations(ctx) })
    .getOne();
}

/** A matching round by global id; throws NOT_FOUND if it does not exist or the viewer may not see it. */
export async function requireRound(ctx: Context, globalId: string): Promise<MatchingRound> {
  requireLogin(ctx);
  const round = await readRound(ctx, readId('id', 'MatchingRound', globalId));
  if (!round) throw new NotFoundError(say('thing.theMatchingRound'));
  return round;
}

/**
 * Matching rounds, newest first: all rounds for operators, for others the published rounds in which their organisations
 * have a pair.
 */
export function listRounds(ctx: Context, args: ConnectionArgs): Promise<Page<MatchingRound>> {
  requireLogin(ctx);
  const query = ctx.db.createQueryBuilder(MatchingRound, 'r').where('true');
  if (!oversees(ctx)) query.andWhere(TAKES_PART, { own: ownOrganisations(ctx) });
  return keysetPage(query, args, [{ sql: 'r.id', direction: 'DESC', cast: 'uuid', value: (round) => round.id }]);
}

/** A pair of a matching round by database id; null if it does not exist or the viewer may not see it. */
export async function readRoundPair(ctx: Context, id: string): Promise<RoundPair | null> {
  if (ctx.viewer.accountId === null) return null;
  const pair = await ctx.db.findOneBy(RoundPair, { id });
  if (pair === null || oversees(ctx)) return pair;
  const round = await ctx.load(roundById).load(pair.roundId);
  return mayReadPair(ctx, pair, round) ? pair : null;
}

/**
 * The pairs of a matching round that match the filter, highest score first: for operators all of them; for others those
 * of the viewer's organisations that were not dropped.
 */
export async function listPairs(
  ctx: Context,
  round: MatchingRound,
  filter: RoundPairFilter | null | undefined,
  args: ConnectionArgs,
): Promise<Page<RoundPair>> {
  const query = ctx.db.createQueryBuilder(RoundPair, 'p').where('p.round_id = :round', { round: round.id });
  if (!oversees(ctx)) query.andWhere(`p.status <> 'DROPPED'`);
  if (!oversees(ctx) || filter?.mine === true) own(ctx, query);
  if (filter?.statuses?.length)
    query.andWhere(`${oversees(ctx) || round.status === 'CLOSED' ? 'p.status' : SHOWN_STATUS} = ANY(:statuses)`, {
      statuses: filter.statuses,
      own: ownOrganisations(ctx),
    });
  if (filter?.achievementId != null)
    query.andWhere('p.achievement_id = :achievement', {
      achievement: readId('filter.achievementId', 'Achievement', filter.achievementId),
    });
  if (filter?.investorId != null)
    query.andWhere('p.investor_id = :investor', {
      investor: readId('filter.investorId', 'InvestorProfile', filter.investorId),
    });
  const page = await keysetPage(query, args, [
    { sql: 'p.score', direction: 'DESC', cast: 'double precision', value: (pair) => pair.score },
    { sql: 'p.id', direction: 'DESC', cast: 'uuid', value: (pair) => pair.id },
  ]);
  const pairs = page.edges.map(({ node }) => node);
  let told: Promise<Map<string, MatchReason[]>> | undefined;
  for (const pair of pairs) pair.tell = () => (told ??= tell(ctx, pairs));
  return page;
}

function own(ctx: Context, query: SelectQueryBuilder<RoundPair>): void {
  query.andWhere('(p.institution_id = ANY(:own) OR p.organisation_id = ANY(:own))', { own: ownOrganisations(ctx) });
}

/**
 * Outcomes of all participants of a matching round, the lowest share first (share: what a participant got, relative to
 * what it would get without competitors), those without a share last; null unless the viewer is an operator.
 */
export function listStandings(
  ctx: Context,
  round: MatchingRound,
  side: RoundSide | null | undefined,
  args: ConnectionArgs,
): Promise<Page<RoundStanding>> | null {
  if (!oversees(ctx)) return null;
  const query = ctx.db.createQueryBuilder(RoundStanding, 's').where('s.round_id = :round', { round: round.id });
  if (side != null) query.andWhere('s.side = :side', { side });
  return keysetPage(query, args, [
    {
      sql: 'COALESCE(s.share, 2)',
      direction: 'ASC',
      cast: 'double precision',
      value: (standing) => standing.share ?? 2,
    },
    { sql: 's.id', direction: 'ASC', cast: 'uuid', value: (standing) => standing.id },
  ]);
}

/**
 * Outcomes of the entries and investor profiles of the viewer's organisations, at most 100. After publication, they
 * count published pairs only. Empty if none of them takes part.
 */
export async function ownStandings(ctx: Context, round: MatchingRound): Promise<RoundStanding[]> {
  const own = await selectEntities(
    ctx.db,
    RoundStanding,
    'WHERE e.round_id = $1 AND e.organisation_id = ANY($2) ORDER BY e.side, e.id LIMIT 100',
    [round.id, ownOrganisations(ctx)],
  );
  return round.publishedAt === null ? own : asPublished(ctx.db, round, own);
}

/** Outcome of a matching round for one participant; null if it does not exist or the viewer may not see it. */
export async function readStanding(ctx: Context, id: string): Promise<RoundStanding | null> {
  if (ctx.viewer.accountId === null) return null;
  const standing = await ctx.db.findOneBy(RoundStanding, { id });
  if (standing === null || oversees(ctx)) return standing;
  const round = await readRound(ctx, standing.roundId);
  if (round === null || !ownOrganisations(ctx).includes(standing.organisationId)) return null;
  return (await asPublished(ctx.db, round, [standing]))[0]!;
}

/** A veto; null unless the viewer is an operator. */
export async function readVeto(ctx: Context, id: string): Promise<RoundVeto | null> {
  return oversees(ctx) ? ctx.db.findOneBy(RoundVeto, { id }) : null;
}

/** Vetoes (pairs excluded by an operator) of a matching round, newest first; null unless the viewer is an operator. */
export function listVetoes(ctx: Context, round: MatchingRound, args: ConnectionArgs): Promise<Page<RoundVeto>> | null {
  if (!oversees(ctx)) return null;
  return keysetPage(ctx.db.createQueryBuilder(RoundVeto, 'v').where('v.round_id = :round', { round: round.id }), args, [
    { sql: 'v.id', direction: 'DESC', cast: 'uuid', value: (veto) => veto.id },
  ]);
}

/**
 * Participants of a matching round whose number of places differs from the round's default; null unless the viewer is
 * an operator.
 */
export function listCapacities(
  ctx: Context,
  round: MatchingRound,
  args: ConnectionArgs,
): Promise<Page<RoundCapacity>> | null {
  if (!oversees(ctx)) return null;
  const query = ctx.db.createQueryBuilder(RoundCapacity, 'c').where('c.round_id = :round', { round: round.id });
  return keysetPage(query, args, [
    { sql: 'c.side', direction: 'ASC', cast: 'text', value: (row) => row.side },
    { sql: 'c.participant_id', direction: 'ASC', cast: 'uuid', value: (row) => row.participantId },
  ]);
}

/**
 * Number of a round's computed pairs that publication dropped as no longer admissible; null unless the viewer is an
 * operator.
 */
export async function countDropped(ctx: Context, round: MatchingRound): Promise<number | null> {
  return oversees(ctx) ? ctx.db.countBy(RoundPair, { roundId: round.id, status: 'DROPPED' }) : null;
}

/**
 * Reasons for a pair of a matching round: the stored terms of its score, largest contribution first. Loaded for all
 * pairs of a page in one go.
 */
export async function reasonsOf(ctx: Context, pair: RoundPair): Promise<MatchReason[]> {
  const told = await (pair.tell?.() ?? tell(ctx, [pair]));
  return told.get(pair.id) ?? [];
}

async function tell(ctx: Context, pairs: readonly RoundPair[]): Promise<Map<string, MatchReason[]>> {
  const held = await ctx.app.matching.fresh();
  const reasons = await presentReasons(
    ctx,
    held,
    'INVESTOR',
    pairs.map((pair) => ({ achievementId: pair.achievementId, counterpartId: pair.investorId, terms: pair.terms })),
  );
  return new Map(pairs.map((pair, k) => [pair.id, reasons[k]!]));
}
