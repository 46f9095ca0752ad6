import type { EntityManager } from 'typeorm';
import type { Context } from '../../context.js';
import { Industry, nodesOf, Region } from '../../taxonomy/taxonomy.entity.js';
import { createTalentIndex, DEFAULT_MODEL, type Opportunity } from '../engine/index.js';
import { loadTeamTalents, today } from './team.facts.js';
import { talentFits } from './team.fits.js';
import type { TalentFits } from './team.placing.js';
import { TeamPool } from './team.pool.js';

/** Where teams get their people and their fits from. */
export interface TeamSource {
  pool: TeamPool;
  /** Fits of all but the barred. */
  fits(opportunity: Opportunity, barred: ReadonlySet<string>): TalentFits;
}

const BATCH = 5000;

/** Everybody who may be proposed now, read anew for each call; fits are by the shipped weights and without texts. */
export async function teamSource(ctx: Context): Promise<TeamSource> {
  const [industries, regions] = await Promise.all([nodesOf(ctx.app.dataSource, Industry), nodesOf(ctx.app.dataSource, Region)]);
  const index = createTalentIndex({ industryParent: (code) => industries.get(code)?.parentCode ?? null, regionParent: (code) => regions.get(code)?.parentCode ?? null }, DEFAULT_MODEL);
  const pool = new TeamPool();
  for (let after: string | null = null; ; ) {
    const talents = await loadTeamTalents(ctx.db, { after, limit: BATCH });
    for (const { talent, match } of talents) {
      pool.upsert(talent);
      index.upsert(match);
    }
    if (talents.length < BATCH) break;
    after = talents.at(-1)!.talent.id;
  }
  return { pool, fits: (opportunity, barred) => talentFits(index, opportunity, today(ctx.now()), barred) };
}

/** Who is never proposed for an achievement: who declined a team of it, and its own inventors. */
export async function barredFromTeams(db: EntityManager, achievementId: string, _now: Date): Promise<ReadonlySet<string>> {
  const rows = (await db.query(
    `SELECT talent_id AS id FROM team_refusal WHERE achievement_id = $1
     UNION SELECT t.id FROM inventor i JOIN talent_profile t ON t.orcid = i.orcid WHERE i.achievement_id = $1`,
    [achievementId],
  )) as Array<{ id: string }>;
  return new Set(rows.map(({ id }) => id));
}
