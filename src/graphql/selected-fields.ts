import {
  getArgumentValues,
  getNamedType,
  isObjectType,
  Kind,
  type FieldNode,
  type GraphQLField,
  type GraphQLResolveInfo,
  type SelectionSetNode,
} from 'graphql';

/**
 * The sub-fields that a query selects on a field, by name, with fragments resolved; those excluded by `@skip` or
 * `@include` are left out.
 */
export function selectedFields(info: GraphQLResolveInfo, nodes: readonly FieldNode[]): Map<string, FieldNode[]> {
  const found = new Map<string, FieldNode[]>();
  const visit = (set: SelectionSetNode | undefined) => {
    for (const selection of set?.selections ?? []) {
      if (!isIncluded(info, selection.directives)) continue;
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        found.set(name, [...(found.get(name) ?? []), selection]);
      } else {
        visit(
          selection.kind === Kind.INLINE_FRAGMENT
            ? selection.selectionSet
            : info.fragments[selection.name.value]?.selectionSet,
        );
      }
    }
  };
  for (const node of nodes) visit(node.selectionSet);
  return found;
}

function isIncluded(info: GraphQLResolveInfo, directives: FieldNode['directives']): boolean {
  return (directives ?? []).every((directive) => {
    const name = directive.name.value;
    if (name !== 'skip' && name !== 'include') return true;
    const value = directive.arguments?.find((argument) => argument.name.value === 'if')?.value;
    const given =
      value?.kind === Kind.BOOLEAN
        ? value.value
        : value?.kind === Kind.VARIABLE
          ? info.variableValues[value.name.value] === true
          : true;
    return given === (name === 'include');
  });
}

/**
 * The argument values of each selected field in `nodes`, all of which must be fields of the type that the running
 * resolver returns.
 */
export function argumentsOf(info: GraphQLResolveInfo, nodes: readonly FieldNode[]): Array<Record<string, unknown>> {
  const type = getNamedType(info.returnType);
  if (!isObjectType(type)) return [];
  return nodes.flatMap((node) => {
    const field: GraphQLField<unknown, unknown> | undefined = type.getFields()[node.name.value];
    return field ? [getArgumentValues(field, node, info.variableValues)] : [];
  });
}
