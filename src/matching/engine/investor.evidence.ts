import type { InvestorColumns, StoredRecord } from './investor.columns.js';
import { latentShares, logOf, roundKeys, wayTo } from './investor.facts.js';
import type { Sought, SoughtCode } from './investor.sought.js';
import { textSimilarity, ticketGap, trlOutside, type InvestorTerm } from './investor.terms.js';
import type { Evidence } from './match.js';
import { decay, type InvestorModel } from './model.js';
import type { CodeTree } from './taxonomy.js';
import type { Day, TrackEntry } from './types.js';

/** So many rounds, pairs and terms are named at most. */
const NAMED = 3;
const NAMED_TERMS = 8;
const YEAR_DAYS = 365;

const latestOf = (entries: readonly TrackEntry[]): Day | null => entries.reduce<Day | null>((latest, entry) => (latest === null || entry.day > latest ? entry.day : latest), null);

/** The record at the most exact level of the way to a code where it has anything; at the top if it has nothing. */
function codeEvidence(tree: CodeTree, codes: readonly SoughtCode[], declared: readonly string[], track: readonly TrackEntry[], codeOf: (entry: TrackEntry) => string | null) {
  const known = track.filter((entry) => codeOf(entry) !== null);
  const ways = known.map((entry) => wayTo(tree, codeOf(entry)!));
  let best: { sought: string; at: string; found: TrackEntry[]; depth: number } | undefined;
  for (const { code } of codes) {
    const way = wayTo(tree, code);
    for (let depth = way.length - 1; depth >= 0; depth -= 1) {
      const found = known.filter((_, i) => ways[i]![depth] === way[depth]);
      if (found.length === 0 && depth > 0) continue;
      if (!best || (found.length > 0 && (best.found.length === 0 || depth > best.depth))) best = { sought: code, at: way[depth]!, found, depth };
      break;
    }
  }
  const covering = new Set(codes.flatMap(({ code }) => wayTo(tree, code)));
  return {
    sought: best?.sought ?? codes[0]?.code ?? '',
    at: best?.at ?? codes[0]?.code ?? '',
    investments: best?.found.length ?? 0,
    of: known.length,
    latest: latestOf(best?.found ?? []),
    declared: declared.length === 0 ? null : declared.filter((code) => covering.has(code)),
  };
}

/**
 * Which rounds of the record, and which factors, the latent term rests on. A factor's part is shared by the rounds that have it,
 * by what they count, so that the parts of all rounds add up to the term.
 */
function latentEvidence(columns: InvestorColumns, row: number, record: StoredRecord, sought: Sought, model: InvestorModel): Evidence {
  const { vocabularies } = columns;
  const { own, sought: factors, dimensions } = model.latent;
  const key = vocabularies.parties.word(columns.party[row]!);
  const shares = latentShares({ key }, record.track, model, vocabularies);
  const latest = latestOf(record.track) ?? 0;
  const keysOf = record.track.map((entry) => roundKeys(entry, key, model, vocabularies.industries, vocabularies.regions));
  const counts = record.track.map((entry) => decay(latest - entry.day, model.preferenceHalfLife));
  const total = new Map<string, number>();
  keysOf.forEach((keys, i) => keys.forEach((factor) => total.set(factor, (total.get(factor) ?? 0) + counts[i]!)));
  const product = (a: readonly number[], b: ArrayLike<number>) => {
    let sum = 0;
    for (let d = 0; d < dimensions; d += 1) sum += a[d]! * b[d]!;
    return sum;
  };
  const parts = new Map([...shares].flatMap(([factor, share]) => (own[factor] ? [[factor, Math.sqrt(share) * product(own[factor], sought.latent)] as const] : [])));
  const rounds = record.track.map(({ industry, region, stage, amount, day }, i) => ({
    industry, region, stage, amount, day,
    contribution: keysOf[i]!.reduce((sum, factor) => sum + ((parts.get(factor) ?? 0) * counts[i]!) / total.get(factor)!, 0),
  }));
  const pairs = [...parts.keys()].flatMap((factor) =>
    sought.latentKeys.map((wanted) => ({
      own: factor,
      sought: wanted.key,
      contribution: model.weights.latent * Math.sqrt(shares.get(factor)!) * wanted.factor * product(own[factor]!, factors[wanted.key]!),
    })),
  );
  const strongest = <T extends { contribution: number }>(list: T[]) => list.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)).slice(0, NAMED);
  return { code: 'LATENT', rounds: strongest(rounds), pairs: strongest(pairs) };
}

