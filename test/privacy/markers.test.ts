import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GraphQLSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchema } from '../../src/graphql/schema.js';
import { composition } from '../../src/modules.js';
import { casesOf } from '../rights/domains.js';
import { indexText } from '../rights/hearing.js';
import { operationOf, send } from '../rights/probe.js';
import type { Role } from '../rights/roles.js';
import type { Actor, World } from '../rights/types.js';
import { buildWorld, indexed } from '../rights/world.js';
import type { SeededPerson } from '../seed.js';
import { declared } from './columns.js';
import { takesText, withMarkers } from './writing.js';

/** The roles with a session, in the order in which they are tried. */
const WRITERS: readonly Role[] = [
  'PERSON',
  'OWN_EDITOR',
  'OWN_OWNER',
  'INVESTOR',
  'OTHER_OWNER',
  'REVIEWER',
  'UNVERIFIED_OWNER',
  'OPERATOR',
];

interface Text {
  marker: string;
  mutation: string;
  path: string;
  author: SeededPerson;
}

let w: World;
let schema: GraphQLSchema;
const texts: Text[] = [];
/** Mutations with free text that no role could call. */
const unwritten: string[] = [];
/** Columns in which each marker stood before the erasures. */
let before: Map<string, string[]>;
const exports = new Map<string, string>();

beforeAll(async () => {
  [w, schema] = await Promise.all([buildWorld(), createSchema(composition)]);
  await writeEverywhere();
  before = await placesOf(texts.map(({ marker }) => marker));
  for (const author of authors()) exports.set(author.accountId, await exported(author));
}, 240_000);
afterAll(() => w?.t.close());

const authors = () => [...new Map(texts.map(({ author }) => [author.accountId, author])).values()];

/** Calls every mutation that takes a free text, as a role that may, with a text of its own in each field. */
async function writeEverywhere(): Promise<void> {
  const cases = casesOf(w).mutation;
  for (const field of Object.values(schema.getMutationType()!.getFields())) {
    const input = field.args.find((arg) => arg.name === 'input');
    if (!input || !takesText(input.type)) continue;
    const refusals: string[] = [];
    let written = false;
    for (const one of cases[field.name]!) {
      for (const role of WRITERS) {
        const actor: Actor = one.fresh ? await w.again(role) : w.actors[role];
        const { variables, file } = await one.call(actor);
        const mine: Text[] = [];
        const mark = (path: string) => {
          const marker = `zqw${String(texts.length + mine.length).padStart(4, '0')}x`;
          mine.push({ marker, mutation: field.name, path, author: actor.person! });
          return marker;
        };
        const marked = { ...variables, input: withMarkers(input.type, variables['input'], mark) };
        const named = file && { ...file, name: `${mark('file')}.csv` };
        const given = new Set([...Object.keys(variables), ...(file ? ['file'] : [])]);
        await w.t.sql('DELETE FROM login_throttle');
        const answer = await send(w.t.url, actor.token, operationOf('mutation', field, given), marked, named);
        const value = answer.data?.[field.name] as { __typename?: string } | null | undefined;
        if (answer.errors.length > 0 || value === null || value === undefined) {
          refusals.push(`${role}: ${JSON.stringify(answer.errors[0]?.extensions)}`);
          continue;
        }
        const owner = await ownerOf(field.name, marked.input as { email?: string });
        texts.push(...mine.map((text) => ({ ...text, author: owner ?? text.author })));
        written = true;
        break;
      }
      if (written) break;
    }
    if (!written) unwritten.push(`${field.name}: ${refusals.join('; ')}`);
  }
}

/** Contents of all files below a folder. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'latin1').catch(() => '')));
}

/** The person whose text it is, where that is not who calls: a new account, or the profile of somebody else. */
async function ownerOf(mutation: string, { email }: { email?: string }): Promise<SeededPerson | null> {
  if (mutation !== 'signUp' && mutation !== 'createReviewer') return null;
  const [account] = await w.t.sql<{ id: string }>(`SELECT id FROM account WHERE lower(email) = lower($1)`, [email]);
  return { ...w.stranger, accountId: account!.id, email: email! };
}

/** The columns that hold each marker: every table of the program, and the payloads of waiting jobs. */
async function placesOf(markers: readonly string[]): Promise<Map<string, string[]>> {
  const columns = await w.t.sql<{ table: string; column: string; type: string }>(
    `SELECT table_name AS table, column_name AS column, udt_name AS type
     FROM information_schema.columns
     JOIN information_schema.tables USING (table_schema, table_name)
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
       AND table_name NOT IN (SELECT relname FROM pg_class WHERE relispartition)
     UNION ALL
     SELECT '_private_jobs', 'payload', 'json'`,
  );
  const found = new Map<string, string[]>();
  for (const { table, column, type } of columns) {
    const name = table === '_private_jobs' ? 'graphile_worker._private_jobs' : `"${table}"`;
    const text = type === 'bytea' ? `encode("${column}", 'escape')` : `"${column}"::text`;
    const rows = await w.t.sql<{ marker: string }>(
      `SELECT DISTINCT m AS marker FROM ${name}, unnest($1::text[]) m WHERE strpos(${text}, m) > 0`,
      [markers],
    );
    for (const { marker } of rows) found.set(marker, [...(found.get(marker) ?? []), `${table}.${column}`]);
  }
  return found;
}

