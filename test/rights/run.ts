import {
  getNamedType,
  isObjectType,
  isUnionType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { casesOf, isValueType } from './domains.js';
import { classOf, errorClass, isPlainConnection, operationOf, selectField, send, type Answer } from './probe.js';
import { ROLES, type Role } from './roles.js';
import { queryFor, reach, subjectsOf } from './subjects.js';
import type { Row } from './table.js';
import type { Actor, Call, Case, Subject, World } from './types.js';

/** Called with every answer that a role received. */
export type Listener = (role: Role, answer: Answer) => void;

/**
 * True if the type needs a subject in the table. Pages of nodes, edges and payloads have no facts of their own and need
 * none.
 */
export function needsSubject(schema: GraphQLSchema, type: GraphQLObjectType): boolean {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  if (roots.includes(type) || type.name.startsWith('__') || isValueType(type.name) || isPlainConnection(type))
    return false;
  const names = Object.keys(type.getFields()).sort().join(' ');
  if (type.name.endsWith('Edge') && names === 'cursor node') return false;
  const payloads = new Set(
    Object.values(schema.getMutationType()!.getFields())
      .map((field) => getNamedType(field.type))
      .flatMap((given): readonly unknown[] => (isUnionType(given) ? given.getTypes() : [given])),
  );
  return !(type.name.endsWith('Payload') && payloads.has(type));
}

export const objectTypes = (schema: GraphQLSchema): GraphQLObjectType[] =>
  Object.values(schema.getTypeMap()).filter(isObjectType);

/** Tries every field of every subject in every role. */
export async function fieldRows(w: World, schema: GraphQLSchema, heard: Listener): Promise<Row[]> {
  const rows: Row[] = [];
  for (const subject of subjectsOf(w)) {
    const type = schema.getType(subject.type);
    if (!isObjectType(type)) throw new Error(`the schema has no type ${subject.type}`);
    const fields = Object.values(type.getFields());
    const columns = await Promise.all(ROLES.map((role) => outcomesOf(w, subject, fields, role, heard)));
    fields.forEach((field) => {
      rows.push({
        kind: 'FIELD',
        name: `${type.name}.${field.name}`,
        subject: subject.label,
        outcomes: byRole((_, i) => columns[i]!.get(field.name)!),
      });
    });
  }
  return rows;
}

/**
 * Selects all fields at once; fields that fail are noted and omitted in the next round, since one failure may null
 * other fields.
 */
async function outcomesOf(
  w: World,
  subject: Subject,
  fields: Array<GraphQLField<unknown, unknown>>,
  role: Role,
  heard: Listener,
): Promise<Map<string, string>> {
  const outcomes = new Map<string, string>();
  for (;;) {
    const open = fields.filter((field) => !outcomes.has(field.name));
    if (open.length === 0) return outcomes;
    const answer = await send(
      w.t.url,
      w.actors[role].token,
      queryFor(subject, open.map((field) => selectField(field)).join(' ')),
      subject.variables,
    );
    heard(role, answer);
    const object = reach(subject, answer.data);
    const failed = new Map<string, string>();
    let above = '';
    for (const error of answer.errors) {
      const names = (error.path ?? []).filter((step) => typeof step === 'string');
      const field = names[subject.steps.length];
      if (field === undefined) above = ` ${errorClass(error)}`;
      else if (!failed.has(field)) failed.set(field, errorClass(error));
    }
    for (const [field, outcome] of failed) outcomes.set(field, outcome);
    if (object === null && failed.size > 0) continue;
    for (const field of open)
      if (!outcomes.has(field.name))
        outcomes.set(field.name, object === null ? `HIDDEN${above}` : classOf(field.name, object[field.name]));
  }
}

/** Tries every case of every root field of one kind, in sequence, in every role. */
export async function rootRows(
  w: World,
  schema: GraphQLSchema,
  kind: 'query' | 'mutation',
  heard: Listener,
  roles: readonly Role[] = ROLES,
): Promise<Row[]> {
  const root = kind === 'query' ? schema.getQueryType()! : schema.getMutationType()!;
  const cases = casesOf(w)[kind];
  const rows: Row[] = [];
  for (const field of Object.values(root.getFields())) {
    for (const one of cases[field.name] ?? []) {
      const outcomes: string[] = [];
      if (one.alone) for (const role of roles) outcomes.push(await outcomeOf(w, kind, field, one, role, heard));
      else outcomes.push(...(await Promise.all(roles.map((role) => outcomeOf(w, kind, field, one, role, heard)))));
      rows.push({
        kind: kind === 'query' ? 'QUERY' : 'MUTATION',
        name: field.name,
        subject: one.label,
        outcomes: byRole((role) => outcomes[roles.indexOf(role)] ?? ''),
      });
    }
  }
  return rows;
}

async function outcomeOf(
  w: World,
  kind: 'query' | 'mutation',
  field: GraphQLField<unknown, unknown>,
  one: Case,
  role: Role,
  heard: Listener,
): Promise<string> {
  const actor = one.fresh ? await w.again(role) : w.actors[role];
  const call = await one.call(actor);
  return outcomeOfCall(w, kind, field, actor, call, heard);
}

/** Sends one prepared call as the actor; returns its outcome as in the table. */
export async function outcomeOfCall(
  w: World,
  kind: 'query' | 'mutation',
  field: GraphQLField<unknown, unknown>,
  actor: Actor,
  { variables, file }: Call,
  heard: Listener = () => undefined,
): Promise<string> {
  // All calls come from one address, whose log-in throttle is not under test here.
  if (kind === 'mutation') await w.t.sql('DELETE FROM login_throttle');
  const given = new Set([...Object.keys(variables), ...(file ? ['file'] : [])]);
  const answer = await send(w.t.url, actor.token, operationOf(kind, field, given), variables, file);
  heard(actor.role, answer);
  const value = answer.data?.[field.name];
  const [error] = answer.errors;
  if (error && (value === null || value === undefined)) return errorClass(error);
  if (kind === 'query') return classOf(field.name, value);
  if (error) return `VALUE, then ${errorClass(error)}`;
  const member = (value as { __typename?: string }).__typename;
  if (member !== undefined && !member.endsWith('Payload')) return `REFUSED:${member}`;
  // A payload without any value means that there was nothing to change.
  return Object.values(value as Record<string, unknown>).every((each) => each === null) ? 'NULL' : 'VALUE';
}

const byRole = (outcome: (role: Role, index: number) => string): Record<Role, string> =>
  Object.fromEntries(ROLES.map((role, i) => [role, outcome(role, i)])) as Record<Role, string>;
