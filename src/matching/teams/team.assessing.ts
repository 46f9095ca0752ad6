import type { Context } from '../../kernel/context.js';
import { coverOf } from './cover.js';
import { needsOf, type AchievementFacts, type Need } from './needs.js';
import { achievementFacts } from './team.facts.js';
import { defaultTeamModel } from './team.model.js';
import { placeTalents, type PlacingOptions, type Placed } from './team.placing.js';
import { TeamPool } from './team.pool.js';
import { explain, proposeTeams, type ProposedTeam } from './team.proposals.js';
import { barredFromTeams, teamSource, type TeamReader, type TeamSource } from './team.source.js';
import { storedAssessment, type StoredAssessment } from './team.types.js';

/**
 * Best teams for an achievement as found by the search, in the form stored in the database, with the search's figures:
 * number of candidates, and the bound on teams with talents outside them.
 */
export interface Proposed {
  teams: StoredAssessment[];
  candidates: number;
  outside: { people: number; bound: number | null; gap: number };
  modelVersion: string;
}

interface Placing extends Placed {
  facts: AchievementFacts;
  needs: Need[];
  pool: TeamPool;
}

async function place(
  ctx: Context,
  achievementId: string,
  source: TeamSource,
  barred: ReadonlySet<string>,
  options: Partial<PlacingOptions>,
): Promise<Placing | null> {
  const facts = await achievementFacts(ctx.db, achievementId);
  const fits = source.fits(achievementId, barred);
  if (facts === null || fits === null) return null;
  const needs = needsOf(facts);
  const placed = placeTalents(source.pool, fits, needs, facts, {
    model: defaultTeamModel,
    asOf: ctx.app.matching.day,
    exclude: (id) => barred.has(id),
    ...options,
  });
  return { ...placed, facts, needs, pool: source.pool };
}

function kept({ facts, needs, pool }: Placing, team: ProposedTeam, modelVersion: string): StoredAssessment {
  return storedAssessment(
    team,
    modelVersion,
    (id, code, key) =>
      coverOf(
        pool.talentAt(pool.rowOfId(id)!),
        needs.find((need) => need.code === code && need.key === key)!,
        facts,
      ).by,
  );
}

/**
 * Proposes the best teams for an achievement among all talents who may be proposed; null if the achievement is not in
 * the pool.
 */
export async function proposeFor(
  ctx: Context,
  achievementId: string,
  count: number,
  sizes: readonly number[] | undefined,
  reader: TeamReader,
): Promise<Proposed | null> {
  const [source, barred] = await Promise.all([
    teamSource(ctx),
    barredFromTeams(ctx.db, achievementId, ctx.now(), reader),
  ]);
  const placing = await place(ctx, achievementId, source, barred, sizes ? { sizes } : {});
  if (placing === null) return null;
  const { teams, ...rest } = proposeTeams(placing.problem, placing.needs, placing.prepared, placing.outside, count);
  return { ...rest, teams: teams.map((team) => kept(placing, team, rest.modelVersion)) };
}

/**
 * Assesses a team of the given talents for an achievement by current data; null if one of them may not be proposed or
 * the achievement is not in the pool.
 */
export async function assessTeam(
  ctx: Context,
  achievementId: string,
  talentIds: readonly string[],
): Promise<StoredAssessment | null> {
  const [source, barred] = await Promise.all([
    teamSource(ctx),
    barredFromTeams(ctx.db, achievementId, ctx.now(), { side: 'LISTER' }),
  ]);
  if (!talentIds.every((id) => source.pool.rowOfId(id) !== undefined)) return null;
  const some = new TeamPool();
  for (const id of talentIds) some.upsert(source.pool.talentAt(source.pool.rowOfId(id)!));
  const placing = await place(ctx, achievementId, { pool: some, fits: source.fits }, barred, {});
  if (placing === null || placing.problem.ids.length < talentIds.length) return null;
  return kept(
    placing,
    explain(
      placing.problem,
      placing.needs,
      placing.problem.ids.map((_, a) => a),
    ),
    placing.problem.model.version,
  );
}
