import type { AchievementInput } from '../../achievements/achievement.inputs.js';
import type { AchievementRecord } from '../../achievements/achievement.record.js';
import { numberKey } from '../../text/normalise.js';
import { TEXT_FIELDS } from '../mapping/fields.js';
import type { ItemPatch, RowPatch } from './achievements.row-reader.js';

/**
 * Makes the input that changes an achievement's record to the values of a row. Only mapped fields change: a language
 * without a column is kept, and so are further data of the same inventor, application or IP right.
 */
export function toInput(patch: RowPatch, base: AchievementRecord): AchievementInput {
  const input: AchievementInput = { ...patch.simple };
  if (patch.externalId !== undefined) input.externalId = patch.externalId;
  for (const field of TEXT_FIELDS) {
    const text = patch.texts[field];
    if (text) input[field] = { ...base[field], ...text };
  }
  if (patch.keywords) input.keywords = { ...base.keywords, ...patch.keywords };
  if (patch.applications)
    input.applications = patch.applications.map((item) => ({
      ...same(item, base.applications, (text) => text),
      ...item,
    }));
  if (patch.inventors) {
    input.inventors = patch.inventors.map(({ orcid, ...name }) => {
      const known = same(name, base.inventors, (inventor) => inventor.name);
      return { name: { ...known?.name, ...name }, orcid: orcid ?? known?.orcid ?? null };
    });
  }
  if (patch.ipRights) {
    const byKey = new Map(
      base.ipRights.toReversed().flatMap((right) => (right.number === null ? [] : [[numberKey(right.number), right]])),
    );
    input.ipRights = patch.ipRights.map((right) => {
      const known = right.number === null ? undefined : byKey.get(numberKey(right.number));
      return {
        number: right.number,
        // Nothing is claimed that neither the row, the stored right nor the form of the number says.
        type: right.type ?? known?.type ?? right.formType ?? 'OTHER',
        status: right.status ?? known?.status ?? right.formStatus ?? (right.applied ? 'APPLIED' : 'UNKNOWN'),
      };
    });
  }
  return input;
}

/** Finds the stored item that the row's item means: the one with equal text in a language that the row gives. */
function same<T>(
  item: ItemPatch,
  items: readonly T[],
  textOf: (item: T) => { zh?: string; en?: string },
): T | undefined {
  return items.find((other) => {
    const text = textOf(other);
    return (item.zh !== undefined && text.zh === item.zh) || (item.en !== undefined && text.en === item.en);
  });
}
