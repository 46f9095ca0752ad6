import type { DataSource } from 'typeorm';
import {
  AchievementAttribute,
  AchievementCategory,
  AchievementStage,
  CooperationMode,
  IpStatus,
  IpType,
  LicenceKind,
} from '../../achievements/vocabularies.js';
import { FundingStage } from '../../investors/vocabularies.js';
import { allVocabularies } from '../../taxonomy/vocabulary.js';
import { comparable } from '../../text/normalise.js';
import { simplified } from './traditional.js';
import { nameKey, codeKey, type CodeEntry, type NameList } from './code-lists.js';
import { regionList } from './regions.js';
import { SPELLINGS } from './spellings.js';
import type { CellProblem } from './values.js';
import { coded } from '../../messages/catalogue.js';

/** Codes and names of industries, regions and strategic areas, for reading cells. */
export interface TreeNames {
  industries: NameList;
  regions: NameList;
  strategicAreas: NameList;
}

// Code lists per data source. They are never invalidated, since code lists change only by a deployment, which restarts
// the process.
const cache = new WeakMap<DataSource, Promise<TreeNames>>();

/** The names in the code lists of industries, regions and strategic areas, loaded once per data source. */
export function treeNames(dataSource: DataSource): Promise<TreeNames> {
  let names = cache.get(dataSource);
  if (!names) {
    names = readTreeNames(dataSource);
    cache.set(dataSource, names);
    names.catch(() => cache.delete(dataSource));
  }
  return names;
}

async function readTreeNames(dataSource: DataSource): Promise<TreeNames> {
  const rows = async (table: string) =>
    (await dataSource.query(
      `SELECT code, parent_code, path, name->>'zh' AS zh, name->>'en' AS en FROM ${table} ORDER BY position`,
    )) as CodeEntry[];
  const [industries, regions, areas] = await Promise.all([rows('industry'), rows('region'), rows('strategic_area')]);
  return {
    industries: nameList(
      industries,
      (row) => [row.zh, row.en],
      (row) => (/^[A-Z]/.test(row.code) ? [] : [`${row.path[0]}${row.code}`]),
    ),
    regions: regionList(regions),
    strategicAreas: nameList(areas, (row) => [row.zh, row.en]),
  };
}

/**
 * Builds the lookup tables of a code list. A text that is a code is taken as the code, not as a name. Where an entry and
 * its descendant in the tree have the same name, the name stands for the descendant, which is more specific.
 */
function nameList(
  rows: readonly CodeEntry[],
  namesOf: (row: CodeEntry) => Array<string | null>,
  codesOf: (row: CodeEntry) => string[] = () => [],
): NameList {
  const names = new Map<string, string | null>();
  const paths = new Map(rows.map((row) => [row.code, row.path]));
  for (const row of rows) {
    // Official names may contain 、; they are also found when they are written without it.
    for (const key of new Set(namesOf(row).flatMap((name) => [nameKey(name ?? ''), comparable(name ?? '')]))) {
      if (key === '') continue;
      const known = names.get(key);
      if (known === undefined || (known !== null && row.path.includes(known))) names.set(key, row.code);
      else if (known !== null && !paths.get(known)!.includes(row.code)) names.set(key, null);
    }
  }
  const codes = new Map(rows.flatMap((row) => codesOf(row).map((code) => [codeKey(code), row.code] as const)));
  for (const row of rows) codes.set(codeKey(row.code), row.code);
  return { codes, names, entries: new Map(rows.map((row) => [row.code, row])) };
}

/**
 * Maps, one per vocabulary, from every spelling that spreadsheets may use (in normalised form) to the vocabulary's
 * code.
 */
export interface Labels {
  category: ReadonlyMap<string, AchievementCategory>;
  attribute: ReadonlyMap<string, AchievementAttribute>;
  stage: ReadonlyMap<string, AchievementStage>;
  ipType: ReadonlyMap<string, IpType>;
  ipStatus: ReadonlyMap<string, IpStatus>;
  cooperationMode: ReadonlyMap<string, CooperationMode>;
  licenceKind: ReadonlyMap<string, LicenceKind>;
  fundingStage: ReadonlyMap<string, FundingStage>;
}

function labelsOf<Code extends string>(name: string, codes: Readonly<Record<Code, Code>>): Map<string, Code> {
  const map = new Map<string, Code>();
  const terms = allVocabularies().find((vocabulary) => vocabulary.name === name)?.terms ?? [];
  for (const code of Object.values<Code>(codes)) {
    const label = terms.find((term) => term.code === code)?.label;
    for (const text of [code, label?.zh, label?.en, ...(SPELLINGS[name]?.[code] ?? [])])
      if (text !== undefined) map.set(comparable(text), code);
  }
  return map;
}

export function readLabels(): Labels {
  return {
    category: labelsOf('AchievementCategory', AchievementCategory),
    attribute: labelsOf('AchievementAttribute', AchievementAttribute),
    stage: labelsOf('AchievementStage', AchievementStage),
    ipType: labelsOf('IpType', IpType),
    ipStatus: labelsOf('IpStatus', IpStatus),
    cooperationMode: labelsOf('CooperationMode', CooperationMode),
    licenceKind: labelsOf('LicenceKind', LicenceKind),
    fundingStage: labelsOf('FundingStage', FundingStage),
  };
}

/** Lookup tables from names in code lists, and from vocabulary labels, to codes; used to read cells. */
export interface ValueNames {
  trees: TreeNames;
  labels: Labels;
}

/** Finds the vocabulary code for a cell's text; returns a problem that lists the accepted codes where none matches. */
export function findLabel<Code extends string>(labels: ReadonlyMap<string, Code>, text: string): Code | CellProblem {
  const name = comparable(text);
  const code = labels.get(name) ?? labels.get(simplified(name));
  return code ?? coded('UNKNOWN_CODE.terms', { codes: [...new Set(labels.values())] });
}
