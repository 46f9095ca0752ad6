import type { EntityManager } from 'typeorm';
import { authorize, can } from '../kernel/authz.js';
import { requireLogin, type Context } from '../kernel/context.js';
import { ForbiddenError, InputError, NotFoundError, type FieldProblem } from '../kernel/errors.js';
import { readReason, requireReason } from '../kernel/reason.js';
import { Organisation } from '../identity/organisations/organisation.entity.js';
import { wasEverVerified } from '../identity/organisations/ever-verified.js';
import { requireVisible, visibleOrganisation } from '../identity/organisations/organisations.service.js';
import { record } from '../ledger/ledger.service.js';
import { deleteDraftProfile, notADraft } from '../profiles/draft.deletion.js';
import type { DeleteDraftInput } from '../profiles/draft.inputs.js';
import { stepProfile, type ProfileKind } from '../profiles/profile.step.js';
import { lastFacts } from '../ledger/recorded.js';
import { replacedContent, replacedFact } from '../ledger/replaced.js';
import { newId, toGlobalId } from '../lib/ids.js';
import { localize } from '../kernel/localized.js';
import { readId } from '../kernel/node.js';
import type { MailEvent } from '../kernel/mail.js';
import { editorsOf, notify } from '../notifications/mail.js';
import { codeLists } from '../taxonomy/code-lists.js';
import { loadRates } from '../taxonomy/currency.js';
import { refuseStale } from '../kernel/stale-revision.js';
import { writeOnce } from '../kernel/write.js';
import { Demand } from './demand.entity.js';
import type { CreateDemandInput, DemandActionInput, SuspendDemandInput, UpdateDemandInput } from './demand.inputs.js';
import { reinstatedMail, suspendedMail } from './demand.mails.js';
import {
  applyDemandInput,
  changedDemandFields,
  emptyDemand,
  type DemandChecks,
  type DemandRecord,
} from './demand.record.js';
import { demandLifecycle, SHOWN, type DemandAction } from './demand.stages.js';
import { demandColumns, readDemandRecord, storeDemandIndustries } from './demand.store.js';
import { dayOfChina } from '../lib/day.js';
import { say } from '../messages/catalogue.js';

/** Makes an input error in which each problem's field begins with the path of the record in the client's input. */
const under = (problems: readonly FieldProblem[]): InputError =>
  new InputError(problems.map((p) => ({ ...p, field: `input.content.${p.field}` })));

const checksOf = async (ctx: Context): Promise<DemandChecks> => {
  const [codes, currencies] = await Promise.all([codeLists(ctx.app.dataSource), loadRates(ctx.db)]);
  return { codes, currencies, today: dayOfChina(ctx.now()) };
};

/**
 * Posts a demand for an organisation of the kind ENTERPRISE, by one of its editors or owners; it is public once the
 * enterprise is verified.
 */
export async function createDemand(ctx: Context, input: CreateDemandInput): Promise<Demand> {
  const organisationId = readId('input.organisationId', 'Organisation', input.organisationId);
  requireLogin(ctx);
  const organisation = await visibleOrganisation(ctx, organisationId);
  if (!organisation) throw new NotFoundError(say('thing.theEnterprise'));
  const checks = await checksOf(ctx);
  return writeOnce(ctx, 'createDemand', input, Demand, async (tx) => {
    requireVisible(ctx, organisation, 'The enterprise');
    authorize(ctx, 'demand:edit', { organisationId });
    if (organisation.kind !== 'ENTERPRISE')
      throw new ForbiddenError(say('NOT_AN_ENTERPRISE.demand'), 'NOT_AN_ENTERPRISE');
    const problems: FieldProblem[] = [];
    // The region of an organisation is six unchecked digits, so a demand inherits it only if the list of regions
    // contains it.
    const regionCode =
      organisation.regionCode !== null && checks.codes.regions.has(organisation.regionCode)
        ? organisation.regionCode
        : null;
    const content = applyDemandInput({ ...emptyDemand, regionCode }, input.content, checks, problems);
    if (problems.length > 0) throw under(problems);
    const id = newId();
    const now = ctx.now();
    await tx.insert(Demand, {
      ...demandColumns(content),
      id,
      organisationId,
      status: 'OPEN',
      revision: 1,
      createdAt: now,
      updatedAt: now,
    } as Demand);
    await storeDemandIndustries(tx, id, content.industries);
    await record(tx, ctx, { kind: 'demand.created', subjectType: 'Demand', subjectId: id, facts: { organisationId } });
    return tx.findOneByOrFail(Demand, { id });
  });
}

/**
 * Edits a demand, by an editor or owner of its enterprise; refused (CONFLICT) if the edit is based on an older
 * revision. A suspended demand can be edited too, so that its enterprise can correct it.
 */
