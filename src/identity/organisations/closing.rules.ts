import { ConflictError } from '../../kernel/errors.js';
import type { Organisation } from './organisation.entity.js';
import { say } from '../../messages/catalogue.js';

/** Throws ORGANISATION_CLOSED for a closed organisation. */
export function refuseClosed(organisation: Pick<Organisation, 'verification'>): void {
  if (organisation.verification === 'CLOSED')
    throw new ConflictError(say('ORGANISATION_CLOSED.change'), 'ORGANISATION_CLOSED');
}
