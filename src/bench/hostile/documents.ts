import { nineLetters, pick, between } from './texts.js';

type Random = () => number;

/** GraphQL documents that are expensive to parse or validate, each of at most 1 MB. */
export const DOCUMENT_KINDS: Readonly<Record<string, (random: Random) => string>> = {
  'a long comment': (r) => `#${nineLetters(r).repeat(100_000)}\n{ __typename }`,
  'many comments': (r) => `${`#${nineLetters(r)}\n`.repeat(80_000)}{ __typename }`,
  'many blanks and commas': (r) => `{ ${', \n'.repeat(300_000)} a${nineLetters(r)}: __typename }`,
  'a long name': (r) => `{ ${nineLetters(r).repeat(100_000)} }`,
  'a long alias': (r) => `{ ${nineLetters(r).repeat(100_000)}: __typename }`,
  'a long operation name': (r) => `query ${nineLetters(r).repeat(100_000)} { __typename }`,
  'a long string': (r) => `{ industriesByName(text: "${nineLetters(r).repeat(100_000)}") { code } }`,
  'a string of escapes': (r) =>
    `{ industriesByName(text: "${nineLetters(r)}${'\\u0301\\u0316'.repeat(70_000)}") { code } }`,
  'a long block string': (r) => `{ industriesByName(text: """${`  ${nineLetters(r)}\n`.repeat(80_000)}""") { code } }`,
  'a long number': (r) => `{ achievements(first: ${`${between(r, 1, 9)}`.repeat(900_000)}) { totalCount } }`,
  'a long fraction': (r) =>
    `{ achievementSearch(filter: { scoreMin: ${between(r, 1, 9)}.${'1'.repeat(900_000)} }) { totalCount } }`,
  'a list of 3,900 values': (r) =>
    `{ nodes(ids: [${Array.from({ length: 3900 }, () => `"${nineLetters(r)}"`).join(' ')}]) { id } }`,
  'a list of long values': (r) =>
    `{ nodes(ids: [${Array.from({ length: 900 }, () => `"${nineLetters(r).repeat(100)}"`).join(' ')}]) { id } }`,
  'lists in lists': (r) => `{ nodes(ids: ${'['.repeat(1900)}"${nineLetters(r)}"${']'.repeat(1900)}) { id } }`,
  'objects in objects': (r) =>
    `{ achievementSearch(filter: ${'{a:'.repeat(1200)}"${nineLetters(r)}"${'}'.repeat(1200)}) { totalCount } }`,
  'deep selections': (r) => `{ a${nineLetters(r)}: __typename ${'a{'.repeat(1900)}b${'}'.repeat(1900)} }`,
  'one field 1,300 times': (r) => `{ achievements { nodes { ${'id '.repeat(950)} a${nineLetters(r)}: id } } }`,
  'fields that may conflict': (r) =>
    `{ ${Array.from({ length: 19 }, (_, i) => `achievements(first: ${i + 1}) { nodes { ${`x${i % 3}: id `.repeat(1)} ${'trl id score '.repeat(16)} } }`).join(' ')} a${nineLetters(r)}: __typename }`,
  'inline fragments that overlap': (r) =>
    `{ achievements { nodes { a${nineLetters(r)}: id ${'... on Achievement { id trl title { value } } '.repeat(200)} } } }`,
  'spreads of one fragment': (r) =>
    `{ achievements { nodes { a${nineLetters(r)}: id ${'...F '.repeat(900)} } } } fragment F on Achievement { id }`,
  'fragments within fragments': (r) =>
    `{ achievements { nodes { a${nineLetters(r)}: id ...F0 } } } ${Array.from({ length: 280 }, (_, i) => `fragment F${i} on Achievement { ...F${i + 1} ...F${i + 2} }`).join(' ')} fragment F280 on Achievement { id } fragment F281 on Achievement { id }`,
  'fragments in a circle': (r) =>
    `{ achievements { nodes { a${nineLetters(r)}: id ...F0 } } } ${Array.from({ length: 300 }, (_, i) => `fragment F${i} on Achievement { ...F${(i + 1) % 300} id }`).join(' ')}`,
  'fragments that all spread each other': (r) =>
    `{ achievements { nodes { a${nineLetters(r)}: id ...F0 } } } ${Array.from({ length: 40 }, (_, i) => `fragment F${i} on Achievement { ${Array.from({ length: 40 - i }, (_x, k) => `...F${i + k + 1}`).join(' ')} }`).join(' ')} fragment F40 on Achievement { id }`,
  'fragments of conflicting fields': (r) =>
    `{ achievements { nodes { a${nineLetters(r)}: id ${Array.from({ length: 150 }, (_, i) => `...F${i}`).join(' ')} } } } ${Array.from({ length: 150 }, (_, i) => `fragment F${i} on Achievement { x: ${pick(r, ['id', 'trl', 'score'])} institution { id name { value } } }`).join(' ')}`,
  'fragments that nobody uses': (r) =>
    `{ a${nineLetters(r)}: __typename } ${Array.from({ length: 600 }, (_, i) => `fragment F${i} on Achievement { id }`).join(' ')}`,
  'unknown fields': (r) =>
    `{ achievements { nodes { ${Array.from({ length: 900 }, () => `titel${nineLetters(r)}`).join(' ')} } } }`,
  'unknown long fields': (r) =>
    `{ achievements { nodes { ${Array.from({ length: 900 }, () => nineLetters(r).repeat(80)).join(' ')} } } }`,
  'unknown arguments': (r) =>
    `{ achievementSearch(${Array.from({ length: 1200 }, () => `${nineLetters(r)}: 1`).join(' ')}) { totalCount } }`,
  'unknown types': (r) =>
    `query (${Array.from({ length: 900 }, () => `$${nineLetters(r)}: Achievment${nineLetters(r)}`).join(' ')}) { __typename }`,
  'unknown directives': (r) =>
    `{ a${nineLetters(r)}: __typename ${Array.from({ length: 1500 }, () => `@${nineLetters(r)}`).join(' ')} }`,
  'many variables': (r) =>
    `query (${Array.from({ length: 900 }, (_, i) => `$v${i}: String = "${nineLetters(r)}"`).join(' ')}) { __typename }`,
  'variables of the same name': (r) => `query (${'$a: Int '.repeat(900)}) { a${nineLetters(r)}: __typename }`,
  'many operations': (r) =>
    Array.from({ length: 900 }, (_, i) => `query Q${i}${nineLetters(r)} { __typename }`).join(' '),
  'operations that share fragments': (r) =>
    `${Array.from({ length: 250 }, (_, i) => `query Q${i} { achievements { nodes { ...F0 } } }`).join(' ')} ${Array.from({ length: 100 }, (_, i) => `fragment F${i} on Achievement { ...F${i + 1} }`).join(' ')} fragment F100 on Achievement { a${nineLetters(r)}: id }`,
  'type definitions': (r) => Array.from({ length: 600 }, () => `type ${nineLetters(r)} { a: Int }`).join(' '),
  'signs that are none': (r) => `{ ${nineLetters(r)} ${'\u0301'.repeat(200_000)} }`,
  'open brackets': (r) => `{ ${nineLetters(r)} ${'{'.repeat(400_000)}`,
  'values of wrong types': (r) =>
    `{ achievementSearch(filter: { industries: [${Array.from({ length: 3000 }, () => String(between(r, 1, 99))).join(' ')}] }) { totalCount } }`,
  'enum values that do not exist': (r) =>
    `{ achievementSearch(filter: { categories: [${Array.from({ length: 3000 }, () => `APPLIED_${nineLetters(r).toUpperCase()}`).join(' ')}] }) { totalCount } }`,
  introspection: (r) =>
    `query a${nineLetters(r)} { __schema { types { name description kind fields(includeDeprecated: true) { name description args { name description defaultValue type { kind name ofType { kind name ofType { kind name } } } } type { kind name ofType { kind name ofType { kind name } } } } inputFields { name description defaultValue type { kind name ofType { kind name } } } enumValues { name description } possibleTypes { name } interfaces { name } } directives { name description args { name } } } }`,
  'introspection many times': (r) =>
    `query a${nineLetters(r)} { ${Array.from({ length: 15 }, (_, i) => `s${i}: __schema { types { name description fields { name description type { name } } } }`).join(' ')} }`,
  'introspection in circles': (r) =>
    `query a${nineLetters(r)} { __schema { types { fields { type { fields { type { fields { name } } } } } } } }`,
};
