import { NO_WORDS, type TableWords } from '../../lib/tabular/layout.js';
import type { FieldList } from './field-list.js';
import { isUnitOnly, unitOfHeader } from './amount-units.js';

/** The unit within the words around it, as in 单位：万元 and (万元). */
const UNIT_INSIDE = /^[(（【[]?\s*(?:(?:金额)?单位|unit|currency|货币|币种)?\s*[:：]?\s*(.+?)\s*[)）】\]]?$/i;
/** Keys of the fields that hold amounts of money. */
const AMOUNT_FIELD = /^(?:fundingNeed\.(?:range|min|max)|amount)$/;

const TOTAL =
  /^(?:合\s*计|总\s*计|小\s*计|共\s*计|总\s*数|汇\s*总|共\s*\d+\s*[项条个件]|total|grand total|sub-?total|sum)\s*[:：]?$/i;
const SIGNATURE =
  /^(?:填\s*表\s*人|填\s*报\s*人|制\s*表\s*人?|审\s*核\s*人?|审\s*批\s*人?|复\s*核\s*人?|经\s*办\s*人|负\s*责\s*人|单位负责人|联\s*系\s*人|联系电话|填报单位|填报日期|填表日期|制表日期|日\s*期|(?:单位|部门)?(?:[（(]?(?:盖章|公章|签章|签字)[）)]?)|prepared by|approved by|reviewed by|signature|date)\s*(?:[（(](?:盖章|签字|签章)[）)])?\s*[:：]/i;
const NOTE = /^(?:注|备注|说明|填表说明|注意事项|附注|note|notes|remark|remarks)\s*\d*\s*[:：]/i;
const REPEATS = /^(?:同上|同前|〃|″|"|''|〞|ditto|same as above|idem|仝上|々)$/i;

/** Maximum length in characters of the text that begins a row without data. */
const LONGEST_MARK = 500;

/** What the importer knows of the words in a table of one kind: the names of its columns, units, totals, signatures. */
export function tableWords(fields: FieldList, named: readonly string[] = []): TableWords {
  const known = new Map<string, number>();
  const given = new Set(named);
  return {
    ...NO_WORDS,
    known(cell) {
      if (given.has(cell)) return 1;
      let confidence = known.get(cell);
      if (confidence === undefined) {
        confidence = fields.candidates(cell)[0]?.confidence ?? 0;
        if (known.size < 10_000) known.set(cell, confidence);
      }
      return confidence;
    },
    unit(cell) {
      const text = cell.trim();
      if (text === '' || text.length > 60 || !isUnitOnly(text)) return null;
      return UNIT_INSIDE.exec(text)?.[1]?.trim() ?? text;
    },
    takesUnit(header) {
      const [best] = fields.candidates(header);
      if (best === undefined || !AMOUNT_FIELD.test(best.key)) return false;
      const { power, currency } = unitOfHeader(header);
      return power === null && currency === null;
    },
    extra(cells) {
      let first = '';
      let count = 0;
      for (const cell of cells) {
        if (cell.trim() === '') continue;
        if (count === 0) first = cell.trim();
        count += 1;
      }
      if (first.length > LONGEST_MARK) return null;
      if (TOTAL.test(first)) return 'total';
      // Signatures and remarks fill few cells; a row of data that begins so fills more.
      const few = count <= Math.max(2, cells.length / 2);
      if (few && SIGNATURE.test(first)) return 'signature';
      return few && NOTE.test(first) ? 'note' : null;
    },
    repeats: (cell) => cell.length <= 14 && REPEATS.test(cell.trim()),
  };
}
