import { authorize } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { organisationById } from '../../identity/organisations/organisation.entity.js';
import { cohortById, entryById } from '../cohort/cohort.access.js';
import { assessmentsOf } from '../cohort/cohort.loaders.js';
import { isInsider, showsScores } from '../cohort/cohort.queries.js';
import { GAP_CODES } from './cultivation.codes.js';
import { CULTIVATED, gapsOfEntry, servicesForEntry } from './cultivation.loaders.js';
import {
  AxisChange,
  Cultivation,
  EntryChange,
  GapGraduation,
  gapCode,
  graduationRate,
  GraduationFigures,
  InstitutionGraduation,
  SuggestedService,
  type CultivationGap,
  type GapCode,
} from './cultivation.types.js';
import type { Assessment, CohortEntry } from '../cohort/entry.entity.js';
import { DIMENSIONS } from '../vocabularies.js';

/** The shipped list of gap codes. */
export const listGapCodes = (): GapCode[] => GAP_CODES.map(({ code }) => gapCode(code));

/**
 * Cultivation (gaps, advice, similar pool achievements) of an entry that a closed cohort did not admit, or of an
 * admitted one that matching partners keep declining. For its institution and operators; null for other viewers.
 */
export async function cultivationOf(ctx: Context, entry: CohortEntry): Promise<Cultivation | null> {
  if (entry.decisionState === null || !isInsider(ctx, entry)) return null;
  const cohort = await ctx.load(cohortById).load(entry.cohortId);
  if (cohort?.status !== 'CLOSED') return null;
  const cultivation = Object.assign(new Cultivation(), {
    entryId: entry.id,
    ofPoolEntry: entry.decisionState === 'ADMITTED',
  });
  return cultivation.ofPoolEntry && (await gapsOf(ctx, cultivation)).length === 0 ? null : cultivation;
}

/**
 * Gaps shown to the institution: all gaps of an entry that was not admitted; for an admitted entry, only those for
 * which it is declined in matching.
 */
export async function gapsOf(ctx: Context, cultivation: Cultivation): Promise<CultivationGap[]> {
  const gaps = await ctx.load(gapsOfEntry).load(cultivation.entryId);
  return cultivation.ofPoolEntry ? gaps.filter((gap) => gap.source === 'MATCHING') : gaps;
}

/** Support services that help with the gaps shown to the entry's institution. */
export async function servicesOf(ctx: Context, cultivation: Cultivation): Promise<SuggestedService[]> {
  const services = await ctx.load(servicesForEntry).load(cultivation.entryId);
  if (!cultivation.ofPoolEntry) return services;
  const told = new Set((await gapsOf(ctx, cultivation)).map(({ gap }) => gap.code));
  return services.flatMap((one) => {
    const helpsWith = one.helpsWith.filter((gap) => told.has(gap.code));
    return helpsWith.length === 0 ? [] : [Object.assign(new SuggestedService(), { ...one, helpsWith })];
  });
}

/**
 * What changed since the achievement's previous entry into a cohort, for its institution and operators; null without a
 * previous entry.
 */
export async function changeOf(ctx: Context, entry: CohortEntry): Promise<EntryChange | null> {
  if (entry.previousEntryId === null || !isInsider(ctx, entry)) return null;
  const [previous, cohort] = await Promise.all([
    ctx.load(entryById).load(entry.previousEntryId),
    ctx.load(cohortById).load(entry.cohortId),
  ]);
  if (!previous || !isInsider(ctx, previous)) return null;
  const scoresOf = (one: CohortEntry) =>
    showsScores(ctx, one) ? ctx.load(assessmentsOf).load(one.id) : Promise.resolve([]);
  const [before, now, gapsBefore, gapsNow] = await Promise.all([
    scoresOf(previous),
    scoresOf(entry),
    codesOf(ctx, previous),
    codesOf(ctx, entry),
  ]);
  const closed = cohort?.status === 'CLOSED' && entry.decisionState !== null;
  const codes = (list: Set<string>, keep: (code: string) => boolean) =>
    closed ? [...list].filter(keep).map(gapCode) : null;
  return Object.assign(new EntryChange(), {
    previous,
    axes: DIMENSIONS.map((dimension) =>
      axisChange(
        before.find((a) => a.dimension === dimension),
        now.find((a) => a.dimension === dimension),
        dimension,
      ),
    ),
    gapsClosed: codes(gapsBefore, (code) => !gapsNow.has(code)),
    gapsOpen: codes(gapsBefore, (code) => gapsNow.has(code)),
    gapsNew: codes(gapsNow, (code) => !gapsBefore.has(code)),
  });
}

async function codesOf(ctx: Context, entry: CohortEntry): Promise<Set<string>> {
  return new Set((await ctx.load(gapsOfEntry).load(entry.id)).map(({ gap }) => gap.code));
}

function axisChange(
  before: Assessment | undefined,
  now: Assessment | undefined,
  dimension: (typeof DIMENSIONS)[number],
): AxisChange {
  const both = before && now;
  return Object.assign(new AxisChange(), {
    dimension,
    before: before?.score ?? null,
    now: now?.score ?? null,
    difference: both ? now.score - before.score : null,
    standardError: both ? Math.sqrt(before.se * before.se + now.se * now.se) : null,
  });
}

const MAX_INSTITUTIONS = 200;
const COUNTS = `count(*)::int AS cultivated, count(*) FILTER (WHERE graduated)::int AS graduated`;
interface Counts {
  cultivated: number;
  graduated: number;
}

/**
 * Numbers of achievements that a cohort did not admit, and of those among them that a later cohort admitted: in total,
 * by institution and by gap. Operators only.
 */
export async function graduationFigures(ctx: Context): Promise<GraduationFigures> {
  authorize(ctx, 'platform:operate', undefined);
  const [overall, institutions, gaps] = (await Promise.all([
    ctx.db.query(`SELECT ${COUNTS} FROM (${CULTIVATED}) g`),
    ctx.db.query(
      `SELECT institution_id AS id, ${COUNTS} FROM (${CULTIVATED}) g GROUP BY 1 ORDER BY cultivated DESC, id LIMIT $1`,
      [MAX_INSTITUTIONS],
    ),
    ctx.db.query(
      `SELECT h.code, ${COUNTS}
       FROM (${CULTIVATED}) g
       JOIN (
         SELECT DISTINCT e.achievement_id, c.code
         FROM cultivation_gap c
         JOIN cohort_entry e ON e.id = c.entry_id
         WHERE e.decision = 'NOT_ADMITTED'
       ) h ON h.achievement_id = g.achievement_id
       JOIN gap_code k ON k.code = h.code
       GROUP BY h.code, k.position
       ORDER BY k.position`,
    ),
  ])) as [Counts[], Array<Counts & { id: string }>, Array<Counts & { code: string }>];
  const named = await ctx.load(organisationById).loadMany(institutions.map((row) => row.id));
  return Object.assign(new GraduationFigures(), {
    overall: graduationRate(overall[0]!),
    institutions: institutions.map((row, i) =>
      Object.assign(new InstitutionGraduation(), { institution: named[i], graduation: graduationRate(row) }),
    ),
    gaps: gaps.map((row) =>
      Object.assign(new GapGraduation(), { gap: gapCode(row.code), graduation: graduationRate(row) }),
    ),
  });
}
