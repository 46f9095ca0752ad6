/**
 * Sentences of imports: rows of reports, mappings that do not fit a file, and runs that ended early. A sentence about a
 * value begins in lower case, since the name of its field stands before it.
 */
export const importMessages = {
  'OUT_OF_RANGE.row': { zh: '请填写行号，从 1 开始。', en: 'the number of a row, from 1.' },
  UNKNOWN_ENCODING: { zh: '请填写下列之一：{encodings}。', en: 'one of {encodings}.' },
  'TOO_MANY.lines': { zh: '最多 {max} 行。', en: 'at most {max} lines.' },
  'OUT_OF_RANGE.lines': { zh: '行号从 1 开始。', en: 'lines are counted from 1.' },
  'NOT_ALLOWED.import': {
    zh: '只有该机构的编辑者或所有者可以为它导入。',
    en: 'Only an editor or owner of the institution may import for it.',
  },
  'NOT_ALLOWED.seeImports': {
    zh: '只有该机构的编辑者或所有者可以查看其导入。',
    en: 'Only an editor or owner of the institution may see its imports.',
  },
  'TOO_MANY.mappings': {
    zh: '一个机构最多保存 {max} 个列对应关系；请移除一个。',
    en: 'an institution keeps at most {max} mappings; remove one.',
  },
  'IMPORT_RUNNING.institution': {
    zh: '该机构的另一次导入正在进行。请等待其结束，或取消它。',
    en: 'Another import of this institution is under way. Wait until it has ended, or cancel it.',
  },
  'NOT_VERIFIED.importRegister': {
    zh: '机构须经平台管理员核验后才能登记成果；请以 register NEVER 或 WHEN_COMPLETE 导入。',
    en: 'The institution must be verified by an operator before it registers results; import with register NEVER or WHEN_COMPLETE.',
  },
  'BAD_DATE_ORDER.value': { zh: 'MDY、DMY 或 null。', en: 'MDY, DMY or null.' },
  'HEADER_TWICE.column': { zh: '一列只能对应一个字段。', en: 'a column can fill one field only.' },
  'FIELD_TWICE.constant': { zh: '一个字段只能有一个固定值。', en: 'a field has one constant value only.' },
  'NOT_RUNNING.ended': {
    zh: '导入已结束（{status}）；没有可停止的内容。',
    en: 'The import has ended ({status}); there is nothing to stop.',
  },
  'NOT_RERUNNABLE.upload': {
    zh: '只有中断或失败且文件是上传的导入才能再次运行；请重新上传文件。',
    en: 'Only an interrupted or failed import whose file was uploaded can be run again; upload the file again.',
  },
  'NO_INVESTOR_PROFILE.import': {
    zh: '该组织还没有投资方画像；请先建立一个（可以为空）。',
    en: 'The organisation has no investor profile yet; write one first (it may be empty).',
  },
  'TOO_MANY_MARKS.row': {
    zh: '连续的组合符号最多 {max} 个。',
    en: 'at most {max} combining marks may follow one another.',
  },
  'TOO_LONG.cell': {
    zh: '共 {length} 个字符；此处最多读取 {max} 个。',
    en: 'has {length} characters; at most {max} are read here.',
  },
  'TOO_LONG.coInvestor': {
    zh: '名称最多 {max} 个字符；多个名称请用“；”或“、”分隔。',
    en: 'a name has at most {max} characters; separate several by ; or 、.',
  },
  'TOO_MANY.items': { zh: '共 {count} 项；最多读取 {max} 项。', en: 'has {count} items; at most {max} are read.' },
  'TOO_MANY.coInvestors': { zh: '最多 {max} 个。', en: 'at most {max}.' },
  'TOO_MANY.trackRecords': {
    zh: '一个投资方最多有 {max} 条投资记录。',
    en: 'an investor has at most {max} track records.',
  },
  TOO_MANY_CELLS: {
    zh: '该行的单元格多于表头；含有逗号的单元格需要加引号。',
    en: 'the row has more cells than the header; a cell with a comma needs quotes.',
  },
  'COLUMN_PASSED_OVER.unknown': {
    zh: '以下列不对应任何字段，未读取：{headers}。如需读取，请在列对应关系中指定字段。',
    en: 'These columns match no field and were passed over: {headers}. To read one, map it to a field.',
  },
  'COLUMN_PASSED_OVER.doubtful': {
    zh: '“{header}”列可能是 {field}，但多数单元格无法这样读取，因此未读取。如确是该字段，请在列对应关系中指定。',
    en: 'The column "{header}" may be {field}, but most of its cells cannot be read so, and it was passed over. Map it to that field if it is.',
  },
  UNEQUAL_LISTS: {
    zh: '项数与对应的列表不同；缺少的项请写“-”。',
    en: 'has another number of items than the list it goes with; write "-" for an item that is missing.',
  },
  SCIENTIFIC_NUMBER: {
    zh: '表格软件把这个号码变成了科学计数，位数已经丢失；请把该列的格式设为“文本”，重新填写号码。',
    en: 'a spreadsheet turned this number into a floating-point one and lost digits; format the column as text and write the number again.',
  },
  COUNT_INSTEAD_OF_NUMBERS: {
    zh: '这是件数，不是号码；请逐一写出号码，用“；”分隔，并把该列的格式设为“文本”；没有号码请留空。',
    en: 'a count of rights, not their numbers; write each number, separated by ;, and format the column as text; leave the cell empty where there is none.',
  },
  NOT_A_NUMBER: {
    zh: '不是知识产权号；请写出号码（该列的格式设为“文本”），没有号码请留空；类型和法律状态请写在单独的列中。',
    en: 'not the number of an IP right; write the number (format the column as text), or leave the cell empty; kind and legal status go into columns of their own.',
  },
  SECRET_RESULT: {
    zh: '涉密成果不能进入公开的成果池；只有密级为“公开”或“无”的成果可以导入。',
    en: 'a secret result is no matter for a public pool; only results whose secrecy is 公开 (public) or 无 (none) are taken.',
  },
  NO_PERSON: {
    zh: '没有人名；请写出完成人的姓名，用“；”分隔，单位和职称可以写在括号中。',
    en: 'names no person; write the names of the inventors, separated by ;. Units and titles may follow in brackets.',
  },
  BAD_DATE: {
    zh: '请填写日期，如 2023-05-01、2023/5/1、2023.5、20230501 或 2023年5月1日。',
    en: 'a date such as 2023-05-01, 2023/5/1, 2023.5, 20230501 or 2023年5月1日.',
  },
  AMBIGUOUS_DATE: {
    zh: '日和月无法区分；请把列对应关系的 `dateOrder` 设为 MDY 或 DMY。',
    en: 'day and month cannot be told apart; set `dateOrder` of the mapping to MDY or DMY.',
  },
  TRL_RANGE: {
    zh: '请只填写一个等级，即已经达到的等级，而不是范围。',
    en: 'a range of levels; write the one level that is reached.',
  },
  TRL_IN_WORDS: {
    zh: '这是成果阶段，不是成熟度等级；请填写 1 至 9 的等级，或把这一列对应到成果阶段（stage）。',
    en: 'a stage, not a readiness level; write a level from 1 to 9, or map this column to the stage (stage).',
  },
  'OUT_OF_RANGE.trl': {
    zh: '请填写 1 至 9 的成熟度等级，如 6、TRL 6 或 6级。',
    en: 'a readiness level from 1 to 9, such as 6, TRL 6 or 6级.',
  },
  BAD_AMOUNT: {
    zh: '请填写金额，如 3000000、3,000,000、300万元或 3 million；范围如 100-300万元。',
    en: 'an amount such as 3000000, 3,000,000, 300万元 or 3 million; a range such as 100-300万元.',
  },
  'INVERTED_RANGE.row': { zh: '下限应写在前面。', en: 'the lower end stands first.' },
  NEGATIVE_AMOUNT: {
    zh: '投资金额不能为负；请不要填写收回的款项。',
    en: 'an investment is not negative; leave out what was paid back.',
  },
  'UNKNOWN_CURRENCY.cell': { zh: '请填写 ISO 4217 货币代码，如 CNY。', en: 'an ISO 4217 code such as CNY.' },
  'UNKNOWN_CURRENCY.cellOrName': {
    zh: '请填写 ISO 4217 货币代码（如 CNY）或名称（如人民币）。',
    en: 'an ISO 4217 code such as CNY, or a name such as 人民币.',
  },
  AMBIGUOUS_NAME: {
    zh: '有多个{list}同名；请填写代码。',
    en: 'several {list} have this name; write the code.',
  },
  'UNKNOWN_CODE.near': {
    zh: '不是{list}的代码或名称；最接近的是：{near}。',
    en: 'neither a code nor a name of {list}; the nearest are: {near}.',
  },
  'UNKNOWN_CODE.list': { zh: '不是{list}的代码或名称。', en: 'neither a code nor a name of {list}.' },
  'UNKNOWN_CODE.terms': { zh: '请填写下列之一或其名称：{codes}。', en: 'one of {codes}, or its name.' },
  'UNKNOWN_CODE.cooperation': {
    zh: '请填写合作方式，如 ASSIGNMENT、转让、LICENCE(EXCLUSIVE) 或许可(独占)。',
    en: 'a cooperation mode such as ASSIGNMENT, 转让, LICENCE(EXCLUSIVE) or 许可(独占).',
  },
  'list.industries': { zh: '国民经济行业分类（GB/T 4754-2017）', en: 'industries of GB/T 4754-2017' },
  'list.regions': { zh: '行政区划（GB/T 2260）', en: 'regions of GB/T 2260' },
  'list.strategicAreas': { zh: '战略性新兴产业', en: 'strategic areas' },
  'BAD_ID.achievement': {
    zh: '请填写导出文件中的成果编号；新成果请留空。',
    en: 'the id of an achievement as an export shows it; leave it empty for a new one.',
  },
  UNKNOWN_ID: {
    zh: '该机构没有这个编号的成果；新成果请留空。',
    en: 'the institution has no achievement with this id; leave it empty for a new one.',
  },
  'REGISTRATION_NO_TAKEN.other': {
    zh: '该登记号属于另一项成果。',
    en: 'this number belongs to another achievement.',
  },
  'REGISTRATION_NO_TAKEN.institution': {
    zh: '该登记号属于另一机构的成果。',
    en: 'this number belongs to another institution’s achievement.',
  },
  'EXTERNAL_ID_TAKEN.achievement': {
    zh: '该机构的另一项成果已使用这个内部编号。',
    en: 'another achievement of the institution has this external id.',
  },
  'EXTERNAL_ID_TAKEN.trackRecord': {
    zh: '该投资方的另一条投资记录已使用这个内部编号。',
    en: 'another track record of this investor has this external id.',
  },
  'TRACK_RECORD_EXISTS.noKey': {
    zh: '已有一条没有内部编号、企业、日期和轮次都相同的记录。',
    en: 'the same company, day and round are there already without a key.',
  },
  'DUPLICATE_IN_FILE.key': {
    zh: '本文件第 {line} 行有相同的编号；以先出现的为准。如果这一列的同一编号可属于多项（如项目编号），请不要把这一列作为编号。',
    en: 'line {line} of this file has the same key; the first counts. If several records share this number, as results of one project do, do not map this column to a key.',
  },
  'DUPLICATE_IN_FILE.title': {
    zh: '本文件第 {line} 行是同一项；以先出现的为准。',
    en: 'line {line} of this file stands for the same; the first counts.',
  },
  'DUPLICATE_IN_FILE.achievement': {
    zh: '与第 {line} 行是同一项成果。',
    en: 'stands for the same achievement as line {line}.',
  },
  'DUPLICATE_IN_FILE.investment': {
    zh: '与第 {line} 行是同一笔投资。',
    en: 'stands for the same investment as line {line}.',
  },
  'KEY_MEETS_ANOTHER_TITLE.achievement': {
    zh: '此编号属于已有成果“{title}”，与本行的名称毫无共同之处。如果确是该成果改名，请确认第 {line} 行为改名（`retitledLines`，或命令选项 --retitled {line}）；如果是另一项成果，请改用别的编号，或不要把这一列作为编号。',
    en: 'the record with this key is “{title}”, which has nothing in common with the title of this row. If it was renamed, confirm line {line} as a new title (`retitledLines`, or --retitled {line} of the command); if this is another result, give it a key of its own, or do not map this column to a key.',
  },
  'KEY_MEETS_ANOTHER_TITLE.investment': {
    zh: '此编号属于对“{title}”的投资，与本行的企业毫无共同之处。如果确是该企业改名，请确认第 {line} 行为改名（`retitledLines`，或命令选项 --retitled {line}）；如果是另一笔投资，请改用别的编号，或不要把这一列作为编号。',
    en: 'the record with this key is an investment in “{title}”, which has nothing in common with the company of this row. If the company was renamed, confirm line {line} (`retitledLines`, or --retitled {line} of the command); if this is another investment, give it a key of its own, or do not map this column to a key.',
  },
  RETITLED: { zh: '按您的确认改名；原名称为“{title}”。', en: 'Renamed as you confirmed; the title was “{title}”.' },
  NOT_A_RETITLING: {
    zh: '该行被确认为改名，但并没有把已有记录改成毫无共同之处的名称；请检查行号。',
    en: 'This line was confirmed as a new title, but gives no stored record a title that has nothing in common with its own; check the line.',
  },
  ADMITTED_CHANGED: {
    zh: '修改一项已入池的成果：{fields}。',
    en: 'Changes a result that is in the pool: {fields}.',
  },
  PASSPORT_VOIDED: {
    zh: '修改了评审所依据的内容，评价结果随之失效：该成果仍在池中，重新评审之前不再有得分。',
    en: 'Changes what was judged, which voids the score passport: the result stays in the pool without a score until it is reviewed again.',
  },
  'NOT_EDITABLE.judged': {
    zh: '该成果正在评审，现在不能修改。',
    en: 'the achievement is being judged and cannot be edited now.',
  },
  'NOT_EDITABLE.status': {
    zh: '该成果的状态是“{status}”，现在不能修改。',
    en: 'the achievement is {status} and cannot be edited now.',
  },
  'NOT_REGISTERED.lacks': {
    zh: '保留为草稿；登记还缺少：{fields}。',
    en: 'Stays a draft; to be registered it lacks: {fields}.',
  },
  'NOT_VERIFIED.import': {
    zh: '该机构尚未核验，其成果保留为草稿。核验后请再次导入该文件：内容完整的将被登记。',
    en: 'The institution is not verified yet, so its results stay drafts. Import the file again once it is: what is complete will be registered.',
  },
  UNSTORABLE_VALUE: {
    zh: '含有数据库无法保存的值（{reason}）。请更正后重新导入该行。',
    en: 'holds a value that the database cannot store: {reason}. Correct it and import the row again.',
  },
  CONFLICT: {
    zh: '与他人同时所做的修改冲突；请重新导入该行。',
    en: 'it met a change that someone else made at the same time; import it again.',
  },
  UNKNOWN_FIELD: {
    zh: '没有名为“{field}”的字段。字段有：{fields}。',
    en: 'There is no field "{field}". Fields: {fields}.',
  },
  UNKNOWN_HEADER: {
    zh: '文件中没有列“{header}”。已有：{headers}。',
    en: 'The file has no column "{header}". It has: {headers}.',
  },
  'FIELD_TWICE.columns': {
    zh: '列“{one}”和“{other}”都对应 {field}；请只保留一个。',
    en: 'The columns "{one}" and "{other}" are both mapped to {field}; map one.',
  },
  'FIELD_TWICE.language': {
    zh: '“{plain}”对应 {field}，“{specific}”对应它的一种语言；请分别说明两列的语言。',
    en: '"{plain}" is mapped to {field} and "{specific}" to one language of it; say the language of both.',
  },
  'FIELD_TWICE.funding': {
    zh: '请对应 fundingNeed.range，或者 fundingNeed.min 和 fundingNeed.max，不能同时使用。',
    en: 'Map fundingNeed.range, or fundingNeed.min with fundingNeed.max, not both.',
  },
  NO_TITLE: {
    zh: '没有列对应成果名称（title），也没有列对应可以找到已有成果的编号（id、externalId）。请对应其中之一。',
    en: 'No column is mapped to title, and none to a key (id, externalId) by which existing results could be found. Map one of them.',
  },
  FIELD_MISSING: {
    zh: '没有列对应下列字段：{fields}。请对应它们，或对应 externalId 以找到已有记录。',
    en: 'No column is mapped to: {fields}. Map it, or externalId to find records that are there.',
  },
  'BAD_DEFAULT.key': {
    zh: '{field} 每行不同，不能设置默认值。',
    en: '{field} differs from row to row and can have no default.',
  },
  'BAD_DEFAULT.unreadable': {
    zh: '{field} 的默认值无法读取；请按该列单元格的写法填写。',
    en: 'The default of {field} cannot be read; write it as a cell of such a column.',
  },
  'UNKNOWN_MAPPING.named': {
    zh: '该机构没有这个名称的列对应关系。已有：{names}。',
    en: 'The institution has no mapping with this name. It has: {names}.',
  },
  'UNKNOWN_MAPPING.none': {
    zh: '该机构没有这个名称的列对应关系，目前一个也没有。',
    en: 'The institution has no mapping with this name. It has: none.',
  },
  'BAD_MAPPING.object': {
    zh: '列对应关系是一个 JSON 对象，含有 `columns`（列名到字段），并可含有 `defaults` 和 `dateOrder`。',
    en: 'A mapping is a JSON object with `columns` (header to field), and maybe `defaults` and `dateOrder`.',
  },
  'BAD_MAPPING.texts': {
    zh: '列对应关系的 `{name}` 是一个由文本组成的对象，例如 {example}。',
    en: '`{name}` of a mapping is an object of texts, such as {example}.',
  },
  'BAD_MAPPING.twice': {
    zh: '列对应关系 {file} 中“{name}”出现两次；只能有一个生效。请去掉一个。',
    en: 'The mapping {file} has “{name}” twice; only one of the two could hold. Leave one out.',
  },
  'BAD_MAPPING.dateOrder': { zh: '`dateOrder` 是 "MDY"、"DMY" 或 null。', en: '`dateOrder` is "MDY", "DMY" or null.' },
  'INTERRUPTED.database': {
    zh: '导入过程中数据库一度不可用。请再次运行：已导入的行将显示为未变。',
    en: 'The database was away in the middle of the import. Run it again: rows that were taken will be found unchanged.',
  },
  'INTERRUPTED.process': {
    zh: '进程在导入过程中结束。请再次运行：已导入的行将显示为未变。',
    en: 'The process ended in the middle of the import. Run it again: rows that were taken will be unchanged.',
  },
  'INTERRUPTED.command': {
    zh: '命令在开始导入之前就结束了。请再次运行。',
    en: 'The command ended before it began to import. Run it again.',
  },
  'INTERNAL.import': {
    zh: '系统内部出错，已记录。请稍后再次运行导入。',
    en: 'Something went wrong on our side; it was logged. Run the import again later.',
  },
  'RIGHT_ENDED.import': {
    zh: '发起此次导入的人已无权为该机构导入，因此导入已停止。逐行模式下已导入的内容保留；其他编辑者可以重新上传该文件。',
    en: 'The person who asked for this import may no longer import for the institution, so it was stopped. Row by row, what was taken stands; another editor can upload the file again.',
  },
} as const;
