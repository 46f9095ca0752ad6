import type { MatchDemand, Gap, MatchInvestor, MatchTalent } from './types.js';

const missing = (list: readonly (readonly [Gap, boolean])[]): Gap[] =>
  list.filter(([, lacks]) => lacks).map(([gap]) => gap);

/** Lists the missing facts of an investor's profile that would make its matches more precise, most useful first. */
export function investorGaps({ declared, track, text }: MatchInvestor): Gap[] {
  const never = (known: (entry: MatchInvestor['track'][number]) => unknown) =>
    track.every((entry) => known(entry) === null);
  return missing([
    ['TRACK_RECORD', track.length === 0],
    ['INDUSTRIES', declared.wanted.length === 0 && never((entry) => entry.industry)],
    ['STAGES', declared.stages.length === 0 && never((entry) => entry.stage)],
    ['TICKET', declared.ticketMin === null && declared.ticketMax === null && never((entry) => entry.amount)],
    ['REGIONS', declared.regions.length === 0 && never((entry) => entry.region)],
    ['TRL', declared.trlMin === null && declared.trlMax === null],
    ['THESIS', text === null || text.terms.length === 0],
  ]);
}

/** Lists the missing facts of a talent's profile that would make its matches more precise. */
export function talentGaps(record: MatchTalent): Gap[] {
  return missing([
    ['INDUSTRIES', record.industries.length === 0],
    ['SKILLS', record.text === null || record.text.terms.length === 0],
    ['EVIDENCE', record.evidence.length === 0],
    ['AVAILABILITY', record.daysPerMonth === null],
    ['REGIONS', record.regions.length === 0],
    ['LANGUAGES', record.languages.length === 0],
  ]);
}

/** Facts that a demand could add to sharpen its matches. */
export function demandGaps(record: MatchDemand): Gap[] {
  return missing([
    ['INDUSTRIES', record.industries.length === 0],
    ['DESCRIPTION', record.text === null || record.text.terms.length === 0],
    ['TRL', record.requiredTrl === null],
    ['BUDGET', record.budgetMin === null && record.budgetMax === null],
    ['REGIONS', record.regions.length === 0],
  ]);
}
