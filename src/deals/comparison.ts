import type { Achievement } from '../achievements/achievement.entity.js';
import type { Cooperation, IpRight } from '../achievements/achievement-parts.entity.js';
import { IpStatus } from '../achievements/vocabularies.js';
import type { Organisation } from '../identity/organisations/organisation.entity.js';
import { named, shownNames } from '../identity/organisations/organisation.names.js';
import { canonicalDecimal } from '../lib/decimal.js';
import type { Localized } from '../kernel/localized.js';
import type { Industry, Region } from '../taxonomy/taxonomy.entity.js';
import { termLabel, vocabulary } from '../taxonomy/vocabulary.js';

export const ComparisonAttribute = vocabulary(
  'ComparisonAttribute',
  'What a comparison of entries sets side by side, in this order.',
  {
    INSTITUTION: ['成果单位', 'institution'],
    INDUSTRIES: ['行业', 'industries'],
    TRL: ['技术成熟度', 'technology readiness level'],
    STAGE: ['所处阶段', 'stage'],
    CATEGORY: ['成果类别', 'category'],
    REGION: ['地区', 'region'],
    FUNDING_NEED: ['资金需求', 'funding need'],
    COOPERATION_MODES: ['合作方式', 'ways of cooperation'],
    IP_RIGHTS: ['知识产权', 'IP rights by status'],
    SCORE: ['评分', 'score'],
    REGISTERED_YEAR: ['登记年份', 'year of registration'],
    IMPROVEMENT: ['优势', 'improvement over the incumbent'],
  },
);
export type ComparisonAttribute = keyof typeof ComparisonAttribute;

/** An achievement with the data that a comparison shows, all of the PUBLIC disclosure tier. */
export interface ComparedEntry {
  achievement: Achievement;
  institution: Organisation | null;
  industries: Industry[];
  region: Region | null;
  cooperationModes: Cooperation[];
  ipRights: IpRight[];
}

/**
 * The value of one attribute of one compared achievement: the text to show in both languages (null if there is no
 * value), and the codes or numbers from which the text is made.
 */
export interface ComparedValue {
  text: Localized | null;
  raw: string[];
}

export interface ComparedRow {
  key: ComparisonAttribute;
  label: Localized;
  values: ComparedValue[];
  differs: boolean;
}

const NONE: ComparedValue = { text: null, raw: [] };

/** The label of a code in a vocabulary, in both languages; the code itself where it has no label. */
function termName(vocabularyName: string, code: string): Localized {
  return termLabel(vocabularyName, code) ?? { zh: code, en: code };
}

const stageName = (code: string) => termName('AchievementStage', code);
const categoryName = (code: string) => termName('AchievementCategory', code);
const modeName = (code: string) => termName('CooperationMode', code);
const licenceName = (code: string) => termName('LicenceKind', code);
const statusName = (code: string) => termName('IpStatus', code);

const zhOf = (text: Localized) => text.zh ?? text.en ?? '';
const enOf = (text: Localized) => text.en ?? text.zh ?? '';

/** Joins names to one text per language; a name without a translation is used in its other language. */
function list(names: Localized[]): Localized | null {
  return names.length === 0 ? null : { zh: names.map(zhOf).join('、'), en: names.map(enOf).join(', ') };
}

const both = (text: string): Localized => ({ zh: text, en: text });

/**
 * Formats an amount with grouped thousands. It works on the decimal string, because floating-point numbers would lose
 * digits.
 */
function grouped(amount: string): string {
  const [whole = '0', fraction] = (canonicalDecimal(amount) ?? amount).split('.');
  const units = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? units : `${units}.${fraction.padEnd(2, '0')}`;
}

function cooperation({ mode, licenceKind }: Cooperation): Localized {
  const name = modeName(mode);
  if (licenceKind === null) return name;
  const kind = licenceName(licenceKind);
  return { zh: `${zhOf(name)}（${zhOf(kind)}）`, en: `${enOf(name)} (${enOf(kind)})` };
}

