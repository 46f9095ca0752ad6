import { inflateRawSync } from 'node:zlib';
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLInputType,
  type GraphQLInterfaceType,
  type GraphQLSchema,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toGlobalId } from '../../src/lib/ids.js';
import { createSchema } from '../../src/graphql/schema.js';
import { composition } from '../../src/modules.js';
import { columnsWithoutMarker } from './columns.js';
import { UNMARKED } from './domains.js';
import { createHearing, indexText, markersIn } from './hearing.js';
import { operationOf, plainFields, send, type Answer } from './probe.js';
import { ROLES, type Role } from './roles.js';
import { PUBLIC_WORD } from './records.js';
import type { World } from './types.js';
import { buildWorld } from './world.js';

let w: World;
let schema: GraphQLSchema;
let index = '';
let unmarked: string[] = [];
const { hear, keep, seen, leaksTo, unseen } = createHearing();
const ask = async (role: Role, query: string, variables: Record<string, unknown> = {}) =>
  hear(role, await send(w.t.url, w.actors[role].token, query, variables));

async function download(role: Role, path: string): Promise<void> {
  const { token } = w.actors[role];
  const response = await fetch(`${w.t.url}${path}`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  keep(
    role,
    `${JSON.stringify([...response.headers])}\n${path.includes('.xlsx') && response.ok ? inflated(bytes) : bytes.toString('utf8')}`,
  );
}

/** The texts in a workbook: all parts that can be inflated after a local header. */
function inflated(zip: Buffer): string {
  const texts: string[] = [];
  for (let at = zip.indexOf('PK\x03\x04'); at >= 0; at = zip.indexOf('PK\x03\x04', at + 4)) {
    const start = at + 30 + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);
    if (zip.readUInt16LE(at + 8) !== 8) continue;
    texts.push(inflateRawSync(zip.subarray(start), { finishFlush: 2 }).toString('utf8'));
  }
  if (texts.length === 0) throw new Error('nothing in the workbook could be read');
  return texts.join('\n');
}

/** Reads every node of every type, by id, in every role. */
async function readNodes(): Promise<void> {
  for (const type of schema.getPossibleTypes(schema.getType('Node') as GraphQLInterfaceType)) {
    const metadata = w.t.app.dataSource.entityMetadatas.find((each) => each.name === type.name)!;
    const key = metadata.primaryColumns[0]!.databaseName;
    const rows = await w.t.sql<{ key: string }>(
      `SELECT ${key}::text AS key FROM ${metadata.tableName} ORDER BY 1 LIMIT 100`,
    );
    const ids = rows.map((row) => toGlobalId(type.name, row.key));
    await Promise.all(
      ROLES.map((role) =>
        ask(role, `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ${type.name}${plainFields(type, 3)} } }`, { ids }),
      ),
    );
  }
}

