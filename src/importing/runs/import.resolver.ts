import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../../kernel/context.js';
import { Organisation } from '../../identity/organisations/organisation.entity.js';
import { ConnectionArgs, type Page } from '../../graphql/pagination.js';
import { GraphQLUpload, type FileUpload } from '../../graphql/upload.js';
import { ColumnMapping, ImportReportRow, ImportReportRowConnection } from './import-parts.entity.js';
import { ImportRun, ImportRunConnection } from './import.entity.js';
import {
  ImportAchievementsInput,
  ImportRunInput,
  ImportTrackRecordsInput,
  PreviewImportInput,
  RemoveColumnMappingInput,
  SaveColumnMappingInput,
} from './import.inputs.js';
import * as queries from './import.queries.js';
import { cancelImport, importAchievements, importTrackRecords, previewImport, rerunImport } from './import.service.js';
import {
  ColumnMappingPayload,
  ImportFieldInfo,
  ImportPayload,
  PreviewImportPayload,
  RemoveColumnMappingPayload,
} from './import.types.js';
import { ImportKey, ImportTargetCode, ReportSeverity } from './import.vocabularies.js';
import { removeColumnMapping, saveColumnMapping } from '../mapping/mapping.service.js';
import { targetOf } from '../targets/targets.js';

const fileArg = { description: 'The file: CSV (UTF-8, UTF-16 or GB18030) or XLSX, as a multipart upload.' } as const;

@Resolver(() => ImportRun)
export class ImportResolver {
  @Query(() => [ImportFieldInfo], { description: 'The fields that a column of an import can be mapped to.' })
  importFields(
    @Arg('target', () => ImportTargetCode, { defaultValue: 'ACHIEVEMENTS', description: 'Of which kind of import.' })
    target: ImportTargetCode,
  ): ImportFieldInfo[] {
    return queries.listImportFields(target);
  }

  @Query(() => ImportRun, {
    nullable: true,
    description: 'One import, for polling; null when it is not for the viewer.',
  })
  importRun(
    @Ctx() ctx: Context,
    @Arg('id', () => ID, { description: 'The import.' }) id: string,
  ): Promise<ImportRun | null> {
    return queries.findRun(ctx, id);
  }

  @FieldResolver(() => ImportReportRowConnection, {
    description: 'What was wrong with which rows, in the order of the file.',
  })
  reportRows(
    @Root() run: ImportRun,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('severity', () => ReportSeverity, { nullable: true, description: 'Only these.' }) severity?: ReportSeverity,
  ): Promise<Page<ImportReportRow>> {
    return queries.listReportRows(ctx, run, severity, args);
  }

  @FieldResolver(() => String, { description: `The report as CSV, at most ${queries.REPORT_CSV_ROWS} rows of it.` })
  reportCsv(@Root() run: ImportRun, @Ctx() ctx: Context): Promise<string> {
    return queries.reportCsv(ctx, run);
  }

  @Mutation(() => PreviewImportPayload, {
    description: 'Reads a file and says how an import would take it; writes nothing.',
  })
  async previewImport(
    @Ctx() ctx: Context,
    @Arg('file', () => GraphQLUpload, fileArg) file: FileUpload,
    @Arg('input', () => PreviewImportInput, { description: 'For whom.' }) input: PreviewImportInput,
  ): Promise<PreviewImportPayload> {
    return { preview: await previewImport(ctx, file, input) };
  }

  @Mutation(() => ImportPayload, {
    description:
      'Imports a file of achievements in the background. A file that cannot be used as a whole is refused at once.',
  })
  async importAchievements(
    @Ctx() ctx: Context,
    @Arg('file', () => GraphQLUpload, fileArg) file: FileUpload,
    @Arg('input', () => ImportAchievementsInput, { description: 'For whom and how.' }) input: ImportAchievementsInput,
  ): Promise<ImportPayload> {
    return { run: await importAchievements(ctx, file, input) };
  }

  @Mutation(() => ImportPayload, {
    description:
      'Imports a file of past investments into an organisation’s investor profile, in the background. A file that cannot be used as a whole is refused at once.',
  })
  async importTrackRecords(
    @Ctx() ctx: Context,
    @Arg('file', () => GraphQLUpload, fileArg) file: FileUpload,
    @Arg('input', () => ImportTrackRecordsInput, { description: 'For whom and how.' }) input: ImportTrackRecordsInput,
  ): Promise<ImportPayload> {
    return { run: await importTrackRecords(ctx, file, input) };
  }

  @Mutation(() => ImportPayload, { description: 'Stops an import. Row by row, what was written stands.' })
  async cancelImport(
    @Ctx() ctx: Context,
    @Arg('input', () => ImportRunInput, { description: 'Which.' }) input: ImportRunInput,
  ): Promise<ImportPayload> {
    return { run: await cancelImport(ctx, input) };
  }

  @Mutation(() => ImportPayload, {
    description: 'Runs an interrupted or failed import again, on the file as it was uploaded.',
  })
  async rerunImport(
    @Ctx() ctx: Context,
    @Arg('input', () => ImportRunInput, { description: 'Which.' }) input: ImportRunInput,
  ): Promise<ImportPayload> {
    return { run: await rerunImport(ctx, input) };
  }

  @Mutation(() => ColumnMappingPayload, {
    description: 'Keeps a mapping for later imports; files with the same headers then use it by themselves.',
  })
  async saveColumnMapping(
    @Ctx() ctx: Context,
    @Arg('input', () => SaveColumnMappingInput, { description: 'The mapping.' }) input: SaveColumnMappingInput,
  ): Promise<ColumnMappingPayload> {
    return { mapping: await saveColumnMapping(ctx, input) };
  }

  @Mutation(() => RemoveColumnMappingPayload, { description: 'Forgets a saved mapping.' })
  async removeColumnMapping(
    @Ctx() ctx: Context,
    @Arg('input', () => RemoveColumnMappingInput, { description: 'Which.' }) input: RemoveColumnMappingInput,
  ): Promise<RemoveColumnMappingPayload> {
    return { removedId: await removeColumnMapping(ctx, input) };
  }
}

@Resolver(() => Organisation)
export class OrganisationImportsResolver {
  @FieldResolver(() => ImportRunConnection, {
    nullable: true,
    description: 'Its imports, newest first; for its editors and operators.',
  })
  importRuns(
    @Root() organisation: Organisation,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Promise<Page<ImportRun>> | null {
    return queries.listRuns(ctx, organisation.id, args);
  }

  @FieldResolver(() => [ColumnMapping], {
    nullable: true,
    description: 'Its saved mappings by name; for its editors and operators.',
  })
  columnMappings(@Root() organisation: Organisation, @Ctx() ctx: Context): Promise<ColumnMapping[]> | null {
    return queries.listMappings(ctx, organisation.id);
  }
}

@Resolver(() => ImportRun)
export class ImportRunResolver {
  @FieldResolver(() => ImportKey, { description: 'By what its rows are found again.' })
  keyedBy(@Root() run: ImportRun): ImportKey {
    return targetOf(run.target).keyedBy(run.mappingData);
  }
}
