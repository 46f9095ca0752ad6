import { newId, toGlobalId } from '../../src/lib/ids.js';
import type { SeededOrganisation } from '../seed.js';
import { LISTERS } from './roles.js';
import type { World } from './world.js';

/** The least that a profile needs to stand there. */
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

/** The least that a track record needs to stand there. */
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

/** A public profile with a suspended one's reason, one of an organisation that is not verified, and backers. */
export async function addInvestors(w: World): Promise<void> {
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
