import { createHash } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { normalised } from '../../lib/text.js';
import type { SimilarityText } from '../../text/similarity.js';
import type { TextVector } from '../../text/similarity.vectors.js';
import type { Day, MatchDemand, MatchInvestor, Opportunity, MatchTalent, TrackEntry } from '../engine/types.js';
import { stagesOfTrl } from './trl-funding-stages.js';
import { decodeVector } from './match.vectors.js';
import { dayNumber, dayOfChina } from '../../lib/day.js';

/**
 * Reads matchable records from the database in the engine's format: admitted achievements, and profiles and demands
 * that take part in matching. An id that is requested but not returned is not, or no longer, matchable.
 */

/**
 * An engine record and the source text of its vector. The record's `text` is null if no vector is stored or the stored
 * one was computed from another text.
 */
export interface LoadedRecord<T> {
  record: T;
  source: SimilarityText;
  digest: Buffer;
  /** True if the text's vector must be computed. */
  stale: boolean;
}

export interface LoadedTalent extends LoadedRecord<MatchTalent> {
  /** True if only members of verified organisations may see this talent. */
  registeredOnly: boolean;
  orcid: string | null;
}

/** CNY per unit of each currency. */
export type Rates = ReadonlyMap<string, number>;

type Db = DataSource | EntityManager;
type Numeric = string | null;

export const dayOf = (date: string): Day => dayNumber(date);
export const today = (now: Date): Day => dayNumber(dayOfChina(now));

/** Converts an amount to CNY at the given exchange rates; null if the amount is unknown or the currency has no rate. */
function inCny(amount: Numeric, currency: string | null, rates: Rates): number | null {
  const rate = currency === null ? undefined : rates.get(currency);
  return amount === null || rate === undefined ? null : Number(amount) * rate;
}

/**
 * Key that identifies an investor across track records: its organisation's id if known, otherwise its normalised name.
 */
export function partyKey(party: { name: string; organisationId: string | null }): string {
  return (
    party.organisationId ??
    `name:${normalised(party.name, 'NFKC')
      .toLowerCase()
      .replace(/[\s.,·•・()（）]+/gu, '')}`
  );
}

interface WithText {
  id: string;
  title: string;
  body: string;
  digest: Buffer | null;
  vector: Buffer | null;
}

function withText<T>(row: WithText, recordOf: (text: TextVector | null) => T): LoadedRecord<T> {
  const digest = createHash('sha256').update(row.title).update('\0').update(row.body).digest().subarray(0, 16);
  const current = row.vector !== null && row.digest !== null && digest.equals(row.digest);
  return {
    record: recordOf(current ? decodeVector(row.vector!) : null),
    source: { title: row.title, abstract: row.body },
    digest,
    stale: !current,
  };
}

/** SQL expression for a localised text (Chinese and English) as lines of plain text. */
const both = (column: string) => `concat_ws(E'\\n', ${column}->>'zh', ${column}->>'en')`;
const eachOf = (list: string) =>
  `(SELECT string_agg(concat_ws(E'\\n', x->>'zh', x->>'en'), E'\\n') FROM jsonb_array_elements(${list}) x)`;

