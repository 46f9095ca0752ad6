import type { GraphQLField, GraphQLSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchema } from '../../src/graphql/schema.js';
import { composition } from '../../src/modules.js';
import { casesOf } from './domains.js';
import { REMOVALS, type Removal } from './removals.js';
import type { Role } from './roles.js';
import { outcomeOfCall } from './run.js';
import { parseTable, readTable } from './table.js';
import type { Actor, Case, World } from './types.js';
import { buildWorld } from './world.js';

/**
 * The time dimension of the matrix: a right that ends between the start of a request and its write has the same effect
 * as one that ended before the start.
 */

let w: World;
let schema: GraphQLSchema;
beforeAll(async () => {
  [w, schema] = await Promise.all([buildWorld({ mails: 'LOGGED' }), createSchema(composition)]);
}, 120_000);
afterAll(() => w?.t.close());

/** Mutations that write nothing, so that there is no write before which a right could end. */
const WRITES_NOTHING = new Set(['previewImport']);

/** Another log-in of the actor, since an access token ends after ten minutes. */
async function actorOf(one: Case, role: Role): Promise<Actor> {
  const actor = one.fresh ? await w.again(role) : w.actors[role];
  const isKey = actor.token?.startsWith('tpk_') !== false;
  return isKey || actor.person === null ? actor : { ...actor, token: await w.s.logIn(actor.person) };
}

/** The outcomes when the right ends before the request starts, and when it ends between its start and its write. */
async function outcomes(field: GraphQLField<unknown, unknown>, one: Case, role: Role, removal: Removal) {
  const early = await actorOf(one, role);
  const before = await one.call(early);
  const give = await removal.remove(w, early);
  const expected = await outcomeOfCall(w, 'mutation', field, early, before);
  await give();
  const late = await actorOf(one, role);
  const call = await one.call(late);
  let back: () => Promise<unknown> = () => Promise.resolve();
  const hasRun = w.t.beforeWrite(async () => {
    back = await removal.remove(w, late);
  });
  const outcome = await outcomeOfCall(w, 'mutation', field, late, call);
  const ran = hasRun();
  await back();
  return { expected, outcome, ran };
}

describe('a right that ends between the start of a mutation and its write', () => {
  it.each(REMOVALS.map((removal) => [removal.name, removal] as const))(
    '%s: every mutation of the matrix ends as if it had ended before',
    { timeout: 600_000 },
    async (_, removal) => {
      const table = parseTable(readTable());
      const wrong: string[] = [];
      let tried = 0;
      const refused = new Set<string>();
      for (const field of Object.values(schema.getMutationType()!.getFields())) {
        for (const one of casesOf(w).mutation[field.name] ?? []) {
          const row = [...table.values()].find(
            ({ kind, name, subject }) => kind === 'MUTATION' && name === field.name && subject === one.label,
          );
          const role = removal.roles.find((each) => /^(VALUE|NULL)/.test(row?.outcomes[each] ?? ''));
          if (role === undefined || WRITES_NOTHING.has(field.name)) continue;
          const { expected, outcome, ran } = await outcomes(field, one, role, removal);
          tried += 1;
          if (/UNAUTHENTICATED|FORBIDDEN|NOT_FOUND/.test(outcome)) refused.add(field.name);
          if (!ran) wrong.push(`${field.name} of ${one.label}: no write was seen`);
          if (expected !== outcome)
            wrong.push(`${field.name} of ${one.label} by ${role}: ${outcome} instead of ${expected}`);
        }
      }
      expect(wrong).toEqual([]);
      expect(tried).toBeGreaterThan(10);
      expect(refused.size).toBeGreaterThanOrEqual(removal.needed);
    },
  );
});
