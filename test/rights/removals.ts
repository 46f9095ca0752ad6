import type { Role } from './roles.js';
import type { Actor, World } from './types.js';

/** One way to take a right from a person. */
export interface Removal {
  name: string;
  /** The roles from which the right can be taken, those first whose calls need it most. */
  roles: readonly Role[];
  /** Least number of mutations that must need the right; guards against a test that tries none. */
  needed: number;
  /** Takes the right away; returns how to give it back. */
  remove(w: World, actor: Actor): Promise<() => Promise<unknown>>;
}

const INSIDERS: readonly Role[] = ['OWN_EDITOR', 'OWN_OWNER', 'OWN_KEY_WRITE', 'INVESTOR', 'OTHER_OWNER', 'OWN_MEMBER'];
const LOGGED_IN: readonly Role[] = [
  'OWN_EDITOR',
  'OPERATOR',
  'INVESTOR',
  'REVIEWER',
  'PERSON',
  'OWN_OWNER',
  'OTHER_OWNER',
  'OTHER_REVIEWER',
  'UNVERIFIED_OWNER',
  'OWN_MEMBER',
  'OPERATOR_PENDING',
  'UNCONFIRMED',
];
const accountOf = (actor: Actor): string => actor.person!.accountId;

/** A removal that sets a column of one row, or of all rows of the person. */
const setting =
  (table: string, column: string, value: string, where: string, key: (actor: Actor) => string): Removal['remove'] =>
  async (w, actor) => {
    const rows = await w.t.sql<{ id: string; before: unknown }>(
      `WITH seen AS (SELECT id, ${column} AS before FROM ${table} WHERE ${where})
       UPDATE ${table} t SET ${column} = ${value} FROM seen WHERE t.id = seen.id RETURNING t.id, seen.before`,
      [key(actor)],
    );
    if (rows.length === 0) throw new Error(`nothing to remove in ${table}`);
    return async () => {
      for (const { id, before } of rows)
        await w.t.sql(`UPDATE ${table} SET ${column} = $2 WHERE id = $1`, [id, before]);
    };
  };

const prefixOf = (actor: Actor): string => actor.token!.split('_')[1]!;

export const REMOVALS: readonly Removal[] = [
  {
    name: 'the session is revoked',
    roles: LOGGED_IN,
    needed: 6,
    remove: setting('session', 'revoked_at', 'now()', 'account_id = $1', accountOf),
  },
  {
    name: 'the API key is revoked',
    roles: ['OWN_KEY_WRITE', 'OPERATOR_KEY'],
    needed: 6,
    remove: setting('api_key', 'revoked_at', 'now()', 'prefix = $1', prefixOf),
  },
  {
    name: 'the API key expires',
    roles: ['OWN_KEY_WRITE', 'OPERATOR_KEY'],
    needed: 6,
    remove: setting('api_key', 'expires_at', `now() - interval '1 second'`, 'prefix = $1', prefixOf),
  },
  {
    name: 'the API key may only read',
    roles: ['OWN_KEY_WRITE', 'OPERATOR_KEY'],
    needed: 6,
    remove: setting('api_key', 'scopes', `'{READ}'`, 'prefix = $1', prefixOf),
  },
  {
    name: 'the member is removed',
    roles: [...INSIDERS, 'UNVERIFIED_OWNER'],
    needed: 6,
    remove: async (w, actor) => {
      const rows = await w.t.sql<Record<string, unknown>>(`DELETE FROM membership WHERE account_id = $1 RETURNING *`, [
        accountOf(actor),
      ]);
      if (rows.length === 0) throw new Error('no membership');
      return async () => {
        for (const row of rows) await w.insert('membership', row);
      };
    },
  },
  {
    name: 'the role is lowered',
    roles: ['OWN_EDITOR', 'OWN_OWNER', 'INVESTOR', 'OTHER_OWNER', 'UNVERIFIED_OWNER', 'OWN_KEY_WRITE'],
    needed: 6,
    remove: setting('membership', 'role', `'MEMBER'`, 'account_id = $1', accountOf),
  },
  {
    name: 'the organisation is no longer verified',
    roles: INSIDERS,
    needed: 2,
    remove: setting('organisation', 'verification', `'REJECTED'`, 'id = $1', (actor) => actor.organisation!.uuid),
  },
  {
    name: 'the operator is one no more',
    roles: ['OPERATOR'],
    needed: 6,
    remove: setting('account', 'is_operator', 'false', 'id = $1', accountOf),
  },
  {
    name: 'the account is erased',
    roles: LOGGED_IN,
    needed: 6,
    remove: setting('account', 'erased_at', 'now()', 'id = $1', accountOf),
  },
];
