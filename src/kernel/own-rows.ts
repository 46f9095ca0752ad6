/**
 * The viewer's own rows that a write will change. They are locked for the change from the start of its transaction; the
 * other rows on which the viewer's rights rest get a shared lock, so that nobody changes them meanwhile.
 */
export interface OwnRows {
  /** The viewer's account, sessions, API keys or memberships. */
  readonly account?: boolean;
  /** Organisations of which the viewer is a member, or the list of their members. */
  readonly organisations?: boolean;
  /**
   * An organisation that the viewer is about to join: it is locked for the change together with the viewer's own, in the
   * same order. Several simultaneous calls could deadlock otherwise, as it is the viewer's own for the later of them.
   */
  readonly joined?: string;
}
