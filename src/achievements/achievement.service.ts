import type { EntityManager } from 'typeorm';
import { authorize, type Action } from '../kernel/authz.js';
import { requireLogin, type Context } from '../kernel/context.js';
import { ConflictError, ForbiddenError, InputError, NotFoundError, type FieldProblem } from '../kernel/errors.js';
import { readReason, requireReason } from '../kernel/reason.js';
import { refuseClosed } from '../identity/organisations/closing.rules.js';
import { requireVisible, visibleOrganisation } from '../identity/organisations/organisations.service.js';
import { LISTING_KINDS, Organisation } from '../identity/organisations/organisation.entity.js';
import { appendLedger } from '../ledger/ledger.service.js';
import { reasonFact } from '../ledger/texts.js';
import { newId } from '../lib/ids.js';
import { selectEntities } from '../lib/rows.js';
import { readId } from '../kernel/node.js';
import { noteForIndexing } from '../outbox/indexing.js';
import { codeLists } from '../taxonomy/code-lists.js';
import { refuseStale } from '../kernel/stale-revision.js';
import { writeOnce } from '../kernel/write.js';
import { Achievement } from './achievement.entity.js';
import type { AchievementActionInput, CreateAchievementInput, UpdateAchievementInput } from './achievement.inputs.js';
import {
  applyInput,
  changedFields,
  emptyRecord,
  inOrder,
  missingForRegistration,
  recordHash,
  type AchievementRecord,
} from './achievement.record.js';
import { achievementLifecycle, EDITABLE, type AchievementAction } from './achievement.stages.js';
import { insertAchievements, readRecord, replaceAchievements } from './achievement.store.js';
import { isVisible } from './disclosure/disclosure.js';
import { COMPARED_FIELDS, findDuplicates, queueDuplicateScan } from './duplicates.service.js';
import { dayOfChina, yearOfChina } from '../lib/day.js';
import { say } from '../messages/catalogue.js';

/** Makes an input error in which each problem's field begins with the path of the record in the client's input. */
function inputError(problems: FieldProblem[]): InputError {
  return new InputError(problems.map((p) => ({ ...p, field: `input.content.${p.field}` })));
}

/**
 * Locks an achievement until the transaction ends; throws NOT_FOUND if it does not exist or the viewer may not see it.
 */
export async function lockAchievement(tx: EntityManager, ctx: Context, id: string): Promise<Achievement> {
  // The lock is FOR NO KEY UPDATE and not FOR UPDATE: when two near-duplicates are edited at the same time, each
  // transaction inserts a reference to the other one's row, and with FOR UPDATE they would deadlock.
  const [achievement] = await selectEntities(tx, Achievement, 'WHERE e.id = $1 FOR NO KEY UPDATE', [id]);
  if (!achievement || !isVisible(ctx, achievement)) throw new NotFoundError(say('thing.theAchievement'));
  return achievement;
}

/** Throws unless the organisation is of a kind (university, institute, enterprise) that may list achievements. */
export function assertLists(institution: Organisation): void {
  if (!LISTING_KINDS.includes(institution.kind))
    throw new ForbiddenError(say('NOT_A_LISTING_KIND.kind'), 'NOT_A_LISTING_KIND');
}

/**
 * Converts a database error about a taken registration number or external id into a typed conflict; returns any other
 * error unchanged.
 */
export function asKeyConflict(error: unknown): unknown {
  const { code, constraint } = error as { code?: string; constraint?: string };
  if (code !== '23505') return error;
  if (constraint === 'achievement_institution_id_external_id_key')
    return new ConflictError(say('EXTERNAL_ID_TAKEN.sentenceAchievement'), 'EXTERNAL_ID_TAKEN', {
      field: 'input.content.externalId',
    });
  if (constraint === 'achievement_registration_no_key')
    return new ConflictError(say('REGISTRATION_NO_TAKEN.sentence'), 'REGISTRATION_NO_TAKEN', {
      field: 'input.content.registrationNo',
    });
  return error;
}

async function keyConflicts<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw asKeyConflict(error);
  }
}

/**
 * Creates a draft for an institution that may list achievements, by one of its editors or owners; without a region in
 * the input the draft has the institution's.
 */
export async function createAchievement(ctx: Context, input: CreateAchievementInput): Promise<Achievement> {
  const institutionId = readId('input.institutionId', 'Organisation', input.institutionId);
  requireLogin(ctx);
  const institution = await visibleOrganisation(ctx, institutionId);
  if (!institution) throw new NotFoundError(say('thing.theInstitution'));
  const codes = await codeLists(ctx.app.dataSource);
  return keyConflicts(() =>
    writeOnce(ctx, 'createAchievement', input, Achievement, async (tx) => {
      requireVisible(ctx, institution, 'The institution');
      authorize(ctx, 'achievement:edit', { organisationId: institutionId });
      assertLists(institution);
      const problems: FieldProblem[] = [];
      const content = applyInput(
        { ...emptyRecord, regionCode: institution.regionCode },
        input.content,
        codes,
        problems,
        dayOfChina(ctx.now()),
      );
      if (problems.length > 0) throw inputError(problems);
      const id = newId();
      await insertAchievements(tx, [
        {
          id,
          institutionId,
          status: 'DRAFT',
          revision: 1,
          record: content,
          editedBy: requireLogin(ctx).accountId,
          note: null,
          at: ctx.now(),
        },
      ]);
      return tx.findOneByOrFail(Achievement, { id });
    }),
  );
}

