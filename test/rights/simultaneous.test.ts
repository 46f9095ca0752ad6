import type { GraphQLSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchema } from '../../src/graphql/schema.js';
import { composition } from '../../src/modules.js';
import { casesOf } from './domains.js';
import { ROLES } from './roles.js';
import { outcomeOfCall } from './run.js';
import { parseTable, readTable } from './table.js';
import type { World } from './types.js';
import { buildWorld } from './world.js';

/** Number of identical calls that are sent at the same time, as by an impatient client. */
const CALLS = 4;

let w: World;
let schema: GraphQLSchema;
beforeAll(async () => {
  [w, schema] = await Promise.all([buildWorld({ mails: 'LOGGED' }), createSchema(composition)]);
}, 120_000);
afterAll(() => w?.t.close());

/** Number of deadlocks in the test's database; a backend reports them within about a second. */
const deadlocks = async () => {
  const [row] = await w.t.sql<{ deadlocks: string }>(
    'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
  );
  return Number(row!.deadlocks);
};

describe('identical calls at the same time', () => {
  it(
    'of every mutation that may succeed end with a typed answer each, without a deadlock',
    { timeout: 600_000 },
    async () => {
      const table = parseTable(readTable());
      const wrong: string[] = [];
      let tried = 0;
      const before = await deadlocks();
      for (const field of Object.values(schema.getMutationType()!.getFields())) {
        for (const one of casesOf(w).mutation[field.name] ?? []) {
          const row = [...table.values()].find(
            ({ kind, name, subject }) => kind === 'MUTATION' && name === field.name && subject === one.label,
          );
          const role = ROLES.find((each) => row?.outcomes[each] === 'VALUE');
          if (role === undefined) continue;
          const actor = one.fresh ? await w.again(role) : w.actors[role];
          const call = await one.call(actor);
          const outcomes = await Promise.all(
            Array.from({ length: CALLS }, () => outcomeOfCall(w, 'mutation', field, actor, call)),
          );
          tried += 1;
          if (!outcomes.some((outcome) => outcome.startsWith('VALUE')) || outcomes.some((o) => /INTERNAL/.test(o)))
            wrong.push(`${field.name} of ${one.label} by ${role}: ${outcomes.join(', ')}`);
        }
      }
      expect(wrong).toEqual([]);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      expect((await deadlocks()) - before).toBe(0);
      expect(tried).toBeGreaterThan(100);
    },
  );
});
