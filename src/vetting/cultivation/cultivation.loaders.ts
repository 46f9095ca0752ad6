import { In } from 'typeorm';
import { defineLoader, groupedByKey } from '../../lib/batching.js';
import type { GapSource } from './cultivation.codes.js';
import { gapOf } from './cultivation.codes.js';
import { SupportService } from './cultivation.entity.js';
import { anonymousTexts, HIDING_REVIEWERS, PUBLIC_FROM } from './cultivation.rules.js';
import {
  AdmittedNeighbour,
  AnonymousRationale,
  CultivationGap,
  gapCode,
  graduationRate,
  type GraduationRate,
  SuggestedService,
} from './cultivation.types.js';
import { DIMENSIONS, type Dimension } from '../vocabularies.js';

/** Maximum number of support services suggested for an entry in cultivation. */
const SUGGESTED = 10;

/**
 * Gaps of entries in the order of the shipped list of codes; of a gap found by reviewers and by other sources, the
 * reviewers' comes first.
 */
export const gapsOfEntry = defineLoader<string, CultivationGap[]>(async (db, ids) => {
  const rows = (await db.query(
    `SELECT g.entry_id, g.code, g.source, CASE WHEN a.reviews >= $2 THEN g.reviewers END AS reviewers
     FROM cultivation_gap g
     JOIN gap_code c ON c.code = g.code
     LEFT JOIN assessment a ON a.entry_id = g.entry_id AND a.dimension = g.dimension
     WHERE g.entry_id = ANY($1)
     ORDER BY c.position, g.source DESC`,
    [ids, HIDING_REVIEWERS],
  )) as Array<{ entry_id: string; code: string; source: GapSource; reviewers: number | null }>;
  const gaps = rows
    .filter((row) => gapOf(row.code))
    .map((row) =>
      Object.assign(new CultivationGap(), {
        entryId: row.entry_id,
        gap: gapCode(row.code),
        source: row.source,
        reviewers: row.reviewers,
      }),
    );
  return groupedByKey(ids, gaps, (gap) => gap.entryId);
});

/**
 * Rationales that reviewers agreed to share with the entry's institution, without those of a dimension that too few
 * reviewers judged or shared for anonymity.
 */
export const rationalesOfEntry = defineLoader<string, AnonymousRationale[]>(async (db, ids) => {
  const rows = (await db.query(
    `SELECT a.entry_id, x.dimension, count(*)::int AS judged,
       array_agg(r.rationales->>x.dimension) FILTER (
         WHERE x.dimension = ANY(r.shared) AND r.rationales->>x.dimension IS NOT NULL
       ) AS texts
     FROM assignment a
     JOIN LATERAL (
       SELECT scores, rationales, shared
       FROM review
       WHERE assignment_id = a.id AND status = 'SUBMITTED'
       ORDER BY version DESC
       LIMIT 1
     ) r ON true
     CROSS JOIN jsonb_object_keys(r.scores) AS x(dimension)
     WHERE a.entry_id = ANY($1) AND a.status = 'SUBMITTED'
     GROUP BY a.entry_id, x.dimension`,
    [ids],
  )) as Array<{ entry_id: string; dimension: Dimension; judged: number; texts: string[] | null }>;
  return ids.map((id) =>
    DIMENSIONS.flatMap((dimension) => {
      const row = rows.find((one) => one.entry_id === id && one.dimension === dimension);
      return anonymousTexts(id, dimension, row?.texts ?? [], row?.judged ?? 0).map((text) =>
        Object.assign(new AnonymousRationale(), { dimension, text }),
      );
    }),
  );
});

/**
 * Achievements now in the pool that are most similar to an entry that was not admitted: those of its industry division
 * first, in each group the most similar first.
 */