/**
 * Edits an achievement's record. If the client's edit is not based on the newest revision, nothing changes and a
 * CONFLICT shows, for each field that the edit changes, base, new and current value.
 */
export async function updateAchievement(ctx: Context, input: UpdateAchievementInput): Promise<Achievement> {
  const id = readId('input.id', 'Achievement', input.id);
  const note = readReason('input.note', input.note);
  const today = dayOfChina(ctx.now());
  const codes = await codeLists(ctx.app.dataSource);
  return keyConflicts(() =>
    writeOnce(ctx, 'updateAchievement', input, Achievement, async (tx) => {
      const achievement = await lockAchievement(tx, ctx, id);
      authorize(ctx, 'achievement:edit', { organisationId: achievement.institutionId });
      if (!EDITABLE.includes(achievement.status)) {
        throw new ConflictError(say('NOT_EDITABLE.achievement', { status: achievement.status }), 'NOT_EDITABLE', {
          current: achievement.status,
        });
      }
      await assertNotHeld(tx, ctx, id);
      const current = await readRecord(tx, id);
      if (!current) throw new NotFoundError(say('thing.theRecord'));
      const problems: FieldProblem[] = [];
      await refuseStale(input.revision, {
        what: say('thing.thisAchievement'),
        revision: achievement.revision,
        current,
        baseOf: (revision) => readRecord(tx, id, revision),
        apply: (base) => applyInput(base, input.content, codes, [], today),
        show: inOrder,
      });
      const next = applyInput(current, input.content, codes, problems, today);
      if (achievement.status !== 'DRAFT') {
        problems.push(...missingForRegistration(next));
        if (next.registrationNo === null) next.registrationNo = current.registrationNo;
      }
      if (problems.length > 0) throw inputError(problems);
      const changed = changedFields(current, next);
      if (changed.length === 0) return achievement;
      await replaceAchievements(tx, [
        {
          id,
          institutionId: achievement.institutionId,
          status: achievement.status,
          revision: achievement.revision + 1,
          record: next,
          editedBy: ctx.viewer.accountId,
          note,
          at: ctx.now(),
          changed,
        },
      ]);
      // The achievement is read before the ledger record is appended, because from then on all other writers of the
      // ledger wait for this transaction.
      const [edited] = await selectEntities(tx, Achievement, 'WHERE e.id = $1', [id]);
      if (achievement.status !== 'DRAFT') {
        if (changed.some((field) => COMPARED_FIELDS.has(field))) {
          await findDuplicates(tx, id, ctx.now());
          await queueDuplicateScan(tx, [id], ctx.now());
        }
        if (achievement.status === 'ADMITTED') await noteForIndexing(tx, [id]);
        const followed = await ctx.app.achievementHooks.edited(tx, ctx.now(), [{ id, fields: changed }]);
        await appendLedger(tx, ctx.viewer.pseudonym, ctx.now(), [
          {
            kind: 'achievement.edited',
            subjectType: 'Achievement',
            subjectId: id,
            facts: { revision: achievement.revision + 1, fields: changed, hash: recordHash(next) },
          },
          ...followed,
        ]);
      }
      return edited!;
    }),
  );
}

/** Throws while a cohort judges the achievement, even where it stays in the pool meanwhile. */
export async function assertNotHeld(tx: EntityManager, ctx: Context, id: string): Promise<void> {
  if ((await ctx.app.achievementHooks.held(tx, [id])).has(id))
    throw new ConflictError(say('UNDER_REVIEW.result'), 'UNDER_REVIEW');
}

/**
 * Moves an achievement along its lifecycle: checks the viewer's right, changes the status, appends the ledger record,
 * and queues the indexing if the achievement is in the pool before or after the change.
 */
