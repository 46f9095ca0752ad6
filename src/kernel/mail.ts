import type { Locale } from './localized.js';

/** A text in both languages. */
export type Bilingual = Readonly<Record<'zh' | 'en', string>>;

/** An event about which the platform mails persons: one row of the table in `docs/mails.md`. */
export interface MailEvent<Facts> {
  /** `domain.event`; unique over all domains. */
  readonly name: string;
  /** Kind of the mail; persons can opt out of mails by kind. `notifications/` defines the kinds. */
  readonly kind: string;
  /** Sentence that names the receivers and the occasion of the mail; it is printed at the mail's foot. */
  readonly tells: Bilingual;
  /** Path of the page behind the mail's link, below the public address, such as `teams/:id`; null without a link. */
  readonly page: string | null;
  /** Sentence above the mail's link; by default it asks the receiver to log in and read. */
  readonly open?: Bilingual;
  /** Subject and body, by language. */
  readonly text: Readonly<Record<Locale, (facts: Facts) => readonly [subject: string, body: string]>>;
}

/** A page that a mail links to, for deployments without a frontend at the public address. */
export interface MailPage {
  /** Path in Fastify's notation, with `:id` for a global id. */
  readonly path: string;
  readonly title: Bilingual;
  /**
   * The GraphQL operation that reads or does what the mail is about. Its variables: `id` from the path, `token` from the
   * link's fragment, and the values that the page asks for.
   */
  readonly operation: string;
  /**
   * A query with the link's `token` as its only variable. Its answer stands above the form when the page opens, so that
   * the person knows what the button is about.
   */
  readonly preview?: string;
  /** A sentence above the form. */
  readonly note?: Bilingual;
  /** Another page, for a person whom this one does not help. */
  readonly elsewhere?: { readonly path: string; readonly label: Bilingual };
  /** True where the operation needs a logged-in person. */
  readonly login: boolean;
  /** Values that the page asks for, by the name of the variable. */
  readonly asks?: ReadonlyArray<{ readonly name: string; readonly label: Bilingual; readonly secret?: boolean }>;
  /** Label of the button that runs an operation which changes something; other pages have the label `Show`. */
  readonly button?: Bilingual;
  /** What the page says once the operation has succeeded. */
  readonly done?: Bilingual;
  /** Buttons below each shown entry that has an `id` and whose boolean field `when` is true. */
  readonly answers?: {
    readonly when: string;
    readonly buttons: ReadonlyArray<{
      readonly label: Bilingual;
      /** A mutation with the entry's `id` as its only variable. */
      readonly operation: string;
      /** What stands below the entry, in place of its status, once the mutation has succeeded. */
      readonly done: Bilingual;
    }>;
  };
  /**
   * Labels of the fields that the page shows, by the name of the field. A value without a label is left out; an object
   * without a label loses its heading only, and its labelled fields are shown.
   */
  readonly labels?: Readonly<Record<string, Bilingual>>;
}
