import type { Module } from '../kernel/module.js';
import { byCode, byUuid } from '../kernel/node.readers.js';
import { CurrencyRate, readCurrencyRate } from './currency.js';
import { CurrencyResolver } from './currency.resolver.js';
import {
  Industry,
  industryByCode,
  Region,
  regionByCode,
  StrategicArea,
  strategicAreaByCode,
} from './taxonomy.entity.js';
import { TaxonomyResolver } from './taxonomy.resolver.js';
import { taxonomyExamples } from './taxonomy.examples.js';
import { taxonomyColumns } from './taxonomy.personal-columns.js';

/** Code lists and currencies. */
export const taxonomyModule: Module = {
  name: 'taxonomy',
  entities: [Industry, Region, StrategicArea, CurrencyRate],
  resolvers: [TaxonomyResolver, CurrencyResolver],
  nodeReaders: {
    Industry: byCode((ctx, code) => ctx.load(industryByCode).load(code)),
    Region: byCode((ctx, code) => ctx.load(regionByCode).load(code)),
    StrategicArea: byCode((ctx, code) => ctx.load(strategicAreaByCode).load(code)),
    CurrencyRate: byUuid(readCurrencyRate),
  },
  personalData: [{ part: 'taxonomy', exports: {}, ...taxonomyColumns }],
  examples: taxonomyExamples,
};
