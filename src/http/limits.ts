import {
  GraphQLError,
  Kind,
  TokenKind,
  type ASTVisitor,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';

/** Limits on one GraphQL operation, equal for every client. Sizes are counted with all fragments expanded. */
export const OPERATION_LIMITS = {
  depth: 12,
  /** Maximum depth below `__schema` and `__type`; the standard introspection query needs 14. */
  introspectionDepth: 16,
  aliases: 30,
  directives: 20,
  rootFields: 20,
  fields: 1000,
  tokens: 4000,
  /** Maximum number of characters of a name. It also limits aliases, which the answer repeats once per object. */
  name: 200,
} as const;

/** Maximum number of operations in one batch (MAX_BATCH), and of bytes of a JSON body (MAX_JSON_BYTES). */
export const MAX_BATCH = 10;
export const MAX_JSON_BYTES = 1024 * 1024;

/** Counts that describe the size of one operation with all its fragments expanded. */
export interface OperationSize {
  depth: number;
  introspectionDepth: number;
  aliases: number;
  directives: number;
  rootFields: number;
  fields: number;
}

const nothing: OperationSize = { depth: 0, introspectionDepth: 0, aliases: 0, directives: 0, rootFields: 0, fields: 0 };

/**
 * Measures the size of every operation in a document. Each fragment is measured once, so that nested fragment spreads
 * do not take exponential time.
 */
export function measureOperations(
  document: DocumentNode,
): Array<{ operation: OperationDefinitionNode; size: OperationSize }> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const measured = new Map<string, OperationSize>();

  const ofFragment = (name: string): OperationSize => {
    const known = measured.get(name);
    if (known) return known;
    const fragment = fragments.get(name);
    if (!fragment) return nothing;
    // Where a fragment spreads itself, it counts as empty, so that measuring ends; validation reports it by name.
    measured.set(name, nothing);
    const size = ofSet(fragment.selectionSet);
    size.directives += fragment.directives?.length ?? 0;
    measured.set(name, size);
    return size;
  };

  const ofSet = (set: SelectionSetNode): OperationSize => {
    const total = { ...nothing };
    for (const selection of set.selections) {
      total.directives += selection.directives?.length ?? 0;
      if (selection.kind === Kind.FIELD) {
        const inner = selection.selectionSet ? ofSet(selection.selectionSet) : nothing;
        const isIntrospection = selection.name.value === '__schema' || selection.name.value === '__type';
        total.depth = Math.max(total.depth, isIntrospection ? 1 : inner.depth + 1);
        total.introspectionDepth = Math.max(
          total.introspectionDepth,
          isIntrospection ? inner.depth + 1 : inner.introspectionDepth,
        );
        total.aliases += inner.aliases + (selection.alias ? 1 : 0);
        total.directives += inner.directives;
        total.fields += inner.fields + 1;
        total.rootFields += 1;
      } else {
        const inner =
          selection.kind === Kind.INLINE_FRAGMENT ? ofSet(selection.selectionSet) : ofFragment(selection.name.value);
        total.depth = Math.max(total.depth, inner.depth);
        total.introspectionDepth = Math.max(total.introspectionDepth, inner.introspectionDepth);
        total.aliases += inner.aliases;
        total.directives += inner.directives;
        total.fields += inner.fields;
        total.rootFields += inner.rootFields;
      }
    }
    return total;
  };

  return document.definitions.flatMap((operation) => {
    if (operation.kind !== Kind.OPERATION_DEFINITION) return [];
    const size = ofSet(operation.selectionSet);
    size.directives += operation.directives?.length ?? 0;
    return [{ operation, size }];
  });
}

