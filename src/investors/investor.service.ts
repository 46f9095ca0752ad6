import type { EntityManager } from 'typeorm';
import { authorize, can } from '../kernel/authz.js';
import { requireLogin, type Context } from '../kernel/context.js';
import { ConflictError, ForbiddenError, InputError, NotFoundError, type FieldProblem } from '../kernel/errors.js';
import { requireReason } from '../kernel/reason.js';
import { Organisation } from '../identity/organisations/organisation.entity.js';
import { wasEverVerified } from '../identity/organisations/ever-verified.js';
import { requireVisible, visibleOrganisation } from '../identity/organisations/organisations.service.js';
import { record } from '../ledger/ledger.service.js';
import { replacedContent, replacedFact } from '../ledger/replaced.js';
import { deleteDraftProfile, notADraft } from '../profiles/draft.deletion.js';
import type { DeleteDraftInput } from '../profiles/draft.inputs.js';
import { stepProfile, type ProfileKind } from '../profiles/profile.step.js';
import { canonicalDecimal } from '../lib/decimal.js';
import { newId, toGlobalId } from '../lib/ids.js';
import { readId } from '../kernel/node.js';
import { codeLists } from '../taxonomy/code-lists.js';
import { loadRates } from '../taxonomy/currency.js';
import { Industry, nodesOf } from '../taxonomy/taxonomy.entity.js';
import { refuseStale } from '../kernel/stale-revision.js';
import { writeOnce, writeOwnOnce } from '../kernel/write.js';
import { InvestorProfile } from './investor.entity.js';
import type {
  CreateInvestorProfileInput,
  InvestorProfileActionInput,
  InvestorProfileInput,
  SuspendInvestorProfileInput,
  UpdateInvestorProfileInput,
} from './investor.inputs.js';
import {
  applyInvestor,
  changedInvestorFields,
  emptyInvestor,
  shownInvestor,
  type InvestorCodes,
  type InvestorRecord,
} from './investor.record.js';
import { editorsOf, notify } from '../notifications/mail.js';
import { investorReinstatedMail, investorSuspendedMail } from './investor.mails.js';
import { investorLifecycle, type InvestorAction } from './investor.stages.js';
import { type OrganisationKind } from '../kernel/viewer.js';
import { say } from '../messages/catalogue.js';

/** The kinds of organisations that may have an investor profile. */
export const INVESTING_KINDS: readonly OrganisationKind[] = ['INVESTOR', 'ENTERPRISE', 'GOVERNMENT'];

/** Throws unless organisations of this kind may have an investor profile. */
export function assertInvests(organisation: Pick<Organisation, 'kind'>): void {
  if (!INVESTING_KINDS.includes(organisation.kind))
    throw new ForbiddenError(say('NOT_AN_INVESTING_KIND.profile'), 'NOT_AN_INVESTING_KIND');
}

/**
 * Locks an investor profile until the transaction ends; throws NOT_FOUND if it does not exist or the viewer may not see
 * it.
 */
export async function lockInvestor(tx: EntityManager, ctx: Context, id: string): Promise<InvestorProfile> {
  const investor = await tx.findOne(InvestorProfile, { where: { id }, lock: { mode: 'for_no_key_update' } });
  if (!investor) throw new NotFoundError(say('thing.theInvestorProfile'));
  if (can(ctx, 'investor:read', { organisationId: investor.organisationId })) return investor;
  const organisation = await tx.findOneByOrFail(Organisation, { id: investor.organisationId });
  if (organisation.verification !== 'VERIFIED') throw new NotFoundError(say('thing.theInvestorProfile'));
  return investor;
}

async function investorCodes(tx: EntityManager): Promise<InvestorCodes> {
  const [{ regions }, industries, rates] = await Promise.all([
    codeLists(tx.connection),
    nodesOf(tx.connection, Industry),
    loadRates(tx),
  ]);
  return { regions, rates, industryPaths: new Map([...industries].map(([code, node]) => [code, node.path])) };
}

