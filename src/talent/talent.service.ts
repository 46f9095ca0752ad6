import type { EntityManager } from 'typeorm';
import { authorize } from '../kernel/authz.js';
import { requireLogin, type Context } from '../kernel/context.js';
import { badInput, ConflictError, InputError, NotFoundError, type FieldProblem } from '../kernel/errors.js';
import { requireConfirmedEmail } from '../identity/sessions/authentication.js';
import { visibleOrganisation } from '../identity/organisations/organisations.service.js';
import { record } from '../ledger/ledger.service.js';
import { replacedFact } from '../ledger/replaced.js';
import { stepProfile, type ProfileKind } from '../profiles/profile.step.js';
import { newId } from '../lib/ids.js';
import { codeLists, type CodeLists } from '../taxonomy/code-lists.js';
import { refuseStale } from '../kernel/stale-revision.js';
import { writeOnce } from '../kernel/write.js';
import { TalentProfile } from './talent.entity.js';
import type {
  CreateTalentProfileInput,
  OwnTalentInput,
  SetTalentEvidenceInput,
  TalentProfileInput,
  UpdateTalentProfileInput,
} from './talent.inputs.js';
import {
  applyTalentInput,
  changedTalentFields,
  changesClaims,
  emptyTalent,
  readEvidence,
  type EvidenceRecord,
  type TalentRecord,
} from './talent.record.js';
import { talentLifecycle, type TalentAction } from './talent.stages.js';
import { readTalentRecord, revisedTalent, storeEvidence, storeIndustries, talentColumns } from './talent.store.js';
import { canonicalJson } from '../lib/canonical-json.js';
import { dayOfChina, yearOfChina } from '../lib/day.js';
import { say } from '../messages/catalogue.js';

/**
 * Builds the error for problems of a nested input: prefixes each problem's field with its path in the client's input.
 */
const under = (path: string, problems: readonly FieldProblem[]): InputError =>
  new InputError(problems.map((p) => ({ ...p, field: `${path}${p.field}` })));

/**
 * Creates the viewer's talent profile; the viewer's address must be confirmed, and a second profile is refused
 * (CONFLICT).
 */
export async function createTalentProfile(ctx: Context, input: CreateTalentProfileInput): Promise<TalentProfile> {
  const { accountId } = requireConfirmedEmail(ctx);
  const codes = await codeLists(ctx.app.dataSource);
  const content = await checked(ctx, emptyTalent, input.profile, codes);
  return writeOnce(ctx, 'createTalentProfile', input, TalentProfile, async (tx) => {
    const id = newId();
    const now = ctx.now();
    const inserted: unknown[] = await tx.query(
      `INSERT INTO talent_profile (
         id, account_id, kind, visibility, status, verification, revision, created_at, updated_at
       )
       VALUES ($1, $2, $3, 'HIDDEN', 'ACTIVE', 'UNVERIFIED', 1, $4, $4)
       ON CONFLICT (account_id) DO NOTHING
       RETURNING id`,
      [id, accountId, content.kind, now],
    );
    if (inserted.length === 0) throw new ConflictError(say('ALREADY_A_TALENT.self'), 'ALREADY_A_TALENT');
    await tx.update(TalentProfile, { id }, talentColumns(content));
    await storeIndustries(tx, id, content.industries);
    await record(tx, ctx, {
      kind: 'talent.created',
      subjectType: 'TalentProfile',
      subjectId: id,
      facts: { kind: content.kind, visibility: content.visibility },
    });
    return tx.findOneByOrFail(TalentProfile, { id });
  });
}

/** Edits the viewer's own talent profile. An edit of a statement that an operator verifies resets the verification. */
export async function updateTalentProfile(ctx: Context, input: UpdateTalentProfileInput): Promise<TalentProfile> {
  requireLogin(ctx);
  const codes = await codeLists(ctx.app.dataSource);
  // The named organisation is checked before the transaction, because this needs the viewer's rights and no lock;
  // the rest is checked on the locked profile.
  if (input.profile.organisationId != null)
    await assertOrganisation(
      ctx,
      applyTalentInput(emptyTalent, { organisationId: input.profile.organisationId }, codes, dayOfChina(ctx.now()), [])
        .organisationId,
    );
  return writeOnce(ctx, 'updateTalentProfile', input, TalentProfile, async (tx) => {
    const talent = await lockOwnTalent(tx, ctx);
    const before = await readTalentRecord(tx, talent);
    const problems: FieldProblem[] = [];
    const after = applyTalentInput(before, input.profile, codes, dayOfChina(ctx.now()), problems);
    const content = await revisedTalent(tx, talent, before);
    await refuseStale(input.revision, {
      ...content,
      apply: (base) => ({ ...base, ...applyTalentInput(base, input.profile, codes, dayOfChina(ctx.now()), []) }),
    });
    if (problems.length > 0) throw under('input.profile.', problems);
    const changed = changedTalentFields(before, after);
    if (changed.length === 0) return talent;
    await tx.update(
      TalentProfile,
      { id: talent.id },
      { ...talentColumns(after), ...edited(ctx, talent, changesClaims(changed)) },
    );
    if (changed.includes('industries')) await storeIndustries(tx, talent.id, after.industries);
    await record(tx, ctx, {
      kind: 'talent.edited',
      subjectType: 'TalentProfile',
      subjectId: talent.id,
      facts: {
        revision: talent.revision + 1,
        fields: changed,
        ...(await replacedFact(tx, ctx, talent.revision, content.current)),
      },
    });
    return tx.findOneByOrFail(TalentProfile, { id: talent.id });
  });
}

