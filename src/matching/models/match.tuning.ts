import { CONFIRMED_CO_INVESTORS } from '../../mentions/mention.sources.js';
import type { App } from '../../kernel/context.js';
import { appendLedger } from '../../ledger/ledger.service.js';
import { fitModel } from '../engine/fit/fit.js';
import { snapshotOf, type PastRound } from '../engine/fit/history.js';
import { createDemandIndex } from '../engine/demand.index.js';
import { createInvestorIndex } from '../engine/investor.index.js';
import { createTalentIndex } from '../engine/talent.index.js';
import type { EngineTaxonomy } from '../engine/taxonomy.js';
import type { MatchModel } from '../engine/model.js';
import type { TermCode } from '../engine/result.types.js';
import { evaluate, type Figures } from '../evaluation/protocol.js';
import { fitFactors, withFactors, type JudgedPair, type TermFactors } from './feedback.fit.js';
import { insertModel, switchTo } from './match.models.js';
import type { MatchData } from '../store/match.data.js';
import type { MatchCounterpartKind } from '../match.vocabularies.js';
import { loadInvestors } from '../store/investor.records.js';
import { loadTalents } from '../store/talent.records.js';
import { loadDemands } from '../store/demand.records.js';
import { dayOf, partyKey } from '../store/match.values.js';

/** The result of fitting the model. */
export interface Tuning {
  version: number;
  activated: boolean;
  rounds: number;
  /** Number of past financing rounds that the weights were fitted to; 0 if no year had enough rounds for a fit. */
  queries: number;
  judged: Record<MatchCounterpartKind, number>;
  factors: Record<MatchCounterpartKind, Record<string, number>>;
  /**
   * Quality on the rounds of the last year: of a model fitted to earlier rounds only (`fitted`), and of the active
   * model (`active`), whose training data may have contained these rounds.
   */
  heldOut: { fitted: Figures; active: Figures } | null;
}

const KINDS: readonly MatchCounterpartKind[] = ['INVESTOR', 'TALENT', 'DEMAND'];
const YEAR = 365;
/** Minimum number of rounds in the last year; with fewer, its quality figures would be noise and are omitted. */
const MIN_HELD_OUT = 30;

/**
 * Reconstructs past financing rounds from the track records of all investors: entries with the same company, day and
 * stage become one round, whose investors are those that reported it and their confirmed co-investors.
 */
async function readRounds(app: App, held: MatchData): Promise<PastRound[]> {
  const rows = (await app.dataSource.query(
    `SELECT t.company_key AS company, t.industry_code AS industry, t.region_code AS region, t.stage, t.amount,
       t.currency, t.invested_on AS date, ${CONFIRMED_CO_INVESTORS} AS others, p.organisation_id AS organisation
     FROM track_record t
     JOIN investor_profile p ON p.id = t.investor_id
     ORDER BY t.invested_on, t.company_key, t.id`,
  )) as Array<{
    company: string;
    industry: string | null;
    region: string | null;
    stage: string | null;
    amount: string | null;
    currency: string | null;
    date: string;
    others: Array<{ name: string; organisationId: string | null }>;
    organisation: string;
  }>;
  const rounds = new Map<string, PastRound & { investors: string[] }>();
  for (const row of rows) {
    const key = `${row.company}|${row.date}|${row.stage ?? ''}`;
    const rate = row.currency === null ? undefined : held.rates.get(row.currency);
    let round = rounds.get(key);
    if (!round) {
      const amount = row.amount === null || rate === undefined ? null : Number(row.amount) * rate;
      rounds.set(
        key,
        (round = {
          company: row.company,
          industry: row.industry,
          region: row.region,
          stage: row.stage,
          amount,
          day: dayOf(row.date),
          investors: [],
        }),
      );
    }
    for (const party of [row.organisation, ...row.others.map(partyKey)])
      if (!round.investors.includes(party)) round.investors.push(party);
  }
  return [...rounds.values()];
}

/**
 * Training examples by kind of counterpart: declines are negative; other feedback, and message threads opened with an
 * investor's organisation on the achievement, are positive. Withdrawn feedback is ignored; if a pair has several
 * signals, the newest counts.
 */
