import { DOMAINS } from './domains.js';
import type { Subject, Ways, World } from './types.js';

/** The subjects of a world: every object type of the schema has a subject or is a value type of a domain. */
export function subjectsOf(w: World): Subject[] {
  const id = (label: string) => {
    const found = w.ids[label];
    if (found === undefined) throw new Error(`the world has no ${label}`);
    return found;
  };
  const node = (type: string, label = ''): Subject => {
    const name = label === '' ? type : `${type} ${label}`;
    return { type, label: label.replace(/^of /, ''), steps: ['node(id: $id)'], on: type, variables: { id: id(name) } };
  };
  const below: Ways['below'] = (type, label, on, ...steps) => ({
    type,
    label,
    steps,
    variables: { id: id(on) },
  });
  const plain: Ways['plain'] = (type, label, ...steps) => ({ type, label, steps, variables: {} });
  return DOMAINS.flatMap((domain) => domain.subjects?.({ id, node, below, plain }) ?? []);
}

const VARIABLE_TYPES: Record<string, string> = { id: 'ID!', ids: '[ID!]!' };

/** A query that follows the path to the subject and applies the selection there. */
export function queryFor(subject: Subject, selection: string): string {
  const inner = subject.on ? `{ ... on ${subject.on} { ${selection} } }` : `{ ${selection} }`;
  const body = subject.steps.reduceRight(
    (below, step, i) =>
      i === 1 && subject.within ? `{ ... on ${subject.within} { ${step} ${below} } }` : `{ ${step} ${below} }`,
    inner,
  );
  const heads = Object.keys(subject.variables)
    .map((name) => `$${name}: ${VARIABLE_TYPES[name]}`)
    .join(', ');
  return heads ? `query (${heads}) ${body}` : body;
}

/** The subject in an answer; null if its path ends earlier. */
export function reach(subject: Subject, data: unknown): Record<string, unknown> | null {
  let at = data;
  for (const step of subject.steps) {
    if (typeof at !== 'object' || at === null) return null;
    at = (at as Record<string, unknown>)[/^\w+/.exec(step)![0]];
    if (Array.isArray(at)) at = at[0];
  }
  return typeof at === 'object' && at !== null ? (at as Record<string, unknown>) : null;
}
