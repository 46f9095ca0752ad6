/**
 * Which of the viewer's own rows a write will change. These rows are locked for the change from the start of its
 * transaction; the other rows on which the viewer's rights rest get a shared lock, so that nobody changes them
 * meanwhile.
 */
export interface OwnRows {
  /** True where the write changes the viewer's account, sessions, API keys or memberships. */
  readonly account?: boolean;
  /** True where the write changes organisations of which the viewer is a member, or their lists of members. */
  readonly organisations?: boolean;
  /**
   * Id of an organisation that the viewer is about to join. Its row is locked together with those of the viewer's own
   * organisations, in the same order: of two simultaneous calls to join, the later one finds it among the viewer's own,
   * and with another order both could deadlock.
   */
  readonly joined?: string;
}
