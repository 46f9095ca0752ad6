import { createHash } from 'node:crypto';
import { cleanText } from '../../kernel/localized.js';
import { normalised } from '../../lib/text.js';
import { comparable } from '../../text/normalise.js';
import type { RowPatch } from './achievements.row-reader.js';

/**
 * Keys by which an imported row finds its achievement, in order of precedence: a later key is used only where the
 * earlier ones are missing.
 */
export interface AchievementKeys {
  id?: string;
  externalId?: string;
  registrationNo?: string;
}

/** Key of a row that has no other key: a hash of its title, which the achievement stores as its external id. */
export function titleKey(title: string): string {
  return `title:${createHash('sha256').update(title).digest('hex').slice(0, 32)}`;
}

/**
 * Returns the keys of an achievement's row. In a row without an id, an empty external id is removed from the patch, so
 * that the row is found by its registration number and the stored external id is not cleared. A row without any key
 * gets `titleKey` as its external id.
 */
export function achievementKeysOf(patch: RowPatch): AchievementKeys {
  const written = cleanText(patch.simple.registrationNo);
  const number = written === undefined ? undefined : normalised(written, 'NFKC').toUpperCase();
  const keys: AchievementKeys = {};
  if (patch.id !== undefined) keys.id = patch.id;
  if (patch.externalId != null) keys.externalId = patch.externalId;
  if (number !== undefined) keys.registrationNo = number;
  if (keys.id === undefined && keys.externalId === undefined) {
    const title = patch.texts.title?.zh ?? patch.texts.title?.en;
    if (keys.registrationNo === undefined && title != null && comparable(title) !== '') {
      patch.externalId = titleKey(comparable(title));
      keys.externalId = patch.externalId;
    } else delete patch.externalId;
  }
  return keys;
}
