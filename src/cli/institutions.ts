import type { App } from '../kernel/context.js';
import { LISTING_KINDS, Organisation } from '../identity/organisations/organisation.entity.js';
import { fromGlobalId, isUuid } from '../lib/ids.js';
import { organisationNameKey } from '../text/names.js';
import { comparable } from '../text/normalise.js';
import { UsageError } from './command.js';
import type { OrganisationKind } from '../kernel/viewer.js';

/** Maximum number of organisations listed in an error message. */
const MAX_LISTED = 50;

/**
 * The organisation that `--institution` names, among the given kinds (by default those that may list achievements);
 * without the option, the only verified one.
 *
 * An id chooses any organisation. A name or a social credit code chooses among verified organisations only, since
 * anyone can found an organisation of any name; the name must be given in full and belong to one organisation only.
 */
export async function chooseInstitution(
  app: App,
  wish: string | undefined,
  kinds: readonly OrganisationKind[] = LISTING_KINDS,
): Promise<Organisation> {
  const all = (await app.dataSource.manager.find(Organisation, { order: { id: 'ASC' } })).filter((organisation) =>
    kinds.includes(organisation.kind),
  );
  const verified = all.filter(({ verification }) => verification === 'VERIFIED');
  const what = kinds === LISTING_KINDS ? 'institution' : 'organisation';
  if (all.length === 0)
    throw new UsageError(
      `There is no ${kinds
        .join(', ')
        .toLowerCase()
        .replace(/, ([^,]*)$/, ' or $1')} yet: create one in the API first.`,
    );
  if (wish === undefined) {
    if (verified.length === 1) return verified[0]!;
    throw new UsageError(`Say for which ${what}, with --${what} and its id, code or name:\n${listOf(all)}`);
  }
  const given = wish.trim();
  const id = fromGlobalId(given);
  const byId = all.find(
    (organisation) =>
      (id?.type === 'Organisation' && id.key === organisation.id) ||
      (isUuid(given) && organisation.id === given.toLowerCase()),
  );
  if (byId) return byId;
  const code = verified.find(({ uscc }) => uscc !== null && uscc === given.toUpperCase());
  if (code) return code;
  const key = comparable(given);
  const named = verified.filter(
    (organisation) => key !== '' && namesOf(organisation).some((name) => comparable(name) === key),
  );
  if (named.length === 1) return named[0]!;
  if (named.length > 1)
    throw new UsageError(`More than one ${what} is called "${given}". Choose by its id:\n${listOf(named)}`);
  const part = organisationNameKey(given);
  const near = all.filter(
    (organisation) => part !== '' && namesOf(organisation).some((name) => organisationNameKey(name).includes(part)),
  );
  throw new UsageError(
    near.length > 0
      ? `No verified ${what} is called "${given}"; part of a name, or the name of an unverified one, chooses none. Give the id of the one that is meant:\n${listOf(near)}`
      : `No ${what} matches "${given}". There are:\n${listOf(all)}`,
  );
}

const namesOf = ({ nameText }: Organisation): string[] =>
  [nameText.zh, nameText.en].filter((name) => name !== undefined);

/**
 * One line per organisation, verified ones first: id, social credit code, kind, name, and whether it is verified. At
 * most MAX_LISTED lines; a last line counts the rest.
 */
function listOf(organisations: readonly Organisation[]): string {
  const sorted = [...organisations].sort(
    (a, b) => Number(b.verification === 'VERIFIED') - Number(a.verification === 'VERIFIED'),
  );
  const lines = sorted.slice(0, MAX_LISTED).map((organisation) => {
    const { globalId, uscc, kind, verification } = organisation;
    const state = verification === 'VERIFIED' ? '' : ` (${verification.toLowerCase()}, not verified)`;
    return `  ${globalId}  ${uscc ?? '-'.repeat(18)}  ${kind}  ${nameOf(organisation)}${state}`;
  });
  const more = sorted.length - MAX_LISTED;
  return [...lines, ...(more > 0 ? [`  … and ${more} more`] : [])].join('\n');
}

export function nameOf(organisation: Organisation): string {
  const { nameText } = organisation;
  // Control characters in a name are replaced, since they could overwrite what the terminal has shown before.
  return (nameText.zh ?? nameText.en ?? organisation.id).replace(/[\p{Cc}\p{Cf}]/gu, ' ');
}
