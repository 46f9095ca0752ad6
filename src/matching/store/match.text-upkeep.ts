import type { DataSource } from 'typeorm';
import { addJob } from '../../kernel/jobs.js';
import type { TextModel } from '../../text/similarity.js';
import type { LoadedRecord } from './match.records.js';
import { fillTexts, generationIsDue, readTextModel, TEXTS_TASK, type TextKind } from './match.texts.js';

/**
 * Minimum interval, in milliseconds, between checks whether a new text generation is due, because the check counts
 * whole tables.
 */
const DUE_CHECK_MS = 5000;
/** Number of text vectors computed before control returns to the event loop. */
const BATCH = 50;

/** Keeps the text vectors of the records in memory complete, and queues new text generations. */
export class TextUpkeep {
  private model: { generation: number; model: Promise<TextModel> } | null = null;
  /** Time in milliseconds (performance.now()) when it was last checked whether a new text generation is due. */
  private lastCheck = Number.NEGATIVE_INFINITY;
  /** True after a load or change of records, until the next check whether a new text generation is due. */
  mayBeDue = true;

  constructor(private readonly dataSource: DataSource) {}

  /** Text model (term weights) of a text generation; the last one is cached. */
  modelOf(generation: number): Promise<TextModel> {
    if (this.model?.generation !== generation) {
      const model = readTextModel(this.dataSource, generation);
      this.model = { generation, model };
      model.catch(() => (this.model = null));
    }
    return this.model.model;
  }

  /** Computes and stores the text vectors of records whose vector is missing or belongs to another text. */
  async fill<T extends { id: string; text: unknown }>(
    kind: TextKind,
    generation: number,
    rows: ReadonlyArray<LoadedRecord<T>>,
  ): Promise<void> {
    const stale = rows.filter((row) => row.stale);
    if (stale.length === 0 || generation === 0) return;
    const model = await this.modelOf(generation);
    for (let i = 0; i < stale.length; i += BATCH) {
      await fillTexts(this.dataSource, kind, generation, model, stale.slice(i, i + BATCH));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Queues the job that builds a new text generation, if one is due; repeated calls queue it only once. */
  async queueGenerationIfDue(): Promise<void> {
    if (!this.mayBeDue || performance.now() - this.lastCheck < DUE_CHECK_MS) return;
    this.lastCheck = performance.now();
    this.mayBeDue = false;
    if (await generationIsDue(this.dataSource))
      await addJob(this.dataSource.manager, TEXTS_TASK, {}, { key: TEXTS_TASK, queue: TEXTS_TASK });
  }
}