export const neighboursOfEntry = defineLoader<string, AdmittedNeighbour[]>(async (db, ids) => {
  const rows = (await db.query(
    `SELECT n.entry_id AS "entryId", n.achievement_id AS "achievementId", n.similarity,
       n.same_division AS "sameDivision"
     FROM cultivation_neighbour n
     JOIN achievement a ON a.id = n.achievement_id AND a.status = 'ADMITTED'
     WHERE n.entry_id = ANY($1)
     ORDER BY n.entry_id, n.position`,
    [ids],
  )) as Array<AdmittedNeighbour & { entryId: string }>;
  return groupedByKey(
    ids,
    rows.map((row) => Object.assign(new AdmittedNeighbour(), row)),
    (row) => row.entryId,
  );
});

/**
 * Support services that help with the gaps of an entry: those that help with most of its gaps first; among equal ones,
 * those in the achievement's province first.
 */
export const servicesForEntry = defineLoader<string, SuggestedService[]>(async (db, ids) => {
  const rows = (await db.query(
    `SELECT *
     FROM (
       SELECT e.id AS entry_id, s.id AS service_id, h.codes,
         row_number() OVER (
           PARTITION BY e.id
           ORDER BY cardinality(h.codes) DESC, (left(s.region_code, 2) = left(a.region_code, 2)) IS TRUE DESC, s.id
         ) AS place
       FROM cohort_entry e
       JOIN achievement a ON a.id = e.achievement_id
       JOIN support_service s ON s.active
       CROSS JOIN LATERAL (
         SELECT array_agg(DISTINCT g.code ORDER BY g.code) AS codes
         FROM cultivation_gap g
         WHERE g.entry_id = e.id AND g.code = ANY(s.gap_codes)
       ) h
       WHERE e.id = ANY($1) AND h.codes IS NOT NULL
     ) x
     WHERE place <= $2
     ORDER BY entry_id, place`,
    [ids, SUGGESTED],
  )) as Array<{ entry_id: string; service_id: string; codes: string[] }>;
  const services = new Map(
    (await db.findBy(SupportService, { id: In([...new Set(rows.map((row) => row.service_id))]) })).map((service) => [
      service.id,
      service,
    ]),
  );
  const suggested = rows
    .filter((row) => services.has(row.service_id))
    .map((row) => ({
      entryId: row.entry_id,
      value: Object.assign(new SuggestedService(), {
        service: services.get(row.service_id)!,
        helpsWith: row.codes.filter(gapOf).map(gapCode),
      }),
    }));
  return groupedByKey(ids, suggested, (row) => row.entryId).map((list) => list.map((row) => row.value));
});

/**
 * SQL: the achievements that a closed cohort did not admit, one row each, with a flag `graduated` if a later cohort
 * admitted them and the admission was not revoked.
 */
export const CULTIVATED = `SELECT x.achievement_id, x.institution_id,
    EXISTS (
      SELECT 1
      FROM cohort_entry n
      JOIN cohort k ON k.id = n.cohort_id
      WHERE n.achievement_id = x.achievement_id
        AND n.decision = 'ADMITTED'
        AND n.revoked_at IS NULL
        AND k.closed_at > x.since
    ) AS graduated
  FROM (
    SELECT e.achievement_id, (array_agg(e.institution_id ORDER BY c.closed_at))[1] AS institution_id,
      min(c.closed_at) AS since
    FROM cohort_entry e
    JOIN cohort c ON c.id = e.cohort_id AND c.status = 'CLOSED'
    WHERE e.decision = 'NOT_ADMITTED'
    GROUP BY e.achievement_id
  ) x`;

/**
 * Per institution: how many achievements a closed cohort did not admit, and how many of those a later cohort admitted;
 * null for an institution with fewer than PUBLIC_FROM.
 */
export const publicGraduationOf = defineLoader<string, GraduationRate | null>(async (db, ids) => {
  const rows = (await db.query(
    `SELECT institution_id AS id, count(*)::int AS cultivated, count(*) FILTER (WHERE graduated)::int AS graduated
     FROM (${CULTIVATED}) g
     WHERE institution_id = ANY($1)
     GROUP BY 1
     HAVING count(*) >= $2`,
    [ids, PUBLIC_FROM],
  )) as Array<{ id: string; cultivated: number; graduated: number }>;
  return ids.map((id) => {
    const row = rows.find((one) => one.id === id);
    return row ? graduationRate(row) : null;
  });
});
