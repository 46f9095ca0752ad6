/** Weights of a team's value. Data: a value is comparable only with others of the same version. */
export interface TeamModel {
  readonly version: string;
  /** Of the share of the needs that is covered, 0 to 1. */
  readonly coverage: number;
  /** Of the mean fit of the members, 0 to 1. */
  readonly fit: number;
  /** Of the mean availability of the members, 0 to 1. */
  readonly availability: number;
  /** Of the share of the pairs that have worked together, 0 to 1. */
  readonly pastWork: number;
  /** Share of `coverage` taken off for what members cover more than once. */
  readonly overlap: number;
  /** Taken off for each member above two. */
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

/** Smallest and largest team. */
export const MIN_MEMBERS = 2;
export const MAX_MEMBERS = 4;
export const TEAM_SIZES = [2, 3, 4] as const;

/** Nobody covers a need wholly: a second opinion always adds something, and its logarithm stays finite. */
export const MOST_COVER = 0.95;
