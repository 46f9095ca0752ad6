import type { FieldList } from './field-list.js';
import type { ValueNames } from './names.js';
import type { DateOrder } from './dates.js';
import { areRunningNumbers } from './running-numbers.js';
import { Slices } from '../../lib/tabular/slices.js';
import { codeOf, type Message } from '../../lib/messages/message.js';
import { inEnglish, say } from '../../messages/catalogue.js';

/** Column mapping: how the columns of an imported table become fields of a record. */
export interface Mapping {
  /** Key of the field for each column, by the column's header. Columns without an entry are ignored. */
  columns: Record<string, string>;
  /** Default value per field key, written as in a cell; used where the field has no column or an empty cell. */
  defaults: Record<string, string>;
  /** Order of day and month in dates such as 05/06/2016 (MDY or DMY); with null, such ambiguous dates are rejected. */
  dateOrder: DateOrder | null;
}

/** The error for a column mapping that does not fit a file; the file is refused before anything is written. */
export class MappingFault extends Error {
  override readonly name = 'MappingFault';
  readonly code: string;

  /** `said`: what is wrong; the stable code is the beginning of its key. */
  constructor(readonly said: Message) {
    super(inEnglish(said));
    this.code = codeOf(said.key);
  }
}

/** Rules for the column mappings of one kind of import. */
export interface MappingRules {
  fields: FieldList;
  /** Keys of the fields that identify a record, whose values must differ from row to row. */
  keyFields: readonly string[];
  /**
   * Whether a cell's text can be read as a value of the field; used to suggest fields for columns and to check a
   * mapping's default values.
   */
  readable(key: string, cell: string, header: string, names: ValueNames): boolean;
  /** Throws a MappingFault if the mapped columns (header by field key) contradict each other or are incomplete. */
  checkColumns(owners: ReadonlyMap<string, string>): void;
}

/** A suggested field for a header. */
export interface SuggestedColumn {
  header: string;
  /** Null if no field fits. */
  field: string | null;
  /** Confidence that the column holds this field, 0 to 1; a suggestion is used from USE_FROM on. */
  confidence: number;
}

/** Minimum confidence (0 to 1) from which the suggested field of a column is used without confirmation. */
export const USE_FROM = 0.5;
/**
 * Minimum share of a column's sample cells that must be readable as a field for the suggestion to keep its confidence.
 */
const READABLE = 0.5;

/**
 * Suggests a field for the column under each header: judged by the header's words, and by whether the column's sample
 * cells can be read as that field, since a column "category" that contains subjects is not the category of the
 * registration form. At most one column gets a given field with a confidence of USE_FROM or more.
 */
export async function suggestColumns(
  headers: readonly string[],
  sample: ReadonlyArray<readonly string[]>,
  names: ValueNames,
  rules: MappingRules,
): Promise<SuggestedColumn[]> {
  const slices = new Slices();
  const candidates: Array<{ index: number; key: string; confidence: number }> = [];
  for (const [index, header] of headers.entries()) {
    for (const { key, confidence } of rules.fields.candidates(header)) {
      // A column that counts rows is never guessed as a key; a mapping, or the header of an export, may name it one.
      if (rules.keyFields.includes(key) && confidence < 1 && areRunningNumbers(sample.map((row) => row[index] ?? '')))
        continue;
      const readable = await readability(key, index, header, sample, names, rules, slices);
      // A column with the very name of a field is that field, even if few of its cells can be read: these are rejected
      // one by one. An English name of one word, such as Category, may mean something else where no cell can be read.
      const isNamed = confidence === 1 && key !== 'id' && (/\p{Script=Han}/u.test(header) || readable > 0);
      candidates.push({ index, key, confidence: isNamed ? 1 : confidence * readable });
    }
    if (slices.due()) await slices.turn();
  }
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
    return {
      header,
      field: found?.key ?? null,
      confidence: found === undefined ? 0 : Math.round(found.confidence * 100) / 100,
    };
  });
}

/**
 * Decides the language of a column whose header names none: where another column holds one language of the field, this
 * column gets the other language; where both languages have columns, its confidence drops below USE_FROM, so that it
 * gets no field.
 */
function settleLanguages(chosen: Map<number, { key: string; confidence: number }>, taken: ReadonlySet<string>): void {
  for (const column of chosen.values()) {
    const [zh, en] = [taken.has(`${column.key}.zh`), taken.has(`${column.key}.en`)];
    if (column.confidence < USE_FROM || (!zh && !en)) continue;
    if (zh && en) column.confidence /= 4;
    else column.key = `${column.key}.${zh ? 'en' : 'zh'}`;
  }
}

