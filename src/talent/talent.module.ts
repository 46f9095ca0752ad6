import type { Module } from '../kernel/module.js';
import { byUuid } from '../kernel/node.readers.js';
import { TalentEvidence, TalentProfile } from './talent.entity.js';
import { NamingTalentResolver } from './naming.resolver.js';
import { eraseFromTalent, talentExports } from './talent.personal-data.js';
import { visibleTalent, visibleTalentEvidence } from './talent.queries.js';
import { TalentFieldsResolver, TalentResolver, ViewerTalentResolver } from './talent.resolver.js';
import { talentRights } from './talent.rights.js';
import { talentExamples } from './talent.examples.js';
import { talentColumns } from './talent.personal-columns.js';
import { talentMails } from './talent.mails.js';
import { talentPages } from './talent.mail-pages.js';

/** Talent profiles. */
export const talentModule: Module = {
  name: 'talent',
  entities: [TalentProfile, TalentEvidence],
  resolvers: [TalentResolver, TalentFieldsResolver, ViewerTalentResolver, NamingTalentResolver],
  nodeReaders: {
    TalentProfile: byUuid(visibleTalent),
    TalentEvidence: byUuid(visibleTalentEvidence),
  },
  mails: talentMails,
  mailPages: talentPages,
  personalData: [{ part: 'talent', exports: talentExports, erase: eraseFromTalent, ...talentColumns }],
  rights: talentRights,
  examples: talentExamples,
};
