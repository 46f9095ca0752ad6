import { posix } from 'node:path';
import { ContainerFault, type TabularLimits } from './faults.js';
import { StringStore } from './xlsx-strings.js';
import { MAX_FORMAT_CHARS, numberLook, type NumberLook } from './xlsx-values.js';
import { attribute, parseWhole, parseXml, unescaped } from './xlsx-xml.js';
import { notAWorkbook, type WorkbookZip } from './xlsx-zip.js';
import { say } from './tabular.messages.js';

/**
 * Maximum number of sheets, of relations, and of cell formats and number formats together. It is slightly above Excel's
 * own limit on cell formats (65,430); real workbooks stay far below it.
 */
const MAX_ITEMS = 65_536;
/** Maximum number of shared strings in a workbook; each takes 4 bytes of memory for its offset. */
const MAX_STRINGS = 20_000_000;

interface Relation {
  type: string;
  target: string;
}

/** The worksheet to read, with the shared strings and number formats to which its cells refer. */
export interface Workbook {
  sheetName: string;
  sheetPart: string;
  uses1904: boolean;
  /** How to show a number, by the style index that a cell states in its attribute `s`. */
  looks: NumberLook[];
  strings: StringStore;
}

function checkCount(count: number, what: 'relations' | 'sheets' | 'formats'): void {
  if (count > MAX_ITEMS) throw notAWorkbook(say(`workbook.${what}`, { max: MAX_ITEMS }));
}

/**
 * Kind of a relation: the last segment of its type, which is the same in the transitional and in the strict variant of
 * the file format.
 */
function kindOf(type: string): string {
  return type.slice(type.lastIndexOf('/') + 1);
}

async function readRelations(zip: WorkbookZip, part: string, limits: TabularLimits): Promise<Map<string, Relation>> {
  const folder = posix.dirname(part);
  const file = posix.join(folder, '_rels', `${posix.basename(part)}.rels`);
  const relations = new Map<string, Relation>();
  if (!zip.has(file)) return relations;
  await parseWhole(
    zip.read(file),
    {
      open(name, attributes) {
        const { Id, Type, Target, TargetMode } = attributes;
        if (name !== 'Relationship' || TargetMode === 'External') return;
        if (Id === undefined || Type === undefined || Target === undefined) return;
        relations.set(Id, {
          type: kindOf(Type),
          target: Target.startsWith('/') ? Target.slice(1) : posix.join(folder, Target),
        });
        checkCount(relations.size, 'relations');
      },
    },
    limits.maxLineBytes,
  );
  return relations;
}

interface Sheet {
  name: string;
  relation: string;
  visible: boolean;
}

async function readSheets(
  zip: WorkbookZip,
  part: string,
  limits: TabularLimits,
): Promise<{ sheets: Sheet[]; uses1904: boolean }> {
  const sheets: Sheet[] = [];
  let uses1904 = false;
  await parseWhole(
    zip.read(part),
    {
      open(name, attributes) {
        if (name === 'workbookPr') uses1904 = ['1', 'true', 'on'].includes(attributes['date1904'] ?? '0');
        if (name !== 'sheet') return;
        const relation = attribute(attributes, 'id');
        if (relation === undefined) return;
        sheets.push({
          name: attributes['name'] ?? '',
          relation,
          visible: (attributes['state'] ?? 'visible') === 'visible',
        });
        checkCount(sheets.length, 'sheets');
      },
    },
    limits.maxLineBytes,
  );
  return { sheets, uses1904 };
}

/** Returns a format code; in place of one that is too long to be valid, General, so that it takes no memory. */
function shortCode(code: string): string {
  return code.length > MAX_FORMAT_CHARS ? 'General' : code;
}

