import type { Readable } from 'node:stream';
import type { EntityManager } from 'typeorm';
import type { AchievementRecord } from '../../achievements/achievement.record.js';
import { authorize } from '../../kernel/authz.js';
import type { App, Context } from '../../kernel/context.js';
import { NotFoundError } from '../../kernel/errors.js';
import { visibleOrganisation } from '../../identity/organisations/organisations.service.js';
import { shownNames, type NamedOrganisation } from '../../identity/organisations/organisation.names.js';
import { toGlobalId } from '../../lib/ids.js';
import type { Localized } from '../../kernel/localized.js';
import { readId } from '../../kernel/node.js';
import { exportColumns, type ExportedAchievement } from './export.columns.js';
import type { Language } from '../mapping/fields.js';
import { writeCsv } from '../../lib/tabular/write-csv.js';
import { writeXlsx } from '../../lib/tabular/write-xlsx.js';
import type { Cell } from '../../lib/tabular/types.js';
import { say } from '../../messages/catalogue.js';

export type ExportFormat = 'csv' | 'xlsx';
export type ExportScope = { pool: true } | { institutionId: string };

const BATCH_ROWS = 500;

interface Row extends NamedOrganisation {
  id: string;
  record: AchievementRecord;
  status: string;
  score: string | null;
  admitted_at: Date | null;
}

// SQL for an exported record without its fields that are not PUBLIC. They are not even read from the database, so that
// no later mistake can expose them.
const PUBLIC_RECORD = `r.record - 'technicalDetail' - 'confidentialDetail' - 'externalId' AS record`;

/**
 * Yields the achievements of an export by ascending id, which is their order of creation, in batches: achievements
 * created meanwhile come last, and none comes twice.
 */
async function* entries(db: EntityManager, scope: ExportScope, locale: Language): AsyncGenerator<ExportedAchievement> {
  const names = await nodeNames(db, locale);
  const [record, where, value] =
    'pool' in scope
      ? [PUBLIC_RECORD, `a.status = $3`, 'ADMITTED']
      : [`r.record`, `a.institution_id = $3`, scope.institutionId];
  const pick = (text: Localized) => (locale === 'zh' ? (text.zh ?? text.en) : (text.en ?? text.zh)) ?? '';
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const rows = (await db.query(
      `SELECT a.id, ${record}, a.status, a.score, a.admitted_at, o.name, o.verification
       FROM achievement a
       JOIN achievement_revision r ON r.achievement_id = a.id AND r.revision = a.revision
       JOIN organisation o ON o.id = a.institution_id
       WHERE a.id > $1 AND ${where}
       ORDER BY a.id
       LIMIT $2`,
      [after, BATCH_ROWS, value],
    )) as Row[];
    for (const row of rows) {
      yield {
        globalId: toGlobalId('Achievement', row.id),
        record: row.record,
        status: row.status,
        score: row.score === null ? null : Number(row.score),
        admittedAt: row.admitted_at,
        institution: pick(shownNames(row)),
        industryNames: row.record.industries.map((code) => names.get(`industry.${code}`) ?? code),
        regionName: row.record.regionCode === null ? null : (names.get(`region.${row.record.regionCode}`) ?? null),
      };
    }
    if (rows.length < BATCH_ROWS) return;
    after = rows.at(-1)!.id;
  }
}

async function nodeNames(db: EntityManager, locale: Language): Promise<Map<string, string>> {
  const rows = (await db.query(
    `SELECT 'industry.' || code AS key, name FROM industry UNION ALL SELECT 'region.' || code, name FROM region`,
  )) as Array<{ key: string; name: Localized }>;
  return new Map(rows.map(({ key, name }) => [key, (locale === 'en' ? (name.en ?? name.zh) : name.zh) ?? '']));
}

/**
 * Makes an export file as a stream, with memory use independent of the file's size. It checks no right; the caller must
 * do so.
 */
export function exportStream(
  app: App,
  scope: ExportScope,
  format: ExportFormat,
  locale: Language,
  onRow?: (count: number) => void,
): Readable {
  const columns = exportColumns('pool' in scope ? 'POOL' : 'INSTITUTION', locale);
  async function* rows(): AsyncGenerator<Cell[]> {
    let count = 0;
    for await (const entry of entries(app.dataSource.manager, scope, locale)) {
      yield columns.map((column) => column.cell(entry));
      onRow?.((count += 1));
    }
  }
  const headers = columns.map((column) => column.header);
  return format === 'csv'
    ? writeCsv(rows(), headers)
    : writeXlsx(rows(), headers, { sheetName: locale === 'zh' ? '科技成果' : 'Achievements' });
}

/**
 * Scope of an export of an institution's achievements, with content of every disclosure tier; throws unless the viewer
 * is one of its editors or owners, or an operator.
 */
export async function institutionScope(ctx: Context, globalId: string): Promise<{ institutionId: string }> {
  const institution = await visibleOrganisation(ctx, readId('id', 'Organisation', globalId));
  if (!institution) throw new NotFoundError(say('thing.theInstitution'));
  authorize(ctx, 'import:read', { organisationId: institution.id });
  return { institutionId: institution.id };
}
