import type { Achievement } from '../../achievements/achievement.entity.js';
import { visibleAchievement } from '../../achievements/achievement.queries.js';
import { can } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { Demand } from '../../demands/demand.entity.js';
import { badInput, ConflictError } from '../../kernel/errors.js';
import { organisationById } from '../../identity/organisations/organisation.entity.js';
import { InvestorProfile } from '../../investors/investor.entity.js';
import {
  decodeCursor,
  encodeCursor,
  readWindow,
  type ConnectionArgs,
  type PageWindow,
} from '../../graphql/pagination.js';
import type { TalentProfile } from '../../talent/talent.entity.js';
import type { MatchItem } from '../engine/result.types.js';
import { byScoreThenId } from '../engine/top.js';
import type { Opportunity } from '../engine/types.js';
import { showsInterest } from '../feedback/feedback.entity.js';
import { mayReadCounterpart, standingOfPair } from '../feedback/feedback.queries.js';
import { rankSpeculatively } from './match.speculative-ranking.js';
import { barredAchievements, barredCounterparts, type DeclinesSeenBy } from './match.barred.js';
import { readCounterpart } from './match.counterparts.js';
import { achievementsIn, demandsIn, investorsIn, talentsIn } from './match.filters.js';
import { hintText, type MatchHintCode } from './match.reason-codes.js';
import { comparedText, presentReasons } from './match.reasons.js';
import { indexOfKind, type MatchData } from '../store/match.data.js';
import {
  Match,
  MatchConnection,
  MatchEdge,
  MatchHint,
  type AchievementMatchFilter,
  type DemandMatchFilter,
  type InvestorMatchFilter,
  type TalentMatchFilter,
} from './match.types.js';
import type { MatchCounterpartKind } from '../match.vocabularies.js';
import { say } from '../../messages/catalogue.js';

/**
 * Position in a list of matches, as read from a cursor: score, id and rank of the match, and the day for which scores
 * are computed. The cursor also holds the versions of the model and of the texts, which must be unchanged.
 */
interface Place {
  score: number;
  id: string;
  rank: number;
  day: number;
}

interface RankedList {
  total: number;
  items: readonly MatchItem[];
}

/**
 * Parameters of a list of matches that are the same for both directions (counterparts of an entry, entries of a
 * counterpart).
 */
interface Question {
  kind: MatchCounterpartKind;
  /** The best `limit` items after a position. */
  rank(limit: number, day: number, after: Place | undefined): RankedList;
  pairOf(id: string): { achievementId: string; counterpartId: string };
  /** Id of the organisation whose name the list shows with a match; null if it shows none. */
  organisationOf(id: string): string | null;
  hints: MatchHintCode[];
}

const EMPTY: RankedList = { total: 0, items: [] };

function hint(code: MatchHintCode): MatchHint {
  return Object.assign(new MatchHint(), { code, sentence: hintText(code) });
}

function readPlace(held: MatchData, cursor: string, argument: string): Place {
  const [score, id, rank, day, version, generation] = decodeCursor(cursor, 6, argument);
  if (typeof score !== 'number' || typeof id !== 'string' || typeof rank !== 'number' || typeof day !== 'number')
    throw badInput(argument, 'BAD_CURSOR', say('BAD_CURSOR.list'));
  if (version !== held.model.version || generation !== held.generation) {
    throw new ConflictError(say('MODEL_CHANGED.cursor'), 'MODEL_CHANGED', { modelVersion: String(held.model.version) });
  }
  return { score, id, rank, day };
}

/**
 * One page of a list. Scores are computed for the day of the first page, so that the passing of a day does not reorder
 * later pages. Pairs that the viewer's side declines or that are removed meanwhile are missing from later pages.
 */
