import { QueryFailedError, type EntityManager } from 'typeorm';
import { authorize, can } from '../authz.js';
import type { Context } from '../context.js';
import { badInput, ConflictError, NotFoundError } from '../errors.js';
import { canonicalJson, record } from '../ledger/ledger.service.js';
import { newId } from '../lib/ids.js';
import { localize } from '../lib/localized.js';
import { keysetPage, type ConnectionArgs, type Page } from '../lib/pagination.js';
import { readId } from '../node.js';
import { queueMail } from '../notifications/mail.js';
import { noteInstitutionForIndexing } from '../search/search.outbox.js';
import { write, writeOnce } from '../write.js';
import { Account } from './account.entity.js';
import { requireConfirmedEmail } from './authentication.js';
import { organisationRejectedMail, organisationVerifiedMail, type MailText } from './identity.mails.js';
import { Membership } from './membership.entity.js';
import { Organisation, organisationById } from './organisation.entity.js';
import type {
  CreateOrganisationInput,
  DeleteOrganisationInput,
  OrganisationFilter,
  RejectOrganisationInput,
  UpdateOrganisationInput,
  VerifyOrganisationInput,
} from './organisation.inputs.js';
import { readNote, readOrganisationRecord } from './organisation.record.js';
import { parseUscc } from './uscc.js';

/** An organisation, if the viewer may know of it: verified ones are public, others are seen by members and operators. */
export async function visibleOrganisation(ctx: Context, id: string): Promise<Organisation | null> {
  const organisation = await ctx.load(organisationById).load(id);
  return organisation && isVisible(ctx, organisation) ? organisation : null;
}

function isVisible(ctx: Context, organisation: Organisation): boolean {
  return organisation.verification === 'VERIFIED' || can(ctx.viewer, 'organisation:members', { organisationId: organisation.id });
}

/** The organisations that the viewer may know of, latest first. */
export async function listOrganisations(ctx: Context, filter: OrganisationFilter, args: ConnectionArgs): Promise<Page<Organisation>> {
  const query = ctx.db.createQueryBuilder(Organisation, 'o').where('TRUE');
  if (!ctx.viewer.isOperator) {
    query.andWhere(`(o.verification = 'VERIFIED' OR o.id = ANY (:own::uuid[]))`, { own: ctx.viewer.memberships.map((m) => m.organisationId) });
  }
  if (filter.kind) query.andWhere('o.kind = ANY (:kinds)', { kinds: filter.kind });
  if (filter.verification) query.andWhere('o.verification = ANY (:states)', { states: filter.verification });
  const text = filter.text?.trim();
  if (text) {
    if (text.length > 100) throw badInput('filter.text', 'TOO_LONG', 'at most 100 characters.');
    query.andWhere(`(o.name ->> 'zh' ILIKE :pattern OR o.name ->> 'en' ILIKE :pattern OR o.uscc = :uscc)`, {
      pattern: `%${text.replace(/[\\%_]/g, '\\$&')}%`,
      uscc: parseUscc(text),
    });
  }
  return keysetPage(query, args, [{ sql: 'o.id', direction: 'DESC', cast: 'uuid', value: (o) => o.id }]);
}

/** Creates an organisation that the viewer owns; it is public once an operator has verified it. */
export async function createOrganisation(ctx: Context, input: CreateOrganisationInput): Promise<Organisation> {
  const viewer = requireConfirmedEmail(ctx);
  const values = readOrganisationRecord(input);
  return refusingTakenCodes(() =>
    writeOnce(ctx, 'createOrganisation', input, Organisation, async (tx) => {
      const id = newId();
      const now = ctx.now();
      await tx.insert(Organisation, { ...values, id, verification: 'PENDING', revision: 1, createdAt: now });
      await tx.insert(Membership, { id: newId(), accountId: viewer.accountId, organisationId: id, role: 'OWNER', since: now });
      await record(tx, ctx, { kind: 'organisation.created', subjectType: 'Organisation', subjectId: id, facts: { kind: input.kind, owner: viewer.pseudonym } });
      return tx.findOneByOrFail(Organisation, { id });
    }),
  );
}

/** Edits an organisation. Another name, code or kind, and any edit of a refused one, is checked by an operator again. */
export async function updateOrganisation(ctx: Context, input: UpdateOrganisationInput): Promise<Organisation> {
  const id = readId('id', 'Organisation', input.id);
  const values = readOrganisationRecord(input);
  return refusingTakenCodes(() =>
    write(ctx, async (tx) => {
      const before = await lockOrganisation(ctx, tx, id);
      authorize(ctx, 'organisation:edit', { organisationId: id });
      refuseStale(before, input.revision);
      const changed = (Object.keys(values) as Array<keyof typeof values>).filter((key) => canonicalJson(values[key]) !== canonicalJson(before[key]));
      if (changed.length === 0) return before;
      const checkAgain = before.verification === 'REJECTED' || changed.some((key) => key === 'nameText' || key === 'uscc' || key === 'kind');
      await tx.update(Organisation, { id }, {
        ...values,
        revision: before.revision + 1,
        ...(checkAgain ? { verification: 'PENDING', verificationNoteText: null, verifiedAt: null } : {}),
      });
      if (changed.includes('nameText')) await noteInstitutionForIndexing(tx, id);
      const after = await tx.findOneByOrFail(Organisation, { id });
      await record(tx, ctx, {
        kind: 'organisation.updated',
        subjectType: 'Organisation',
        subjectId: id,
        facts: { revision: after.revision, changed: changed.sort(), verification: after.verification },
      });
      return after;
    }),
  );
}

