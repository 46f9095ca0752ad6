import type { TrackRecordInput } from '../../investors/track-record.inputs.js';
import { cleanText } from '../../kernel/localized.js';
import { normalised } from '../../lib/text.js';
import { currencyOf, unitOfHeader } from '../mapping/amount-units.js';
import { doubtOf, readAmount, saysNoAmount, type Amount } from '../mapping/amounts.js';
import { defineField as field, fieldList } from '../mapping/field-list.js';
import type { ReadRow, RowProblem } from '../runs/import.row-keys.js';
import type { Mapping } from '../mapping/mapping.js';
import { findCode } from '../mapping/code-lists.js';
import { findLabel, type ValueNames } from '../mapping/names.js';
import { readDate, type DateOrder } from '../mapping/dates.js';
import { isProblem, marksProblem, saysNothing, splitList, type CellProblem } from '../mapping/values.js';
import { coded, say } from '../../messages/catalogue.js';

/** All fields of a past investment to which a column can be mapped. */
export const trackRecordFields = fieldList([
  field(
    'externalId',
    '外部编号',
    'External ID',
    'The investor’s own key; rows are found by it again.',
    '编号|序号|项目编号|投资编号|内部编号|id|no|deal id|deal no|reference|ref|record id|case number',
  ),
  field(
    'company',
    '被投企业',
    'Company',
    'The company invested in. Needed.',
    '被投公司|企业名称|公司名称|项目名称|标的|标的公司|标的企业|被投项目|企业|公司|名称|company name|portfolio company|investee|target|target company|startup|name',
  ),
  field(
    'industryCode',
    '行业',
    'Industry',
    'GB/T 4754 code or name, at any level.',
    '所属行业|行业分类|国民经济行业|行业代码|投资行业|赛道|领域|industry code|sector|vertical',
  ),
  field(
    'regionCode',
    '地区',
    'Region',
    'Region by code or name.',
    '所在地区|所在地|省市|地域|区域|所属地区|注册地|region code|location|province|city|country',
  ),
  field(
    'stage',
    '轮次',
    'Stage',
    'The round, such as A轮 or SERIES_A.',
    '投资轮次|融资轮次|投资阶段|阶段|round|funding round|funding stage|investment round|series',
  ),
  field(
    'amount',
    '金额',
    'Amount',
    'What was put in, with or without unit and currency, such as 1,200万元, 0.5亿元 or USD 2 million.',
    '投资金额|投资额|出资额|融资金额|交易金额|amount invested|investment amount|investment|deal size|funding amount',
  ),
  field(
    'currency',
    '币种',
    'Currency',
    'ISO 4217 code or name; CNY where neither it, the amount nor a header names one.',
    '货币|投资币种|currency code|ccy',
  ),
  field(
    'investedOn',
    '投资日期',
    'Date',
    'Date of the investment; a month counts as its first day. Needed.',
    '日期|投资时间|时间|交割日期|出资日期|投资年月|融资时间|invested on|investment date|deal date|announced|announced on|closing date',
  ),
  field(
    'coInvestors',
    '共同投资方',
    'Co-investors',
    'Who invested together with it, as a list.',
    '联合投资方|跟投方|跟投机构|合投方|共同投资机构|其他投资方|投资方|co investors|coinvestors|syndicate|other investors|investors',
  ),
]);

/** A row of past investments after parsing; a missing field is not mapped, or its cell could not be read. */
export interface TrackRecordPatch {
  fields: Omit<TrackRecordInput, 'coInvestors'>;
  /** Names of the co-investors as the cell states them. */
  coInvestors?: string[];
}

type Read<T> = (text: string, header: string, names: ValueNames, order: DateOrder | null) => T | CellProblem;

const MAX_SHORT = 1_000;
const MAX_LIST = 20_000;
const UNTOLD = /^(?:未披露|未透露|未公开|不详|保密|未知|undisclosed|not disclosed|unknown|confidential)$/i;
const NEGATIVE = /^(?:[-−–－]\s*[¥￥$€£]?\s*\d|[¥￥$€£]\s*[-−–－]\s*\d|[(（]\s*[¥￥$€£]?\s*\d[\d,.]*\s*[)）])/u;

const readMoney: Read<Amount> = (text, header) => {
  if (NEGATIVE.test(normalised(text, 'NFKC').trim())) return coded('NEGATIVE_AMOUNT');
  return readAmount(text, unitOfHeader(header));
};

const readers: {
  [Key in 'industryCode' | 'regionCode' | 'stage' | 'investedOn']: Read<NonNullable<TrackRecordInput[Key]>>;
} = {
  industryCode: (text, _header, { trees }) => findCode(trees.industries, text, say('list.industries')),
  regionCode: (text, _header, { trees }) => findCode(trees.regions, text, say('list.regions')),
  stage: (text, _header, { labels }) => findLabel(labels.fundingStage, text),
  investedOn: (text, _header, _names, order) => readDate(text, order),
};

