import { toGlobalId } from '../../../src/lib/ids.js';
import { fixed, on, uploading } from '../cases.js';
import { EDITORS, type Role } from '../roles.js';
import type { Cases, RightsDomain, Subject, Ways, World } from '../types.js';

const CSV = '标题,摘要\n一项成果,一段摘要\n';
const file = { name: 'results.csv', content: CSV };

/** Adds an import by OWN with its report, and a saved mapping. */
async function fill(w: World): Promise<void> {
  const { ids, own, t } = w;
  const { mark } = w.markers;
  const owner = w.actors.OWN_OWNER.person!;
  const now = t.app.clock();
  // An import with its report, a file that waits, and a saved mapping.
  const operated = [...EDITORS, 'OPERATOR'] as Role[];
  const runId = await w.insert('import_run', {
    institution_id: own.uuid,
    created_by: owner.accountId,
    status: 'FAILED',
    mode: 'ROW_BY_ROW',
    register: 'NEVER',
    dry_run: false,
    file_name: `${mark('import_run.file_name', operated)}.csv`,
    file_sha256: mark('import_run.file_sha256', operated),
    format: 'CSV',
    encoding: 'UTF-8',
    headers: [mark('import_run.headers', operated), 'title'],
    mapping: {
      columns: { title: 'title.zh' },
      defaults: { 'summary.zh': mark('import_run.mapping', operated) },
      dateOrder: null,
    },
    mapping_source: 'GIVEN',
    total_rows: 2,
    processed: 2,
    rejected: 1,
    report_rows: 2,
    sheet_name: mark('import_run.sheet_name', operated),
    reading: { sheet: mark('import_run.reading', []) },
    column_notes: JSON.stringify([{ key: mark('import_run.column_notes', []) }]),
    created_at: now,
    started_at: now,
    finished_at: now,
    fault: { code: 'FAILED', message: mark('import_run.fault', operated), line: null },
  });
  await w.insert('import_report_row', {
    run_id: runId,
    seq: 1,
    severity: 'ERROR',
    line: 3,
    column_name: mark('import_report_row.column_name', operated),
    field: 'title.zh',
    code: 'BAD',
    message: mark('import_report_row.message', operated),
    value: mark('import_report_row.value', EDITORS),
  });
  await w.insert('import_report_row', {
    run_id: runId,
    seq: 2,
    severity: 'INFO',
    line: null,
    code: 'COLUMN_PASSED_OVER',
    message_key: 'COLUMN_PASSED_OVER.unknown',
    message_params: { headers: [mark('import_report_row.message_params', operated)] },
  });
  await w.insert('import_file', { run_id: runId, part: 0, bytes: Buffer.from(mark('import_file.bytes', [])) });
  ids['ImportRun'] = toGlobalId('ImportRun', runId);
  ids['ColumnMapping'] = toGlobalId(
    'ColumnMapping',
    await w.insert('column_mapping', {
      institution_id: own.uuid,
      name: mark('column_mapping.name', operated),
      mapping: { columns: { [mark('column_mapping.mapping', operated)]: 'title.zh' }, defaults: {}, dateOrder: null },
      created_at: now,
      updated_at: now,
    }),
  );
}

function subjects({ node, below, plain }: Ways): Subject[] {
  return [
    node('ImportRun'),
    node('ColumnMapping'),
    below('ImportReportRow', 'ImportRun', 'ImportRun', 'importRun(id: $id)', 'reportRows', 'nodes'),
    below('ImportFault', 'ImportRun', 'ImportRun', 'importRun(id: $id)', 'fault'),
    plain('ImportFieldInfo', '', 'importFields'),
  ];
}

function queries({ ids }: World): Cases {
  return {
    importFields: [fixed('')],
    importRun: [fixed('ImportRun', { id: ids['ImportRun'] })],
  };
}

function mutations(w: World): Cases {
  const { t } = w;
  const now = () => w.t.app.clock();
  const fresh = (prefix: string) => `${prefix}${w.serial()}`;
  /** Creates an import by OWN; other imports in progress are ended first. */
  const run = async (status: string, organisation = w.own) => {
    await t.sql(
      `UPDATE import_run SET status = 'CANCELLED' WHERE institution_id = $1 AND status IN ('QUEUED','RUNNING')`,
      [organisation.uuid],
    );
    const id = await w.insert('import_run', {
      institution_id: organisation.uuid,
      status,
      mode: 'ROW_BY_ROW',
      register: 'NEVER',
      dry_run: true,
      file_name: 'results.csv',
      file_sha256: 'ab',
      format: 'CSV',
      encoding: 'UTF-8',
      headers: ['标题', '摘要'],
      mapping: { columns: { 标题: 'title.zh' }, defaults: {}, dateOrder: null },
      mapping_source: 'GIVEN',
      total_rows: 1,
      created_at: now(),
    });
    await w.insert('import_file', { run_id: id, part: 0, bytes: Buffer.from(CSV) });
    return { id: toGlobalId('ImportRun', id) };
  };
  const idle = async (input: Record<string, unknown>) => {
    await t.sql(`UPDATE import_run SET status = 'CANCELLED' WHERE status IN ('QUEUED','RUNNING')`);
    return input;
  };
  return {
    previewImport: [
      uploading('OWN', file, () => ({ institutionId: w.own.id })),
      uploading('UNVERIFIED', file, () => ({ institutionId: w.unverified.id })),
    ],
    importAchievements: [
      { ...uploading('OWN', file, () => idle({ institutionId: w.own.id, register: 'NEVER' })), alone: true },
    ],
    cancelImport: [on('QUEUED', () => run('QUEUED'), { alone: true })],
    rerunImport: [on('FAILED', () => run('FAILED'), { alone: true })],
    saveColumnMapping: [
      on('OWN', () => ({
        institutionId: w.own.id,
        name: fresh('mapping '),
        mapping: { columns: [{ header: '标题', field: 'title.zh' }] },
      })),
    ],
    removeColumnMapping: [
      on('OWN', async () => ({
        id: toGlobalId(
          'ColumnMapping',
          await w.insert('column_mapping', {
            institution_id: w.own.uuid,
            name: fresh('mapping '),
            // No file has this header, so that the mapping is chosen for none.
            mapping: { columns: { 'an old header': 'title.zh' }, defaults: {}, dateOrder: null },
            created_at: now(),
            updated_at: now(),
          }),
        ),
      })),
    ],
  };
}

/** Imports of achievements: runs, reports and mappings. */
export const importing: RightsDomain = {
  fill,
  subjects,
  queries,
  mutations,
  valueTypes: {
    ImportCounts: 'figures of one run, as visible as the run',
    ImportProgress: 'figures of one run, as visible as the run',
    ImportPreview: 'the caller’s own file, as read; given by previewImport alone',
    ImplausibleDate: 'a cell of the caller’s own file',
    ImportNote: 'what the reader of the caller’s own file says of it',
    SampleRow: 'a row of the caller’s own file',
    SuggestedColumnInfo: 'a header of the caller’s own file',
  },
  unmarked: {
    'a code of a closed list': [
      'import_report_row.code',
      'import_report_row.field',
      'import_report_row.message_key',
      'import_report_row.severity',
      'import_run.encoding',
      'import_run.format',
      'import_run.mapping_source',
      'import_run.mode',
      'import_run.register',
      'import_run.retitled_lines',
      'import_run.status',
    ],
    'a digest, selected by no query of the API': ['import_run.registered_digest'],
  },
};
