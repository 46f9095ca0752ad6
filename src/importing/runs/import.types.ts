import { GraphQLJSONObject } from 'graphql-scalars';
import { Arg, Ctx, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { ColumnMapping } from './import-parts.entity.js';
import { ImportRun } from './import.entity.js';
import { ImportKey, MappingSource } from './import.vocabularies.js';
import type { Context } from '../../kernel/context.js';
import { Locale } from '../../kernel/localized.js';
import { localeArg } from '../../graphql/locale-arg.js';
import type { Message } from '../../lib/messages/message.js';
import { inWords } from '../../messages/catalogue.js';

@ObjectType({ description: 'A field that a column can be mapped to.' })
export class ImportFieldInfo {
  @Field(() => String, { description: 'Its key, for mappings.' })
  key: string;

  @Field(() => String, { description: 'What it holds.' })
  description: string;

  @Field(() => String, { description: 'The Chinese header of exports, which maps back by itself.' })
  headerZh: string;

  @Field(() => String, { description: 'The English header of exports, which maps back by itself.' })
  headerEn: string;
}

@ObjectType({ description: 'What a header is taken for.' })
export class SuggestedColumnInfo {
  @Field(() => String, { description: 'The header.' })
  header: string;

  @Field(() => String, { nullable: true, description: 'Key of the field; null when nothing fits.' })
  field: string | null;

  @Field(() => Float, { description: 'How sure that is, 0 to 1; used unasked from 0.5 on.' })
  confidence: number;
}

@ObjectType({ description: 'A row of the file, as read.' })
export class SampleRow {
  @Field(() => Int, { description: 'Its line.' })
  line: number;

  @Field(() => [String], { description: 'Its cells, each cut to 200 characters.' })
  cells: string[];
}

@ObjectType({ description: 'A date of the file that its import would refuse: before 1949-10-01, or in the future.' })
export class ImplausibleDate {
  @Field(() => Int, { nullable: true, description: 'Its line; null for a constant of the mapping.' })
  line: number | null;

  @Field(() => String, { nullable: true, description: 'Header of its column; null for a constant of the mapping.' })
  header: string | null;

  @Field(() => String, { description: 'Key of the field that it would fill.' })
  field: string;

  @Field(() => String, { description: 'The cell, cut to 200 characters.' })
  value: string;

  @Field(() => String, { description: 'TOO_EARLY or FUTURE_DATE, as in the report of an import.' })
  code: string;

  /** What is wrong with it; the field `message` puts it into words. */
  said: Message;

  @Field(() => String, { name: 'message', description: 'What is wrong with it.' })
  inWords?(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): string {
    return inWords(locale ?? ctx.messageLocale, this.said);
  }
}

@ObjectType({ description: 'Something to know of how a file was read.' })
export class ImportNote {
  @Field(() => Int, { nullable: true, description: 'Its line; null for the whole file.' })
  line: number | null;

  @Field(() => String, { description: 'A stable code, such as HEADER_FOUND.' })
  code: string;

  @Field(() => String, { nullable: true, description: 'What stands there, cut to 80 characters.' })
  value: string | null;

  said: Message;

  @Field(() => String, { description: 'The note in the language of the request.' })
  message(@Ctx() ctx: Context): string {
    return inWords(ctx.messageLocale, this.said);
  }
}

@ObjectType({ description: 'What a file holds and how it would be read.' })
export class ImportPreview {
  @Field(() => String, { description: 'Name of the file.' })
  fileName: string;

  @Field(() => String, { description: 'CSV or XLSX, by its content.' })
  format: string;

  @Field(() => String, { nullable: true, description: 'Encoding of a text file.' })
  encoding: string | null;

  @Field(() => String, { nullable: true, description: 'The worksheet that is read.' })
  sheetName: string | null;

  @Field(() => [String], { description: 'The worksheets of the workbook, in its order; empty for a text file.' })
  sheetNames: string[];

  @Field(() => [ImportNote], {
    description: 'How the file was read, and what in it was passed over; the report of an import says the same.',
  })
  notes: ImportNote[];

  @Field(() => Int, { description: 'Rows below the header.' })
  rowCount: number;

  @Field(() => [String], { description: 'The headers; empty where a column has none.' })
  headers: string[];

  @Field(() => [SampleRow], { description: 'The first five rows.' })
  sampleRows: SampleRow[];

  @Field(() => [SuggestedColumnInfo], { description: 'What each header is taken for.' })
  suggestedColumns: SuggestedColumnInfo[];

  @Field(() => GraphQLJSONObject, {
    description: 'The mapping that an import of this file would use: `columns`, `defaults`, `dateOrder`.',
  })
  mapping: Record<string, unknown>;

  @Field(() => MappingSource, { description: 'Where that mapping comes from.' })
  mappingSource: MappingSource;

  @Field(() => Boolean, {
    description:
      'Whether the file can be imported with it; if not, map what is needed (a title or company, or a key) yourself.',
  })
  usable: boolean;

  @Field(() => [String], {
    description:
      'Fields needed (to register, or for a track record) that the mapping does not give; give them a column or a default.',
  })
  missingFields: string[];

  @Field(() => [String], { description: 'Columns that it passes over.' })
  ignoredColumns: string[];

  @Field(() => ImportKey, { description: 'By what the rows are found again.' })
  keyedBy: ImportKey;

  @Field(() => [ImplausibleDate], {
    description:
      'Dates among the first 50 rows, and in constants of the mapping, that an import would refuse; often a typing error or a wrong order of day and month.',
  })
  implausibleDates: ImplausibleDate[];
}

@ObjectType({ description: 'Result of starting, stopping or repeating an import.' })
export class ImportPayload {
  @Field(() => ImportRun, { description: 'The import as it is now; poll `importRun(id)`.' })
  run: ImportRun;
}

@ObjectType({ description: 'Result of previewImport.' })
export class PreviewImportPayload {
  @Field(() => ImportPreview, { description: 'What the file holds.' })
  preview: ImportPreview;
}

@ObjectType({ description: 'Result of saving a mapping.' })
export class ColumnMappingPayload {
  @Field(() => ColumnMapping, { description: 'The mapping as saved.' })
  mapping: ColumnMapping;
}

@ObjectType({ description: 'Result of removing a mapping.' })
export class RemoveColumnMappingPayload {
  @Field(() => ID, { description: 'Id of what was removed.' })
  removedId: string;
}
