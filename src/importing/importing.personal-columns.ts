import { allOf, recordOfOrganisation, type PersonalData } from '../kernel/personal-data.js';

/** Columns of imports: what is personal, and what is not. */
export const importingColumns: Required<Pick<PersonalData, 'columns' | 'impersonal'>> = {
  columns: {
    'import_run.created_by': { holds: 'who started an import', exported: 'imports', erased: 'UNLINKED' },
    'column_mapping.updated_by': { holds: 'who saved a mapping', exported: 'columnMappings', erased: 'UNLINKED' },
    ...allOf(
      [
        'import_run.file_name',
        'import_run.headers',
        'import_run.mapping',
        'import_run.reading',
        'import_run.column_notes',
        'import_run.retitled_lines',
        'import_run.sheet_name',
        'import_file.bytes',
        'import_report_row.column_name',
        'import_report_row.value',
        'column_mapping.name',
        'column_mapping.mapping',
      ],
      recordOfOrganisation('an institution’s table of results or investments, and how its columns are read'),
    ),
  },
  impersonal: {
    'a code of a closed list': [
      'column_mapping.target',
      'import_report_row.code',
      'import_report_row.field',
      'import_report_row.severity',
      'import_run.encoding',
      'import_run.format',
      'import_run.mapping_source',
      'import_run.mode',
      'import_run.register',
      'import_run.status',
      'import_run.target',
    ],
    'a digest': ['import_run.file_sha256', 'import_run.registered_digest'],
    'a sentence of the program': [
      'import_report_row.message',
      'import_report_row.message_key',
      'import_report_row.message_params',
      'import_run.fault',
    ],
  },
};
