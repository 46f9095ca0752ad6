/** The 31 characters of a unified social credit code: digits and capital letters without I, O, S, V and Z. */
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const CODE = /^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/;

/**
 * Computes the check character for the first 17 characters of a unified social credit code (GB 32100-2015, weights 3^i
 * mod 31).
 */
export function usccCheckCharacter(first17: string): string {
  let sum = 0;
  let weight = 1;
  for (const character of first17) {
    sum += ALPHABET.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  return ALPHABET[(31 - (sum % 31)) % 31]!;
}

/**
 * Converts a unified social credit code to capitals without spaces; returns null for a wrong form or check character.
 */
export function parseUscc(text: string): string | null {
  const code = text.replace(/\s+/g, '').toUpperCase();
  return CODE.test(code) && usccCheckCharacter(code.slice(0, 17)) === code[17] ? code : null;
}