/**
 * Replaces the evidence of the viewer's talent profile and resets an operator's verification, unless the new evidence
 * equals the old; refused (CONFLICT) if based on an older revision.
 */
export async function setTalentEvidence(ctx: Context, input: SetTalentEvidenceInput): Promise<TalentProfile> {
  requireLogin(ctx);
  const problems: FieldProblem[] = [];
  const evidence = readEvidence(input.evidence, yearOfChina(ctx.now()), problems);
  if (problems.length === 0) await assertAchievements(ctx, evidence, problems);
  if (problems.length > 0) throw under('input.', problems);
  return writeOnce(ctx, 'setTalentEvidence', input, TalentProfile, async (tx) => {
    const talent = await lockOwnTalent(tx, ctx);
    const content = await revisedTalent(tx, talent);
    await refuseStale(input.revision, { ...content, apply: (base) => ({ ...base, evidence }) });
    if (canonicalJson(content.current.evidence) === canonicalJson(evidence)) return talent;
    await storeEvidence(tx, talent.id, evidence);
    await tx.update(TalentProfile, { id: talent.id }, edited(ctx, talent, true));
    await record(tx, ctx, {
      kind: 'talent.edited',
      subjectType: 'TalentProfile',
      subjectId: talent.id,
      facts: {
        revision: talent.revision + 1,
        fields: ['evidence'],
        ...(await replacedFact(tx, ctx, talent.revision, content.current)),
      },
    });
    return tx.findOneByOrFail(TalentProfile, { id: talent.id });
  });
}

/** Parameters of the lifecycle that all kinds of profiles share, for talent profiles. */
export const TALENT: ProfileKind<TalentProfile, TalentAction> = {
  entity: TalentProfile,
  lifecycle: talentLifecycle,
  edit: 'talent:edit',
  lock: (tx, ctx, id) => (id === null ? lockOwnTalent(tx, ctx) : lockTalent(tx, id)),
};

export const pauseTalentProfile = (ctx: Context, input: OwnTalentInput): Promise<TalentProfile> =>
  stepProfile(ctx, TALENT, input, { move: 'pause', kind: 'talent.paused', operation: 'talent.pause', by: 'OWNER' });
export const resumeTalentProfile = (ctx: Context, input: OwnTalentInput): Promise<TalentProfile> =>
  stepProfile(ctx, TALENT, input, { move: 'resume', kind: 'talent.resumed', operation: 'talent.resume', by: 'OWNER' });

/**
 * Columns that every edit of a talent profile sets. If a verified statement changed, the operator's verification is
 * reset.
 */
function edited(ctx: Context, talent: TalentProfile, claims: boolean): Partial<TalentProfile> {
  return {
    revision: talent.revision + 1,
    updatedAt: ctx.now(),
    ...(claims ? { verification: 'UNVERIFIED', verificationReasonText: null } : {}),
  };
}

async function checked(
  ctx: Context,
  base: TalentRecord,
  input: TalentProfileInput,
  codes: CodeLists,
): Promise<TalentRecord> {
  const problems: FieldProblem[] = [];
  const content = applyTalentInput(base, input, codes, dayOfChina(ctx.now()), problems);
  if (problems.length > 0) throw under('input.profile.', problems);
  await assertOrganisation(ctx, content.organisationId);
  return content;
}

async function assertOrganisation(ctx: Context, id: string | null): Promise<void> {
  if (id !== null && !(await visibleOrganisation(ctx, id)))
    throw badInput('input.profile.organisationId', 'UNKNOWN_ORGANISATION', say('UNKNOWN_ORGANISATION.id'));
}

/**
 * Collects a problem for each evidence that refers to an achievement the viewer may not see, so that the existence of
 * ids cannot be probed.
 */
async function assertAchievements(
  ctx: Context,
  evidence: readonly EvidenceRecord[],
  problems: FieldProblem[],
): Promise<void> {
  const found = await Promise.all(
    evidence.map(({ achievementId }) =>
      achievementId === null ? Promise.resolve({}) : ctx.app.readNode(ctx, 'Achievement', achievementId),
    ),
  );
  found.forEach((node, i) => {
    if (node === null)
      problems.push({
        field: `evidence[${i}].achievementId`,
        code: 'UNKNOWN_ACHIEVEMENT',
        message: say('UNKNOWN_ACHIEVEMENT.id'),
      });
  });
}

/**
 * Loads and locks a talent profile without a check of its visibility: only for operators, who may see every profile.
 */
export async function lockTalent(tx: EntityManager, id: string): Promise<TalentProfile> {
  const talent = await tx.findOne(TalentProfile, { where: { id }, lock: { mode: 'for_no_key_update' } });
  if (!talent) throw new NotFoundError(say('thing.theTalentProfile'));
  return talent;
}

/** Locks the viewer's own profile. */
async function lockOwnTalent(tx: EntityManager, ctx: Context): Promise<TalentProfile> {
  const { accountId } = requireLogin(ctx);
  const talent = await tx.findOne(TalentProfile, { where: { accountId }, lock: { mode: 'for_no_key_update' } });
  if (!talent) throw new NotFoundError(say('thing.yourTalentProfile'));
  authorize(ctx, 'talent:edit', talent);
  return talent;
}