async function pageOf(ctx: Context, held: MatchData, question: Question, window: PageWindow): Promise<MatchConnection> {
  const day = ctx.app.matching.day;
  let ranked: RankedList;
  let first: number;
  let asOf = day;
  let more: boolean;
  if (!window.backward) {
    const after = window.cursor === undefined ? undefined : readPlace(held, window.cursor, 'after');
    asOf = after?.day ?? day;
    ranked = question.rank(window.limit + 1, asOf, after);
    more = ranked.items.length > window.limit;
    first = (after?.rank ?? 0) + 1;
  } else {
    if (window.cursor === undefined) throw badInput('before', 'REQUIRED', say('REQUIRED.lastBefore'));
    const before = readPlace(held, window.cursor, 'before');
    asOf = before.day;
    const head = question.rank(before.rank + window.limit, asOf, undefined);
    const preceding = head.items.filter((item) => byScoreThenId(item, before) < 0);
    ranked = { total: head.total, items: preceding.slice(-window.limit) };
    more = preceding.length > window.limit;
    first = preceding.length - ranked.items.length + 1;
  }
  const items = ranked.items.slice(0, window.limit);
  const pairs = items.map((item) => ({ ...question.pairOf(item.id), item }));
  // Organisation ids come from the in-memory index, before the profiles are loaded, so that both are loaded in
  // parallel.
  const organisations = items.flatMap((item) => question.organisationOf(item.id) ?? []);
  const [reasons, nodes] = await Promise.all([
    presentReasons(
      ctx,
      held,
      question.kind,
      pairs.map(({ achievementId, counterpartId, item }) => ({ achievementId, counterpartId, terms: item.terms })),
    ),
    Promise.all(
      pairs.map(({ achievementId, counterpartId }) =>
        Promise.all([
          visibleAchievement(ctx, achievementId),
          readCounterpart(ctx, question.kind, counterpartId),
          ctx.load(standingOfPair).load(`${achievementId}|${counterpartId}`),
        ]),
      ),
    ),
    ctx.load(organisationById).loadMany(organisations),
  ]);
  const edges = pairs.flatMap(({ achievementId, counterpartId, item }, i): MatchEdge[] => {
    const [achievement, counterpart, standing] = nodes[i]!;
    // Deleted between the ranking and the read.
    if (achievement === null || counterpart === null) return [];
    const lister = can(ctx, 'achievement:read', { organisationId: achievement.institutionId });
    const side = can(ctx, 'platform:operate', undefined) ? 'OPERATOR' : lister ? 'LISTER' : 'COUNTERPART';
    const match = Object.assign(new Match(), {
      achievementId,
      counterpartId,
      score: item.score,
      rank: first + i,
      reasons: reasons[i]!,
      modelVersion: String(held.model.version),
      achievement,
      counterpart,
      viewerFeedback: standing.find((feedback) => feedback.side === side) ?? null,
      otherSideInterested: standing.some(
        (feedback) =>
          feedback.side !== side && (side === 'OPERATOR' ? feedback.action !== 'DECLINED' : showsInterest(feedback)),
      ),
    });
    return [
      Object.assign(new MatchEdge(), {
        node: match,
        cursor: encodeCursor([item.score, item.id, match.rank, asOf, held.model.version, held.generation]),
      }),
    ];
  });
  return Object.assign(new MatchConnection(), {
    edges,
    pageInfo: {
      hasNextPage: window.backward ? true : more,
      hasPreviousPage: window.backward ? more : window.cursor !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    countTotal: () => Promise.resolve(ranked.total),
    modelVersion: String(held.model.version),
    hints: question.hints.map(hint),
  });
}

/**
 * Side whose declined pairs are left out of a list for `side`: that side itself; for an operator, both sides (POOL).
 */
function declinesSeenBy(ctx: Context, side: 'LISTER' | 'COUNTERPART'): DeclinesSeenBy {
  return can(ctx, 'platform:operate', undefined) ? 'POOL' : side;
}

/** Codes of facts missing from a pool entry that its institution could add to get better matches. */
function hintsOfEntry(opportunity: Opportunity): MatchHintCode[] {
  const hints: MatchHintCode[] = [];
  if (opportunity.industries.length === 0) hints.push('INDUSTRIES');
  if (opportunity.trl === null) hints.push('TRL');
  if (opportunity.amount === null) hints.push('FUNDING_NEED');
  if (opportunity.cooperationModes.length === 0) hints.push('COOPERATION');
  if (opportunity.regions.length === 0) hints.push('REGIONS');
  return hints;
}

type FilterOf = { INVESTOR: InvestorMatchFilter; TALENT: TalentMatchFilter; DEMAND: DemandMatchFilter };

/** Ids that pass a filter; undefined without a filter. */
async function passing<K extends MatchCounterpartKind>(
  ctx: Context,
  kind: K,
  filter: FilterOf[K] | undefined,
): Promise<ReadonlySet<string> | undefined> {
  if (filter === undefined) return undefined;
  if (kind === 'INVESTOR') return investorsIn(ctx, filter as InvestorMatchFilter);
  return kind === 'TALENT' ? talentsIn(ctx, filter as TalentMatchFilter) : demandsIn(ctx, filter as DemandMatchFilter);
}

/**
 * Starts loading the data (organisations, texts, feedback, profiles) that a list of these matches will show, without
 * waiting; a failure is reported where the data is awaited later.
 */
function readAhead(ctx: Context, kind: MatchCounterpartKind, achievementId: string, ids: readonly string[]): void {
  const { current } = ctx.app.matching;
  const organisations = current ? ids.flatMap((id) => indexOfKind(current, kind).organisationOf(id) ?? []) : [];
  const reads: Array<Promise<unknown>> = [
    ctx.load(organisationById).loadMany(organisations),
    // An achievement without text shares no words with a counterpart, so the counterparts' texts are not needed.
    ctx.load(comparedText[kind]).loadMany(current?.opportunities.get(achievementId)?.text ? ids : []),
    ctx.load(standingOfPair).loadMany(ids.map((id) => `${achievementId}|${id}`)),
    ...ids.map((id) => readCounterpart(ctx, kind, id)),
  ];
  for (const read of reads) read.catch(() => undefined);
}

/**
 * Lists the counterparts proposed for a pool entry; null unless the viewer is a member of the entry's institution or an
 * operator.
 */
export async function matchesOfAchievement<K extends MatchCounterpartKind>(
  ctx: Context,
  achievement: Achievement,
  kind: K,
  filter: FilterOf[K] | undefined,
  args: ConnectionArgs,
): Promise<MatchConnection | null> {
  if (!can(ctx, 'achievement:read', { organisationId: achievement.institutionId })) return null;
  const window = readWindow(args);
  const asked = Promise.all([
    ctx.app.matching.fresh(),
    barredCounterparts(ctx.db, kind, [achievement.id], ctx.now(), declinesSeenBy(ctx, 'LISTER')).then(
      (all) => all.get(achievement.id) ?? new Set<string>(),
    ),
    passing(ctx, kind, filter),
  ]);
  // The rejection is handled at the later `await`. The queries are sent before the ranking, which blocks the event
  // loop.
  asked.catch(() => undefined);
  if (ctx.app.matching.current?.opportunities.get(achievement.id)?.text)
    ctx
      .load(comparedText.ACHIEVEMENT)
      .load(achievement.id)
      .catch(() => undefined);
  await new Promise(setImmediate);
  const hidesTalents = kind === 'TALENT' && !can(ctx, 'talent:readRegistered', undefined);
  const ahead =
    filter === undefined && window.cursor === undefined && !window.backward && !hidesTalents
      ? rankSpeculatively(ctx, kind, achievement.id, window.limit + 1)
      : null;
  // Starts loading the data of the top matches, most of which will be shown, while the final list is computed.
  if (ahead) readAhead(ctx, kind, achievement.id, ahead.ids.slice(0, window.limit));
  const [held, barred, only] = await asked;
  const opportunity = held.opportunities.get(achievement.id);
  if (hidesTalents) for (const [id, facts] of held.talentFacts) if (facts.registeredOnly) barred.add(id);
  const index = indexOfKind(held, kind);
  return pageOf(
    ctx,
    held,
    {
      kind,
      rank: (limit, asOf, after) => {
        if (opportunity === undefined) return EMPTY;
        const ranked = after === undefined ? ahead?.without(held, barred, limit, asOf) : null;
        return (
          ranked ??
          index.rank(opportunity, { limit, asOf, exclude: barred, ...(only && { only }), ...(after && { after }) })
        );
      },
      pairOf: (id) => ({ achievementId: achievement.id, counterpartId: id }),
      organisationOf: (id) => index.organisationOf(id),
      hints: opportunity === undefined ? ['NOT_PROPOSED'] : hintsOfEntry(opportunity),
    },
    window,
  );
}

/**
 * Lists the pool entries proposed to an investor or talent, or for a demand; null unless the viewer belongs to that
 * counterpart or is an operator.
 */
export async function matchesOfCounterpart(
  ctx: Context,
  counterpart: InvestorProfile | TalentProfile | Demand,
  filter: AchievementMatchFilter | undefined,
  args: ConnectionArgs,
): Promise<MatchConnection | null> {
  if (!mayReadCounterpart(ctx, counterpart)) return null;
  const kind: MatchCounterpartKind =
    counterpart instanceof InvestorProfile ? 'INVESTOR' : counterpart instanceof Demand ? 'DEMAND' : 'TALENT';
  const { id } = counterpart;
  const window = readWindow(args);
  const [held, barred, only] = await Promise.all([
    ctx.app.matching.fresh(),
    barredAchievements(ctx.db, kind, [id], ctx.now(), declinesSeenBy(ctx, 'COUNTERPART')).then(
      (all) => all.get(id) ?? new Set<string>(),
    ),
    filter === undefined ? undefined : achievementsIn(ctx, filter),
  ]);
  const index = indexOfKind(held, kind);
  const takesPart = index.has(id);
  const rank = (limit: number, asOf: number, after: Place | undefined): RankedList => {
    if (!takesPart) return EMPTY;
    const scored: Array<{ id: string; score: number }> = [];
    for (const opportunity of held.opportunities.values()) {
      if (barred.has(opportunity.id) || (only && !only.has(opportunity.id))) continue;
      const score = index.score(id, opportunity, asOf);
      if (score !== null) scored.push({ id: opportunity.id, score });
    }
    const following = after === undefined ? scored : scored.filter((item) => byScoreThenId(item, after) > 0);
    // Reasons are expensive, so they are computed only for the matches on this page.
    const shown = following.sort(byScoreThenId).slice(0, limit);
    return {
      total: scored.length,
      items: shown.map((item): MatchItem => ({
        ...index.scorePair(id, held.opportunities.get(item.id)!, asOf)!,
        id: item.id,
      })),
    };
  };
  return pageOf(
    ctx,
    held,
    {
      kind,
      rank,
      pairOf: (achievementId) => ({ achievementId, counterpartId: id }),
      organisationOf: () => null,
      hints: takesPart ? await ctx.app.matching.gapsOf({ kind, id }, held) : ['NOT_PROPOSED'],
    },
    window,
  );
}
