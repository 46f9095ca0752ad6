import { newId, toGlobalId } from '../../src/lib/ids.js';
import type { SeededPerson } from '../seed.js';
import { LISTERS, VERIFIED, type Role } from './roles.js';
import type { World } from './world.js';

/** A talent's row; gives its UUID. What is not said is empty, and shown to everyone. */
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

/** A demand's row, of OWN unless said otherwise; gives its UUID. */
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

/** Adds talents and demands, shown and not. */
export async function addTalent(w: World): Promise<void> {
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

  // Somebody to be found.
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
