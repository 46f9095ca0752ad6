import { Organisation, organisationById } from '../../identity/organisations/organisation.entity.js';
import type { Context } from '../../kernel/context.js';
import { badInput } from '../../kernel/errors.js';
import { toGlobalId } from '../../lib/ids.js';
import { Locale } from '../../kernel/localized.js';
import { EngineFailedError, askEngine, type EngineQuery } from '../engine/engine.queries.js';
import { liveUid } from '../engine/engine.js';
import { noteFailure } from './search.answer.js';
import { loadDocuments, MARK, type SearchDocument, type TextField } from '../index/search.documents.js';
import { MATCHING } from '../engine/search.meilisearch.js';
import { readText } from './search.request.js';
import { admittedByIds } from './search.service.js';
import { SearchSuggestion, type SuggestionKind } from './search.types.js';
import { say } from '../../messages/catalogue.js';

const MOST = 20;

/** Fields from which suggestions are taken. */
const SOURCES = [
  { kind: 'KEYWORD', field: 'keywords' },
  { kind: 'INSTITUTION', field: 'institution' },
  { kind: 'TITLE', field: 'title' },
] as const satisfies ReadonlyArray<{ kind: SuggestionKind; field: string }>;

interface Candidate {
  kind: SuggestionKind;
  text: string;
  document: Pick<SearchDocument, 'id' | 'institutionId'>;
}

/**
 * Suggests completions while a search text is typed: its last word matches as a prefix, the others as whole words.
 * Texts in the requested language come first; keywords, institutions and titles alternate.
 */
export async function suggest(
  ctx: Context,
  args: { text: string; first: number; locale: Locale },
): Promise<SearchSuggestion[]> {
  if (args.first < 1 || args.first > MOST) throw badInput('first', 'PAGE_SIZE', say('PAGE_SIZE.oneTo', { max: MOST }));
  const text = readText(args.text, 'text');
  if (text === null) return [];
  const candidates = await candidatesFor(ctx, text, args);
  const rounds = SOURCES.map(({ kind }) => unique(candidates.filter((candidate) => candidate.kind === kind)));
  const chosen: Candidate[] = [];
  for (let i = 0; chosen.length < args.first && rounds.some((list) => list.length > i); i += 1) {
    for (const list of rounds) if (list[i] && chosen.length < args.first) chosen.push(list[i]!);
  }
  // The search index may lag behind: texts of entries that have left the pool are not suggested. Neither are names of
  // unverified institutions, because a suggestion would vouch for the name.
  const [entries, institutions] = await Promise.all([
    admittedByIds(ctx, [...new Set(chosen.map((candidate) => candidate.document.id))]),
    ctx.load(organisationById).loadMany(chosen.map((candidate) => candidate.document.institutionId)),
  ]);
  return chosen.flatMap(({ kind, text: whole, document }, i) => {
    const entry = entries.get(document.id);
    if (!entry) return [];
    const institution = institutions[i];
    if (kind === 'INSTITUTION' && !(institution instanceof Organisation && institution.verification === 'VERIFIED'))
      return [];
    return [
      Object.assign(new SearchSuggestion(), {
        kind,
        text: whole,
        institutionId: kind === 'INSTITUTION' ? toGlobalId('Organisation', document.institutionId) : null,
        entry: kind === 'TITLE' ? entry : null,
      }),
    ];
  });
}

async function candidatesFor(
  ctx: Context,
  text: string,
  args: { first: number; locale: Locale },
): Promise<Candidate[]> {
  const languages = args.locale === Locale.EN ? (['en', 'zh'] as const) : (['zh', 'en'] as const);
  const fieldsOf = (field: (typeof SOURCES)[number]['field']): TextField[] =>
    languages.map((language) => `${field}_${language}` as const);
  const queries = SOURCES.map(({ field }): EngineQuery => ({
    indexUid: liveUid(ctx.app.search),
    q: text,
    // More documents than suggestions are requested, because many entries share a keyword or an institution.
    limit: field === 'title' ? args.first : args.first * 5,
    attributesToRetrieve: ['id', 'institutionId'],
    attributesToSearchOn: fieldsOf(field),
    attributesToHighlight: fieldsOf(field),
    highlightPreTag: MARK.start,
    highlightPostTag: MARK.end,
    matchingStrategy: MATCHING.matchingStrategy,
    locales: [...MATCHING.locales],
  }));
  try {
    const answers = await askEngine(ctx.app.search, queries);
    return SOURCES.flatMap(({ kind, field }, i) =>
      answers[i]!.hits.flatMap((hit) => {
        const texts = fieldsOf(field).flatMap((name) => hit._formatted?.[name] ?? []) as string[];
        return texts
          .filter((each) => each.includes(MARK.start))
          .map((each) => ({
            kind,
            text: each.replace(/[\uE000\uE001]/g, ''),
            document: hit as unknown as SearchDocument,
          }));
      }),
    );
  } catch (error) {
    if (!(error instanceof EngineFailedError)) throw error;
    await noteFailure(ctx.app, error);
    return candidatesFromDatabase(ctx, text, fieldsOf, args.first);
  }
}

/**
 * Finds completions in PostgreSQL when the search engine fails: titles, keywords and institutions that contain the
 * text.
 */
async function candidatesFromDatabase(
  ctx: Context,
  text: string,
  fieldsOf: (field: (typeof SOURCES)[number]['field']) => TextField[],
  first: number,
): Promise<Candidate[]> {
  const rows = await ctx.app.fallback.read((tx) =>
    tx.query<Array<{ id: string }>>(
      `SELECT a.id FROM achievement a JOIN organisation o ON o.id = a.institution_id
     WHERE a.status = 'ADMITTED'
       AND concat_ws(E'\\n', a.title->>'zh', a.title->>'en', a.keywords::text, o.name->>'zh', o.name->>'en') ILIKE $1
     ORDER BY a.admitted_at DESC, a.id LIMIT $2`,
      [`%${text.replace(/[\\%_]/g, '\\$&')}%`, first * 5],
    ),
  );
  const documents = await loadDocuments(
    ctx.db,
    rows.map((row) => row.id),
  );
  const sought = text.toLowerCase();
  return documents.flatMap((document) =>
    SOURCES.flatMap(({ kind, field }) =>
      (fieldsOf(field).flatMap((name) => document[name] ?? []) as string[])
        .filter((each) => each.toLowerCase().includes(sought))
        .map((each) => ({ kind, text: each, document })),
    ),
  );
}

function unique(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ text }) => {
    const key = text.toLowerCase();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
