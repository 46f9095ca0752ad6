import type { AchievementInput } from '../../achievements/achievement.inputs.js';
import { fromGlobalId, isUuid } from '../../lib/ids.js';
import { findCode, findCooperation, findLabel, type NameList, type ValueNames } from '../mapping/names.js';
import {
  currencyOf,
  isProblem,
  marksProblem,
  readAmount,
  readAmountRange,
  readDate,
  readTrl,
  saysNothing,
  splitList,
  splitNumbers,
  unitOfHeader,
  type CellProblem,
  type DateOrder,
} from '../mapping/values.js';
import { coded, say } from '../../messages/catalogue.js';
import type { Message } from '../../lib/messages/message.js';

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

const codesIn = (list: NameList, text: string, what: Message) => {
  // Official names contain 、 and some even semicolons. Therefore the whole cell is first tried as one name, and so is
  // each item before it is split further.
  const official = findCode(list, text, what);
  if (!isProblem(official)) return [official];
  const codes: string[] = [];
  for (const item of splitList(text, { weak: false })) {
    const whole = findCode(list, item, what);
    const found = isProblem(whole) ? each(splitList(item), (piece) => findCode(list, piece, what)) : [whole];
    if (isProblem(found)) return found;
    codes.push(...found);
  }
  return codes;
};

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
  registrationNo: (text) => text,
  registeredOn: (text, _names, order) => readDate(text, order),
  category: (text, { labels }) => findLabel(labels.category, text),
  attribute: (text, { labels }) => findLabel(labels.attribute, text),
  stage: (text, { labels }) => findLabel(labels.stage, text),
  trl: (text) => readTrl(text),
  industries: (text, { trees }) => codesIn(trees.industries, text, say('list.industries')),
  strategicAreas: (text, { trees }) => codesIn(trees.strategicAreas, text, say('list.strategicAreas')),
  regionCode: (text, { trees }) => findCode(trees.regions, text, say('list.regions')),
  cooperationModes: (text, { labels }) => each(splitList(text), (item) => findCooperation(labels, item)),
};

export const simpleFields = Object.keys(simpleReaders) as SimpleField[];

/** Reads a global id of an achievement and returns its database id, or a problem. */
export function readAchievementId(text: string): string | CellProblem {
  const id = fromGlobalId(text.trim());
  return id?.type === 'Achievement' && isUuid(id.key) ? id.key : coded('BAD_ID.achievement');
}

/**
 * Reads the funding need from its cells. The value is undefined if no column or default gives it, and null if its cells
 * are empty or state no amount.
 */
export function readFunding(cell: (key: string) => CellText | undefined): {
  value: AchievementInput['fundingNeed'] | undefined;
  problem?: CellProblem & { field: string };
} {
  const keys = ['fundingNeed.range', 'fundingNeed.min', 'fundingNeed.max'] as const;
  const [range, min, max] = keys.map(cell);
  if (!range && !min && !max) return { value: undefined };
  const given = (at: CellText | undefined) =>
    at !== undefined &&
    !(saysNothing(at.text) && !/^0+$/.test(at.text.trim())) &&
    !/^(?:面议|negotiable)$/i.test(at.text.trim())
      ? at
      : undefined;
  const currencyCell = cell('fundingNeed.currency');
  const stated = currencyCell === undefined || saysNothing(currencyCell.text) ? null : currencyOf(currencyCell.text);
  if (currencyCell !== undefined && !saysNothing(currencyCell.text) && stated === null) {
    return {
      value: undefined,
      problem: { field: 'fundingNeed.currency', ...coded('UNKNOWN_CURRENCY.cell') },
    };
  }
  const need = (low: string, high: string, currency: string | null, header: string) => ({
    value: { min: low, max: high, currency: stated ?? currency ?? unitOfHeader(header).currency ?? 'CNY' },
  });
  const inRange = given(range);
  if (inRange) {
    const read = readAmountRange(inRange.text, unitOfHeader(inRange.header).unit);
    return isProblem(read)
      ? { value: undefined, problem: { ...read, field: 'fundingNeed.range' } }
      : need(read.min, read.max, read.currency, inRange.header);
  }
  const low = given(min) ?? given(max);
  const high = given(max) ?? given(min);
  if (!low || !high) return { value: null };
  const from = readAmount(low.text, unitOfHeader(low.header).unit);
  if (isProblem(from))
    return {
      value: undefined,
      problem: { ...from, field: low === given(min) || low.text === min?.text ? 'fundingNeed.min' : 'fundingNeed.max' },
    };
  const to = readAmount(high.text, unitOfHeader(high.header).unit);
  if (isProblem(to)) return { value: undefined, problem: { ...to, field: 'fundingNeed.max' } };
  return need(from.value, to.value, from.currency ?? to.currency, low.header);
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
    return !isProblem(value) || value.code === 'AMBIGUOUS_DATE';
  }
  if (key === 'ipRights.type') return !isProblem(each(splitList(text), (item) => findLabel(names.labels.ipType, item)));
  if (key === 'ipRights.status')
    return !isProblem(each(splitList(text), (item) => findLabel(names.labels.ipStatus, item)));
  if (key === 'ipRights.number' || key === 'ipRights.applicationNumber')
    return splitNumbers(text).every((item) => /\d/.test(item) || saysNothing(item));
  if (key === 'fundingNeed.currency') return currencyOf(text) !== null;
  if (key.startsWith('fundingNeed.'))
    return !isProblem((key === 'fundingNeed.range' ? readAmountRange : readAmount)(text, unitOfHeader(header).unit));
  return true;
}
