import { AchievementContent, Cooperation, EvidenceFile, Inventor, IpRight, NdaGrant, NearDuplicate } from './achievements/achievement-parts.entity.js';
import { Achievement } from './achievements/achievement.entity.js';
import { Account } from './identity/account.entity.js';
import { Organisation } from './identity/organisation.entity.js';
import { Industry, Region, StrategicArea } from './taxonomy/taxonomy.entity.js';

/** Every TypeORM entity, listed by hand so that nothing is found by accident. */
export const entities = [
  Account,
  Organisation,
  Industry,
  Region,
  StrategicArea,
  Achievement,
  AchievementContent,
  Cooperation,
  EvidenceFile,
  Inventor,
  IpRight,
  NdaGrant,
  NearDuplicate,
];
