import { newId, toGlobalId } from '../../../src/lib/ids.js';
import type { MembershipRole } from '../../../src/kernel/viewer.js';
import type { SeededPerson } from '../../seed.js';
import { fixed, on } from '../cases.js';
import { LISTERS, VERIFIED, type Role } from '../roles.js';
import type { Actor, Case, Cases, RightsDomain, Subject, Ways, World } from '../types.js';

/** Creates a talent profile; returns its UUID. By default its optional fields are empty and it is public. */
export async function talentOf(w: World, person: SeededPerson, row: Record<string, unknown> = {}): Promise<string> {
  const id = newId();
  const at = w.t.app.clock();
  return w.insert('talent_profile', {
    id,
    account_id: person.accountId,
    kind: 'SCIENCE',
    visibility: 'PUBLIC',
    status: 'ACTIVE',
    verification: 'UNVERIFIED',
    revision: 1,
    created_at: at,
    updated_at: at,
    ...row,
  });
}

/** Creates a demand, of OWN by default; returns its UUID. */
export async function demandOf(w: World, row: Record<string, unknown> = {}): Promise<string> {
  const at = w.t.app.clock();
  return w.insert('demand', {
    id: newId(),
    organisation_id: w.own.uuid,
    title: { en: 'A demand' },
    status: 'OPEN',
    revision: 1,
    created_at: at,
    updated_at: at,
    ...row,
  });
}

/** Adds visible and hidden talents and demands. */
async function fill(w: World): Promise<void> {
  const {
    ids,
    markers: { mark },
    actors,
    s,
  } = w;
  const insiders = [...LISTERS, 'OPERATOR'] as Role[];
  const full = async (
    label: string,
    person: SeededPerson,
    readers: readonly Role[] | null,
    row: Record<string, unknown>,
  ) => {
    const text = (column: string) =>
      readers === null ? 'plain' : mark(`talent_profile.${column} of ${label}`, readers);
    const id = await talentOf(w, person, {
      headline: { en: text('headline') },
      bio: { zh: text('bio') },
      skills: JSON.stringify([{ en: text('skills') }]),
      orcid: text('orcid'),
      organisation_id: w.own.uuid,
      days_per_month: 3,
      available_from: '2025-01-01',
      region_codes: ['620100'],
      languages: ['zh'],
      roles: ['TECHNOLOGY_MANAGER'],
      manager_grade: 'SENIOR',
      ...row,
    });
    ids[`TalentProfile ${label}`] = toGlobalId('TalentProfile', id);
    await w.insert('talent_industry', { talent_id: id, industry_code: '3562' });
    const ofEvidence = (column: string) =>
      readers === null ? 'plain' : mark(`talent_evidence.${column} of ${label}`, readers);
    const evidence = await w.insert('talent_evidence', {
      id: newId(),
      talent_id: id,
      kind: 'PAPER',
      title: { en: ofEvidence('title') },
      year: 2020,
      url: `https://example.org/${ofEvidence('url')}`,
      achievement_id: uuidOf(ids['Achievement ADMITTED']!),
      position: 1,
    });
    ids[`TalentEvidence ${label}`] = toGlobalId('TalentEvidence', evidence);
  };
  const owner = actors.PERSON.person!;
  const own = ['PERSON', 'OPERATOR'] as const;
  await full('PUBLIC', await s.person(), null, {
    status_reason: mark('talent_profile.status_reason of PUBLIC', ['OPERATOR']),
    verification_reason: mark('talent_profile.verification_reason of PUBLIC', ['OPERATOR']),
  });
  await full('REGISTERED', await s.person(), [...insiders, ...VERIFIED], { visibility: 'REGISTERED' });
  await full('REJECTED', await s.person(), ['OPERATOR'], {
    verification: 'REJECTED',
    verification_reason: mark('talent_profile.verification_reason of REJECTED', ['OPERATOR']),
  });
  await full('SUSPENDED', await s.person(), ['OPERATOR'], {
    status: 'SUSPENDED',
    status_reason: mark('talent_profile.status_reason of SUSPENDED', ['OPERATOR']),
  });
  await full('of PERSON', owner, own, {
    visibility: 'HIDDEN',
    status_reason: mark('talent_profile.status_reason of PERSON', own),
    verification_reason: mark('talent_profile.verification_reason of PERSON', own),
  });

  // An organisation for organisation searches to find.
  const fund = await s.organisation(w.stranger, { kind: 'INVESTOR', name: 'A fund' });
  const at = w.t.app.clock();
  await w.insert('investor_profile', {
    id: newId(),
    organisation_id: fund.uuid,
    thesis: { en: 'plain' },
    status: 'ACTIVE',
    revision: 1,
    created_at: at,
    updated_at: at,
  });

  const demand = async (label: string, readers: readonly Role[] | null, row: Record<string, unknown>) => {
    const text = (column: string) => (readers === null ? 'plain' : mark(`demand.${column} of ${label}`, readers));
    const id = await demandOf(w, {
      title: { en: text('title') },
      description: { zh: text('description') },
      targets: JSON.stringify([{ name: { en: text('targets') }, value: '1', unit: 'm' }]),
      budget_max: 5,
      budget_currency: 'CNY',
      deadline: '2050-01-01',
      region_code: '620100',
      required_trl: 4,
      ...row,
    });
    await w.insert('demand_industry', { demand_id: id, industry_code: '3562' });
    ids[`Demand ${label}`] = toGlobalId('Demand', id);
  };
  await demand('OPEN', null, { status_reason: mark('demand.status_reason of OPEN', insiders) });
  await demand('SUSPENDED', insiders, {
    status: 'SUSPENDED',
    status_reason: mark('demand.status_reason of SUSPENDED', insiders),
  });
  await demand('WITHDRAWN', insiders, { status: 'WITHDRAWN' });
  await demand('of UNVERIFIED', ['UNVERIFIED_OWNER', 'OPERATOR'], { organisation_id: w.unverified.uuid });
}

