import { Arg, Ctx, Field, Float, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Context } from '../kernel/context.js';
import { Locale, localize, LocalizedText, type Localized } from '../kernel/localized.js';
import { Node } from '../kernel/node.js';
import {
  CooperationMode,
  DisclosureTier,
  DuplicateEvidence,
  IpStatus,
  IpType,
  LicenceKind,
  NdaStatus,
} from './vocabularies.js';
import { localeArg } from '../graphql/locale-arg.js';

@ObjectType({ description: 'An intellectual property right of an achievement.' })
@Entity('ip_right')
export class IpRight {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'achievement_id' })
  achievementId: string;

  @Column('smallint')
  position: number;

  @Field(() => IpType, { description: 'Its kind.' })
  @Column('text')
  type: IpType;

  @Field(() => String, { nullable: true, description: 'Its number as the office writes it.' })
  @Column('text', { nullable: true })
  number: string | null;

  @Column('text', { name: 'number_key', nullable: true })
  numberKey: string | null;

  @Field(() => IpStatus, { description: 'Its legal status.' })
  @Column('text')
  status: IpStatus;
}

@ObjectType({ description: 'A way of cooperation that the institution offers.' })
@Entity('achievement_cooperation')
export class Cooperation {
  @PrimaryColumn('uuid', { name: 'achievement_id' })
  achievementId: string;

  @PrimaryColumn('smallint')
  position: number;

  @Field(() => CooperationMode, { description: 'The way.' })
  @Column('text')
  mode: CooperationMode;

  @Field(() => LicenceKind, { nullable: true, description: 'With LICENCE: its kind.' })
  @Column('text', { name: 'licence_kind', nullable: true })
  licenceKind: LicenceKind | null;
}

@ObjectType({ description: 'An inventor, as named in the registration.' })
@Entity('inventor')
export class Inventor {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'achievement_id' })
  achievementId: string;

  @Field(() => Int, { description: 'Place in the list of inventors, from 1.' })
  @Column('smallint')
  position: number;

  @Column('jsonb', { name: 'name' })
  nameText: Localized;

  @Column('text', { name: 'orcid', nullable: true })
  orcidText: string | null;

  @Field(() => LocalizedText, { description: 'The name.' })
  name(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText {
    return localize(this.nameText, locale ?? ctx.locale);
  }
}

/**
 * The text of an achievement at one disclosure tier. It has no GraphQL fields: clients reach it only through the field
 * `content`, which checks the viewer's right to the tier.
 */
@Entity('achievement_content')
export class AchievementContent {
  @PrimaryColumn('uuid', { name: 'achievement_id' })
  achievementId: string;

  @PrimaryColumn('text')
  tier: DisclosureTier;

  @Column('jsonb')
  body: Localized;
}

@ObjectType({
  implements: Node,
  description: 'A file that proves something about an achievement: report, test record, certificate.',
})
@Entity('evidence_file')
export class EvidenceFile extends Node {
  @Column('uuid', { name: 'achievement_id' })
  achievementId: string;

  @Field(() => String, { description: 'File name.' })
  @Column('text')
  name: string;

  @Field(() => String, { description: 'Media type.' })
  @Column('text', { name: 'media_type' })
  mediaType: string;

  @Field(() => Int, { description: 'Size in bytes.' })
  @Column('integer', { name: 'size_bytes' })
  sizeBytes: number;

  @Field(() => String, { description: 'SHA-256 of its content, hexadecimal.' })
  @Column('text')
  sha256: string;

  @Field(() => DisclosureTier, { description: 'Who may open it.' })
  @Column('text')
  tier: DisclosureTier;

  @Column('uuid', { name: 'uploaded_by', nullable: true })
  uploadedBy: string | null;

  @Field(() => Date, { description: 'When it was added.' })
  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Field(() => String, { description: 'Where to fetch it, with the same authorization as here.' })
  get path(): string {
    return `/evidence/${this.globalId}`;
  }
}

@ObjectType({ implements: Node, description: 'An organisation’s access to the NDA tier of one achievement.' })
@Entity('nda_grant')
export class NdaGrant extends Node {
  @Column('uuid', { name: 'achievement_id' })
  achievementId: string;

  @Column('uuid', { name: 'organisation_id' })
  organisationId: string;

  @Field(() => NdaStatus, { description: 'Where it stands.' })
  @Column('text')
  status: NdaStatus;

  @Field(() => String, { nullable: true, description: 'Why it was asked for.' })
  @Column('text', { nullable: true })
  message: string | null;

  @Column('uuid', { name: 'requested_by', nullable: true })
  requestedBy: string | null;

  @Field(() => Date, { description: 'When it was asked for.' })
  @Column({ type: 'timestamptz', name: 'requested_at', precision: 3 })
  requestedAt: Date;

  @Column('uuid', { name: 'decided_by', nullable: true })
  decidedBy: string | null;

  @Field(() => Date, { nullable: true, description: 'When it was granted, refused or revoked.' })
  @Column({ type: 'timestamptz', name: 'decided_at', precision: 3, nullable: true })
  decidedAt: Date | null;
}

@ObjectType({ implements: Node, description: 'Two achievements that look like the same result.' })
@Entity('near_duplicate')
export class NearDuplicate extends Node {
  @Column('uuid', { name: 'a_id' })
  aId: string;

  @Column('uuid', { name: 'b_id' })
  bId: string;

  /**
   * Similarity from 0 to 1 in a column numeric(4,3): the database driver returns it as a string, the API as a number.
   */
  @Column('numeric', { name: 'similarity' })
  similarityText: string;

  @Field(() => DuplicateEvidence, { description: 'What gave them away.' })
  @Column('text')
  evidence: DuplicateEvidence;

  @Field(() => Date, { description: 'When it was found.' })
  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Field(() => Date, { nullable: true, description: 'When an operator found them to be different results.' })
  @Column({ type: 'timestamptz', name: 'dismissed_at', precision: 3, nullable: true })
  dismissedAt: Date | null;

  @Column('uuid', { name: 'dismissed_by', nullable: true })
  dismissedBy: string | null;

  @Field(() => Float, { description: 'Jaccard similarity of the compared texts, 0 to 1; 1 for a shared IP number.' })
  get similarity(): number {
    return Number(this.similarityText);
  }
}
