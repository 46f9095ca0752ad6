import { messagesOf } from '../messages/message.js';

/** Sentences on files that are refused as a whole, and on cells that are too long. */
export const tabularMessages = {
  'EMPTY_FILE.bytes': { zh: '文件是空的。', en: 'The file is empty.' },
  'EMPTY_FILE.table': { zh: '文件中没有表格：没有表头行。', en: 'The file holds no table: it has no header row.' },
  'NOT_A_FILE.missing': {
    zh: '没有名为 {name} 的文件。请检查文件名后重试。',
    en: 'There is no file {name}. Check its name and retry.',
  },
  'NOT_A_FILE.stream': {
    zh: '表格要读取不止一遍，因此必须是普通文件。请先保存到磁盘再重试。',
    en: 'The table is read more than once, so it must be a regular file. Save it to disk and retry.',
  },
  'NOT_A_FILE.unreadable': {
    zh: '无法读取文件 {name}（{reason}）。',
    en: 'The file {name} cannot be read ({reason}).',
  },
  'NOT_A_FILE.folder': { zh: '{name} 不是文件。', en: '{name} is not a file.' },
  FILE_TOO_LARGE: {
    zh: '文件超过 {max} 字节。请拆分后分批导入。',
    en: 'The file is larger than {max} bytes. Split it and import the parts.',
  },
  'BAD_ENCODING.bytes': {
    zh: '第 {line} 行含有不属于 {encoding} 编码的字节。请另存为“CSV UTF-8”后重试。',
    en: 'Line {line} holds bytes that are not {encoding} text. Save the file again as "CSV UTF-8" and retry.',
  },
  'BAD_ENCODING.nul': {
    zh: '第 {line} 行含有空字符（NUL）：这不是文本文件，或是缺少字节顺序标记的 UTF-16。请另存为“CSV UTF-8”。',
    en: 'Line {line} holds a NUL character: this is no text file, or UTF-16 without its byte order mark. Save it again as "CSV UTF-8" and retry.',
  },
  'MALFORMED_CSV.unclosed': {
    zh: '从第 {line} 行开始的引号字段没有结束。请补上缺少的引号（"）后重试。',
    en: 'The quoted field that starts on line {line} is never closed. Add the missing quote (") and retry.',
  },
  'MALFORMED_CSV.afterQuote': {
    zh: '第 {line} 行的结束引号后面还有文字。引号字段内的引号请写成两个（""）后重试。',
    en: 'On line {line} text follows a closing quote. Write a quote inside a quoted field twice ("") and retry.',
  },
  'LINE_TOO_LONG.record': {
    zh: '从第 {line} 行开始的记录超过 {max} 字节。请检查是否缺少换行，或有引号没有结束。',
    en: 'The record that starts on line {line} is longer than {max} bytes. Check for a missing line break or a quote that is never closed.',
  },
  'LINE_TOO_LONG.row': {
    zh: '第 {line} 行的文字超过 {max} 字节。请缩短后重试。',
    en: 'Row {line} holds more than {max} bytes of text. Shorten it and retry.',
  },
  'LINE_TOO_LONG.text': {
    zh: '工作簿中有一段文字超过 {max} 个字符。请缩短后重试。',
    en: 'A text of the workbook is longer than {max} characters. Shorten it and retry.',
  },
  'LINE_TOO_LONG.tag': {
    zh: '工作簿中有一段文字或标签超过 {max} 个字符。',
    en: 'A single text or tag of the workbook is longer than {max} characters.',
  },
  'TOO_MANY_ROWS.table': {
    zh: '表格超过 {max} 行。请拆分后分批导入。',
    en: 'The table has more than {max} rows. Split it and import the parts.',
  },
  'TOO_MANY_ROWS.sheet': {
    zh: '一张工作表最多容纳 {max} 行。请缩小导出范围，或导出为 CSV。',
    en: 'A worksheet holds {max} rows at most. Narrow the export, or export as CSV.',
  },
  'TOO_MANY_COLUMNS.line': {
    zh: '第 {line} 行超过 {max} 列。请检查文件的分隔符和引号。',
    en: "Line {line} has more than {max} columns. Check the file's delimiter and quotes.",
  },
  'TOO_MANY_COLUMNS.row': {
    zh: '第 {line} 行在第 {max} 列之后还有内容。请删除后重试。',
    en: 'Row {line} has a value beyond column {max}. Remove it and retry.',
  },
  'BAD_ENCODING.unknown': {
    zh: '无法确定文件的编码，可能是 {names}。请另存为“CSV UTF-8”，或用 `encoding` 指定编码后重试。',
    en: 'The encoding of the file is not clear; it may be {names}. Save it as "CSV UTF-8", or name its encoding in `encoding`, and retry.',
  },
  'BAD_ENCODING.none': {
    zh: '文件的编码不是已知的任何一种。请另存为“CSV UTF-8”后重试。',
    en: 'The file is in none of the known encodings. Save it as "CSV UTF-8" and retry.',
  },
  ENCODING_FOUND: { zh: '文件按 {encoding} 编码读取。', en: 'The file was read as {encoding}.' },
  HEADER_ROW_NOT_FOUND: {
    zh: '第 {line} 行不能作为表头：它是空行，或不在前 {depth} 个非空行之内。',
    en: 'Row {line} cannot be the header: it is blank, or not among the first {depth} rows that are not.',
  },
  'HEADER_FOUND.one': { zh: '第 {line} 行被读作表头。', en: 'Row {line} was taken as the header.' },
  'HEADER_FOUND.two': {
    zh: '第 {line} 行和第 {second} 行合起来被读作表头。',
    en: 'Rows {line} and {second} were taken together as the header.',
  },
  ROWS_ABOVE: {
    zh: '表头上方有 {count} 行未作为数据读取。',
    en: '{count, plural, one {# row} other {# rows}} above the header were not read as data.',
  },
  UNIT_ROW: {
    zh: '第 {line} 行被读作单位：{units}。',
    en: 'Row {line} was taken as units: {units}.',
  },
  'ROW_PASSED_OVER.total': { zh: '合计行未读取。', en: 'A row of totals was passed over.' },
  'ROW_PASSED_OVER.signature': {
    zh: '落款行未读取。',
    en: 'A row of signatures was passed over.',
  },
  'ROW_PASSED_OVER.note': { zh: '说明行未读取。', en: 'A row with a remark was passed over.' },
  'ROW_PASSED_OVER.header': {
    zh: '重复的表头行未读取。',
    en: 'A row that repeats the header was passed over.',
  },
  'ROW_PASSED_OVER.more': {
    zh: '另有 {count} 行这样的行未读取。',
    en: '{count, plural, one {# more such row was} other {# more such rows were}} passed over.',
  },
  HIDDEN_ROWS: {
    zh: '有 {count} 行在工作簿中被隐藏或筛选掉（第一行是第 {line} 行），也已读取。',
    en: '{count, plural, one {# row is} other {# rows are}} hidden in the workbook, by hand or by a filter (the first is row {line}); they were read as well.',
  },
  DITTO_FILLED: {
    zh: '有 {count} 个单元格写着“同上”，已取上一行的值。',
    en: '{count, plural, one {# cell says} other {# cells say}} "as above"; the value of the row above was taken.',
  },
  MERGED_FILLED: {
    zh: '有 {count} 个单元格与上方单元格合并，已取其值。',
    en: '{count, plural, one {# cell is} other {# cells are}} merged with a cell above; its value was taken.',
  },
  COLUMN_WITHOUT_NAME: {
    zh: '{column} 列没有列名，其中 {count} 个单元格未读取。请在表头写上列名后重新导入。',
    en: 'Column {column} has no name; {count, plural, one {# cell} other {# cells}} in it were not read. Name it in the header and import again.',
  },
  SHEET_FOUND: {
    zh: '读取了工作表“{sheet}”（共 {count} 张，第 {position} 张）。',
    en: 'Sheet "{sheet}" was read, number {position} of {count}.',
  },
  SHEETS_PASSED_OVER: {
    zh: '未读取的工作表：{names}。要读取其中一张，请在 `sheet` 中指定。',
    en: 'Sheets that were not read: {names}. To read one, name it in `sheet`.',
  },
  SHEETS_ALIKE: {
    zh: '还有 {count} 张工作表看起来也是成果表：{names}。请逐张用 `sheet` 指定后导入。',
    en: '{count, plural, one {One more sheet looks} other {# more sheets look}} like a table of the same kind: {names}. Import each by naming it in `sheet`.',
  },
  'sheet.hidden': { zh: '{name}（隐藏）', en: '{name} (hidden)' },
  CELL_ERROR: {
    zh: '单元格是公式错误 {value}。请修正公式，或填写数值。',
    en: 'the cell holds the error {value} of a formula; correct the formula, or type the value.',
  },
  NO_HEADER: {
    zh: '第一行没有列名。请在第一行写上列名后重试。',
    en: 'The first row names no column. Put the column names there and retry.',
  },
  DUPLICATE_HEADER: {
    zh: '有两列的列名都是“{header}”。请给每一列不同的列名后重试。',
    en: 'Two columns are headed "{header}". Give each column a name of its own and retry.',
  },
  NOT_A_WORKBOOK: {
    zh: '文件不是可读的 .xlsx 工作簿：{why}。请用电子表格软件打开，另存为 .xlsx 后重试。',
    en: 'The file is no readable .xlsx workbook: {why}. Open it in a spreadsheet program, save it as .xlsx and retry.',
  },
  'ENCRYPTED_WORKBOOK.old': {
    zh: '工作簿有密码保护，或是旧的 .xls 格式。请取消密码并另存为 .xlsx 后重试。',
    en: 'The workbook is protected by a password, or in the old .xls format. Save it as .xlsx without a password and retry.',
  },
  'ENCRYPTED_WORKBOOK.part': {
    zh: '工作簿有密码保护。请取消密码保存后重试。',
    en: 'The workbook is protected by a password. Save it without one and retry.',
  },
  SHEET_NOT_FOUND: {
    zh: '工作簿中没有名为“{sheet}”的工作表。已有：{names}。',
    en: 'The workbook has no sheet "{sheet}". It has: {names}.',
  },
  'ZIP_BOMB.workbook': {
    zh: '工作簿被拒收：{why}。请删除不需要的内容，或把工作表另存为 CSV。',
    en: 'The workbook is refused: {why}. Remove what is not needed, or save the sheet as CSV.',
  },
  'ZIP_BOMB.texts': {
    zh: '工作簿被拒收：共享文本超过 {max} 条。请把工作表另存为 CSV。',
    en: 'The workbook is refused: it has more than {max} shared texts. Save the sheet as CSV.',
  },
  CELL_TOO_LONG: {
    zh: '单元格有 {length} 个字符；最多接受 {max} 个。',
    en: 'The cell has {length} characters; at most {max} are taken.',
  },
  'workbook.named': { zh: '文件名像工作簿，但内容不是', en: 'it has the name of one, but is not' },
  'workbook.merges': {
    zh: '工作表的合并区域超过 {max} 个',
    en: 'its sheet has more than {max} merged ranges',
  },
  'workbook.rowOrder': {
    zh: '工作表中第 {row} 行排在第 {before} 行之后',
    en: 'row {row} of its sheet follows row {before}',
  },
  'workbook.overlap': { zh: '合并区域相互重叠', en: 'its merged ranges overlap' },
  'workbook.reference': {
    zh: '工作表含有单元格引用“{reference}”',
    en: 'its sheet has a cell reference "{reference}"',
  },
  'workbook.row': { zh: '工作表含有行号“{row}”', en: 'its sheet has a row "{row}"' },
  'workbook.cells': { zh: '单元格内容超过 {max} 个字符', en: 'its cells hold more than {max} characters' },
  'workbook.text': {
    zh: '工作表第 {row} 行引用的文本不存在',
    en: 'row {row} of its sheet refers to a text that is missing',
  },
  'workbook.relations': { zh: '关系超过 {max} 个', en: 'it has more than {max} relations' },
  'workbook.sheets': { zh: '工作表超过 {max} 张', en: 'it has more than {max} sheets' },
  'workbook.formats': { zh: '单元格格式超过 {max} 种', en: 'it has more than {max} cell formats' },
  'workbook.otherZip': { zh: '它是不含工作簿的压缩包', en: 'it is a zip without a workbook in it' },
  'workbook.noSheet': { zh: '其中没有工作表', en: 'it has no worksheet' },
  'workbook.emptyPart': { zh: '其中有一部分是空的', en: 'a part of it is empty' },
  'workbook.xml': { zh: '其 XML 格式有误（{reason}）', en: 'its XML is malformed ({reason})' },
  'workbook.doctype': {
    zh: '含有文档类型声明，正常的工作簿没有这种内容',
    en: 'it holds a document type declaration, which workbooks never do',
  },
  'workbook.depth': {
    zh: '其 XML 嵌套超过 {max} 层',
    en: 'its XML has more than {max} elements within one another',
  },
  'workbook.utf8': { zh: '其 XML 不是 UTF-8 编码', en: 'its XML is not UTF-8' },
  'workbook.declares': {
    zh: '其中一部分的实际内容超过其声明的大小',
    en: 'a part of it holds more than it declares',
  },
  'workbook.zip': { zh: '压缩包无法读取（{reason}）', en: 'its zip cannot be read ({reason})' },
  'workbook.parts': { zh: '含有 {count} 个部分，超过 {max} 个', en: 'it has {count} parts, more than {max}' },
  'workbook.size': { zh: '解压后超过 {max} 字节', en: 'it inflates to more than {max} bytes' },
  'workbook.ratio': {
    zh: '其中一部分解压后超过压缩大小的 {max} 倍',
    en: 'a part of it inflates to more than {max} times its size',
  },
  'workbook.samePart': { zh: '有两个部分同名：{name}', en: 'two parts share the name {name}' },
  'workbook.noPart': { zh: '缺少部分 {name}', en: 'its part {name} is missing' },
} as const;

export const say = messagesOf(tabularMessages);