const CHECKS: ReadonlyArray<{
  what: Exclude<keyof typeof OPERATION_LIMITS, 'tokens' | 'name'>;
  reason: string;
  advice: (limit: number) => string;
}> = [
  {
    what: 'depth',
    reason: 'TOO_DEEP',
    advice: (n) => `The operation is nested deeper than ${n} levels; ask for less at once.`,
  },
  {
    what: 'introspectionDepth',
    reason: 'TOO_DEEP',
    advice: (n) => `Introspection is nested deeper than ${n} levels; use the standard introspection query.`,
  },
  {
    what: 'aliases',
    reason: 'TOO_MANY_ALIASES',
    advice: (n) =>
      `An operation may have at most ${n} aliases, fragments spread out; use a list field or several requests.`,
  },
  {
    what: 'directives',
    reason: 'TOO_MANY_DIRECTIVES',
    advice: (n) => `An operation may have at most ${n} directives, fragments spread out.`,
  },
  {
    what: 'rootFields',
    reason: 'TOO_MANY_ROOT_FIELDS',
    advice: (n) => `An operation may have at most ${n} fields at its root; use several requests.`,
  },
  {
    what: 'fields',
    reason: 'TOO_MANY_FIELDS',
    advice: (n) => `An operation may have at most ${n} fields, fragments spread out; use several requests.`,
  },
];

function hasLongName(document: DocumentNode): boolean {
  for (let token = document.loc?.startToken; token; token = token.next ?? undefined)
    if (token.kind === TokenKind.NAME && token.end - token.start > OPERATION_LIMITS.name) return true;
  return false;
}

/**
 * Collects the names of the fragments that a selection set spreads, directly or in nested selections, not in other
 * fragments.
 */
function spreadsIn(set: SelectionSetNode, names: Set<string> = new Set()): Set<string> {
  for (const selection of set.selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) names.add(selection.name.value);
    else if (selection.selectionSet) spreadsIn(selection.selectionSet, names);
  }
  return names;
}

/**
 * Returns the name of a fragment that spreads itself, directly or through others; undefined where there is none. Each
 * fragment is visited once: the standard rule of graphql-js compares every path of a circle with every other, which
 * takes a few hundred milliseconds for some thousand tokens.
 */
function circularFragment(document: DocumentNode): string | undefined {
  const spreads = new Map<string, Set<string>>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      spreads.set(definition.name.value, spreadsIn(definition.selectionSet));
  const finished = new Set<string>();
  const open = new Set<string>();
  const visit = (name: string): string | undefined => {
    if (open.has(name)) return name;
    if (finished.has(name)) return undefined;
    open.add(name);
    for (const inner of spreads.get(name) ?? []) {
      const found = visit(inner);
      if (found !== undefined) return found;
    }
    open.delete(name);
    finished.add(name);
    return undefined;
  };
  for (const name of spreads.keys()) {
    const found = visit(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

const emptyDocument: DocumentNode = { kind: Kind.DOCUMENT, definitions: [] };

/**
 * Validation rule that refuses documents with too long names, with circular fragments, or with operations over the
 * limits of size. It decides when the visit of the document begins, before the standard rules, which take more time,
 * visit any field.
 */
export const operationLimits: ValidationRule = (context: ValidationContext): ASTVisitor => ({
  Document(document) {
    if (hasLongName(document)) {
      const limit = OPERATION_LIMITS.name;
      context.reportError(
        new GraphQLError(`A name in an operation may have at most ${limit} characters.`, {
          extensions: { reason: 'NAME_TOO_LONG', limit },
        }),
      );
      return emptyDocument;
    }
    const circular = circularFragment(document);
    if (circular !== undefined) {
      context.reportError(
        new GraphQLError(`Cannot spread fragment "${circular}" within itself.`, {
          extensions: { reason: 'FRAGMENT_CIRCLE' },
        }),
      );
      return emptyDocument;
    }
    let refused = false;
    for (const { operation, size } of measureOperations(document)) {
      for (const { what, reason, advice } of CHECKS) {
        if (size[what] <= OPERATION_LIMITS[what]) continue;
        refused = true;
        context.reportError(
          new GraphQLError(advice(OPERATION_LIMITS[what]), {
            nodes: operation,
            extensions: { reason, limit: OPERATION_LIMITS[what] },
          }),
        );
      }
    }
    // The standard rules compare the fields of a selection set in quadratic time; they visit an empty document instead
    // when the operation is refused.
    return refused ? emptyDocument : undefined;
  },
});
