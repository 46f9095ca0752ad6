import { ConflictError } from './errors.js';
import { say } from '../messages/catalogue.js';
import type { MessageText } from '../lib/messages/message.js';

/** A lifecycle as a table: each action names the states from which it is allowed, and the state to which it leads. */
export interface Lifecycle<State extends string, Action extends string> {
  readonly table: Readonly<Record<Action, { readonly from: readonly State[]; readonly to: State }>>;
  /**
   * Returns the state to which `action` leads from `current`; throws CONFLICT (INVALID_TRANSITION) when the action is
   * not allowed in that state.
   */
  next(current: State, action: Action): State;
  allows(current: State, action: Action): boolean;
}

export function defineLifecycle<State extends string, Action extends string>(
  subject: MessageText,
  table: Readonly<Record<Action, { readonly from: readonly State[]; readonly to: State }>>,
  nameOf: (state: State) => MessageText = (state) => state,
): Lifecycle<State, Action> {
  const allows = (current: State, action: Action) => table[action].from.includes(current);
  return {
    table,
    allows,
    next(current, action) {
      if (allows(current, action)) return table[action].to;
      throw new ConflictError(
        say('INVALID_TRANSITION.lifecycle', {
          subject,
          current: nameOf(current),
          action,
          from: table[action].from.map(nameOf),
        }),
        'INVALID_TRANSITION',
        { current, action, from: [...table[action].from] },
      );
    },
  };
}
