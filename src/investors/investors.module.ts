import { stepBackInvestor } from './investor.closing.js';
import type { Module } from '../kernel/module.js';
import { byUuid } from '../kernel/node.readers.js';
import { InvestorIndustry, InvestorProfile } from './investor.entity.js';
import { readInvestor } from './investor.queries.js';
import {
  InvestorFieldsResolver,
  CoInvestorResolver,
  InvestorResolver,
  OrganisationInvestorResolver,
  TrackRecordFieldsResolver,
} from './investor.resolver.js';
import { MentionedTrackRecordResolver } from './mentioned.resolver.js';
import { TrackRecord } from './track-record.entity.js';
import { readTrackRecord } from './track-record.queries.js';
import { investorsRights } from './investors.rights.js';
import { investorsExamples } from './investors.examples.js';
import { investorsColumns } from './investors.personal-columns.js';
import { investorMails } from './investor.mails.js';
import { investorPages } from './investor.mail-pages.js';

/** Descriptor of the investors domain: investor profiles and their past investments. */
export const investorsModule: Module = {
  name: 'investors',
  entities: [InvestorProfile, InvestorIndustry, TrackRecord],
  resolvers: [
    InvestorResolver,
    InvestorFieldsResolver,
    CoInvestorResolver,
    TrackRecordFieldsResolver,
    MentionedTrackRecordResolver,
    OrganisationInvestorResolver,
  ],
  nodeReaders: {
    InvestorProfile: byUuid(readInvestor),
    TrackRecord: byUuid(readTrackRecord),
  },
  mails: investorMails,
  mailPages: investorPages,
  personalData: [{ part: 'investors', exports: {}, ...investorsColumns }],
  closing: [stepBackInvestor],
  rights: investorsRights,
  examples: investorsExamples,
};
