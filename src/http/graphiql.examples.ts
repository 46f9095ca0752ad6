import { readFileSync } from 'node:fs';
import { Kind, parse } from 'graphql';
import type { Examples } from '../kernel/module.js';

/**
 * A tab of the API explorer: an operation with its variables, and a title that says what it shows and whether it needs
 * a log-in.
 */
export interface Example {
  title: string;
  query: string;
  variables?: Readonly<Record<string, unknown>>;
}

const LOG_IN_FIRST = 'Needs a log-in: put {"authorization": "Bearer <accessToken>"} into the Headers editor.';

/**
 * Names of the operations whose tabs come first: those that work without an account, and the log-in that other tabs
 * need.
 */
const FIRST: readonly string[] = ['Pool', 'Search', 'DrillDown', 'LogIn'];

/**
 * Reads the example operations of all domains, in the order of their tabs; throws where a `.graphql` file and its
 * domain's list of tabs name different operations.
 */
export function readExamples(domains: readonly Examples[]): Example[] {
  const tabs = domains.flatMap(({ file, tabs }) => {
    const operations = operationsOf(file);
    const named = tabs.map(({ operation }) => operation);
    const odd = [...operations.keys()].filter((name) => !named.includes(name));
    odd.push(...named.filter((name) => !operations.has(name)));
    if (odd.length > 0) throw new Error(`${file.pathname}: no tab or no operation for ${odd.join(', ')}`);
    return tabs.map((tab) => ({ ...tab, query: operations.get(tab.operation)! }));
  });
  const place = (operation: string) => (FIRST.includes(operation) ? FIRST.indexOf(operation) : FIRST.length);
  return tabs
    .toSorted((a, b) => place(a.operation) - place(b.operation))
    .map(({ title, needsLogin, query, variables }) => ({
      title: needsLogin ? `${title} ${LOG_IN_FIRST}` : title,
      query,
      ...(variables && { variables }),
    }));
}

/**
 * Reads the operations in a `.graphql` file, by operation name, each as the text of the file; throws for a definition
 * without a name of its own.
 */
function operationsOf(file: URL): Map<string, string> {
  const text = readFileSync(file, 'utf8');
  const operations = new Map<string, string>();
  for (const definition of parse(text).definitions) {
    const { loc } = definition;
    const name = definition.kind === Kind.OPERATION_DEFINITION ? definition.name?.value : undefined;
    if (name === undefined || loc === undefined || operations.has(name))
      throw new Error(`${file.pathname}: every operation needs a name of its own`);
    operations.set(name, text.slice(loc.start, loc.end));
  }
  return operations;
}
