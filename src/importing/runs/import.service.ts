import { authorize, can, membershipIn } from '../../kernel/authz.js';
import { requireLogin, type Context } from '../../kernel/context.js';
import { badInput, ConflictError, ForbiddenError, NotFoundError } from '../../kernel/errors.js';
import { Organisation } from '../../identity/organisations/organisation.entity.js';
import { requireVisible, visibleOrganisation } from '../../identity/organisations/organisations.service.js';
import { changedRows } from '../../lib/changed-rows.js';
import { dayOfChina } from '../../lib/day.js';
import { spoolUpload, type FileUpload } from '../../graphql/upload.js';
import { readId } from '../../kernel/node.js';
import { write, writeOnce } from '../../kernel/write.js';
import { ImportRun } from './import.entity.js';
import { refusing } from './import.errors.js';
import { storeFile } from './import.files.js';
import { implausibleDates } from './import.implausible-dates.js';
import type {
  FileImportInput,
  ImportAchievementsInput,
  ImportRunInput,
  ImportTrackRecordsInput,
  MappingInput,
  PreviewImportInput,
} from './import.inputs.js';
import { chooseMapping, examineFile } from './import.preparation.js';
import { closeAbandoned, createRun, queueImport, running } from './import.runs.js';
import { endRun } from './import.state.js';
import { ImportNote, type ImportPreview } from './import.types.js';
import type { ImportTarget } from './import.target.js';
import type { ImportRegister } from './import.vocabularies.js';
import { codeOf } from '../../lib/messages/message.js';
import type { TableNote } from '../../lib/tabular/types.js';
import { columnNotes, readingOf } from './import.reading.js';
import { ignoredColumns, type Mapping } from '../mapping/mapping.js';
import { achievementTarget } from '../targets/achievements.target.js';
import { targetOf } from '../targets/targets.js';
import { trackRecordTarget } from '../targets/track-records.target.js';
import type { DateOrder } from '../mapping/dates.js';
import { termOf } from '../../taxonomy/vocabulary.js';
import { say } from '../../messages/catalogue.js';

const PREVIEW_ROWS = 5;
const PREVIEW_CHARS = 200;

/** Returns the organisation with this global id; throws unless the viewer may import for it. */
export async function importingInstitution(
  ctx: Context,
  field: string,
  globalId: string,
  target: ImportTarget,
): Promise<Organisation> {
  requireLogin(ctx);
  const institution = await visibleOrganisation(ctx, readId(field, 'Organisation', globalId));
  if (!institution) throw new NotFoundError(say('thing.theInstitution'));
  authorize(ctx, 'import:run', { organisationId: institution.id });
  await target.assertMay(ctx.db, institution);
  return institution;
}

/**
 * Throws unless the viewer may start an import for the institution and, where `register` is REQUIRED, the institution
 * is verified.
 */
function assertMayImport(ctx: Context, institution: Organisation, register: ImportRegister): void {
  requireVisible(ctx, institution, 'The institution');
  authorize(ctx, 'import:run', { organisationId: institution.id });
  if (register !== 'REQUIRED' || membershipIn(ctx.viewer, institution.id)?.verified === true) return;
  throw new ForbiddenError(say('NOT_VERIFIED.importRegister'), 'NOT_VERIFIED');
}

/**
 * Converts a column mapping from the API's input. Throws if the date order is unknown, two columns have the same
 * header, or a field has two default values. Two columns mapped to one field are refused later, when the mapping is
 * applied to a file.
 */
export function readMapping(input: MappingInput): Mapping {
  const { dateOrder = null } = input;
  if (dateOrder !== null && dateOrder !== 'MDY' && dateOrder !== 'DMY')
    throw badInput('input.mapping.dateOrder', 'BAD_DATE_ORDER', say('BAD_DATE_ORDER.value'));
  const headers = input.columns.map((column) => column.header);
  if (new Set(headers).size < headers.length)
    throw badInput('input.mapping.columns', 'HEADER_TWICE', say('HEADER_TWICE.column'));
  const constant = (input.defaults ?? []).map(({ field }) => field);
  if (new Set(constant).size < constant.length)
    throw badInput('input.mapping.defaults', 'FIELD_TWICE', say('FIELD_TWICE.constant'));
  return {
    columns: Object.fromEntries(input.columns.map(({ header, field }) => [header, field])),
    defaults: Object.fromEntries((input.defaults ?? []).map(({ field, value }) => [field, value])),
    dateOrder: dateOrder as DateOrder | null,
  };
}

/** Most rows that one import may confirm as new titles of stored records. */
const MAX_RETITLED = 10_000;

