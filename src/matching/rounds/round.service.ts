import { noteAuthor } from '../../kernel/authored.js';
import type { EntityManager } from 'typeorm';
import { authorize } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { badInput, ConflictError, InputError, NotFoundError, type FieldProblem } from '../../kernel/errors.js';
import { readReason } from '../../kernel/reason.js';
import { changedRows } from '../../lib/changed-rows.js';
import { addJob } from '../../kernel/jobs.js';
import { record } from '../../ledger/ledger.service.js';
import { sealedFacts } from '../../ledger/texts.js';
import { fromGlobalId, isUuid, newId } from '../../lib/ids.js';
import { readLocalized } from '../../kernel/localized.js';
import { readId } from '../../kernel/node.js';
import { writeOnce } from '../../kernel/write.js';
import { MatchingRound, RoundVeto } from './round.entity.js';
import {
  MAX_PLACES,
  type AddRoundVetoInput,
  type CreateMatchingRoundInput,
  type MatchingRoundActionInput,
  type RemoveRoundVetoInput,
  type SetRoundCapacityInput,
} from './round.inputs.js';
import { dropWhatMayNotBe } from './publication.js';
import { notifyOfClosing, notifyOfPublication } from './round.mails.js';
import { roundLifecycle, type MatchingRoundAction, type MatchingRoundStatus, type RoundSide } from './vocabularies.js';
import { say } from '../../messages/catalogue.js';

export const ROUND_TASK = 'matching:round';

/**
 * Loads a matching round and locks its row until the transaction ends. With mode 'change', other callers of this
 * function wait, whatever their mode; with mode 'hold', only those with mode 'change' wait, so several transactions can
 * hold the row at once. In both modes others cannot change the row, but they can insert rows that refer to it. Throws
 * NOT_FOUND if the matching round does not exist.
 */
export async function lockRound(
  tx: EntityManager,
  id: string,
  mode: 'change' | 'hold' = 'change',
): Promise<MatchingRound> {
  const round = await tx.findOne(MatchingRound, {
    where: { id },
    lock: { mode: mode === 'change' ? 'for_no_key_update' : 'pessimistic_read' },
  });
  if (!round) throw new NotFoundError(say('thing.theMatchingRound'));
  return round;
}

/** Throws CONFLICT unless the matching round has one of the allowed statuses. */
function requireStatus(round: MatchingRound, ...allowed: MatchingRoundStatus[]): void {
  if (allowed.includes(round.status)) return;
  throw new ConflictError(
    say('ROUND_STATUS.allowed', { status: round.status, allowed: [...allowed] }),
    'ROUND_STATUS',
    { current: round.status, allowed },
  );
}

function placesProblem(field: string, places: number): FieldProblem[] {
  return places >= 0 && places <= MAX_PLACES
    ? []
    : [{ field, code: 'OUT_OF_RANGE', message: say('OUT_OF_RANGE.zeroTo', { max: MAX_PLACES }) }];
}

/** Operator action: creates a matching round without pairs; these are made when the round is computed. */
export function createMatchingRound(ctx: Context, input: CreateMatchingRoundInput): Promise<MatchingRound> {
  const problems: FieldProblem[] = [];
  const name = readLocalized('input.name', input.name, 120, problems);
  if (name === null) problems.push({ field: 'input.name', code: 'REQUIRED', message: say('REQUIRED.language') });
  problems.push(
    ...placesProblem('input.achievementPlaces', input.achievementPlaces),
    ...placesProblem('input.investorPlaces', input.investorPlaces),
  );
  if (input.floor != null && !Number.isFinite(input.floor))
    problems.push({ field: 'input.floor', code: 'OUT_OF_RANGE', message: say('OUT_OF_RANGE.finite') });
  if (problems.length > 0 || name === null) throw new InputError(problems);
  return writeOnce(ctx, 'createMatchingRound', input, MatchingRound, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const { method, achievementPlaces, investorPlaces } = input;
    const floor = input.floor ?? null;
    const id = newId();
    await tx.insert(MatchingRound, {
      id,
      nameText: name,
      method,
      status: 'DRAFT',
      floor,
      achievementPlaces,
      investorPlaces,
      createdAt: ctx.now(),
    });
    await record(tx, ctx, {
      kind: 'round.created',
      subjectType: 'MatchingRound',
      subjectId: id,
      facts: { method, floor, achievementPlaces, investorPlaces },
    });
    return tx.findOneByOrFail(MatchingRound, { id });
  });
}

function readParticipant(globalId: string): { side: RoundSide; id: string } {
  const id = fromGlobalId(globalId);
  const side = id?.type === 'Achievement' ? 'ACHIEVEMENT' : id?.type === 'InvestorProfile' ? 'INVESTOR' : null;
  if (!id || side === null || !isUuid(id.key)) throw badInput('input.participantId', 'BAD_ID', say('BAD_ID.pair'));
  return { side, id: id.key };
}

