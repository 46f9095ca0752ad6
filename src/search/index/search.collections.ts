import { profileCollection } from '../profiles/profiles.collection.js';
import { achievementCollection } from './search.achievements.js';
import type { Collection } from './search.collection.js';

/** All collections that have an index of their own. */
export const collections: readonly Collection[] = [achievementCollection, profileCollection];