/** Per kind of record: SQL that states which rows are matchable and which of their texts are compared. */
const SOURCES = {
  ACHIEVEMENT: {
    alias: 'a',
    from: 'achievement a',
    where: `a.status = 'ADMITTED'`,
    title: both('a.title'),
    body: `concat_ws(
        E'\\n', a.summary->>'zh', a.summary->>'en',
        (
          SELECT string_agg(k.word, E'\\n')
          FROM jsonb_each(a.keywords) e, jsonb_array_elements_text(e.value) k(word)
        ),
        ${eachOf('a.applications')}
      )`,
  },
  INVESTOR: {
    alias: 'p',
    from: 'investor_profile p JOIN organisation o ON o.id = p.organisation_id',
    where: `p.status = 'ACTIVE' AND o.verification = 'VERIFIED'`,
    title: `''`,
    body: both('p.thesis'),
  },
  TALENT: {
    alias: 'p',
    from: 'talent_profile p',
    where: `p.account_id IS NOT NULL AND p.status = 'ACTIVE' AND p.visibility <> 'HIDDEN' AND p.verification <> 'REJECTED'`,
    title: both('p.headline'),
    body: `concat_ws(
        E'\\n', ${eachOf('p.skills')}, p.bio->>'zh', p.bio->>'en',
        (
          SELECT string_agg(${both('e.title')}, E'\\n' ORDER BY e.position)
          FROM talent_evidence e
          WHERE e.talent_id = p.id
        )
      )`,
  },
  DEMAND: {
    alias: 'd',
    from: 'demand d JOIN organisation o ON o.id = d.organisation_id',
    where: `d.status = 'OPEN' AND o.verification = 'VERIFIED'`,
    title: both('d.title'),
    body: `concat_ws(
        E'\\n', d.description->>'zh', d.description->>'en',
        (
          SELECT string_agg(concat_ws(E'\\n', t->'name'->>'zh', t->'name'->>'en'), E'\\n')
          FROM jsonb_array_elements(d.targets) t
        )
      )`,
  },
} as const;
const textColumns = (kind: keyof typeof SOURCES) => `${SOURCES[kind].title} AS title, ${SOURCES[kind].body} AS body`;

/** The texts of matchable records, by id. */
export async function loadSources(
  db: Db,
  kind: keyof typeof SOURCES,
  ids: readonly string[],
): Promise<Map<string, SimilarityText>> {
  const { alias, from, where } = SOURCES[kind];
  const rows = (await db.query(
    `SELECT ${alias}.id, ${textColumns(kind)} FROM ${from} WHERE ${alias}.id = ANY($1) AND ${where}`,
    [ids],
  )) as Array<{ id: string; title: string; body: string }>;
  return new Map(rows.map(({ id, title, body }) => [id, { title, abstract: body }]));
}

/**
 * Selects the rows of a query: those with the given ids, or the next `limit` rows in ascending order of id after
 * `after` (null: from the start).
 */
export type RowSelection =
  { readonly ids: readonly string[] } | { readonly after: string | null; readonly limit: number };

/** Selection of rows, with the number of the text generation whose vectors are read. */
export type RecordSelection = RowSelection & { readonly generation: number };

/** An id that sorts before every other. */
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/**
 * SQL condition and order for a selection of rows; `$1` is `selectionValue`. The two variants are separate statements with
 * a literal limit, because PostgreSQL reuses one plan for all parameter values, and a plan for both variants would
 * always scan the whole table.
 */
export function selectionClause(w: RowSelection, id: string): string {
  return 'ids' in w ? `${id} = ANY($1) ORDER BY ${id}` : `${id} > $1 ORDER BY ${id} LIMIT ${Math.trunc(w.limit)}`;
}

export const selectionValue = (w: RowSelection): unknown => ('ids' in w ? w.ids : (w.after ?? BEFORE_ALL));

/** SQL that joins matchable rows with their stored text vectors; `$2` is the number of the text generation. */
const rowsOf = (kind: keyof typeof SOURCES, w: RecordSelection): string => {
  const { alias, from, where } = SOURCES[kind];
  return `${from}
    LEFT JOIN match_text v ON v.generation = $2 AND v.kind = '${kind}' AND v.subject_id = ${alias}.id
    WHERE ${where} AND ${selectionClause(w, `${alias}.id`)}`;
};
const parameters = (w: RecordSelection) => [selectionValue(w), w.generation];

interface OpportunityRow extends WithText {
  organisationId: string;
  industries: string[];
  region: string | null;
  trl: number | null;
  fundingMin: Numeric;
  fundingMax: Numeric;
  currency: string | null;
  backers: Array<{ name: string; organisationId: string | null }> | null;
  modes: string[];
  english: boolean;
}

