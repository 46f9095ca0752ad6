import { yearOfChina } from '../../lib/day.js';
import type { EntityManager } from 'typeorm';
import { authorize } from '../../kernel/authz.js';
import { requireLogin, type Context } from '../../kernel/context.js';
import { badInput, ConflictError, ForbiddenError, NotFoundError } from '../../kernel/errors.js';
import { readReason } from '../../kernel/reason.js';
import { findConfirmedAccount } from '../../identity/accounts/accounts.js';
import { requireConfirmedEmail } from '../../identity/sessions/authentication.js';
import { readEmail } from '../../identity/accounts/emails.js';
import { visibleOrganisation } from '../../identity/organisations/organisations.service.js';
import { record } from '../../ledger/ledger.service.js';
import { reasonFact } from '../../ledger/texts.js';
import { newId } from '../../lib/ids.js';
import { readId } from '../../kernel/node.js';
import { notify, personsOf } from '../../notifications/mail.js';
import { codeLists } from '../../taxonomy/code-lists.js';
import { write, writeOnce } from '../../kernel/write.js';
import { MAX_DOCUMENTS, parseDocumentsCsv, readDocuments, type DocumentText } from './reviewers.documents.js';
import { Reviewer } from './reviewers.entity.js';
import type {
  ApplyAsReviewerInput,
  CreateReviewerInput,
  InviteReviewerInput,
  ReviewerProfileInput,
  SetReviewerDocumentsInput,
  SetReviewerStatusInput,
  UpdateReviewerProfileInput,
} from './reviewers.inputs.js';
import { reviewerActiveMail, reviewerInvitedMail, reviewerSuspendedMail } from './reviewers.mails.js';
import { applyProfile, emptyProfile, type ProfileRecord } from './reviewers.profile.js';
import type { ReviewerStatus } from './reviewers.vocabularies.js';
import { say } from '../../messages/catalogue.js';

/** Applies as a reviewer: creates a PENDING profile of the viewer, which an operator must activate. */
export async function applyAsReviewer(ctx: Context, input: ApplyAsReviewerInput): Promise<Reviewer> {
  const viewer = requireConfirmedEmail(ctx);
  const profile = await checkedProfile(ctx, emptyProfile, input.profile);
  return writeOnce(ctx, 'applyAsReviewer', input, Reviewer, async (tx) => {
    const reviewer = await insertReviewer(tx, ctx, viewer.accountId, profile, 'PENDING');
    await record(tx, ctx, {
      kind: 'reviewer.applied',
      subjectType: 'Reviewer',
      subjectId: reviewer.id,
      facts: { dimensions: profile.dimensions, industries: profile.industries },
    });
    return reviewer;
  });
}

/**
 * Operator action: creates an ACTIVE reviewer profile for the account that has confirmed the address, unless it is an
 * operator's; only the account's holder may edit it afterwards.
 */
export async function createReviewer(ctx: Context, input: CreateReviewerInput): Promise<Reviewer> {
  authorize(ctx, 'platform:operate', undefined);
  const email = readEmail('input.email', input.email);
  const profile = await checkedProfile(ctx, emptyProfile, input.profile);
  return writeOnce(ctx, 'createReviewer', input, Reviewer, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const account = await findConfirmedAccount(tx, email);
    if (!account) throw badInput('input.email', 'UNKNOWN_ACCOUNT', say('UNKNOWN_ACCOUNT.reviewer'));
    await refuseUnfit(tx, account.id);
    const reviewer = await insertReviewer(tx, ctx, account.id, profile, 'ACTIVE');
    await notify(tx, reviewerActiveMail, [{ email, locale: account.locale }], () => null);
    await record(tx, ctx, {
      kind: 'reviewer.created',
      subjectType: 'Reviewer',
      subjectId: reviewer.id,
      facts: { dimensions: profile.dimensions, industries: profile.industries },
    });
    return reviewer;
  });
}

/**
 * Operator action: invites a person by mail to sign up and apply as a reviewer. Returns false if the person already has
 * a reviewer profile.
 */
export async function inviteReviewer(ctx: Context, input: InviteReviewerInput): Promise<boolean> {
  authorize(ctx, 'platform:operate', undefined);
  const email = readEmail('input.email', input.email);
  const message = readReason('input.message', input.message, 'greeting');
  const account = await findConfirmedAccount(ctx.db, email);
  const locale = account?.locale ?? ctx.locale;
  return write(ctx, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    if (account && (await tx.existsBy(Reviewer, { accountId: account.id }))) return false;
    const { accountId } = requireLogin(ctx);
    const [inviter] = (await tx.query(`SELECT display_name AS name FROM account WHERE id = $1`, [accountId])) as Array<{
      name: string;
    }>;
    await notify(tx, reviewerInvitedMail, [{ email, locale }], () => ({ inviter: inviter!.name, message }), {
      authors: [accountId],
    });
    return true;
  });
}

