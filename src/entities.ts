import { AchievementContent, Cooperation, EvidenceFile, Inventor, IpRight, NdaGrant, NearDuplicate } from './achievements/achievement-parts.entity.js';
import { Achievement } from './achievements/achievement.entity.js';
import { Interest, InterestMessage } from './deals/interest.entity.js';
import { ShortlistEntry } from './deals/shortlist.entity.js';
import { Account } from './identity/account.entity.js';
import { ApiKey } from './identity/api-key.entity.js';
import { Invitation } from './identity/invitation.entity.js';
import { Membership } from './identity/membership.entity.js';
import { Organisation } from './identity/organisation.entity.js';
import { Session } from './identity/session.entity.js';
import { ColumnMapping, ImportReportRow } from './importing/import-parts.entity.js';
import { ImportRun } from './importing/import.entity.js';
import { SynonymGroup } from './search/synonyms.entity.js';
import { Industry, Region, StrategicArea } from './taxonomy/taxonomy.entity.js';

/** Every TypeORM entity, listed by hand so that nothing is found by accident. */
export const entities = [
  Account,
  Organisation,
  Membership,
  Invitation,
  Session,
  ApiKey,
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
  ImportRun,
  ImportReportRow,
  ColumnMapping,
  SynonymGroup,
  Interest,
  InterestMessage,
  ShortlistEntry,
];
