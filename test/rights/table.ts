import { readFileSync, writeFileSync } from 'node:fs';
import { ROLES, type Role } from './roles.js';

/** One field or root call in every role. */
export interface Row {
  kind: 'FIELD' | 'QUERY' | 'MUTATION';
  name: string;
  subject: string;
  outcomes: Record<Role, string>;
}

const HEADER = ['kind', 'name', 'subject', ...ROLES].join(',');
const path = new URL('./matrix.csv', import.meta.url);
const quoted = (text: string) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const keyOf = (row: Row) => [row.kind, row.name, row.subject].map(quoted).join(',');

/** The rows as text, sorted by kind, name and subject. */
export function formatTable(rows: readonly Row[]): string {
  const lines = rows.map((row) => [keyOf(row), ...ROLES.map((role) => quoted(row.outcomes[role]))].join(','));
  return [HEADER, ...lines.sort()].join('\n') + '\n';
}

export const readTable = (): string => readFileSync(path, 'utf8');
export const writeTable = (text: string): void => writeFileSync(path, text);

/** What differs, said so that it can be acted on; empty where the table holds. */
export function differences(committed: string, rows: readonly Row[]): string[] {
  const wanted = new Set(committed.split('\n').filter(Boolean).slice(1));
  const complaints: string[] = committed.startsWith(`${HEADER}\n`)
    ? []
    : ['the roles are not those of the committed table'];
  for (const row of rows) {
    const key = keyOf(row);
    const line = formatTable([row]).split('\n')[1]!;
    if (wanted.delete(line)) continue;
    const before = [...wanted].find((each) => each.startsWith(`${key},`));
    if (before === undefined) {
      complaints.push(`no row for ${key}: decide who may, then add it`);
      continue;
    }
    wanted.delete(before);
    const cells = before.slice(key.length + 1).split(',');
    for (const [i, role] of ROLES.entries())
      if (cells[i] !== quoted(row.outcomes[role]))
        complaints.push(`${key}: ${role} got ${row.outcomes[role]}, the table says ${cells[i]}`);
  }
  return [
    ...complaints,
    ...[...wanted].map((line) => `the table has a row of nothing: ${line.split(',').slice(0, 3).join(',')}`),
  ];
}