function ipByStatus(rights: IpRight[]): ComparedValue {
  const counts = Object.keys(IpStatus)
    .map((status) => ({ status, n: rights.filter((right) => right.status === status).length }))
    .filter(({ n }) => n > 0);
  return {
    text: list(
      counts.map(({ status, n }) => ({
        zh: `${zhOf(statusName(status))} ${n}`,
        en: `${enOf(statusName(status))} ${n}`,
      })),
    ),
    raw: counts.map(({ status, n }) => `${status}:${n}`),
  };
}

const coded = (code: string | null, name: (code: string) => Localized): ComparedValue =>
  code === null ? NONE : { text: name(code), raw: [code] };

const readers: Record<ComparisonAttribute, (entry: ComparedEntry) => ComparedValue> = {
  INSTITUTION: ({ institution }) =>
    institution ? { text: shownNames(named(institution)), raw: [institution.globalId] } : NONE,
  INDUSTRIES: ({ industries }) => ({
    text: list(industries.map((industry) => industry.nameText)),
    raw: industries.map((industry) => industry.code),
  }),
  TRL: ({ achievement: { trl } }) => {
    if (trl === null) return NONE;
    const name = termName('TrlLevel', `TRL_${trl}`);
    return { text: { zh: `${trl} ${zhOf(name)}`, en: `${trl}: ${enOf(name)}` }, raw: [String(trl)] };
  },
  STAGE: ({ achievement }) => coded(achievement.stage, stageName),
  CATEGORY: ({ achievement }) => coded(achievement.category, categoryName),
  REGION: ({ region }) => (region ? { text: region.nameText, raw: [region.code] } : NONE),
  FUNDING_NEED: ({ achievement: { fundingNeed } }) => {
    if (!fundingNeed) return NONE;
    const { currency } = fundingNeed;
    const [min, max] = [fundingNeed.min, fundingNeed.max].map((amount) => canonicalDecimal(amount) ?? amount) as [
      string,
      string,
    ];
    const range = min === max ? grouped(min) : `${grouped(min)}–${grouped(max)}`;
    return { text: both(`${currency} ${range}`), raw: [min, max, currency] };
  },
  COOPERATION_MODES: ({ cooperationModes }) => ({
    text: list(cooperationModes.map(cooperation)),
    raw: cooperationModes.map(({ mode, licenceKind }) => (licenceKind === null ? mode : `${mode}:${licenceKind}`)),
  }),
  IP_RIGHTS: ({ ipRights }) => ipByStatus(ipRights),
  SCORE: ({ achievement: { score } }) =>
    score === null ? NONE : { text: both(score.toFixed(2)), raw: [String(score)] },
  REGISTERED_YEAR: ({ achievement: { registeredOn } }) => {
    if (registeredOn === null) return NONE;
    const year = registeredOn.slice(0, 4);
    return { text: { zh: `${year}年`, en: year }, raw: [year] };
  },
  IMPROVEMENT: ({ achievement: { improvementText: text } }) =>
    text ? { text, raw: [text.zh, text.en].filter((value) => value !== undefined) } : NONE,
};

/** Attributes whose values are sets of codes: the order of the codes makes no difference between two values. */
const SETS: readonly ComparisonAttribute[] = ['INDUSTRIES', 'COOPERATION_MODES'];

function differ(key: ComparisonAttribute, values: readonly ComparedValue[]): boolean {
  const seen = new Set(values.map(({ raw }) => JSON.stringify(SETS.includes(key) ? [...raw].sort() : raw)));
  return seen.size > 1;
}

/** Makes the rows of a comparison: one per attribute, with the values in the order of the achievements. */
export function compareEntries(entries: readonly ComparedEntry[]): ComparedRow[] {
  return (Object.keys(ComparisonAttribute) as ComparisonAttribute[]).map((key) => {
    const values = entries.map(readers[key]);
    return { key, label: termName('ComparisonAttribute', key), values, differs: differ(key, values) };
  });
}
