import { dayNumber, dayOfChina } from '../../lib/day.js';
import { normalised } from '../../lib/text.js';
import type { Day } from '../engine/types.js';

/** CNY per unit of each currency. */
export type Rates = ReadonlyMap<string, number>;

export type Numeric = string | null;

export const dayOf = (date: string): Day => dayNumber(date);

export const today = (now: Date): Day => dayNumber(dayOfChina(now));

/** Converts an amount to CNY at the given exchange rates; null if the amount is unknown or the currency has no rate. */
export function inCny(amount: Numeric, currency: string | null, rates: Rates): number | null {
  const rate = currency === null ? undefined : rates.get(currency);
  return amount === null || rate === undefined ? null : Number(amount) * rate;
}

/**
 * Key that identifies an investor across track records: its organisation's id if known, otherwise its normalised name.
 */
export function partyKey(party: { name: string; organisationId: string | null }): string {
  return (
    party.organisationId ??
    `name:${normalised(party.name, 'NFKC')
      .toLowerCase()
      .replace(/[\s.,·•・()（）]+/gu, '')}`
  );
}
