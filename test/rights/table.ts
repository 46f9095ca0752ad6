import { parse } from 'csv-parse/sync';
import { readFileSync, writeFileSync } from 'node:fs';
import { ROLES, type Role } from './roles.js';

/** Outcomes of one field or root call in every role. */
export interface Row {
  kind: 'FIELD' | 'QUERY' | 'MUTATION';
  name: string;
  subject: string;
  outcomes: Record<Role, string>;
}

const HEADER = ['kind', 'type', 'subject', 'members', ...ROLES].join(',');
const path = new URL('./matrix.csv', import.meta.url);
const quoted = (text: string) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const keyOf = (row: Row) => [row.kind, row.name, row.subject].map(quoted).join(',');

/**
 * Separator between members of a line, and between a query or mutation and its subject; it occurs in no name or label.
 */
const BETWEEN = '; ';
const OF = ': ';

/**
 * The group and member name of a row: a field is grouped by its type and subject; a query or mutation includes its
 * subject in its name.
 */
function placeOf({ kind, name, subject }: Row): { group: string[]; member: string } {
  if ([name, subject].some((text) => text.includes(BETWEEN) || text.includes(OF)))
    throw new Error(`${name} of ${subject} cannot stand in the table`);
  if (kind !== 'FIELD') return { group: [kind, '', ''], member: subject === '' ? name : `${name}${OF}${subject}` };
  const [type, field] = name.split('.') as [string, string];
  return { group: [kind, type, subject], member: field };
}

/** Formats the rows: those with equal outcomes share one line, which names each of them; everything is sorted. */
export function formatTable(rows: readonly Row[]): string {
  const lines = new Map<string, { group: string[]; outcomes: string[]; members: string[] }>();
  for (const row of rows) {
    const { group, member } = placeOf(row);
    const outcomes = ROLES.map((role) => row.outcomes[role]);
    const key = JSON.stringify([group, outcomes]);
    if (!lines.has(key)) lines.set(key, { group, outcomes, members: [] });
    lines.get(key)!.members.push(member);
  }
  const texts = [...lines.values()].map(({ group, outcomes, members }) =>
    [...group, members.sort().join(BETWEEN), ...outcomes].map(quoted).join(','),
  );
  return [HEADER, ...texts.sort()].join('\n') + '\n';
}

/** Parses a table's text into rows by key. */
export function parseTable(text: string): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const [kind, type, subject, members, ...cells] of (parse(text) as string[][]).slice(1)) {
    for (const member of members!.split(BETWEEN)) {
      const [name, label = ''] = kind === 'FIELD' ? [`${type}.${member}`, subject] : member.split(OF);
      const row = { kind: kind as Row['kind'], name: name!, subject: label, outcomes: byRole(cells) };
      if (rows.has(keyOf(row))) throw new Error(`the table names ${keyOf(row)} twice`);
      rows.set(keyOf(row), row);
    }
  }
  return rows;
}

const byRole = (cells: readonly string[]): Row['outcomes'] =>
  Object.fromEntries(ROLES.map((role, i) => [role, cells[i] ?? ''])) as Row['outcomes'];

export const readTable = (): string => readFileSync(path, 'utf8');
export const writeTable = (text: string): void => writeFileSync(path, text);

/** Differences between the committed table and the rows, as instructions to act on; empty if they are equal. */
export function differences(committed: string, rows: readonly Row[]): string[] {
  const wanted = parseTable(committed);
  const complaints: string[] = committed.startsWith(`${HEADER}\n`)
    ? []
    : ['the roles are not those of the committed table'];
  for (const row of rows) {
    const key = keyOf(row);
    const before = wanted.get(key);
    if (before === undefined) {
      complaints.push(`no row for ${key}: decide who may, then add it`);
      continue;
    }
    wanted.delete(key);
    for (const role of ROLES)
      if (before.outcomes[role] !== row.outcomes[role])
        complaints.push(`${key}: ${role} got ${row.outcomes[role]}, the table says ${before.outcomes[role]}`);
  }
  return [...complaints, ...[...wanted.keys()].map((key) => `the table has a row of nothing: ${key}`)];
}