const uuidOf = (id: string): string => Buffer.from(id, 'base64url').toString('utf8').split(':')[1]!;

/** The subjects of talents and demands. */
function subjects({ node, plain }: Ways): Subject[] {
  return [
    ...['PUBLIC', 'REGISTERED', 'REJECTED', 'SUSPENDED', 'of PERSON'].map((label) => node('TalentProfile', label)),
    ...['PUBLIC', 'REGISTERED', 'of PERSON'].map((label) => node('TalentEvidence', label)),
    ...['OPEN', 'SUSPENDED', 'WITHDRAWN', 'of UNVERIFIED'].map((label) => node('Demand', label)),
    ...['Investor', 'Talent', 'Demand'].flatMap((kind) => {
      const search = `${kind.toLowerCase()}Search`;
      return [
        plain(`${kind}SearchConnection`, '', search),
        plain(`${kind}SearchEdge`, '', search, 'edges'),
        plain(`${kind}SearchFacet`, '', search, 'facets'),
      ];
    }),
  ];
}

/** Cases for every query of talents and demands. */
function queries(w: World): Cases {
  const of = (type: string) =>
    Object.keys(w.ids)
      .filter((label) => label.startsWith(`${type} `))
      .map((label) => fixed(label.slice(type.length + 1), { id: w.ids[label] }));
  return {
    talentProfile: of('TalentProfile'),
    talentProfiles: [
      fixed('all'),
      fixed('SUSPENDED', { filter: { statuses: ['SUSPENDED'] } }),
      fixed('REJECTED', { filter: { verification: ['REJECTED'] } }),
    ],
    demand: of('Demand'),
    investorSearch: [fixed('all')],
    talentSearch: [fixed('all'), fixed('by text', { query: 'plain' })],
    demandSearch: [fixed('all'), fixed('OPEN', { filter: { standings: ['OPEN'] } })],
    demands: [
      fixed('all'),
      fixed('SUSPENDED', { filter: { statuses: ['SUSPENDED'] } }),
      fixed('of UNVERIFIED', { filter: { organisationId: w.unverified.id } }),
    ],
  };
}

/** Membership of each role of OWN in an enterprise with the same members. */
const LIKE_OWN: Partial<Record<Role, MembershipRole>> = {
  OWN_MEMBER: 'MEMBER',
  OWN_EDITOR: 'EDITOR',
  OWN_OWNER: 'OWNER',
  OWN_KEY_READ: 'OWNER',
  OWN_KEY_WRITE: 'OWNER',
};

