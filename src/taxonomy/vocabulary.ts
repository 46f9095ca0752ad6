import { registerEnumType } from 'type-graphql';
import type { Localized } from '../kernel/localized.js';

/**
 * A vocabulary: a closed list of codes with names in Chinese and English. One definition makes both the GraphQL enum
 * and the list that clients can query.
 */
export interface VocabularyDefinition {
  name: string;
  description: string;
  terms: Array<{ code: string; label: Required<Localized> }>;
}

const defined = new Map<string, VocabularyDefinition>();

/** Defines a vocabulary and returns its enum object, which maps each code to itself. */
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

/** Name of a code in a vocabulary, in Chinese and English; undefined for an unknown vocabulary or code. */
export function termLabel(vocabularyName: string, code: string): Required<Localized> | undefined {
  return defined.get(vocabularyName)?.terms.find((term) => term.code === code)?.label;
}

/** A code as a parameter of a message: its Chinese name for Chinese readers, the code itself in English. */
export function termOf(vocabularyName: string, code: string): Localized {
  return { zh: termLabel(vocabularyName, code)?.zh ?? code, en: code };
}

/** All vocabularies defined so far, by name. */
export function allVocabularies(): VocabularyDefinition[] {
  return [...defined.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