/** An operator has checked the organisation in the given revision. */
export async function verifyOrganisation(ctx: Context, input: VerifyOrganisationInput): Promise<Organisation> {
  return decide(ctx, input, { verification: 'VERIFIED', verificationNoteText: null, verifiedAt: ctx.now() }, organisationVerifiedMail);
}

/** An operator refuses the organisation in the given revision; the owners get the note. */
export async function rejectOrganisation(ctx: Context, input: RejectOrganisationInput): Promise<Organisation> {
  const note = readNote('note', input.note);
  return decide(ctx, input, { verification: 'REJECTED', verificationNoteText: note, verifiedAt: null }, (locale, name) => organisationRejectedMail(locale, name, note));
}

async function decide(
  ctx: Context,
  input: VerifyOrganisationInput,
  decision: Pick<Organisation, 'verification' | 'verificationNoteText' | 'verifiedAt'>,
  mail: (locale: Account['locale'], name: string) => MailText,
): Promise<Organisation> {
  const id = readId('id', 'Organisation', input.id);
  return refusingTakenCodes(() =>
    write(ctx, async (tx) => {
      authorize(ctx, 'platform:operate', undefined);
      const before = await lockOrganisation(ctx, tx, id);
      refuseStale(before, input.revision);
      if (before.verification === decision.verification) return before;
      await tx.update(Organisation, { id }, { ...decision, revision: before.revision + 1 });
      for (const owner of await ownersOf(tx, id)) {
        if (owner.email !== null) await queueMail(tx, { to: owner.email, locale: owner.locale, ...mail(owner.locale, localize(before.nameText, owner.locale).value) });
      }
      const kind = decision.verification === 'VERIFIED' ? 'organisation.verified' : 'organisation.rejected';
      await record(tx, ctx, { kind, subjectType: 'Organisation', subjectId: id, facts: { revision: before.revision, uscc: before.uscc } });
      return tx.findOneByOrFail(Organisation, { id });
    }),
  );
}

/** Deletes an organisation that is not verified and has nothing of its own; so that a trial leaves nothing behind. */
export async function deleteOrganisation(ctx: Context, input: DeleteOrganisationInput): Promise<void> {
  const id = readId('id', 'Organisation', input.id);
  try {
    await write(ctx, async (tx) => {
      const before = await lockOrganisation(ctx, tx, id);
      authorize(ctx, 'organisation:edit', { organisationId: id });
      if (before.verification === 'VERIFIED') throw new ConflictError('A verified organisation stays on record.', 'ORGANISATION_VERIFIED');
      await tx.delete(Organisation, { id });
      await record(tx, ctx, { kind: 'organisation.deleted', subjectType: 'Organisation', subjectId: id, facts: { revision: before.revision } });
    });
  } catch (error) {
    if (isViolation(error, '23503')) throw new ConflictError('This organisation has records of its own and stays.', 'ORGANISATION_IN_USE');
    throw error;
  }
}

/** Reads and locks an organisation of which the viewer may know; every change of its members holds this lock too. */
export async function lockOrganisation(ctx: Context, tx: EntityManager, id: string): Promise<Organisation> {
  const organisation = await tx.findOne(Organisation, { where: { id }, lock: { mode: 'for_no_key_update' } });
  if (!organisation || !isVisible(ctx, organisation)) throw new NotFoundError('This organisation');
  return organisation;
}

function ownersOf(tx: EntityManager, organisationId: string): Promise<Account[]> {
  return tx.createQueryBuilder(Account, 'a').innerJoin(Membership, 'm', `m.accountId = a.id AND m.role = 'OWNER'`).where('m.organisationId = :organisationId', { organisationId }).getMany();
}

function refuseStale(before: Organisation, revision: number): void {
  if (before.revision === revision) return;
  throw new ConflictError('The organisation was changed meanwhile: read it again and repeat your changes on the current revision.', 'STALE_REVISION', {
    currentRevision: before.revision,
  });
}

function isViolation(error: unknown, code: string): error is QueryFailedError & { driverError: { constraint?: string } } {
  return error instanceof QueryFailedError && (error.driverError as { code?: string }).code === code;
}

async function refusingTakenCodes<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!isViolation(error, '23505')) throw error;
    const { constraint } = error.driverError;
    if (constraint === 'organisation_uscc') throw new ConflictError('Another organisation has this unified social credit code. Ask its owners for an invitation, or an operator for help.', 'USCC_TAKEN', { field: 'uscc' });
    if (constraint === 'organisation_ror') throw new ConflictError('Another organisation has this ROR id. Ask its owners for an invitation, or an operator for help.', 'ROR_TAKEN', { field: 'ror' });
    throw error;
  }
}
