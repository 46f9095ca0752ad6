/**
 * The first name that an object in a JSON text has twice; null if there is none. `JSON.parse` keeps the last of two
 * values without a word. The text must be valid JSON.
 */
export function duplicateName(text: string): string | null {
  const names: Array<Set<string> | null> = [];
  // A string is a name if it follows `{` or `,` directly within an object.
  let expectsName = false;
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i]!;
    if (character === '"') {
      const from = i;
      for (i += 1; text[i] !== '"'; i += 1) if (text[i] === '\\') i += 1;
      const known = names.at(-1);
      if (expectsName && known) {
        const name = JSON.parse(text.slice(from, i + 1)) as string;
        if (known.has(name)) return name;
        known.add(name);
      }
      expectsName = false;
    } else if (character === '{' || character === '[') {
      names.push(character === '{' ? new Set() : null);
      expectsName = character === '{';
    } else if (character === '}' || character === ']') {
      names.pop();
      expectsName = false;
    } else if (character === ',') expectsName = names.at(-1) != null;
  }
  return null;
}