/** Reads the lines that are confirmed as new titles: each once, in ascending order. */
export function readRetitledLines(lines: readonly number[] | null | undefined): number[] {
  const field = 'input.retitledLines';
  if ((lines?.length ?? 0) > MAX_RETITLED)
    throw badInput(field, 'TOO_MANY', say('TOO_MANY.lines', { max: MAX_RETITLED }));
  if (lines?.some((line) => line < 1)) throw badInput(field, 'OUT_OF_RANGE', say('OUT_OF_RANGE.lines'));
  return [...new Set(lines ?? [])].sort((a, b) => a - b);
}

/** Previews the import of a file: its columns, its first rows, and the mapping that would be used. Stores nothing. */
export async function previewImport(
  ctx: Context,
  upload: FileUpload,
  input: PreviewImportInput,
): Promise<ImportPreview> {
  const target = targetOf(input.target ?? 'ACHIEVEMENTS');
  const institution = await importingInstitution(ctx, 'input.institutionId', input.institutionId, target);
  const { maxUploadBytes } = ctx.app.config.limits;
  const file = await spoolUpload(upload, { maxBytes: maxUploadBytes, field: 'file' });
  try {
    return await refusing(async () => {
      const examined = await examineFile(
        ctx.app,
        file.path,
        file.fileName,
        { maxFileBytes: maxUploadBytes },
        target.code,
        readingOf(input, 'input.'),
      );
      const { source, sample, suggested } = examined;
      try {
        const chosen = await chooseMapping(ctx.db, institution.id, examined, {}).catch(() => null);
        const mapping = chosen?.mapping ?? { columns: {}, defaults: {}, dateOrder: null };
        return {
          fileName: file.fileName,
          format: source.format,
          encoding: source.encoding ?? null,
          sheetName: source.sheetName ?? null,
          sheetNames: source.sheetNames ?? [],
          notes: [
            ...source.notes,
            ...columnNotes(mapping, source.headers, chosen?.source === 'SUGGESTED' ? suggested : null).map(
              (message) => ({
                message,
                line: null,
              }),
            ),
          ].map(({ message, line, text }: TableNote) =>
            Object.assign(new ImportNote(), { line, code: codeOf(message.key), said: message, value: text ?? null }),
          ),
          rowCount: source.rowCount,
          headers: source.headers,
          sampleRows: sample
            .slice(0, PREVIEW_ROWS)
            .map((row) => ({ line: row.line, cells: row.cells.map((cell) => cell.slice(0, PREVIEW_CHARS)) })),
          suggestedColumns: suggested,
          mapping: { ...mapping },
          mappingSource: chosen?.source ?? 'SUGGESTED',
          usable: chosen !== null,
          missingFields: target.missingFields(mapping),
          ignoredColumns: ignoredColumns(mapping, source.headers),
          keyedBy: target.keyedBy(mapping),
          implausibleDates: implausibleDates(mapping, source.headers, sample, dayOfChina(ctx.now())),
        };
      } finally {
        await source.close();
      }
    });
  } finally {
    await file.dispose();
  }
}

/** Queues the import of a file of achievements for an institution. */
export async function importAchievements(
  ctx: Context,
  upload: FileUpload,
  input: ImportAchievementsInput,
): Promise<ImportRun> {
  const institution = await importingInstitution(ctx, 'input.institutionId', input.institutionId, achievementTarget);
  const register = input.register ?? 'WHEN_COMPLETE';
  assertMayImport(ctx, institution, register);
  return importFile(ctx, 'importAchievements', achievementTarget, institution, register, upload, input);
}

/** Queues the import of a file of past investments for an organisation with an investor profile. */
export async function importTrackRecords(
  ctx: Context,
  upload: FileUpload,
  input: ImportTrackRecordsInput,
): Promise<ImportRun> {
  const organisation = await importingInstitution(ctx, 'input.organisationId', input.organisationId, trackRecordTarget);
  return importFile(ctx, 'importTrackRecords', trackRecordTarget, organisation, 'NEVER', upload, input);
}

