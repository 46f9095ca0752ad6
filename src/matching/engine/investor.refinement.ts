import type { InvestorColumns } from './investor.columns.js';
import type { Sought } from './investor.sought.js';
import { baseDensity, cooperationValue, FARTHEST, trlValue } from './investor.score.js';
import type { InvestorModel } from './model.js';
import type { Refinement } from './ranking.js';

/** Length of the lookup tables: a TRL range, and a set of cooperation modes, is stored as one byte. */
const BYTE = 256;

/**
 * The expensive terms, which cost every row a branch or a product: TRL, cooperation modes, amount against past amounts
 * and the ticket, and the latent term. Their sum has a cheap upper bound, a constant plus the product of the lengths of
 * the two latent vectors, so that a ranking computes them only for the rows that they could lift into the best.
 */
export function refinementOf(columns: InvestorColumns, sought: Sought, model: InvestorModel): Refinement {
  const {
    trl,
    modes,
    amountMean,
    amountSlope,
    amountOffset,
    ticketDeclared,
    ticketLeast,
    ticketMost,
    latent,
    latentLength,
    dimensions,
  } = columns;
  const trlTable = Float32Array.from(
    { length: BYTE },
    (_, range) => trlValue(model, range, sought.opportunity.trl) + sought.base,
  );
  const modeTable = Float32Array.from({ length: BYTE }, (_, declared) =>
    cooperationValue(model, declared, sought.modes),
  );
  const { amount, least, most, latent: wanted } = sought;
  const density = amount === null ? 0 : baseDensity(model, amount);
  const [meets, misses] = model.weights.ticket;
  const value = (row: number): number => {
    let sum = trlTable[trl[row]!]! + modeTable[modes[row]!]!;
    if (amount !== null) {
      const slope = amountSlope[row]!;
      const off = amount - amountMean[row]!;
      if (slope > 0) sum += amountOffset[row]! - slope * off * off + density;
      if (ticketDeclared[row] === 1) {
        const below = ticketLeast[row]! - most;
        const above = least - ticketMost[row]!;
        const gap = below > above ? below : above;
        sum += gap <= 0 ? meets : misses * (gap < FARTHEST ? gap : FARTHEST);
      }
    }
    const from = row * dimensions;
    for (let d = 0; d < dimensions; d += 1) sum += wanted[d]! * latent[from + d]!;
    return sum;
  };
  let square = 0;
  for (let d = 0; d < dimensions; d += 1) square += wanted[d]! ** 2;
  const mostOfAmount =
    amount === null ? 0 : Math.max(0, columns.mostAmountOffset + density) + Math.max(0, meets, misses * FARTHEST);
  return {
    constant: greatest(trlTable) + greatest(modeTable) + mostOfAmount,
    lengths: latentLength,
    factor: Math.sqrt(square),
    value,
  };
}

const greatest = (table: Float32Array): number => table.reduce((most, value) => (value > most ? value : most));
