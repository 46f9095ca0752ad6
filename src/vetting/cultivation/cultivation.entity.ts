import { Arg, Ctx, Field, ObjectType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import type { Context } from '../../kernel/context.js';
import { Locale, localize, localizeOrNull, LocalizedText, type Localized } from '../../kernel/localized.js';
import { connectionType } from '../../graphql/pagination.js';
import { Node } from '../../kernel/node.js';
import { SupportKind } from './cultivation.codes.js';
import { localeArg } from '../../graphql/locale-arg.js';

@ObjectType({
  implements: Node,
  description:
    'A service that helps close gaps: proof of concept, pilot-scale facilities, service agencies. The catalogue is kept by the operator.',
})
@Entity('support_service')
export class SupportService extends Node {
  @Field(() => SupportKind, { description: 'What it offers.' })
  @Column('text')
  kind: SupportKind;

  @Column('jsonb', { name: 'name' })
  nameText: Localized;

  @Column('jsonb', { name: 'description', nullable: true })
  descriptionText: Localized | null;

  @Column('uuid', { name: 'organisation_id', nullable: true })
  organisationId: string | null;

  @Field(() => String, { nullable: true, description: 'Region (code of `regions`) in which it is; null for anywhere.' })
  @Column('text', { name: 'region_code', nullable: true })
  regionCode: string | null;

  @Field(() => [String], { description: 'The gap codes that it helps with.' })
  @Column('text', { name: 'gap_codes', array: true })
  gapCodes: string[];

  @Field(() => String, { nullable: true, description: 'Where to read more.' })
  @Column('text', { nullable: true })
  url: string | null;

  @Field(() => Boolean, { description: 'False while it is kept out of the list and of suggestions.' })
  @Column('boolean')
  active: boolean;

  @Field(() => Date, { description: 'When it was written.' })
  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Field(() => Date, { description: 'When it was last changed.' })
  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;

  @Field(() => LocalizedText, { description: 'Its name.' })
  name(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText {
    return localize(this.nameText, locale ?? ctx.locale);
  }

  @Field(() => LocalizedText, { nullable: true, description: 'What it does.' })
  description(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText | null {
    return localizeOrNull(this.descriptionText, locale ?? ctx.locale);
  }
}

export const SupportServiceConnection = connectionType('SupportService', () => SupportService);
