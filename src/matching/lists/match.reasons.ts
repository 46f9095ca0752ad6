import type { Context } from '../../kernel/context.js';
import { organisationById } from '../../identity/organisations/organisation.entity.js';
import { named, shownNames } from '../../identity/organisations/organisation.names.js';
import type { Localized } from '../../kernel/localized.js';
import { defineLoader } from '../../lib/batching.js';
import { isUuid } from '../../lib/ids.js';
import { languageName } from '../../lib/languages.js';
import { Industry, nodesOf, Region } from '../../taxonomy/taxonomy.entity.js';
import { termLabel } from '../../taxonomy/vocabulary.js';
import type { SimilarityText } from '../../text/similarity.js';
import { explainer } from '../../text/similarity.reasons.js';
import type { Evidence, MatchItem } from '../engine/result.types.js';
import { sentenceOf, type Names, type Sentence } from './match.sentences.js';
import type { MatchData } from '../store/match.data.js';
import { loadSources } from '../store/match.records.js';
import { MatchReason } from './match.types.js';
import type { MatchCounterpartKind } from '../match.vocabularies.js';

/** Maximum number of shared words named in a reason. */
const MAX_WORDS = 5;

const full = (text: Localized): Sentence => ({ zh: text.zh ?? text.en ?? '', en: text.en ?? text.zh ?? '' });

/** A scored pair whose reasons are to be presented. */
export interface ScoredPair {
  achievementId: string;
  counterpartId: string;
  terms: MatchItem['terms'];
}

const partyKeysOf = (evidence: Evidence): string[] =>
  evidence.code === 'CO_INVESTORS' ? evidence.ties.map((tie) => tie.key) : [];

/**
 * Builds the reasons of scored pairs, each with a sentence in Chinese and English, the largest contribution (positive
 * or negative) first; terms with a contribution of 0 are omitted. Names are loaded once for all pairs.
 */
export async function presentReasons(
  ctx: Context,
  held: MatchData,
  kind: MatchCounterpartKind,
  pairs: readonly ScoredPair[],
): Promise<MatchReason[][]> {
  const keys = [...new Set(pairs.flatMap((pair) => pair.terms.flatMap((term) => partyKeysOf(term.evidence))))];
  const [industries, regions, parties, words] = await Promise.all([
    nodesOf(ctx.app.dataSource, Industry),
    nodesOf(ctx.app.dataSource, Region),
    partyNames(ctx, keys),
    sharedWords(
      ctx,
      held,
      kind,
      pairs.filter((pair) => pair.terms.some((term) => term.code === 'TEXT' && term.contribution !== 0)),
    ),
  ]);
  const plain = (code: string): Sentence => ({ zh: code, en: code });
  const node = (name: Localized | undefined, code: string) => (name ? full(name) : plain(code));
  return pairs.map((pair) => {
    const names: Names = {
      industry: (code) => node(industries.get(code)?.nameText, code),
      region: (code) => node(regions.get(code)?.nameText, code),
      word: (vocabulary, code) => termLabel(vocabulary, code) ?? plain(code),
      language: languageName,
      party: (key) => parties.get(key) ?? plain(key.replace(/^name:/, '')),
      shared: () => words.get(`${pair.achievementId}|${pair.counterpartId}`) ?? [],
    };
    return pair.terms
      .filter((term) => term.contribution !== 0)
      .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
      .map((term) =>
        Object.assign(new MatchReason(), {
          code: term.code,
          contribution: term.contribution,
          sentence: sentenceOf(term.evidence, kind, names),
        }),
      );
  });
}

/**
 * Names of co-investors that are organisations of this platform, by party key; the caller shows other parties by their
 * key.
 */
async function partyNames(ctx: Context, keys: readonly string[]): Promise<Map<string, Sentence>> {
  const ids = keys.filter(isUuid);
  const organisations = await ctx.load(organisationById).loadMany(ids);
  return new Map(
    organisations.flatMap((one, i) =>
      one === null || one instanceof Error ? [] : [[ids[i]!, full(shownNames(named(one)))] as const],
    ),
  );
}

const textLoader = (kind: MatchCounterpartKind | 'ACHIEVEMENT') =>
  defineLoader<string, SimilarityText>(async (db, ids) => {
    const texts = await loadSources(db, kind, ids);
    return ids.map((id) => texts.get(id) ?? {});
  });

/** Loaders of the texts (of pool entries, investors, talents, demands) that the text similarity of a match compares. */
export const comparedText = {
  ACHIEVEMENT: textLoader('ACHIEVEMENT'),
  INVESTOR: textLoader('INVESTOR'),
  TALENT: textLoader('TALENT'),
  DEMAND: textLoader('DEMAND'),
} as const;

/**
 * Words that occur literally in the texts of both sides of a pair, the MAX_WORDS heaviest, keyed
 * `achievementId|counterpartId`.
 */
async function sharedWords(
  ctx: Context,
  held: MatchData,
  kind: MatchCounterpartKind,
  pairs: readonly ScoredPair[],
): Promise<Map<string, string[]>> {
  if (pairs.length === 0) return new Map();
  const ids = (side: 'achievementId' | 'counterpartId') => [...new Set(pairs.map((pair) => pair[side]))];
  const read = async (side: 'ACHIEVEMENT' | MatchCounterpartKind, all: readonly string[]) => {
    const texts = await Promise.all(all.map((id) => ctx.load(comparedText[side]).load(id)));
    return new Map(all.map((id, i) => [id, texts[i]!]));
  };
  const [model, left, right] = await Promise.all([
    ctx.app.matching.texts.modelOf(held.generation),
    read('ACHIEVEMENT', ids('achievementId')),
    read(kind, ids('counterpartId')),
  ]);
  const words = new Map<string, string[]>();
  const explainers = new Map<string, ReturnType<typeof explainer>>();
  // In a list, all pairs share one side (the entry or the counterpart): its text is processed only once.
  const [still, moving] =
    left.size <= right.size
      ? (['achievementId', 'counterpartId'] as const)
      : (['counterpartId', 'achievementId'] as const);
  const textOf = (side: typeof still | typeof moving, id: string) =>
    (side === 'achievementId' ? left : right).get(id) ?? {};
  for (const pair of pairs) {
    let explain = explainers.get(pair[still]);
    if (!explain) explainers.set(pair[still], (explain = explainer(model, textOf(still, pair[still]))));
    words.set(
      `${pair.achievementId}|${pair.counterpartId}`,
      explain(textOf(moving, pair[moving]), MAX_WORDS).map(({ term }) => term),
    );
  }
  return words;
}
