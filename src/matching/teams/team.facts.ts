import type { EntityManager } from 'typeorm';
import { nodesOf, Industry, Region } from '../../taxonomy/taxonomy.entity.js';
import { computedGaps, type JudgedFacts } from '../../vetting/cultivation.rules.js';
import { needsNamed, type TeamTalent } from './cover.js';
import type { EvidenceKind } from './cover.rules.js';
import type { Opportunity, TalentRecord } from '../engine/index.js';
import type { AchievementFacts } from './needs.js';

interface FactsRow extends JudgedFacts {
  organisationId: string;
  stage: AchievementFacts['stage'];
  industries: string[];
  region: string | null;
  modes: string[];
  hasChinese: boolean;
  hasEnglish: boolean;
  /** Named for its newest entry in a closed cohort, beside what followed from the record then; null without one. */
  reviewed: string[] | null;
}

/**
 * What decides what an achievement lacks, and what talents are matched by. Gaps are those named in its newest closed review, and those that follow from
 * the record as it is now: what was added since is not lacking any more. Null where there is no such achievement.
 */
export async function achievementFacts(db: EntityManager, id: string): Promise<{ facts: AchievementFacts; opportunity: Opportunity } | null> {
  const [row] = (await db.query(
    `SELECT a.institution_id AS "organisationId", a.trl, a.stage, a.region_code AS region, ARRAY(SELECT industry_code FROM achievement_industry WHERE achievement_id = a.id ORDER BY position) AS industries,
       ARRAY(SELECT DISTINCT mode FROM achievement_cooperation WHERE achievement_id = a.id ORDER BY 1) AS modes,
       a.title->>'zh' IS NOT NULL AS "hasChinese", a.title->>'en' IS NOT NULL AS "hasEnglish",
       (SELECT count(*)::int FROM ip_right WHERE achievement_id = a.id) AS "ipRights", (SELECT count(*)::int FROM evidence_file WHERE achievement_id = a.id) AS "evidenceFiles",
       jsonb_array_length(a.applications) AS applications, (SELECT count(*)::int FROM achievement_cooperation WHERE achievement_id = a.id) AS "cooperationModes",
       a.incumbent IS NOT NULL AND a.improvement IS NOT NULL AS "hasComparison", a.funding_min IS NOT NULL AS "hasFundingNeed",
       (SELECT ARRAY(SELECT DISTINCT code FROM cultivation_gap g WHERE g.entry_id = e.id AND g.source <> 'COMPUTED' ORDER BY 1)
        FROM cohort_entry e JOIN cohort c ON c.id = e.cohort_id AND c.status = 'CLOSED' WHERE e.achievement_id = a.id ORDER BY c.closed_at DESC LIMIT 1) AS reviewed
     FROM achievement a WHERE a.id = $1`,
    [id],
  )) as FactsRow[];
  if (!row) return null;
  const path = await paths(db);
  const languages = [...(row.hasChinese ? ['zh'] : []), ...(row.hasEnglish ? ['en'] : [])];
  return {
    facts: {
      trl: row.trl,
      stage: row.stage,
      gaps: [...(row.reviewed ?? []), ...computedGaps(row)],
      industries: row.industries.map(path.industry),
      region: row.region === null ? [] : path.region(row.region),
      languages,
      cooperationModes: row.modes,
    },
    // What talents are matched by.
    opportunity: {
      id, organisationId: row.organisationId, industries: row.industries, regions: row.region === null ? [] : [row.region], stages: [], trl: row.trl, amount: null, backers: [], cooperationModes: row.modes, languages, text: null,
    },
  };
}

async function paths(db: EntityManager): Promise<Record<'industry' | 'region', (code: string) => string[]>> {
  const [industries, regions] = await Promise.all([nodesOf(db.connection, Industry), nodesOf(db.connection, Region)]);
  return { industry: (code) => industries.get(code)?.path ?? [code], region: (code) => regions.get(code)?.path ?? [code] };
}

