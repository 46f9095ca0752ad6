import { newId, toGlobalId } from '../../src/lib/ids.js';
import type { Case, Cases } from './cases.queries.js';
import { profileRow, trackRow } from './world.investors.js';
import type { Actor, World } from './world.js';

const fixed = (label: string, variables: Record<string, unknown> = {}): Case => ({
  label,
  call: () => ({ variables }),
});

/** Calls of the queries of investors and currency rates. */
export function investorQueryCases(w: World): Cases {
  return {
    investorProfile: ['INVESTOR', 'UNVERIFIED'].map((label) =>
      fixed(label, { id: w.ids[`InvestorProfile of ${label}`] }),
    ),
    investorProfiles: [
      fixed('all'),
      fixed('every status', { filter: { statuses: ['ACTIVE', 'PAUSED', 'SUSPENDED'] } }),
    ],
    currencyRates: [fixed('')],
  };
}

/** Calls of the mutations of investors, currency rates and backers; each profile is one of its own that INVESTOR owns. */
export function investorMutationCases(w: World): Cases {
  const on = (
    label: string,
    make: (actor: Actor) => Promise<Record<string, unknown>> | Record<string, unknown>,
  ): Case => ({ label, call: async (actor) => ({ variables: { input: await make(actor) } }) });
  const organisation = (actor?: Actor) => w.s.organisation(actor?.person ?? w.stranger, { kind: 'INVESTOR' });
  const profile = async (status = 'ACTIVE') => {
    const owned = await organisation(w.actors.INVESTOR);
    const row = profileRow(w, owned, { status, status_reason: status === 'SUSPENDED' ? 'a reason' : null });
    await w.insert('investor_profile', row);
    return { uuid: row.id, id: toGlobalId('InvestorProfile', row.id), organisation: owned };
  };
  const track = async () => {
    const row = trackRow(w, (await profile()).uuid);
    await w.insert('track_record', row);
    return toGlobalId('TrackRecord', row.id);
  };
  const backed = (label: string, status: 'DRAFT' | 'ADMITTED', institution = w.own) =>
    on(label, async () => ({
      achievementId: toGlobalId('Achievement', await w.entry(status, { institution })),
      backers: [{ name: 'A backer' }],
    }));
  const file = { name: 'track.csv', content: `被投企业,投资日期\n公司${newId()},2024-01-01\n` };
  return {
    createInvestorProfile: [
      on('the viewer’s organisation', async (actor) => ({ organisationId: (await organisation(actor)).id })),
      on('another’s', async () => ({ organisationId: (await organisation()).id })),
    ],
    updateInvestorProfile: [
      on('of INVESTOR', async () => ({ id: (await profile()).id, revision: 1, profile: { trl: { min: 3 } } })),
      on('of INVESTOR, stale', async () => ({ id: (await profile()).id, revision: 9, profile: {} })),
    ],
    pauseInvestorProfile: [on('of INVESTOR', async () => ({ id: (await profile()).id }))],
    resumeInvestorProfile: [on('of INVESTOR', async () => ({ id: (await profile('PAUSED')).id }))],
    suspendInvestorProfile: [on('of INVESTOR', async () => ({ id: (await profile()).id, reason: 'it is not one' }))],
    reinstateInvestorProfile: [on('of INVESTOR', async () => ({ id: (await profile('SUSPENDED')).id }))],
    addTrackRecord: [
      on('of INVESTOR', async () => ({
        investorId: (await profile()).id,
        record: { company: 'A company', investedOn: '2024-01-01' },
      })),
      on('of UNVERIFIED', () => ({
        investorId: w.ids['InvestorProfile of UNVERIFIED'],
        record: { company: `Company ${newId()}`, investedOn: '2024-01-01' },
      })),
    ],
    updateTrackRecord: [on('of INVESTOR', async () => ({ id: await track(), revision: 1, record: { stage: 'SEED' } }))],
    removeTrackRecord: [on('of INVESTOR', async () => ({ id: await track() }))],
    importTrackRecords: [
      {
        label: 'of INVESTOR',
        call: async () => ({ variables: { input: { organisationId: (await profile()).organisation.id } }, file }),
      },
    ],
    setCurrencyRate: [on('USD', () => ({ currency: 'USD', cnyPerUnit: 7.1 }))],
    setAchievementBackers: [
      backed('DRAFT', 'DRAFT'),
      backed('ADMITTED', 'ADMITTED'),
      backed('DRAFT of OTHER', 'DRAFT', w.other),
    ],
  };
}
