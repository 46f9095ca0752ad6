/**
 * Converts an ORCID iD, also in its URL form, to 16 digits with hyphens. Returns null for a text of another form or
 * with a wrong check digit (ISO 7064 mod 11-2).
 */
export function canonicalOrcid(value: string): string | null {
  const match = /^(?:https?:\/\/orcid\.org\/)?(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dXx])$/.exec(value.trim());
  if (!match) return null;
  const digits = match.slice(1).join('').toUpperCase();
  let total = 0;
  for (const digit of digits.slice(0, 15)) total = (total + Number(digit)) * 2;
  const check = (12 - (total % 11)) % 11;
  return (check === 10 ? 'X' : String(check)) === digits[15] ? match.slice(1).join('-').toUpperCase() : null;
}

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

/** Whether a text is a currency code of ISO 4217, such as CNY. */
export function isCurrency(value: string): boolean {
  return CURRENCIES.has(value);
}

/**
 * Returns a link in normal form if a page may show it: http or https, without user name and password. Returns null for
 * any other text, and for a link longer than `maxLength` characters.
 */
export function webLink(value: string, maxLength: number): string | null {
  if (value.length > maxLength || !URL.canParse(value)) return null;
  const url = new URL(value);
  return (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.password === ''
    ? url.href
    : null;
}