/** Talents that may be proposed: theirs, shown, and not refused by an operator. Alias `t`. */
export const PROPOSABLE = `t.account_id IS NOT NULL AND t.status = 'ACTIVE' AND t.visibility <> 'HIDDEN' AND t.verification <> 'REJECTED'`;

interface TalentRow extends Pick<TeamTalent, 'id' | 'kind' | 'roles' | 'grade' | 'languages' | 'daysPerMonth' | 'ties'> {
  from: string | null;
  industries: string[];
  regions: string[];
  texts: string[];
  evidence: Array<{ kind: EvidenceKind; year: number | null }> | null;
  organisationId: string | null;
  verified: boolean;
}

/** A talent as teams and as matches see it. */
export interface LoadedTeamTalent {
  talent: TeamTalent;
  match: TalentRecord;
}

/**
 * Talents as teams see them: those of these ids, or the next of all by id. Two have worked together when they name the
 * same achievement in their evidence or stand among its inventors (by ORCID iD), or were in one formed team.
 */
export async function loadTeamTalents(db: EntityManager, { ids = null, after = null, limit = 5000 }: { ids?: readonly string[] | null; after?: string | null; limit?: number } = {}): Promise<LoadedTeamTalent[]> {
  const rows = (await db.query(
    `SELECT t.id, t.kind, t.roles, t.manager_grade AS grade, t.languages, t.days_per_month AS "daysPerMonth", t.available_from AS "from", t.region_codes AS regions,
       ARRAY(SELECT industry_code FROM talent_industry WHERE talent_id = t.id ORDER BY 1) AS industries,
       ARRAY(SELECT x FROM (SELECT t.headline AS l UNION ALL SELECT s FROM jsonb_array_elements(t.skills) s) texts, unnest(ARRAY[l->>'zh', l->>'en']) x WHERE x IS NOT NULL) AS texts,
       (SELECT json_agg(json_build_object('kind', kind, 'year', year) ORDER BY position) FROM talent_evidence WHERE talent_id = t.id) AS evidence, t.organisation_id AS "organisationId", t.verification = 'VERIFIED' AS verified,
       ARRAY(SELECT 'achievement:' || achievement_id FROM talent_evidence WHERE talent_id = t.id AND achievement_id IS NOT NULL
             UNION SELECT 'achievement:' || achievement_id FROM inventor WHERE orcid = t.orcid
             UNION SELECT 'team:' || m.team_id FROM team_member m JOIN team ON team.id = m.team_id AND team.formed_at IS NOT NULL WHERE m.talent_id = t.id AND m.status IN ('ACCEPTED','LEFT') ORDER BY 1) AS ties
     FROM talent_profile t WHERE ${PROPOSABLE} AND ($1::uuid[] IS NULL OR t.id = ANY($1)) AND ($2::uuid IS NULL OR t.id > $2) ORDER BY t.id LIMIT $3`,
    [ids, after, limit],
  )) as TalentRow[];
  const path = await paths(db);
  return rows.map((row) => {
    const { id, kind, roles, grade, languages, daysPerMonth, ties } = row;
    const availableFrom = row.from === null ? null : dayOf(row.from);
    const evidence: Partial<Record<EvidenceKind, number>> = {};
    for (const piece of row.evidence ?? []) evidence[piece.kind] = (evidence[piece.kind] ?? 0) + 1;
    return {
      talent: { id, kind, roles, grade, languages, daysPerMonth, ties, evidence, availableFrom, skills: needsNamed(row.texts), industries: row.industries.map(path.industry), regions: row.regions.map(path.region) },
      match: {
        id, kind, roles, managerGrade: grade, languages, daysPerMonth, availableFrom, organisationId: row.organisationId, industries: row.industries, regions: row.regions, evidence: row.evidence ?? [], verified: row.verified, text: null,
      },
    };
  });
}

const DAY_MS = 86_400_000;
const dayOf = (date: string): number => Math.floor(Date.parse(`${date}T00:00:00Z`) / DAY_MS);

/** Today, in days since 1970-01-01. */
export const today = (now: Date): number => Math.floor(now.getTime() / DAY_MS);