/**
 * Reviewer action: edits the viewer's own profile. Nobody else may edit it, so that every statement of expertise is the
 * reviewer's own.
 */
export async function updateReviewerProfile(ctx: Context, input: UpdateReviewerProfileInput): Promise<Reviewer> {
  const { accountId } = requireLogin(ctx);
  const codes = await codeLists(ctx.app.dataSource);
  await assertOrganisation(ctx, input.profile);
  return writeOnce(ctx, 'updateReviewerProfile', input, Reviewer, async (tx) => {
    const reviewer = await lockOwnReviewer(tx, accountId);
    const before = await readProfile(tx, reviewer);
    const after = applyProfile(before, input.profile, codes);
    await storeProfile(tx, reviewer.id, after);
    await record(tx, ctx, {
      kind: 'reviewer.edited',
      subjectType: 'Reviewer',
      subjectId: reviewer.id,
      facts: { dimensions: after.dimensions, industries: after.industries },
    });
    return tx.findOneByOrFail(Reviewer, { id: reviewer.id });
  });
}

/** Reviewer action: replaces or extends the viewer's own documents, given as a list or as CSV text. */
export async function setReviewerDocuments(ctx: Context, input: SetReviewerDocumentsInput): Promise<Reviewer> {
  const { accountId } = requireLogin(ctx);
  if ((input.documents == null) === (input.csv == null))
    throw badInput('input.documents', 'EITHER_OR', say('EITHER_OR.documents'));
  const given =
    input.csv == null
      ? readDocuments('input.documents', input.documents ?? [], yearOfChina(ctx.now()))
      : readDocuments('input.csv', parseDocumentsCsv('input.csv', input.csv), yearOfChina(ctx.now()));
  return writeOnce(ctx, 'setReviewerDocuments', input, Reviewer, async (tx) => {
    const reviewer = await lockOwnReviewer(tx, accountId);
    const kept = input.append
      ? ((await tx.query(
          `SELECT title, abstract, year FROM reviewer_document WHERE reviewer_id = $1 ORDER BY position`,
          [reviewer.id],
        )) as DocumentText[])
      : [];
    const key = (document: DocumentText) => `${document.title}\n${document.abstract ?? ''}`;
    const documents = [...new Map([...kept, ...given].map((document) => [key(document), document])).values()];
    if (documents.length > MAX_DOCUMENTS)
      throw badInput(
        'input.documents',
        'TOO_MANY',
        say('TOO_MANY.documentsTotal', { max: MAX_DOCUMENTS, length: documents.length }),
      );
    await tx.query(`DELETE FROM reviewer_document WHERE reviewer_id = $1`, [reviewer.id]);
    await tx.query(
      `INSERT INTO reviewer_document (id, reviewer_id, title, abstract, year, position)
       SELECT d.id, $1, d.title, d.abstract, d.year, d.position
       FROM jsonb_to_recordset($2::jsonb) AS d(id uuid, title text, abstract text, year int, position smallint)`,
      [reviewer.id, JSON.stringify(documents.map((document, i) => ({ ...document, id: newId(), position: i + 1 })))],
    );
    await record(tx, ctx, {
      kind: 'reviewer.documents',
      subjectType: 'Reviewer',
      subjectId: reviewer.id,
      facts: { documents: documents.length },
    });
    return reviewer;
  });
}

/**
 * Operator action: activates or suspends a reviewer. A suspended reviewer keeps existing assignments and gets no new
 * ones.
 */
export async function setReviewerStatus(ctx: Context, input: SetReviewerStatusInput): Promise<Reviewer> {
  const id = readId('input.id', 'Reviewer', input.id);
  const reason = readReason('input.reason', input.reason);
  return writeOnce(ctx, 'setReviewerStatus', input, Reviewer, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const reviewer = await tx.findOne(Reviewer, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!reviewer) throw new NotFoundError(say('thing.theReviewer'));
    if (input.status === 'PENDING' && reviewer.status !== 'PENDING')
      throw new ConflictError(say('INVALID_TRANSITION.reviewer'), 'INVALID_TRANSITION', { current: reviewer.status });
    if (reviewer.status === input.status) return reviewer;
    if (input.status === 'ACTIVE') {
      if (reviewer.accountId === null) throw new ConflictError(say('ACCOUNT_ERASED.person'), 'ACCOUNT_ERASED');
      await refuseUnfit(tx, reviewer.accountId);
    }
    const from = reviewer.status;
    reviewer.status = input.status;
    await tx.update(Reviewer, { id }, { status: input.status });
    await mailStatus(tx, reviewer, input.status);
    await record(tx, ctx, {
      kind: 'reviewer.status',
      subjectType: 'Reviewer',
      subjectId: id,
      facts: { from, to: input.status, ...(await reasonFact(tx, ctx, reason)) },
    });
    return reviewer;
  });
}