/**
 * Number of characters read of a sample cell: more than the length limit of every field that is parsed rather than
 * taken as text.
 */
const SAMPLE_CHARS = 20_001;

async function readability(
  key: string,
  column: number,
  header: string,
  sample: ReadonlyArray<readonly string[]>,
  names: ValueNames,
  rules: MappingRules,
  slices: Slices,
): Promise<number> {
  const cells = sample.map((row) => (row[column] ?? '').trim().slice(0, SAMPLE_CHARS)).filter((cell) => cell !== '');
  if (cells.length === 0) return 1;
  let readable = 0;
  for (const cell of cells) {
    if (rules.readable(key, cell, header, names)) readable += 1;
    if (slices.due()) await slices.turn();
  }
  const share = readable / cells.length;
  return share >= READABLE ? 1 : share / 2;
}

/** Makes a column mapping of the suggested fields whose confidence is at least USE_FROM. */
export function mappingOf(columns: readonly SuggestedColumn[]): Mapping {
  const used = columns.filter((column) => column.field !== null && column.confidence >= USE_FROM);
  return {
    columns: Object.fromEntries(used.map((column) => [column.header, column.field!])),
    defaults: {},
    dateOrder: null,
  };
}

/** Checks a column mapping against the headers of a file; throws a MappingFault where it does not fit. */
export function checkMapping(
  mapping: Mapping,
  headers: readonly string[],
  names: ValueNames,
  rules: MappingRules,
): void {
  const owners = new Map<string, string>();
  for (const [header, key] of Object.entries(mapping.columns)) {
    if (!rules.fields.has(key)) throw unknownField(key, rules);
    if (!headers.includes(header)) {
      throw new MappingFault(
        say('UNKNOWN_HEADER', {
          header: shown(header),
          headers: headers.filter((name) => name !== '').map((name) => `"${shown(name)}"`),
        }),
      );
    }
    const owner = owners.get(key);
    if (owner !== undefined)
      throw new MappingFault(say('FIELD_TWICE.columns', { one: shown(owner), other: shown(header), field: key }));
    owners.set(key, header);
  }
  for (const [key, value] of Object.entries(mapping.defaults)) {
    if (!rules.fields.has(key)) throw unknownField(key, rules);
    if (rules.keyFields.includes(key)) throw new MappingFault(say('BAD_DEFAULT.key', { field: key }));
    if (!rules.readable(key, value, '', names)) throw new MappingFault(say('BAD_DEFAULT.unreadable', { field: key }));
  }
  rules.checkColumns(owners);
}

function unknownField(key: string, rules: MappingRules): MappingFault {
  return new MappingFault(
    say('UNKNOWN_FIELD', { field: shown(key), fields: rules.fields.all.map((entry) => entry.key) }),
  );
}

/** A text of a file, shortened for a message. */
export function shown(text: string): string {
  return text.slice(0, 100);
}

/** The headers that a mapping ignores. */
export function ignoredColumns(mapping: Mapping, headers: readonly string[]): string[] {
  return headers.filter((header) => header !== '' && mapping.columns[header] === undefined);
}

/**
 * Reads a column mapping from JSON, as it is stored or given on the command line; throws a MappingFault for an invalid
 * one.
 */
export function parseMapping(value: unknown): Mapping {
  if (typeof value !== 'object' || value === null) throw new MappingFault(say('BAD_MAPPING.object'));
  const { columns, defaults = {}, dateOrder = null } = value as Record<string, unknown>;
  const texts = (name: string, object: unknown): Record<string, string> => {
    if (
      typeof object !== 'object' ||
      object === null ||
      Array.isArray(object) ||
      !Object.values(object).every((text) => typeof text === 'string')
    ) {
      throw new MappingFault(
        say('BAD_MAPPING.texts', {
          name,
          example: name === 'columns' ? '{"Case Number": "externalId"}' : '{"category": "APPLIED_TECHNOLOGY"}',
        }),
      );
    }
    return { ...(object as Record<string, string>) };
  };
  if (dateOrder !== null && dateOrder !== 'MDY' && dateOrder !== 'DMY')
    throw new MappingFault(say('BAD_MAPPING.dateOrder'));
  return { columns: texts('columns', columns), defaults: texts('defaults', defaults), dateOrder };
}
