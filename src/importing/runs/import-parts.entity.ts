import { GraphQLJSONObject } from 'graphql-scalars';
import { Arg, Ctx, Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { can } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { connectionType } from '../../graphql/pagination.js';
import { Node } from '../../kernel/node.js';
import { ImportTargetCode, ReportSeverity } from './import.vocabularies.js';
import { localeArg } from '../../graphql/locale-arg.js';
import { Locale } from '../../kernel/localized.js';
import type { Language, Message } from '../../lib/messages/message.js';
import { inWords } from '../../messages/catalogue.js';
import type { Mapping } from '../mapping/mapping.js';

/** One line of a run's report. */
@ObjectType({ description: 'What was wrong with a row of the file, or is worth knowing.' })
@Entity('import_report_row')
export class ImportReportRow {
  @PrimaryColumn('uuid', { name: 'run_id' })
  runId: string;

  @PrimaryColumn('integer')
  seq: number;

  @Field(() => ReportSeverity, { description: 'Whether the row was rejected.' })
  @Column('text')
  severity: ReportSeverity;

  @Field(() => Int, {
    nullable: true,
    description: 'Line of the file, or row of the worksheet, from 1; null when it concerns the whole file.',
  })
  @Column('integer', { nullable: true })
  line: number | null;

  @Field(() => String, { nullable: true, description: 'Header of the column, as in the file.' })
  @Column('text', { name: 'column_name', nullable: true })
  column: string | null;

  @Field(() => String, { nullable: true, description: 'The field, as in a mapping.' })
  @Column('text', { nullable: true })
  field: string | null;

  @Field(() => String, { description: 'Stable code.' })
  @Column('text')
  code: string;

  @Column('text', { name: 'message', nullable: true })
  oldMessage: string | null;

  @Column('text', { name: 'message_key', nullable: true })
  messageKey: string | null;

  @Column('jsonb', { name: 'message_params', nullable: true })
  messageParams: Message['params'] | null;

  @Column('text', { name: 'value', nullable: true })
  valueText: string | null;

  /**
   * Id of the institution whose import reported the row; not a column of the table, but set by the query that lists the
   * rows.
   */
  institutionId: string;

  /** The row's sentence in a language; a row from before the catalogue has its words in one. */
  inWords(language: Language): string {
    return this.messageKey === null
      ? (this.oldMessage ?? this.code)
      : inWords(language, { key: this.messageKey, ...(this.messageParams && { params: this.messageParams }) });
  }

  @Field(() => String, { description: 'What is wrong and how to mend it.' })
  message(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): string {
    return this.inWords(locale ?? ctx.messageLocale);
  }

  @Field(() => String, {
    nullable: true,
    description: 'The cell’s value, cut to 200 characters; for the importing institution.',
  })
  value(@Ctx() ctx: Context): string | null {
    return can(ctx, 'import:run', { organisationId: this.institutionId }) ? this.valueText : null;
  }
}

export const ImportReportRowConnection = connectionType('ImportReportRow', () => ImportReportRow);

/** A mapping that an institution has saved. */
@ObjectType({ implements: Node, description: 'A saved mapping of columns to fields.' })
@Entity('column_mapping')
export class ColumnMapping extends Node {
  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  @Field(() => ImportTargetCode, { description: 'For what kind of import.' })
  @Column('text')
  target: ImportTargetCode;

  @Field(() => String, { description: 'Its name, unique within the institution and kind of import.' })
  @Column('text')
  name: string;

  @Column('jsonb', { name: 'mapping' })
  mappingData: Mapping;

  @Column('uuid', { name: 'updated_by', nullable: true })
  updatedBy: string | null;

  @Field(() => Date, { description: 'When it was first saved.' })
  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Field(() => Date, { description: 'When it was last saved.' })
  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;

  @Field(() => GraphQLJSONObject, { description: '`columns` (header to field), `defaults`, `dateOrder`.' })
  get mapping(): Record<string, unknown> {
    return { ...this.mappingData };
  }
}
