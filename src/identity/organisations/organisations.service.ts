import { noteAuthor } from '../../kernel/authored.js';
import { QueryFailedError, type EntityManager, type QueryDeepPartialEntity } from 'typeorm';
import { authorize, can } from '../../kernel/authz.js';
import { requireLogin, type Context } from '../../kernel/context.js';
import { badInput, ConflictError, NotFoundError } from '../../kernel/errors.js';
import { requireReason } from '../../kernel/reason.js';
import { record } from '../../ledger/ledger.service.js';
import { replacedContent, replacedFact } from '../../ledger/replaced.js';
import { refuseStale, type RevisedContent } from '../../kernel/stale-revision.js';
import { newId, toGlobalId } from '../../lib/ids.js';
import type { MailEvent } from '../../kernel/mail.js';
import { keysetPage, type ConnectionArgs, type Page } from '../../graphql/pagination.js';
import { readId } from '../../kernel/node.js';
import { notify } from '../../notifications/mail.js';
import { noteInstitutionForIndexing } from '../../outbox/indexing.js';
import { writeOnce, writeOwn } from '../../kernel/write.js';
import { Account } from '../accounts/account.entity.js';
import { renewMemberships, requireConfirmedEmail } from '../sessions/authentication.js';
import {
  organisationChangeRejectedMail,
  organisationChangeVerifiedMail,
  organisationRejectedMail,
  organisationVerifiedMail,
} from './organisations.mails.js';
import { noteName } from './namesakes.js';
import { Membership } from './membership.entity.js';
import { Organisation, organisationById, type PendingChange } from './organisation.entity.js';
import type {
  CreateOrganisationInput,
  OrganisationFilter,
  RejectOrganisationInput,
  UpdateOrganisationInput,
  VerifyOrganisationInput,
} from './organisation.inputs.js';
import { named, shownName } from './organisation.names.js';
import { readOrganisationRecord, type OrganisationRecord } from './organisation.record.js';
import { refuseClosed } from './closing.rules.js';
import { parseUscc } from './uscc.js';
import { canonicalJson } from '../../lib/canonical-json.js';
import { say } from '../../messages/catalogue.js';
import type { MessageText } from '../../lib/messages/message.js';

/**
 * An organisation, or null if the viewer may not see it. Verified organisations, and closed ones that were verified,
 * are public; others are visible to their members and to operators.
 */
export async function visibleOrganisation(ctx: Context, id: string): Promise<Organisation | null> {
  const organisation = await ctx.load(organisationById).load(id);
  return organisation && isVisible(ctx, organisation) ? organisation : null;
}

/** Throws NOT_FOUND unless the viewer may see the organisation. */
export function requireVisible(ctx: Context, organisation: Organisation, what: MessageText): void {
  if (!isVisible(ctx, organisation)) throw new NotFoundError(what);
}

function isVisible(ctx: Context, organisation: Organisation): boolean {
  // A closed organisation that was verified stays public, because its name stays in the records of others.
  const isPublic =
    organisation.verification === 'VERIFIED' ||
    (organisation.verification === 'CLOSED' && organisation.verifiedAt !== null);
  return isPublic || can(ctx, 'organisation:members', { organisationId: organisation.id });
}

/**
 * The verified organisations and those of which the viewer is a member, or all organisations for an operator; the
 * newest first.
 */
