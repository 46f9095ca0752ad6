import type { Message } from '../../lib/messages/message.js';
import type { FileReading } from './file-reading.js';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Arg, Ctx, Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import type { Context } from '../../kernel/context.js';
import { Account, accountById } from '../../identity/accounts/account.entity.js';
import { Organisation, organisationById } from '../../identity/organisations/organisation.entity.js';
import { connectionType } from '../../graphql/pagination.js';
import { Node } from '../../kernel/node.js';
import { ImportMode, ImportRegister, ImportStatus, ImportTargetCode, MappingSource } from './import.vocabularies.js';
import { localeArg } from '../../graphql/locale-arg.js';
import { Locale } from '../../kernel/localized.js';
import { faultInWords, type StoredFault } from './import.said.js';
import { ignoredColumns, type Mapping } from '../mapping/mapping.js';

@ObjectType({ description: 'Why a whole file was refused, or a run failed.' })
export class ImportFault {
  @Field(() => String, { description: 'Stable code.' })
  code: string;

  @Field(() => Int, { nullable: true, description: 'Line of the file, where one is to blame.' })
  line: number | null;

  /** The fault as it is stored; the field `message` puts it into words. */
  stored: StoredFault;

  @Field(() => String, { name: 'message', description: 'What is wrong and what to do.' })
  inWords(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): string {
    return faultInWords(locale ?? ctx.messageLocale, this.stored);
  }
}

@ObjectType({ description: 'How many rows ended how.' })
export class ImportCounts {
  @Field(() => Int, { description: 'New results or records.' })
  created: number;

  @Field(() => Int, { description: 'Results or records that were changed.' })
  updated: number;

  @Field(() => Int, { description: 'Rows that said nothing new.' })
  unchanged: number;

  @Field(() => Int, { description: 'Rejected rows.' })
  rejected: number;

  @Field(() => Int, {
    description: 'Results that were registered by this import; among the created and updated. None for track records.',
  })
  registered: number;

  @Field(() => Int, {
    description:
      'Results of the pool, among the updated ones, that were changed; the report names each. None for track records.',
  })
  admittedChanged: number;

  @Field(() => Int, {
    description:
      'Score passports that these changes voided; such a result stays in the pool without a score. None for track records.',
  })
  passportsVoided: number;
}

@ObjectType({ description: 'How far an import is.' })
export class ImportProgress {
  @Field(() => Int, { description: 'Rows done.' })
  processed: number;

  @Field(() => Int, { description: 'Rows in the file.' })
  total: number;
}

/** One import of a file for an institution. */
@ObjectType({ implements: Node, description: 'One import of a file.' })
@Entity('import_run')
export class ImportRun extends Node {
  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  @Column('uuid', { name: 'created_by', nullable: true })
  createdById: string | null;

  @Field(() => ImportTargetCode, { description: 'What it brings.' })
  @Column('text')
  target: ImportTargetCode;

  @Field(() => ImportStatus, { description: 'Where it stands.' })
  @Column('text')
  status: ImportStatus;

  @Field(() => ImportMode, { description: 'What a rejected row means for the others.' })
  @Column('text')
  mode: ImportMode;

  @Field(() => ImportRegister, { description: 'Whether it registers results; NEVER for track records.' })
  @Column('text')
  register: ImportRegister;

  @Field(() => Boolean, { description: 'True: everything is checked and counted, nothing is written.' })
  @Column('boolean', { name: 'dry_run' })
  dryRun: boolean;

  @Field(() => String, { description: 'Name of the file.' })
  @Column('text', { name: 'file_name' })
  fileName: string;

  @Field(() => String, { description: 'SHA-256 of the file, hexadecimal.' })
  @Column('text', { name: 'file_sha256' })
  fileSha256: string;

  @Field(() => String, { description: 'CSV or XLSX.' })
  @Column('text')
  format: string;

  @Field(() => String, { nullable: true, description: 'Encoding of a text file.' })
  @Column('text', { nullable: true })
  encoding: string | null;

  @Column('text', { array: true })
  headers: string[];

