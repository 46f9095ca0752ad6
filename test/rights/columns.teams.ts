/** Columns of teams that hold no marker, by the reason why. */
export const TEAM_REASONS: Record<string, string[]> = {
  'a code of a closed list': ['team.dissolved_for', 'team.status', 'team_member.status'],
};
