import type { InvestorColumns, StoredRecord } from './investor.columns.js';
import { latentShares, type CodedEntry } from './investor.facts.js';
import type { Sought, SoughtCode } from './investor.sought.js';
import { ticketGap, trlOutside, type InvestorTerm } from './investor.score.js';
import type { Evidence, RoundEvidence } from './result.types.js';
import { decay, type InvestorModel } from './model.js';
import type { CodeTree } from './taxonomy.js';
import { sharedTerms } from './postings.js';
import type { Day } from './types.js';
import { eachFactor } from './vocabularies.js';

/** Maximum number of past rounds, and of pairs of factors, that the evidence of one term lists. */
const NAMED = 3;
const YEAR_DAYS = 365;

const latestOf = (entries: readonly CodedEntry[]): Day | null =>
  entries.reduce<Day | null>((latest, entry) => (latest === null || entry.day > latest ? entry.day : latest), null);

/**
 * Evidence for the industry or region term: how many of the investor's investments lie at the most specific node that
 * has any, among the nodes on the paths down to the sought codes; a count of 0 at a top-level node if no node has one.
 */
function codeEvidence(
  tree: CodeTree,
  codes: readonly SoughtCode[],
  declared: readonly number[],
  track: readonly CodedEntry[],
  codeOf: (entry: CodedEntry) => number,
) {
  const known = track.filter((entry) => codeOf(entry) >= 0);
  let best: { sought: string; at: number; found: CodedEntry[]; depth: number } | undefined;
  for (const { code, chain } of codes) {
    for (let depth = chain.length - 1; depth >= 0; depth -= 1) {
      const found = known.filter((entry) => tree.chain(codeOf(entry))[depth] === chain[depth]);
      if (found.length === 0 && depth > 0) continue;
      if (!best || (found.length > 0 && (best.found.length === 0 || depth > best.depth)))
        best = { sought: code, at: chain[depth]!, found, depth };
      break;
    }
  }
  return {
    sought: best?.sought ?? '',
    at: best ? tree.code(best.at) : '',
    investments: best?.found.length ?? 0,
    of: known.length,
    latest: latestOf(best?.found ?? []),
    declared:
      declared.length === 0
        ? null
        : declared.filter((code) => codes.some(({ chain }) => chain.includes(code))).map((code) => tree.code(code)),
  };
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d += 1) sum += a[d]! * b[d]!;
  return sum;
}

/** The entries with the largest absolute contribution. */
function strongest<T extends { readonly contribution: number }>(list: readonly T[]): T[] {
  const best: T[] = [];
  for (const one of list) {
    let at = best.length;
    while (at > 0 && Math.abs(best[at - 1]!.contribution) < Math.abs(one.contribution)) at -= 1;
    if (at < NAMED) best.splice(at, 0, one);
    if (best.length > NAMED) best.pop();
  }
  return best;
}

/**
 * Evidence for the latent term (scalar product of learned vectors): the NAMED past rounds and pairs of factors that
 * contribute most. A factor's contribution is divided among the rounds that have the factor, in proportion to their
 * weights, so that the contributions of all rounds of the record add up to the term.
 */
function latentEvidence(
  { vocabularies }: InvestorColumns,
  { track }: StoredRecord,
  sought: Sought,
  model: InvestorModel,
): Evidence {
  const { factors, industries, regions, stages } = vocabularies;
  const shares = latentShares(track, model, vocabularies);
  const latest = latestOf(track) ?? 0;
  const counts = track.map((entry) => decay(latest - entry.day, model.preferenceHalfLife));
  const weight = counts.reduce((sum, count) => sum + count, model.smoothing.latent);
  // Per factor of the investor: its contribution to the term divided by the factor's share of the record.
  const parts = new Map<number, number>();
  const owned: { factor: number; root: number; contribution: number }[] = [];
  for (const [factor, share] of shares) {
    const own = factors.ownOf(factor);
    if (!own) continue;
    const root = Math.sqrt(share);
    const contribution = root * product(own, sought.latent);
    parts.set(factor, contribution / share);
    owned.push({ factor, root, contribution });
  }
  const pairs = strongest(owned).flatMap(({ factor, root }) =>
    sought.latentParts.map((part) => ({
      own: factor,
      sought: part.factor,
      contribution:
        model.weights.latent * root * part.weight * product(factors.ownOf(factor)!, factors.soughtOf(part.factor)!),
    })),
  );
  const rounds = track.map((entry, i) => {
    let contribution = 0;
    eachFactor(
      vocabularies,
      model,
      entry,
      (factor) => (contribution += (parts.get(factor) ?? 0) * (counts[i]! / weight)),
    );
    return { entry, contribution };
  });
  return {
    code: 'LATENT',
    rounds: strongest(rounds).map(({ entry, contribution }): RoundEvidence => ({
      industry: entry.industry < 0 ? null : industries.code(entry.industry),
      region: entry.region < 0 ? null : regions.code(entry.region),
      stage: entry.stage < 0 ? null : stages.word(entry.stage),
      amount: entry.amount,
      day: entry.day,
      contribution,
    })),
    pairs: strongest(pairs).map((pair) => ({
      own: factors.key(pair.own),
      sought: factors.key(pair.sought),
      contribution: pair.contribution,
    })),
  };
}

