import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

/** Plan to measure one GraphQL field: an operation that selects it, and the same operation without it. */
export interface Measured {
  /** The measured field, as `Type.field`. */
  coordinate: string;
  operation: string;
  /** Operation without the field, that is, the path to it; its time is subtracted. */
  without: string;
  /** Number of times that the operation executes the field. */
  times: number;
  /** Plan of the same measurement on other objects, used if the field has no value on the objects of this plan. */
  instead?: Measured;
}

/** Values from the database for the arguments of operations: global ids by type, texts and codes. */
export interface Known {
  ids: ReadonlyMap<string, readonly string[]>;
  texts: readonly string[];
  codes: Record<string, readonly string[]>;
}

/**
 * PAGE: number of entries in a measured page. PARENTS and ALIASES: number of objects, or of aliases on the query root,
 * on which a field is selected in one operation.
 */
const PAGE = 20;
const PARENTS = 10;
const ALIASES = 5;
/**
 * Offsets in the list of ids of a type at which the objects for a measurement start; tried in order until the field has
 * values.
 */
const WINDOWS = [0, 1, 2, 3].map((i) => i * PARENTS);
/**
 * Maximum number of fields on the path to a type that has no known ids, counted from the query root or from a type with
 * ids.
 */
const MAX_STEPS = 4;

type Field = GraphQLField<unknown, unknown>;

/**
 * Plans the measurement of every field for which `wanted` is true, or returns the reason why a field cannot be
 * measured.
 */
export function planMeasurements(
  schema: GraphQLSchema,
  known: Known,
  wanted: (parent: GraphQLObjectType, field: Field) => boolean,
): { plan: Measured[]; left: Array<{ coordinate: string; reason: string }> } {
  const plan: Measured[] = [];
  const left: Array<{ coordinate: string; reason: string }> = [];
  const query = schema.getQueryType()!;
  const ways = WINDOWS.map((start) => waysToTypes(schema, known, start));
  for (const parent of Object.values(schema.getTypeMap())) {
    if (!isObjectType(parent) || parent.name.startsWith('__')) continue;
    if (parent === schema.getMutationType() || parent === schema.getSubscriptionType()) continue;
    for (const field of Object.values(parent.getFields())) {
      if (!wanted(parent, field)) continue;
      const coordinate = `${parent.name}.${field.name}`;
      const texts = Array.from({ length: ALIASES }, (_, i) => callOf(schema, field, known, i));
      if (texts.some((text) => text === null)) left.push({ coordinate, reason: 'an argument has no known value' });
      else if (parent === query) {
        const single = /exportMyData|ledger/.test(field.name);
        const calls = single ? texts.slice(0, 1) : texts;
        plan.push({
          coordinate,
          operation: `{ ${calls.map((text, i) => `a${i}: ${text}`).join(' ')} }`,
          without: '{ __typename }',
          times: calls.length,
        });
      } else {
        const possible = ways.flatMap((each) => each.get(parent.name) ?? []);
        if (possible.length === 0) left.push({ coordinate, reason: `no root field leads to a ${parent.name}` });
        else {
          const measured = possible.reduceRight<Measured | undefined>(
            (instead, way) => ({
              coordinate,
              operation: way.around(texts[0]!),
              without: way.around('__typename'),
              times: way.times,
              ...(instead ? { instead } : {}),
            }),
            undefined,
          );
          plan.push(measured!);
        }
      }
    }
  }
  return { plan, left };
}

interface Way {
  times: number;
  around: (selection: string) => string;
}

/**
 * Finds a path of fields to every object type: by global ids if some are known, otherwise the shortest path from a type
 * already reached.
 */
function waysToTypes(schema: GraphQLSchema, known: Known, start: number): Map<string, Way> {
  const ways = new Map<string, Way>();
  for (const [type, ids] of known.ids) {
    const some = ids.slice(start, start + PARENTS);
    if (some.length === 0 || !isObjectType(schema.getType(type))) continue;
    ways.set(type, {
      times: some.length,
      around: (selection) => `{ nodes(ids: ${JSON.stringify(some)}) { ... on ${type} { ${selection} } } }`,
    });
  }
  const query = schema.getQueryType()!;
  const root: Way = { times: 1, around: (selection) => `{ ${selection} }` };
  let edge: Array<[GraphQLObjectType, Way]> = [
    [query, root],
    ...[...ways].map(([name, way]): [GraphQLObjectType, Way] => [schema.getType(name) as GraphQLObjectType, way]),
  ];
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const next: typeof edge = [];
    for (const [type, way] of edge) {
      for (const field of Object.values(type.getFields())) {
        const target = getNamedType(field.type);
        if (!isObjectType(target) || ways.has(target.name) || target === query) continue;
        const call = headOf(field, known, start / PARENTS);
        if (call === null || ways.has(target.name)) continue;
        const size = isListType(getNullableType(field.type)) ? PAGE : 1;
        const found = {
          times: way.times * size,
          around: (selection: string) => way.around(`${call} { ${selection} }`),
        };
        ways.set(target.name, found);
        next.push([target, found]);
      }
    }
    edge = next;
  }
  return ways;
}

