import { toGlobalId } from '../../../src/lib/ids.js';
import { fixed } from '../cases.js';
import type { Cases, RightsDomain, Subject, Ways, World } from '../types.js';

async function fill(w: World): Promise<void> {
  Object.assign(w.ids, {
    'Industry 3562': toGlobalId('Industry', '3562'),
    'Region 620100': toGlobalId('Region', '620100'),
    'StrategicArea 1': toGlobalId('StrategicArea', '1'),
  });
}

function subjects({ plain }: Ways): Subject[] {
  return [
    plain('Industry', '', 'industry(code: "3562")'),
    plain('Region', '', 'region(code: "620100")'),
    plain('StrategicArea', '', 'strategicArea(code: "1")'),
    plain('Vocabulary', '', 'vocabularies'),
    plain('VocabularyTerm', '', 'vocabularies', 'terms'),
  ];
}

const queries = (): Cases => ({
  industries: [fixed('')],
  industry: [fixed('', { code: '3562' })],
  industriesByName: [fixed('', { text: '制造' })],
  regions: [fixed('')],
  region: [fixed('', { code: '620100' })],
  strategicAreas: [fixed('')],
  strategicArea: [fixed('', { code: '1' })],
  vocabularies: [fixed('')],
});

/** Public code lists, and the value types that every domain uses. */
export const taxonomy: RightsDomain = {
  fill,
  subjects,
  queries,
  valueTypes: {
    LocalizedText: 'a text, as visible as the field that gives it',
    PageInfo: 'where a page stands; cursors hold what the entries beside them show',
  },
  unmarked: {
    'public: a list that everyone may read': [
      'industry.code',
      'industry.name',
      'industry.parent_code',
      'industry.path',
      'region.code',
      'region.name',
      'region.parent_code',
      'region.path',
      'strategic_area.code',
      'strategic_area.name',
      'strategic_area.parent_code',
      'strategic_area.path',
    ],
  },
};
