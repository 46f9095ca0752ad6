import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestApp } from '../harness.js';
import { importFile, type Run } from './import-kit.js';
import { seed, type SeededOrganisation, type SeededPerson } from '../seed.js';

const FOLDER = join(import.meta.dirname, 'cases');

/** A spreadsheet of the folder `cases`, as it is uploaded. */
export async function caseFile(name: string): Promise<{ name: string; content: Uint8Array }> {
  return { name, content: await readFile(join(FOLDER, name)) };
}

/** What is stored of a result. */
export interface StoredResult {
  title: { zh: string | null; en: string | null };
  summary: { zh: string | null };
  industries: string[];
  trl: number | null;
  category: string | null;
  regionCode: string | null;
  fundingNeed: { min: string; max: string; currency: string } | null;
  inventors: Array<{ name: { zh: string | null } }>;
  ipRights: Array<{ number: string; type: string; status: string }>;
}

export interface Taken {
  run: Run;
  /** The results of the institution, in the order in which they were created. */
  results: StoredResult[];
  /** Codes of the report, each once, in alphabetical order. */
  codes: string[];
}

/** Imports a file for a new verified institution, and reads what is stored of it then. */
export async function taken(
  t: TestApp,
  file: { name: string; content: string | Uint8Array },
  input: Record<string, unknown> = {},
): Promise<Taken> {
  const person: SeededPerson = await seed(t).person();
  const institution: SeededOrganisation = await seed(t).organisation(person);
  const run = await importFile(t, person, institution, file, input);
  const rows = await t.sql<{ record: StoredResult }>(
    `SELECT r.record
     FROM achievement a JOIN achievement_revision r ON r.achievement_id = a.id AND r.revision = a.revision
     WHERE a.institution_id = $1
     ORDER BY a.id`,
    [institution.uuid],
  );
  const codes = [...new Set(run.reportRows.nodes.map((row) => row.code))].sort();
  return { run, results: rows.map((row) => row.record), codes };
}
