import { Field, ID, InputType, Int } from 'type-graphql';
import { ImportMode, ImportRegister, ImportTargetCode } from './import.vocabularies.js';
import { MutationInput } from '../../kernel/mutation-input.js';

@InputType({ description: 'Which field a column fills.' })
export class MappedColumnInput {
  @Field(() => String, { description: 'Header of the column, as in the file.' })
  header: string;

  @Field(() => String, { description: 'Key of the field; see `importFields`.' })
  field: string;
}

@InputType({ description: 'A value for a field that has no column, or whose cell is empty.' })
export class DefaultValueInput {
  @Field(() => String, { description: 'Key of the field; see `importFields`.' })
  field: string;

  @Field(() => String, { description: 'The value, written as in a cell.' })
  value: string;
}

@InputType({ description: 'How the columns of a table become fields.' })
export class MappingInput {
  @Field(() => [MappedColumnInput], { description: 'The columns to take; others are passed over.' })
  columns: MappedColumnInput[];

  @Field(() => [DefaultValueInput], { nullable: true, description: 'Constant values.' })
  defaults?: DefaultValueInput[] | null;

  @Field(() => String, {
    nullable: true,
    description: '"MDY" or "DMY", for dates such as 05/06/2016; without it those are rejected.',
  })
  dateOrder?: string | null;
}

@InputType({ description: 'How a file is read. What is not given is found from the file, and the report says what.' })
export abstract class ReadingFileInput extends MutationInput {
  @Field(() => String, {
    nullable: true,
    description:
      'Name of the worksheet; by default the visible one that looks most like such a table. SHEET_NOT_FOUND where the workbook has none of this name.',
  })
  sheet?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Row of the worksheet, or line of the text file, that holds the headers, from 1; by default found among the first 20 rows that are not blank.',
  })
  headerRow?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Encoding of a text file: UTF-8, GB18030 (also for GBK), UTF-16LE, UTF-16BE, Big5, Shift_JIS or Windows-1252; by default found from its content.',
  })
  encoding?: string | null;
}

@InputType({ description: 'Input of previewImport.' })
export class PreviewImportInput extends ReadingFileInput {
  @Field(() => ID, { description: 'The organisation to import for.' })
  institutionId: string;

  @Field(() => ImportTargetCode, { nullable: true, description: 'What it shall be read as; ACHIEVEMENTS by default.' })
  target?: ImportTargetCode | null;
}

@InputType({ description: 'Base of the inputs of imports.' })
export abstract class FileImportInput extends ReadingFileInput {
  @Field(() => ImportMode, {
    nullable: true,
    description: 'What a rejected row means for the others; ROW_BY_ROW by default.',
  })
  mode?: ImportMode | null;

  @Field(() => Boolean, { nullable: true, description: 'True checks and counts everything and writes nothing.' })
  dryRun?: boolean | null;

  @Field(() => MappingInput, { nullable: true, description: 'The mapping to use.' })
  mapping?: MappingInput | null;

  @Field(() => String, { nullable: true, description: 'Name of a saved mapping to use.' })
  mappingName?: string | null;

  @Field(() => [Int], {
    nullable: true,
    description:
      'Lines of the file whose row really gives the record with its key a new title (of a company, a new name). Rows that were rejected with KEY_MEETS_ANOTHER_TITLE are taken when they are confirmed here, one by one; at most 10,000.',
  })
  retitledLines?: number[] | null;
}

@InputType({
  description:
    'Input of importAchievements. Without a mapping, a saved one whose headers the file has is used, else the suggested one.',
})
export class ImportAchievementsInput extends FileImportInput {
  @Field(() => ID, { description: 'The institution to import for; you must be its editor or owner.' })
  institutionId: string;

  @Field(() => ImportRegister, {
    nullable: true,
    description: 'Whether results are registered; WHEN_COMPLETE by default.',
  })
  register?: ImportRegister | null;
}

@InputType({
  description:
    'Input of importTrackRecords. Without a mapping, a saved one whose headers the file has is used, else the suggested one.',
})
export class ImportTrackRecordsInput extends FileImportInput {
  @Field(() => ID, {
    description: 'The organisation to import for. It has an investor profile; you must be its editor or owner.',
  })
  organisationId: string;
}

@InputType({ description: 'Names an import.' })
export class ImportRunInput extends MutationInput {
  @Field(() => ID, { description: 'The import.' })
  id: string;
}

@InputType({ description: 'Input of saveColumnMapping.' })
export class SaveColumnMappingInput extends MutationInput {
  @Field(() => ID, { description: 'The organisation.' })
  institutionId: string;

  @Field(() => String, { description: 'Its name, at most 100 characters; a mapping with this name is replaced.' })
  name: string;

  @Field(() => MappingInput, { description: 'The mapping.' })
  mapping: MappingInput;

  @Field(() => ImportTargetCode, { nullable: true, description: 'For what kind of import; ACHIEVEMENTS by default.' })
  target?: ImportTargetCode | null;
}

@InputType({ description: 'Input of removeColumnMapping.' })
export class RemoveColumnMappingInput extends MutationInput {
  @Field(() => ID, { description: 'The mapping.' })
  id: string;
}
