import { createHash } from 'node:crypto';
import { cleanText } from '../../kernel/localized.js';
import { normalised } from '../../lib/text.js';
import { comparable } from '../../text/normalise.js';
import type { RowPatch } from './row-reader.js';

/** By what an achievement is found; where a row lacks one, the next counts. */
export interface AchievementKeys {
  id?: string;
  externalId?: string;
  registrationNo?: string;
}

/** How rows without any other key are found again; such results carry it as their external id. */
export function titleKey(title: string): string {
  return `title:${createHash('sha256').update(title).digest('hex').slice(0, 32)}`;
}

/** Also settles what an empty key cell means: the row is found by the next key, and what it is found by stays. */
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