async function exported(person: SeededPerson): Promise<string> {
  const { exportMyData } = await w.t.gql<{ exportMyData: unknown }>(
    '{ exportMyData }',
    {},
    { token: await w.s.logIn(person) },
  );
  return JSON.stringify(exportMyData);
}

async function erase(person: SeededPerson): Promise<void> {
  // Another owner for what would be left without one, the known password, and no second factor.
  await w.t.sql(
    `INSERT INTO membership (id, account_id, organisation_id, role, created_at)
     SELECT gen_random_uuid(), $2, organisation_id, 'OWNER', now()
     FROM membership
     WHERE account_id = $1 AND role = 'OWNER'
     ON CONFLICT (account_id, organisation_id) DO UPDATE SET role = 'OWNER'`,
    [person.accountId, w.stranger.accountId],
  );
  await w.t.sql(
    `UPDATE account
     SET totp_secret = NULL, totp_enabled_at = NULL,
       password_hash = (SELECT password_hash FROM account WHERE id = $2)
     WHERE id = $1`,
    [person.accountId, w.stranger.accountId],
  );
  await w.t.gql(
    'mutation ($p: String!) { eraseMyAccount(input: { password: $p }) { erased } }',
    { p: w.stranger.password },
    { token: await w.s.logIn(person) },
  );
}

const describeText = ({ mutation, path }: Text, columns: readonly string[]) =>
  `${mutation}(input${path}) in ${columns.join(', ')}`;

describe('a text that a person writes (issue 15, point 9)', () => {
  it('is written by every mutation that takes one', () => {
    expect(unwritten).toEqual([]);
    expect(new Set(texts.map(({ mutation }) => mutation)).size).toBeGreaterThan(45);
  });

  it('stands in columns that are declared as personal or as a record, and in no other', () => {
    expect(
      texts
        .map((text) => ({ text, columns: (before.get(text.marker) ?? []).filter((name) => !declared.has(name)) }))
        .filter(({ columns }) => columns.length > 0)
        .map(({ text, columns }) => `${describeText(text, columns)}: declare the column as personal, or as a record`),
    ).toEqual([]);
  });

  it('is exported to its author, unless the declaration of its column says why not', () => {
    const missing = texts.flatMap((text) => {
      const owed = (before.get(text.marker) ?? []).filter((name) => typeof declared.get(name)?.exported === 'string');
      return owed.length === 0 || exports.get(text.author.accountId)!.includes(text.marker)
        ? []
        : [`${describeText(text, owed)}: no section of the export has it`];
    });
    expect(missing).toEqual([]);
  });

  it('is gone after its author’s erasure, from database, waiting mails, index, files and log', async () => {
    const people = authors();
    const pseudonyms = await w.t.sql<{ pseudonym: string }>(`SELECT pseudonym FROM account WHERE id = ANY ($1)`, [
      people.map(({ accountId }) => accountId),
    ]);
    for (const person of people) await erase(person);
    const after = await placesOf(texts.map(({ marker }) => marker));
    const left = texts.flatMap((text) => {
      const kept = (after.get(text.marker) ?? []).filter((name) => typeof declared.get(name)?.erased !== 'object');
      return kept.length === 0 ? [] : [`${describeText(text, kept)}: the erasure leaves it`];
    });
    expect(left).toEqual([]);

    await indexed(w.t);
    const index = await indexText(w.t);
    const published = new Set(after.keys());
    expect(texts.filter(({ marker }) => index.includes(marker) && !published.has(marker))).toEqual([]);

    const ids = await placesOf(people.map(({ accountId }) => accountId));
    for (const [id, columns] of ids) expect({ id, columns }).toEqual({ id, columns: ['account.id'] });
    const names = await placesOf(pseudonyms.map(({ pseudonym }) => pseudonym));
    for (const columns of names.values())
      for (const column of columns)
        expect(['ledger_record.actor', 'ledger_record.facts', 'ledger_record.subject_id']).toContain(column);

    const log = JSON.stringify(w.t.logLines);
    expect(texts.filter(({ marker }) => log.includes(marker))).toEqual([]);
    const files = await filesBelow(join(w.t.app.config.dataDir, 'spool'));
    expect(texts.filter(({ marker }) => files.some((file) => file.includes(marker)))).toEqual([]);
  }, 120_000);
});
