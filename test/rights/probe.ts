import {
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
} from 'graphql';
import { isValueType } from './domains.js';
import type { UploadedFile } from './types.js';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  data: Record<string, unknown> | null;
  errors: Array<{ message: string; path?: Array<string | number>; extensions: { code: string; reason?: string } }>;
}

/** Sends one operation like an ordinary client; a file is sent as a multipart request. */
export async function send(
  url: string,
  token: string | undefined,
  query: string,
  variables: Record<string, unknown> = {},
  file?: UploadedFile,
): Promise<Answer> {
  const headers: Record<string, string> = {
    accept: 'application/json',
    'apollo-require-preflight': 'yes',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  let body: string | FormData;
  if (file) {
    body = new FormData();
    body.append('operations', JSON.stringify({ query, variables: { ...variables, file: null } }));
    body.append('map', JSON.stringify({ 0: ['variables.file'] }));
    body.append('0', new Blob([file.content]), file.name);
  } else {
    headers['content-type'] = 'application/json';
    body = JSON.stringify({ query, variables });
  }
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
  const text = await response.text();
  const json = JSON.parse(text) as { data?: Record<string, unknown> | null; errors?: Answer['errors'] };
  return {
    status: response.status,
    headers: response.headers,
    text,
    data: json.data ?? null,
    errors: json.errors ?? [],
  };
}

/** True for a page type whose own fields describe only the page, not its entries. */
export function isPlainConnection(type: GraphQLObjectType): boolean {
  const names = Object.keys(type.getFields());
  return (
    names.includes('pageInfo') && names.every((name) => ['edges', 'nodes', 'pageInfo', 'totalCount'].includes(name))
  );
}

const isPage = (type: unknown): boolean => isObjectType(type) && type.getFields()['pageInfo'] !== undefined;

/** Selects one field together with the plain fields of its type, so that answers contain everything they may. */
export function selectField(field: GraphQLField<unknown, unknown>): string {
  const missing = field.args.filter(isRequiredArgument).map((arg) => arg.name);
  if (missing.length > 0)
    throw new Error(`${field.name} needs the arguments ${missing.join(', ')}: give it a subject of its own`);
  const type = getNamedType(field.type);
  const first = isPage(type) && field.args.some((arg) => arg.name === 'first') ? '(first: 20)' : '';
  return `${field.name}${first}${selectionOf(type)}`;
}

/** The selection below a field of this type: for a page its entries, for the Node interface only __typename. */
export function selectionOf(type: GraphQLOutputType): string {
  if (isLeafType(type)) return '';
  if (isInterfaceType(type)) return ' { __typename id }';
  if (isUnionType(type)) return ' { __typename }';
  if (!isObjectType(type)) throw new Error(`no selection for ${String(type)}`);
  if (!isPage(type)) return plainFields(type, 3);
  const nodes = type.getFields()['nodes'];
  if (!nodes) throw new Error(`${type.name} has no nodes`);
  return ` { nodes${plainFields(getNamedType(nodes.type) as GraphQLObjectType, 1)} }`;
}

/** All leaf fields of a type and, up to `levels` deep, of its value types. */
export function plainFields(type: GraphQLObjectType, levels: number): string {
  const parts = Object.values(type.getFields()).flatMap((field) => {
    if (field.args.some(isRequiredArgument)) return [];
    const named = getNamedType(field.type);
    if (isLeafType(named)) return [field.name];
    return levels > 0 && isObjectType(named) && isValueType(named.name)
      ? [`${field.name}${plainFields(named, levels - 1)}`]
      : [];
  });
  return ` { ${['__typename', ...parts].join(' ')} }`;
}

/** Class of a value in the table: viewer rights are shown by their value, all others as present, empty or null. */
export function classOf(name: string, value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (Array.isArray(value)) return value.every((entry) => entry === null) ? 'EMPTY' : 'VALUE';
  if (typeof value === 'boolean' && /^(viewerCan|granted$|isOperator)/.test(name)) return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'object' && 'nodes' in value) return classOf('nodes', value.nodes);
  return 'VALUE';
}

export function errorClass(error: Answer['errors'][number]): string {
  const { code, reason } = error.extensions;
  return reason === undefined ? code : `${code}:${reason}`;
}

/** An operation for a root field, with its given arguments as variables of the schema's types. */
export function operationOf(
  kind: 'query' | 'mutation',
  field: GraphQLField<unknown, unknown>,
  given: ReadonlySet<string>,
): string {
  const args = field.args.filter((arg) => given.has(arg.name));
  const heads = args.map((arg) => `$${arg.name}: ${String(arg.type)}`).join(', ');
  const call = args.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  const type = getNamedType(field.type);
  const fieldsOf = (payload: GraphQLObjectType) => Object.values(payload.getFields()).map(selectField).join(' ');
  const selection = isUnionType(type)
    ? ` { __typename ${type
        .getTypes()
        .map((member) => `... on ${member.name} { ${fieldsOf(member)} }`)
        .join(' ')} }`
    : kind === 'mutation' && isObjectType(type)
      ? ` { ${fieldsOf(type)} }`
      : selectionOf(type);
  return `${kind}${heads ? ` (${heads})` : ''} { ${field.name}${call ? `(${call})` : ''}${selection} }`;
}
