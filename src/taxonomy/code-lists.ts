import type { DataSource } from 'typeorm';

/** The valid codes of the trees, for checking input without a query per value. */
export interface CodeLists {
  industries: ReadonlySet<string>;
  regions: ReadonlySet<string>;
  strategicAreas: ReadonlySet<string>;
}

// The lists change only by a deployment, which restarts the process.
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
  const codes = async (table: string) => new Set(((await dataSource.query(`SELECT code FROM ${table}`)) as Array<{ code: string }>).map((row) => row.code));
  const [industries, regions, strategicAreas] = await Promise.all([codes('industry'), codes('region'), codes('strategic_area')]);
  return { industries, regions, strategicAreas };
}
