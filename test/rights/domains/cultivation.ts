import { newId, toGlobalId } from '../../../src/lib/ids.js';
import { fixed, on } from '../cases.js';
import type { Cases, RightsDomain, Subject, Ways, World } from '../types.js';
import { standing } from '../vetting.rows.js';

/** Adds support services for entries that were not admitted. */
async function fill(w: World): Promise<void> {
  const { ids, markers, t } = w;
  const { mark } = markers;
  const at = t.app.clock();
  const gid = (label: string, type: string, id: string) => void (ids[label] = toGlobalId(type, id));
  // An active service, and an inactive one, which only operators may see.
  for (const active of [true, false]) {
    const id = newId();
    const text = (column: string) =>
      active ? 'help' : mark(`support_service.${column} of one taken off`, ['OPERATOR']);
    await standing(w, [
      [
        'support_service',
        {
          id,
          kind: 'PILOT_FACILITY',
          name: { en: text('name') },
          description: { en: text('description') },
          url: `https://example.org/${text('url')}`,
          organisation_id: w.other.uuid,
          region_code: '620100',
          gap_codes: ['NO_PILOT_DATA'],
          active,
          created_at: at,
          updated_at: at,
        },
      ],
    ]);
    gid(`SupportService ${active ? 'ACTIVE' : 'INACTIVE'}`, 'SupportService', id);
  }
}

function subjects({ node, below, plain }: Ways): Subject[] {
  const entry = 'cohortEntry(id: $id)';
  return [
    below('Cultivation', 'NOT_ADMITTED', 'CohortEntry NOT_ADMITTED', entry, 'cultivation'),
    below('CultivationGap', 'NOT_ADMITTED', 'CohortEntry NOT_ADMITTED', entry, 'cultivation', 'gaps'),
    below('AdmittedNeighbour', 'NOT_ADMITTED', 'CohortEntry NOT_ADMITTED', entry, 'cultivation', 'neighbours'),
    below('SuggestedService', 'NOT_ADMITTED', 'CohortEntry NOT_ADMITTED', entry, 'cultivation', 'services'),
    node('SupportService', 'ACTIVE'),
    node('SupportService', 'INACTIVE'),
    plain('GraduationFigures', '', 'graduationFigures'),
    plain('GapGraduation', '', 'graduationFigures', 'gaps'),
    plain('InstitutionGraduation', '', 'graduationFigures', 'institutions'),
  ];
}

const queries = (): Cases => ({
  gapCodes: [fixed('')],
  graduationFigures: [fixed('')],
  supportServices: [fixed(''), fixed('inactive too', { filter: { inactiveToo: true } })],
});

function mutations(w: World): Cases {
  const service = async () => {
    const id = newId();
    const at = w.t.app.clock();
    await standing(w, [
      [
        'support_service',
        {
          id,
          kind: 'PILOT_FACILITY',
          name: { en: 'a service' },
          gap_codes: [],
          active: true,
          created_at: at,
          updated_at: at,
        },
      ],
    ]);
    return toGlobalId('SupportService', id);
  };

  return {
    setSupportService: [
      on('new', () => ({
        kind: 'PILOT_FACILITY',
        name: { en: `Service ${w.serial()}` },
        gapCodes: ['NO_PILOT_DATA'],
        active: true,
      })),
    ],
    removeSupportService: [on('', async () => ({ id: await service() }))],
  };
}

/** Cultivation of an entry that was not admitted, and the support services suggested for it. */
export const cultivation: RightsDomain = {
  fill,
  subjects,
  queries,
  mutations,
  valueTypes: {
    GraduationRate: 'a figure, as visible as the field that gives it',
    GapCode: 'a code of a public list',
    AnonymousRationale: 'a text, as visible as the cultivation that gives it',
  },
  unmarked: {
    'a code of a closed list': [
      'cultivation_gap.code',
      'cultivation_gap.dimension',
      'cultivation_gap.source',
      'support_service.gap_codes',
      'support_service.kind',
      'support_service.region_code',
    ],
    'public: a list that everyone may read': ['gap_code.code', 'gap_code.dimension', 'gap_code.name'],
    'not written yet': ['cultivation_gap.note'],
  },
};
