import type { EntityManager } from 'typeorm';
import { authorize } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { ConflictError } from '../../kernel/errors.js';
import { readId } from '../../kernel/node.js';
import { writeOwn } from '../../kernel/write.js';
import { record } from '../../ledger/ledger.service.js';
import { Organisation } from './organisation.entity.js';
import type { DeleteOrganisationInput } from './organisation.inputs.js';
import { isViolation, lockOrganisation } from './organisations.service.js';
import { say } from '../../messages/catalogue.js';

const inUse = () => new ConflictError(say('ORGANISATION_IN_USE.close'), 'ORGANISATION_IN_USE');

/** Tables whose rows belong to the organisation alone; they are deleted with it. */
const OWN_TABLES = ['membership', 'invitation', 'investor_profile', 'column_mapping'];

/**
 * Whether rows outside OWN_TABLES refer to the organisation, such as threads, grants or rounds. All foreign keys are
 * followed, since several would delete those rows, or empty the reference in them, together with the organisation.
 */
async function isOnRecord(tx: EntityManager, id: string): Promise<boolean> {
  const keys = (await tx.query(
    `SELECT quote_ident(c.relname) AS "table", quote_ident(a.attname) AS "column"
     FROM pg_constraint k
     JOIN pg_class c ON c.oid = k.conrelid
     JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
     WHERE k.contype = 'f' AND k.confrelid = 'organisation'::regclass AND c.relname <> ALL ($1)`,
    [OWN_TABLES],
  )) as Array<{ table: string; column: string }>;
  for (const { table, column } of keys) {
    const rows = (await tx.query(`SELECT 1 FROM ${table} WHERE ${column} = $1 LIMIT 1`, [id])) as unknown[];
    if (rows.length > 0) return true;
  }
  return false;
}

/**
 * Deletes an organisation that is not verified and to which only rows of OWN_TABLES refer, so that trial entries can be
 * removed.
 */
export async function deleteOrganisation(ctx: Context, input: DeleteOrganisationInput): Promise<void> {
  const id = readId('id', 'Organisation', input.id);
  try {
    await writeOwn(ctx, { organisations: true }, async (tx) => {
      const before = await lockOrganisation(ctx, tx, id);
      authorize(ctx, 'organisation:edit', { organisationId: id });
      if (before.verification === 'VERIFIED')
        throw new ConflictError(say('ORGANISATION_VERIFIED.close'), 'ORGANISATION_VERIFIED');
      if (await isOnRecord(tx, id)) throw inUse();
      await tx.delete(Organisation, { id });
      await record(tx, ctx, {
        kind: 'organisation.deleted',
        subjectType: 'Organisation',
        subjectId: id,
        facts: { revision: before.revision },
      });
    });
  } catch (error) {
    if (isViolation(error, '23503')) throw inUse();
    throw error;
  }
}
