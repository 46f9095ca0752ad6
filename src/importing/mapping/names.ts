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
import { nameKey, codeKey, type CodeEntry, type NameList } from './code-lists.js';
import { regionList } from './regions.js';
import { isProblem, splitList, type CellProblem } from './values.js';
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
 * Alternative spellings of vocabulary codes in spreadsheets, in addition to the code and its Chinese and English label.
 */
const ALSO: Record<string, Record<string, readonly string[]>> = {
  AchievementCategory: {
    BASIC_THEORY: [
      '基础理论',
      '基础理论类',
      '基础理论类成果',
      '基础研究',
      '基础研究类',
      '应用基础研究',
      'basic research',
    ],
    APPLIED_TECHNOLOGY: [
      '应用技术',
      '应用技术类',
      '应用技术类成果',
      '技术开发类',
      '应用研究',
      '应用研究类',
      '应用开发',
      '应用开发类',
      'applied',
      'technology',
    ],
    SOFT_SCIENCE: ['软科学', '软科学类', '软科学类成果', '软科学研究', '软科学研究成果'],
  },
  AchievementAttribute: {
    ORIGINAL_INNOVATION: ['原始创新', '原始性', '原始', '原创', '原创性', '自主创新', '自主研发', 'original'],
    REINNOVATION_AFTER_IMPORT: [
      '引进消化吸收再创新',
      '引进消化吸收创新',
      '引进消化吸收',
      '消化吸收再创新',
      '消化吸收',
      '引进再创新',
      '国外引进消化吸收再创新',
    ],
    DOMESTIC_REDEVELOPMENT: ['二次开发', '国内二次开发', '技术二次开发', '集成创新', '国内技术集成创新'],
  },
  AchievementStage: {
    INITIAL: [
      '初期',
      '初级阶段',
      '实验室',
      '实验室阶段',
      '实验阶段',
      '实验室研究',
      '研究阶段',
      '原理样机',
      '小试',
      '小试阶段',
      '小试完成',
      '完成小试',
      'initial',
      'laboratory',
      'lab',
    ],
    INTERMEDIATE: [
      '中期',
      '中级阶段',
      '中试',
      '中试阶段',
      '中试完成',
      '完成中试',
      '样机',
      '样机阶段',
      '样品',
      '工程样机',
      '试验样机',
      '工程化',
      '工程化阶段',
      '试生产',
      '小批量',
      '小批量生产',
      '小批量试制',
      'intermediate',
      'pilot',
      'prototype',
    ],
    MATURE: [
      '成熟',
      '成熟应用',
      '成熟阶段',
      '成熟期',
      '产品化',
      '商品化',
      '产业化',
      '产业化阶段',
      '已产业化',
      '规模化生产',
      '批量生产',
      '大批量生产',
      '量产',
      '已量产',
      '可量产',
      '可以量产',
      '推广应用',
      '已应用',
      '应用阶段',
      'mature',
      'in use',
      'mass production',
    ],
  },
  IpType: {
    INVENTION_PATENT: [
      '发明',
      '专利',
      '中国发明专利',
      '国家发明专利',
      '发明专利权',
      '国际专利',
      'PCT',
      'PCT专利',
      'PCT申请',
      'patent',
      'invention',
      'utility patent',
    ],
    UTILITY_MODEL: ['新型', '实用', '实用新型专利', '实用新型专利权'],
    DESIGN_PATENT: ['外观', '外观设计专利', 'design'],
    SOFTWARE_COPYRIGHT: [
      '软著',
      '软件',
      '计算机软件',
      '著作权',
      '软件著作',
      '计算机软件著作权',
      'software',
      'copyright',
    ],
    PLANT_VARIETY: ['植物新品种', 'plant variety'],
    IC_LAYOUT: ['集成电路布图', '布图设计'],
    TECHNICAL_SECRET: ['专有技术', '技术诀窍', 'know-how', 'trade secret'],
  },
  IpStatus: {
    APPLIED: [
      '已申请',
      '申请',
      '正在申请',
      '专利申请',
      '申请阶段',
      '申报',
      '受理中',
      '审中',
      '在审',
      '审查',
      '实审中',
      '进入实审',
      '等待实审',
      '实质审查中',
      '实质审查的生效',
      '等待审查',
      '初审',
      '初步审查',
      '未授权',
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
    PUBLISHED: ['公开', '公布', '已公布', '公开中', '公布公告', '发明专利申请公布', 'publication'],
    GRANTED: [
      '授权',
      '获授权',
      '已获授权',
      '授权有效',
      '授权公告',
      '授权维持',
      '有效',
      '有效专利',
      '专利有效',
      '有权',
      '维持',
      '维持有效',
      '专利权维持',
      '权利维持',
      '已登记',
      '登记',
      '已注册',
      '已获证',
      '获证',
      'issued',
      'active',
      'in force',
    ],
    EXPIRED: ['届满', '期满', '到期', '已到期'],
    LAPSED: [
      '失效',
      '无效',
      '撤回',
      '视为撤回',
      '驳回',
      '被驳回',
      '终止',
      '权利终止',
      '专利权终止',
      '未缴年费',
      '未缴年费终止',
      '未缴年费专利权终止',
      '放弃',
      'lapsed',
      'abandoned',
      'inactive',
      'withdrawn',
    ],
    UNKNOWN: ['不明', '不详', '未知', '状态未知', '未说明', 'not known', 'unclear'],
  },
  CooperationMode: {
    SELF_INVEST: [
      '自行投资',
      '自行投资实施',
      '自行投资实施转化',
      '自行转化',
      '自行实施',
      '自主转化',
      '自主实施',
      '自办企业',
    ],
    ASSIGNMENT: [
      '技术转让',
      '专利转让',
      '专利权转让',
      '成果转让',
      '权利转让',
      '一次性转让',
      '整体转让',
      '出让',
      'transfer',
      'sale',
    ],
    LICENCE: [
      '技术许可',
      '专利许可',
      '专利实施许可',
      '许可使用',
      '许可实施',
      '实施许可',
      '使用许可',
      '授权使用',
      'license',
      'licensing',
      'licence',
    ],
    JOINT: [
      '合作',
      '合作开发',
      '合作研发',
      '合作生产',
      '共同实施',
      '共同转化',
      '共同开发',
      '联合开发',
      '联合研发',
      '联合实施',
      '合作转化',
      '合作实施转化',
      '技术合作',
      '产学研合作',
      'joint',
      'joint development',
      'cooperation',
    ],
    EQUITY: [
      '作价入股',
      '作价出资',
      '技术作价',
      '技术入股',
      '技术作价入股',
      '技术作价投资',
      '专利作价入股',
      '知识产权入股',
      '入股',
      '合资',
      'equity',
    ],
    // 其他协商确定的方式 of the law: a price or way to be negotiated, contracts of work, and money for a company.
    OTHER: [
      '其它',
      '其他方式',
      '面议',
      '面谈',
      '协商',
      '待定',
      '协商确定',
      '技术开发',
      '委托开发',
      '技术服务',
      '技术咨询',
      '股权融资',
      '融资',
      'negotiable',
    ],
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

export interface ReadCooperation {
  mode: CooperationMode;
  licenceKind: LicenceKind | null;
}

/** Words that leave the way open: each way by which a right passes to another party is offered. */
const ANY_WAY = /^(?:均可|皆可|都可|都可以|均可以|不限|不限方式|方式不限|多种方式|多种方式均可|any|all)$/i;
const EVERY_WAY: readonly CooperationMode[] = ['ASSIGNMENT', 'LICENCE', 'JOINT', 'EQUITY'];

/** Reads a list of cooperation modes, such as 作价入股、技术许可 or 转让/许可; 均可 stands for all of them. */
export function readCooperations(labels: Labels, text: string): ReadCooperation[] | CellProblem {
  const ways: ReadCooperation[] = [];
  for (const item of splitList(text)) {
    if (ANY_WAY.test(item.trim())) {
      ways.push(...EVERY_WAY.map((mode) => ({ mode, licenceKind: null })));
      continue;
    }
    const one = findCooperation(labels, item);
    if (!isProblem(one)) {
      ways.push(one);
      continue;
    }
    const parts = item.split(/[/／&+]|或者|或|及|和/).filter((part) => part.trim() !== '');
    const read = parts.map((part) => findCooperation(labels, part));
    if (parts.length < 2 || read.some(isProblem)) return one;
    ways.push(...(read as ReadCooperation[]));
  }
  return ways.filter(
    (way, i) => ways.findIndex((other) => other.mode === way.mode && other.licenceKind === way.licenceKind) === i,
  );
}

/**
 * Reads a cooperation mode with its kind of licence from a text such as "许可(独占)", "独占许可", "LICENCE/EXCLUSIVE" or "转让".
 */
function findCooperation(labels: Labels, text: string): ReadCooperation | CellProblem {
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