const untold = (text: string) => saysNothing(text) || UNTOLD.test(text.trim());

/** Whether a cell can be read as a field. */
export function readableAsTrackRecord(key: string, cell: string, header: string, names: ValueNames): boolean {
  const text = cell.trim();
  if (text.length > (key === 'coInvestors' ? MAX_LIST : MAX_SHORT) || marksProblem(text)) return false;
  if (untold(text)) return true;
  if (key === 'currency') return currencyOf(text) !== null;
  if (key === 'amount') return saysNoAmount(text) || !isProblem(readMoney(text, header, names, null));
  if (!(key in readers)) return true;
  const value = readers[key as keyof typeof readers](text, header, names, null);
  return !isProblem(value) || value.code === 'AMBIGUOUS_DATE';
}

/**
 * Returns the function that parses rows of past investments by a column mapping, which must have been checked before.
 */
export function trackRecordReader(
  mapping: Mapping,
  headers: readonly string[],
  names: ValueNames,
): (cells: readonly string[]) => ReadRow<TrackRecordPatch> {
  const columns = new Map(
    Object.entries(mapping.columns).map(([header, key]) => [key, { header, index: headers.indexOf(header) }]),
  );
  return (cells) => {
    const problems: RowProblem[] = [];
    const notes: RowProblem[] = [];
    const problem = (key: string, { code, message }: CellProblem, list = problems) => {
      const at = columns.get(key);
      list.push({
        field: key,
        code,
        message,
        column: at?.header ?? null,
        value: at === undefined ? null : (cells[at.index] ?? null),
      });
    };
    /**
     * The cell of a field, or its default value; undefined if the field has neither, or if its cell must not be parsed
     * because it is too long or has too many combining marks.
     */
    const cell = (key: string): { text: string; header: string } | undefined => {
      const at = columns.get(key);
      const text = at === undefined ? '' : (cells[at.index] ?? '').trim();
      const most = key === 'coInvestors' ? MAX_LIST : MAX_SHORT;
      const wrong =
        text.length > most ? coded('TOO_LONG.cell', { length: text.length, max: most }) : marksProblem(text);
      if (wrong) {
        problem(key, wrong);
        return undefined;
      }
      if (text === '' && mapping.defaults[key] !== undefined) return { text: mapping.defaults[key], header: '' };
      return at === undefined ? undefined : { text, header: at.header };
    };
    const patch: TrackRecordPatch = { fields: {} };
    const { fields } = patch;
    for (const key of ['externalId', 'company'] as const) {
      const at = cell(key);
      if (at) fields[key] = cleanText(at.text) ?? null;
    }
    for (const key of Object.keys(readers) as Array<keyof typeof readers>) {
      const at = cell(key);
      if (!at) continue;
      const value = untold(at.text) ? null : readers[key](at.text, at.header, names, mapping.dateOrder);
      if (isProblem(value)) problem(key, value);
      else fields[key] = value as never;
    }
    readAmountAndCurrency(cell, problem, (key, note) => problem(key, note, notes), fields, names);
    const together = cell('coInvestors');
    if (together)
      patch.coInvestors = splitList(together.text)
        .filter((name) => !untold(name))
        .flatMap((name) => cleanText(name) ?? []);
    return { patch, problems, notes };
  };
}

/**
 * Reads amount and currency of an investment. A currency without an amount is ignored, since a column may state it in
 * every row.
 */
function readAmountAndCurrency(
  cell: (key: string) => { text: string; header: string } | undefined,
  problem: (key: string, problem: CellProblem) => void,
  note: (key: string, note: CellProblem) => void,
  fields: TrackRecordPatch['fields'],
  names: ValueNames,
): void {
  const amount = cell('amount');
  const currency = cell('currency');
  const says = currency !== undefined && !untold(currency.text);
  const stated = says ? currencyOf(currency.text) : null;
  if (says && stated === null) problem('currency', coded('UNKNOWN_CURRENCY.cellOrName'));
  if (!amount) return;
  if (untold(amount.text) || saysNoAmount(amount.text)) {
    fields.amount = null;
    return;
  }
  const read = readMoney(amount.text, amount.header, names, null);
  if (isProblem(read)) return problem('amount', read);
  if (stated !== null && read.currency !== null && read.currency !== stated)
    return problem('amount', coded('CURRENCIES_DIFFER'));
  const unit = unitOfHeader(amount.header);
  const code = read.currency ?? stated ?? unit.currency ?? 'CNY';
  const doubt = doubtOf({ min: read.value, max: read.value, ranged: false, stated: read.stated }, code, unit);
  if (doubt !== null) note('amount', doubt);
  // A small amount with a currency of its own in the cell (300元) was written as it is meant; it is only pointed out.
  if (doubt !== null && (read.currency === null || Number(read.value) > 10_000)) return;
  fields.amount = read.value;
  fields.currency = code;
}