function tieEvidence(record: StoredRecord, backers: readonly string[]): Evidence {
  const ties = [...new Set(backers)].flatMap((key) => {
    const shared = record.track.filter((entry) => entry.coInvestors.includes(key));
    return shared.length === 0 ? [] : [{ key, rounds: shared.length, latest: latestOf(shared)! }];
  });
  return { code: 'CO_INVESTORS', ties: ties.sort((a, b) => b.rounds - a.rounds || b.latest - a.latest) };
}

/** What a term of a row's score rests on, read from the record. */
export function investorEvidence(term: InvestorTerm, columns: InvestorColumns, row: number, record: StoredRecord, sought: Sought, asOf: Day, model: InvestorModel): Evidence {
  const { track } = record;
  const { industries, regions, modes } = columns.vocabularies;
  switch (term) {
    case 'ACTIVITY':
      return { code: term, investments: track.length, lastYear: track.filter((entry) => asOf - entry.day < YEAR_DAYS).length, latest: latestOf(track) };
    case 'INDUSTRY':
      return { code: term, ...codeEvidence(industries, sought.industries, record.wanted, track, (entry) => entry.industry) };
    case 'REGION':
      return { code: term, ...codeEvidence(regions, sought.regions, record.regions, track, (entry) => entry.region) };
    case 'STAGE': {
      const main = [...sought.stages].sort((a, b) => b.weight - a.weight)[0]!.stage;
      const known = track.filter((entry) => entry.stage !== null);
      const found = known.filter((entry) => entry.stage === main);
      return { code: term, sought: main, investments: found.length, of: known.length, latest: latestOf(found), declared: record.stages.length === 0 ? null : record.stages, meets: record.stages.includes(main) };
    }
    case 'AMOUNT': {
      const amounts = track.filter((entry) => logOf(entry.amount) !== null).length;
      const meets = columns.ticketDeclared[row] === 1 ? ticketGap(columns, row, sought) === 0 : null;
      return { code: term, sought: Math.exp(sought.amount!), typical: amounts > 0 ? Math.exp(columns.amountMean[row]!) : null, investments: amounts, ticketMin: record.ticketMin, ticketMax: record.ticketMax, meets };
    }
    case 'TRL': {
      const range = columns.trl[row]!;
      const trl = sought.opportunity.trl!;
      return { code: term, sought: trl, min: Math.floor(range / 10), max: range % 10, outside: trlOutside(range, trl) };
    }
    case 'COOPERATION':
      return { code: term, shared: record.modes.filter((mode) => (sought.modes & (1 << modes.number(mode))) !== 0), declared: record.modes };
    case 'CO_INVESTORS':
      return tieEvidence(record, sought.opportunity.backers);
    case 'LATENT':
      return latentEvidence(columns, row, record, sought, model);
    case 'TEXT': {
      const own = new Set([...columns.termsOf(row)].map((id) => id >>> 0));
      const weights = new Map<number, number>();
      sought.text?.terms.forEach((id, i) => own.has(id) && weights.set(id, sought.text!.weights[i]! * columns.text.weight(id, row)));
      return { code: term, similarity: textSimilarity(columns, row, sought), terms: [...weights].sort((a, b) => b[1] - a[1]).slice(0, NAMED_TERMS).map(([id]) => id) };
    }
    case 'BASE': {
      const code = sought.industries[0]?.code ?? '';
      return { code: term, sought: code, share: code === '' ? 0 : (model.base.industries[wayTo(industries, code)[0]!] ?? 0) };
    }
  }
}
