import type { EntityManager } from 'typeorm';
import { nodesOf, Industry, Region } from '../../taxonomy/taxonomy.entity.js';
import { selectionClause, selectionValue, type RowSelection } from '../store/match.records.js';
import { needsNamed, type TeamTalent } from './cover.js';
import type { EvidenceKind } from './cover.rules.js';
import type { AchievementFacts } from './needs.js';
import { computedGaps, type JudgedFacts } from '../../achievements/computed-gaps.js';
import { dayOf } from '../store/match.values.js';

interface FactsRow extends JudgedFacts {
  stage: AchievementFacts['stage'];
  industries: string[];
  region: string | null;
  modes: string[];
  hasChinese: boolean;
  hasEnglish: boolean;
  /**
   * Gap codes of the achievement's newest entry of a closed cohort that reviewers named or that recurring declines of
   * matches revealed, without those computed from its record; null if there is no such entry.
   */
  reviewed: string[] | null;
}

/**
 * Reads the facts that decide what an achievement needs in a team. Its gaps are those that reviewers or declines of
 * matches added to its newest entry of a closed cohort, and those computed from its record now, so that a gap ends when
 * the missing fact is added. Null if the achievement does not exist.
 */
export async function achievementFacts(db: EntityManager, id: string): Promise<AchievementFacts | null> {
  const [row] = (await db.query(
    `SELECT a.trl, a.stage, a.region_code AS region,
       ARRAY(
         SELECT industry_code FROM achievement_industry WHERE achievement_id = a.id ORDER BY position
       ) AS industries,
       ARRAY(SELECT DISTINCT mode FROM achievement_cooperation WHERE achievement_id = a.id ORDER BY 1) AS modes,
       a.title->>'zh' IS NOT NULL AS "hasChinese", a.title->>'en' IS NOT NULL AS "hasEnglish",
       (SELECT count(*)::int FROM ip_right WHERE achievement_id = a.id) AS "ipRights",
       (SELECT count(*)::int FROM evidence_file WHERE achievement_id = a.id) AS "evidenceFiles",
       jsonb_array_length(a.applications) AS applications,
       (SELECT count(*)::int FROM achievement_cooperation WHERE achievement_id = a.id) AS "cooperationModes",
       a.incumbent IS NOT NULL AND a.improvement IS NOT NULL AS "hasComparison",
       a.funding_min IS NOT NULL AS "hasFundingNeed",
       (
         SELECT ARRAY(
           SELECT DISTINCT code FROM cultivation_gap g WHERE g.entry_id = e.id AND g.source <> 'COMPUTED' ORDER BY 1
         )
         FROM cohort_entry e
         JOIN cohort c ON c.id = e.cohort_id AND c.status = 'CLOSED'
         WHERE e.achievement_id = a.id
         ORDER BY c.closed_at DESC
         LIMIT 1
       ) AS reviewed
     FROM achievement a
     WHERE a.id = $1`,
    [id],
  )) as FactsRow[];
  if (!row) return null;
  const path = await paths(db);
  return {
    trl: row.trl,
    stage: row.stage,
    gaps: [...(row.reviewed ?? []), ...computedGaps(row)],
    industries: row.industries.map(path.industry),
    region: row.region === null ? [] : path.region(row.region),
    languages: [...(row.hasChinese ? ['zh'] : []), ...(row.hasEnglish ? ['en'] : [])],
    cooperationModes: row.modes,
  };
}

async function paths(db: EntityManager): Promise<Record<'industry' | 'region', (code: string) => string[]>> {
  const [industries, regions] = await Promise.all([nodesOf(db.connection, Industry), nodesOf(db.connection, Region)]);
  return {
    industry: (code) => industries.get(code)?.path ?? [code],
    region: (code) => regions.get(code)?.path ?? [code],
  };
}

/**
 * SQL condition on a talent (alias `t`) who may be proposed for teams: with an account, ACTIVE, not hidden, and not
 * refused by an operator.
 */
export const PROPOSABLE = `t.account_id IS NOT NULL AND t.status = 'ACTIVE' AND t.visibility <> 'HIDDEN' AND t.verification <> 'REJECTED'`;

interface TalentRow extends Pick<
  TeamTalent,
  'id' | 'kind' | 'roles' | 'grade' | 'languages' | 'daysPerMonth' | 'ties'
> {
  from: string | null;
  industries: string[];
  regions: string[];
  texts: string[];
  evidence: Array<{ kind: EvidenceKind; n: number }> | null;
}

/**
 * Reads talents for team building, either by id or page by page in order of id. Two talents have worked together if
 * both are connected with one achievement, by evidence that its institution confirmed or as inventors who confirmed it
 * (only of verified talents, since anybody can write another person's ORCID iD into a profile), or if both were in a
 * formed team.
 */
export async function loadTeamTalents(db: EntityManager, w: RowSelection): Promise<TeamTalent[]> {
  const rows = (await db.query(
    `SELECT t.id, t.kind, t.roles, t.manager_grade AS grade, t.languages, t.days_per_month AS "daysPerMonth",
       t.available_from AS "from", t.region_codes AS regions,
       ARRAY(SELECT industry_code FROM talent_industry WHERE talent_id = t.id ORDER BY 1) AS industries,
       ARRAY(
         SELECT x
         FROM (SELECT t.headline AS l UNION ALL SELECT s FROM jsonb_array_elements(t.skills) s) texts,
           unnest(ARRAY[l->>'zh', l->>'en']) x
         WHERE x IS NOT NULL
       ) AS texts,
       (
         SELECT json_agg(json_build_object('kind', kind, 'n', n))
         FROM (SELECT kind, count(*)::int AS n FROM talent_evidence WHERE talent_id = t.id GROUP BY kind) k
       ) AS evidence,
       ARRAY(
         SELECT 'achievement:' || m.subject_id
         FROM mention m
         JOIN talent_evidence e ON e.talent_id = t.id AND e.achievement_id = m.subject_id
         WHERE m.kind = 'EVIDENCE' AND m.namer_id = t.id AND m.status = 'CONFIRMED'
         UNION
         SELECT 'achievement:' || i.achievement_id
         FROM inventor i
         JOIN mention m ON m.kind = 'INVENTOR' AND m.subject_id = i.achievement_id AND m.talent_id = t.id
           AND m.status = 'CONFIRMED'
         WHERE i.orcid = t.orcid AND t.verification = 'VERIFIED'
         UNION
         SELECT 'team:' || m.team_id
         FROM team_member m
         JOIN team ON team.id = m.team_id AND team.formed_at IS NOT NULL
         WHERE m.talent_id = t.id AND m.status IN ('ACCEPTED','LEFT')
         ORDER BY 1
       ) AS ties
     FROM talent_profile t
     WHERE ${PROPOSABLE} AND ${selectionClause(w, 't.id')}`,
    [selectionValue(w)],
  )) as TalentRow[];
  const path = await paths(db);
  return rows.map(({ from, texts, ...row }) => ({
    ...row,
    skills: needsNamed(texts),
    evidence: Object.fromEntries((row.evidence ?? []).map(({ kind, n }) => [kind, n])),
    industries: row.industries.map(path.industry),
    regions: row.regions.map(path.region),
    availableFrom: from === null ? null : dayOf(from),
  }));
}
