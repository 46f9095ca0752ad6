/** Weights of the parts of a team's value, as data. Values are comparable only under the same version. */
export interface TeamModel {
  readonly version: string;
  /** Weight of the covered share of the needs, 0 to 1. */
  readonly coverage: number;
  /** Weight of the mean fit of the members, 0 to 1. */
  readonly fit: number;
  /** Weight of the mean availability of a team's members, which is from 0 to 1. */
  readonly availability: number;
  /** Weight of the share (0 to 1) of pairs of members who have worked together before. */
  readonly pastWork: number;
  /** Factor of the deduction for needs that several members cover, relative to the weight `coverage`. */
  readonly overlap: number;
  /** Deduction for each member above two. */
  readonly member: number;
}

export const defaultTeamModel: TeamModel = {
  version: 'teams-1',
  coverage: 0.6,
  fit: 0.25,
  availability: 0.1,
  pastWork: 0.05,
  overlap: 0.15,
  member: 0.025,
};

/** Minimum and maximum number of members. */
export const MIN_MEMBERS = 2;
export const MAX_MEMBERS = 4;
export const TEAM_SIZES = [2, 3, 4] as const;

/**
 * Maximum degree to which one talent covers a need: below 1, so that a second member always adds something and -ln(1 -
 * degree) is finite.
 */
export const MAX_COVER = 0.95;
