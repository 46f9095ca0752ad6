import type { Attack, AttackKind, Random, World } from './attacks.js';
import { CSV_KINDS, XLSX_KINDS } from './files.js';
import { multipart, upload, type Operation, type Part } from './requests.js';
import { inTurn, nineLetters, pick } from './texts.js';

const PREVIEW = `mutation ($file: Upload!, $input: PreviewImportInput!) { previewImport(file: $file, input: $input) { preview { rowCount headers usable suggestedColumns { header field confidence } sampleRows { line cells } } } }`;

const IMPORT = `mutation ($file: Upload!, $input: ImportAchievementsInput!) { importAchievements(file: $file, input: $input) { run { id status } } }`;

const MB = 1024 * 1024;

/** Attack that uploads a file, either to the import preview or to a dry-run import. */
export function fileAttack(world: World, name: string, content: (random: Random) => Buffer, imports: boolean): Attack {
  const operation: Operation = imports
    ? {
        query: IMPORT,
        variables: {
          input: {
            institutionId: world.institutionId,
            dryRun: true,
            mapping: { columns: [{ header: '成果名称', field: 'title' }] },
          },
        },
      }
    : { query: PREVIEW, variables: { input: { institutionId: world.institutionId } } };
  const extension = name.startsWith('xlsx') ? 'xlsx' : 'csv';
  return {
    name: `${imports ? 'import' : 'preview'}: ${name}`,
    lingers: true,
    build: (r) => upload(operation, { name: `f.${extension}`, content: content(r) }, world.token),
  };
}

export const uploadAttack = (): AttackKind => {
  const csv = inTurn(CSV_KINDS);
  const xlsx = inTurn(XLSX_KINDS);
  return (random, world) => {
    const takesCsv = random() < 0.6;
    const [kind, make] = takesCsv ? csv() : xlsx();
    const size = pick(random, [2.5 * MB, 8 * MB]);
    const name = `${takesCsv ? 'csv' : 'xlsx'} of ${kind}, ${Math.round(size / MB)} MB`;
    return fileAttack(world, name, (r) => make(r, size), random() < 0.3);
  };
};

/** Attack with a multipart request whose fields contradict each other. */
export const multipartAttack: AttackKind = (random, world) => {
  const operations = JSON.stringify({
    query: PREVIEW,
    variables: { file: null, input: { institutionId: world.institutionId } },
  });
  const file = (r: Random, bytes: number): Part => ({
    name: '0',
    fileName: 'f.csv',
    value: Buffer.alloc(bytes, nineLetters(r)),
  });
  const kinds: Record<string, (r: Random) => Part[]> = {
    'a path of 200,000 segments': () => [
      { name: 'operations', value: operations },
      { name: 'map', value: `{"0":["${'a.'.repeat(200_000)}a"]}` },
    ],
    '50,000 paths': (r) => [
      { name: 'operations', value: operations },
      {
        name: 'map',
        value: `{"0":[${Array.from({ length: 50_000 }, () => `"variables.${nineLetters(r)}"`).join(',')}]}`,
      },
    ],
    '50,000 files named, none sent': (r) => [
      { name: 'operations', value: operations },
      {
        name: 'map',
        value: `{${Array.from({ length: 50_000 }, (_, i) => `"${i}":["variables.${nineLetters(r)}"]`).join(',')}}`,
      },
    ],
    'a place far up in a list': () => [
      { name: 'operations', value: operations },
      { name: 'map', value: '{"0":["variables.files.999999999"]}' },
      { name: '0', fileName: 'a', value: 'x' },
    ],
    'the prototype as place': () => [
      { name: 'operations', value: operations },
      { name: 'map', value: '{"0":["__proto__.polluted"]}' },
      { name: '0', fileName: 'a', value: 'x' },
    ],
    'operations of 1 MB': (r) => [
      { name: 'operations', value: `{"query":"${nineLetters(r).repeat(116_000)}"}` },
      { name: 'map', value: '{}' },
    ],
    'operations larger than allowed': (r) => [
      { name: 'operations', value: `{"query":"${nineLetters(r).repeat(400_000)}"}` },
      { name: 'map', value: '{}' },
    ],
    'operations of deep lists': () => [
      { name: 'operations', value: '['.repeat(1_000_000) },
      { name: 'map', value: '{}' },
    ],
    '5,000 unknown fields': (r) =>
      Array.from({ length: 5000 }, (_, i) => ({ name: `${nineLetters(r)}${i}`, value: 'x' })),
    'the file before the operations': (r) => [
      file(r, 4 * MB),
      { name: 'operations', value: operations },
      { name: 'map', value: '{"0":["variables.file"]}' },
    ],
    'a file that no operation asks for': (r) => [
      { name: 'operations', value: '{"query":"{ __typename }"}' },
      { name: 'map', value: '{"0":["variables.file"]}' },
      file(r, 16 * MB),
    ],
    'a file whose operation is refused': (r) => [
      { name: 'operations', value: JSON.stringify({ query: '{ nothing }', variables: { file: null } }) },
      { name: 'map', value: '{"0":["variables.file"]}' },
      file(r, 16 * MB),
    ],
    '200 files': (r) => [
      { name: 'operations', value: operations },
      { name: 'map', value: '{"0":["variables.file"]}' },
      ...Array.from({ length: 200 }, (_, i) => ({ ...file(r, 1000), name: String(i) })),
    ],
    'a long file name': (r) => [
      { name: 'operations', value: operations },
      { name: 'map', value: '{"0":["variables.file"]}' },
      { ...file(r, 1000), fileName: nineLetters(r).repeat(6000) },
    ],
  };
  const [kind, parts] = pick(random, Object.entries(kinds));
  const token = random() < 0.6 ? world.token : undefined;
  return {
    name: `multipart${token ? '' : ', anonymous'}: ${kind}`,
    lingers: true,
    build: (r) => multipart(parts(r), token),
  };
};
