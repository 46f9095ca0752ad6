import type { EntityManager } from 'typeorm';
import { can } from '../../kernel/authz.js';
import type { App } from '../../kernel/context.js';
import { holdRightsOf } from '../../identity/sessions/held-rights.js';
import type { ImportFault, ImportRun } from './import.entity.js';

/** Thrown when the member who asked for a run may no longer import for the institution. */
export class RightEnded extends Error {}

export const rightEnded: ImportFault = {
  code: 'RIGHT_ENDED',
  message:
    'The person who asked for this import may no longer import for the institution, so it was stopped. Row by row, what was taken stands; another editor can upload the file again.',
  line: null,
};

/** Throws unless the member who asked for the run may still import; holds that right until the transaction ends. */
export async function holdImportRight(app: App, tx: EntityManager, run: ImportRun): Promise<void> {
  const viewer = run.createdById === null ? null : await holdRightsOf(app, tx, run.createdById);
  if (viewer === null || !can({ app, viewer }, 'import:run', { organisationId: run.institutionId }))
    throw new RightEnded('the member may no longer import');
}
