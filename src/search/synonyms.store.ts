import type { EntityManager } from 'typeorm';

/** All groups of terms that mean the same, in a stable order. */
export async function readSynonyms(db: EntityManager): Promise<string[][]> {
  const rows = (await db.query(`SELECT terms FROM synonym_group ORDER BY id`)) as Array<{ terms: string[] }>;
  return rows.map((row) => row.terms);
}

/** The engine's form: each term with all others of its groups, so that every direction works. */
export function synonymMap(groups: readonly string[][]): Record<string, string[]> {
  const map = new Map<string, Set<string>>();
  for (const group of groups) {
    for (const term of group) {
      const others = map.get(term) ?? new Set();
      for (const other of group) if (other !== term) others.add(other);
      map.set(term, others);
    }
  }
  return Object.fromEntries([...map].map(([term, others]) => [term, [...others]]));
}
