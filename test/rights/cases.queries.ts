import type { UploadedFile } from './probe.js';
import { PUBLIC_WORD, type Actor, type World } from './world.js';

/** What to call a root field with. */
export interface Call {
  variables: Record<string, unknown>;
  file?: UploadedFile;
}

/** One way of calling a root field. */
export interface Case {
  /** The subject, as it stands in the table. */
  label: string;
  /** True where the call ends or changes the account or its rights: it is made by another person of the role. */
  fresh?: boolean;
  /** True where two calls at a time would meet, as two imports of one institution do. */
  alone?: boolean;
  /** Makes what the call is about, anew for each call. */
  call(actor: Actor): Promise<Call> | Call;
}

export type Cases = Record<string, Case[]>;

/** A case whose variables depend on nothing. */
const fixed = (label: string, variables: Record<string, unknown> = {}): Case => ({
  label,
  call: () => ({ variables }),
});

/** Calls of every query of the schema. */
export function queryCases(w: World): Cases {
  const { ids } = w;
  const labels = Object.keys(ids);
  const achievements = labels.filter((label) => label.startsWith('Achievement '));
  const short = (label: string) => label.slice(label.indexOf(' ') + 1);
  const both = (second: string) => [ids['Achievement ADMITTED'], ids[second]];
  return {
    achievement: achievements.map((label) => fixed(short(label), { id: ids[label] })),
    achievements: [
      fixed('all'),
      fixed('DRAFT', { filter: { statuses: ['DRAFT'] } }),
      fixed('REGISTERED of OTHER', { filter: { statuses: ['REGISTERED'], institutionId: w.other.id } }),
      fixed('ADMITTED of OWN', { filter: { statuses: ['ADMITTED'], institutionId: w.own.id } }),
    ],
    compareRevisions: ['Achievement ADMITTED', 'Achievement ADMITTED of OTHER', 'Achievement DRAFT'].map((label) =>
      fixed(short(label), { id: ids[label], from: 1, to: label.endsWith('DRAFT') ? 1 : 2 }),
    ),
    nearDuplicates: [fixed('')],
    compareAchievements: [
      fixed('ADMITTED', { ids: both('Achievement ADMITTED without grant') }),
      fixed('with DRAFT', { ids: both('Achievement DRAFT') }),
      fixed('with DRAFT of OTHER', { ids: both('Achievement DRAFT of OTHER') }),
    ],
    interest: [fixed('Interest', { id: ids['Interest'] }), fixed('Interest CLOSED', { id: ids['Interest CLOSED'] })],
    viewerInterests: [
      fixed('own'),
      fixed('of INVESTOR', { organisationId: w.investor.id }),
      fixed('of OWN', { organisationId: w.own.id }),
    ],
    exportMyData: [fixed('')],
    organisation: labels
      .filter((label) => label.startsWith('Organisation '))
      .map((label) => fixed(short(label), { id: ids[label] })),
    organisations: [fixed('all'), fixed('REJECTED', { filter: { verification: ['REJECTED'] } })],
    viewer: [fixed('')],
    importFields: [fixed('')],
    importRun: [fixed('ImportRun', { id: ids['ImportRun'] })],
    // The reader is the same in every state; the states themselves are tried above.
    node: labels
      .filter((label) => !achievements.includes(label) || /(DRAFT|ADMITTED)$/.test(label))
      .map((label) => fixed(label, { id: ids[label] })),
    nodes: [
      fixed('all of one kind', {
        ids: ['Interest', 'InterestMessage', 'Invitation', 'ImportRun', 'Session of OWN_OWNER'].map(
          (label) => ids[label],
        ),
      }),
    ],
    achievementSearch: [fixed('all'), fixed('by text', { query: PUBLIC_WORD })],
    achievementFacetValues: [fixed('INSTITUTION', { facet: 'INSTITUTION', text: 'own' })],
    achievementSuggestions: [fixed('', { text: 'Text zir' })],
    searchMisses: [
      fixed('WITHOUT_RESULT', { kind: 'WITHOUT_RESULT', from: '2025-01', to: '2025-12' }),
      fixed('ABANDONED', { kind: 'ABANDONED', from: '2025-01', to: '2025-12' }),
    ],
    synonymGroups: [fixed('')],
    industries: [fixed('')],
    industry: [fixed('', { code: '3562' })],
    industriesByName: [fixed('', { text: '制造' })],
    regions: [fixed('')],
    region: [fixed('', { code: '620100' })],
    strategicAreas: [fixed('')],
    strategicArea: [fixed('', { code: '1' })],
    vocabularies: [fixed('')],
  };
}
