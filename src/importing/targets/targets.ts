import { achievementTarget } from './achievements.target.js';
import type { ImportTarget } from '../runs/import.target.js';
import type { ImportTargetCode } from '../runs/import.vocabularies.js';
import { trackRecordTarget } from './track-records.target.js';

const targets: Record<ImportTargetCode, ImportTarget> = {
  ACHIEVEMENTS: achievementTarget,
  TRACK_RECORDS: trackRecordTarget,
};

/** The import target with a code. */
export function targetOf(code: ImportTargetCode): ImportTarget {
  return targets[code];
}
