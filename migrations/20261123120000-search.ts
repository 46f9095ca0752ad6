import { SqlMigration } from '../src/lib/migration.js';

/** Generations of the search index, texts for searching without the engine, and the operators' synonyms. */
export class Search20261123120000 extends SqlMigration {
  readonly name = 'Search20261123120000';

  readonly forward = `
-- One row per index ever built; at most one is LIVE and at most one BUILDING.
CREATE TABLE search_generation (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  index_uid text NOT NULL,
  settings_hash text NOT NULL,
  state text NOT NULL CHECK (state IN ('BUILDING','LIVE','RETIRED')),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  finished_at timestamptz(3),
  document_count integer
);
CREATE UNIQUE INDEX search_generation_current ON search_generation (state) WHERE state IN ('BUILDING','LIVE');

-- The public text of each pool entry on its own, so that a search without the engine reads one column. Rewritten with
-- every note in the outbox.
CREATE TABLE search_text (
  achievement_id uuid PRIMARY KEY REFERENCES achievement ON DELETE CASCADE,
  title text NOT NULL,
  body text NOT NULL
);

-- Terms that mean the same; each finds what any of the others finds.
CREATE TABLE synonym_group (
  id uuid PRIMARY KEY,
  terms text[] NOT NULL CHECK (cardinality(terms) >= 2),
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL
);
INSERT INTO synonym_group (id, terms, created_at, updated_at)
SELECT gen_random_uuid(), terms, now(), now() FROM (VALUES
  (ARRAY['氢能','氢能源','hydrogen energy']),
  (ARRAY['频标','频率标准','frequency standard']),
  (ARRAY['AI','人工智能','artificial intelligence']),
  (ARRAY['量子','quantum']),
  (ARRAY['稀土','稀土元素','rare earth']),
  (ARRAY['有色金属','非铁金属','nonferrous metal']),
  (ARRAY['中药','中草药','中药材','TCM','traditional Chinese medicine']),
  (ARRAY['无人机','UAV','drone']),
  (ARRAY['电动汽车','新能源汽车','electric vehicle']),
  (ARRAY['物联网','IoT','internet of things']),
  (ARRAY['大数据','big data']),
  (ARRAY['机器学习','machine learning']),
  (ARRAY['光伏','太阳能发电','photovoltaic','PV']),
  (ARRAY['风电','风力发电','wind power']),
  (ARRAY['储能','能量存储','energy storage']),
  (ARRAY['锂电池','锂离子电池','lithium battery']),
  (ARRAY['增材制造','3D打印','additive manufacturing']),
  (ARRAY['碳捕集','二氧化碳捕集','carbon capture','CCUS']),
  (ARRAY['旱作农业','旱地农业','dryland agriculture']),
  (ARRAY['单抗','单克隆抗体','monoclonal antibody'])
) AS defaults(terms);

-- Registration numbers in any writing: letters and digits alone, as in text/normalise.ts.
CREATE INDEX achievement_registration_key ON achievement ((regexp_replace(upper(normalize(registration_no, NFKC)), '[^A-Z0-9]+', '', 'g'))) WHERE status = 'ADMITTED';
`;

  readonly backward = `
DROP INDEX achievement_registration_key;
DROP TABLE synonym_group, search_text, search_generation;
`;
}
