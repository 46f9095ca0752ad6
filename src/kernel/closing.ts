import type { EntityManager } from 'typeorm';
import type { App } from './context.js';

/** An organisation that is being closed, and the pseudonym of the person who closes it; null for a background job. */
export interface ClosedOrganisation {
  id: string;
  actor: string | null;
}

/**
 * What one domain does when an organisation is closed: takes back what the organisation shows or offers, and tells the
 * people on the other side. Runs in the transaction of the closing; a cron task may run it again later for what had to
 * wait, so it must be safe to repeat.
 */
export type ClosingStep = (tx: EntityManager, organisation: ClosedOrganisation, app: App) => Promise<void>;
