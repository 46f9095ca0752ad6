import { toGlobalId } from '../../src/lib/ids.js';
import type { Case, Cases } from './cases.queries.js';
import type { Role } from './roles.js';
import { demandOf, talentOf } from './world.talent.js';
import type { Actor, World } from './world.js';
import type { MembershipRole } from '../../src/kernel/viewer.js';

const fixed = (label: string, variables: Record<string, unknown> = {}): Case => ({
  label,
  call: () => ({ variables }),
});

/** Calls of every query of talents and demands. */
export function talentQueryCases(w: World): Cases {
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

/** What a role of OWN is in an enterprise made like it. */
const LIKE_OWN: Partial<Record<Role, MembershipRole>> = {
  OWN_MEMBER: 'MEMBER',
  OWN_EDITOR: 'EDITOR',
  OWN_OWNER: 'OWNER',
  OWN_KEY_READ: 'OWNER',
  OWN_KEY_WRITE: 'OWNER',
};

/** Calls of every mutation of talents and demands, each on something of its own. */
export function talentMutationCases(w: World): Cases {
  const on = (
    label: string,
    make: (actor: Actor) => Promise<Record<string, unknown>> | Record<string, unknown>,
    more: Partial<Case> = {},
  ): Case => ({
    label,
    call: async (actor) => ({ variables: { input: await make(actor) } }),
    ...more,
  });
  /** The caller's own talent profile; each call is another person's, since one has but one. */
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
    pauseDemand: [demand('OPEN'), demand('SUSPENDED of OTHER', hidden)],
    resumeDemand: [demand('PAUSED', { status: 'PAUSED' })],
    fulfilDemand: [demand('OPEN')],
    withdrawDemand: [demand('OPEN')],
    suspendDemand: [demand('OPEN', {}, { reason: 'a complaint' })],
    reinstateDemand: [demand('SUSPENDED', { status: 'SUSPENDED' })],
  };
}
