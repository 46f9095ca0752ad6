import { byKey, defineLoader, groupedByKey } from '../lib/batching.js';
import { selectEntities } from '../lib/rows.js';
import { TalentEvidence, TalentProfile } from './talent.entity.js';

export const talentById = defineLoader<string, TalentProfile | null>(async (db, ids) =>
  byKey(ids, await selectEntities(db, TalentProfile, 'WHERE e.id = ANY($1)', [ids]), (talent) => talent.id),
);

export const talentOfAccount = defineLoader<string, TalentProfile | null>(async (db, ids) =>
  byKey(
    ids,
    await selectEntities(db, TalentProfile, 'WHERE e.account_id = ANY($1)', [ids]),
    (talent) => talent.accountId,
  ),
);

/** Codes in their order. */
export const talentIndustriesOf = defineLoader<string, string[]>(async (db, ids) => {
  const rows = (await db.query(
    `SELECT talent_id, industry_code FROM talent_industry WHERE talent_id = ANY($1) ORDER BY talent_id, industry_code`,
    [ids],
  )) as Array<{
    talent_id: string;
    industry_code: string;
  }>;
  return groupedByKey(ids, rows, (row) => row.talent_id).map((group) => group.map((row) => row.industry_code));
});

export const evidenceOfTalent = defineLoader<string, TalentEvidence[]>(async (db, ids) =>
  groupedByKey(
    ids,
    await selectEntities(db, TalentEvidence, 'WHERE e.talent_id = ANY($1) ORDER BY e.position', [ids]),
    (row) => row.talentId,
  ),
);
