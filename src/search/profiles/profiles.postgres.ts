import type { SqlReader } from '../../lib/sql-reader.js';
import { prepareScan } from '../query/search.postgres.js';
import { highlighterFor } from '../query/search.highlights.js';
import type { FacetCounts } from '../query/search.facet-values.js';
import type { FieldHighlight } from '../query/search.request.js';
import type { Slot } from '../query/search.terms.js';
import { loadProfiles } from './profiles.documents.js';
import type { ProfileRequest } from './profiles.request.js';

/**
 * Answer to a search of profiles, from the search engine or from PostgreSQL: ids of the page, number of all matches,
 * and facet counts and highlights.
 */
export interface ProfileAnswer {
  ids: string[];
  total: number;
  facets: Map<string, FacetCounts>;
  highlights: Map<string, FieldHighlight[]>;
}

const both = (column: string) => `v.${column}->>'zh', v.${column}->>'en'`;
const all = (column: string) =>
  `(SELECT string_agg(e.value, E'\\n') FROM jsonb_array_elements(v.${column}) k, jsonb_each_text(k) e)`;
/**
 * SQL for a profile's title, and for all its texts. Texts are joined by line breaks, so that no term matches across two
 * texts.
 */
const TITLE = `normalize(concat_ws(E'\\n', ${both('title')}), NFKC)`;
const BODY = `normalize(concat_ws(E'\\n', ${both('title')}, ${both('summary')}, ${all('keywords')}, ${all('applications')}, ${both('institution')}), NFKC)`;

/**
 * Answers a search of profiles from PostgreSQL, within the caller's transaction: during an outage of the search engine,
 * and as the definition of the counts that the engine must give. Texts are matched by the simpler rule of
 * search.terms.ts, directly in the profiles' rows: they are few, and there is no copy of personal texts to erase.
 */
export async function searchProfilesInDatabase(
  tx: SqlReader,
  request: ProfileRequest,
  slots: readonly Slot[],
): Promise<ProfileAnswer> {
  await prepareScan(tx);
  const parameters: unknown[] = [];
  const bind = (value: unknown, type: string) => `$${parameters.push(value)}::${type}`;
  const pairsOf = (facet: string) => {
    const { pairs } = request.kind.facets[facet]!;
    return pairs.includes(':today') ? pairs.replaceAll(':today::date', bind(request.today, 'date')) : pairs;
  };
  const groups = Object.entries(request.selected);
  const within = groups.map(
    ([facet, values]) =>
      `v.id IN (
           SELECT s.id
           FROM (${pairsOf(facet)}) s
           WHERE s.value = ANY(${bind(values, 'text[]')})
         ) AS "in_${facet}"`,
  );
  const patterns = slots.map((slot) => bind(slot.patterns, 'text[]'));
  const holds = (expression: string) => patterns.map((each) => `${expression} ~* ANY(${each})`).join(' AND ') || 'TRUE';
  const chosen = (without?: string) =>
    ['TRUE', ...groups.filter(([facet]) => facet !== without).map(([facet]) => `h."in_${facet}"`)].join(' AND ');
  const counts = request.facets.map(
    (facet) =>
      `(
           SELECT COALESCE(json_object_agg(f.value, f.n), '{}')
           FROM (
             SELECT s.value, count(*)::int AS n
             FROM base h
             JOIN (${pairsOf(facet)}) s ON s.id = h.id
             WHERE ${chosen(facet)}
             GROUP BY s.value
           ) f
         ) AS "${facet}"`,
  );
  const page = `(
        SELECT COALESCE(json_agg(p.id ORDER BY p.place), '[]')
        FROM (
          SELECT h.id, row_number() OVER (ORDER BY h.in_title DESC, h.at DESC, h.id) AS place
          FROM base h
          WHERE ${chosen()}
          ORDER BY place
          LIMIT ${bind(request.limit, 'int')}
          OFFSET ${bind(request.offset, 'int')}
        ) p
      )`;
  const [row] = (await tx.query(
    `WITH base AS MATERIALIZED (
         SELECT v.id, v.at,
           ${slots.length > 0 ? `(${holds(TITLE)})` : 'false'} AS in_title${within.map((column) => `, ${column}`).join('')}
         FROM (${request.kind.texts}) v
         WHERE ${holds(BODY)}
       )
       SELECT (SELECT count(*)::int FROM base h WHERE ${chosen()}) AS total,
         ${[`${page} AS page`, ...counts].join(', ')}`,
    parameters,
  )) as Array<{ total: number; page: string[] } & Record<string, Record<string, number>>>;
  const { total, page: ids } = row!;
  const highlight = highlighterFor(slots);
  const documents = request.highlights && slots.length > 0 ? await loadProfiles(tx, ids) : [];
  return {
    ids,
    total,
    facets: new Map(request.facets.map((facet) => [facet, row![facet] ?? {}])),
    highlights: new Map(documents.map((document) => [document.id, highlight(document)])),
  };
}
