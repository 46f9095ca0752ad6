import type { EntityManager } from 'typeorm';
import { toGlobalId } from '../lib/ids.js';
import type { Locale, Localized } from '../lib/localized.js';
import { labelsOf, type FacetLabels } from './search.facets.js';
import { SearchFacetValue } from './search.types.js';

/**
 * Presents the counts of a facet: those that occur and those selected, by their names. Trees top down, codes in their
 * official order, the others most frequent first; numbers latest first where wished. `names` are of values beside the
 * list; `version` is that of the index, at which institutions were named before.
 */
export async function facetValues(
  db: EntityManager,
  facet: FacetLabels,
  found: ReadonlyMap<string, number>,
  chosen: readonly string[],
  locale: Locale,
  wish: { latestFirst?: boolean; version?: number | null; names?: Readonly<Record<string, Localized>> } = {},
): Promise<SearchFacetValue[]> {
  const selected = new Set(chosen);
  const counts = new Map([...[...selected].map((value) => [value, 0] as const), ...found]);
  const labels = await labelsOf(db, facet, [...counts.keys()], wish.version);
  const values = [...counts].map(([value, count]) => {
    const label = labels.get(value);
    return {
      position: label?.position ?? null,
      value: Object.assign(new SearchFacetValue(), {
        value: facet === 'organisation' ? toGlobalId('Organisation', value) : value,
        count,
        level: label?.level ?? null,
        parent: label?.parent ?? null,
        selected: selected.has(value),
        labelText: label?.name ?? wish.names?.[value] ?? { zh: value, en: value },
        labelLocale: locale,
      }),
    };
  });
  const official = (a: { position: number | null }, b: { position: number | null }) => (a.position ?? 0) - (b.position ?? 0);
  values.sort((a, b) => {
    const level = (a.value.level ?? 0) - (b.value.level ?? 0);
    if (level !== 0) return level;
    if (wish.latestFirst) return Number(b.value.value) - Number(a.value.value);
    if (a.value.level === null && a.position !== null && b.position !== null) return official(a, b);
    return b.value.count - a.value.count || official(a, b) || (a.value.value < b.value.value ? -1 : 1);
  });
  return values.map(({ value }) => value);
}
