import type { AchievementInput } from '../../achievements/achievement.inputs.js';
import type { IpStatus, IpType } from '../../achievements/vocabularies.js';
import { cleanText } from '../../kernel/localized.js';
import { isExportHeader, LANGUAGES, TEXT_FIELDS, type Language, type TextField } from '../mapping/fields.js';
import type { ReadRow, RowProblem } from '../runs/import.row-keys.js';
import type { Mapping } from '../mapping/mapping.js';
import { findLabel } from '../mapping/names.js';
import {
  cellProblem,
  readAchievementId,
  readFunding,
  simpleFields,
  simpleReaders,
  type CellText,
  type SimpleField,
  type ValueNames,
} from './achievements.row-values.js';
import { isSecret, SECRET, secrecyColumns } from './secrecy.js';
import { readPeople } from '../mapping/people.js';
import { isScientific, readIpNumbers, SCIENTIFIC_NUMBER, statusOfHeader } from '../mapping/ip-numbers.js';
import { isProblem, languageOf, saysNothing, splitList, type CellProblem } from '../mapping/values.js';
import { coded } from '../../messages/catalogue.js';

export interface IpRightPatch {
  number: string | null;
  /** Kind and status that the row states in words; null where it does not. */
  type: IpType | null;
  status: IpStatus | null;
  /** Kind and status that the form of the number says; they count where neither the row nor a stored right says more. */
  formType: IpType | null;
  formStatus: IpStatus | null;
  /** True if the number is that of an application, not of a granted right. */
  applied: boolean;
}

export interface ItemPatch {
  zh?: string;
  en?: string;
  orcid?: string;
}

/**
 * A row of achievements after parsing, before it is compared with the stored record. A missing field is not mapped and
 * stays unchanged.
 */
export interface RowPatch {
  id?: string;
  externalId?: string | null;
  simple: Partial<Pick<AchievementInput, SimpleField | 'fundingNeed'>>;
  /** True if the title's column names no language, so that the cell itself decided it. */
  titleOfAnyLanguage?: boolean;
  texts: Partial<Record<TextField, Partial<Record<Language, string | null>>>>;
  keywords?: Partial<Record<Language, string[]>>;
  applications?: ItemPatch[];
  inventors?: ItemPatch[];
  ipRights?: IpRightPatch[];
}

