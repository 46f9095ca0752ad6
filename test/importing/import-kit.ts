import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import iconv from 'iconv-lite';
import { registerEvidenceRoutes } from '../../src/achievements/evidence/evidence.routes.js';
import { createContext } from '../../src/kernel/context.js';
import { authenticate } from '../../src/identity/sessions/authentication.js';
import { registerExportRoutes } from '../../src/importing/export/export.routes.js';
import { Locale } from '../../src/kernel/localized.js';
import { eventually, type GraphQLReply, type TestApp } from '../harness.js';
import type { SeededOrganisation, SeededPerson } from '../seed.js';

export interface Upload {
  content: string | Uint8Array;
  name?: string;
  type?: string;
}

/** Sends an operation whose variable `file` is an upload. */
export async function upload<T>(
  t: TestApp,
  person: SeededPerson | null,
  query: string,
  file: Upload,
  variables: Record<string, unknown>,
): Promise<GraphQLReply<T>> {
  const form = new FormData();
  form.set('operations', JSON.stringify({ query, variables: { ...variables, file: null } }));
  form.set('map', JSON.stringify({ 0: ['variables.file'] }));
  const bytes = typeof file.content === 'string' ? Buffer.from(file.content) : file.content;
  form.set('0', new Blob([new Uint8Array(bytes)], { type: file.type ?? 'text/csv' }), file.name ?? 'results.csv');
  const response = await fetch(`${t.url}/graphql`, {
    method: 'POST',
    headers: {
      accept: 'application/json',
      'apollo-require-preflight': 'yes',
      ...(person ? { authorization: `Bearer ${person.token}` } : {}),
    },
    body: form,
  });
  const body = (await response.json()) as Omit<GraphQLReply<T>, 'status' | 'headers'>;
  return { ...body, status: response.status, headers: response.headers };
}

export interface ReportRow {
  severity: 'ERROR' | 'INFO';
  line: number | null;
  column: string | null;
  field: string | null;
  code: string;
  message: string;
  value: string | null;
}

export interface Run {
  id: string;
  status: string;
  mode: string;
  dryRun: boolean;
  fileName: string;
  encoding: string | null;
  format: string;
  keyedBy: string;
  mappingSource: string;
  mapping: { columns: Record<string, string>; defaults: Record<string, string> };
  ignoredColumns: string[];
  retitledLines: number[];
  counts: {
    created: number;
    updated: number;
    unchanged: number;
    rejected: number;
    registered: number;
    admittedChanged: number;
    passportsVoided: number;
  };
  progress: { processed: number; total: number };
  fault: { code: string; line: number | null } | null;
  createdBy: { displayName: string } | null;
  reportRows: { totalCount: number; nodes: ReportRow[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
  reportCsv: string;
}

export const RUN = `id status mode dryRun fileName encoding format keyedBy mappingSource mapping ignoredColumns fault { code line } createdBy { displayName }
  retitledLines counts { created updated unchanged rejected registered admittedChanged passportsVoided } progress { processed total } reportCsv
  reportRows(first: 100) { totalCount pageInfo { hasNextPage endCursor } nodes { severity line column field code message value } }`;
export const IMPORT = `mutation ($file: Upload!, $input: ImportAchievementsInput!) { importAchievements(file: $file, input: $input) { run { id status } } }`;

/** Starts an import over the API; fails the test if it is refused. */
export async function startImport(
  t: TestApp,
  person: SeededPerson,
  institution: SeededOrganisation,
  file: Upload,
  input: Record<string, unknown> = {},
): Promise<string> {
  const reply = await upload<{ importAchievements: { run: { id: string } } }>(t, person, IMPORT, file, {
    input: { institutionId: institution.id, ...input },
  });
  if (reply.errors) throw new Error(JSON.stringify(reply.errors, null, 1));
  return reply.data.importAchievements.run.id;
}

export async function readRun(t: TestApp, person: SeededPerson, id: string): Promise<Run> {
  return (
    await t.gql<{ importRun: Run }>(
      `query ($id: ID!) { importRun(id: $id) { ${RUN} } }`,
      { id },
      { token: person.token },
    )
  ).importRun;
}

/** Imports a file and waits for the end of the run. */
export async function importFile(
  t: TestApp,
  person: SeededPerson,
  institution: SeededOrganisation,
  file: Upload,
  input: Record<string, unknown> = {},
): Promise<Run> {
  const id = await startImport(t, person, institution, file, input);
  await ended(t, person, id);
  return readRun(t, person, id);
}

export function ended(t: TestApp, person: SeededPerson, id: string): Promise<unknown> {
  return eventually(async () => !['QUEUED', 'RUNNING'].includes((await readRun(t, person, id)).status), 20_000);
}

/** The fields of an import's refusal. */
export async function refusalOf(
  t: TestApp,
  person: SeededPerson | null,
  institution: SeededOrganisation,
  file: Upload,
  input: Record<string, unknown> = {},
) {
  const reply = await upload(t, person, IMPORT, file, { input: { institutionId: institution.id, ...input } });
  if (!reply.errors?.[0]) throw new Error('It was accepted.');
  return reply.errors[0].extensions;
}

/** CSV text from rows of cells; the first row is the header. */
export function csv(...rows: Array<Array<string | number>>): string {
  return rows
    .map((row) =>
      row.map((cell) => (/[",\n]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : cell)).join(','),
    )
    .join('\r\n');
}

export function gb18030(text: string): Uint8Array {
  return iconv.encode(text, 'gb18030');
}

/** The columns that make a result complete for registration, and a row of values for them. */
export const COMPLETE_HEADER = ['机构内部编号', '成果名称', '成果简介', '所属行业', '技术成熟度', '成果类别'];
export const completeRow = (id: string, title = `高性能铜箔制备技术 ${id}`): string[] => [
  id,
  title,
  '以连续电沉积制备极薄铜箔，抗拉强度提高三成。',
  '有色金属冶炼和压延加工业',
  'TRL 6',
  '应用技术成果',
];

/** Starts a server with only the download routes, on the app's own data. */
export async function downloads(
  t: TestApp,
): Promise<{ http: FastifyInstance; get(path: string, person?: SeededPerson): ReturnType<FastifyInstance['inject']> }> {
  const http = fastify();
  const contextOf = async (request: FastifyRequest) =>
    createContext(t.app, {
      viewer: await authenticate(t.app, request.headers.authorization),
      locale: Locale.ZH,
      requestId: request.id,
      ip: request.ip,
    });
  registerExportRoutes(http, t.app, contextOf);
  registerEvidenceRoutes(http, t.app, contextOf);
  await http.ready();
  return {
    http,
    get: (path, person) =>
      http.inject({ url: path, headers: person ? { authorization: `Bearer ${person.token}` } : {} }) as never,
  };
}

export const count = async (t: TestApp, table: string): Promise<number> =>
  (await t.sql<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`))[0]!.n;
