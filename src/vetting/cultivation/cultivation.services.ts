import type { EntityManager } from 'typeorm';
import { authorize, can } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { InputError, NotFoundError, type FieldProblem } from '../../kernel/errors.js';
import { visibleOrganisation } from '../../identity/organisations/organisations.service.js';
import { record } from '../../ledger/ledger.service.js';
import { newId } from '../../lib/ids.js';
import { cleanText, readLocalized } from '../../kernel/localized.js';
import { keysetPage, type ConnectionArgs, type Page } from '../../graphql/pagination.js';
import { readId } from '../../kernel/node.js';
import { codeLists } from '../../taxonomy/code-lists.js';
import { write, writeOnce } from '../../kernel/write.js';
import { gapOf } from './cultivation.codes.js';
import { SupportService } from './cultivation.entity.js';
import type { RemoveSupportServiceInput, SetSupportServiceInput, SupportServiceFilter } from './cultivation.inputs.js';
import { say, type Said } from '../../messages/catalogue.js';

type ServiceRecord = Pick<
  SupportService,
  'kind' | 'nameText' | 'descriptionText' | 'organisationId' | 'regionCode' | 'gapCodes' | 'url' | 'active'
>;

/**
 * The public catalogue of support services, newest first; services taken out of use are listed only for operators who
 * ask for them.
 */
export function listSupportServices(
  ctx: Context,
  filter: SupportServiceFilter | null | undefined,
  args: ConnectionArgs,
): Promise<Page<SupportService>> {
  const query = ctx.db.createQueryBuilder(SupportService, 's').where('true');
  if (filter?.inactiveToo === true) authorize(ctx, 'platform:operate', undefined);
  else query.andWhere('s.active');
  if (filter?.kinds?.length) query.andWhere('s.kind = ANY(:kinds)', { kinds: filter.kinds });
  if (filter?.gapCodes?.length) query.andWhere('s.gap_codes && :codes', { codes: filter.gapCodes });
  return keysetPage(query, args, [{ sql: 's.id', direction: 'DESC', cast: 'uuid', value: (service) => service.id }]);
}

/** A support service by database id; a service taken out of use is returned to operators only. */
export async function readSupportService(ctx: Context, id: string): Promise<SupportService | null> {
  const service = await ctx.db.findOneBy(SupportService, { id });
  return service && (service.active || can(ctx, 'platform:operate', undefined)) ? service : null;
}

/** Operator action: creates a support service, or replaces all fields of an existing one. */
export async function setSupportService(ctx: Context, input: SetSupportServiceInput): Promise<SupportService> {
  const id = input.id == null ? null : readId('input.id', 'SupportService', input.id);
  const content = await readService(ctx, input);
  return writeOnce(ctx, 'setSupportService', input, SupportService, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const before = id === null ? null : await lockService(tx, id);
    for (const concerned of [before, content]) authorize(ctx, 'platform:operate', concerned ?? undefined);
    const service = before ?? tx.create(SupportService, { id: newId(), createdAt: ctx.now() });
    Object.assign(service, content, { updatedAt: ctx.now() });
    await tx.save(service);
    await record(tx, ctx, {
      kind: 'support-service.set',
      subjectType: 'SupportService',
      subjectId: service.id,
      facts: { kind: service.kind, gapCodes: service.gapCodes, active: service.active },
    });
    return service;
  });
}

/** Operator action: deletes a support service from the catalogue permanently. */
export async function removeSupportService(ctx: Context, input: RemoveSupportServiceInput): Promise<string> {
  const id = readId('input.id', 'SupportService', input.id);
  return write(ctx, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const service = await lockService(tx, id);
    authorize(ctx, 'platform:operate', service);
    const removed = service.globalId;
    await tx.delete(SupportService, { id });
    await record(tx, ctx, { kind: 'support-service.removed', subjectType: 'SupportService', subjectId: id, facts: {} });
    return removed;
  });
}

async function lockService(tx: EntityManager, id: string): Promise<SupportService> {
  const service = await tx.findOne(SupportService, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!service) throw new NotFoundError(say('thing.theSupportService'));
  return service;
}

async function readService(ctx: Context, input: SetSupportServiceInput): Promise<ServiceRecord> {
  const problems: FieldProblem[] = [];
  const problem = (field: string, code: string, message: Said) =>
    problems.push({ field: `input.${field}`, code, message });
  const name = readLocalized('input.name', input.name, 120, problems);
  if (!name) problem('name', 'REQUIRED', say('REQUIRED.language'));
  const description = readLocalized('input.description', input.description, 2_000, problems);
  const gapCodes = [...new Set(input.gapCodes)];
  if (gapCodes.length === 0) problem('gapCodes', 'REQUIRED', say('REQUIRED.gapCodes'));
  if (gapCodes.some((code) => !gapOf(code))) problem('gapCodes', 'UNKNOWN_CODE', say('UNKNOWN_CODE.gap'));
  const regionCode = cleanText(input.regionCode) ?? null;
  if (regionCode !== null && !(await codeLists(ctx.app.dataSource)).regions.has(regionCode))
    problem('regionCode', 'UNKNOWN_CODE', say('UNKNOWN_CODE.regions'));
  const url = cleanText(input.url) ?? null;
  if (url !== null && !(url.length <= 300 && isWebAddress(url))) problem('url', 'BAD_URL', say('BAD_URL.short'));
  let organisationId: string | null = null;
  if (input.organisationId != null) {
    organisationId = readId('input.organisationId', 'Organisation', input.organisationId);
    if (!(await visibleOrganisation(ctx, organisationId)))
      problem('organisationId', 'NOT_FOUND', say('NOT_FOUND.organisation'));
  }
  if (problems.length > 0) throw new InputError(problems);
  return {
    kind: input.kind,
    nameText: name!,
    descriptionText: description,
    organisationId,
    regionCode,
    gapCodes,
    url,
    active: input.active,
  };
}

function isWebAddress(text: string): boolean {
  try {
    return ['http:', 'https:'].includes(new URL(text).protocol);
  } catch {
    return false;
  }
}
