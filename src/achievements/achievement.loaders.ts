import { defineLoader, groupedByKey } from '../lib/batching.js';
import { selectEntities } from '../lib/rows.js';
import { AchievementContent, Cooperation, EvidenceFile, Inventor, IpRight } from './achievement-parts.entity.js';
import type { DisclosureTier } from './vocabularies.js';

export const industryCodesOf = defineLoader<string, string[]>(async (db, ids) => {
  const rows = (await db.query(
    `SELECT achievement_id, industry_code
     FROM achievement_industry
     WHERE achievement_id = ANY($1)
     ORDER BY achievement_id, position`,
    [ids],
  )) as Array<{ achievement_id: string; industry_code: string }>;
  return groupedByKey(ids, rows, (row) => row.achievement_id).map((group) => group.map((row) => row.industry_code));
});

export const strategicCodesOf = defineLoader<string, string[]>(async (db, ids) => {
  const rows = (await db.query(
    `SELECT achievement_id, area_code
     FROM achievement_strategic_area
     WHERE achievement_id = ANY($1)
     ORDER BY achievement_id, area_code`,
    [ids],
  )) as Array<{ achievement_id: string; area_code: string }>;
  return groupedByKey(ids, rows, (row) => row.achievement_id).map((group) => group.map((row) => row.area_code));
});

export const ipRightsOf = defineLoader<string, IpRight[]>(async (db, ids) =>
  groupedByKey(
    ids,
    await selectEntities(db, IpRight, 'WHERE e.achievement_id = ANY($1) ORDER BY e.position', [ids]),
    (row) => row.achievementId,
  ),
);

export const cooperationOf = defineLoader<string, Cooperation[]>(async (db, ids) =>
  groupedByKey(
    ids,
    await selectEntities(db, Cooperation, 'WHERE e.achievement_id = ANY($1) ORDER BY e.position', [ids]),
    (row) => row.achievementId,
  ),
);

export const inventorsOf = defineLoader<string, Inventor[]>(async (db, ids) =>
  groupedByKey(
    ids,
    await selectEntities(db, Inventor, 'WHERE e.achievement_id = ANY($1) ORDER BY e.position', [ids]),
    (row) => row.achievementId,
  ),
);

/**
 * One loader of an achievement's text per disclosure tier, so that a tier's text is read only after the viewer's right
 * to that tier was checked.
 */
export const contentOf: Record<DisclosureTier, ReturnType<typeof contentLoader>> = {
  PUBLIC: contentLoader('PUBLIC'),
  REGISTERED: contentLoader('REGISTERED'),
  NDA: contentLoader('NDA'),
};

function contentLoader(tier: DisclosureTier) {
  return defineLoader<string, AchievementContent | null>(async (db, ids) => {
    const rows = await selectEntities(db, AchievementContent, 'WHERE e.achievement_id = ANY($1) AND e.tier = $2', [
      ids,
      tier,
    ]);
    return groupedByKey(ids, rows, (row) => row.achievementId).map((group) => group[0] ?? null);
  });
}

export const evidenceOf = defineLoader<string, EvidenceFile[]>(async (db, ids) =>
  groupedByKey(
    ids,
    await selectEntities(db, EvidenceFile, 'WHERE e.achievement_id = ANY($1) ORDER BY e.id', [ids]),
    (row) => row.achievementId,
  ),
);
