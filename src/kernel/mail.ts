import type { Locale } from './localized.js';

/** A text in both languages. */
export type Bilingual = Readonly<Record<'zh' | 'en', string>>;

/** An event of which persons are told by mail: one row of the table in `docs/mails.md`. */
export interface MailEvent<Facts> {
  /** `domain.event`; unique over all domains. */
  readonly name: string;
  /** Kind of mail by which a person opts out; the kinds stand in `notifications/`. */
  readonly kind: string;
  /** Who is told, and when; the mail says so at its foot. */
  readonly tells: Bilingual;
  /** Path of the page behind the mail's link, below the public address, such as `teams/:id`; null without a link. */
  readonly page: string | null;
  /** The line above the link; by default it asks to log in and read. */
  readonly open?: Bilingual;
  /** Subject and body, by language. */
  readonly text: Readonly<Record<Locale, (facts: Facts) => readonly [subject: string, body: string]>>;
}

/** A page at a link of a mail, for deployments without a frontend at the public address. */
export interface MailPage {
  /** Path in Fastify's notation, with `:id` for a global id. */
  readonly path: string;
  readonly title: Bilingual;
  /**
   * The GraphQL operation that reads or does what the mail is about. Its variables: `id` from the path, `token` from the
   * link's fragment, and the values that the page asks for.
   */
  readonly operation: string;
  /** True where the operation needs a logged-in person. */
  readonly login: boolean;
  /** Values that the page asks for, by the name of the variable. */
  readonly asks?: ReadonlyArray<{ readonly name: string; readonly label: Bilingual; readonly secret?: boolean }>;
  /** Label of the button, for an operation that changes something. */
  readonly button?: Bilingual;
  /** What the page says once the operation has succeeded. */
  readonly done?: Bilingual;
  /** Names of the fields that the page shows; a field without a name is left out. */
  readonly labels?: Readonly<Record<string, Bilingual>>;
}
