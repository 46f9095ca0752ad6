import { registerEnumType } from 'type-graphql';
import type { Localized } from '../kernel/localized.js';

/** A closed list of codes with names: one definition makes both the GraphQL enum and the queryable list. */
export interface VocabularyDefinition {
  name: string;
  description: string;
  terms: Array<{ code: string; label: Required<Localized> }>;
}

const defined = new Map<string, VocabularyDefinition>();

/** Defines a vocabulary. The result is an enum object that maps each code to itself. */
export function vocabulary<Code extends string>(
  name: string,
  description: string,
  terms: Record<Code, readonly [zh: string, en: string]>,
): { readonly [K in Code]: K } {
  const codes = Object.fromEntries(Object.keys(terms).map((code) => [code, code])) as { readonly [K in Code]: K };
  const list = Object.entries<readonly [string, string]>(terms);
  registerEnumType(codes, {
    name,
    description,
    valuesConfig: Object.fromEntries(
      list.map(([code, [zh, en]]) => [code, { description: `${zh} — ${en}.` }]),
    ) as never,
  });
  defined.set(name, { name, description, terms: list.map(([code, [zh, en]]) => ({ code, label: { zh, en } })) });
  return codes;
}

/** The label of a code in a vocabulary; undefined for an unknown code. */
export function termLabel(vocabularyName: string, code: string): Required<Localized> | undefined {
  return defined.get(vocabularyName)?.terms.find((term) => term.code === code)?.label;
}

/** All vocabularies defined so far, by name. */
export function allVocabularies(): VocabularyDefinition[] {
  return [...defined.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