/** Throws if the pair of a veto concerns an organisation in which the operator has a conflict of interest. */
async function refuseOwnPair(tx: EntityManager, ctx: Context, veto: RoundVeto): Promise<void> {
  const sides = (await tx.query(
    `SELECT institution_id AS "organisationId" FROM achievement WHERE id = $1
     UNION ALL
     SELECT organisation_id FROM investor_profile WHERE id = $2`,
    [veto.achievementId, veto.investorId],
  )) as Array<{ organisationId: string }>;
  for (const side of sides) authorize(ctx, 'platform:operate', side);
}

async function requireParticipant(tx: EntityManager, ctx: Context, side: RoundSide, id: string): Promise<void> {
  const [found] = (await tx.query(
    side === 'ACHIEVEMENT'
      ? `SELECT institution_id AS "organisationId" FROM achievement WHERE id = $1 AND status = 'ADMITTED'`
      : `SELECT organisation_id AS "organisationId" FROM investor_profile WHERE id = $1`,
    [id],
  )) as Array<{ organisationId: string }>;
  authorize(ctx, 'platform:operate', found);
  if (!found) throw new NotFoundError(side === 'ACHIEVEMENT' ? say('thing.thePoolEntry') : say('thing.theInvestor'));
}

/** Operator action: sets the number of places of one participant of a round. A result computed before becomes stale. */
export function setRoundCapacity(ctx: Context, input: SetRoundCapacityInput): Promise<MatchingRound> {
  const roundId = readId('input.id', 'MatchingRound', input.id);
  const participant = readParticipant(input.participantId);
  const places = input.places ?? null;
  const problems = places === null ? [] : placesProblem('input.places', places);
  if (problems.length > 0) throw new InputError(problems);
  return writeOnce(ctx, 'setRoundCapacity', input, MatchingRound, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const round = await lockRound(tx, roundId);
    requireStatus(round, 'DRAFT', 'COMPUTED');
    await requireParticipant(tx, ctx, participant.side, participant.id);
    const changed =
      places === null
        ? await changedRows(
            tx,
            `DELETE FROM matching_round_capacity
             WHERE round_id = $1 AND side = $2 AND participant_id = $3
             RETURNING places`,
            [roundId, participant.side, participant.id],
          )
        : await changedRows(
            tx,
            `INSERT INTO matching_round_capacity AS c (round_id, side, participant_id, places)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT (round_id, side, participant_id) DO UPDATE
             SET places = excluded.places
             WHERE c.places <> excluded.places
             RETURNING places`,
            [roundId, participant.side, participant.id, places],
          );
    if (changed.length === 0) return round;
    await tx.update(MatchingRound, { id: roundId }, { stale: round.status === 'COMPUTED' });
    await record(tx, ctx, {
      kind: 'round.capacity-set',
      subjectType: 'MatchingRound',
      subjectId: roundId,
      facts: { side: participant.side, participant: participant.id, places },
    });
    return tx.findOneByOrFail(MatchingRound, { id: roundId });
  });
}

/**
 * Operator action: excludes a pair from a matching round, on behalf of one of its sides or of the platform. A pair that
 * was already computed is dropped at publication.
 */
export function addRoundVeto(ctx: Context, input: AddRoundVetoInput): Promise<MatchingRound> {
  const roundId = readId('input.id', 'MatchingRound', input.id);
  const achievementId = readId('input.achievementId', 'Achievement', input.achievementId);
  const investorId = readId('input.investorId', 'InvestorProfile', input.investorId);
  const note = readReason('input.note', input.note);
  return writeOnce(ctx, 'addRoundVeto', input, MatchingRound, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const round = await lockRound(tx, roundId);
    requireStatus(round, 'DRAFT', 'COMPUTING', 'COMPUTED');
    await requireParticipant(tx, ctx, 'ACHIEVEMENT', achievementId);
    await requireParticipant(tx, ctx, 'INVESTOR', investorId);
    const standing = await tx.findOneBy(RoundVeto, { roundId, achievementId, investorId });
    if (standing) return round;
    const id = newId();
    await tx.insert(RoundVeto, {
      id,
      roundId,
      achievementId,
      investorId,
      side: input.side,
      note,
      createdAt: ctx.now(),
    });
    await noteAuthor(tx, ctx, 'matching_round_veto.note', id, note);
    await record(tx, ctx, {
      kind: 'round.veto-added',
      subjectType: 'MatchingRound',
      subjectId: roundId,
      facts: {
        veto: id,
        ...(await sealedFacts(tx, ctx, { achievement: achievementId, investor: investorId, side: input.side })),
      },
    });
    return round;
  });
}

/**
 * Operator action: removes a veto from a matching round. A computed result becomes stale unless it contains the pair,
 * since the veto may have excluded the pair.
 */
