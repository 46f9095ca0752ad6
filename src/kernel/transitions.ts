import { ConflictError } from './errors.js';

/** A lifecycle as a table: each action names its allowed start states and its target state. */
export interface Lifecycle<State extends string, Action extends string> {
  readonly table: Readonly<Record<Action, { readonly from: readonly State[]; readonly to: State }>>;
  /**
   * The state after `action`; throws `CONFLICT` with code INVALID_TRANSITION when the action is not allowed in the
   * current state.
   */
  next(current: State, action: Action): State;
  allows(current: State, action: Action): boolean;
}

export function defineLifecycle<State extends string, Action extends string>(
  subject: string,
  table: Readonly<Record<Action, { readonly from: readonly State[]; readonly to: State }>>,
): Lifecycle<State, Action> {
  const allows = (current: State, action: Action) => table[action].from.includes(current);
  return {
    table,
    allows,
    next(current, action) {
      if (allows(current, action)) return table[action].to;
      throw new ConflictError(
        `${subject} is ${current}; "${action}" is possible only from ${table[action].from.join(', ')}.`,
        'INVALID_TRANSITION',
        { current, action, from: [...table[action].from] },
      );
    },
  };
}
