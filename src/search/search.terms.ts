/** Alternatives, one of which must occur; a text is a list of them, all of which must. */
export type Slot = readonly string[];

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const startsLatin = (term: string): boolean => /^[a-z0-9]/i.test(term);

/**
 * The simpler rule by which PostgreSQL searches: every term between spaces must occur in the entry, whatever its case;
 * a term in Latin letters or digits at the start of a word, a Chinese one anywhere; what is quoted is one term. A term
 * of a synonym group, also inside a longer one, may be replaced by any other of its group.
 */
export function slotsOf(text: string, groups: readonly string[][]): Slot[] {
  const slots: Slot[] = [];
  const rest = text.replace(/"([^"]*)"?/g, (_all, quoted: string) => {
    if (quoted.trim() !== '') slots.push([quoted.trim()]);
    return ' ';
  });
  const terms = [...new Set(groups.flat())].sort((a, b) => b.length - a.length);
  const synonym = terms.length === 0 ? null : new RegExp(terms.map((term) => (startsLatin(term) ? `(?<![a-z0-9])${escape(term)}(?![a-z0-9])` : escape(term))).join('|'), 'giu');
  let end = 0;
  const plain = (piece: string) => slots.push(...piece.split(/\s+/).filter((term) => term !== '').map((term) => [term]));
  for (const found of synonym === null ? [] : rest.matchAll(synonym)) {
    plain(rest.slice(end, found.index));
    const own = found[0].toLowerCase();
    const alternatives = groups.filter((group) => group.some((term) => term.toLowerCase() === own)).flat();
    slots.push([...new Set([found[0], ...alternatives])]);
    end = found.index + found[0].length;
  }
  plain(rest.slice(end));
  return slots;
}

/** A term as a regular expression that PostgreSQL (`~*`) and JavaScript (`i`) read alike. */
export function termPattern(term: string): string {
  return `${startsLatin(term) ? '(?<![a-z0-9])' : ''}${escape(term)}`;
}