async function checkedProfile(ctx: Context, base: ProfileRecord, input: ReviewerProfileInput): Promise<ProfileRecord> {
  const profile = applyProfile(base, input, await codeLists(ctx.app.dataSource));
  await assertOrganisation(ctx, input);
  return profile;
}

async function assertOrganisation(ctx: Context, input: ReviewerProfileInput): Promise<void> {
  if (input.organisationId == null) return;
  const id = readId('input.profile.organisationId', 'Organisation', input.organisationId);
  if (!(await visibleOrganisation(ctx, id))) throw new NotFoundError(say('thing.theOrganisation'));
}

export async function insertReviewer(
  tx: EntityManager,
  ctx: Context,
  accountId: string,
  profile: ProfileRecord,
  status: ReviewerStatus,
): Promise<Reviewer> {
  const id = newId();
  const inserted: unknown[] = await tx.query(
    `INSERT INTO reviewer (id, account_id, dimensions, status, created_at)
     VALUES ($1, $2, '{}', $3, $4)
     ON CONFLICT (account_id) DO NOTHING
     RETURNING id`,
    [id, accountId, status, ctx.now()],
  );
  if (inserted.length === 0) throw new ConflictError(say('ALREADY_A_REVIEWER.person'), 'ALREADY_A_REVIEWER');
  await storeProfile(tx, id, profile);
  return tx.findOneByOrFail(Reviewer, { id });
}

async function storeProfile(tx: EntityManager, id: string, profile: ProfileRecord): Promise<void> {
  await tx.update(
    Reviewer,
    { id },
    {
      statementText: profile.statement,
      dimensions: profile.dimensions,
      organisationId: profile.organisationId,
      orcid: profile.orcid,
      maxLoad: profile.maxLoad,
    },
  );
  await tx.query(`DELETE FROM reviewer_industry WHERE reviewer_id = $1`, [id]);
  await tx.query(`INSERT INTO reviewer_industry (reviewer_id, industry_code) SELECT $1, unnest($2::text[])`, [
    id,
    profile.industries,
  ]);
}

async function readProfile(tx: EntityManager, reviewer: Reviewer): Promise<ProfileRecord> {
  const rows = (await tx.query(`SELECT industry_code FROM reviewer_industry WHERE reviewer_id = $1 ORDER BY 1`, [
    reviewer.id,
  ])) as Array<{ industry_code: string }>;
  const { statementText: statement, dimensions, organisationId, orcid, maxLoad } = reviewer;
  return { statement, dimensions, industries: rows.map((row) => row.industry_code), organisationId, orcid, maxLoad };
}

/** Loads and locks the viewer's own profile. */
export async function lockOwnReviewer(tx: EntityManager, accountId: string): Promise<Reviewer> {
  const reviewer = await tx.findOne(Reviewer, { where: { accountId }, lock: { mode: 'pessimistic_write' } });
  if (!reviewer) throw new NotFoundError(say('thing.yourReviewersProfile'));
  return reviewer;
}

/**
 * Refuses an account whose address is not confirmed, since its holder may be somebody else than the expert, and an
 * operator's account: an account that runs cohorts must not judge in them.
 */
async function refuseUnfit(tx: EntityManager, accountId: string): Promise<void> {
  const [account] = (await tx.query(
    `SELECT is_operator, email_confirmed_at IS NOT NULL AS confirmed FROM account WHERE id = $1 FOR SHARE`,
    [accountId],
  )) as Array<{ is_operator: boolean; confirmed: boolean }>;
  if (account?.confirmed !== true) throw new ConflictError(say('EMAIL_UNCONFIRMED.person'), 'EMAIL_UNCONFIRMED');
  if (account.is_operator) throw new ForbiddenError(say('OPERATOR_CANNOT_REVIEW.active'), 'OPERATOR_CANNOT_REVIEW');
}

async function mailStatus(tx: EntityManager, reviewer: Reviewer, status: ReviewerStatus): Promise<void> {
  if (status === 'PENDING') return;
  const event = status === 'ACTIVE' ? reviewerActiveMail : reviewerSuspendedMail;
  await notify(tx, event, await personsOf(tx, [reviewer.accountId]), () => null);
}
