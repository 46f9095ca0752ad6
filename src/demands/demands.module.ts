import { stepBackDemands } from './demand.closing.js';
import type { Module } from '../kernel/module.js';
import { byUuid } from '../kernel/node.readers.js';
import { Demand } from './demand.entity.js';
import { visibleDemand } from './demand.queries.js';
import { DemandResolver, OrganisationDemandsResolver } from './demand.resolver.js';
import { demandsRights } from './demands.rights.js';
import { demandsExamples } from './demands.examples.js';
import { demandsColumns } from './demands.personal-columns.js';
import { demandMails } from './demand.mails.js';
import { demandPages } from './demand.mail-pages.js';

/** Descriptor of the demands domain: technical needs of enterprises. */
export const demandsModule: Module = {
  name: 'demands',
  entities: [Demand],
  resolvers: [DemandResolver, OrganisationDemandsResolver],
  nodeReaders: {
    Demand: byUuid(visibleDemand),
  },
  mails: demandMails,
  mailPages: demandPages,
  personalData: [{ part: 'demands', exports: {}, ...demandsColumns }],
  closing: [stepBackDemands],
  rights: demandsRights,
  examples: demandsExamples,
};
