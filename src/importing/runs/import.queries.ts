import { can } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { defineLoader, groupedByKey } from '../../lib/batching.js';
import { keysetPage, type ConnectionArgs, type Page } from '../../graphql/pagination.js';
import { readId } from '../../kernel/node.js';
import { ColumnMapping, ImportReportRow } from './import-parts.entity.js';
import { ImportRun } from './import.entity.js';
import type { ImportFieldInfo } from './import.types.js';
import type { ImportTargetCode, ReportSeverity } from './import.vocabularies.js';
import { writeCsv } from '../../lib/tabular/write-csv.js';
import { targetOf } from '../targets/targets.js';
import { In } from 'typeorm';

/** Maximum number of rows in an import report that is returned as CSV; longer reports are read in pages. */
export const REPORT_CSV_ROWS = 5_000;

export async function visibleRun(ctx: Context, id: string): Promise<ImportRun | null> {
  const run = await ctx.db.findOneBy(ImportRun, { id });
  return run && can(ctx, 'import:read', { organisationId: run.institutionId }) ? run : null;
}

export function findRun(ctx: Context, globalId: string): Promise<ImportRun | null> {
  return visibleRun(ctx, readId('id', 'ImportRun', globalId));
}

export async function visibleMapping(ctx: Context, id: string): Promise<ColumnMapping | null> {
  const mapping = await ctx.db.findOneBy(ColumnMapping, { id });
  return mapping && can(ctx, 'import:read', { organisationId: mapping.institutionId }) ? mapping : null;
}

/** The import runs of an institution, the latest first; null if the viewer may not see them. */
export function listRuns(ctx: Context, institutionId: string, args: ConnectionArgs): Promise<Page<ImportRun>> | null {
  if (!can(ctx, 'import:read', { organisationId: institutionId })) return null;
  const query = ctx.db.createQueryBuilder(ImportRun, 'r').where('r.institution_id = :institutionId', { institutionId });
  return keysetPage(query, args, [{ sql: 'r.id', direction: 'DESC', cast: 'uuid', value: (run) => run.id }]);
}

const mappingsOf = defineLoader<string, ColumnMapping[]>(async (db, ids) =>
  groupedByKey(
    ids,
    await db.find(ColumnMapping, { where: { institutionId: In([...ids]) }, order: { name: 'ASC', target: 'ASC' } }),
    (mapping) => mapping.institutionId,
  ),
);

export function listMappings(ctx: Context, institutionId: string): Promise<ColumnMapping[]> | null {
  if (!can(ctx, 'import:read', { organisationId: institutionId })) return null;
  return ctx.load(mappingsOf).load(institutionId);
}

/**
 * The rows of an import's report in the order of the file. The caller must have checked that the viewer may see the
 * run.
 */
export async function listReportRows(
  ctx: Context,
  run: ImportRun,
  severity: ReportSeverity | undefined,
  args: ConnectionArgs,
): Promise<Page<ImportReportRow>> {
  const query = ctx.db.createQueryBuilder(ImportReportRow, 'l').where('l.run_id = :runId', { runId: run.id });
  if (severity) query.andWhere('l.severity = :severity', { severity });
  const page = await keysetPage(query, args, [
    { sql: 'l.seq', direction: 'ASC', cast: 'integer', value: (row) => row.seq },
  ]);
  for (const { node } of page.edges) node.institutionId = run.institutionId;
  return page;
}

export const REPORT_HEADERS = ['severity', 'line', 'column', 'field', 'code', 'message', 'value'] as const;

/** The report of an import as CSV text, limited to its first REPORT_CSV_ROWS rows. */
export async function reportCsv(ctx: Context, run: ImportRun): Promise<string> {
  const rows = await ctx.db.find(ImportReportRow, {
    where: { runId: run.id },
    order: { seq: 'ASC' },
    take: REPORT_CSV_ROWS,
  });
  const cells = rows.map((row) => {
    row.institutionId = run.institutionId;
    return [row.severity, row.line, row.column, row.field, row.code, row.message(ctx), row.value(ctx)];
  });
  let text = '';
  for await (const chunk of writeCsv(cells, REPORT_HEADERS, { bom: false })) text += String(chunk);
  return text;
}

export function listImportFields(target: ImportTargetCode): ImportFieldInfo[] {
  return targetOf(target).fields.all.map(({ key, description, label }) => ({
    key,
    description,
    headerZh: label.zh,
    headerEn: label.en,
  }));
}
