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

/** Assumed entries of a list that has no page size. */
export const LIST_SIZE = 5;
/** What one introspection field costs, whatever is below it. */
export const INTROSPECTION_COST = 100;
/** What a mutation costs beside what it returns. */
export const MUTATION_COST = 10;
/** Where counting ends, so that the figure stays a safe integer. */
const MOST = 1_000_000_000;

/** What `@Field({ complexity })` may hold; a function gets the arguments and the cost of what is selected below. */
type Complexity = number | ((given: { args: Record<string, unknown>; childComplexity: number }) => number);

/**
 * The cost of an operation before it runs: scalars are free, an object costs 1, a page its size times what an entry
 * costs, another list 5 times that. A field selected twice counts twice. Where a field resolves to an interface or union,
 * its dearest type counts. Each selection set is computed once per type and page size, so that fragments within
 * fragments cost no time. The document must be valid and the variables coerced.
 */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const known = new Map<SelectionSetNode, Map<string, number>>();

  const ofSet = (set: SelectionSetNode, type: GraphQLObjectType, page: number | undefined): number => {
    let costs = known.get(set);
    if (!costs) known.set(set, (costs = new Map<string, number>()));
    const key = `${type.name} ${page ?? ''}`;
    const before = costs.get(key);
    if (before !== undefined) return before;
    let total = 0;
    for (const selection of set.selections) {
      if (getDirectiveValues(GraphQLSkipDirective, selection, variables)?.if === true) continue;
      if (getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.if === false) continue;
      if (selection.kind === Kind.FIELD) {
        total += ofField(selection, type, page);
      } else {
        const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        const condition = fragment?.typeCondition && schema.getType(fragment.typeCondition.name.value);
        if (fragment && (!condition || applies(schema, condition, type)))
          total += ofSet(fragment.selectionSet, type, page);
      }
    }
    total = Math.min(total, MOST);
    costs.set(key, total);
    return total;
  };

  const ofComposite = (
    set: SelectionSetNode | undefined,
    type: GraphQLCompositeType,
    page: number | undefined,
  ): number => {
    if (!set) return 0;
    if (isObjectType(type)) return ofSet(set, type, page);
    return Math.max(0, ...schema.getPossibleTypes(type).map((possible) => ofSet(set, possible, page)));
  };

  const ofField = (node: FieldNode, parent: GraphQLObjectType, page: number | undefined): number => {
    const name = node.name.value;
    if (name === '__schema' || name === '__type') return INTROSPECTION_COST;
    const field = parent.getFields()[name];
    if (!field) return 0;
    const type = getNamedType(field.type);
    const args = getArgumentValues(field, node, variables);
    const pageBelow = isCompositeType(type) && isConnection(type) ? pageSize(args) : undefined;
    const child = isCompositeType(type) ? ofComposite(node.selectionSet, type, pageBelow) : 0;
    const own = ownCost(field, type, args, child, page);
    return Math.min(parent === schema.getMutationType() ? own + MUTATION_COST : own, MOST);
  };

  const root = schema.getRootType(operation.operation);
  return root ? ofSet(operation.selectionSet, root, undefined) : 0;
}

function ownCost(
  field: GraphQLField<unknown, unknown>,
  type: GraphQLNamedType,
  args: Record<string, unknown>,
  child: number,
  page: number | undefined,
): number {
  const stated = field.extensions['complexity'] as Complexity | undefined;
  if (typeof stated === 'number') return stated + child;
  if (typeof stated === 'function') return stated({ args, childComplexity: child });
  if (!isCompositeType(type) || type.name === 'PageInfo') return 0;
  if (!isListType(getNullableType(field.type))) return 1 + child;
  // An edge costs what its node costs: both ways of writing a page are equal.
  if (page !== undefined && field.name === 'edges') return page * Math.max(child, 1);
  return (page !== undefined && field.name === 'nodes' ? page : listSize(args)) * (1 + child);
}

function listSize(args: Record<string, unknown>): number {
  if (Array.isArray(args['ids'])) return Math.max(args['ids'].length, 1);
  return typeof args['first'] === 'number' ? pageSize(args) : LIST_SIZE;
}

function pageSize(args: Record<string, unknown>): number {
  const wished = args['first'] ?? args['last'];
  return typeof wished === 'number' ? Math.min(Math.max(wished, 1), MAX_PAGE) : DEFAULT_PAGE;
}

/** A page type: it says where the page stands and holds its entries. */
function isConnection(type: GraphQLCompositeType): boolean {
  if (!isObjectType(type)) return false;
  const fields = type.getFields();
  return fields['pageInfo'] !== undefined && (fields['edges'] !== undefined || fields['nodes'] !== undefined);
}

function applies(schema: GraphQLSchema, condition: GraphQLNamedType, type: GraphQLObjectType): boolean {
  return condition === type || (isAbstractType(condition) && schema.isSubType(condition, type));
}
