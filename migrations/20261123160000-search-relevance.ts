import { SqlMigration } from '../src/lib/migration.js';

/** What changed in the search index, in order; and what people did not find. */
export class SearchRelevance20261123160000 extends SqlMigration {
  readonly name = 'SearchRelevance20261123160000';

  readonly forward = `
-- One row per entry taken over into the index, in the order of commits (the indexer works alone); a row without an entry
-- says that the whole index was replaced. Every process follows it for its ranking and its cache.
CREATE TABLE search_change (
  version bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  achievement_id uuid,
  at timestamptz(3) NOT NULL DEFAULT now()
);
INSERT INTO search_change (achievement_id) VALUES (NULL);

-- Texts that were searched for in vain: without a result, or without opening any. Nothing says who searched.
CREATE TABLE search_miss (
  month date NOT NULL,
  text text NOT NULL,
  -- Industry section that the search was narrowed to; empty for none, or several.
  industry text NOT NULL DEFAULT '',
  without_result integer NOT NULL DEFAULT 0,
  abandoned integer NOT NULL DEFAULT 0,
  PRIMARY KEY (month, text, industry)
);
-- Texts that are the name of an inventor are not kept.
CREATE INDEX inventor_name_zh ON inventor ((replace(lower(normalize(name->>'zh', NFKC)), ' ', '')));
CREATE INDEX inventor_name_en ON inventor ((replace(lower(normalize(name->>'en', NFKC)), ' ', '')));
`;

  readonly backward = `
DROP INDEX inventor_name_zh, inventor_name_en;
DROP TABLE search_miss, search_change;
`;
}
