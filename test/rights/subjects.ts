import { ROUND_VALUE_TYPES, roundSubjects } from './subjects.rounds.js';
import { MATCHING_VALUE_TYPES, matchingSubjects } from './subjects.matching.js';
import { TEAM_VALUE_TYPES, teamSubjects } from './subjects.teams.js';
import { TALENT_VALUE_TYPES, talentSubjects } from './subjects.talent.js';
import { INVESTOR_VALUE_TYPES, investorSubjects } from './subjects.investors.js';
import { VETTING_VALUE_TYPES, vettingSubjects } from './subjects.vetting.js';
import { PUBLIC_WORD, type World } from './world.js';

/** An object whose every field is tried in every role, and the way from the root to it. */
export interface Subject {
  type: string;
  label: string;
  /** Fields from the root down; of a list the first entry is meant. */
  steps: string[];
  /** The type in which the last step's interface is looked at. */
  on?: string;
  /** The type in which the steps after the first go on, where the first gives an interface. */
  within?: string;
  variables: Record<string, unknown>;
}

/** Types without a subject of their own, and why none is needed. Their fields are selected wherever they occur. */
export const VALUE_TYPES: Record<string, string> = {
  ...VETTING_VALUE_TYPES,
  ...TALENT_VALUE_TYPES,
  ...MATCHING_VALUE_TYPES,
  ...ROUND_VALUE_TYPES,
  ...INVESTOR_VALUE_TYPES,
  ...TEAM_VALUE_TYPES,
  LocalizedText: 'a text, as visible as the field that gives it',
  PageInfo: 'where a page stands; cursors hold what the entries beside them show',
  Keywords: 'two lists of words, as visible as the field that gives them',
  FundingNeed: 'a range, as visible as the field that gives it',
  ImportCounts: 'figures of one run, as visible as the run',
  ImportProgress: 'figures of one run, as visible as the run',
  ImportPreview: 'the caller’s own file, as read; given by previewImport alone',
  SampleRow: 'a row of the caller’s own file',
  SuggestedColumnInfo: 'a header of the caller’s own file',
  SessionTokens: 'the caller’s own credentials; given by logIn and refreshSession alone',
};
export const isValueType = (name: string): boolean => Object.hasOwn(VALUE_TYPES, name);

