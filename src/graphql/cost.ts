import {
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  getNullableType,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  isCompositeType,
  isListType,
  isObjectType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type DocumentNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { DEFAULT_PAGE, MAX_PAGE } from './pagination.js';
import { COST_PER_MS, priceOf, type Price } from './prices.js';

/** Number of entries assumed for a list field that takes neither `ids` nor `first`, and whose price states none. */
export const LIST_SIZE = 5;
/**
 * Cost of one introspection field (`__schema` or `__type`), including everything selected below it: the standard
 * introspection query takes some 70 ms. Introspection is limited to once per batch, since ten in one batch would block
 * the process for a second and hold megabytes of answers.
 */
export const INTROSPECTION_COST = 70 * COST_PER_MS;
/**
 * Cost of a mutation that has no price of its own (5 ms), in addition to the cost of the fields selected on its result.
 */
export const MUTATION_COST = 250;
/** Upper bound of every computed cost, so that sums of costs stay safe integers. */
export const COST_CEILING = 1_000_000_000;

/**
 * The option `complexity` of `@Field`: a fixed cost, or a function of the arguments and of the cost of the fields
 * selected below.
 */
type Complexity = number | ((given: { args: Args; childComplexity: number }) => number);

type Args = Record<string, unknown>;

/** The computed cost of a GraphQL operation, and how often it uses fields that are allowed once per operation. */
export interface OperationCost {
  cost: number;
  /**
   * The part of `cost` caused by single-use fields (allowed once per operation). The client's quota pays for it, but it
   * does not count towards the limit MAX_COST of an operation.
   */
  single: number;
  /** How often the operation would resolve each single-use field, by `Type.field`. */
  uses: ReadonlyMap<string, number>;
}

/** The cost of an operation alone. */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
): number {
  return priceOperation(schema, document, operation, variables).cost;
}

/**
 * Computes the cost of an operation before it runs. Scalars are free; an object costs 1; a page costs its size times
 * the cost of an entry; another list counts the number of its `ids`, its `first`, or LIST_SIZE entries; a field's price
 * (see prices.ts) is added. A field selected twice counts twice. A field that returns an interface or union costs as
 * much as its most expensive type. The cost of each selection set is computed once per type and page size, so that
 * nested fragments do not take exponential time. The document must be valid and the variables coerced. Costs are finite
 * and never negative, and no argument makes a field cheaper than a page of one entry.
 */
export function priceOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
): OperationCost {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const known = new Map<SelectionSetNode, Map<string, OperationCost>>();

  const ofSet = (set: SelectionSetNode, type: GraphQLObjectType, page: number | undefined): OperationCost => {
    let costs = known.get(set);
    if (!costs) known.set(set, (costs = new Map<string, OperationCost>()));
    const key = `${type.name} ${page ?? ''}`;
    const before = costs.get(key);
    if (before !== undefined) return before;
    let total = NOTHING;
    for (const selection of set.selections) {
      if (getDirectiveValues(GraphQLSkipDirective, selection, variables)?.if === true) continue;
      if (getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.if === false) continue;
      if (selection.kind === Kind.FIELD) {
        total = plus(total, ofField(selection, type, page));
      } else {
        const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        const condition = fragment?.typeCondition && schema.getType(fragment.typeCondition.name.value);
        if (fragment && (!condition || applies(schema, condition, type)))
          total = plus(total, ofSet(fragment.selectionSet, type, page));
      }
    }
    costs.set(key, total);
    return total;
  };

  const ofComposite = (
    set: SelectionSetNode | undefined,
    type: GraphQLCompositeType,
    page: number | undefined,
  ): OperationCost => {
    if (!set) return NOTHING;
    if (isObjectType(type)) return ofSet(set, type, page);
    return schema
      .getPossibleTypes(type)
      .map((possible) => ofSet(set, possible, page))
      .reduce(dearest, NOTHING);
  };

  const ofField = (node: FieldNode, parent: GraphQLObjectType, page: number | undefined): OperationCost => {
    const name = node.name.value;
    if (name === '__schema' || name === '__type')
      return { cost: INTROSPECTION_COST, single: INTROSPECTION_COST, uses: new Map([[`${parent.name}.${name}`, 1]]) };
    const field = parent.getFields()[name];
    if (!field) return NOTHING;
    const type = getNamedType(field.type);
    const args = getArgumentValues(field, node, variables);
    const pageBelow = isCompositeType(type) && isConnection(type) ? pageSize(args) : undefined;
    const child = isCompositeType(type) ? ofComposite(node.selectionSet, type, pageBelow) : NOTHING;
    const price = priceOf(field);
    const extra = parent === schema.getMutationType() && !price ? MUTATION_COST : 0;
    const own = bounded(ownCost(field, type, args, child.cost, page) + extra);
    const times = entriesOf(field, args, page, price);
    const below = { single: bounded(child.single * times), uses: multiplied(child.uses, times) };
    if (!price?.single) return { cost: own, ...below };
    return plus(
      { cost: own, single: bounded(price.ms * COST_PER_MS), uses: new Map([[`${parent.name}.${name}`, 1]]) },
      { cost: 0, ...below },
    );
  };

  const root = schema.getRootType(operation.operation);
  return root ? ofSet(operation.selectionSet, root, undefined) : NOTHING;
}

const NOTHING: OperationCost = { cost: 0, single: 0, uses: new Map() };

function plus(a: OperationCost, b: OperationCost): OperationCost {
  return {
    cost: bounded(a.cost + b.cost),
    single: bounded(a.single + b.single),
    uses: merged(a.uses, b.uses, (x, y) => x + y),
  };
}