/** Cases for every mutation of talents and demands, each on a new object. */
function mutations(w: World): Cases {
  /**
   * A case on the caller's own talent profile; each call uses a new person, since an account has at most one profile.
   */
  const ownTalent = (row: Record<string, unknown>, input: Record<string, unknown>): Case =>
    on(
      'own',
      async ({ person }) => {
        if (person) await talentOf(w, person, row);
        return input;
      },
      { fresh: true },
    );
  const talent = (label: string, row: Record<string, unknown>, input: Record<string, unknown> = {}): Case =>
    on(label, async () => ({ id: toGlobalId('TalentProfile', await talentOf(w, await w.s.person(), row)), ...input }));
  const demand = (label: string, row: Record<string, unknown> = {}, input: Record<string, unknown> = {}): Case =>
    on(label, async () => ({ id: toGlobalId('Demand', await demandOf(w, row)), ...input }));
  const hidden = { status: 'SUSPENDED', organisation_id: w.other.uuid };
  const enterprise = async ({ role, person }: Actor) => {
    const made = await w.s.organisation(w.stranger, { kind: 'ENTERPRISE' });
    const place = LIKE_OWN[role];
    if (person && place) await w.s.member(made, place, person);
    return { organisationId: made.id, content: { title: { en: 'A demand' } } };
  };
  return {
    createTalentProfile: [on('', () => ({ profile: { kind: 'MARKET' } }), { fresh: true })],
    updateTalentProfile: [
      ownTalent({}, { revision: 1, profile: { daysPerMonth: 2 } }),
      on('without one', () => ({ revision: 1, profile: { daysPerMonth: 2 } }), { fresh: true }),
    ],
    setTalentEvidence: [ownTalent({}, { revision: 1, evidence: [{ kind: 'AWARD', title: { en: 'a prize' } }] })],
    deleteDraftTalentProfile: [ownTalent({ visibility: 'HIDDEN', verification: 'UNVERIFIED' }, { revision: 1 })],
    pauseTalentProfile: [ownTalent({}, {})],
    resumeTalentProfile: [ownTalent({ status: 'PAUSED' }, {})],
    verifyTalent: [talent('UNVERIFIED', {}, { revision: 1 })],
    rejectTalent: [talent('UNVERIFIED', {}, { revision: 1, reason: 'not so' })],
    suspendTalent: [talent('ACTIVE', {}, { reason: 'a complaint' })],
    reinstateTalent: [talent('SUSPENDED', { status: 'SUSPENDED' })],
    createDemand: [
      on('ENTERPRISE', enterprise, { fresh: true }),
      on('of OWN, a university', () => ({ organisationId: w.own.id, content: { title: { en: 'A demand' } } })),
    ],
    updateDemand: [
      demand('OPEN', {}, { revision: 1, content: { requiredTrl: 3 } }),
      demand('SUSPENDED of OTHER', hidden, { revision: 1, content: { requiredTrl: 3 } }),
    ],
    deleteDraftDemand: [demand('OPEN', {}, { revision: 1 }), demand('SUSPENDED of OTHER', hidden, { revision: 1 })],
    pauseDemand: [demand('OPEN'), demand('SUSPENDED of OTHER', hidden)],
    resumeDemand: [demand('PAUSED', { status: 'PAUSED' })],
    fulfilDemand: [demand('OPEN')],
    withdrawDemand: [demand('OPEN')],
    suspendDemand: [demand('OPEN', {}, { reason: 'a complaint' })],
    reinstateDemand: [demand('SUSPENDED', { status: 'SUSPENDED' })],
  };
}

/** Talents and demands. */
export const talent: RightsDomain = {
  fill,
  subjects,
  queries,
  mutations,
  valueTypes: {
    DemandBudget: 'a range, as visible as the demand',
    DemandTarget: 'a figure, as visible as the demand',
  },
  unmarked: {
    'a code of a closed list': [
      'demand.budget_currency',
      'demand.region_code',
      'demand.status',
      'demand_industry.industry_code',
      'talent_evidence.kind',
      'talent_industry.industry_code',
      'talent_profile.kind',
      'talent_profile.languages',
      'talent_profile.manager_grade',
      'talent_profile.region_codes',
      'talent_profile.roles',
      'talent_profile.status',
      'talent_profile.verification',
      'talent_profile.visibility',
      'search_profile_generation.state',
    ],
    'a digest, selected by no query of the API': ['search_profile_generation.settings_hash'],
    'an id, which stands for nothing by itself': ['search_profile_generation.index_uid'],
  },
};
