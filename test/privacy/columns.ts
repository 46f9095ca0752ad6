import { composition } from '../../src/modules.js';
import type { PersonalColumn } from '../../src/kernel/personal-data.js';
import type { TestApp } from '../harness.js';

/** Tables in which a row stands for a person. */
const PERSONS = ['account', 'reviewer', 'talent_profile'];

/** Every declared personal column, by `table.column`, with the part that declares it. */
export const declared: ReadonlyMap<string, PersonalColumn & { part: string }> = new Map(
  composition.personalData.flatMap(({ part, columns = {} }) =>
    Object.entries(columns).map(([name, column]) => [name, { ...column, part }] as const),
  ),
);

/** Every column that is declared as not personal, with the reason. */
export const impersonal: ReadonlyMap<string, string> = new Map(
  composition.personalData.flatMap(({ impersonal: reasons = {} }) =>
    Object.entries(reasons).flatMap(([reason, names]) => names.map((name) => [name, reason] as const)),
  ),
);

/** All names of the declarations, with repetitions. */
export const declarations = composition.personalData.flatMap(({ columns = {}, impersonal: reasons = {} }) => [
  ...Object.keys(columns),
  ...Object.values(reasons).flat(),
]);

/** Columns that refer to a row which stands for a person, by the database’s constraints. */
export async function referencesToPersons(t: TestApp): Promise<string[]> {
  const rows = await t.sql<{ name: string }>(
    `SELECT c.conrelid::regclass || '.' || a.attname AS name
     FROM pg_constraint c
     JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
     WHERE c.contype = 'f' AND c.confrelid::regclass::text = ANY ($1)
     ORDER BY 1`,
    [PERSONS],
  );
  return rows.map(({ name }) => name);
}

/**
 * Columns that can hold a text or an id without a constraint: texts, JSON, arrays, bytes, and UUIDs that are neither a
 * key of the row nor refer to a table by a constraint. A reference to a code list holds a code of that list.
 */
export async function openColumns(t: TestApp): Promise<string[]> {
  const rows = await t.sql<{ name: string }>(
    `SELECT c.table_name || '.' || c.column_name AS name
     FROM information_schema.columns c
     JOIN information_schema.tables b USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND b.table_type = 'BASE TABLE'
       AND c.table_name NOT IN (SELECT relname FROM pg_class WHERE relispartition)
       AND c.udt_name IN ('text', 'varchar', 'bpchar', 'json', 'jsonb', 'bytea', 'uuid', 'xml', 'inet', 'cidr',
         '_text', '_varchar', '_uuid', '_jsonb', '_int4', '_int8')
       AND NOT (c.udt_name = 'uuid' AND c.column_name = 'id')
       AND NOT EXISTS (
         SELECT 1
         FROM pg_constraint k
         JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
         WHERE k.contype = 'f' AND k.conrelid = quote_ident(c.table_name)::regclass AND a.attname = c.column_name
       )
     ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

/** The declared columns as rows of the table in `docs/privacy.md`. */
export function documentedTable(): string {
  const rows = [...declared]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { holds, exported, erased }]) => [
      `\`${name}\``,
      holds,
      typeof exported === 'string' ? `\`${exported}\`` : `no: ${exported.not}`,
      typeof erased === 'string' ? erased.toLowerCase() : `kept: ${erased.kept}`,
    ]);
  return table(['column', 'holds', 'section of the export', 'when the account is erased'], rows);
}

/** The other columns, by reason, as rows of the second table. */
export function documentedRest(): string {
  const reasons = new Map<string, string[]>();
  for (const [name, reason] of impersonal) reasons.set(reason, [...(reasons.get(reason) ?? []), name]);
  const rows = [...reasons]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([reason, names]) => [
      reason,
      names
        .toSorted()
        .map((name) => `\`${name}\``)
        .join(', '),
    ]);
  return table(['reason', 'columns'], rows);
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