/** The subjects of a world: every object type of the schema has one, or its name stands above. */
export function subjectsOf(w: World): Subject[] {
  const id = (label: string) => {
    const found = w.ids[label];
    if (found === undefined) throw new Error(`the world has no ${label}`);
    return found;
  };
  const node = (type: string, label = ''): Subject => {
    const name = label === '' ? type : `${type} ${label}`;
    return { type, label: label.replace(/^of /, ''), steps: ['node(id: $id)'], on: type, variables: { id: id(name) } };
  };
  const below = (type: string, label: string, on: string, ...steps: string[]): Subject => ({
    type,
    label,
    steps,
    variables: { id: id(on) },
  });
  const plain = (type: string, label: string, ...steps: string[]): Subject => ({ type, label, steps, variables: {} });
  const entry = 'achievement(id: $id)';
  const tiers = (label: string) =>
    (['PUBLIC', 'REGISTERED', 'NDA'] as const).map((tier) =>
      below('TieredContent', `${tier} of ${label}`, `Achievement ${label}`, entry, `content(tier: ${tier})`),
    );
  const compared: Pick<Subject, 'variables'> = {
    variables: { ids: [id('Achievement ADMITTED'), id('Achievement ADMITTED without grant')] },
  };
  const search = `achievementSearch(query: "${PUBLIC_WORD}")`;
  const misses = 'searchMisses(kind: WITHOUT_RESULT, from: "2025-01", to: "2025-12")';
  return [
    ...['DRAFT', 'REGISTERED', 'ADMITTED', 'RETIRED', 'ADMITTED of OTHER', 'REGISTERED of OTHER'].map((label) =>
      below('Achievement', label, `Achievement ${label}`, entry),
    ),
    ...['OWN', 'INVESTOR', 'UNVERIFIED'].map((label) =>
      below('Organisation', label, `Organisation ${label}`, 'organisation(id: $id)'),
    ),
    ...tiers('DRAFT'),
    ...tiers('ADMITTED'),
    ...tiers('ADMITTED without grant'),
    ...['PUBLIC of DRAFT', 'PUBLIC of ADMITTED', 'REGISTERED of ADMITTED', 'NDA of ADMITTED'].map((label) =>
      node('EvidenceFile', label),
    ),
    below('AchievementRevision', 'ADMITTED', 'Achievement ADMITTED', entry, 'revisions'),
    below('MissingField', 'DRAFT', 'Achievement DRAFT', entry, 'missing'),
    below('DuplicateOf', 'REGISTERED', 'Achievement REGISTERED', entry, 'nearDuplicatesOf'),
    below('IpRight', 'ADMITTED', 'Achievement ADMITTED', entry, 'ipRights'),
    below('Cooperation', 'ADMITTED', 'Achievement ADMITTED', entry, 'cooperationModes'),
    below('Inventor', 'ADMITTED', 'Achievement ADMITTED', entry, 'inventors'),
    below('FieldChange', 'ADMITTED', 'Achievement ADMITTED', 'compareRevisions(id: $id, from: 1, to: 2)'),
    node('NdaGrant', 'of INVESTOR'),
    node('NdaGrant', 'of OTHER'),
    node('NearDuplicate'),
    node('Interest'),
    node('InterestMessage'),
    node('ShortlistEntry', 'of INVESTOR'),
    node('ShortlistEntry', 'of OWN_OWNER'),
    node('ApiKey', 'of OWN_OWNER'),
    node('Session', 'of OWN_OWNER'),
    node('Membership', 'of OWN'),
    node('Membership', 'of UNVERIFIED'),
    node('Invitation'),
    node('Account', 'of OWN_MEMBER'),
    node('Account', 'of INVESTOR'),
    node('ImportRun'),
    node('ColumnMapping'),
    node('SynonymGroup'),
    below('ImportReportRow', 'ImportRun', 'ImportRun', 'importRun(id: $id)', 'reportRows', 'nodes'),
    below('ImportFault', 'ImportRun', 'ImportRun', 'importRun(id: $id)', 'fault'),
    plain('Viewer', '', 'viewer'),
    plain('PrivateAccount', '', 'viewer', 'account'),
    { type: 'AchievementComparison', label: '', steps: ['compareAchievements(ids: $ids)'], ...compared },
    { type: 'ComparisonRow', label: '', steps: ['compareAchievements(ids: $ids)', 'rows'], ...compared },
    { type: 'ComparisonValue', label: '', steps: ['compareAchievements(ids: $ids)', 'rows', 'values'], ...compared },
    plain('AchievementSearchConnection', '', search),
    plain('AchievementSearchEdge', '', search, 'edges'),
    plain('SearchHighlight', '', search, 'edges', 'highlights'),
    plain('SearchFragment', '', search, 'edges', 'highlights', 'fragments'),
    plain('SearchHighlightPart', '', search, 'edges', 'highlights', 'fragments', 'parts'),
    plain('SearchFacet', '', search, 'facets'),
    plain('SearchFacetValue', '', search, 'facets', 'values'),
    plain('SearchMiss', '', misses, 'nodes'),
    plain('SearchMissMonth', '', misses, 'nodes', 'months'),
    plain('SearchSuggestion', '', 'achievementSuggestions(text: "Text zir")'),
    plain('Industry', '', 'industry(code: "3562")'),
    plain('Region', '', 'region(code: "620100")'),
    plain('StrategicArea', '', 'strategicArea(code: "1")'),
    ...vettingSubjects({ node, below, plain }),
    ...talentSubjects({ node, plain }),
    ...matchingSubjects({ node, below }),
    ...roundSubjects({ node, below }),
    ...investorSubjects({ node, below, plain }),
    ...teamSubjects({ node, below }),
    plain('Vocabulary', '', 'vocabularies'),
    plain('VocabularyTerm', '', 'vocabularies', 'terms'),
    plain('ImportFieldInfo', '', 'importFields'),
  ];
}

const VARIABLE_TYPES: Record<string, string> = { id: 'ID!', ids: '[ID!]!' };

/** A query that goes down to the subject and selects there. */
export function queryFor(subject: Subject, selection: string): string {
  const inner = subject.on ? `{ ... on ${subject.on} { ${selection} } }` : `{ ${selection} }`;
  const body = subject.steps.reduceRight(
    (below, step, i) =>
      i === 1 && subject.within ? `{ ... on ${subject.within} { ${step} ${below} } }` : `{ ${step} ${below} }`,
    inner,
  );
  const heads = Object.keys(subject.variables)
    .map((name) => `$${name}: ${VARIABLE_TYPES[name]}`)
    .join(', ');
  return heads ? `query (${heads}) ${body}` : body;
}

/** The subject in an answer; null where the way to it ends before. */
export function reach(subject: Subject, data: unknown): Record<string, unknown> | null {
  let at = data;
  for (const step of subject.steps) {
    if (typeof at !== 'object' || at === null) return null;
    at = (at as Record<string, unknown>)[/^\w+/.exec(step)![0]];
    if (Array.isArray(at)) at = at[0];
  }
  return typeof at === 'object' && at !== null ? (at as Record<string, unknown>) : null;
}