function tieEvidence(
  { vocabularies: { parties } }: InvestorColumns,
  { track }: StoredRecord,
  backers: readonly number[],
): Evidence {
  const ties = backers.flatMap((party) => {
    const shared = track.filter((entry) => entry.parties.includes(party));
    return shared.length === 0 ? [] : [{ key: parties.word(party), rounds: shared.length, latest: latestOf(shared)! }];
  });
  return { code: 'CO_INVESTORS', ties: ties.sort((a, b) => b.rounds - a.rounds || b.latest - a.latest) };
}

/** Builds the evidence for one term of an investor's score from the investor's stored record. */
export function investorEvidence(
  term: InvestorTerm,
  columns: InvestorColumns,
  row: number,
  record: StoredRecord,
  sought: Sought,
  asOf: Day,
  model: InvestorModel,
): Evidence {
  const { track } = record;
  const { industries, regions, stages, modes } = columns.vocabularies;
  switch (term) {
    case 'ACTIVITY':
      return {
        code: term,
        investments: track.length,
        lastYear: track.filter((entry) => asOf - entry.day < YEAR_DAYS).length,
        latest: latestOf(track),
      };
    case 'INDUSTRY':
      return {
        code: term,
        ...codeEvidence(industries, sought.industries, record.wanted, track, (entry) => entry.industry),
      };
    case 'REGION':
      return { code: term, ...codeEvidence(regions, sought.regions, record.regions, track, (entry) => entry.region) };
    case 'STAGE': {
      const main = sought.stages.reduce((a, b) => (b.weight > a.weight ? b : a));
      const known = track.filter((entry) => entry.stage >= 0);
      const found = known.filter((entry) => entry.stage === main.number);
      const declared = record.stages.length === 0 ? null : record.stages.map((stage) => stages.word(stage));
      return {
        code: term,
        sought: main.stage,
        investments: found.length,
        of: known.length,
        latest: latestOf(found),
        declared,
        meets: record.stages.includes(main.number),
      };
    }
    case 'AMOUNT': {
      const amounts = track.filter((entry) => entry.logAmount !== null).length;
      const meets = columns.ticketDeclared[row] === 1 ? ticketGap(columns, row, sought) === 0 : null;
      return {
        code: term,
        sought: Math.exp(sought.amount!),
        typical: amounts > 0 ? Math.exp(columns.amountMean[row]!) : null,
        investments: amounts,
        ticketMin: record.ticketMin,
        ticketMax: record.ticketMax,
        meets,
      };
    }
    case 'TRL': {
      const range = columns.trl[row]!;
      const trl = sought.opportunity.trl!;
      return { code: term, sought: trl, min: Math.floor(range / 10), max: range % 10, outside: trlOutside(range, trl) };
    }
    case 'COOPERATION':
      return {
        code: term,
        shared: record.modes.filter((mode) => (sought.modes & (1 << mode)) !== 0).map((mode) => modes.word(mode)),
        declared: record.modes.map((mode) => modes.word(mode)),
      };
    case 'CO_INVESTORS':
      return tieEvidence(columns, record, sought.backers);
    case 'LATENT':
      return latentEvidence(columns, record, sought, model);
    case 'TEXT':
      return { code: term, ...sharedTerms(sought.text!, columns.textOf(row)) };
    case 'BASE': {
      const main = sought.industries[0];
      return {
        code: term,
        sought: main?.code ?? '',
        share: main ? (model.base.industries[industries.code(main.chain[0]!)] ?? 0) : 0,
      };
    }
  }
}