/** Reads the first page, of maximum size, of every list that a role can query. */
async function readLists(): Promise<void> {
  const organisation =
    'members(first: 100) { nodes { account { displayName } } } invitations(first: 100) { nodes { email } }';
  const queries = [
    '{ achievements(first: 100) { nodes { externalId record title { zh en } revisions { note editedBy } nearDuplicatesOf { otherTitle { zh en } } evidence { name path } a: content(tier: PUBLIC) { body { zh en } } b: content(tier: REGISTERED) { body { zh en } } c: content(tier: NDA) { body { zh en } } } } }',
    `{ organisations(first: 100) { nodes { verificationNote name { zh en } description { zh en } ${organisation} } } }`,
    '{ organisations(first: 100) { nodes { interests(first: 50) { nodes { closeReason party { displayName } messages(first: 50) { nodes { body author { displayName } } } } } } } }',
    '{ organisations(first: 100) { nodes { importRuns(first: 50) { nodes { fileName ignoredColumns mapping reportCsv fault { message } } } columnMappings { name mapping } } } }',
    '{ organisations(first: 100) { nodes { ndaRequests(first: 50) { nodes { message } } } } }',
    '{ viewerInterests(first: 50) { nodes { closeReason messages(first: 50) { nodes { body } } } } }',
    '{ viewer { account { email } shortlist(first: 50) { nodes { note } } memberships(first: 50) { nodes { account { displayName } organisation { name { zh en } verificationNote } } } } }',
    '{ viewer { apiKeys(first: 50) { nodes { name prefix } } sessions(first: 50) { nodes { device } } } }',
    '{ exportMyData }',
    '{ searchMisses(kind: WITHOUT_RESULT, from: "2025-01", to: "2025-12", first: 50) { nodes { text } } }',
    '{ reviewers(first: 50) { nodes { statement { value } orcid account { displayName } documents { title abstract } declarations { orcid reason } figures { severity } record { score entry { title { value } } } } } }',
    '{ reviewerDesk { reviewer { statement { value } } assignments(first: 50) { nodes { draft { scores { rationale } } submitted { correctionReason scores { rationale } } achievement { title { value } summary { value } abstract { value } technicalDetail { value } confidentialDetail { value } improvement { value } incumbent { value } applications { value } keywords { zh en } institution { value } inventors { value } ipRights { number } evidence { name path } } } } } }',
    `{ cohorts(first: 20) { nodes { assignmentRun { phase fault quality unmet { entry { id } } } fit { inputsHash parameters } assignments(first: 50) { nodes { statusReason reviewer { statement { value } account { displayName } } } }
        conflicts(first: 20) { nodes { reviewer { orcid } } } objections(first: 20) { nodes { text answer by { displayName } } } } } }`,
    `{ cohorts(first: 20) { nodes { entries(first: 50) { nodes { title { value } institution { name { value } } screenNote appeal { text answer } achievement { title { value } }
        cultivation { rationales { text } services { service { name { value } } } } change { previous { title { value } } } } } } } }`,
    '{ talentProfiles(first: 50) { nodes { displayName headline { value } bio { value } skills { value } orcid statusReason verificationReason evidence { title { value } url achievement { title { value } } } } } }',
    '{ viewer { teams(first: 50) { nodes { reason assessment { modelVersion needs { evidence { value } } } members { talent { headline { value } } } } } } }',
    '{ achievements(first: 100) { nodes { teams(first: 50) { nodes { reason assessment { modelVersion } } } } } }',
    '{ demands(first: 50) { nodes { title { value } description { value } statusReason targets { name { value } } } } }',
    '{ investorProfiles(first: 50, filter: { statuses: [ACTIVE, PAUSED, SUSPENDED] }) { nodes { statusReason thesis { zh en } trackRecords(first: 50) { nodes { company externalId coInvestors { name organisation { name { zh en } } } } } } } }',
    '{ achievements(first: 100) { nodes { backers { name } } } }',
    '{ supportServices(first: 50) { nodes { name { value } description { value } url } } }',
    '{ supportServices(first: 50, filter: { inactiveToo: true }) { nodes { name { value } description { value } url } } }',
    '{ synonymGroups { terms } nearDuplicates(first: 50) { nodes { achievements { title { zh en } } } } }',
  ];
  await Promise.all(
    ROLES.map(async (role) => {
      for (const query of queries) await ask(role, query);
      for (const id of Object.keys(w.ids)
        .filter((label) => label.startsWith('Achievement '))
        .map((label) => w.ids[label]))
        await ask(role, 'query ($id: ID!) { compareRevisions(id: $id, from: 1, to: 2) { before after } }', { id });
    }),
  );
}

/** Number of requests with searches that are sent at the same time. */
const SEARCHES_AT_ONCE = 8;

