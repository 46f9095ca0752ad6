import { SqlMigration } from '../src/lib/migration.js';

/**
 * Searches without a result are counted by party (account or network): a mark distinguishes the parties within one text
 * and identifies no person.
 */
export class SearchParties20261130131000 extends SqlMigration {
  readonly name = 'SearchParties20261130131000';

  readonly forward = `
-- One row per text, kind of count and party (an account, or a network). A mark is a keyed hash of
-- party and text, shortened to 24 bits: it links no two texts, and without the key it identifies no party.
CREATE TABLE search_miss_mark (
  month date NOT NULL,
  text text NOT NULL,
  industry text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('withoutResult', 'abandoned')),
  mark integer NOT NULL,
  PRIMARY KEY (month, text, industry, kind, mark),
  FOREIGN KEY (month, text, industry) REFERENCES search_miss ON DELETE CASCADE
);
-- Texts that hold the name of an account are not kept.
CREATE INDEX account_name ON account ((replace(lower(normalize(display_name, NFKC)), ' ', '')));
`;

  readonly backward = `
DROP INDEX account_name;
DROP TABLE search_miss_mark;
`;
}
