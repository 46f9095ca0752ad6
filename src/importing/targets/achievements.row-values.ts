import type { AchievementInput } from '../../achievements/achievement.inputs.js';
import { fromGlobalId, isUuid } from '../../lib/ids.js';
import { currencyOf, unitOfHeader } from '../mapping/amount-units.js';
import { findCode, readCodes } from '../mapping/code-lists.js';
import { readCooperations } from '../mapping/cooperations.js';
import { findLabel, type ValueNames } from '../mapping/names.js';
import { isScientific, readIpNumbers, SCIENTIFIC_NUMBER } from '../mapping/ip-numbers.js';
import { readDate, type DateOrder } from '../mapping/dates.js';
import { readTrl } from '../mapping/trl.js';
import {
  doubtOf,
  readAmount,
  readAmountRange,
  saysNoAmount,
  type Amount,
  type AmountRange,
} from '../mapping/amounts.js';
import { isProblem, marksProblem, saysNothing, splitList, type CellProblem } from '../mapping/values.js';
import { coded, say } from '../../messages/catalogue.js';

export type { ValueNames };

/** The text of a cell with the header of its column, which may state a unit. */
export interface CellText {
  text: string;
  header: string;
}

type Simple = Pick<
  AchievementInput,
  | 'registrationNo'
  | 'registeredOn'
  | 'category'
  | 'attribute'
  | 'stage'
  | 'trl'
  | 'industries'
  | 'strategicAreas'
  | 'regionCode'
  | 'cooperationModes'
>;
export type SimpleField = keyof Simple;

type Reader<T> = (text: string, names: ValueNames, order: DateOrder | null) => T | CellProblem;

/** Parses all items of a list; if one cannot be read, returns the problem of the first such item. */
function each<T>(items: readonly string[], read: (item: string) => T | CellProblem): T[] | CellProblem {
  const values: T[] = [];
  for (const item of items) {
    const value = read(item);
    if (isProblem(value)) return value;
    values.push(value as T);
  }
  return values;
}

/**
 * Maximum number of characters of a cell with numbers, dates, codes or modes (MAX_SHORT), and of one with a list of IP
 * rights (MAX_RIGHTS).
 */
const MAX_SHORT = 1000;
const MAX_RIGHTS = 20_000;

/**
 * Returns a problem for a cell that must not be parsed, because it is too long for its field or has too many combining
 * marks; else null. Text fields have limits of their own.
 */
export function cellProblem(key: string, text: string): CellProblem | null {
  const short = key in simpleReaders || key === 'id' || key.startsWith('fundingNeed.');
  const max = short ? MAX_SHORT : key.startsWith('ipRights.') ? MAX_RIGHTS : Infinity;
  return text.length > max ? coded('TOO_LONG.cell', { length: text.length, max }) : marksProblem(text);
}

/** Functions that parse the fields of an achievement which come from a single cell. */
export const simpleReaders: { readonly [K in SimpleField]: Reader<NonNullable<Simple[K]>> } = {
  registrationNo: (text) => (isScientific(text) ? SCIENTIFIC_NUMBER : text),
  registeredOn: (text, _names, order) => readDate(text, order),
  category: (text, { labels }) => findLabel(labels.category, text),
  attribute: (text, { labels }) => findLabel(labels.attribute, text),
  stage: (text, { labels }) => findLabel(labels.stage, text),
  trl: (text) => readTrl(text),
  industries: (text, { trees }) => readCodes(trees.industries, text, say('list.industries')),
  strategicAreas: (text, { trees }) => readCodes(trees.strategicAreas, text, say('list.strategicAreas')),
  regionCode: (text, { trees }) => findCode(trees.regions, text, say('list.regions')),
  cooperationModes: (text, { labels }) => readCooperations(labels, text),
};

export const simpleFields = Object.keys(simpleReaders) as SimpleField[];

/** Reads a global id of an achievement and returns its database id, or a problem. */
export function readAchievementId(text: string): string | CellProblem {
  const id = fromGlobalId(text.trim());
  return id?.type === 'Achievement' && isUuid(id.key) ? id.key : coded('BAD_ID.achievement');
}

type Given = CellText & { key: string };

/**
 * Reads the funding need from its cells. The value is undefined if no column or default gives it, and null if its cells
 * are empty or state no amount. An amount that can hardly be meant is a doubt and no value.
 */