export async function listOrganisations(
  ctx: Context,
  filter: OrganisationFilter,
  args: ConnectionArgs,
): Promise<Page<Organisation>> {
  const query = ctx.db.createQueryBuilder(Organisation, 'o').where('TRUE');
  if (!can(ctx, 'organisation:readAll', undefined)) {
    query.andWhere(`(o.verification = 'VERIFIED' OR o.id = ANY (:own::uuid[]))`, {
      own: ctx.viewer.memberships.map((m) => m.organisationId),
    });
  }
  if (filter.kind) query.andWhere('o.kind = ANY (:kinds)', { kinds: filter.kind });
  if (filter.verification) query.andWhere('o.verification = ANY (:states)', { states: filter.verification });
  if (filter.hasPendingChange != null) {
    query.andWhere(filter.hasPendingChange ? 'o.pendingChangeValues IS NOT NULL' : 'o.pendingChangeValues IS NULL');
    // Whether a change is pending may be known only to the organisation's members and to operators.
    if (!can(ctx, 'organisation:readAll', undefined))
      query.andWhere('o.id = ANY (:members::uuid[])', { members: ctx.viewer.memberships.map((m) => m.organisationId) });
  }
  const text = filter.text?.trim();
  if (text) {
    if (text.length > 100) throw badInput('filter.text', 'TOO_LONG', say('TOO_LONG.hundred'));
    query.andWhere(`(o.name ->> 'zh' ILIKE :pattern OR o.name ->> 'en' ILIKE :pattern OR o.uscc = :uscc)`, {
      pattern: `%${text.replace(/[\\%_]/g, '\\$&')}%`,
      uscc: parseUscc(text),
    });
  }
  return keysetPage(query, args, [{ sql: 'o.id', direction: 'DESC', cast: 'uuid', value: (o) => o.id }]);
}

/** Creates an organisation with the viewer as its owner; it becomes public when an operator verifies it. */
export async function createOrganisation(ctx: Context, input: CreateOrganisationInput): Promise<Organisation> {
  const viewer = requireConfirmedEmail(ctx);
  const values = readOrganisationRecord(input);
  const organisation = await refusingTakenCodes(() =>
    writeOnce(ctx, 'createOrganisation', input, Organisation, async (tx) => {
      const id = newId();
      const now = ctx.now();
      await tx.insert(Organisation, { ...values, id, verification: 'PENDING', revision: 1, createdAt: now });
      await tx.insert(Membership, {
        id: newId(),
        accountId: viewer.accountId,
        organisationId: id,
        role: 'OWNER',
        since: now,
      });
      await noteName(tx, id, now);
      await record(tx, ctx, {
        kind: 'organisation.created',
        subjectType: 'Organisation',
        subjectId: id,
        facts: { kind: input.kind, owner: viewer.pseudonym },
      });
      return tx.findOneByOrFail(Organisation, { id });
    }),
  );
  await renewMemberships(ctx);
  return organisation;
}

/**
 * Edits an organisation. A changed name, code or kind of a verified organisation waits for an operator's check, so that
 * no unchecked value is shown as verified. An edit that changes a value of a rejected organisation submits it to the
 * operators again.
 */
export async function updateOrganisation(ctx: Context, input: UpdateOrganisationInput): Promise<Organisation> {
  const id = readId('id', 'Organisation', input.id);
  const values = readOrganisationRecord(input);
  return refusingTakenCodes(() =>
    writeOwn(ctx, { organisations: true }, async (tx) => {
      const before = await lockOrganisation(ctx, tx, id);
      authorize(ctx, 'organisation:edit', { organisationId: id });
      refuseClosed(before);
      await refuseStale(input.revision, {
        ...revisedOrganisation(tx, before),
        apply: (base) => ({ ...base, ...values }),
      });
      const { now, pending } =
        before.verification === 'VERIFIED' ? setAside(before, values) : { now: values, pending: null };
      const changed = differing(now, before);
      const asked =
        canonicalJson(pending) === canonicalJson(before.pendingChangeValues)
          ? []
          : Object.keys(pending ?? before.pendingChangeValues ?? {});
      if (changed.length === 0 && asked.length === 0) return before;
      if (asked.length > 0 && pending?.uscc) await refuseTakenCode(tx, id, pending.uscc);
      await tx.update(
        Organisation,
        { id },
        {
          ...now,
          revision: before.revision + 1,
          pendingChangeValues: pending as QueryDeepPartialEntity<PendingChange> | null,
          ...(asked.length > 0 ? { verificationNoteText: null } : {}),
          ...(before.verification === 'REJECTED'
            ? { verification: 'PENDING', verificationNoteText: null, verifiedAt: null }
            : {}),
        },
      );
      if (changed.includes('nameText')) await noteInstitutionForIndexing(tx, id);
      if (changed.includes('nameText') || (asked.length > 0 && pending?.nameText)) await noteName(tx, id, ctx.now());
      const after = await tx.findOneByOrFail(Organisation, { id });
      await record(tx, ctx, {
        kind: 'organisation.updated',
        subjectType: 'Organisation',
        subjectId: id,
        facts: {
          revision: after.revision,
          changed: changed.sort(),
          ...(asked.length > 0 ? { asked: asked.sort() } : {}),
          verification: after.verification,
          ...(await replacedFact(tx, ctx, before.revision, revisedOrganisation(tx, before).current)),
        },
      });
      return after;
    }),
  );
}