async function readRecord(tx: EntityManager, investor: InvestorProfile): Promise<InvestorRecord> {
  const rows = (await tx.query(
    `SELECT industry_code AS code, wanted FROM investor_industry WHERE investor_id = $1 ORDER BY industry_code`,
    [investor.id],
  )) as Array<{ code: string; wanted: boolean }>;
  const codes = (wanted: boolean) =>
    rows
      .filter((row) => row.wanted === wanted)
      .map((row) => row.code)
      .sort();
  const decimal = (text: string | null) => (text === null ? null : canonicalDecimal(text));
  const { trlMin, trlMax, fundingStages, ticketCurrency, regionCodes, cooperationModes } = investor;
  return {
    thesis: investor.thesisText,
    industries: codes(true),
    excludedIndustries: codes(false),
    trlMin,
    trlMax,
    fundingStages,
    ticketMin: decimal(investor.ticketMin),
    ticketMax: decimal(investor.ticketMax),
    ticketCurrency,
    regionCodes,
    cooperationModes,
  };
}

function columnsOf({ thesis, industries: _wanted, excludedIndustries: _excluded, ...columns }: InvestorRecord) {
  return { ...columns, thesisText: thesis };
}

async function writeIndustries(
  tx: EntityManager,
  investorId: string,
  { industries, excludedIndustries }: InvestorRecord,
): Promise<void> {
  await tx.query(`DELETE FROM investor_industry WHERE investor_id = $1`, [investorId]);
  await tx.query(
    `INSERT INTO investor_industry (investor_id, industry_code, wanted)
     SELECT $1::uuid, code, true
     FROM unnest($2::text[]) AS w(code)
     UNION ALL
     SELECT $1::uuid, code, false
     FROM unnest($3::text[]) AS e(code)`,
    [investorId, industries, excludedIndustries],
  );
}

function applied(base: InvestorRecord, input: InvestorProfileInput, codes: InvestorCodes): InvestorRecord {
  const problems: FieldProblem[] = [];
  const next = applyInvestor(base, input, codes, problems);
  if (problems.length > 0) throw new InputError(problems);
  return next;
}

/**
 * Creates the investor profile of an organisation; it may be empty. Throws CONFLICT (PROFILE_EXISTS) if the
 * organisation has one.
 */
export async function createInvestorProfile(ctx: Context, input: CreateInvestorProfileInput): Promise<InvestorProfile> {
  requireLogin(ctx);
  const organisationId = readId('input.organisationId', 'Organisation', input.organisationId);
  const seen = await visibleOrganisation(ctx, organisationId);
  if (!seen) throw new NotFoundError(say('thing.theOrganisation'));
  return writeOwnOnce(ctx, { organisations: true }, 'createInvestorProfile', input, InvestorProfile, async (tx) => {
    // The lock of the organisation makes a concurrent second call wait, so that it finds the profile which the first
    // call creates.
    const organisation = await tx.findOne(Organisation, {
      where: { id: organisationId },
      lock: { mode: 'for_no_key_update' },
    });
    if (!organisation) throw new NotFoundError(say('thing.theOrganisation'));
    requireVisible(ctx, organisation, 'The organisation');
    authorize(ctx, 'investor:edit', { organisationId });
    assertInvests(organisation);
    const existing = await tx.findOneBy(InvestorProfile, { organisationId });
    if (existing)
      throw new ConflictError(say('PROFILE_EXISTS.investor'), 'PROFILE_EXISTS', {
        id: toGlobalId('InvestorProfile', existing.id),
      });
    const content = applied(emptyInvestor, input.profile ?? {}, await investorCodes(tx));
    const id = newId();
    const now = ctx.now();
    await tx.insert(InvestorProfile, {
      ...columnsOf(content),
      id,
      organisationId,
      status: 'ACTIVE',
      statusReasonText: null,
      revision: 1,
      createdAt: now,
      updatedAt: now,
    } as object);
    await writeIndustries(tx, id, content);
    await record(tx, ctx, {
      kind: 'investor.created',
      subjectType: 'InvestorProfile',
      subjectId: id,
      facts: { organisation: organisationId, fields: changedInvestorFields(emptyInvestor, content) },
    });
    return tx.findOneByOrFail(InvestorProfile, { id });
  });
}

/**
 * Edits an investor profile. If the client's edit is not based on the newest revision, nothing changes and a CONFLICT
 * shows both sides: see `refuseStale`.
 */