async function act(
  ctx: Context,
  input: AchievementActionInput,
  action: AchievementAction,
  right: Extract<Action, 'achievement:edit' | 'platform:operate'>,
  effect: (
    achievement: Achievement,
    tx: EntityManager,
  ) => Promise<Record<string, unknown>> | Record<string, unknown> = () => ({}),
): Promise<Achievement> {
  const id = readId('input.id', 'Achievement', input.id);
  const reason = readReason('input.reason', input.reason);
  return keyConflicts(() =>
    writeOnce(ctx, `achievement.${action}`, input, Achievement, async (tx) => {
      if (right === 'platform:operate') authorize(ctx, right, undefined);
      const achievement = await lockAchievement(tx, ctx, id);
      authorize(ctx, right, { organisationId: achievement.institutionId });
      if (action === 'reinstate' || action === 'reopen')
        refuseClosed(await tx.findOneByOrFail(Organisation, { id: achievement.institutionId }));
      const before = achievement.status;
      achievement.status = achievementLifecycle.next(before, action);
      await assertNotHeld(tx, ctx, id);
      achievement.updatedAt = ctx.now();
      const facts = await effect(achievement, tx);
      await tx.save(achievement);
      if (before === 'ADMITTED' || achievement.status === 'ADMITTED') await noteForIndexing(tx, [id]);
      const said = await reasonFact(tx, ctx, reason);
      const followed = await ctx.app.achievementHooks.moved(tx, ctx.now(), [{ id, action }]);
      await appendLedger(tx, ctx.viewer.pseudonym, ctx.now(), [
        {
          kind: `achievement.${action}`,
          subjectType: 'Achievement',
          subjectId: id,
          facts: { from: before, to: achievement.status, revision: achievement.revision, ...said, ...facts },
        },
        ...followed,
      ]);
      return achievement;
    }),
  );
}

/**
 * Returns new registration numbers of the platform's own series (TP, year, serial number), for achievements without a
 * number.
 */
export async function nextRegistrationNos(tx: EntityManager, at: Date, count: number): Promise<string[]> {
  const rows = (await tx.query(`SELECT nextval('registration_serial') AS serial FROM generate_series(1, $1)`, [
    count,
  ])) as Array<{ serial: string }>;
  return rows.map((row) => `TP${yearOfChina(at)}-${row.serial.padStart(6, '0')}`);
}

export async function nextRegistrationNo(tx: EntityManager, at: Date): Promise<string> {
  const [number] = await nextRegistrationNos(tx, at, 1);
  return number!;
}

/**
 * Registers a draft achievement. Its record must be complete and its institution verified; it gets a registration
 * number if it has none. Near-duplicates are searched for in the same transaction.
 */
export function registerAchievement(ctx: Context, input: AchievementActionInput): Promise<Achievement> {
  return act(ctx, input, 'register', 'achievement:edit', async (achievement, tx) => {
    const institution = await tx.findOneByOrFail(Organisation, { id: achievement.institutionId });
    if (institution.verification !== 'VERIFIED') {
      throw new ForbiddenError(say('NOT_VERIFIED.register'), 'NOT_VERIFIED');
    }
    const content = await readRecord(tx, achievement.id);
    if (!content) throw new NotFoundError(say('thing.theRecord'));
    const missing = missingForRegistration(content);
    if (missing.length > 0) throw new InputError(missing);
    const today = dayOfChina(ctx.now());
    const next: AchievementRecord = {
      ...content,
      registrationNo: content.registrationNo ?? (await nextRegistrationNo(tx, ctx.now())),
      registeredOn: content.registeredOn ?? today,
    };
    const changed = changedFields(content, next);
    if (changed.length > 0) {
      achievement.revision += 1;
      await replaceAchievements(tx, [
        {
          id: achievement.id,
          institutionId: achievement.institutionId,
          status: 'REGISTERED',
          revision: achievement.revision,
          record: next,
          editedBy: ctx.viewer.accountId,
          note: null,
          at: ctx.now(),
          changed,
        },
      ]);
      achievement.registrationNo = next.registrationNo;
      achievement.registeredOn = next.registeredOn;
    }
    await findDuplicates(tx, achievement.id, ctx.now());
    await queueDuplicateScan(tx, [achievement.id], ctx.now());
    return { registrationNo: next.registrationNo, hash: recordHash(next) };
  });
}

/** Takes an admitted achievement out of the pool, on an operator's decision with a reason. */
export function revokeAdmission(ctx: Context, input: AchievementActionInput): Promise<Achievement> {
  requireReason('input.reason', input.reason, say('REQUIRED.leavePool'));
  return act(ctx, input, 'revokeAdmission', 'platform:operate', (achievement) => {
    achievement.admittedAt = null;
    achievement.scoreText = null;
    return {};
  });
}

export const withdrawAchievement = (ctx: Context, input: AchievementActionInput) =>
  act(ctx, input, 'withdraw', 'achievement:edit');
export const reopenAchievement = (ctx: Context, input: AchievementActionInput) =>
  act(ctx, input, 'reopen', 'achievement:edit');
export const retireAchievement = (ctx: Context, input: AchievementActionInput) =>
  act(ctx, input, 'retire', 'achievement:edit');
export const reinstateAchievement = (ctx: Context, input: AchievementActionInput) =>
  act(ctx, input, 'reinstate', 'platform:operate');
