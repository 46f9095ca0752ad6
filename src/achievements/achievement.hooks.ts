import type { EntityManager } from 'typeorm';
import type { Context } from '../kernel/context.js';
import type { LedgerEntry } from '../ledger/ledger.service.js';
import type { AchievementRecord } from './achievement.record.js';
import type { AchievementAction } from './achievement.stages.js';

declare module '../kernel/context.js' {
  interface App {
    /** Callbacks by which processes (vetting, deals) react to changes of achievements. */
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
 * Callbacks of the processes that build on achievements (vetting, deals). Most are called inside the transaction of a
 * change, after its rows are written. The composition root connects them, so that this folder imports no process.
 * Ledger entries that a callback returns are appended together with those of the change.
 */
export interface AchievementHooks {
  /**
   * Called when a viewer opens an achievement's own page; it runs outside a transaction, and the caller does not wait
   * for its result.
   */
  opened(ctx: Context): void;
  /**
   * Returns those of the achievements `ids` that a cohort is judging at present; until it closes, clients may change
   * neither their records nor their statuses.
   */
  held(tx: EntityManager, ids: readonly string[]): Promise<ReadonlySet<string>>;
  moved(tx: EntityManager, at: Date, moves: readonly AchievementMove[]): Promise<LedgerEntry[]>;
  /** Those of the achievements whose valid score passport an edit of these fields would void. */
  voidedBy(tx: EntityManager, edits: readonly AchievementEdit[]): Promise<ReadonlySet<string>>;
  /** Called after an edit of the records of achievements that are not drafts. */
  edited(tx: EntityManager, at: Date, edits: readonly AchievementEdit[]): Promise<LedgerEntry[]>;
  /**
   * Called after an evidence file of an achievement was removed; `addedAt` is the time at which the file had been
   * added.
   */
  evidenceRemoved(tx: EntityManager, at: Date, removed: { id: string; addedAt: Date }): Promise<LedgerEntry[]>;
  /** Called after a pair of near-duplicates was settled as two different results; `ids` are the two achievements. */
  duplicateSettled(tx: EntityManager, ids: readonly string[]): Promise<void>;
  /**
   * File name under which the viewer may open an evidence file, whatever its disclosure tier, because a process (such
   * as a review) permits it; null if none does.
   */
  evidenceName(ctx: Context, evidenceId: string): Promise<string | null>;
}
