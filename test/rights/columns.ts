import type { World } from './types.js';

/** The columns that can hold a text but hold no marker, as `table.column`, over all tables of the program. */
export async function columnsWithoutMarker(w: World): Promise<string[]> {
  const columns = await w.t.sql<{ table_name: string; column_name: string; data_type: string }>(
    `SELECT c.table_name, c.column_name, c.data_type
     FROM information_schema.columns c
     JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = 'public'
       AND t.table_type = 'BASE TABLE'
       AND c.table_name NOT IN (SELECT relname FROM pg_class WHERE relispartition)
       AND c.data_type IN ('text', 'character varying', 'jsonb', 'json', 'ARRAY', 'bytea')
     ORDER BY 1, 2`,
  );
  const texts = w.markers.all.map(({ text }) => text.toLowerCase());
  const without: string[] = [];
  for (const { table_name, column_name, data_type } of columns) {
    const value = data_type === 'bytea' ? `encode("${column_name}", 'escape')` : `"${column_name}"::text`;
    const [row] = await w.t.sql<{ found: boolean }>(
      `SELECT EXISTS (
         SELECT 1
         FROM "${table_name}", unnest($1::text[]) m
         WHERE strpos(lower(${value}), m) > 0
       ) AS found`,
      [texts],
    );
    if (!row!.found) without.push(`${table_name}.${column_name}`);
  }
  return without.sort();
}
