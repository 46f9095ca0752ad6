/** Sentences of imports on amounts that are doubted, and on what a file holds beside its rows. */
export const importFileMessages = {
  'AMOUNT_DOUBTED.noUnit': {
    zh: '金额范围没有单位，无法确定是元还是万元，因此未采用；请在单元格或表头中写明单位，如 500-800万元。',
    en: 'a range without a unit: whether 元 or 万元 is meant is unknown, so it was not taken; state the unit in the cell or the header, such as 500-800万元.',
  },
  'AMOUNT_DOUBTED.small': {
    zh: '读作 {currency} {amount}，小得不合常理；如未采用，请检查单位（元、万元）后重新导入该行。',
    en: 'reads as {currency} {amount}, which is implausibly small; check the unit (元, 万元), and where it was not taken, import the row again.',
  },
  'AMOUNT_DOUBTED.large': {
    zh: '读作 {currency} {amount}，大得不合常理，因此未采用；请检查单位（元、万元）后重新导入该行。',
    en: 'reads as {currency} {amount}, which is implausibly large, so it was not taken; check the unit (元, 万元) and import the row again.',
  },
  'AMOUNT_OPEN_ENDED.LOWER': {
    zh: '单元格只写明下限；范围的两端都采用这个金额。',
    en: 'the cell states a lower bound only; both ends of the range are this amount.',
  },
  'AMOUNT_OPEN_ENDED.UPPER': {
    zh: '单元格只写明上限；范围的两端都采用这个金额。',
    en: 'the cell states an upper bound only; both ends of the range are this amount.',
  },
  CURRENCIES_DIFFER: {
    zh: '同一行写有两种货币；请只保留一种。',
    en: 'the row states two currencies; leave one.',
  },
} as const;
