import type { EntityManager } from 'typeorm';
import type { App } from '../../kernel/context.js';
import { newId } from '../../lib/ids.js';
import type { MatchTerm } from '../engine/result.types.js';
import { barredCounterparts, type DeclinesSeenBy } from '../lists/match.barred.js';
import type { MatchData } from '../store/match.data.js';
import type { RoundResult } from './compute.js';
import { MAX_PAIRS, type RoundMethod, type RoundProblem } from './problem.js';
import { MatchingRound, RoundCapacity, RoundVeto } from './round.entity.js';
import type { RoundSide } from './vocabularies.js';

/** Thrown if a round has more than MAX_PAIRS pairs. */
export class RoundTooLargeError extends Error {
  constructor(readonly pairs: number) {
    super(`${pairs} pairs are too many for one matching round`);
    this.name = 'RoundTooLargeError';
  }
}

/**
 * A matching round as a numerical problem, with the ids of the achievements and investors that its matrix indexes stand
 * for.
 */
export interface PosedRound {
  problem: RoundProblem;
  method: RoundMethod;
  modelVersion: number;
  achievements: string[];
  investors: string[];
  held: MatchData;
  day: number;
}

/**
 * Builds the numerical problem of a round: all current participants with at least one place, the engine's score of
 * every pair, and the barred pairs. Returns control to the event loop between achievements.
 */
export async function readRoundProblem(
  app: App,
  roundId: string,
  signal: AbortSignal,
  progress: (share: number) => void,
): Promise<PosedRound> {
  const db = app.dataSource.manager;
  const round = await db.findOneByOrFail(MatchingRound, { id: roundId });
  const places = await readPlaces(app, round);
  const held = await app.matching.fresh();
  const { day } = app.matching;
  const achievements = [...held.opportunities.keys()].filter((id) => places('ACHIEVEMENT', id) > 0).sort();
  const investors = [...held.investors.ids()].filter((id) => places('INVESTOR', id) > 0).sort();
  const cells = achievements.length * investors.length;
  if (cells > MAX_PAIRS) throw new RoundTooLargeError(cells);
  const forbidden = await readForbidden(db, app.clock(), roundId, achievements);
  const score = new Float64Array(cells);
  const barred = new Uint8Array(cells);
  const hiddenFromAchievements = new Uint8Array(cells);
  const hiddenFromInvestors = new Uint8Array(cells);
  for (const [a, achievement] of achievements.entries()) {
    const opportunity = held.opportunities.get(achievement);
    investors.forEach((investor, i) => {
      const cell = a * investors.length + i;
      const value = opportunity ? held.investors.score(investor, opportunity, day) : null;
      if (value !== null) score[cell] = value;
      if (value !== null && !forbidden.POOL.get(achievement)?.has(investor)) return;
      barred[cell] = 1;
      if (value === null) return;
      if (!forbidden.LISTER.get(achievement)?.has(investor)) hiddenFromAchievements[cell] = 1;
      if (!forbidden.COUNTERPART.get(achievement)?.has(investor)) hiddenFromInvestors[cell] = 1;
    });
    progress(a / achievements.length);
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  }
  const capacity = (side: RoundSide, ids: readonly string[]) => Int32Array.from(ids, (id) => places(side, id));
  return {
    problem: {
      achievements: achievements.length,
      investors: investors.length,
      score,
      barred,
      hiddenFromAchievements,
      hiddenFromInvestors,
      floor: round.floor,
      achievementCapacity: capacity('ACHIEVEMENT', achievements),
      investorCapacity: capacity('INVESTOR', investors),
    },
    method: round.method,
    modelVersion: held.model.version,
    achievements,
    investors,
    held,
    day,
  };
}

/**
 * Investors with whom an entry must not be paired, by entry: all of them (POOL), and per side those of which that side
 * knows, namely by a family of organisations, by its own declines and by vetoes on its own behalf.
 */
async function readForbidden(
  db: EntityManager,
  now: Date,
  roundId: string,
  achievements: readonly string[],
): Promise<Record<DeclinesSeenBy, Map<string, Set<string>>>> {
  const read = (seenBy: DeclinesSeenBy) => barredCounterparts(db, 'INVESTOR', achievements, now, seenBy);
  const forbidden = { POOL: await read('POOL'), LISTER: await read('LISTER'), COUNTERPART: await read('COUNTERPART') };
  for (const { achievementId, investorId, side } of await db.findBy(RoundVeto, { roundId })) {
    for (const seenBy of side === 'OPERATOR' ? (['POOL'] as const) : (['POOL', side] as const)) {
      const investors = forbidden[seenBy].get(achievementId);
      if (investors) investors.add(investorId);
      else forbidden[seenBy].set(achievementId, new Set([investorId]));
    }
  }
  return forbidden;
}

async function readPlaces(app: App, round: MatchingRound): Promise<(side: RoundSide, id: string) => number> {
  const own = new Map(
    (await app.dataSource.manager.findBy(RoundCapacity, { roundId: round.id })).map((row) => [
      `${row.side} ${row.participantId}`,
      row.places,
    ]),
  );
  const usual = { ACHIEVEMENT: round.achievementPlaces, INVESTOR: round.investorPlaces };
  return (side, id) => own.get(`${side} ${id}`) ?? usual[side];
}

/**
 * Converts the computed pairing to database rows with the terms of each score. A pair with a participant that has left
 * since keeps the score of the computation but gets no terms; publication will drop it.
 */
export function pairRows(
  { achievements, investors, held, day, problem }: PosedRound,
  { pairing }: RoundResult,
): Array<{ id: string; achievement_id: string; investor_id: string; score: number; terms: readonly MatchTerm[] }> {
  return pairing.flatMap((list, a) => {
    const opportunity = held.opportunities.get(achievements[a]!);
    return list.map((i) => {
      const item = opportunity ? held.investors.scorePair(investors[i]!, opportunity, day) : null;
      return {
        id: newId(),
        achievement_id: achievements[a]!,
        investor_id: investors[i]!,
        score: item?.score ?? problem.score[a * investors.length + i]!,
        terms: item?.terms ?? [],
      };
    });
  });
}

/**
 * Converts the computed outcome of each participant (achievements, then investors) to rows of the table of standings.
 */
export function standingRows({ achievements, investors }: PosedRound, { fairness }: RoundResult): object[] {
  const rows = (side: RoundSide, ids: readonly string[], standings: RoundResult['fairness']['achievements']) =>
    standings.map(({ capacity, shown, ...standing }, k) => ({
      id: newId(),
      side,
      participant_id: ids[k]!,
      places: capacity,
      ...standing,
      shown,
    }));
  return [
    ...rows('ACHIEVEMENT', achievements, fairness.achievements),
    ...rows('INVESTOR', investors, fairness.investors),
  ];
}
