import { newId, toGlobalId } from '../../../src/lib/ids.js';
import type { SeededOrganisation } from '../../seed.js';
import { fixed, on } from '../cases.js';
import { LISTERS } from '../roles.js';
import type { Actor, Cases, RightsDomain, Subject, Ways, World } from '../types.js';

/** The minimal row of an investor profile. */
export const profileRow = (
  w: World,
  organisation: SeededOrganisation,
  more: Record<string, unknown> = {},
): Record<string, unknown> & { id: string } => ({
  id: newId(),
  organisation_id: organisation.uuid,
  status: 'ACTIVE',
  revision: 1,
  created_at: w.t.app.clock(),
  updated_at: w.t.app.clock(),
  ...more,
});

/** The minimal row of a track record. */
export const trackRow = (
  w: World,
  investorId: string,
  more: Record<string, unknown> = {},
): Record<string, unknown> & { id: string } => {
  const id = newId();
  return {
    id,
    investor_id: investorId,
    company: `Company ${id}`,
    company_key: id,
    invested_on: '2024-01-01',
    revision: 1,
    created_at: w.t.app.clock(),
    ...more,
  };
};

/** Adds a public profile, a suspended one with its reason, one of an unverified organisation, and backers. */
async function fill(w: World): Promise<void> {
  const mark = (name: string, readers: Parameters<typeof w.markers.mark>[1]) => w.markers.mark(name, readers);
  const open = profileRow(w, w.investor, {
    status: 'SUSPENDED',
    status_reason: mark('investor_profile.status_reason', ['INVESTOR', 'OPERATOR']),
    thesis: { en: 'An open thesis' },
    trl_min: 5,
    ticket_min: '1',
    ticket_currency: 'CNY',
  });
  const closed = profileRow(w, w.unverified, {
    thesis: { en: mark('investor_profile.thesis', ['UNVERIFIED_OWNER', 'OPERATOR']) },
  });
  const openTrack = trackRow(w, open.id, {
    external_id: mark('track_record.external_id', ['INVESTOR', 'OPERATOR']),
    amount: '1',
    currency: 'CNY',
    co_investors: JSON.stringify([{ name: 'Other University', organisationId: w.other.uuid }]),
  });
  const closedTrack = trackRow(w, closed.id, {
    company: mark('track_record.company', ['UNVERIFIED_OWNER', 'OPERATOR']),
    company_key: mark('track_record.company_key', []),
    co_investors: JSON.stringify([
      { name: mark('track_record.co_investors', ['UNVERIFIED_OWNER', 'OPERATOR']), organisationId: null },
    ]),
  });
  for (const [label, profile, track] of [
    ['INVESTOR', open, openTrack],
    ['UNVERIFIED', closed, closedTrack],
  ] as const) {
    await w.insert('investor_profile', profile);
    await w.insert('investor_industry', { investor_id: profile.id, industry_code: 'C', wanted: true });
    await w.insert('track_record', track);
    w.ids[`InvestorProfile of ${label}`] = toGlobalId('InvestorProfile', profile.id);
    w.ids[`TrackRecord of ${label}`] = toGlobalId('TrackRecord', track.id);
  }
  const [rate] = await w.t.sql<{ id: string }>(`SELECT id FROM currency_rate WHERE currency = 'USD'`);
  w.ids['CurrencyRate'] = toGlobalId('CurrencyRate', rate!.id);
  const backer = (achievement: string, name: string) =>
    w.insert('achievement_backer', {
      achievement_id: Buffer.from(w.ids[achievement]!, 'base64url').toString().split(':')[1],
      position: 1,
      name,
      organisation_id: w.investor.uuid,
    });
  await backer('Achievement ADMITTED', 'Investor Ltd');
  await backer('Achievement DRAFT', mark('achievement_backer.name', [...LISTERS, 'OPERATOR']));
}

/** The subjects of investors, currency rates and backers. */
function subjects({ node, below, plain }: Ways): Subject[] {
  return [
    ...['INVESTOR', 'UNVERIFIED'].flatMap((label) => [
      below('InvestorProfile', label, `InvestorProfile of ${label}`, 'investorProfile(id: $id)'),
      node('TrackRecord', `of ${label}`),
      below(
        'CoInvestor',
        label,
        `InvestorProfile of ${label}`,
        'investorProfile(id: $id)',
        'trackRecords',
        'nodes',
        'coInvestors',
      ),
    ]),
    plain('CurrencyRate', '', 'currencyRates'),
    ...['ADMITTED', 'DRAFT'].map((label) =>
      below('AchievementBacker', label, `Achievement ${label}`, 'achievement(id: $id)', 'backers'),
    ),
  ];
}

/** Cases for the queries of investors and currency rates. */
function queries(w: World): Cases {
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

/** Cases for the mutations of investors, currency rates and backers; each uses a new profile owned by INVESTOR. */
function mutations(w: World): Cases {
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
    deleteDraftInvestorProfile: [
      on('of INVESTOR', async () => ({ id: (await profile()).id, revision: 1 })),
      on('of INVESTOR, never verified', async () => {
        const { id, organisation } = await profile();
        await w.t.sql(`UPDATE organisation SET verification = 'PENDING' WHERE id = $1`, [organisation.uuid]);
        return { id, revision: 1 };
      }),
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

/** Investor profiles, track records, currency rates and backers. */
export const investors: RightsDomain = {
  fill,
  subjects,
  queries,
  mutations,
  valueTypes: {
    TrlRange: 'a range, as visible as the field that gives it',
    TicketRange: 'a range, as visible as the field that gives it',
    Money: 'an amount, as visible as the field that gives it',
  },
  unmarked: {
    'a code of a closed list': [
      'currency_rate.currency',
      'column_mapping.target',
      'import_run.target',
      'investor_industry.industry_code',
      'investor_profile.cooperation_modes',
      'investor_profile.funding_stages',
      'investor_profile.region_codes',
      'investor_profile.status',
      'investor_profile.ticket_currency',
      'track_record.currency',
      'track_record.industry_code',
      'track_record.region_code',
      'track_record.stage',
    ],
  },
};
