import type { EntityManager } from 'typeorm';
import type { Context } from '../kernel/context.js';
import type { LedgerEntry } from '../ledger/ledger.service.js';
import type { AchievementRecord } from './achievement.record.js';
import type { AchievementAction } from './achievement.stages.js';

declare module '../kernel/context.js' {
  interface App {
    /** Reactions of processes (vetting, deals) to changes of achievements. */
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
 * Callbacks of the processes that build on achievements, called inside the transaction of a change after its rows are
 * written. Wired in the composition root, so that this folder imports no process. The ledger entries that a callback
 * returns are appended with those of the change itself.
 */
export interface AchievementHooks {
  /** A viewer opened the entry's own page. Called outside a transaction; the caller does not wait for the result. */
  opened(ctx: Context): void;
  /** The achievements under judgement among `ids`: neither their record nor their status may change now. */
  held(tx: EntityManager, ids: readonly string[]): Promise<ReadonlySet<string>>;
  moved(tx: EntityManager, at: Date, moves: readonly AchievementMove[]): Promise<LedgerEntry[]>;
  /** Called after edits of records that are no longer drafts. */
  edited(tx: EntityManager, at: Date, edits: readonly AchievementEdit[]): Promise<LedgerEntry[]>;
  /** A file of evidence, present since `addedAt`, was removed. */
  evidenceRemoved(tx: EntityManager, at: Date, removed: { id: string; addedAt: Date }): Promise<LedgerEntry[]>;
  /** The file name shown if a process lets the viewer open the file whatever its tier; null if no process does. */
  evidenceName(ctx: Context, evidenceId: string): Promise<string | null>;
}