/** Reads pool entries. */
export async function loadOpportunities(
  db: Db,
  w: RecordSelection,
  rates: Rates,
): Promise<Array<LoadedRecord<Opportunity>>> {
  const rows = (await db.query(
    `SELECT a.id, a.institution_id AS "organisationId", a.region_code AS region, a.trl,
       a.funding_min AS "fundingMin", a.funding_max AS "fundingMax", a.funding_currency AS currency,
       ARRAY(
         SELECT i.industry_code FROM achievement_industry i WHERE i.achievement_id = a.id ORDER BY i.position
       ) AS industries,
       (
         SELECT json_agg(json_build_object('name', b.name, 'organisationId', b.organisation_id) ORDER BY b.position)
         FROM achievement_backer b
         WHERE b.achievement_id = a.id
       ) AS backers,
       ARRAY(
         SELECT DISTINCT c.mode FROM achievement_cooperation c WHERE c.achievement_id = a.id ORDER BY 1
       ) AS modes,
       (a.title->>'en') IS NOT NULL AS english, ${textColumns('ACHIEVEMENT')}, v.digest, v.vector
     FROM ${rowsOf('ACHIEVEMENT', w)}`,
    parameters(w),
  )) as OpportunityRow[];
  return rows.map((row) =>
    withText(row, (text): Opportunity => {
      const [min, max] = [inCny(row.fundingMin, row.currency, rates), inCny(row.fundingMax, row.currency, rates)];
      return {
        id: row.id,
        organisationId: row.organisationId,
        industries: row.industries,
        regions: row.region === null ? [] : [row.region],
        stages: stagesOfTrl(row.trl),
        trl: row.trl,
        amount: min === null && max === null ? null : { min, max },
        backers: (row.backers ?? []).map(partyKey),
        cooperationModes: row.modes,
        languages: row.english ? ['zh', 'en'] : ['zh'],
        text,
      };
    }),
  );
}

interface InvestorRow extends WithText {
  organisationId: string;
  trlMin: number | null;
  trlMax: number | null;
  stages: string[];
  ticketMin: Numeric;
  ticketMax: Numeric;
  currency: string | null;
  regions: string[];
  modes: string[];
  wanted: string[];
  excluded: string[];
  track: Array<
    [
      industry: string | null,
      region: string | null,
      stage: string | null,
      amount: number | null,
      currency: string | null,
      day: Day,
      coInvestors: Array<{ name: string; organisationId: string | null }>,
    ]
  > | null;
}

/**
 * Reads investor profiles that take part in matching (ACTIVE, of verified organisations), each with its track record,
 * oldest investment first.
 */
export async function loadInvestors(
  db: Db,
  w: RecordSelection,
  rates: Rates,
): Promise<Array<LoadedRecord<MatchInvestor>>> {
  const rows = (await db.query(
    `SELECT p.id, p.organisation_id AS "organisationId", p.trl_min AS "trlMin", p.trl_max AS "trlMax",
       p.funding_stages AS stages, p.ticket_min AS "ticketMin", p.ticket_max AS "ticketMax",
       p.ticket_currency AS currency, p.region_codes AS regions, p.cooperation_modes AS modes,
       ARRAY(
         SELECT i.industry_code FROM investor_industry i WHERE i.investor_id = p.id AND i.wanted ORDER BY 1
       ) AS wanted,
       ARRAY(
         SELECT i.industry_code FROM investor_industry i WHERE i.investor_id = p.id AND NOT i.wanted ORDER BY 1
       ) AS excluded,
       (
         SELECT json_agg(
           json_build_array(
             t.industry_code, t.region_code, t.stage, t.amount, t.currency, t.invested_on - DATE '1970-01-01',
             t.co_investors
           )
           ORDER BY t.invested_on, t.id
         )
         FROM track_record t
         WHERE t.investor_id = p.id
       ) AS track,
       ${textColumns('INVESTOR')}, v.digest, v.vector
     FROM ${rowsOf('INVESTOR', w)}`,
    parameters(w),
  )) as InvestorRow[];
  return rows.map((row) =>
    withText(row, (text): MatchInvestor => ({
      id: row.id,
      organisationId: row.organisationId,
      key: row.organisationId,
      declared: {
        wanted: row.wanted,
        excluded: row.excluded,
        trlMin: row.trlMin,
        trlMax: row.trlMax,
        stages: row.stages,
        ticketMin: inCny(row.ticketMin, row.currency, rates),
        ticketMax: inCny(row.ticketMax, row.currency, rates),
        regions: row.regions,
        cooperationModes: row.modes,
      },
      track: (row.track ?? []).map(([industry, region, stage, amount, currency, day, coInvestors]): TrackEntry => ({
        industry,
        region,
        stage,
        amount: inCny(amount === null ? null : String(amount), currency, rates),
        day,
        coInvestors: coInvestors.map(partyKey),
      })),
      text,
    })),
  );
}