type Values = ReturnType<typeof readOrganisationRecord>;

function differing<T extends Values>(values: T, before: Organisation): Array<keyof Values> {
  return (Object.keys(values) as Array<keyof Values>).filter(
    (key) => canonicalJson(values[key]) !== canonicalJson(before[key]),
  );
}

/**
 * Separates edited values that take effect at once from those that an operator must check (name, code, kind). Setting a
 * value back to the verified one withdraws the pending change of it.
 */
function setAside(before: Organisation, values: Values): { now: Values; pending: PendingChange | null } {
  const { nameText, uscc, kind, ...now } = values;
  const given = Object.entries({ nameText, uscc, kind }).filter(([, value]) => value !== undefined);
  const wishes = Object.entries({
    ...before.pendingChangeValues,
    ...Object.fromEntries(given),
  } satisfies PendingChange);
  const pending = wishes.filter(
    ([key, value]) => canonicalJson(value) !== canonicalJson(before[key as keyof PendingChange]),
  );
  return { now, pending: pending.length === 0 ? null : Object.fromEntries(pending) };
}

/**
 * Throws if another organisation that is neither rejected nor closed has this unified social credit code. The
 * database's unique index does not cover codes that wait for a check, so the conflict is found here, before an operator
 * checks the code.
 */
async function refuseTakenCode(tx: EntityManager, id: string, uscc: string): Promise<void> {
  const taken = await tx
    .createQueryBuilder(Organisation, 'o')
    .where(`o.uscc = :uscc AND o.id <> :id AND o.verification NOT IN ('REJECTED', 'CLOSED')`, { uscc, id })
    .getExists();
  if (taken) throw usccTaken();
}

/** Verifies an organisation, or its pending change, as of the revision that the operator has read. */
export async function verifyOrganisation(ctx: Context, input: VerifyOrganisationInput): Promise<Organisation> {
  return decide(
    ctx,
    input,
    { verification: 'VERIFIED', verificationNoteText: null, verifiedAt: ctx.now() },
    { whole: organisationVerifiedMail, change: organisationChangeVerifiedMail },
  );
}

/**
 * Rejects an organisation, or only its pending change, as of the revision that the operator has read; mails the
 * operator's note to the owners.
 */
export async function rejectOrganisation(ctx: Context, input: RejectOrganisationInput): Promise<Organisation> {
  const note = requireReason('note', input.note, say('REQUIRED.whyOwners'), 'note');
  return decide(
    ctx,
    input,
    { verification: 'REJECTED', verificationNoteText: note, verifiedAt: null },
    { whole: organisationRejectedMail, change: organisationChangeRejectedMail },
  );
}

