import type { EntityManager } from 'typeorm';
import type { Kind } from './cover.rules.js';
import type { Team, TeamMember } from './team.entity.js';
import { settled, teamLifecycle, type TeamEnd } from './team.stages.js';

/** Marks a team as dissolved; the caller saves it. */
export function dissolve(team: Team, why: TeamEnd, at: Date): void {
  Object.assign(team, {
    status: teamLifecycle.next(team.status, 'dissolve'),
    dissolvedAt: at,
    dissolvedFor: why,
    updatedAt: at,
  });
}

/**
 * Updates the status of a locked team after a member answered or left; the caller saves the team. Returns what happened
 * to it.
 */
export async function settle(
  tx: EntityManager,
  team: Team,
  members: readonly TeamMember[],
  at: Date,
): Promise<'form' | 'dissolve' | null> {
  const kinds = new Map(
    (
      (await tx.query(`SELECT id, kind FROM talent_profile WHERE id = ANY($1)`, [
        members.map(({ talentId }) => talentId),
      ])) as Array<{ id: string; kind: Kind }>
    ).map((row) => [row.id, row.kind]),
  );
  const outcome = settled(
    team.status,
    members.map(({ talentId, status }) => ({ status, kind: kinds.get(talentId)! })),
  );
  team.updatedAt = at;
  if (outcome === 'form') Object.assign(team, { status: teamLifecycle.next(team.status, 'form'), formedAt: at });
  if (outcome === 'dissolve') dissolve(team, 'MEMBERS_MISSING', at);
  return outcome;
}
