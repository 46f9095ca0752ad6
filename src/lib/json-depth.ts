const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Whether lists and objects in a JSON text are nested more than `most` levels deep. It scans the text once and
 * allocates nothing, whereas parsing a megabyte of brackets takes some 40 MB and a stack as deep as the nesting. For a
 * text that is not JSON the result is arbitrary.
 */
export function isNestedDeeper(text: string, most: number): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) {
      for (i += 1; i < text.length && text.charCodeAt(i) !== QUOTE; i += 1)
        if (text.charCodeAt(i) === BACKSLASH) i += 1;
    } else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > most) return true;
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return false;
}
