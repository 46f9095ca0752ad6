/** Crockford's Base32 alphabet: without I, L, O and U. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const ROR = /^(?:https?:\/\/)?(?:ror\.org\/)?(0[0-9a-hjkmnp-tv-z]{6}\d{2})\/?$/;

/**
 * Converts a ROR id to its URL; returns null for a wrong form or checksum. The first seven characters are a Base32
 * number; the last two digits are its check digits by ISO 7064 MOD 97-10.
 */
export function parseRor(text: string): string | null {
  const id = ROR.exec(text.trim().toLowerCase())?.[1];
  if (id === undefined) return null;
  let remainder = 0;
  for (const character of id.slice(0, 7)) remainder = (remainder * 32 + ALPHABET.indexOf(character)) % 97;
  return Number(id.slice(7)) === 98 - ((remainder * 100) % 97) ? `https://ror.org/${id}` : null;
}