export function readFunding(cell: (key: string) => CellText | undefined): {
  value: AchievementInput['fundingNeed'] | undefined;
  problem?: CellProblem & { field: string };
  notes?: Array<CellProblem & { field: string }>;
} {
  const keys = ['fundingNeed.range', 'fundingNeed.min', 'fundingNeed.max'] as const;
  const [range, min, max] = keys.map(cell);
  if (!range && !min && !max) return { value: undefined };
  const given = (at: CellText | undefined, key: string): Given | undefined =>
    at === undefined || saysNoAmount(at.text) ? undefined : { ...at, key };
  const currencyCell = cell('fundingNeed.currency');
  const says = currencyCell !== undefined && !saysNothing(currencyCell.text);
  const column = says ? currencyOf(currencyCell.text) : null;
  if (says && column === null)
    return { value: undefined, problem: { field: 'fundingNeed.currency', ...coded('UNKNOWN_CURRENCY.cell') } };
  const low = given(range, keys[0]) ?? given(min, keys[1]) ?? given(max, keys[2]);
  const high = given(range, keys[0]) ?? given(max, keys[2]) ?? given(min, keys[1]);
  if (!low || !high) return { value: null };
  const [from, to] = [low, high].map((at) =>
    at.key === keys[0]
      ? readAmountRange(at.text, unitOfHeader(at.header))
      : oneAmount(readAmount(at.text, unitOfHeader(at.header))),
  ) as [AmountRange | CellProblem, AmountRange | CellProblem];
  if (isProblem(from)) return { value: undefined, problem: { ...from, field: low.key } };
  if (isProblem(to)) return { value: undefined, problem: { ...to, field: high.key } };
  const own = from.currency ?? to.currency;
  if (own !== null && [column, to.currency].some((other) => other !== null && other !== own))
    return { value: undefined, problem: { field: high.key, ...coded('CURRENCIES_DIFFER') } };
  const unit = unitOfHeader(low.header);
  const currency = own ?? column ?? unit.currency ?? unitOfHeader(high.header).currency ?? 'CNY';
  const amount = {
    min: from.min,
    max: to.max,
    ranged: from.ranged,
    stated: from.stated || to.stated || column !== null,
  };
  const value = { min: from.min, max: to.max, currency };
  const doubt = doubtOf(amount, currency, unit);
  const notes = doubt === null ? [] : [{ ...doubt, field: low.key }];
  // A small amount with a currency of its own in the cell (300元) was written as it is meant; it is only pointed out.
  if (doubt !== null && !(isSmall(doubt) && own !== null)) return { value: undefined, notes };
  if (from.bound !== null) notes.push({ ...coded(`AMOUNT_OPEN_ENDED.${from.bound}`), field: low.key });
  return { value, notes };
}

function isSmall({ message }: CellProblem): boolean {
  return typeof message !== 'string' && message.key === 'AMOUNT_DOUBTED.small';
}

function oneAmount(read: Amount | CellProblem): AmountRange | CellProblem {
  return isProblem(read) ? read : { ...read, min: read.value, max: read.value, ranged: false, bound: null };
}

/**
 * Whether a cell can be read as a field of an achievement; used to suggest fields for columns and to check a mapping's
 * default values.
 */
export function checkValue(key: string, cell: string, header: string, names: ValueNames): boolean {
  const text = cell.trim();
  if (cellProblem(key, text)) return false;
  if (key === 'id') return !isProblem(readAchievementId(text));
  if (saysNothing(text)) return true;
  if (key in simpleReaders) {
    const value = simpleReaders[key as SimpleField](text, names, null);
    return (
      !isProblem(value) || ['AMBIGUOUS_DATE', 'SCIENTIFIC_NUMBER', 'TRL_RANGE', 'TRL_IN_WORDS'].includes(value.code)
    );
  }
  if (key === 'ipRights.type') return !isProblem(each(splitList(text), (item) => findLabel(names.labels.ipType, item)));
  if (key === 'ipRights.status')
    return !isProblem(each(splitList(text), (item) => findLabel(names.labels.ipStatus, item)));
  if (key === 'ipRights.number' || key === 'ipRights.applicationNumber') {
    const claims = readIpNumbers(text, names.labels);
    return !isProblem(claims) || claims.code !== 'NOT_A_NUMBER';
  }
  if (key === 'fundingNeed.currency') return currencyOf(text) !== null;
  if (key.startsWith('fundingNeed.'))
    return (
      saysNoAmount(text) ||
      !isProblem((key === 'fundingNeed.range' ? readAmountRange : readAmount)(text, unitOfHeader(header)))
    );
  return true;
}
