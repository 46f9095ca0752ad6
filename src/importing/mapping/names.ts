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
import { normalised } from '../../lib/text.js';
import { allVocabularies } from '../../taxonomy/vocabulary.js';
import { comparable } from '../../text/normalise.js';
import { simplified } from './traditional.js';
import { SEPARATORS, STRONG_SEPARATORS, type CellProblem } from './values.js';
import { coded } from '../../messages/catalogue.js';
import type { Message } from '../../lib/messages/message.js';

/**
 * A code list, such as industries, that is searched by code and by name. Codes keep their punctuation ("6.3" is not
 * "6；3"); names are compared in a normalised form.
 */
export interface NameList {
  codes: ReadonlyMap<string, string>;
  /** Codes by normalised name; null for a name that several codes share. */
  names: ReadonlyMap<string, string | null>;
}

/** Codes and names of industries, regions and strategic areas, for reading cells. */
export interface TreeNames {
  industries: NameList;
  regions: NameList;
  strategicAreas: NameList;
}

interface TreeRow {
  code: string;
  parent_code: string | null;
  path: string[];
  zh: string | null;
  en: string | null;
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
    )) as TreeRow[];
  const [industries, regions, areas] = await Promise.all([rows('industry'), rows('region'), rows('strategic_area')]);
  const provinces = new Map(regions.map((row) => [row.code, row]));
  return {
    industries: nameList(
      industries,
      (row) => [row.zh, row.en],
      (row) => (/^[A-Z]/.test(row.code) ? [] : [`${row.path[0]}${row.code}`]),
    ),
    regions: nameList(regions, (row) => regionNames(row, provinces.get(row.parent_code ?? ''))),
    strategicAreas: nameList(areas, (row) => [row.zh, row.en]),
  };
}

const REGION_SUFFIX = /(?:省|市|地区|盟|(?:壮族|回族|维吾尔)?自治区|特别行政区|[\u4e00-\u9fff]{0,8}族自治州|自治州)$/u;

function regionNames(row: TreeRow, parent: TreeRow | undefined): Array<string | null> {
  const short = (name: string) => name.replace(REGION_SUFFIX, '') || name;
  const own = row.zh === null ? [] : [...new Set([row.zh, short(row.zh)])];
  const above = parent?.zh == null ? [] : [parent.zh, short(parent.zh)];
  return [...own, ...above.flatMap((first) => own.map((second) => first + second)), row.en];
}

/**
 * Normalised form of a code: half-width, trimmed and in upper case. In a code of one letter and digits, a space, point
 * or hyphen between them is dropped: "C-39" and "C 39" become C39. Any other punctuation is kept.
 */
function codeKey(text: string): string {
  const plain = normalised(text, 'NFKC').trim().toUpperCase();
  const lettered = /^([A-Z])[\s.-]?(\d+)$/.exec(plain);
  return lettered ? lettered[1]! + lettered[2]! : plain;
}

/**
 * Normalised form of a name in a code list. Characters that separate list items are kept, so that a list of two names
 * never equals a single other name.
 */
function nameKey(text: string): string {
  const pieces = (part: string) =>
    part
      .split(SEPARATORS)
      .map(comparable)
      .filter((piece) => piece !== '')
      .join('、');
  return text
    .split(STRONG_SEPARATORS)
    .map(pieces)
    .filter((piece) => piece !== '')
    .join(';');
}

/**
 * Builds the lookup tables of a code list. A text that is a code is taken as the code, not as a name. Where an entry and
 * its descendant in the tree have the same name, the name stands for the descendant, which is more specific.
 */
function nameList(
  rows: readonly TreeRow[],
  namesOf: (row: TreeRow) => Array<string | null>,
  codesOf: (row: TreeRow) => string[] = () => [],
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
  return { codes, names };
}

/**
 * Finds the code that a cell's text means: by code, by name, or by both ("3982 电子电路制造"). Returns a problem where none
 * or several match.
 */
export function findCode(list: NameList, text: string, what: Message): string | CellProblem {
  const code = list.codes.get(codeKey(text));
  if (code !== undefined) return code;
  const known = list.names.get(nameKey(text));
  if (typeof known === 'string') return known;
  if (known === null) return coded('AMBIGUOUS_NAME', { list: what });
  const both = /^([A-Z]?\d[\d.]*|[A-Z])[\s:：·-]+(?=\p{L})/u.exec(normalised(text, 'NFKC').trim());
  if (both) {
    const byCode = list.codes.get(codeKey(both[1]!));
    const rest = normalised(text, 'NFKC').trim().slice(both[0].length);
    // After a code, the rest of the text must not be a second code; it may contain separators of list items only if it
    // is that code's own name.
    const named =
      !list.codes.has(codeKey(rest)) && (rest.search(SEPARATORS) === -1 || list.names.get(nameKey(rest)) === byCode);
    if (byCode !== undefined && named) return byCode;
  }
  return coded('UNKNOWN_CODE.list', { list: what });
}

/**
 * Alternative spellings of vocabulary codes in spreadsheets, in addition to the code and its Chinese and English label.
 */
