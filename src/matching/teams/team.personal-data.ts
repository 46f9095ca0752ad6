import type { EntityManager } from 'typeorm';
import type { App } from '../../kernel/context.js';
import { exportedRows, type ErasedPerson, type PersonalDataExport } from '../../kernel/personal-data.js';
import { changedRows } from '../../lib/changed-rows.js';
import { Team, TeamMember } from './team.entity.js';
import { notifyLister, notifyTalents } from './team.mails.js';
import { settle } from './team.settling.js';

/** Personal data in teams, for the export of an account. */
export const teamExports: Record<string, PersonalDataExport> = {
  teams: exportedRows(
    `SELECT m.team_id, team.achievement_id, team.status, m.status AS own_status, m.invited_at, m.answered_at,
       (
         SELECT x FROM jsonb_array_elements(team.assessment->'members') x WHERE x->>'id' = m.talent_id::text
       ) AS assessment
     FROM team_member m
     JOIN team ON team.id = m.team_id
     JOIN talent_profile t ON t.id = m.talent_id
     WHERE t.account_id = $1 AND m.status <> 'PROPOSED'
     ORDER BY m.team_id`,
  ),
  teamsDeclined: exportedRows(
    `SELECT r.achievement_id, r.created_at
     FROM team_refusal r
     JOIN talent_profile t ON t.id = r.talent_id
     WHERE t.account_id = $1
     ORDER BY r.achievement_id`,
  ),
  teamsProposed: exportedRows(
    `SELECT id, achievement_id, status, created_at FROM team WHERE created_by = $1 ORDER BY id`,
  ),
};

/**
 * Erasure of a person from all teams; a team that cannot continue without the person is dissolved. The membership
 * stays, with the talent's id alone: the person's part of the team's assessment is removed. Must run before the
 * talent's profile is emptied; the profile is locked, so that no team adds the person meanwhile.
 */
export async function eraseFromTeams(tx: EntityManager, { accountId }: ErasedPerson, app: App): Promise<void> {
  await changedRows(tx, `UPDATE team SET created_by = NULL WHERE created_by = $1`, [accountId]);
  const [talent] = (await tx.query(`SELECT id FROM talent_profile WHERE account_id = $1 FOR UPDATE`, [
    accountId,
  ])) as Array<{ id: string }>;
  if (!talent) return;
  await changedRows(tx, `DELETE FROM team_refusal WHERE talent_id = $1`, [talent.id]);
  const teams = await tx
    .createQueryBuilder(Team, 't')
    .where(`EXISTS (SELECT 1 FROM team_member m WHERE m.team_id = t.id AND m.talent_id = :talent)`, {
      talent: talent.id,
    })
    .orderBy('t.id')
    .setLock('pessimistic_write')
    .getMany();
  const at = app.clock();
  for (const team of teams) {
    const members = await tx.find(TeamMember, { where: { teamId: team.id }, order: { position: 'ASC' } });
    const own = members.find(({ talentId }) => talentId === talent.id)!;
    if (team.stored !== null)
      team.stored = { ...team.stored, members: team.stored.members.filter(({ id }) => id !== talent.id) };
    if (own.status === 'PROPOSED' || own.status === 'INVITED' || own.status === 'ACCEPTED') {
      Object.assign(own, { status: 'LEFT', answeredAt: at });
      await tx.update(TeamMember, { teamId: team.id, talentId: talent.id }, { status: 'LEFT', answeredAt: at });
      const outcome = await settle(tx, team, members, at);
      if (outcome !== null) {
        const news = outcome === 'form' ? 'FORMED' : 'DISSOLVED';
        await notifyLister(tx, team, news);
        await notifyTalents(tx, team, news, talent.id);
      }
    }
    await tx.save(team);
  }
}
