import type { App } from '../kernel/context.js';
import { LISTING_KINDS, Organisation } from '../identity/organisations/organisation.entity.js';
import { fromGlobalId, isUuid } from '../lib/ids.js';
import { comparable } from '../text/normalise.js';
import { UsageError } from './command.js';
import type { OrganisationKind } from '../kernel/viewer.js';

/**
 * Finds the organisation that the option --institution of a command names, by code, id or name, among the given kinds
 * (by default those that may list achievements). Without the option it returns the only such organisation; it throws
 * where several or none match.
 */
export async function chooseInstitution(
  app: App,
  wish: string | undefined,
  kinds: readonly OrganisationKind[] = LISTING_KINDS,
): Promise<Organisation> {
  const all = (await app.dataSource.manager.find(Organisation, { order: { id: 'ASC' } })).filter((organisation) =>
    kinds.includes(organisation.kind),
  );
  const what = kinds === LISTING_KINDS ? 'institution' : 'organisation';
  const list = () =>
    all
      .slice(0, 50)
      .map((organisation) => `  ${organisation.uscc ?? '-'.repeat(18)}  ${nameOf(organisation)}`)
      .join('\n');
  if (all.length === 0)
    throw new UsageError(
      `There is no ${kinds
        .join(', ')
        .toLowerCase()
        .replace(/, ([^,]*)$/, ' or $1')} yet: create one in the API first.`,
    );
  if (wish === undefined) {
    if (all.length === 1) return all[0]!;
    throw new UsageError(`Say for which ${what}, with --${what} and its code or name:\n${list()}`);
  }
  const key = comparable(wish);
  const id = fromGlobalId(wish);
  const exact = all.filter(
    (organisation) =>
      organisation.uscc === wish.toUpperCase() ||
      (id?.type === 'Organisation' && id.key === organisation.id) ||
      (isUuid(wish) && organisation.id === wish) ||
      [organisation.nameText.zh, organisation.nameText.en].some(
        (name) => name !== undefined && comparable(name) === key,
      ),
  );
  const found =
    exact.length > 0
      ? exact
      : all.filter(
          (organisation) =>
            key !== '' &&
            [organisation.nameText.zh, organisation.nameText.en].some((name) => comparable(name ?? '').includes(key)),
        );
  if (found.length === 1) return found[0]!;
  throw new UsageError(
    `${found.length === 0 ? `No ${what}` : `More than one ${what}`} matches "${wish}". There are:\n${list()}`,
  );
}

export function nameOf(organisation: Organisation): string {
  return organisation.nameText.zh ?? organisation.nameText.en ?? organisation.id;
}
