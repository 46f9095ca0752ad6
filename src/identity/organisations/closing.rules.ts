import { ConflictError } from '../../kernel/errors.js';
import type { Organisation } from './organisation.entity.js';

/** Throws ORGANISATION_CLOSED for a closed organisation. */
export function refuseClosed(organisation: Pick<Organisation, 'verification'>): void {
  if (organisation.verification === 'CLOSED')
    throw new ConflictError(
      'This organisation was closed: it stays on record, and nothing of it changes.',
      'ORGANISATION_CLOSED',
    );
}