async function readLooks(zip: WorkbookZip, part: string, limits: TabularLimits): Promise<NumberLook[]> {
  // Each number format is classified as soon as its code is read: keeping up to 65,536 long codes for later would take
  // memory, and classifying them all at the end would block the process.
  const own = new Map<number, NumberLook>();
  const formatIds: number[] = [];
  let inCellFormats = false;
  const addFormat = (id: number, code: string) => own.set(id, numberLook(id, code));
  await parseWhole(
    zip.read(part),
    {
      open(name, attributes) {
        if (name === 'numFmt') addFormat(Number(attributes['numFmtId']), shortCode(attributes['formatCode'] ?? ''));
        else if (name === 'cellXfs') inCellFormats = true;
        else if (name === 'xf' && inCellFormats) formatIds.push(Number(attributes['numFmtId'] ?? '0'));
        checkCount(formatIds.length + own.size, 'formats');
      },
      close(name) {
        if (name === 'cellXfs') inCellFormats = false;
      },
    },
    limits.maxLineBytes,
  );
  return formatIds.map((id) => own.get(id) ?? numberLook(id, undefined));
}

async function readStrings(zip: WorkbookZip, part: string, strings: StringStore, limits: TabularLimits): Promise<void> {
  let text = '';
  let inText = false;
  let phonetic = false;
  const handlers = {
    open(name: string): void {
      if (name === 'si') text = '';
      else if (name === 't') inText = !phonetic;
      else if (name === 'rPh') phonetic = true;
    },
    text(piece: string): void {
      if (!inText) return;
      text += piece;
      if (text.length > limits.maxLineBytes) {
        throw new ContainerFault(say('LINE_TOO_LONG.text', { max: limits.maxLineBytes }));
      }
    },
    close(name: string): void {
      if (name === 't') inText = false;
      else if (name === 'rPh') phonetic = false;
      else if (name === 'si') {
        strings.append(unescaped(text));
        if (strings.length > MAX_STRINGS) {
          throw new ContainerFault(say('ZIP_BOMB.texts', { max: MAX_STRINGS }));
        }
      }
    },
  };
  for await (const _ of parseXml(zip.read(part), handlers, limits.maxLineBytes));
}

/** A worksheet of a workbook that is not yet read. */
export interface Worksheet {
  name: string;
  part: string;
  visible: boolean;
}

/** The worksheets of a workbook with what they share; a worksheet is read after `select`. */
export interface OpenWorkbook {
  sheets: Worksheet[];
  select(sheet: Worksheet): Workbook;
}

/** Makes the error for a workbook that has no worksheet of a name. */
export function sheetNotFound(wanted: string, sheets: readonly Worksheet[]): ContainerFault {
  const names = sheets
    .map((table) => `"${table.name}"`)
    .join(', ')
    .slice(0, 500);
  return new ContainerFault(say('SHEET_NOT_FOUND', { sheet: wanted, names }), { detail: { sheet: wanted } });
}

/**
 * Reads the list of worksheets, and the shared strings and number formats to which their cells refer. A workbook
 * without the worksheet `wanted` is refused before these are read.
 */
export async function readWorkbook(
  zip: WorkbookZip,
  strings: StringStore,
  limits: TabularLimits,
  wanted?: string,
): Promise<OpenWorkbook> {
  const roots = [...(await readRelations(zip, '', limits)).values()];
  const part = roots.find((relation) => relation.type === 'officeDocument')?.target ?? 'xl/workbook.xml';
  if (!zip.has(part)) throw notAWorkbook(say('workbook.otherZip'));
  const relations = await readRelations(zip, part, limits);
  const { sheets, uses1904 } = await readSheets(zip, part, limits);
  const tables = sheets
    .filter((sheet) => relations.get(sheet.relation)?.type === 'worksheet')
    .map(({ name, relation, visible }) => ({ name, visible, part: relations.get(relation)!.target }));
  if (tables.length === 0) throw notAWorkbook(say('workbook.noSheet'));
  if (wanted !== undefined && !tables.some(({ name }) => name === wanted)) throw sheetNotFound(wanted, tables);
  const partOf = (type: string): string | undefined =>
    [...relations.values()].find((relation) => relation.type === type)?.target;
  const styles = partOf('styles');
  const sharedStrings = partOf('sharedStrings');
  const looks = styles !== undefined && zip.has(styles) ? await readLooks(zip, styles, limits) : [];
  if (sharedStrings !== undefined && zip.has(sharedStrings)) await readStrings(zip, sharedStrings, strings, limits);
  return {
    sheets: tables,
    select: ({ name, part: sheetPart }) => ({ sheetName: name, sheetPart, uses1904, looks, strings }),
  };
}
