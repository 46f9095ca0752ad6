import type { DataSource } from 'typeorm';
import { Industry, nodesOf, Region, StrategicArea } from './taxonomy.entity.js';

/**
 * All valid codes of the code lists that are trees, in memory, so that input is validated without a query per value.
 */
export interface CodeLists {
  industries: ReadonlySet<string>;
  regions: ReadonlySet<string>;
  strategicAreas: ReadonlySet<string>;
}

const cache = new WeakMap<DataSource, Promise<CodeLists>>();

export function codeLists(dataSource: DataSource): Promise<CodeLists> {
  let lists = cache.get(dataSource);
  if (!lists) {
    lists = readCodeLists(dataSource);
    cache.set(dataSource, lists);
    lists.catch(() => cache.delete(dataSource));
  }
  return lists;
}

async function readCodeLists(dataSource: DataSource): Promise<CodeLists> {
  const [industries, regions, strategicAreas] = await Promise.all([
    nodesOf(dataSource, Industry),
    nodesOf(dataSource, Region),
    nodesOf(dataSource, StrategicArea),
  ]);
  return {
    industries: new Set(industries.keys()),
    regions: new Set(regions.keys()),
    strategicAreas: new Set(strategicAreas.keys()),
  };
}
