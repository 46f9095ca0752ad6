import { OnlineMigration } from '../src/lib/online-migration.js';

/** The achievements of an institution in one status, in the order of lists: pages and totals are one range of it. */
export class CountIndexes20261201020100 extends OnlineMigration {
  readonly name = 'CountIndexes20261201020100';

  override readonly indexes = [
    { name: 'achievement_institution_status', on: 'achievement (institution_id, status, id)' },
  ];
}
