import type { EntityManager } from 'typeorm';
import type { Context } from '../kernel/context.js';
import type { LedgerEntry } from '../ledger/ledger.service.js';
import type { AchievementRecord } from './achievement.record.js';
import type { AchievementAction } from './achievement.stages.js';

declare module '../kernel/context.js' {
  interface App {
    /** What processes do when achievements change. */
    readonly achievementHooks: AchievementHooks;
  }
}

export interface AchievementMove {
  id: string;
  action: AchievementAction;
}

export interface AchievementEdit {
  id: string;
  fields: ReadonlyArray<keyof AchievementRecord>;
}

/**
 * What processes that stand on achievements do in the transaction of a change. Wired in the composition root, so that
 * achievements know nothing of them. Called after the rows are written; the ledger records given back are appended with
 * those of the change itself.
 */
export interface AchievementHooks {
  /** A viewer opened this entry's own page. Outside a transaction; nothing is awaited. */
  opened(ctx: Context): void;
  /** Which of these are being judged, so that neither their record nor their state may change now. */
  held(tx: EntityManager, ids: readonly string[]): Promise<ReadonlySet<string>>;
  moved(tx: EntityManager, at: Date, moves: readonly AchievementMove[]): Promise<LedgerEntry[]>;
  /** Edits of records that are not drafts. */
  edited(tx: EntityManager, at: Date, edits: readonly AchievementEdit[]): Promise<LedgerEntry[]>;
  /** A file of evidence that was there from `addedAt` on has been removed. */
  evidenceRemoved(tx: EntityManager, at: Date, removed: { id: string; addedAt: Date }): Promise<LedgerEntry[]>;
  /** The name under which a process lets the viewer open a file of evidence whatever its tier; null where it does not. */
  evidenceName(ctx: Context, evidenceId: string): Promise<string | null>;
}
