import { normalised } from '../lib/text.js';

/** NFKC (full-width to half-width), lower case, everything but letters and digits removed: how texts are compared. */
export function comparable(text: string): string {
  return normalised(text, 'NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

/** An IP or registration number reduced to what identifies it: letters and digits, upper case, half-width. */
export function numberKey(number: string): string {
  return normalised(number, 'NFKC')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '');
}
