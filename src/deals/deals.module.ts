import { closeThreads } from './interest.closing.js';
import type { Module } from '../kernel/module.js';
import { byUuid } from '../kernel/node.readers.js';
import { ComparisonResolver } from './comparison.resolver.js';
import { dealsExports, eraseFromDeals } from './deals.personal-data.js';
import { Interest, InterestMessage } from './interest.entity.js';
import { INTEREST_MAIL_TASK, sendHeldBackMail, sweepHeldBackMails } from './interest.mail.js';
import { readInterest, readInterestMessage } from './interest.queries.js';
import {
  AchievementInterestResolver,
  InterestFieldsResolver,
  InterestResolver,
  OrganisationInterestResolver,
} from './interest.resolver.js';
import { ShortlistEntry } from './shortlist.entity.js';
import { ShortlistEntryResolver, ShortlistResolver, ViewerShortlistResolver } from './shortlist.resolver.js';
import { readShortlistEntry } from './shortlist.service.js';
import { dealsRights } from './deals.rights.js';
import { dealsExamples } from './deals.examples.js';
import { dealsColumns } from './deals.personal-columns.js';
import { interestMails } from './interest.mails.js';
import { dealsPages } from './deals.mail-pages.js';

/** Descriptor of the deals domain: interest in pool entries with its messages, comparisons, and shortlists. */
export const dealsModule: Module = {
  name: 'deals',
  entities: [Interest, InterestMessage, ShortlistEntry],
  resolvers: [
    InterestResolver,
    InterestFieldsResolver,
    AchievementInterestResolver,
    OrganisationInterestResolver,
    ShortlistResolver,
    ShortlistEntryResolver,
    ViewerShortlistResolver,
    ComparisonResolver,
  ],
  nodeReaders: {
    Interest: byUuid(readInterest),
    InterestMessage: byUuid(readInterestMessage),
    ShortlistEntry: byUuid(readShortlistEntry),
  },
  tasks: {
    [INTEREST_MAIL_TASK]: sendHeldBackMail,
  },
  sweeps: [sweepHeldBackMails],
  closing: [closeThreads],
  mails: interestMails,
  mailPages: dealsPages,
  personalData: [{ part: 'deals', exports: dealsExports, erase: eraseFromDeals, ...dealsColumns }],
  rights: dealsRights,
  examples: dealsExamples,
};
