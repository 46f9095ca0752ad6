import { ConflictError } from './errors.js';

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