/** Searches for the markers as the role. Returns the number of entries found. */
async function searchForMarkers(role: Role, texts: readonly string[]): Promise<number> {
  const answers: Answer[] = [];
  // A burst of hundreds of searches makes the engine exceed its time limit on a busy machine.
  for (let at = 0; at < texts.length; at += SEARCHES_AT_ONCE) {
    const some = texts.slice(at, at + SEARCHES_AT_ONCE).map((text) =>
      send(
        w.t.url,
        w.actors[role].token,
        `query ($text: String!) {
        achievementSearch(query: $text) { totalCount edges { highlights { fragments { parts { text } } } node { title { zh en } } } facets(names: [INSTITUTION, INDUSTRY]) { values { value label { value } } } }
        achievementFacetValues(facet: INSTITUTION, text: $text) { value label { value } } achievementSuggestions(text: $text) { text achievement { title { zh en } } }
        talentSearch(query: $text) { totalCount nodes { headline { zh en } } edges { highlights { fragments { parts { text } } } } facets { values { value } } } demandSearch(query: $text) { totalCount nodes { title { zh en } } }
        talentProfiles(filter: { text: $text }) { nodes { headline { zh en } } } demands(filter: { text: $text }) { nodes { title { zh en } } }
        organisations(filter: { text: $text }) { nodes { name { zh en } } } }`,
        { text },
      ),
    );
    answers.push(...(await Promise.all(some)));
  }
  for (const answer of answers) hear(role, answer);
  expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
  const searches = ['achievementSearch', 'talentSearch', 'demandSearch'];
  return answers.reduce(
    (sum, answer) =>
      sum + searches.reduce((found, search) => found + (answer.data![search] as { totalCount: number }).totalCount, 0),
    0,
  );
}

beforeAll(async () => {
  [w, schema] = await Promise.all([buildWorld(), createSchema(composition)]);
  unmarked = await columnsWithoutMarker(w);
  await readLists();
  await readNodes();
  await Promise.all(
    ROLES.map(async (role) => {
      for (const path of [
        '/',
        '/health',
        '/ready',
        '/metrics',
        '/ledger/head.json',
        '/export/pool.csv',
        '/export/pool.xlsx?locale=en',
        ...[w.own, w.other, w.unverified].flatMap(({ id }) => [
          `/export/institution/${id}.csv`,
          `/export/institution/${id}.xlsx`,
        ]),
      ]) {
        await download(role, path);
      }
      for (const [label, id] of Object.entries(w.ids))
        if (label.startsWith('EvidenceFile')) await download(role, `/evidence/${id}`);
    }),
  );
  index = await indexText(w.t);
}, 240_000);
afterAll(() => w?.t.close());

describe('a confidential place', () => {
  it('carries a marker, or a reason why it needs none, in every text column of the database', () => {
    expect(unmarked).toEqual(UNMARKED);
  });

  it('is shown to those who may read it, so that the checks below can fail', () => {
    expect(unseen(w.markers.all)).toEqual([]);
    expect(w.markers.all.length).toBeGreaterThan(100);
  });

  it.each(ROLES)('is not shown to %s without the right, in any list, node, file or error', (role) => {
    expect(seen(role).length).toBeGreaterThan(10_000);
    expect(leaksTo(role, w.markers.all)).toEqual([]);
  });

  it('is not in the search index, nor found, suggested or highlighted by its own text', async () => {
    expect(index).toContain(PUBLIC_WORD);
    expect(markersIn(index, w.markers.all)).toEqual([]);
    const texts = w.markers.all.filter(({ text }) => text.startsWith('zqm')).map(({ text }) => text);
    expect(await searchForMarkers('ANONYMOUS', texts)).toBe(0);
    expect(await searchForMarkers('INVESTOR', texts.slice(0, 20))).toBe(0);
    for (const role of ['ANONYMOUS', 'INVESTOR'] as const) expect(leaksTo(role, w.markers.all)).toEqual([]);
  }, 240_000);
});

/** A text that clients send and that is refused; no answer may repeat it. */
const ECHO = 'zqmechoofwhatwassent';

