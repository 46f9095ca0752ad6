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

/**
 * Codes of ISO 4217, with those that were replaced lately. Listed here instead of asked of the runtime, whose list
 * changes with its version: the database has the same list.
 */
export const CURRENCIES: readonly string[] =
  `AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP
  CNY COP CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF
  IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT
  MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR
  SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV
  WST XAF XCD XCG XDR XOF XPF XSU YER ZAR ZMW ZWG ZWL`.split(/\s+/);
const currencies = new Set(CURRENCIES);

/** Whether a text is a currency code of ISO 4217, such as CNY. */
export function isCurrency(value: string): boolean {
  return currencies.has(value);
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
