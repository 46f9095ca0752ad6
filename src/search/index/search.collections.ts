import { profileCollection } from '../profiles/profiles.collection.js';
import { achievementCollection } from './search.achievements.js';
import type { Collection } from './search.collection.js';

/** Everything that has an index of its own. */
export const collections: readonly Collection[] = [achievementCollection, profileCollection];