export function removeRoundVeto(ctx: Context, input: RemoveRoundVetoInput): Promise<MatchingRound> {
  const id = readId('input.id', 'RoundVeto', input.id);
  return writeOnce(ctx, 'removeRoundVeto', input, MatchingRound, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const seen = await tx.findOneBy(RoundVeto, { id });
    if (!seen) throw new NotFoundError(say('thing.theVeto'));
    const round = await lockRound(tx, seen.roundId);
    requireStatus(round, 'DRAFT', 'COMPUTED');
    const { roundId, achievementId, investorId } = seen;
    await refuseOwnPair(tx, ctx, seen);
    const removed = await changedRows(tx, `DELETE FROM matching_round_veto WHERE id = $1 RETURNING id`, [id]);
    if (removed.length === 0) throw new NotFoundError(say('thing.theVeto'));
    const [paired] = (await tx.query(
      `SELECT 1 FROM matching_round_pair WHERE round_id = $1 AND achievement_id = $2 AND investor_id = $3`,
      [roundId, achievementId, investorId],
    )) as unknown[];
    if (round.status === 'COMPUTED' && !paired) await tx.update(MatchingRound, { id: roundId }, { stale: true });
    await record(tx, ctx, {
      kind: 'round.veto-removed',
      subjectType: 'MatchingRound',
      subjectId: roundId,
      facts: { veto: id },
    });
    return tx.findOneByOrFail(MatchingRound, { id: roundId });
  });
}

/**
 * Carries out one operator action on a matching round's lifecycle in one transaction: locks the round, checks right and
 * status, applies the effect, saves the new status and records it in the ledger.
 */
function step(
  ctx: Context,
  input: MatchingRoundActionInput,
  action: MatchingRoundAction,
  effect: (
    tx: EntityManager,
    round: MatchingRound,
  ) => Promise<{ change: Partial<MatchingRound>; facts: Record<string, unknown> }>,
): Promise<MatchingRound> {
  const id = readId('input.id', 'MatchingRound', input.id);
  return writeOnce(ctx, `round.${action}`, input, MatchingRound, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const round = await lockRound(tx, id);
    const status = roundLifecycle.next(round.status, action);
    const { change, facts } = await effect(tx, round);
    await tx.update(MatchingRound, { id }, { status, ...change } as object);
    await record(tx, ctx, { kind: `round.${action}`, subjectType: 'MatchingRound', subjectId: id, facts });
    return tx.findOneByOrFail(MatchingRound, { id });
  });
}

/** Operator action: queues the background computation of a matching round; its result replaces an earlier one. */
export function computeMatchingRound(ctx: Context, input: MatchingRoundActionInput): Promise<MatchingRound> {
  return step(ctx, input, 'compute', async (tx, round) => {
    const computation = newId();
    await addJob(tx, ROUND_TASK, { roundId: round.id, computation }, { key: `round:${round.id}` });
    return { change: { computation, progress: 0, phase: 'QUEUED', fault: null }, facts: { computation } };
  });
}

/**
 * Operator action: publishes a matching round, which shows each pair to its two sides and notifies them by mail. Pairs
 * that are no longer admissible are dropped; the ledger has them sealed, since a decline or veto may be the reason.
 */
export function publishMatchingRound(ctx: Context, input: MatchingRoundActionInput): Promise<MatchingRound> {
  return step(ctx, input, 'publish', async (tx, round) => {
    if (round.stale) throw new ConflictError(say('ROUND_STALE.changed'), 'ROUND_STALE');
    const dropped = await dropWhatMayNotBe(tx, round.id, ctx.now());
    const pairs = (await tx.query(
      `SELECT id AS pair, achievement_id AS achievement, investor_id AS investor, score
       FROM matching_round_pair
       WHERE round_id = $1 AND status = 'PROPOSED'
       ORDER BY id`,
      [round.id],
    )) as unknown[];
    await notifyOfPublication(tx, round);
    return {
      change: { publishedAt: ctx.now() },
      facts: {
        method: round.method,
        modelVersion: round.modelNumber,
        pairs,
        dropped: dropped.length,
        ...(await sealedFacts(tx, ctx, { dropped })),
      },
    };
  });
}

/** Operator action: closes a published matching round to answers; unanswered pairs keep their status. */
export function closeMatchingRound(ctx: Context, input: MatchingRoundActionInput): Promise<MatchingRound> {
  return step(ctx, input, 'close', async (tx, round) => {
    const counts = (await tx.query(
      `SELECT status, count(*)::int AS n FROM matching_round_pair WHERE round_id = $1 GROUP BY 1 ORDER BY 1`,
      [round.id],
    )) as Array<{ status: string; n: number }>;
    await notifyOfClosing(tx, round);
    return {
      change: { closedAt: ctx.now() },
      facts: { pairs: Object.fromEntries(counts.map(({ status, n }) => [status, n])) },
    };
  });
}

/** Operator action: cancels a matching round before publication; a running computation stops. */
export function cancelMatchingRound(ctx: Context, input: MatchingRoundActionInput): Promise<MatchingRound> {
  return step(ctx, input, 'cancel', (_tx, round) => Promise.resolve({ change: {}, facts: { from: round.status } }));
}