/** Checks a file's container and column mapping at once, and queues a run that imports its rows. */
async function importFile(
  ctx: Context,
  operation: string,
  target: ImportTarget,
  institution: Organisation,
  register: ImportRegister,
  upload: FileUpload,
  input: FileImportInput,
): Promise<ImportRun> {
  const viewer = requireLogin(ctx);
  readRetitledLines(input.retitledLines);
  const wish = {
    mapping: input.mapping ? readMapping(input.mapping) : undefined,
    name: input.mappingName ?? undefined,
  };
  const reading = readingOf(input, 'input.', wish.mapping);
  const { maxUploadBytes } = ctx.app.config.limits;
  const file = await spoolUpload(upload, { maxBytes: maxUploadBytes, field: 'file' });
  try {
    return await refusing(async () => {
      const examined = await examineFile(
        ctx.app,
        file.path,
        file.fileName,
        { maxFileBytes: maxUploadBytes },
        target.code,
        reading,
      );
      try {
        const { mapping, source } = await chooseMapping(ctx.db, institution.id, examined, wish);
        // The file's hash is part of the request that the idempotency key identifies, so that the key with another file
        // is a conflict.
        const request = Object.assign({ ...input }, { fileSha256: file.sha256 });
        return await writeOnce(ctx, operation, request, ImportRun, async (tx) => {
          assertMayImport(ctx, institution, register);
          const run = await createRun(tx, ctx.app, {
            target: target.code,
            institution,
            register,
            mapping,
            accountId: viewer.accountId,
            mode: input.mode ?? 'ROW_BY_ROW',
            dryRun: input.dryRun ?? false,
            fileName: file.fileName,
            fileSha256: file.sha256,
            source: examined.source,
            mappingSource: source,
            retitledLines: readRetitledLines(input.retitledLines),
            reading,
            suggested: examined.suggested,
          });
          await storeFile(tx, run.id, file.path);
          await queueImport(tx, run.id);
          return run;
        });
      } finally {
        await examined.source.close();
      }
    });
  } finally {
    await file.dispose();
  }
}

/** Locks a run that the viewer may act on. */
async function lockRun(
  ctx: Context,
  tx: Parameters<Parameters<typeof write>[1]>[0],
  input: ImportRunInput,
): Promise<ImportRun> {
  requireLogin(ctx);
  const run = await tx.findOne(ImportRun, {
    where: { id: readId('input.id', 'ImportRun', input.id) },
    lock: { mode: 'pessimistic_write' },
  });
  if (!run || !can(ctx, 'import:read', { organisationId: run.institutionId }))
    throw new NotFoundError(say('thing.theImport'));
  authorize(ctx, 'import:run', { organisationId: run.institutionId });
  return run;
}

/** Cancels an import run: a queued one at once, a running one after its current batch of rows. */
export function cancelImport(ctx: Context, input: ImportRunInput): Promise<ImportRun> {
  return write(ctx, async (tx) => {
    const run = await lockRun(ctx, tx, input);
    if (run.status === 'QUEUED') await endRun(tx, ctx.app, run.id, 'CANCELLED', null);
    else if (run.status === 'RUNNING') {
      await changedRows(tx, `UPDATE import_run SET cancel_requested = true WHERE id = $1`, [run.id]);
      await closeAbandoned(tx, ctx.app, run.institutionId);
    } else
      throw new ConflictError(say('NOT_RUNNING.ended', { status: termOf('ImportStatus', run.status) }), 'NOT_RUNNING', {
        current: run.status,
      });
    return tx.findOneByOrFail(ImportRun, { id: run.id });
  });
}

/**
 * Queues an interrupted or failed import run again, with the same stored file. The run then belongs to the viewer,
 * whose right to import it needs until it ends.
 */
export function rerunImport(ctx: Context, input: ImportRunInput): Promise<ImportRun> {
  return write(ctx, async (tx) => {
    const run = await lockRun(ctx, tx, input);
    const { accountId } = requireLogin(ctx);
    await closeAbandoned(tx, ctx.app, run.institutionId);
    const { status } = await tx.findOneByOrFail(ImportRun, { id: run.id });
    const [stored] = (await tx.query(`SELECT 1 FROM import_file WHERE run_id = $1 LIMIT 1`, [run.id])) as unknown[];
    if ((status !== 'INTERRUPTED' && status !== 'FAILED') || stored === undefined) {
      throw new ConflictError(say('NOT_RERUNNABLE.upload'), 'NOT_RERUNNABLE', { current: status });
    }
    const [other] = (await tx.query(
      `SELECT 1 FROM import_run WHERE institution_id = $1 AND status IN ('QUEUED','RUNNING')`,
      [run.institutionId],
    )) as unknown[];
    if (other !== undefined) throw await running(tx, run.institutionId);
    await changedRows(tx, `DELETE FROM import_report_row WHERE run_id = $1`, [run.id]);
    await changedRows(
      tx,
      `UPDATE import_run
       SET status = 'QUEUED', created_by = $2, fault = NULL, cancel_requested = false, processed = 0, created = 0, updated = 0,
         unchanged = 0, rejected = 0, registered = 0, admitted_changed = 0, passports_voided = 0, report_rows = 0, registered_digest = '', started_at = NULL,
         finished_at = NULL, heartbeat_at = NULL
       WHERE id = $1`,
      [run.id, accountId],
    );
    await queueImport(tx, run.id);
    return tx.findOneByOrFail(ImportRun, { id: run.id });
  });
}