async function decide(
  ctx: Context,
  input: VerifyOrganisationInput,
  decision: Pick<Organisation, 'verification' | 'verificationNoteText' | 'verifiedAt'>,
  mails: Record<'whole' | 'change', MailEvent<{ organisation: string; note: string }>>,
): Promise<Organisation> {
  const id = readId('id', 'Organisation', input.id);
  return refusingTakenCodes(() =>
    writeOwn(ctx, { organisations: true }, async (tx) => {
      authorize(ctx, 'platform:operate', undefined);
      const before = await lockOrganisation(ctx, tx, id);
      authorize(ctx, 'platform:operate', { organisationId: id });
      refuseClosed(before);
      await refuseStale(input.revision, revisedOrganisation(tx, before));
      const pending = before.pendingChangeValues;
      if (pending === null && before.verification === decision.verification) return before;
      const verifies = decision.verification === 'VERIFIED';
      // When a pending change is rejected, the organisation stays verified with its earlier values.
      const outcome =
        pending === null
          ? decision
          : verifies
            ? { ...pending, ...decision }
            : { verificationNoteText: decision.verificationNoteText };
      await tx.update(Organisation, { id }, { ...outcome, pendingChangeValues: null, revision: before.revision + 1 });
      await noteAuthor(tx, ctx, 'organisation.verification_note', id, decision.verificationNoteText);
      // Search results show the institution's name and whether it is verified, so its pool entries are indexed again.
      if (pending === null || (verifies && pending.nameText)) await noteInstitutionForIndexing(tx, id);
      const after = await tx.findOneByOrFail(Organisation, { id });
      const owners = (await ownersOf(tx, id)).flatMap(({ email, locale }) =>
        email === null ? [] : [{ email, locale }],
      );
      const note = decision.verificationNoteText ?? '';
      await notify(
        tx,
        pending === null ? mails.whole : mails.change,
        owners,
        ({ locale }) => ({ organisation: shownName(named(after), locale), note }),
        { id: toGlobalId('Organisation', id), authors: [requireLogin(ctx).accountId] },
      );
      const kind = `organisation.${pending === null ? '' : 'change_'}${verifies ? 'verified' : 'rejected'}`;
      await record(tx, ctx, {
        kind,
        subjectType: 'Organisation',
        subjectId: id,
        facts: {
          revision: before.revision,
          uscc: after.uscc,
          ...(await replacedFact(tx, ctx, before.revision, revisedOrganisation(tx, before).current)),
        },
      });
      return after;
    }),
  );
}

/**
 * Reads and locks an organisation; throws NOT_FOUND if the viewer may not see it. Every change of its members takes
 * this lock too.
 */
export async function lockOrganisation(ctx: Context, tx: EntityManager, id: string): Promise<Organisation> {
  const organisation = await tx.findOne(Organisation, { where: { id }, lock: { mode: 'for_no_key_update' } });
  if (!organisation || !isVisible(ctx, organisation)) throw new NotFoundError(say('thing.thisOrganisation'));
  return organisation;
}

function ownersOf(tx: EntityManager, organisationId: string): Promise<Account[]> {
  return tx
    .createQueryBuilder(Account, 'a')
    .innerJoin(Membership, 'm', `m.accountId = a.id AND m.role = 'OWNER'`)
    .where('m.organisationId = :organisationId', { organisationId })
    .getMany();
}

/** The organisation in the form that the check for stale edits needs; pending changes count as current values. */
function revisedOrganisation(tx: EntityManager, organisation: Organisation): RevisedContent<OrganisationRecord> {
  const { id, revision, pendingChangeValues } = organisation;
  const { kind, nameText, uscc, ror, regionCode, website, descriptionText } = organisation;
  return {
    what: 'this organisation',
    field: 'revision',
    revision,
    current: { kind, nameText, uscc, ror, regionCode, website, descriptionText, ...pendingChangeValues },
    baseOf: (old) => replacedContent(tx, 'Organisation', id, old),
    show: ({ nameText: name, descriptionText: description, ...fields }) => ({ ...fields, name, description }),
  };
}

const usccTaken = () => new ConflictError(say('USCC_TAKEN.organisation'), 'USCC_TAKEN', { field: 'uscc' });

export function isViolation(
  error: unknown,
  code: string,
): error is QueryFailedError & { driverError: { constraint?: string } } {
  return error instanceof QueryFailedError && (error.driverError as { code?: string }).code === code;
}

async function refusingTakenCodes<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    // The region's code is known to the database alone, so an unknown one is found by its foreign key.
    if (isViolation(error, '23503') && error.driverError.constraint === 'organisation_region_code_fkey')
      throw badInput('regionCode', 'BAD_REGION', say('BAD_REGION.format'));
    if (!isViolation(error, '23505')) throw error;
    const { constraint } = error.driverError;
    if (constraint === 'organisation_uscc') throw usccTaken();
    if (constraint === 'organisation_ror')
      throw new ConflictError(say('ROR_TAKEN.organisation'), 'ROR_TAKEN', { field: 'ror' });
    throw error;
  }
}