/**
 * Text of a field with its arguments and a selection of its plain fields; null if no value is known for an argument.
 */
function callOf(schema: GraphQLSchema, field: Field, known: Known, i: number): string | null {
  const head = headOf(field, known, i);
  const type = getNamedType(field.type);
  return head === null ? null : isCompositeType(type) ? `${head} { ${selectionOf(schema, type)} }` : head;
}

function headOf(field: Field, known: Known, i: number): string | null {
  const given: string[] = [];
  for (const argument of field.args) {
    const value = valueOf(field, argument, known, i);
    if (value !== undefined) given.push(`${argument.name}: ${value}`);
    else if (isNonNullType(argument.type) && argument.defaultValue === undefined) return null;
  }
  return given.length > 0 ? `${field.name}(${given.join(', ')})` : field.name;
}

function valueOf(field: Field, { name, type }: GraphQLArgument, known: Known, i: number): string | undefined {
  const pick = (values: readonly string[] | undefined) =>
    values && values.length > 0 ? JSON.stringify(values[i % values.length]) : undefined;
  const target = getNamedType(field.type).name;
  const own = known.ids.get(target.replace(/Connection$/, ''));
  if (name === 'id')
    return pick(
      field.name === 'compareRevisions' ? known.ids.get('Achievement') : (own ?? known.ids.get('Achievement')),
    );
  if (name === 'ids') return idsOf(field, known, i);
  if (name === 'first')
    return String(field.name === 'teamProposals' || field.name === 'achievementSuggestions' ? 5 : PAGE);
  if (name === 'text' || name === 'query') return pick(field.name === 'industriesByName' ? ['制造'] : known.texts);
  if (name === 'code') return pick(known.codes[target]);
  if (name === 'from' && getNamedType(type).name === 'Int') return '1';
  if (name === 'to' && getNamedType(type).name === 'Int') return '2';
  return isNonNullType(type) ? firstEnumValue(type) : undefined;
}

function idsOf(field: Field, known: Known, i: number): string | undefined {
  const ids = known.ids.get('Achievement') ?? [];
  const size = field.name === 'compareAchievements' ? 6 : PAGE;
  return ids.length < size
    ? undefined
    : JSON.stringify(Array.from({ length: size }, (_, k) => ids[(i * size + k) % ids.length]));
}

function firstEnumValue(type: GraphQLInputType): string | undefined {
  const named = getNamedType(type);
  return isEnumType(named) ? named.getValues()[0]!.name : undefined;
}

const needsNothing = (field: Field) =>
  field.args.every(({ type, defaultValue }) => !isNonNullType(type) || defaultValue !== undefined);

/**
 * Selection of the leaf fields of a type that need no argument, including those of its value objects, but not the
 * fields in LEFT_OUT; of a page, only those of its entries.
 */
function selectionOf(schema: GraphQLSchema, type: GraphQLCompositeType, deep = true): string {
  if (isAbstractType(type))
    return `__typename ${schema
      .getPossibleTypes(type)
      .map(({ name }) => `... on ${name} { __typename }`)
      .join(' ')}`;
  if (!isObjectType(type)) return '__typename';
  const fields = Object.values(type.getFields());
  const isPage = fields.some(({ name }) => name === 'pageInfo');
  const parts = ['__typename'];
  for (const field of fields) {
    const target = getNamedType(field.type);
    if (!needsNothing(field)) continue;
    if (isLeafType(target)) {
      if (!isPage && !LEFT_OUT.has(`${type.name}.${field.name}`)) parts.push(field.name);
    } else if (isPage && field.name === 'nodes' && isCompositeType(target))
      parts.push(`nodes { ${selectionOf(schema, target)} }`);
    else if (deep && isObjectType(target) && isValue(target))
      parts.push(`${field.name} { ${selectionOf(schema, target, false)} }`);
  }
  return parts.join(' ');
}

/** Expensive leaf fields that are left out of selections, because they are measured on their own. */
const LEFT_OUT = new Set(['ImportRun.reportCsv', 'Achievement.record', 'LedgerHead.file']);

const isValue = (type: GraphQLObjectType) =>
  Object.values(type.getFields()).every((field) => isLeafType(getNamedType(field.type)) && needsNothing(field));
