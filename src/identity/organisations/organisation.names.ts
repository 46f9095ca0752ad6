import { withoutLinks } from '../../lib/links.js';
import { Locale, localize, type Localized } from '../../kernel/localized.js';

/**
 * Names of organisations in the form in which texts for people show them: mails, pages, sentences, exported files. The
 * name of an organisation that no operator has verified carries a mark. A test refuses SQL statements and templates
 * that show a name in another form.
 */

/** The data of an organisation from which its shown name is made. */
export interface NamedOrganisation {
  name: Localized;
  verification: 'PENDING' | 'VERIFIED' | 'REJECTED' | 'CLOSED';
  /**
   * When an operator verified the organisation; read only for a closed one, whose name is marked unless it was
   * verified.
   */
  verifiedAt?: Date | null;
}

const MARKS: Record<Locale, string> = { [Locale.ZH]: '（未核验）', [Locale.EN]: ' (unverified)' };

/**
 * Maximum number of characters of a name in a line of text, without the mark. With the mark it fits into the 120
 * characters of a line of a mail, where a longer text is cut at its end.
 */
const MAX_SHOWN = 100;

/** Words by which a name claims to be checked, or not to be, by the platform, and signs that look like a mark of it. */
const CLAIM =
  /[（(【[［〔]?\s*(?:[已未](?:经)?(?:官方|平台)?(?:核验|认证|验证)|官方(?:核验|认证|验证))\s*[)）】\]］〕]?|[（(【[［〔]\s*(?:un|not )?verified\s*[)）】\]］〕]|[✓✔☑✅]/giu;

/** True if a name of a person or an organisation claims what only the platform says: that it is verified, or is not. */
export const claimsVerification = (name: string): boolean => name.search(CLAIM) !== -1;

/**
 * Characters that a name must not bring into a text: formatting characters could reverse or hide the mark that follows.
 */
const FORMATTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

const oneLine = (text: string): string =>
  Array.from(text.replace(FORMATTING, ' ').replace(/\s+/g, ' ').trim()).slice(0, MAX_SHOWN).join('');

/** The name of an organisation on one line, in this language; marked unless the organisation is verified. */
export function shownName({ name, verification, verifiedAt }: NamedOrganisation, locale: Locale): string {
  const text = oneLine(localize(name, locale).value);
  // A closed organisation that was verified before counts as verified.
  const isChecked = verification === 'VERIFIED' || (verification === 'CLOSED' && verifiedAt != null);
  return isChecked ? text : `${withoutLinks(text.replace(CLAIM, ' ')).trim()}${MARKS[locale]}`;
}

/** The name in each language that it has, as `shownName` gives it. */
export function shownNames(organisation: NamedOrganisation): Localized {
  const { zh, en } = organisation.name;
  return {
    ...(zh !== undefined && { zh: shownName(organisation, Locale.ZH) }),
    ...(en !== undefined && { en: shownName(organisation, Locale.EN) }),
  };
}

/** Converts an organisation entity to the form that `shownName` takes. */
export function named(
  organisation: Pick<NamedOrganisation, 'verification' | 'verifiedAt'> & { nameText: Localized },
): NamedOrganisation {
  const { nameText, verification, verifiedAt } = organisation;
  return { name: nameText, verification, verifiedAt };
}