function dearest(a: OperationCost, b: OperationCost): OperationCost {
  return {
    cost: Math.max(a.cost, b.cost),
    single: Math.max(a.single, b.single),
    uses: merged(a.uses, b.uses, Math.max),
  };
}

function merged(
  a: OperationCost['uses'],
  b: OperationCost['uses'],
  join: (x: number, y: number) => number,
): OperationCost['uses'] {
  if (a.size === 0 || b.size === 0) return a.size === 0 ? b : a;
  const result = new Map(a);
  for (const [field, count] of b) result.set(field, join(result.get(field) ?? 0, count));
  return result;
}

function multiplied(uses: OperationCost['uses'], times: number): OperationCost['uses'] {
  return uses.size === 0 ? uses : new Map([...uses].map(([field, count]) => [field, bounded(count * times)]));
}

/**
 * Rounds a cost up to a whole number between 0 and COST_CEILING. NaN becomes COST_CEILING, so that a wrong price is
 * noticed and does not let an expensive operation through.
 */
function bounded(value: number): number {
  if (Number.isNaN(value)) return COST_CEILING;
  // The tolerance of 1e-9 keeps a rounding error of summed fractions from raising the cost by one.
  return Math.min(Math.max(Math.ceil(value - 1e-9), 0), COST_CEILING);
}

function ownCost(
  field: GraphQLField<unknown, unknown>,
  type: GraphQLNamedType,
  args: Args,
  child: number,
  page: number | undefined,
): number {
  const price = priceOf(field);
  if (price) return pricedCost(price, field, type, args, child, page);
  const stated = field.extensions['complexity'] as Complexity | undefined;
  if (typeof stated === 'number') return bounded(stated) + child;
  if (typeof stated === 'function') return statedCost(stated, args, child);
  return plainCost(field, type, args, child, page);
}

function plainCost(
  field: GraphQLField<unknown, unknown>,
  type: GraphQLNamedType,
  args: Args,
  child: number,
  page: number | undefined,
): number {
  if (!isCompositeType(type) || type.name === 'PageInfo') return 0;
  // An edge costs as much as its node, so that selecting `edges { node }` and selecting `nodes` cost the same.
  const entry = page !== undefined && field.name === 'edges' ? Math.max(child, 1) : 1 + child;
  return entriesOf(field, args, page, undefined) * entry;
}

function pricedCost(
  price: Price,
  field: GraphQLField<unknown, unknown>,
  type: GraphQLNamedType,
  args: Args,
  child: number,
  page: number | undefined,
): number {
  const entries = entriesOf(field, args, page, price);
  const entry = (price.entryMs ?? 0) * COST_PER_MS + (price.flat || !isCompositeType(type) ? 0 : 1 + child);
  return price.ms * COST_PER_MS + entries * entry;
}

/**
 * Evaluates a field's complexity function with `first` and `last` limited to the maximum page size; the result is at
 * least that for a page of one entry.
 */
function statedCost(stated: Exclude<Complexity, number>, args: Args, child: number): number {
  const within: Args = { ...args };
  const least: Args = { ...args };
  for (const name of PAGE_ARGUMENTS) {
    if (typeof args[name] !== 'number') continue;
    within[name] = clamp(args[name], MAX_PAGE);
    least[name] = 1;
  }
  const cost = (given: Args) => bounded(stated({ args: given, childComplexity: child }));
  return Math.max(cost(within), cost(least));
}

const PAGE_ARGUMENTS = ['first', 'last'] as const;

/**
 * Number of entries for which a field is charged: what its price states; else 1 for a single value, the page size for
 * `edges` or `nodes`, and for another list the number of its `ids`, its `first`, or LIST_SIZE.
 */
function entriesOf(
  field: GraphQLField<unknown, unknown>,
  args: Args,
  page: number | undefined,
  price: Price | undefined,
): number {
  if (price?.entries !== undefined) return statedEntries(price.entries, args);
  if (!isListType(getNullableType(field.type))) return 1;
  return page !== undefined && (field.name === 'edges' || field.name === 'nodes') ? page : listSize(args);
}

function statedEntries(entries: NonNullable<Price['entries']>, args: Args): number {
  if (typeof entries === 'number') return entries;
  const given = args[entries.argument];
  if (Array.isArray(given)) return clamp(given.length, entries.most ?? COST_CEILING);
  return clamp(typeof given === 'number' ? given : entries.byDefault, entries.most ?? MAX_PAGE);
}

function listSize(args: Args): number {
  if (Array.isArray(args['ids'])) return Math.max(args['ids'].length, 1);
  return typeof args['first'] === 'number' ? pageSize(args) : LIST_SIZE;
}

/**
 * Page size for which a connection is charged. Where both `first` and `last` are given (the resolver refuses this
 * later), the larger one counts.
 */
function pageSize(args: Args): number {
  const wished = PAGE_ARGUMENTS.map((name) => args[name]).filter((value) => typeof value === 'number');
  return wished.length > 0 ? clamp(Math.max(...wished), MAX_PAGE) : DEFAULT_PAGE;
}

function clamp(value: number, most: number): number {
  return Number.isNaN(value) ? most : Math.min(Math.max(Math.ceil(value), 1), most);
}

/** Whether a GraphQL type is a Relay connection, that is, has the field `pageInfo` and the field `edges` or `nodes`. */
function isConnection(type: GraphQLCompositeType): boolean {
  if (!isObjectType(type)) return false;
  const fields = type.getFields();
  return fields['pageInfo'] !== undefined && (fields['edges'] !== undefined || fields['nodes'] !== undefined);
}

function applies(schema: GraphQLSchema, condition: GraphQLNamedType, type: GraphQLObjectType): boolean {
  return condition === type || (isAbstractType(condition) && schema.isSubType(condition, type));
}
