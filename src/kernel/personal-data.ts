import type { EntityManager } from 'typeorm';
import type { App } from './context.js';

/** Reads, for the export of a person's data, the part that one domain holds on the account `accountId`. */
export type PersonalDataExport = (tx: EntityManager, accountId: string, app: App) => Promise<unknown>;

/** The person whose data is erased: the values of the account before its erasure. */
export interface ErasedPerson {
  accountId: string;
  email: string;
  pseudonym: string;
}

/**
 * Deletes the data that one domain holds on a person, or removes its link to the person. Runs in the transaction of the
 * whole erasure.
 */
export type ErasureStep = (tx: EntityManager, person: ErasedPerson, app: App) => Promise<void>;

/**
 * What an erasure does to a column: DELETED, its row is deleted; EMPTIED, its value is emptied; UNLINKED, the row stays
 * but no longer leads to the person; `kept`, the value stays, for the reason given.
 */
export type ErasureEffect = 'DELETED' | 'EMPTIED' | 'UNLINKED' | { readonly kept: string };

/** One column that holds data of a person, or text that a person wrote. */
export interface PersonalColumn {
  /** What the column holds, in a few words; shown in the table of personal data in `docs/privacy.md`. */
  readonly holds: string;
  /** Section of the exported document that contains the column, or the reason why no section does. */
  readonly exported: string | { readonly not: string };
  readonly erased: ErasureEffect;
  /**
   * For a text whose author is in `authored_text`: the value that replaces it when the author is erased. The generic
   * step of `privacy/` exports and erases such texts.
   */
  readonly authored?: { readonly empty: string | null };
}

/** The personal data of one part of the platform: the functions that export it, and the function that erases it. */
export interface PersonalData {
  /**
   * Unique name of this part of the personal data; the lists in `privacy/` that order exports and erasures refer to it.
   */
  readonly part: string;
  /** Sections of the exported document, by their key in it; keys are unique over all parts of the platform. */
  readonly exports: Readonly<Record<string, PersonalDataExport>>;
  readonly erase?: ErasureStep;
  /** The part's columns with personal data or with text that a person wrote, by `table.column`. */
  readonly columns?: Readonly<Record<string, PersonalColumn>>;
  /**
   * The part's other columns that can hold a text or an id of an account, as lists of `table.column` by the reason why
   * they are not personal.
   */
  readonly impersonal?: Readonly<Record<string, readonly string[]>>;
}

/** Text that replaces an erased text in a column that must not be empty. */
export const ERASED_TEXT = '[已随账号删除 · erased with its author’s account]';

/** Makes an export of the database rows that `sql` selects; its parameter `$1` is the account id of the person. */
export const exportedRows =
  (sql: string): PersonalDataExport =>
  (tx, accountId) =>
    tx.query(sql, [accountId]);

/** Declares several columns in the same way. */
export const allOf = (names: readonly string[], column: PersonalColumn): Record<string, PersonalColumn> =>
  Object.fromEntries(names.map((name) => [name, column]));

/** Declares a column with texts whose authors `noteAuthor` has stored in `authored_text`. */
export const authoredText = (holds: string, empty: string | null = null): PersonalColumn => ({
  holds,
  exported: 'textsWritten',
  erased: 'EMPTIED',
  authored: { empty },
});

/** Declares a column with names and offers that the platform publishes and that operators type in. */
export const publishedByPlatform = (holds: string): PersonalColumn => ({
  holds,
  exported: { not: 'The platform publishes it, and everybody reads it.' },
  erased: { kept: 'It is the platform’s and does not say who typed it; operators correct and remove it.' },
});

/** Declares a column with content of a record of an organisation or of the platform, which persons only type in. */
export const recordOfOrganisation = (holds: string): PersonalColumn => ({
  holds,
  exported: { not: 'The record belongs to the organisation, whose members read and export it.' },
  erased: {
    kept: 'The record belongs to the organisation and does not say who typed it; its editors correct and remove it.',
  },
});
