import type { EntityManager } from 'typeorm';
import type { ErasedPerson, PersonalData } from '../kernel/personal-data.js';
import { changedRows } from '../lib/changed-rows.js';

/**
 * Deletes the waiting jobs and mails that are addressed to the person, or that contain the person's account id, such as
 * mails that quote the person's words.
 */
async function eraseFromOutbox(tx: EntityManager, { accountId, email }: ErasedPerson): Promise<void> {
  await changedRows(
    tx,
    `DELETE FROM graphile_worker._private_jobs
     WHERE lower(payload->>'to') = lower($1) OR lower(payload->>'email') = lower($1)
        OR strpos(payload::text, $2) > 0`,
    [email, accountId],
  );
}

/** Personal data in mails that wait to be sent. */
export const outboxPersonalData: PersonalData = {
  part: 'outbox',
  exports: {},
  erase: eraseFromOutbox,
  columns: {
    '_private_jobs.payload': {
      holds: 'mails that wait to be sent',
      exported: { not: 'They are on their way to the person, or quote what is exported elsewhere.' },
      erased: 'DELETED',
    },
  },
};
