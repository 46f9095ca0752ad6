import { Foundation20261123100000 } from './20261123100000-foundation.js';
import { Taxonomies20261123110000 } from './20261123110000-taxonomies.js';
import { Achievements20261123111000 } from './20261123111000-achievements.js';

/** In the order in which they run. */
export const migrations = [Foundation20261123100000, Taxonomies20261123110000, Achievements20261123111000];
