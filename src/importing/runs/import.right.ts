import type { EntityManager } from 'typeorm';
import { can } from '../../kernel/authz.js';
import type { App } from '../../kernel/context.js';
import { holdRightsOf } from '../../identity/sessions/held-rights.js';
import type { ImportRun } from './import.entity.js';
import { say } from '../../messages/catalogue.js';
import { importFault, type StoredFault } from './import.said.js';

/** Thrown when the member who asked for a run may no longer import for the institution. */
export class RightEnded extends Error {}

export const rightEnded: StoredFault = importFault(say('RIGHT_ENDED.import'));

/** Throws unless the member who asked for the run may still import; holds that right until the transaction ends. */
export async function holdImportRight(app: App, tx: EntityManager, run: ImportRun): Promise<void> {
  const viewer = run.createdById === null ? null : await holdRightsOf(app, tx, run.createdById);
  if (viewer === null || !can({ app, viewer }, 'import:run', { organisationId: run.institutionId }))
    throw new RightEnded('the member may no longer import');
}
