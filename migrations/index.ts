import type { MigrationClass } from '../src/lib/online-migration.js';
import { ClosedCounts20261201020000 } from './20261201020000-closed-counts.js';
import { CountIndexes20261201020100 } from './20261201020100-count-indexes.js';
import { LedgerRange20261201020200 } from './20261201020200-ledger-range.js';
import { LedgerRangeValid20261201020300 } from './20261201020300-ledger-range-valid.js';
import { LedgerPartitions20261201020400 } from './20261201020400-ledger-partitions.js';
import { Autovacuum20261201020500 } from './20261201020500-autovacuum.js';
import { ForeignKeyIndexes20261130237000 } from './20261130237000-foreign-key-indexes.js';
import { Foundation20261123100000 } from './20261123100000-foundation.js';
import { IdentityCredentials20261123103000 } from './20261123103000-identity-credentials.js';
import { Taxonomies20261123110000 } from './20261123110000-taxonomies.js';
import { Achievements20261123111000 } from './20261123111000-achievements.js';
import { Search20261123120000 } from './20261123120000-search.js';
import { Importing20261123140000 } from './20261123140000-importing.js';
import { Interest20261123130000 } from './20261123130000-interest.js';
import { SearchRelevance20261123160000 } from './20261123160000-search-relevance.js';
import { OrganisationPending20261123150000 } from './20261123150000-organisation-pending.js';
import { Vetting20261124100000 } from './20261124100000-vetting.js';
import { VettingReviewers20261124103000 } from './20261124103000-vetting-reviewers.js';
import { Matching20261126102000 } from './20261126102000-matching.js';
import { Cultivation20261124106000 } from './20261124106000-cultivation.js';
import { Investors20261126100000 } from './20261126100000-investors.js';
import { TalentAndDemands20261126101000 } from './20261126101000-talent-and-demands.js';
import { ProfileSearch20261126101500 } from './20261126101500-profile-search.js';
import { MatchingRounds20261126104000 } from './20261126104000-matching-rounds.js';
import { LedgerAppend20261126110000 } from './20261126110000-ledger-append.js';
import { KnownDevices20261130110000 } from './20261130110000-known-devices.js';
import { EmailChange20261130111000 } from './20261130111000-email-change.js';
import { OrganisationClosing20261130112000 } from './20261130112000-organisation-closing.js';
import { MatchSnapshot20261126105000 } from './20261126105000-match-snapshot.js';
import { Namesakes20261130130000 } from './20261130130000-namesakes.js';
import { SearchParties20261130131000 } from './20261130131000-search-parties.js';
import { Teams20261126103000 } from './20261126103000-teams.js';
import { DeclinesHidden20261130120000 } from './20261130120000-declines-hidden.js';
import { DraftDeletion20261130135500 } from './20261130135500-draft-deletion.js';
import { ObjectionReplies20261130135000 } from './20261130135000-objection-replies.js';
import { PersonalData20261130140000 } from './20261130140000-personal-data.js';
import { MailOptOut20261130140100 } from './20261130140100-mail-opt-out.js';
import { Mentions20261130121000 } from './20261130121000-mentions.js';
import { KeysetIndexes20261130235000 } from './20261130235000-keyset-indexes.js';
import { VocabularyChecks20261130235100 } from './20261130235100-vocabulary-checks.js';
import { CopiedKeys20261130235200 } from './20261130235200-copied-keys.js';
import { LocalisedTexts20261130235300 } from './20261130235300-localised-texts.js';
import { RecordGuards20261130235400 } from './20261130235400-record-guards.js';
import { DuplicatesAgain20261130235500 } from './20261130235500-duplicates-again.js';
import { Validation20261130235900 } from './20261130235900-validation.js';
import { QuotaLeases20261130233000 } from './20261130233000-quota-leases.js';
import { LostJobs20261130230000 } from './20261130230000-lost-jobs.js';
import { PendingSignUps20261130234000 } from './20261130234000-pending-sign-ups.js';
import { EndedPairs20261130234100 } from './20261130234100-ended-pairs.js';
import { ScoresWithoutPassport20261201050000 } from './20261201050000-scores-without-passport.js';
import { IpStatusUnknown20261201050100 } from './20261201050100-ip-status-unknown.js';
import { ImportRetitling20261201050200 } from './20261201050200-import-retitling.js';
import { ImportReading20261201040000 } from './20261201040000-import-reading.js';
import { ImportMessages20261201060000 } from './20261201060000-import-messages.js';
import { DecisionRule20261201070000 } from './20261201070000-decision-rule.js';
import { EntryWithdrawals20261201071000 } from './20261201071000-entry-withdrawals.js';
import { UpheldObjections20261201072000 } from './20261201072000-upheld-objections.js';

/** In the order in which they run. */
export const migrations: MigrationClass[] = [
  Foundation20261123100000,
  IdentityCredentials20261123103000,
  Taxonomies20261123110000,
  Achievements20261123111000,
  Search20261123120000,
  Interest20261123130000,
  Importing20261123140000,
  OrganisationPending20261123150000,
  SearchRelevance20261123160000,
  Vetting20261124100000,
  VettingReviewers20261124103000,
  Cultivation20261124106000,
  Investors20261126100000,
  TalentAndDemands20261126101000,
  ProfileSearch20261126101500,
  Matching20261126102000,
  Teams20261126103000,
  MatchingRounds20261126104000,
  MatchSnapshot20261126105000,
  LedgerAppend20261126110000,
  KnownDevices20261130110000,
  DeclinesHidden20261130120000,
  Namesakes20261130130000,
  SearchParties20261130131000,
  ObjectionReplies20261130135000,
  DraftDeletion20261130135500,
  PersonalData20261130140000,
  EmailChange20261130111000,
  OrganisationClosing20261130112000,
  MailOptOut20261130140100,
  Mentions20261130121000,
  KeysetIndexes20261130235000,
  VocabularyChecks20261130235100,
  CopiedKeys20261130235200,
  LocalisedTexts20261130235300,
  RecordGuards20261130235400,
  DuplicatesAgain20261130235500,
  Validation20261130235900,
  QuotaLeases20261130233000,
  LostJobs20261130230000,
  PendingSignUps20261130234000,
  EndedPairs20261130234100,
  ForeignKeyIndexes20261130237000,
  ClosedCounts20261201020000,
  CountIndexes20261201020100,
  LedgerRange20261201020200,
  LedgerRangeValid20261201020300,
  LedgerPartitions20261201020400,
  Autovacuum20261201020500,
  ScoresWithoutPassport20261201050000,
  IpStatusUnknown20261201050100,
  ImportRetitling20261201050200,
  ImportReading20261201040000,
  ImportMessages20261201060000,
  DecisionRule20261201070000,
  EntryWithdrawals20261201071000,
  UpheldObjections20261201072000,
];
