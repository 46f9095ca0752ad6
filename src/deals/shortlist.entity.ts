import { Field, ObjectType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import type { Context } from '../kernel/context.js';
import { byKey, defineLoader } from '../lib/batching.js';
import { connectionType } from '../graphql/pagination.js';
import { Node } from '../kernel/node.js';

@ObjectType({ implements: Node, description: 'A pool entry on the viewer’s shortlist. Nobody else sees it.' })
@Entity('shortlist_entry')
export class ShortlistEntry extends Node {
  @Column('uuid', { name: 'account_id' })
  accountId: string;

  @Column('uuid', { name: 'achievement_id' })
  achievementId: string;

  @Field(() => String, { nullable: true, description: 'The viewer’s own note.' })
  @Column('text', { nullable: true })
  note: string | null;

  @Field(() => Date, { description: 'When it was added.' })
  @Column({ type: 'timestamptz', name: 'added_at', precision: 3 })
  addedAt: Date;
}

export const ShortlistEntryConnection = connectionType('ShortlistEntry', () => ShortlistEntry);

/** Loads an account's shortlist entry for an achievement; the key is `account achievement`. */
const ownEntry = defineLoader<string, ShortlistEntry | null>(async (db, keys) => {
  const [accounts, achievements] = [0, 1].map((i) => keys.map((key) => key.split(' ')[i]));
  const rows = await db
    .createQueryBuilder(ShortlistEntry, 's')
    .where(
      `(s.account_id, s.achievement_id) IN (
         SELECT * FROM unnest(CAST(:accounts AS uuid[]), CAST(:achievements AS uuid[]))
       )`,
      { accounts, achievements },
    )
    .getMany();
  return byKey(keys, rows, (entry) => `${entry.accountId} ${entry.achievementId}`);
});

/** The viewer's shortlist entry for an achievement; null if the achievement is not on the viewer's shortlist. */
export function viewerShortlistEntry(ctx: Context, achievementId: string): Promise<ShortlistEntry | null> {
  const { accountId } = ctx.viewer;
  return accountId === null ? Promise.resolve(null) : ctx.load(ownEntry).load(`${accountId} ${achievementId}`);
}
