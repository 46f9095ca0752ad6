import type { Module } from '../kernel/module.js';
import { byUuid } from '../kernel/node.readers.js';
import { registerExportRoutes } from './export/export.routes.js';
import { eraseFromImporting, importingExports } from './importing.personal-data.js';
import { ColumnMapping, ImportReportRow } from './runs/import-parts.entity.js';
import { ImportRun } from './runs/import.entity.js';
import { runImport, sweepImports } from './runs/import.jobs.js';
import { PRUNE_IMPORTS_TASK, pruneImports } from './runs/import.pruning.js';
import { visibleMapping, visibleRun } from './runs/import.queries.js';
import { ImportResolver, ImportRunResolver, OrganisationImportsResolver } from './runs/import.resolver.js';
import { IMPORT_TASK } from './runs/import.runs.js';
import { importingRights } from './importing.rights.js';
import { importingExamples } from './importing.examples.js';
import { importingColumns } from './importing.personal-columns.js';

/** Descriptor of the importing domain: import and export of whole tables. */
export const importingModule: Module = {
  name: 'importing',
  entities: [ImportRun, ImportReportRow, ColumnMapping],
  resolvers: [ImportResolver, ImportRunResolver, OrganisationImportsResolver],
  nodeReaders: {
    ImportRun: byUuid(visibleRun),
    ColumnMapping: byUuid(visibleMapping),
  },
  tasks: {
    [IMPORT_TASK]: runImport,
    [PRUNE_IMPORTS_TASK]: pruneImports,
  },
  cron: [{ task: PRUNE_IMPORTS_TASK, match: '25 3 * * *' }],
  sweeps: [sweepImports],
  personalData: [{ part: 'importing', exports: importingExports, erase: eraseFromImporting, ...importingColumns }],
  downloads: [registerExportRoutes],
  rights: importingRights,
  examples: importingExamples,
};
