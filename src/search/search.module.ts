import type { Module } from '../kernel/module.js';
import { byUuid } from '../kernel/node.readers.js';
import { searchSweeps, searchTasks } from './index/search.jobs.js';
import { SearchMissResolver } from './misses/misses.resolver.js';
import { ProfileSearchResolver } from './profiles/profiles.resolver.js';
import { SearchResolver } from './query/search.resolver.js';
import { SynonymGroup } from './synonyms/synonyms.entity.js';
import { SynonymResolver } from './synonyms/synonyms.resolver.js';
import { readSynonymGroup } from './synonyms/synonyms.service.js';
import { searchExamples } from './search.examples.js';
import { searchColumns } from './search.personal-columns.js';

/** Full-text search over entries and profiles. */
export const searchModule: Module = {
  name: 'search',
  entities: [SynonymGroup],
  resolvers: [SearchResolver, SearchMissResolver, SynonymResolver, ProfileSearchResolver],
  nodeReaders: {
    SynonymGroup: byUuid(readSynonymGroup),
  },
  tasks: {
    ...searchTasks.tasks,
  },
  cron: [...searchTasks.cron],
  sweeps: searchSweeps,
  personalData: [{ part: 'search', exports: {}, ...searchColumns }],
  examples: searchExamples,
};
