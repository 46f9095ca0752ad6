import { CLOSED_ENTRIES_TASK, stepBackEntries, stepBackLater } from './achievement.closing.js';
import type { Module } from '../kernel/module.js';
import { byUuid } from '../kernel/node.readers.js';
import {
  AchievementContent,
  Cooperation,
  EvidenceFile,
  Inventor,
  IpRight,
  NdaGrant,
  NearDuplicate,
} from './achievement-parts.entity.js';
import { Achievement } from './achievement.entity.js';
import { scanDuplicates, sweepDuplicates } from './achievement.jobs.js';
import { openAchievement } from './achievement.queries.js';
import { readEvidence, readNdaGrant, readNearDuplicate } from './achievement.readers.js';
import {
  AchievementResolver,
  NdaGrantResolver,
  NearDuplicateResolver,
  OrganisationAchievementsResolver,
} from './achievement.resolver.js';
import { AchievementBacker } from './backers/backers.entity.js';
import { AchievementBackersResolver, BackerResolver } from './backers/backers.resolver.js';
import { InventorResolver } from './inventors.resolver.js';
import { MentionedAchievementResolver } from './mentioned.resolver.js';
import { DUPLICATE_TASK } from './duplicates.service.js';
import { EvidenceResolver } from './evidence/evidence.resolver.js';
import { registerEvidenceRoutes } from './evidence/evidence.routes.js';
import { achievementsRights } from './achievements.rights.js';
import { achievementsExamples } from './achievements.examples.js';
import { achievementsColumns } from './achievements.personal-columns.js';
import { achievementsExports, eraseFromAchievements } from './achievements.personal-data.js';
import { achievementMails } from './achievement.mails.js';
import { achievementPages } from './achievement.mail-pages.js';

/** Descriptor of the achievements domain: achievements, evidence files, and content by disclosure tier. */
export const achievementsModule: Module = {
  name: 'achievements',
  entities: [
    Achievement,
    AchievementContent,
    Cooperation,
    EvidenceFile,
    Inventor,
    IpRight,
    NdaGrant,
    NearDuplicate,
    AchievementBacker,
  ],
  resolvers: [
    AchievementResolver,
    OrganisationAchievementsResolver,
    NdaGrantResolver,
    NearDuplicateResolver,
    EvidenceResolver,
    AchievementBackersResolver,
    BackerResolver,
    InventorResolver,
    MentionedAchievementResolver,
  ],
  nodeReaders: {
    Achievement: byUuid(openAchievement),
    EvidenceFile: byUuid(readEvidence),
    NdaGrant: byUuid(readNdaGrant),
    NearDuplicate: byUuid(readNearDuplicate),
  },
  tasks: {
    [CLOSED_ENTRIES_TASK]: stepBackLater,
    [DUPLICATE_TASK]: scanDuplicates,
  },
  sweeps: [sweepDuplicates],
  mails: achievementMails,
  mailPages: achievementPages,
  personalData: [
    { part: 'achievements', exports: achievementsExports, erase: eraseFromAchievements, ...achievementsColumns },
  ],
  cron: [{ task: CLOSED_ENTRIES_TASK, match: '50 * * * *' }],
  closing: [stepBackEntries],
  downloads: [registerEvidenceRoutes],
  rights: achievementsRights,
  examples: achievementsExamples,
};