const ALSO: Record<string, Record<string, readonly string[]>> = {
  AchievementCategory: {
    BASIC_THEORY: ['基础理论', '基础研究', 'basic research'],
    APPLIED_TECHNOLOGY: ['应用技术', '应用技术类', 'applied', 'technology'],
    SOFT_SCIENCE: ['软科学'],
  },
  AchievementAttribute: {
    ORIGINAL_INNOVATION: ['原始创新', '原创', '自主创新', 'original'],
    REINNOVATION_AFTER_IMPORT: ['引进消化吸收再创新', '引进消化吸收', '国外引进消化吸收再创新'],
    DOMESTIC_REDEVELOPMENT: ['二次开发', '集成创新'],
  },
  AchievementStage: {
    INITIAL: ['初期', '实验室阶段', '小试', 'initial', 'laboratory', 'lab'],
    INTERMEDIATE: ['中期', '中试', '中试阶段', 'intermediate', 'pilot'],
    MATURE: ['成熟', '成熟应用', '产业化', '产业化阶段', 'mature', 'in use'],
  },
  IpType: {
    INVENTION_PATENT: ['发明', '专利', '中国发明专利', 'patent', 'invention'],
    UTILITY_MODEL: ['新型', '实用新型专利'],
    DESIGN_PATENT: ['外观', '外观设计专利', 'design'],
    SOFTWARE_COPYRIGHT: ['软著', '计算机软件著作权', 'software', 'copyright'],
    PLANT_VARIETY: ['植物新品种', 'plant variety'],
    IC_LAYOUT: ['集成电路布图', '布图设计'],
    TECHNICAL_SECRET: ['专有技术', '技术诀窍', 'know-how', 'trade secret'],
  },
  IpStatus: {
    APPLIED: [
      '已申请',
      '申请',
      '受理',
      '已受理',
      '审查中',
      '实质审查',
      '实审',
      'application',
      'pending',
      'filed',
      'applied',
    ],
    PUBLISHED: ['公开', '公布', '已公布'],
    GRANTED: ['授权', '有效', '有权', '已登记', '登记', 'issued', 'active', 'in force'],
    EXPIRED: ['届满', '期满', '到期', '已到期'],
    LAPSED: ['失效', '无效', '撤回', '驳回', '终止', '放弃', 'lapsed', 'abandoned', 'inactive', 'withdrawn'],
  },
  CooperationMode: {
    SELF_INVEST: ['自行投资', '自行转化', '自行实施', '自主转化'],
    ASSIGNMENT: ['技术转让', '专利转让', '成果转让', 'transfer', 'sale'],
    LICENCE: ['技术许可', '专利许可', '许可使用', '实施许可', 'license', 'licensing', 'licence'],
    JOINT: ['合作', '合作开发', '共同实施', '联合开发', '合作转化', 'joint', 'joint development', 'cooperation'],
    EQUITY: ['作价入股', '技术入股', '专利作价入股', '入股', 'equity'],
  },
  LicenceKind: {
    EXCLUSIVE: ['独占', '独占实施许可', '独占性许可', 'exclusive licence', 'exclusive license'],
    SOLE: ['排他', '排他实施许可', '独家', '独家许可', 'sole licence', 'sole license'],
    ORDINARY: [
      '普通',
      '非独占',
      '普通实施许可',
      'non-exclusive',
      'nonexclusive',
      'non-exclusive licence',
      'non-exclusive license',
    ],
    CROSS: ['交叉', 'cross licence', 'cross license'],
    OPEN: ['开放', 'open licence', 'open license'],
  },
  // Spellings are compared without punctuation, so that "A+轮" is found as "A轮".
  FundingStage: {
    SEED: ['种子', '种子期', 'seed round'],
    ANGEL: ['天使', '天使期', 'angel round'],
    PRE_A: ['PreA', 'Pre-A', 'pre-A round', 'pre-series A'],
    SERIES_A: ['A', 'A轮', 'A1轮', 'A2轮', 'A round', 'round A'],
    SERIES_B: ['B', 'B轮', 'B1轮', 'B2轮', 'Pre-B轮', 'Pre-B', 'B round', 'round B'],
    SERIES_C: [
      'C',
      'C轮',
      'C1轮',
      'C2轮',
      'Pre-C轮',
      'D',
      'D轮',
      'E',
      'E轮',
      'F轮',
      'G轮',
      'C round',
      'series C',
      'series D',
      'series E',
      'series F',
      'D round',
      'E round',
    ],
    GROWTH: ['成长', '成长轮', '扩张期', 'growth round', 'growth equity', 'expansion'],
    PRE_IPO: ['PreIPO', 'Pre-IPO', 'Pre-IPO轮', '上市前融资'],
    STRATEGIC: ['战略融资', '战略轮', '战投', '产业投资', 'strategic'],
    OTHER: ['其它', '并购', '定向增发', '定增', '可转债', 'convertible note', 'acquisition'],
  },
};

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
    for (const text of [code, label?.zh, label?.en, ...(ALSO[name]?.[code] ?? [])])
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

/**
 * Reads a cooperation mode with its kind of licence from a text such as "许可(独占)", "独占许可", "LICENCE/EXCLUSIVE" or "转让".
 */
export function findCooperation(
  labels: Labels,
  text: string,
): { mode: CooperationMode; licenceKind: LicenceKind | null } | CellProblem {
  const plain = normalised(text, 'NFKC').trim();
  const kind = labels.licenceKind.get(comparable(plain));
  if (kind) return { mode: 'LICENCE', licenceKind: kind };
  const mode = labels.cooperationMode.get(comparable(plain));
  if (mode) return { mode, licenceKind: null };
  // The text is cut at its first bracket, slash, colon or hyphen; `comparable` removes brackets and punctuation that
  // remain.
  const cut = plain.search(/[(/:-]/);
  const pairMode = cut === -1 ? undefined : labels.cooperationMode.get(comparable(plain.slice(0, cut)));
  const pairKind = cut === -1 ? undefined : labels.licenceKind.get(comparable(plain.slice(cut)));
  if (pairMode && pairKind) return { mode: pairMode, licenceKind: pairKind };
  return coded('UNKNOWN_CODE.cooperation');
}