export async function updateDemand(ctx: Context, input: UpdateDemandInput): Promise<Demand> {
  const id = readId('input.id', 'Demand', input.id);
  requireLogin(ctx);
  const checks = await checksOf(ctx);
  return writeOnce(ctx, 'updateDemand', input, Demand, async (tx) => {
    const demand = await lockDemand(tx, ctx, id);
    authorize(ctx, 'demand:edit', demand);
    const before = await readDemandRecord(tx, demand);
    const problems: FieldProblem[] = [];
    const after = applyDemandInput(before, input.content, checks, problems);
    await refuseStale<DemandRecord>(input.revision, {
      what: say('thing.thisDemand'),
      revision: demand.revision,
      current: before,
      baseOf: (revision) => replacedContent(tx, 'Demand', id, revision),
      apply: (base) => applyDemandInput(base, input.content, checks, []),
      show: (content) => ({ ...content }),
    });
    if (problems.length > 0) throw under(problems);
    const changed = changedDemandFields(before, after);
    if (changed.length === 0) return demand;
    await tx.update(Demand, { id }, { ...demandColumns(after), revision: demand.revision + 1, updatedAt: ctx.now() });
    if (changed.includes('industries')) await storeDemandIndustries(tx, id, after.industries);
    await record(tx, ctx, {
      kind: 'demand.edited',
      subjectType: 'Demand',
      subjectId: id,
      facts: {
        revision: demand.revision + 1,
        fields: changed,
        ...(await replacedFact(tx, ctx, demand.revision, before)),
      },
    });
    return tx.findOneByOrFail(Demand, { id });
  });
}

const DEMAND: ProfileKind<Demand, DemandAction> = {
  entity: Demand,
  lifecycle: demandLifecycle,
  edit: 'demand:edit',
  lock: (tx, ctx, id) => lockDemand(tx, ctx, id!),
};

/** Changes a demand's status by an action of its enterprise. */
async function act(ctx: Context, input: DemandActionInput, move: DemandAction, kind: string): Promise<Demand> {
  const reason = readReason('input.reason', input.reason);
  return stepProfile(ctx, DEMAND, input, { move, kind, by: 'OWNER', reason });
}

export const pauseDemand = (ctx: Context, input: DemandActionInput): Promise<Demand> =>
  act(ctx, input, 'pause', 'demand.paused');
export const resumeDemand = (ctx: Context, input: DemandActionInput): Promise<Demand> =>
  act(ctx, input, 'resume', 'demand.resumed');
export const fulfilDemand = (ctx: Context, input: DemandActionInput): Promise<Demand> =>
  act(ctx, input, 'fulfil', 'demand.fulfilled');
export const withdrawDemand = (ctx: Context, input: DemandActionInput): Promise<Demand> =>
  act(ctx, input, 'withdraw', 'demand.withdrawn');

/**
 * Deletes a demand of an enterprise that was never verified: only the enterprise's members and operators can have seen
 * it.
 */
export function deleteDraftDemand(ctx: Context, input: DeleteDraftInput): Promise<Demand> {
  return deleteDraftProfile(ctx, DEMAND, input, {
    what: 'this demand',
    kind: 'demand.deleted',
    async requireDraft(tx, { organisationId, status }) {
      if (status === 'SUSPENDED') throw notADraft(say('NOT_A_DRAFT.demandSuspended'), { current: status });
      if (await wasEverVerified(tx, organisationId)) throw notADraft(say('NOT_A_DRAFT.demandSeen'));
    },
  });
}

/** Suspends a demand, on an operator's decision; the enterprise can read the reason. */
export async function suspendDemand(ctx: Context, input: SuspendDemandInput): Promise<Demand> {
  const reason = requireReason('input.reason', input.reason, say('REQUIRED.whyEnterprise'));
  return stepProfile(ctx, DEMAND, input, {
    move: 'suspend',
    kind: 'demand.suspended',
    by: 'OPERATOR',
    reason,
    shows: true,
    tell: (tx, demand) => tell(tx, demand, suspendedMail, reason, ctx),
  });
}

/** Ends the suspension of a demand, on an operator's decision; the demand returns to the status that it had before. */
export async function reinstateDemand(ctx: Context, input: DemandActionInput): Promise<Demand> {
  return stepProfile(ctx, DEMAND, input, {
    move: 'reinstate',
    kind: 'demand.reinstated',
    by: 'OPERATOR',
    reason: readReason('input.reason', input.reason),
    async to(tx, demand, next) {
      const before = (await lastFacts(tx, 'demand.suspended', 'Demand', demand.id))?.['from'];
      return before === 'PAUSED' || before === 'FULFILLED' ? before : next;
    },
    tell: (tx, demand) => tell(tx, demand, reinstatedMail, ''),
  });
}

/** Locks a demand until the transaction ends; throws NOT_FOUND if it does not exist or the viewer may not see it. */
async function lockDemand(tx: EntityManager, ctx: Context, id: string): Promise<Demand> {
  const demand = await tx.findOne(Demand, { where: { id }, lock: { mode: 'for_no_key_update' } });
  // The organisation is read through the transaction's own connection: a second connection might never become free
  // while other writes hold them all.
  const visible =
    demand &&
    (can(ctx, 'demand:read', demand) ||
      (SHOWN.includes(demand.status) &&
        (await tx.existsBy(Organisation, { id: demand.organisationId, verification: 'VERIFIED' }))));
  if (!demand || !visible) throw new NotFoundError(say('thing.theDemand'));
  return demand;
}

/**
 * Mails the editors and owners of the demand's enterprise, who may act on the demand; `author` wrote the reason that
 * the mail quotes.
 */
async function tell(
  tx: EntityManager,
  demand: Demand,
  event: MailEvent<{ title: string; reason: string }>,
  reason: string,
  author?: Context,
): Promise<void> {
  await notify(
    tx,
    event,
    await editorsOf(tx, demand.organisationId),
    ({ locale }) => ({ title: localize(demand.titleText, locale).value, reason }),
    { id: toGlobalId('Demand', demand.id), authors: author ? [requireLogin(author).accountId] : [] },
  );
}
