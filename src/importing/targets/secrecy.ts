import { normalised } from '../../lib/text.js';
import { coded } from '../../messages/catalogue.js';
import { fieldsForHeader } from '../mapping/fields.js';
import type { CellProblem } from '../mapping/values.js';

/** What says that a result is not secret. */
const PUBLIC =
  /^(?:|公开|公开级|可公开|完全公开|无|无密级|没有|无密|非密|非秘密|非涉密|不涉密|未涉密|未定密|普通|否|不是|解密|已解密|-+|—+|\/|0|n\/?a|none|no|false|public|open|unclassified|not secret)$/i;

/**
 * Columns that state the secrecy of a result. They are found by their headers whatever the mapping says: a mapping that
 * was saved without them must not bring secret results into a public pool.
 */
export function secrecyColumns(headers: readonly string[]): number[] {
  return headers.flatMap((header, index) =>
    fieldsForHeader(header).some(({ key, confidence }) => key === 'secrecy' && confidence >= 0.9) ? [index] : [],
  );
}

export const SECRET: CellProblem = coded('SECRET_RESULT');

/** Whether a cell of such a column says anything but that the result is public. */
export function isSecret(cell: string): boolean {
  const text = normalised(cell.slice(0, 200), 'NFKC')
    .replace(/[\s\u200b-\u200f\ufeff]+/g, ' ')
    .trim();
  return !PUBLIC.test(text);
}