  @Field(() => String, { nullable: true, description: 'The worksheet that was read; null for a text file.' })
  @Column('text', { name: 'sheet_name', nullable: true })
  sheetName: string | null;

  /** How the file is read, as the user has said. */
  @Column('jsonb')
  reading: FileReading;

  /** What the report says of the file's columns. */
  @Column('jsonb', { name: 'column_notes' })
  columnNotes: Message[];

  @Column('jsonb', { name: 'mapping' })
  mappingData: Mapping;

  @Field(() => MappingSource, { description: 'Where its mapping came from.' })
  @Column('text', { name: 'mapping_source' })
  mappingSource: MappingSource;

  @Column('integer', { name: 'total_rows' })
  totalRows: number;

  @Column('integer')
  processed: number;

  @Column('integer')
  created: number;

  @Column('integer')
  updated: number;

  @Column('integer')
  unchanged: number;

  @Column('integer')
  rejected: number;

  @Column('integer')
  registered: number;

  @Column('integer', { name: 'admitted_changed' })
  admittedChanged: number;

  @Column('integer', { name: 'passports_voided' })
  passportsVoided: number;

  @Field(() => [Int], {
    description: 'Lines of the file whose row was confirmed to give a stored record a new title, in ascending order.',
  })
  @Column('integer', { name: 'retitled_lines', array: true })
  retitledLines: number[];

  @Column('integer', { name: 'report_rows' })
  reportRowCount: number;

  @Column('text', { name: 'registered_digest' })
  registeredDigest: string;

  @Column('boolean', { name: 'cancel_requested' })
  cancelRequested: boolean;

  @Column('jsonb', { name: 'fault', nullable: true })
  storedFault: StoredFault | null;

  @Field(() => Date, { description: 'When it was asked for.' })
  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Field(() => Date, { nullable: true, description: 'When it began.' })
  @Column({ type: 'timestamptz', name: 'started_at', precision: 3, nullable: true })
  startedAt: Date | null;

  @Column({ type: 'timestamptz', name: 'heartbeat_at', precision: 3, nullable: true })
  heartbeatAt: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it ended.' })
  @Column({ type: 'timestamptz', name: 'finished_at', precision: 3, nullable: true })
  finishedAt: Date | null;

  @Field(() => ImportFault, { nullable: true, description: 'Why it was refused or failed.' })
  get fault(): ImportFault | null {
    const stored = this.storedFault;
    return stored && Object.assign(new ImportFault(), { code: stored.code, line: stored.line, stored });
  }

  @Field(() => ImportCounts, { description: 'How many rows ended how, so far. In a dry run: how they would.' })
  get counts(): ImportCounts {
    const { created, updated, unchanged, rejected, registered, admittedChanged, passportsVoided } = this;
    return { created, updated, unchanged, rejected, registered, admittedChanged, passportsVoided };
  }

  @Field(() => ImportProgress, { description: 'How far it is.' })
  get progress(): ImportProgress {
    return { processed: this.processed, total: this.totalRows };
  }

  @Field(() => GraphQLJSONObject, {
    description: 'The mapping in use: `columns` (header to field), `defaults`, `dateOrder`.',
  })
  get mapping(): Record<string, unknown> {
    return { ...this.mappingData };
  }

  @Field(() => [String], { description: 'Columns of the file that it passes over.' })
  get ignoredColumns(): string[] {
    return ignoredColumns(this.mappingData, this.headers);
  }

  @Field(() => Organisation, { description: 'The organisation it is for.' })
  institution(@Ctx() ctx: Context): Promise<Organisation | null> {
    return ctx.load(organisationById).load(this.institutionId);
  }

  @Field(() => Account, {
    nullable: true,
    description: 'Who asked for it; null for the command and for erased accounts.',
  })
  createdBy(@Ctx() ctx: Context): Promise<Account | null> | null {
    return this.createdById === null ? null : ctx.load(accountById).load(this.createdById);
  }
}

export const ImportRunConnection = connectionType('ImportRun', () => ImportRun);