async function readJudged(
  app: App,
  held: MatchData,
  model: MatchModel,
  taxonomy: EngineTaxonomy,
): Promise<Record<MatchCounterpartKind, JudgedPair[]>> {
  const rows = (await app.dataSource.query(
    `SELECT DISTINCT ON (achievement, counterpart) achievement, kind, counterpart, wanted
     FROM (
       SELECT achievement_id AS achievement, counterpart_kind AS kind, counterpart_id AS counterpart,
         action <> 'DECLINED' AS wanted, created_at AS at
       FROM match_feedback
       WHERE ended_at IS NULL
       UNION ALL
       SELECT i.achievement_id, 'INVESTOR', p.id, true, i.created_at
       FROM interest i
       JOIN investor_profile p ON p.organisation_id = i.organisation_id
     ) said
     ORDER BY achievement, counterpart, at DESC`,
  )) as Array<{ achievement: string; kind: MatchCounterpartKind; counterpart: string; wanted: boolean }>;
  const judged: Record<MatchCounterpartKind, JudgedPair[]> = { INVESTOR: [], TALENT: [], DEMAND: [] };
  for (const kind of KINDS) {
    const of = rows.filter((row) => row.kind === kind);
    if (of.length === 0) continue;
    const window = { ids: [...new Set(of.map((row) => row.counterpart))], generation: held.generation };
    const score = await {
      async INVESTOR() {
        const index = createInvestorIndex(taxonomy, model);
        for (const { record } of await loadInvestors(app.dataSource, window, held.rates)) index.upsert(record);
        return index;
      },
      async TALENT() {
        const index = createTalentIndex(taxonomy, model);
        for (const { record } of await loadTalents(app.dataSource, window)) index.upsert(record);
        return index;
      },
      async DEMAND() {
        const index = createDemandIndex(taxonomy, model);
        for (const { record } of await loadDemands(app.dataSource, window, held.rates)) index.upsert(record);
        return index;
      },
    }[kind]();
    for (const row of of) {
      const opportunity = held.opportunities.get(row.achievement);
      const item = opportunity && score.scorePair(row.counterpart, opportunity, app.matching.day);
      if (item)
        judged[kind].push({
          terms: new Map<TermCode, number>(item.terms.map((term) => [term.code, term.contribution])),
          wanted: row.wanted,
        });
    }
  }
  return judged;
}

/**
 * Refits the matching model to this deployment's past rounds and feedback, and stores the result as a new version. With
 * `activate` the new version scores matches at once; otherwise only after an operator activates it.
 */
export async function tuneMatching(app: App, options: { activate: boolean; note: string | null }): Promise<Tuning> {
  const held = await app.matching.fresh();
  const { taxonomy } = held;
  const today = app.matching.day;
  const rounds = await readRounds(app, held);
  const active = held.model.model;
  const fitted = fitModel(rounds, { asOf: today + 1, version: 'tuned', taxonomy, start: active });

  const lastYear = snapshotOf(rounds, today - YEAR, today + 1, true);
  const heldOut =
    lastYear.queries.length < MIN_HELD_OUT
      ? null
      : {
          fitted: evaluate(
            lastYear,
            fitModel(rounds, { asOf: today - YEAR, version: 'held out', taxonomy, start: active }).model,
            taxonomy,
          ),
          active: evaluate(lastYear, active, taxonomy),
        };

  const judged = await readJudged(app, held, fitted.model, taxonomy);
  let { model } = fitted;
  const factors = {} as Record<MatchCounterpartKind, TermFactors>;
  for (const kind of KINDS) {
    factors[kind] = fitFactors(judged[kind]);
    model = withFactors(model, kind, factors[kind]);
  }
  const told = (kind: MatchCounterpartKind) => Object.fromEntries(factors[kind]);
  const figures = {
    rounds: rounds.length,
    queries: fitted.queries,
    judged: Object.fromEntries(KINDS.map((kind) => [kind, judged[kind].length])),
    factors: Object.fromEntries(KINDS.map((kind) => [kind, told(kind)])),
    heldOut,
  };
  const version = await app.dataSource.transaction(async (tx) => {
    const at = app.clock();
    const made = await insertModel(tx, model, {
      source: 'TUNED',
      note: options.note,
      figures,
      createdBy: null,
      createdAt: at,
    });
    if (options.activate) await switchTo(tx, made.version, at);
    await appendLedger(tx, null, at, [
      {
        kind: 'match-model.tuned',
        subjectType: 'MatchModelVersion',
        subjectId: made.id,
        facts: { version: made.version, rounds: rounds.length, queries: fitted.queries, activated: options.activate },
      },
    ]);
    return made.version;
  });
  return {
    version,
    activated: options.activate,
    rounds: rounds.length,
    queries: fitted.queries,
    judged: { INVESTOR: judged.INVESTOR.length, TALENT: judged.TALENT.length, DEMAND: judged.DEMAND.length },
    factors: { INVESTOR: told('INVESTOR'), TALENT: told('TALENT'), DEMAND: told('DEMAND') },
    heldOut,
  };
}
