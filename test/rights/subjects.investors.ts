import type { Subject } from './subjects.js';

/** Types of investors without a subject of their own, and why none is needed. */
export const INVESTOR_VALUE_TYPES: Record<string, string> = {
  TrlRange: 'a range, as visible as the field that gives it',
  TicketRange: 'a range, as visible as the field that gives it',
  Money: 'an amount, as visible as the field that gives it',
};

interface Makers {
  node(type: string, label?: string): Subject;
  below(type: string, label: string, on: string, ...steps: string[]): Subject;
  plain(type: string, label: string, ...steps: string[]): Subject;
}

/** The subjects of investors, currency rates and backers. */
export function investorSubjects({ node, below, plain }: Makers): Subject[] {
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
