import { SqlMigration } from '../src/lib/migration.js';

const tree = (table: string) => `
CREATE TABLE ${table} (
  code text PRIMARY KEY,
  level smallint NOT NULL,
  parent_code text REFERENCES ${table},
  name jsonb NOT NULL,
  path text[] NOT NULL,
  position integer NOT NULL
);
CREATE INDEX ${table}_parent ON ${table} (parent_code, position);
CREATE INDEX ${table}_path ON ${table} USING gin (path);
`;

/** Code lists that form trees; their rows are loaded from data/taxonomies at start. */
export class Taxonomies20261123110000 extends SqlMigration {
  readonly name = 'Taxonomies20261123110000';
  readonly forward = ['industry', 'region', 'strategic_area'].map(tree).join('');
  readonly backward = `DROP TABLE strategic_area, region, industry; DELETE FROM loaded_file;`;
}