/** A value of a type with the text wherever the type takes one; `wrong` puts the text where the type takes none. */
function filled(type: GraphQLInputType, wrong: boolean): unknown {
  if (isNonNullType(type)) return filled(type.ofType, wrong);
  if (isListType(type)) return [filled(type.ofType, wrong)];
  if (isInputObjectType(type))
    return Object.fromEntries(
      Object.values(type.getFields())
        .filter((field) => field.name !== 'idempotencyKey')
        .map((field) => [field.name, filled(field.type, wrong)]),
    );
  if (wrong) return ECHO;
  if (isEnumType(type)) return type.getValues()[0]!.name;
  const { name } = getNamedType(type);
  if (name === 'Int' || name === 'Float') return 1;
  if (name === 'Boolean') return true;
  return name === 'DateTimeISO' ? '2030-01-01T00:00:00Z' : name === 'Decimal' ? '1' : ECHO;
}

describe('what a client sends', () => {
  it('is not repeated by any refusal', async () => {
    const refusals: string[] = [];
    const note = (answer: Answer) =>
      refusals.push(JSON.stringify(answer.errors).toLowerCase(), JSON.stringify([...answer.headers]).toLowerCase());
    for (const kind of ['query', 'mutation'] as const) {
      const root = kind === 'query' ? schema.getQueryType()! : schema.getMutationType()!;
      for (const field of Object.values(root.getFields())) {
        // Ending the session or rotating the signing key would invalidate the token; a file is not a text.
        if (
          ['logOutEverywhere', 'logOut', 'rotateSigningKey'].includes(field.name) ||
          field.args.some((arg) => arg.name === 'file')
        )
          continue;
        const query = operationOf(kind, field, new Set(field.args.map((arg) => arg.name)));
        const variables = (wrong: boolean) =>
          Object.fromEntries(field.args.map((arg) => [arg.name, filled(arg.type, wrong)]));
        for (const role of ['OWN_OWNER', 'OPERATOR'] as const) {
          const { token } = w.actors[role];
          for (const given of [
            variables(true),
            variables(false),
            Object.fromEntries(field.args.map((arg) => [arg.name, ECHO])),
            { ...variables(false), input: { [ECHO]: ECHO } },
          ]) {
            note(await send(w.t.url, token, query, given));
          }
        }
      }
    }
    const id = w.ids['Achievement ADMITTED']!;
    for (const query of [
      `{ achievement(id: {a: "${ECHO}"}) { id } }`,
      `{ achievements(first: "${ECHO}") { nodes { id } } }`,
      `{ achievements(filter: { statuses: [${ECHO}] }) { nodes { id } } }`,
      `{ achievement(id: "${ECHO}" "${ECHO}") { id } }`,
      `{ achievement(id: "${id}") { content(tier: "${ECHO}") { body { value } } } }`,
      `{ achievements(after: "${ECHO}") { nodes { id } } }`,
    ])
      note(await send(w.t.url, undefined, query));
    for (const [body, type] of [
      [`{"query": "{ viewer { via } }", ${ECHO}`, 'application/json'],
      [ECHO, 'application/json'],
      [ECHO, 'text/plain'],
      [ECHO, 'multipart/form-data; boundary=x'],
    ] as const) {
      const response = await fetch(`${w.t.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': type, 'apollo-require-preflight': 'yes' },
        body,
      });
      expect(response.status).toBeGreaterThanOrEqual(400);
      refusals.push((await response.text()).toLowerCase());
    }
    const wrong = await fetch(`${w.t.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${ECHO}` },
      body: '{"query":"{ viewer { via } }"}',
    });
    refusals.push((await wrong.text()).toLowerCase());
    expect(refusals.filter((text) => text.includes('"code"')).length).toBeGreaterThan(200);
    expect(refusals.filter((text) => text.includes(ECHO))).toEqual([]);
  }, 240_000);

  it('is in no line of the log, and neither is anything confidential', () => {
    const log = JSON.stringify(w.t.logLines);
    expect(log).toContain('"msg":"request"');
    // Mails were tried and failed here, which is logged.
    expect(log).toContain('mail:send');
    expect(markersIn(log, [...w.markers.all, { name: 'what was sent', text: ECHO, readers: new Set<Role>() }])).toEqual(
      [],
    );
  });
});
