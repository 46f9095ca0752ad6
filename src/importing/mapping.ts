import { fieldsForHeader, importFields, isImportField, LIST_FIELDS, TEXT_FIELDS } from './fields.js';
import { checkValue, type ValueNames } from './row-values.js';
import type { DateOrder } from './values.js';

/** How the columns of a table become fields of a record. */
export interface Mapping {
  /** Field key by header. Columns that are not named are passed over. */
  columns: Record<string, string>;
  /** Value by field key, written as a cell would be; used where the field has no column or its cell is empty. */
  defaults: Record<string, string>;
  /** How to read a date such as 05/06/2016; null refuses those that could mean two days. */
  dateOrder: DateOrder | null;
}

/** Why a mapping cannot be used for a file; the file is refused before anything is written. */
export class MappingFault extends Error {
  override readonly name = 'MappingFault';
  constructor(
    readonly code: 'UNKNOWN_FIELD' | 'UNKNOWN_HEADER' | 'FIELD_TWICE' | 'NO_TITLE' | 'BAD_DEFAULT' | 'BAD_MAPPING' | 'UNKNOWN_MAPPING',
    message: string,
  ) {
    super(message);
  }
}

/** What a header is taken for. */
export interface SuggestedColumn {
  header: string;
  /** Null when nothing fits. */
  field: string | null;
  /** 0 to 1; a suggestion is used from USE_FROM on. */
  confidence: number;
}

/** Least confidence at which a suggested column is used without being confirmed. */
export const USE_FROM = 0.5;
/** Share of the sample's cells that must be readable as a field for its header to be taken for it. */
const READABLE = 0.5;

/**
 * Suggests a field for every header from its words, and from the sample whether its cells can be read as that: a column
 * "category" with subjects in it is not the category of the registration form. Each field is given once.
 */
export function suggestColumns(headers: readonly string[], sample: ReadonlyArray<readonly string[]>, names: ValueNames): SuggestedColumn[] {
  const candidates = headers.flatMap((header, index) =>
    fieldsForHeader(header).map(({ key, confidence }) => ({ index, key, confidence: confidence * readability(key, index, header, sample, names) })),
  );
  const chosen = new Map<number, { key: string; confidence: number }>();
  const taken = new Set<string>();
  for (const candidate of candidates.sort((a, b) => b.confidence - a.confidence || a.index - b.index)) {
    if (chosen.has(candidate.index) || taken.has(candidate.key)) continue;
    chosen.set(candidate.index, { ...candidate });
    if (candidate.confidence >= USE_FROM) taken.add(candidate.key);
  }
  settleLanguages(chosen, taken);
  return headers.map((header, index) => {
    const found = chosen.get(index);
    return { header, field: found?.key ?? null, confidence: found === undefined ? 0 : Math.round(found.confidence * 100) / 100 };
  });
}

/** Beside a column for one language, the one that names none is for the other; beside both it is for neither. */
function settleLanguages(chosen: Map<number, { key: string; confidence: number }>, taken: ReadonlySet<string>): void {
  for (const column of chosen.values()) {
    const [zh, en] = [taken.has(`${column.key}.zh`), taken.has(`${column.key}.en`)];
    if (column.confidence < USE_FROM || (!zh && !en)) continue;
    if (zh && en) column.confidence /= 4;
    else column.key = `${column.key}.${zh ? 'en' : 'zh'}`;
  }
}

function readability(key: string, column: number, header: string, sample: ReadonlyArray<readonly string[]>, names: ValueNames): number {
  const cells = sample.map((row) => row[column] ?? '').filter((cell) => cell.trim() !== '');
  if (cells.length === 0) return 1;
  const share = cells.filter((cell) => checkValue(key, cell, header, names)).length / cells.length;
  return share >= READABLE ? 1 : share / 2;
}

/** The mapping made of the suggestions that are sure enough. */
export function mappingOf(columns: readonly SuggestedColumn[]): Mapping {
  const used = columns.filter((column) => column.field !== null && column.confidence >= USE_FROM);
  return { columns: Object.fromEntries(used.map((column) => [column.header, column.field!])), defaults: {}, dateOrder: null };
}

