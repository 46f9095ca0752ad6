import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchema } from '../../src/graphql/schema.js';
import { composition } from '../../src/modules.js';
import { createHearing } from './hearing.js';
import type { Role } from './roles.js';
import { rootRows } from './run.js';
import { differences, readTable, type Row } from './table.js';
import type { World } from './types.js';
import { buildWorld } from './world.js';

/**
 * The matrix with one more dimension (issue 15, point 6): the owner of an unverified organisation that bears the very
 * name of the institution that lists everything gets what the owner of any unverified organisation gets.
 */

const NAMESAKE: Role = 'UNVERIFIED_OWNER';
let w: World;
const hearing = createHearing();

beforeAll(async () => {
  w = await buildWorld({ mails: 'LOGGED' });
  await w.t.sql(`UPDATE organisation SET name = (SELECT name FROM organisation WHERE id = $1) WHERE id = $2`, [
    w.own.uuid,
    w.unverified.uuid,
  ]);
});
afterAll(() => w?.t.close());

describe('the name of another organisation', () => {
  it.each(['query', 'mutation'] as const)('gives no right in any %s', { timeout: 600_000 }, async (kind) => {
    const schema = await createSchema(composition);
    const rows = await rootRows(w, schema, kind, hearing.hear, [NAMESAKE]);
    expect(rows.length).toBeGreaterThan(50);
    const committed = readTable();
    // Compared in the column of the role alone; the others were not tried.
    const others = rows.map((row): Row => ({ ...row, outcomes: { ...row.outcomes } }));
    const complaints = differences(committed, others).filter((line) => line.includes(`${NAMESAKE} got`));
    expect(complaints).toEqual([]);
  });

  it('showed nothing confidential', () => {
    expect(hearing.seen(NAMESAKE).length).toBeGreaterThan(1_000);
    expect(hearing.leaksTo(NAMESAKE, w.markers.all)).toEqual([]);
  });
});
