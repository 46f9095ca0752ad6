import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { DataSource } from 'typeorm';
import { packageRoot } from '../lib/package-root.js';

/** The files of the code lists; `after` is the position behind which the rows of a table's second file stand. */
const FILES: ReadonlyArray<{ table: string; file: string; after?: number }> = [
  { table: 'industry', file: 'gbt4754-2017.csv' },
  { table: 'region', file: 'regions-gbt2260.csv' },
  { table: 'region', file: 'countries-iso3166.csv', after: 100_000 },
  { table: 'strategic_area', file: 'strategic-emerging-2018.csv' },
];

interface CodeRow {
  code: string;
  level: string;
  parent: string;
  name_zh: string;
  name_en: string;
}

/**
 * Brings the code lists in the database up to date with the shipped files; a file whose hash is unchanged is skipped.
 */
export async function loadTaxonomies(dataSource: DataSource): Promise<void> {
  for (const { table, file, after = 0 } of FILES) {
    const content = await readFile(join(packageRoot(), 'data', 'taxonomies', file));
    const sha256 = createHash('sha256').update(content).digest('hex');
    const [loaded] = (await dataSource.query(`SELECT sha256 FROM loaded_file WHERE name = $1`, [file])) as Array<{
      sha256: string;
    }>;
    if (loaded?.sha256 === sha256) continue;
    const rows = parse(content, { columns: true, bom: true }) as CodeRow[];
    const paths = new Map<string, string[]>();
    const nodes = rows.map((row, position) => {
      const path = [...(row.parent ? (paths.get(row.parent) ?? []) : []), row.code];
      paths.set(row.code, path);
      return {
        code: row.code,
        level: Number(row.level),
        parent_code: row.parent || null,
        name: { zh: row.name_zh, en: row.name_en },
        path,
        position: after + position,
      };
    });
    await dataSource.transaction(async (tx) => {
      // Processes that start at the same time on one database load the list one after another.
      await tx.query(`SELECT pg_advisory_xact_lock(hashtext($1))`, [`taxonomy:${table}`]);
      await tx.query(
        `INSERT INTO ${table} (code, level, parent_code, name, path, position)
         SELECT r.code, r.level, r.parent_code, r.name, ARRAY(SELECT jsonb_array_elements_text(r.path)), r.position
         FROM jsonb_to_recordset($1::jsonb)
           AS r(code text, level int, parent_code text, name jsonb, path jsonb, position int)
         ORDER BY r.level
         ON CONFLICT (code) DO UPDATE
         SET level = excluded.level, parent_code = excluded.parent_code, name = excluded.name,
             path = excluded.path, position = excluded.position`,
        [JSON.stringify(nodes)],
      );
      await tx.query(
        `INSERT INTO loaded_file (name, sha256, loaded_at)
         VALUES ($1, $2, now())
         ON CONFLICT (name) DO UPDATE
         SET sha256 = excluded.sha256, loaded_at = excluded.loaded_at`,
        [file, sha256],
      );
    });
  }
}
