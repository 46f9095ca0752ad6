import { normalised } from './text.js';

/**
 * Web and mail addresses in names. Mail programs make a link of whatever looks like an address, so a name that a person
 * chose could bring a link into a mail in which the platform speaks.
 */

/** A scheme (http://), the start of a web address (www.), or a mail address. */
const ADDRESS = /:\/\/|\bwww\.[\p{L}\p{N}]|[\p{L}\p{N}]@[\p{L}\p{N}-]{1,63}\.\p{L}/iu;

/** A host name that ends in a frequent top-level domain. */
const HOST =
  /(?<![a-z\d.-])(?:[a-z\d][a-z\d-]{0,62}\.){1,5}(?:com|cn|net|org|gov|edu|top|xyz|vip|cc|io|info|biz|shop|site|online|club|me|app|link|work|icu|ru|tk|hk|tw|tv|ltd|store|live|pro|fun|wang|ren|ink|tech|example)(?![a-z\d-])/i;

/** Longest text, in UTF-16 code units, that is examined; names are far shorter. */
const LONGEST = 2_000;

/** The form in which addresses are recognised: full-width letters and stops as plain ones, without invisible characters. */
const plain = (text: string): string =>
  normalised(text.slice(0, LONGEST), 'NFKC')
    .replace(/[\p{Cf}\p{Cc}]/gu, '')
    .replace(/[。｡]/gu, '.');

/** True if a text holds a web or mail address that is written as one; a bare host name does not count. */
export const holdsAddress = (text: string): boolean => ADDRESS.test(plain(text));

/** True if a text holds a web address, a mail address or a host name. */
export const holdsLink = (text: string): boolean => {
  const form = plain(text);
  return ADDRESS.test(form) || HOST.test(form);
};

/** The text with spaces in its web and mail addresses, so that no program makes a link of them. */
export const withoutLinks = (text: string): string =>
  holdsLink(text) ? text.replace(/([.．。｡@＠:：])(?=\S)/gu, '$1 ') : text;
