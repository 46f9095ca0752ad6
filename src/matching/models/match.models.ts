import { type DataSource, type EntityManager } from 'typeorm';
import { authorize, can } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { badInput, ConflictError, InputError, NotFoundError, type FieldProblem } from '../../kernel/errors.js';
import { readReason } from '../../kernel/reason.js';
import { record } from '../../ledger/ledger.service.js';
import { newId } from '../../lib/ids.js';
import { selectEntities } from '../../lib/rows.js';
import { writeOnce } from '../../kernel/write.js';
import { DEFAULT_MODEL } from '../engine/default-model.js';
import type { MatchModel } from '../engine/model.js';
import { MatchModelVersion } from './match-model.entity.js';
import { CreateMatchModelInput, ActivateMatchModelInput } from './match-model.inputs.js';
import { numbersOf } from './model-numbers.js';
import { say } from '../../messages/catalogue.js';

/** The model used for scoring now. */
export interface ActiveModel {
  version: number;
  model: MatchModel;
}

/** The 200 newest versions of the matching model, newest first. Operators only. */
export async function listModels(ctx: Context): Promise<MatchModelVersion[]> {
  authorize(ctx, 'platform:operate', undefined);
  return selectEntities(ctx.db, MatchModelVersion, 'ORDER BY e.version DESC LIMIT 200', []);
}

/** A version of the matching model by database id; null unless the viewer is an operator. */
export async function readModel(ctx: Context, id: string): Promise<MatchModelVersion | null> {
  return can(ctx, 'platform:operate', undefined) ? ctx.db.findOneBy(MatchModelVersion, { id }) : null;
}

async function lockModels(tx: EntityManager): Promise<void> {
  await tx.query(`LOCK TABLE match_model IN SHARE ROW EXCLUSIVE MODE`);
}

async function requireVersion(tx: EntityManager, version: number): Promise<MatchModelVersion> {
  const found = await tx.findOneBy(MatchModelVersion, { version });
  if (!found) throw new NotFoundError(say('thing.theVersionOfTheModel'));
  return found;
}

/** Inserts a new version of the matching model, with the next number and not active. */
export async function insertModel(
  tx: EntityManager,
  model: MatchModel,
  made: Pick<MatchModelVersion, 'source' | 'note' | 'figures' | 'createdBy' | 'createdAt'>,
): Promise<MatchModelVersion> {
  await lockModels(tx);
  const [row] = (await tx.query(`SELECT COALESCE(max(version), 0) + 1 AS next FROM match_model`)) as Array<{
    next: number;
  }>;
  const version = tx.create(MatchModelVersion, {
    ...made,
    id: newId(),
    version: row!.next,
    model: { ...model, version: String(row!.next) },
    active: false,
    activatedAt: null,
  });
  await tx.insert(MatchModelVersion, version as never);
  return version;
}

/** Activates a version for scoring. */
export async function switchTo(tx: EntityManager, version: number, at: Date): Promise<void> {
  await lockModels(tx);
  await tx.query(`UPDATE match_model SET active = false WHERE active AND version <> $1`, [version]);
  await tx.query(`UPDATE match_model SET active = true, activated_at = $2 WHERE version = $1`, [version, at]);
}

/**
 * Creates a version of the matching model with some parameters changed. It scores matches only once it is activated.
 */
export async function createModel(ctx: Context, input: CreateMatchModelInput): Promise<MatchModelVersion> {
  authorize(ctx, 'platform:operate', undefined);
  const note = readReason('input.note', input.note, 'note');
  if (input.changes.length < 1 || input.changes.length > 100)
    throw badInput('input.changes', 'COUNT', say('COUNT.parameters'));
  return writeOnce(ctx, 'createMatchModel', input, MatchModelVersion, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const base = await requireVersion(tx, input.base);
    const known = new Map(numbersOf(base.model));
    const problems = input.changes.flatMap(({ path, value }, i): FieldProblem[] => {
      const field = `input.changes[${i}]`;
      if (input.changes.findIndex((other) => other.path === path) < i)
        return [{ field: `${field}.path`, code: 'PATH_TWICE', message: say('PATH_TWICE.parameter') }];
      if (!known.has(path))
        return [
          {
            field: `${field}.path`,
            code: 'UNKNOWN_PARAMETER',
            message: say('UNKNOWN_PARAMETER.model'),
          },
        ];
      return Number.isFinite(value) && Math.abs(value) <= 1000
        ? []
        : [{ field: `${field}.value`, code: 'OUT_OF_RANGE', message: say('OUT_OF_RANGE.thousand') }];
    });
    if (problems.length > 0) throw new InputError(problems);
    const model = structuredClone(base.model);
    for (const { path, value } of input.changes) setNumber(model, path.split('.'), value);
    const version = await insertModel(tx, model, {
      source: 'EDITED',
      note,
      figures: null,
      createdBy: ctx.viewer.accountId,
      createdAt: ctx.now(),
    });
    await record(tx, ctx, {
      kind: 'match-model.created',
      subjectType: 'MatchModelVersion',
      subjectId: version.id,
      facts: {
        version: version.version,
        base: input.base,
        changes: input.changes.map(({ path, value }) => ({ path, value: String(value) })),
      },
    });
    return version;
  });
}

/** Makes a version of the matching model the one that scores matches; activating an earlier version undoes a change. */
export async function activateModel(ctx: Context, input: ActivateMatchModelInput): Promise<MatchModelVersion> {
  authorize(ctx, 'platform:operate', undefined);
  return writeOnce(ctx, 'activateMatchModel', input, MatchModelVersion, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    await lockModels(tx);
    const version = await requireVersion(tx, input.version);
    if (version.active) throw new ConflictError(say('ALREADY_ACTIVE.version'), 'ALREADY_ACTIVE');
    await switchTo(tx, input.version, ctx.now());
    await record(tx, ctx, {
      kind: 'match-model.activated',
      subjectType: 'MatchModelVersion',
      subjectId: version.id,
      facts: { version: version.version },
    });
    return requireVersion(tx, input.version);
  });
}

function setNumber(target: unknown, path: readonly string[], value: number): void {
  const [key, ...rest] = path as [string, ...string[]];
  const object = target as Record<string, unknown>;
  if (rest.length === 0) object[key] = value;
  else setNumber(object[key], rest, value);
}

/**
 * Inserts the model shipped with the software as version 1 if the database has no version; safe if several processes
 * call it at once.
 */
export async function ensureModel(db: DataSource | EntityManager, now: Date): Promise<void> {
  // Checked with a SELECT first: an INSERT fires the statement trigger that notifies all processes even if it
  // inserts no row.
  const [known] = (await db.query(`SELECT 1 FROM match_model LIMIT 1`)) as unknown[];
  if (known) return;
  await db.query(
    `INSERT INTO match_model (id, version, source, model, active, created_at, activated_at)
     SELECT $3::uuid, 1, 'SHIPPED', $1::jsonb, true, $2::timestamptz, $2::timestamptz
     WHERE NOT EXISTS (SELECT 1 FROM match_model)
     ON CONFLICT DO NOTHING`,
    [JSON.stringify({ ...DEFAULT_MODEL, version: '1' }), now, newId()],
  );
}

export async function activeModel(db: DataSource | EntityManager): Promise<ActiveModel> {
  const [row] = (await db.query(`SELECT version, model FROM match_model WHERE active`)) as ActiveModel[];
  if (!row) throw new Error('no model of matching is active; a start of the service makes the shipped one');
  return row;
}
