import { z } from 'zod';
import type { Day } from '../engine/types.js';
import type { EngineTaxonomy } from '../engine/taxonomy.js';
import type { PastRound } from '../engine/fit/history.js';
import { dayNumber } from '../../lib/day.js';

/** Schema of one line of a rounds file: a financing round, with its company and investors, as a JSON object. */
const line = z.object({
  company: z.string(),
  industry: z.string().nullable(),
  region: z.string().nullable(),
  province: z.string().nullable(),
  stage: z.string().nullable(),
  date: z.iso.date(),
  amount: z.number().nullable(),
  investors: z.array(z.string()),
});

/** Converts an ISO date such as 2022-01-31 to days since 1970-01-01. */
export const dayOf = (date: string): Day => dayNumber(date);

/** Separator character between a province and a place within it in a region code; occurs in no name. */
const IN = '\u0000';

/**
 * Taxonomy of the rounds files: industries are a flat list; a region is a province, or a place below its province
 * (codes are built by `regionOf`).
 */
export const ROUNDS_TAXONOMY: EngineTaxonomy = {
  industryParent: () => null,
  regionParent: (code) => (code.includes(IN) ? code.slice(0, code.indexOf(IN)) : null),
};

const regionOf = (province: string | null, region: string | null): string | null =>
  province === null ? region : region === null ? province : `${province}${IN}${region}`;

/** Parses a rounds file, one JSON object per line; throws an error with the number of the first invalid line. */
export function parseRounds(content: string): PastRound[] {
  return content.split('\n').flatMap((row, i) => {
    if (row.trim() === '') return [];
    let round;
    try {
      round = line.parse(JSON.parse(row));
    } catch {
      throw new RangeError(`line ${i + 1}: not in the expected form.`);
    }
    const { company, industry, stage, amount } = round;
    return [
      {
        company,
        industry,
        region: regionOf(round.province, round.region),
        stage,
        amount,
        day: dayOf(round.date),
        investors: [...new Set(round.investors)],
      },
    ];
  });
}
