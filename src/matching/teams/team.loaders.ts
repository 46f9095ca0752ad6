import { byKey, defineLoader, groupedByKey } from '../../lib/batching.js';
import { selectEntities } from '../../lib/rows.js';
import { Team, TeamMember } from './team.entity.js';

export const teamById = defineLoader<string, Team | null>(async (db, ids) =>
  byKey(ids, await selectEntities(db, Team, 'WHERE e.id = ANY($1)', [ids]), (team) => team.id),
);

export const membersOfTeam = defineLoader<string, TeamMember[]>(async (db, ids) =>
  groupedByKey(
    ids,
    await selectEntities(db, TeamMember, 'WHERE e.team_id = ANY($1) ORDER BY e.position', [ids]),
    (member) => member.teamId,
  ),
);

/** The id of an account's talent profile. */
export const talentOfViewer = defineLoader<string, string | null>(async (db, ids) => {
  const rows = (await db.query(`SELECT id, account_id FROM talent_profile WHERE account_id = ANY($1)`, [
    ids,
  ])) as Array<{ id: string; account_id: string }>;
  return byKey(ids, rows, (row) => row.account_id).map((row) => row?.id ?? null);
});