/** Returns the function that parses rows of achievements by a column mapping, which must have been checked before. */
export function rowReader(
  mapping: Mapping,
  headers: readonly string[],
  names: ValueNames,
): (cells: readonly string[]) => ReadRow<RowPatch> {
  const columns = new Map(
    Object.entries(mapping.columns).map(([header, key]) => [key, { header, index: headers.indexOf(header) }]),
  );
  const secrecy = secrecyColumns(headers);
  const mapped = columns.get('secrecy')?.index;
  if (mapped !== undefined && !secrecy.includes(mapped)) secrecy.push(mapped);
  return (cells) => {
    const problems: RowProblem[] = [];
    const unreadable = new Set<string>();
    const cell = (key: string): CellText | undefined => {
      const at = columns.get(key);
      const text = at === undefined ? '' : (cells[at.index] ?? '').trim();
      const wrong = cellProblem(key, text);
      if (wrong) {
        // An unreadable cell is reported once and then treated as missing; its row is rejected in any case.
        if (!unreadable.has(key)) problem(key, wrong);
        unreadable.add(key);
        return undefined;
      }
      if (text === '' && mapping.defaults[key] !== undefined) return { text: mapping.defaults[key], header: '' };
      return at === undefined ? undefined : { text, header: at.header };
    };
    const problem = (field: string, { code, message }: CellProblem) => {
      const at = columns.get(field);
      problems.push({
        field,
        code,
        message,
        column: at?.header ?? null,
        value: at === undefined ? null : (cells[at.index] ?? null),
      });
    };
    const patch: RowPatch = { simple: {}, texts: {} };
    for (const index of secrecy)
      if (isSecret(cells[index] ?? ''))
        problems.push({ field: 'secrecy', ...SECRET, column: headers[index]!, value: cells[index]! });

    const id = cell('id');
    if (id !== undefined && id.text !== '') {
      const read = readAchievementId(id.text);
      if (isProblem(read)) problem('id', read);
      else patch.id = read;
    }
    const externalId = cell('externalId');
    if (externalId !== undefined && isScientific(externalId.text)) problem('externalId', SCIENTIFIC_NUMBER);
    else if (externalId !== undefined) patch.externalId = cleanText(externalId.text) ?? null;
    for (const field of simpleFields) {
      const at = cell(field);
      if (at === undefined) continue;
      if (saysNothing(at.text)) {
        // An empty cell clears its field (a list becomes empty). Only an empty region changes nothing: a stored
        // achievement keeps its region, and a new one has that of its institution.
        if (field !== 'regionCode') patch.simple[field] = null;
        continue;
      }
      const value = simpleReaders[field](at.text, names, mapping.dateOrder);
      if (isProblem(value)) problem(field, value);
      else patch.simple[field] = value as never;
    }
    const notes: RowProblem[] = [];
    const funding = readFunding(cell);
    for (const { field, code, message } of funding.notes ?? []) {
      const at = columns.get(field);
      notes.push({ field, code, message, column: at?.header ?? null, value: at ? (cells[at.index] ?? null) : null });
    }
    if (funding.problem) problem(funding.problem.field, funding.problem);
    else if (funding.value !== undefined) patch.simple.fundingNeed = funding.value;

    for (const field of TEXT_FIELDS) {
      const auto = cell(field);
      if (auto && field === 'title') patch.titleOfAnyLanguage = true;
      if (auto) patch.texts[field] = auto.text === '' ? { zh: null, en: null } : { [languageOf(auto.text)]: auto.text };
      for (const language of LANGUAGES) {
        const at = cell(`${field}.${language}`);
        if (at) patch.texts[field] = { ...patch.texts[field], [language]: at.text === '' ? null : at.text };
      }
    }
    readKeywords(cell, patch, problem);
    patch.applications = readItems('applications', cell, problem);
    patch.inventors = readItems('inventors', cell, problem);
    patch.ipRights = readIpRights(cell, problem, names);
    return { patch, problems, notes };
  };
}

type CellOf = (key: string) => CellText | undefined;
type Report = (field: string, problem: CellProblem) => void;

/** Maximum number of items that are parsed per list cell, more than ten times the limit of any list in a record. */
const MAX_ITEMS = 5_000;

/** Splits a list cell into its items; a cell with more than MAX_ITEMS gets a problem and no items. */
function itemsOf(key: string, text: string, problem: Report): string[] {
  const items = splitList(text);
  if (items.length <= MAX_ITEMS) return items;
  problem(key, coded('TOO_MANY.items', { count: items.length, max: MAX_ITEMS }));
  return [];
}

function readKeywords(cell: CellOf, patch: RowPatch, problem: Report): void {
  const auto = cell('keywords');
  if (auto) {
    const words = itemsOf('keywords', auto.text, problem);
    patch.keywords = {
      zh: words.filter((word) => languageOf(word) === 'zh'),
      en: words.filter((word) => languageOf(word) === 'en'),
    };
  }
  for (const language of LANGUAGES) {
    const at = cell(`keywords.${language}`);
    if (at) patch.keywords = { ...patch.keywords, [language]: itemsOf(`keywords.${language}`, at.text, problem) };
  }
}

