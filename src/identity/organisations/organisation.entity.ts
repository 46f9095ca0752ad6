import { Arg, Ctx, Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import { can } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { byKey, defineLoader } from '../../lib/batching.js';
import { Locale, localize, LocalizedText, localizeOrNull, type Localized } from '../../kernel/localized.js';
import { connectionType } from '../../graphql/pagination.js';
import { selectEntities } from '../../lib/rows.js';
import { Node } from '../../kernel/node.js';
import { named, shownNames } from './organisation.names.js';
import type { OrganisationKind as Kind } from '../../kernel/viewer.js';

export const OrganisationKind = {
  UNIVERSITY: 'UNIVERSITY',
  INSTITUTE: 'INSTITUTE',
  ENTERPRISE: 'ENTERPRISE',
  INVESTOR: 'INVESTOR',
  CHAMBER: 'CHAMBER',
  SERVICE_AGENCY: 'SERVICE_AGENCY',
  GOVERNMENT: 'GOVERNMENT',
} as const satisfies Record<Kind, Kind>;
registerEnumType(OrganisationKind, {
  name: 'OrganisationKind',
  description: 'What an organisation is.',
  valuesConfig: {
    UNIVERSITY: { description: '高校' },
    INSTITUTE: { description: '科研院所' },
    ENTERPRISE: { description: '企业' },
    INVESTOR: { description: '投资机构' },
    CHAMBER: { description: '商会、协会' },
    SERVICE_AGENCY: { description: '科技服务机构' },
    GOVERNMENT: { description: '政府部门' },
  },
});

/** The kinds of organisations that may register achievements. */
export const LISTING_KINDS: readonly Kind[] = ['UNIVERSITY', 'INSTITUTE', 'ENTERPRISE'];

export const VerificationStatus = {
  PENDING: 'PENDING',
  VERIFIED: 'VERIFIED',
  REJECTED: 'REJECTED',
  CLOSED: 'CLOSED',
} as const;
export type VerificationStatus = keyof typeof VerificationStatus;
registerEnumType(VerificationStatus, {
  name: 'VerificationStatus',
  description: 'Whether an operator has checked that an organisation is what it says.',
  valuesConfig: {
    PENDING: { description: 'Waiting for an operator.' },
    VERIFIED: { description: 'Checked; may register results and see the REGISTERED tier.' },
    REJECTED: { description: 'Refused, with a note; edit and it is checked again.' },
    CLOSED: { description: 'Closed by an owner: on record, without taking part in anything.' },
  },
});

/**
 * Values of an organisation that an owner wants to change and an operator has not checked yet; a missing member means
 * no change.
 */
export interface PendingChange {
  nameText?: Localized;
  uscc?: string | null;
  kind?: Kind;
}

/**
 * An organisation. The fields of this class are public; its members and verification notes have guarded fields
 * elsewhere.
 */
@ObjectType({
  implements: Node,
  description: 'A university, institute, enterprise, investor, chamber, service agency or government body.',
})
@Entity('organisation')
export class Organisation extends Node {
  @Field(() => OrganisationKind, { description: 'What it is.' })
  @Column('text')
  kind: Kind;

  @Column('jsonb', { name: 'name' })
  nameText: Localized;

  @Field(() => String, {
    nullable: true,
    description: 'Unified social credit code 统一社会信用代码 (GB 32100-2015), 18 characters with check digit.',
  })
  @Column('text', { nullable: true })
  uscc: string | null;

  @Field(() => String, { nullable: true, description: 'Research Organization Registry id, as a URL.' })
  @Column('text', { nullable: true })
  ror: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Where it is: six digits of GB/T 2260, or the two letters of a foreign country (ISO 3166-1).',
  })
  @Column('text', { name: 'region_code', nullable: true })
  regionCode: string | null;

  @Field(() => String, { nullable: true, description: 'Home page.' })
  @Column('text', { nullable: true })
  website: string | null;

  @Column('jsonb', { name: 'description', nullable: true })
  descriptionText: Localized | null;

  @Field(() => VerificationStatus, { description: 'Whether an operator has verified it.' })
  @Column('text')
  verification: VerificationStatus;

  @Column('text', { name: 'verification_note', nullable: true })
  verificationNoteText: string | null;

  @Column('jsonb', { name: 'pending_change', nullable: true })
  pendingChangeValues: PendingChange | null;

  @Field(() => Date, { nullable: true, description: 'When it was verified.' })
  @Column({ type: 'timestamptz', name: 'verified_at', precision: 3, nullable: true })
  verifiedAt: Date | null;

  @Field(() => Date, { nullable: true, description: 'When an owner closed it; null while it is open.' })
  @Column({ type: 'timestamptz', name: 'closed_at', precision: 3, nullable: true })
  closedAt: Date | null;

  @Field(() => Int, { description: 'Counts the edits; send it back with the next one.' })
  @Column('integer')
  revision: number;

  @Field(() => Date, { description: 'When it joined.' })
  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Field(() => LocalizedText, { description: 'Its name.' })
  name(
    @Ctx() ctx: Context,
    @Arg('locale', () => Locale, { nullable: true, description: 'Language wished for; the request’s by default.' })
    locale?: Locale,
  ): LocalizedText {
    return localize(this.nameText, locale ?? ctx.locale);
  }

  @Field(() => LocalizedText, {
    description:
      'Its name as texts for people show it: marked 未核验 or unverified unless an operator has verified the organisation. Show this one; `name` is for editing and comparing.',
  })
  displayName(
    @Ctx() ctx: Context,
    @Arg('locale', () => Locale, { nullable: true, description: 'Language wished for; the request’s by default.' })
    locale?: Locale,
  ): LocalizedText {
    return localize(shownNames(named(this)), locale ?? ctx.locale);
  }

  @Field(() => LocalizedText, { nullable: true, description: 'What it does, in its own words.' })
  description(
    @Ctx() ctx: Context,
    @Arg('locale', () => Locale, { nullable: true, description: 'Language wished for; the request’s by default.' })
    locale?: Locale,
  ): LocalizedText | null {
    return localizeOrNull(this.descriptionText, locale ?? ctx.locale);
  }

  @Field(() => String, {
    nullable: true,
    description:
      'The name, code or kind that its owners wish for and an operator has yet to check, a line each such as `name.zh: …`; for its members and operators. Until then the checked ones stand.',
  })
  pendingChange(@Ctx() ctx: Context): string | null {
    if (this.pendingChangeValues === null || !can(ctx, 'organisation:members', { organisationId: this.id }))
      return null;
    const { nameText, uscc, kind } = this.pendingChangeValues;
    const lines: Array<[string, string | null | undefined]> = [
      ['name.zh', nameText?.zh],
      ['name.en', nameText?.en],
      ['uscc', uscc === null ? '' : uscc],
      ['kind', kind],
    ];
    return lines.flatMap(([field, value]) => (value == null ? [] : [`${field}: ${value}`.trimEnd()])).join('\n');
  }

  @Field(() => String, {
    nullable: true,
    description: 'Why verification, or the last change of a verified one, was refused; for its members and operators.',
  })
  verificationNote(@Ctx() ctx: Context): string | null {
    return can(ctx, 'organisation:members', { organisationId: this.id }) ? this.verificationNoteText : null;
  }

  @Field(() => Boolean, { description: 'Whether the viewer may edit it and manage its members.' })
  viewerCanEdit(@Ctx() ctx: Context): boolean {
    return can(ctx, 'organisation:edit', { organisationId: this.id });
  }
}

export const OrganisationConnection = connectionType('Organisation', () => Organisation);

export const organisationById = defineLoader<string, Organisation | null>(async (db, ids) =>
  byKey(ids, await selectEntities(db, Organisation, 'WHERE e.id = ANY($1)', [ids]), (o) => o.id),
);
