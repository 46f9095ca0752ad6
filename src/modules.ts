import { compose, type Module } from './kernel/module.js';
import { achievementsModule } from './achievements/achievements.module.js';
import { dealsModule } from './deals/deals.module.js';
import { demandsModule } from './demands/demands.module.js';
import { identityModule } from './identity/identity.module.js';
import { importingModule } from './importing/importing.module.js';
import { investorsModule } from './investors/investors.module.js';
import { ledgerModule } from './ledger/ledger.module.js';
import { matchingModule } from './matching/matching.module.js';
import { mentionsModule } from './mentions/mentions.module.js';
import { objectionsModule } from './objections/objections.module.js';
import { notificationsModule } from './notifications/notifications.module.js';
import { priceTable } from './price-table.js';
import { privacyModule } from './privacy/privacy.module.js';
import { searchModule } from './search/search.module.js';
import { talentModule } from './talent/talent.module.js';
import { taxonomyModule } from './taxonomy/taxonomy.module.js';
import { vettingModule } from './vetting/vetting.module.js';

/**
 * The descriptors of all domains of the platform, lower layers first: a domain that is missing here is not part of the
 * program. Three lists follow it, each held by a test: `price-table.ts`, `privacy/personal-data.order.ts`, and
 * `.dependency-cruiser.cjs`.
 */
export const modules: readonly Module[] = [
  identityModule,
  taxonomyModule,
  ledgerModule,
  notificationsModule,
  objectionsModule,
  mentionsModule,
  achievementsModule,
  investorsModule,
  talentModule,
  demandsModule,
  dealsModule,
  importingModule,
  vettingModule,
  matchingModule,
  searchModule,
  privacyModule,
];

/**
 * The combined descriptors of all domains, and the prices of GraphQL fields: the complete composition of the program.
 */
export const composition = { ...compose(modules), prices: priceTable };
