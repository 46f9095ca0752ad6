import { authorize, can } from '../../kernel/authz.js';
import { requireLogin, type Context } from '../../kernel/context.js';
import { badInput, NotFoundError } from '../../kernel/errors.js';
import { requireVisible } from '../../identity/organisations/organisations.service.js';
import { newId } from '../../lib/ids.js';
import { cleanText } from '../../kernel/localized.js';
import { readId } from '../../kernel/node.js';
import { write, writeOnce } from '../../kernel/write.js';
import { ColumnMapping } from '../runs/import-parts.entity.js';
import { refusing } from '../runs/import.errors.js';
import type { RemoveColumnMappingInput, SaveColumnMappingInput } from '../runs/import.inputs.js';
import { importingInstitution, readMapping } from '../runs/import.service.js';
import { checkMapping } from './mapping.js';
import { readLabels, treeNames } from './names.js';
import { targetOf } from '../targets/targets.js';
import { say } from '../../messages/catalogue.js';

const MAX_MAPPINGS = 100;
const MAX_COLUMNS = 256;

/**
 * Saves a column mapping of an institution under a name; replaces its earlier mapping of that name for the same kind of
 * import.
 */
export async function saveColumnMapping(ctx: Context, input: SaveColumnMappingInput): Promise<ColumnMapping> {
  const target = targetOf(input.target ?? 'ACHIEVEMENTS');
  const institution = await importingInstitution(ctx, 'input.institutionId', input.institutionId, target);
  const name = cleanText(input.name);
  if (name === undefined || name.length > 100) throw badInput('input.name', 'LENGTH', say('LENGTH.hundred'));
  if (input.mapping.columns.length > MAX_COLUMNS)
    throw badInput('input.mapping.columns', 'TOO_MANY', say('TOO_MANY.max', { max: MAX_COLUMNS }));
  const mapping = readMapping(input.mapping);
  const names = { trees: await treeNames(ctx.app.dataSource), labels: readLabels() };
  // There is no file yet, so the mapping is checked against the headers that it names itself.
  await refusing(() => Promise.resolve(checkMapping(mapping, Object.keys(mapping.columns), names, target)));
  return writeOnce(ctx, 'saveColumnMapping', input, ColumnMapping, async (tx) => {
    requireVisible(ctx, institution, 'The institution');
    authorize(ctx, 'import:run', { organisationId: institution.id });
    const [count] = (await tx.query(
      `SELECT count(*)::int AS n FROM column_mapping WHERE institution_id = $1 AND (name <> $2 OR target <> $3)`,
      [institution.id, name, target.code],
    )) as Array<{ n: number }>;
    if (count!.n >= MAX_MAPPINGS)
      throw badInput('input.name', 'TOO_MANY', say('TOO_MANY.mappings', { max: MAX_MAPPINGS }));
    const [saved] = (await tx.query(
      `INSERT INTO column_mapping (id, institution_id, name, mapping, updated_by, created_at, updated_at, target)
       VALUES ($1, $2, $3, $4, $5, $6, $6, $7)
       ON CONFLICT (institution_id, target, name) DO UPDATE
       SET mapping = excluded.mapping, updated_by = excluded.updated_by, updated_at = excluded.updated_at
       RETURNING id`,
      [newId(), institution.id, name, JSON.stringify(mapping), requireLogin(ctx).accountId, ctx.now(), target.code],
    )) as Array<{ id: string }>;
    return tx.findOneByOrFail(ColumnMapping, { id: saved!.id });
  });
}

export async function removeColumnMapping(ctx: Context, input: RemoveColumnMappingInput): Promise<string> {
  requireLogin(ctx);
  const id = readId('input.id', 'ColumnMapping', input.id);
  return write(ctx, async (tx) => {
    const mapping = await tx.findOneBy(ColumnMapping, { id });
    if (!mapping || !can(ctx, 'import:read', { organisationId: mapping.institutionId }))
      throw new NotFoundError(say('thing.theMapping'));
    authorize(ctx, 'import:run', { organisationId: mapping.institutionId });
    await tx.delete(ColumnMapping, { id });
    return input.id;
  });
}
