import type { GraphQLSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchema } from '../../src/graphql/schema.js';
import { composition } from '../../src/modules.js';
import { casesOf, VALUE_TYPES } from './domains.js';
import { createHearing, indexText, markersIn } from './hearing.js';
import { ROLES } from './roles.js';
import { fieldRows, needsSubject, objectTypes, rootRows } from './run.js';
import { PUBLIC_WORD } from './records.js';
import { subjectsOf } from './subjects.js';
import { differences, formatTable, readTable, writeTable, type Row } from './table.js';
import type { World } from './types.js';
import { buildWorld, indexed } from './world.js';

let w: World;
let schema: GraphQLSchema;
const hearing = createHearing();
beforeAll(async () => {
  [w, schema] = await Promise.all([buildWorld(), createSchema(composition)]);
});
afterAll(() => w?.t.close());

describe('the rights matrix', () => {
  it('has a subject for every type, and none for what is gone', () => {
    const types = objectTypes(schema);
    const tried = new Set(subjectsOf(w).map((subject) => subject.type));
    expect(
      types.filter((type) => needsSubject(schema, type) && !tried.has(type.name)).map((type) => type.name),
    ).toEqual([]);
    const names = new Set(types.map((type) => type.name));
    expect([...tried, ...Object.keys(VALUE_TYPES)].filter((name) => !names.has(name))).toEqual([]);
    expect(Object.keys(VALUE_TYPES).filter((name) => tried.has(name))).toEqual([]);
  });

  it('has calls for every query and mutation, and none for what is gone', () => {
    const cases = casesOf(w);
    for (const [kind, root] of [
      ['query', schema.getQueryType()!],
      ['mutation', schema.getMutationType()!],
    ] as const) {
      expect(
        Object.keys(cases[kind])
          .filter((name) => cases[kind][name]!.length > 0)
          .sort(),
      ).toEqual(Object.keys(root.getFields()).sort());
    }
    // A subscription would need calls of its own.
    expect(schema.getSubscriptionType() ?? null).toBeNull();
  });

  it('is the committed table: every field, query and mutation in every role', { timeout: 900_000 }, async () => {
    const rows: Row[] = [
      ...(await fieldRows(w, schema, hearing.hear)),
      ...(await rootRows(w, schema, 'query', hearing.hear)),
      ...(await rootRows(w, schema, 'mutation', hearing.hear)),
    ];
    // A table is never written from a run with errors.
    const broken = rows.filter((row) =>
      Object.values(row.outcomes).some((outcome) => /INTERNAL|GRAPHQL_|BAD_REQUEST/.test(outcome)),
    );
    expect(
      broken.length === 0 ? [] : [broken, w.t.logLines.filter((line) => line['msg'] === 'an operation failed')],
    ).toEqual([]);
    if (process.env['UPDATE_RIGHTS'] === '1') writeTable(formatTable(rows));
    expect(differences(readTable(), rows)).toEqual([]);
  });

  it.each(ROLES)('showed %s nothing confidential without the right, in any answer, header or error', (role) => {
    expect(hearing.seen(role).length).toBeGreaterThan(10_000);
    expect(hearing.leaksTo(role, w.markers.all)).toEqual([]);
  });

  it('left nothing confidential in the index and the log', async () => {
    await indexed(w.t);
    const index = await indexText(w.t);
    expect(index).toContain(PUBLIC_WORD);
    expect(markersIn(index, w.markers.all)).toEqual([]);
    expect(w.t.logLines.length).toBeGreaterThan(1000);
    expect(markersIn(JSON.stringify(w.t.logLines), w.markers.all)).toEqual([]);
  });

  it('complains of a field without a row, of a row without a field, and of another outcome', () => {
    const outcome = (value: string) => Object.fromEntries(ROLES.map((role) => [role, value])) as Row['outcomes'];
    const row = (name: string, value: string): Row => ({ kind: 'FIELD', name, subject: '', outcomes: outcome(value) });
    const committed = formatTable([row('A.a', 'VALUE'), row('A.b', 'NULL')]);
    expect(differences(committed, [row('A.a', 'VALUE'), row('A.b', 'NULL')])).toEqual([]);
    expect(differences(committed, [row('A.a', 'VALUE'), row('A.b', 'NULL'), row('A.c', 'NULL')])).toEqual([
      'no row for FIELD,A.c,: decide who may, then add it',
    ]);
    expect(differences(committed, [row('A.a', 'VALUE')])).toEqual(['the table has a row of nothing: FIELD,A.b,']);
    expect(differences(committed, [row('A.a', 'VALUE'), row('A.b', 'VALUE')])[0]).toContain(
      'ANONYMOUS got VALUE, the table says NULL',
    );
  });
});
