import { Field, ID, InputType } from 'type-graphql';
import type { EntityManager } from 'typeorm';
import type { FieldProblem } from '../../kernel/errors.js';
import { fromGlobalId, isUuid } from '../../lib/ids.js';
import { cleanText, type Localized } from '../../kernel/localized.js';
import { nameWithoutForm } from '../../text/names.js';
import { comparable } from '../../text/normalise.js';
import { say } from '../../messages/catalogue.js';

const MAX_NAME = 200;
export const MAX_BACKERS = 50;

@InputType({ description: 'Who put money in. Give the name, the organisation here, or both.' })
export class BackerInput {
  @Field(() => String, {
    nullable: true,
    description:
      'Its name, at most 200 characters; the organisation’s own by default. A name that is that of one verified organisation here, apart from the legal form and brackets, stands for it once it confirms.',
  })
  name?: string | null;

  @Field(() => ID, { nullable: true, description: 'The verified organisation here that it is.' })
  organisationId?: string | null;
}

/**
 * A financial backer of a profile: its name as written, and the id of its organisation where that is on the platform.
 */
export interface Backer {
  name: string;
  organisationId: string | null;
}

/** Verified organisations by id and by name, read by one statement for a whole list of backers. */
export interface KnownBackers {
  byId: ReadonlyMap<string, string>;
  /** Organisation id by name; null for a name that several verified organisations have. */
  byName: ReadonlyMap<string, string | null>;
}

/**
 * Reads the verified organisations that have one of these ids, or whose Chinese or English name equals one of these
 * names.
 */
export async function findBackers(
  tx: EntityManager,
  ids: readonly string[],
  names: readonly string[],
): Promise<KnownBackers> {
  if (ids.length === 0 && names.length === 0) return { byId: new Map(), byName: new Map() };
  const rows = (await tx.query(
    `SELECT id, name
     FROM organisation
     WHERE verification = 'VERIFIED'
       AND (id = ANY($1::uuid[]) OR name ->> 'zh' = ANY($2) OR name ->> 'en' = ANY($2))`,
    [ids, names],
  )) as Array<{ id: string; name: Localized }>;
  const byName = new Map<string, string | null>();
  for (const { id, name } of rows) {
    for (const text of new Set([name.zh, name.en]))
      if (text !== undefined) byName.set(text, byName.has(text) && byName.get(text) !== id ? null : id);
  }
  await addVariants(
    tx,
    byName,
    names.filter((name) => !byName.has(name)),
  );
  return { byId: new Map(rows.map(({ id, name }) => [id, name.zh ?? name.en ?? ''])), byName };
}

/**
 * Adds the names that differ from the name of one verified organisation only in the legal form, brackets or width. Such a
 * link is a proposal like that of an equal name: it is shown and used once the organisation has confirmed it.
 */
async function addVariants(tx: EntityManager, byName: Map<string, string | null>, names: string[]): Promise<void> {
  const wanted = names.flatMap((name) => {
    const key = nameWithoutForm(name);
    return key === null ? [] : [{ name, key }];
  });
  if (wanted.length === 0) return;
  const keys = new Set(wanted.map(({ key }) => key));
  const idByKey = new Map<string, string | null>();
  const verified = (await tx.query(`SELECT id, name FROM organisation WHERE verification = 'VERIFIED'`)) as Array<{
    id: string;
    name: Localized;
  }>;
  for (const { id, name } of verified) {
    for (const text of [name.zh, name.en]) {
      const key = text === undefined ? null : nameWithoutForm(text);
      if (key !== null && keys.has(key)) idByKey.set(key, idByKey.has(key) && idByKey.get(key) !== id ? null : id);
    }
  }
  for (const { name, key } of wanted) {
    const id = idByKey.get(key);
    if (id !== undefined) byName.set(name, id);
  }
}

/**
 * Validates a list of backers and finds the organisations that they are; merges duplicates. Adds every invalid value to
 * `problems`.
 */
export async function readBackers(
  tx: EntityManager,
  field: string,
  inputs: readonly BackerInput[],
  problems: FieldProblem[],
): Promise<Backer[]> {
  if (inputs.length > MAX_BACKERS)
    problems.push({ field, code: 'TOO_MANY', message: say('TOO_MANY.max', { max: MAX_BACKERS }) });
  const read = inputs.slice(0, MAX_BACKERS).map((input, i) => {
    const name = cleanText(input.name) ?? null;
    const id = input.organisationId == null ? null : fromGlobalId(input.organisationId);
    const badId = input.organisationId != null && (id?.type !== 'Organisation' || !isUuid(id.key));
    if (badId)
      problems.push({
        field: `${field}[${i}].organisationId`,
        code: 'BAD_ID',
        message: say('BAD_ID.typeOrganisation'),
      });
    if (name === null && input.organisationId == null)
      problems.push({ field: `${field}[${i}].name`, code: 'REQUIRED', message: say('REQUIRED.nameOrOrganisation') });
    if (name !== null && [...name].length > MAX_NAME)
      problems.push({
        field: `${field}[${i}].name`,
        code: 'TOO_LONG',
        message: say('TOO_LONG.max', { max: MAX_NAME }),
      });
    return { name, id: badId || id === null ? null : id.key };
  });
  const known = await findBackers(
    tx,
    read.flatMap(({ id }) => id ?? []),
    read.flatMap(({ id, name }) => (id === null && name !== null ? [name] : [])),
  );
  const backers = read.flatMap(({ name, id }, i): Backer[] => {
    if (id === null) return name === null ? [] : [{ name, organisationId: known.byName.get(name) ?? null }];
    const own = known.byId.get(id);
    if (own === undefined)
      problems.push({
        field: `${field}[${i}].organisationId`,
        code: 'UNKNOWN_ORGANISATION',
        message: say('UNKNOWN_ORGANISATION.verified'),
      });
    return own === undefined ? [] : [{ name: name ?? own, organisationId: id }];
  });
  return withoutRepetitions(backers);
}

/** Of several backers with the same organisation or the same normalised name, keeps only the first. */
export function withoutRepetitions(backers: readonly Backer[]): Backer[] {
  const seen = new Set<string>();
  return backers.filter(({ name, organisationId }) => {
    const keys = [`name:${comparable(name) || name}`, ...(organisationId === null ? [] : [`id:${organisationId}`])];
    if (keys.some((key) => seen.has(key))) return false;
    keys.forEach((key) => seen.add(key));
    return true;
  });
}