/** Checks a mapping against the headers of a file; throws MappingFault. */
export function checkMapping(mapping: Mapping, headers: readonly string[], names: ValueNames): void {
  const owners = new Map<string, string>();
  for (const [header, key] of Object.entries(mapping.columns)) {
    if (!isImportField(key)) throw unknownField(key);
    if (!headers.includes(header)) {
      throw new MappingFault('UNKNOWN_HEADER', `The file has no column "${shown(header)}". It has: ${headers.filter((name) => name !== '').map((name) => `"${shown(name)}"`).join(', ')}.`);
    }
    const owner = owners.get(key);
    if (owner !== undefined) throw new MappingFault('FIELD_TWICE', `The columns "${shown(owner)}" and "${shown(header)}" are both mapped to ${key}; map one.`);
    owners.set(key, header);
  }
  for (const [key, value] of Object.entries(mapping.defaults)) {
    if (!isImportField(key)) throw unknownField(key);
    if (['id', 'externalId', 'registrationNo'].includes(key)) throw new MappingFault('BAD_DEFAULT', `${key} differs from row to row and can have no default.`);
    if (!checkValue(key, value, '', names)) throw new MappingFault('BAD_DEFAULT', `The default of ${key} cannot be read; write it as a cell of such a column.`);
  }
  for (const name of [...TEXT_FIELDS, ...LIST_FIELDS]) {
    const plain = owners.get(name);
    const specific = owners.get(`${name}.zh`) ?? owners.get(`${name}.en`);
    if (plain !== undefined && specific !== undefined) {
      throw new MappingFault('FIELD_TWICE', `"${shown(plain)}" is mapped to ${name} and "${shown(specific)}" to one language of it; say the language of both.`);
    }
  }
  if (owners.has('fundingNeed.range') && (owners.has('fundingNeed.min') || owners.has('fundingNeed.max'))) {
    throw new MappingFault('FIELD_TWICE', 'Map fundingNeed.range, or fundingNeed.min with fundingNeed.max, not both.');
  }
  if (!['title', 'title.zh', 'title.en', 'id', 'externalId'].some((key) => owners.has(key))) {
    throw new MappingFault('NO_TITLE', 'No column is mapped to title, and none to a key (id, externalId) by which existing results could be found. Map one of them.');
  }
}

function unknownField(key: string): MappingFault {
  return new MappingFault('UNKNOWN_FIELD', `There is no field "${shown(key)}". Fields: ${importFields.map((entry) => entry.key).join(', ')}.`);
}

function shown(text: string): string {
  return text.slice(0, 100);
}

/** The headers that a mapping leaves aside. */
export function ignoredColumns(mapping: Mapping, headers: readonly string[]): string[] {
  return headers.filter((header) => header !== '' && mapping.columns[header] === undefined);
}

/** By what rows are found again, in words. */
export function keyedBy(mapping: Mapping): 'ID' | 'EXTERNAL_ID' | 'REGISTRATION_NO' | 'TITLE' {
  const fields = Object.values(mapping.columns);
  if (fields.includes('id')) return 'ID';
  if (fields.includes('externalId')) return 'EXTERNAL_ID';
  return fields.includes('registrationNo') ? 'REGISTRATION_NO' : 'TITLE';
}

/** Reads a mapping from JSON, as saved or as given to the command; throws MappingFault. */
export function parseMapping(value: unknown): Mapping {
  const bad = (message: string) => new MappingFault('BAD_MAPPING', message);
  if (typeof value !== 'object' || value === null) throw bad('A mapping is a JSON object with `columns` (header to field), and maybe `defaults` and `dateOrder`.');
  const { columns, defaults = {}, dateOrder = null } = value as Record<string, unknown>;
  const texts = (name: string, object: unknown): Record<string, string> => {
    if (typeof object !== 'object' || object === null || Array.isArray(object) || !Object.values(object).every((text) => typeof text === 'string')) {
      throw bad(`\`${name}\` of a mapping is an object of texts, such as ${name === 'columns' ? '{"Case Number": "externalId"}' : '{"category": "APPLIED_TECHNOLOGY"}'}.`);
    }
    return { ...(object as Record<string, string>) };
  };
  if (dateOrder !== null && dateOrder !== 'MDY' && dateOrder !== 'DMY') throw bad('`dateOrder` is "MDY", "DMY" or null.');
  return { columns: texts('columns', columns), defaults: texts('defaults', defaults), dateOrder };
}

/** Fields that registration needs and a mapping does not give; any one of a group is enough. */
export function missingFields(mapping: Mapping): string[] {
  const given = new Set([...Object.values(mapping.columns), ...Object.keys(mapping.defaults)].map((key) => key.split('.')[0]!));
  const groups = [['title'], ['summary', 'abstract'], ['industries'], ['trl'], ['category']];
  return groups.filter((group) => !group.some((key) => given.has(key))).map((group) => group[0]!);
}