const UNEQUAL: CellProblem = coded('UNEQUAL_LISTS');
const NO_PERSON: CellProblem = coded('NO_PERSON');
function readItems(field: 'applications' | 'inventors', cell: CellOf, problem: Report): ItemPatch[] | undefined {
  const auto = cell(field);
  const parallel = (['zh', 'en', 'orcid'] as const)
    .map((key) => ({ key, at: cell(`${field}.${key}`) }))
    .filter((list) => list.at !== undefined)
    .map((list) => {
      const key = `${field}.${list.key}`;
      const named = field === 'inventors' && list.key !== 'orcid' && !isExportHeader(key, list.at!.header);
      return {
        key: list.key,
        items: itemsOf(key, list.at!.text, problem).map((item) =>
          // A parallel list keeps its places: titles and units are cut off within an item.
          saysNothing(item) ? undefined : named ? (readPeople(item)[0]?.[list.key as Language] ?? item) : item,
        ),
      };
    });
  let items: ItemPatch[] | undefined;
  if (auto) {
    if (field === 'inventors') {
      // Counting is cheap; reading half a million names is not.
      const parts = auto.text.length > MAX_ITEMS ? auto.text.split(/[;；|\n\r、,，/／\s]/).length : 0;
      if (parts > 4 * MAX_ITEMS) problem('inventors', coded('TOO_MANY.items', { count: parts, max: MAX_ITEMS }));
      items = parts > 4 * MAX_ITEMS || saysNothing(auto.text) ? [] : readPeople(auto.text);
      if (items.length === 0 && parts <= 4 * MAX_ITEMS && !saysNothing(auto.text)) problem('inventors', NO_PERSON);
    } else items = itemsOf(field, auto.text, problem).map((piece) => ({ [languageOf(piece)]: piece }));
  }
  for (const { key, items: list } of parallel) {
    if (list.length === 0 && (items?.length ?? 0) > 0) continue;
    if (items === undefined || (items.length === 0 && key !== 'orcid')) items = list.map(() => ({}));
    if (items.length !== list.length) {
      problem(`${field}.${key}`, UNEQUAL);
      continue;
    }
    list.forEach((item, i) => {
      if (item !== undefined) items![i]![key] = item;
    });
  }
  return items;
}

function readIpRights(cell: CellOf, problem: Report, { labels }: ValueNames): IpRightPatch[] | undefined {
  const at = {
    number: cell('ipRights.number'),
    application: cell('ipRights.applicationNumber'),
    type: cell('ipRights.type'),
    status: cell('ipRights.status'),
  };
  // Default values of a mapping alone do not create an IP right; at least one of its fields must have a column.
  const fromColumn = (text: CellText | undefined) => text !== undefined && text.header !== '';
  if (![at.number, at.application, at.type, at.status].some(fromColumn)) return undefined;
  const read = (key: string, text: CellText | undefined) => {
    const claims =
      text === undefined ? [] : readIpNumbers(text.text, labels, isExportHeader('ipRights.number', text.header));
    if (!isProblem(claims)) return claims;
    problem(key, claims);
    return null;
  };
  const numbers = read('ipRights.number', at.number);
  const applications = read('ipRights.applicationNumber', at.application);
  if (numbers === null || applications === null) return undefined;
  const types = at.type ? splitList(at.type.text) : [];
  const statuses = at.status ? splitList(at.status.text) : [];
  const inCells = (text: CellText | undefined, items: readonly string[]) =>
    fromColumn(text) && text!.text !== '' ? items.length : 0;
  const count =
    Math.max(numbers.length, applications.length) || Math.max(inCells(at.type, types), inCells(at.status, statuses));
  const unequal = Object.entries({
    number: numbers,
    applicationNumber: applications,
    type: types,
    status: statuses,
  }).find(
    ([key, list]) =>
      list.length > 0 && list.length !== count && !(list.length === 1 && (key === 'type' || key === 'status')),
  );
  if (unequal) {
    problem(`ipRights.${unequal[0]}`, UNEQUAL);
    return undefined;
  }
  const label = <Code extends string>(
    field: 'ipRights.type' | 'ipRights.status',
    list: readonly string[],
    i: number,
    known: ReadonlyMap<string, Code>,
  ): Code | null => {
    const text = list.length === 1 ? list[0] : list[i];
    if (text === undefined || saysNothing(text)) return null;
    const code = findLabel(known, text);
    if (!isProblem(code)) return code;
    if (i === 0 || list.length > 1) problem(field, code);
    return null;
  };
  const headerStatus = statusOfHeader(at.number?.header ?? '');
  return Array.from({ length: count }, (_, i) => {
    const [granted, applied] = [numbers[i] ?? null, applications[i] ?? null];
    const said = granted ?? applied;
    return {
      number: granted?.number ?? applied?.number ?? null,
      type: label('ipRights.type', types, i, labels.ipType) ?? said?.type ?? null,
      formType: said?.formType ?? null,
      status: label('ipRights.status', statuses, i, labels.ipStatus) ?? said?.status ?? null,
      formStatus: said?.formStatus ?? (granted?.number == null ? null : headerStatus),
      applied: granted?.number == null && applied !== null,
    };
  }).filter(
    (right) =>
      right.number !== null || right.status !== null || inCells(at.type, types) > 0 || inCells(at.status, statuses) > 0,
  );
}
