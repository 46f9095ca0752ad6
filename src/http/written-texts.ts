import {
  Kind,
  visit,
  type ArgumentNode,
  type DocumentNode,
  type OperationDefinitionNode,
  type ValueNode,
} from 'graphql';
import { InputError, type FieldProblem } from '../kernel/errors.js';
import { hasTooManyMarks, MAX_MARKS } from '../lib/text.js';
import { fieldName, MAX_PROBLEMS } from './variables.js';
import { say } from '../messages/catalogue.js';

/**
 * Refuses a mutation in which a text has more consecutive combining marks than any language uses, with one
 * BAD_USER_INPUT that names the fields. The code that reads texts would cut such runs anyway; the refusal tells the
 * client. Queries are not checked, since cutting a search text does not change what it finds.
 */
export function checkWrittenTexts(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
): void {
  if (operation.operation !== 'mutation') return;
  const problems: FieldProblem[] = [];
  /**
   * Path to the value that is being checked: the name of a variable or argument, followed by field names and list
   * indexes.
   */
  const path: Path = [];
  const check = (text: string) => {
    if (problems.length >= MAX_PROBLEMS || !hasTooManyMarks(text)) return;
    problems.push({
      field: fieldName(String(path[0]), path.slice(1)),
      code: 'TOO_MANY_MARKS',
      message: say('TOO_MANY_MARKS.text', { max: MAX_MARKS }),
    });
  };
  for (const [name, value] of Object.entries(variables)) within(path, name, () => checkValue(value, path, check));
  const ofArguments = {
    Argument: (node: ArgumentNode) => {
      within(path, node.name.value, () => checkLiteral(node.value, path, check));
      return false;
    },
  };
  for (const definition of document.definitions)
    if (definition === operation || definition.kind === Kind.FRAGMENT_DEFINITION) visit(definition, ofArguments);
  if (problems.length > 0) throw new InputError(problems);
}

type Path = Array<string | number>;
type Check = (text: string) => void;

function within(path: Path, key: string | number, walk: () => void): void {
  path.push(key);
  walk();
  path.pop();
}

/** Checks all texts within a coerced value; files and dates contain none. */
function checkValue(value: unknown, path: Path, check: Check): void {
  if (typeof value === 'string') check(value);
  else if (Array.isArray(value)) value.forEach((item, i) => within(path, i, () => checkValue(item, path, check)));
  else if (isPlain(value))
    for (const [key, item] of Object.entries(value)) within(path, key, () => checkValue(item, path, check));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function checkLiteral(node: ValueNode, path: Path, check: Check): void {
  if (node.kind === Kind.STRING) check(node.value);
  else if (node.kind === Kind.LIST)
    node.values.forEach((item, i) => within(path, i, () => checkLiteral(item, path, check)));
  else if (node.kind === Kind.OBJECT)
    for (const { name, value } of node.fields) within(path, name.value, () => checkLiteral(value, path, check));
}