export function updateInvestorProfile(ctx: Context, input: UpdateInvestorProfileInput): Promise<InvestorProfile> {
  requireLogin(ctx);
  const id = readId('input.id', 'InvestorProfile', input.id);
  return writeOnce(ctx, 'updateInvestorProfile', input, InvestorProfile, async (tx) => {
    const investor = await lockInvestor(tx, ctx, id);
    authorize(ctx, 'investor:edit', { organisationId: investor.organisationId });
    const current = await readRecord(tx, investor);
    const codes = await investorCodes(tx);
    await refuseStale<InvestorRecord>(input.revision, {
      what: say('thing.thisProfile'),
      revision: investor.revision,
      current,
      baseOf: (revision) => replacedContent(tx, 'InvestorProfile', id, revision),
      apply: (base) => applyInvestor(base, input.profile, codes, []),
      show: shownInvestor,
    });
    const next = applied(current, input.profile, codes);
    const fields = changedInvestorFields(current, next);
    if (fields.length === 0) return investor;
    // The industries are written before the profile's row, so that whatever reads the profile after the row's update
    // finds the new industries.
    if (fields.includes('industries') || fields.includes('excludedIndustries')) await writeIndustries(tx, id, next);
    await tx.update(InvestorProfile, { id }, {
      ...columnsOf(next),
      revision: investor.revision + 1,
      updatedAt: ctx.now(),
    } as object);
    await record(tx, ctx, {
      kind: 'investor.updated',
      subjectType: 'InvestorProfile',
      subjectId: id,
      facts: { revision: investor.revision + 1, fields, ...(await replacedFact(tx, ctx, investor.revision, current)) },
    });
    return tx.findOneByOrFail(InvestorProfile, { id });
  });
}

const INVESTOR: ProfileKind<InvestorProfile, InvestorAction> = {
  entity: InvestorProfile,
  lifecycle: investorLifecycle,
  edit: 'investor:edit',
  lock: (tx, ctx, id) => lockInvestor(tx, ctx, id!),
};

const step = (
  ctx: Context,
  input: InvestorProfileActionInput,
  move: InvestorAction,
  by: 'OWNER' | 'OPERATOR',
  reason: string | null = null,
): Promise<InvestorProfile> =>
  stepProfile(ctx, INVESTOR, input, {
    move,
    kind: `investor.${move}`,
    by,
    reason,
    shows: true,
    tell: (tx, investor) => notifyOfStep(tx, ctx, investor, move, reason),
  });

/**
 * Mails the editors and owners of the investor's organisation that an operator has suspended or reinstated its profile.
 */
async function notifyOfStep(
  tx: EntityManager,
  ctx: Context,
  investor: InvestorProfile,
  move: InvestorAction,
  reason: string | null,
): Promise<void> {
  if (move !== 'suspend' && move !== 'reinstate') return;
  const editors = await editorsOf(tx, investor.organisationId);
  const id = toGlobalId('InvestorProfile', investor.id);
  if (move === 'reinstate') await notify(tx, investorReinstatedMail, editors, () => null, { id });
  else
    await notify(tx, investorSuspendedMail, editors, () => ({ reason: reason ?? '' }), {
      id,
      authors: [requireLogin(ctx).accountId],
    });
}

export const pauseInvestorProfile = (ctx: Context, input: InvestorProfileActionInput) =>
  step(ctx, input, 'pause', 'OWNER');
export const resumeInvestorProfile = (ctx: Context, input: InvestorProfileActionInput) =>
  step(ctx, input, 'resume', 'OWNER');
export const reinstateInvestorProfile = (ctx: Context, input: InvestorProfileActionInput) =>
  step(ctx, input, 'reinstate', 'OPERATOR');

/** Suspends an investor profile, on an operator's decision; the organisation's members can read the reason. */
export function suspendInvestorProfile(ctx: Context, input: SuspendInvestorProfileInput): Promise<InvestorProfile> {
  const reason = requireReason('input.reason', input.reason, say('REQUIRED.whyMembers'));
  return step(ctx, input, 'suspend', 'OPERATOR', reason);
}

/**
 * Deletes the investor profile of an organisation that was never verified: only the organisation's members and
 * operators can have seen it.
 */
export function deleteDraftInvestorProfile(ctx: Context, input: DeleteDraftInput): Promise<InvestorProfile> {
  return deleteDraftProfile(ctx, INVESTOR, input, {
    what: 'this profile',
    kind: 'investor.deleted',
    async requireDraft(tx, { organisationId, status }) {
      if (status === 'SUSPENDED') throw notADraft(say('NOT_A_DRAFT.profileSuspended'), { current: status });
      if (await wasEverVerified(tx, organisationId)) throw notADraft(say('NOT_A_DRAFT.profileSeen'));
    },
  });
}