interface TalentRow extends WithText {
  organisationId: string | null;
  kind: string;
  industries: string[];
  regions: string[];
  languages: string[];
  roles: string[];
  grade: string | null;
  days: number | null;
  from: string | null;
  evidence: Array<{ kind: string; year: number | null }> | null;
  verification: string;
  visibility: string;
  orcid: string | null;
}

/** Reads talent profiles that take part in matching: ACTIVE, not hidden, and not refused by an operator. */
export async function loadTalents(db: Db, w: RecordSelection): Promise<LoadedTalent[]> {
  const rows = (await db.query(
    `SELECT p.id, p.organisation_id AS "organisationId", p.kind, p.region_codes AS regions, p.languages, p.roles,
       p.manager_grade AS grade, p.days_per_month AS days, p.available_from AS from, p.verification, p.visibility,
       p.orcid,
       ARRAY(SELECT i.industry_code FROM talent_industry i WHERE i.talent_id = p.id ORDER BY 1) AS industries,
       (
         SELECT json_agg(json_build_object('kind', e.kind, 'year', e.year) ORDER BY e.position)
         FROM talent_evidence e
         WHERE e.talent_id = p.id
       ) AS evidence,
       ${textColumns('TALENT')}, v.digest, v.vector
     FROM ${rowsOf('TALENT', w)}`,
    parameters(w),
  )) as TalentRow[];
  return rows.map((row) => ({
    ...withText(row, (text): MatchTalent => ({
      id: row.id,
      organisationId: row.organisationId,
      kind: row.kind,
      industries: row.industries,
      regions: row.regions,
      languages: row.languages,
      roles: row.roles,
      managerGrade: row.grade,
      daysPerMonth: row.days,
      availableFrom: row.from === null ? null : dayOf(row.from),
      evidence: row.evidence ?? [],
      verified: row.verification === 'VERIFIED',
      text,
    })),
    registeredOnly: row.visibility === 'REGISTERED',
    orcid: row.orcid,
  }));
}

interface DemandRow extends WithText {
  organisationId: string;
  industries: string[];
  region: string | null;
  requiredTrl: number | null;
  budgetMin: Numeric;
  budgetMax: Numeric;
  currency: string | null;
  deadline: string | null;
}

/**
 * Reads demands that take part in matching (OPEN, of verified organisations). Demands past their deadline are included
 * here and excluded by the engine.
 */
export async function loadDemands(db: Db, w: RecordSelection, rates: Rates): Promise<Array<LoadedRecord<MatchDemand>>> {
  const rows = (await db.query(
    `SELECT d.id, d.organisation_id AS "organisationId", d.region_code AS region, d.required_trl AS "requiredTrl",
       d.budget_min AS "budgetMin", d.budget_max AS "budgetMax", d.budget_currency AS currency, d.deadline,
       ARRAY(SELECT i.industry_code FROM demand_industry i WHERE i.demand_id = d.id ORDER BY 1) AS industries,
       ${textColumns('DEMAND')}, v.digest, v.vector
     FROM ${rowsOf('DEMAND', w)}`,
    parameters(w),
  )) as DemandRow[];
  return rows.map((row) =>
    withText(row, (text): MatchDemand => ({
      id: row.id,
      organisationId: row.organisationId,
      industries: row.industries,
      regions: row.region === null ? [] : [row.region],
      requiredTrl: row.requiredTrl,
      budgetMin: inCny(row.budgetMin, row.currency, rates),
      budgetMax: inCny(row.budgetMax, row.currency, rates),
      deadline: row.deadline === null ? null : dayOf(row.deadline),
      text,
    })),
  );
}
