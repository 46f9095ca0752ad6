import { normalised } from '../lib/text.js';

/** Normalises a text for comparison: NFKC (full width to half width), lower case, letters and digits only. */
export function comparable(text: string): string {
  return normalised(text, 'NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

/** Normalises an IP or registration number for comparison: NFKC, upper case, A-Z and digits only. */
export function numberKey(number: string): string {
  return normalised(number, 'NFKC')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '');
}
