import { Arg, Ctx, Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity, In, PrimaryColumn } from 'typeorm';
import type { Context } from '../../kernel/context.js';
import { Account, accountById } from '../../identity/accounts/account.entity.js';
import { Organisation, organisationById } from '../../identity/organisations/organisation.entity.js';
import { Locale, localize, LocalizedText, type Localized } from '../../kernel/localized.js';
import { connectionType } from '../../graphql/pagination.js';
import { Node } from '../../kernel/node.js';
import { Industry, industryByCode } from '../../taxonomy/taxonomy.entity.js';
import { reviewerIndustriesOf } from './reviewers.loaders.js';
import { DeclarationKind, DeclarationRelation, ReviewerStatus } from './reviewers.vocabularies.js';
import { Dimension } from '../vocabularies.js';
import { defineLoader, byKey, groupedByKey } from '../../lib/batching.js';

/**
 * A document (paper, patent, report) that shows a reviewer's expertise; its text is compared with the texts of entries.
 */
@ObjectType({
  description: 'A document that shows what a reviewer knows: a paper, patent or report by title and abstract.',
})
@Entity('reviewer_document')
export class ReviewerDocument {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'reviewer_id' })
  reviewerId: string;

  @Field(() => String, { description: 'Its title.' })
  @Column('text')
  title: string;

  @Field(() => String, { nullable: true, description: 'Its abstract.' })
  @Column('text', { nullable: true })
  abstract: string | null;

  @Field(() => Int, { nullable: true, description: 'The year in which it appeared.' })
  @Column('integer', { nullable: true })
  year: number | null;

  @Field(() => Int, { description: 'Place in the list, from 1.' })
  @Column('smallint')
  position: number;
}

/** A tie that a reviewer declared. Only the reviewer and operators may read it. */
@ObjectType({
  implements: Node,
  description:
    'A tie that a reviewer declared: a conflict of interest, or a collaboration. The reviewer and operators see it.',
})
@Entity('reviewer_declaration')
export class ReviewerDeclaration extends Node {
  @Column('uuid', { name: 'reviewer_id' })
  reviewerId: string;

  @Field(() => DeclarationKind, { description: 'With what.' })
  @Column('text')
  kind: DeclarationKind;

  @Field(() => DeclarationRelation, { description: 'What kind of tie.' })
  @Column('text')
  relation: DeclarationRelation;

  @Column('uuid', { name: 'organisation_id', nullable: true })
  organisationId: string | null;

  @Column('uuid', { name: 'achievement_id', nullable: true })
  achievementId: string | null;

  @Field(() => String, { nullable: true, description: 'With PERSON: the ORCID iD.' })
  @Column('text', { nullable: true })
  orcid: string | null;

  @Field(() => String, { nullable: true, description: 'What was said about it.' })
  @Column('text', { nullable: true })
  reason: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'With COLLABORATION: date of its end, YYYY-MM-DD; null while it lasts.',
  })
  @Column('date', { name: 'ended_on', nullable: true })
  endedOn: string | null;

  @Field(() => Date, { description: 'When it was declared.' })
  @Column({ type: 'timestamptz', name: 'declared_at', precision: 3 })
  declaredAt: Date;

  @Field(() => Organisation, { nullable: true, description: 'With ORGANISATION: which.' })
  organisation(@Ctx() ctx: Context): Promise<Organisation | null> | null {
    return this.organisationId === null ? null : ctx.load(organisationById).load(this.organisationId);
  }
}

/**
 * A reviewer's profile. The reviewer and operators may read it; the code that returns an entity must have checked this
 * (`mayReadReviewer`).
 */
@ObjectType({ implements: Node, description: 'A reviewer’s profile. Only the person and operators see it.' })
@Entity('reviewer')
export class Reviewer extends Node {
  /** Account of the reviewer; null once the person is erased. */
  @Column('uuid', { name: 'account_id', nullable: true })
  accountId: string | null;

  @Column('uuid', { name: 'organisation_id', nullable: true })
  organisationId: string | null;

  @Column('jsonb', { name: 'statement', nullable: true })
  statementText: Localized | null;

  @Field(() => [Dimension], {
    description:
      'What the reviewer may judge: peers TECHNICAL_CONTENT; industry users and investors MARKET_POTENTIAL and ECONOMIC_VALUE; or all.',
  })
  @Column('text', { array: true })
  dimensions: Dimension[];

  @Field(() => String, { nullable: true, description: 'ORCID iD; finds common inventorship.' })
  @Column('text', { nullable: true })
  orcid: string | null;

  @Field(() => ReviewerStatus, { description: 'Whether the reviewer takes part.' })
  @Column('text')
  status: ReviewerStatus;

  @Field(() => Int, {
    nullable: true,
    description: 'Most assignments per cohort that the reviewer takes; the cohort’s load by default.',
  })
  @Column('integer', { name: 'max_load', nullable: true })
  maxLoad: number | null;

  @Field(() => Date, { description: 'When the profile was made.' })
  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Field(() => LocalizedText, { nullable: true, description: 'Expertise in the reviewer’s own words.' })
  statement(
    @Ctx() ctx: Context,
    @Arg('locale', () => Locale, { nullable: true, description: 'Language wished for; the request’s by default.' })
    locale?: Locale,
  ): LocalizedText | null {
    return this.statementText === null ? null : localize(this.statementText, locale ?? ctx.locale);
  }

  @Field(() => Account, { nullable: true, description: 'The person; null once erased.' })
  account(@Ctx() ctx: Context): Promise<Account | null> | null {
    return this.accountId === null ? null : ctx.load(accountById).load(this.accountId);
  }

  @Field(() => Organisation, { nullable: true, description: 'Where the reviewer works.' })
  organisation(@Ctx() ctx: Context): Promise<Organisation | null> | null {
    return this.organisationId === null ? null : ctx.load(organisationById).load(this.organisationId);
  }

  @Field(() => [Industry], { description: 'Industries that the reviewer knows, at any level.' })
  async industries(@Ctx() ctx: Context): Promise<Industry[]> {
    const codes = await ctx.load(reviewerIndustriesOf).load(this.id);
    return (await Promise.all(codes.map((code) => ctx.load(industryByCode).load(code)))).filter(
      (industry) => industry !== null,
    );
  }

  @Field(() => [ReviewerDocument], { description: 'Documents that show the expertise, in order.' })
  documents(@Ctx() ctx: Context): Promise<ReviewerDocument[]> {
    return ctx.load(documentsOf).load(this.id);
  }

  @Field(() => [ReviewerDeclaration], { description: 'Declared conflicts and collaborations, newest first.' })
  declarations(@Ctx() ctx: Context): Promise<ReviewerDeclaration[]> {
    return ctx.load(declarationsOf).load(this.id);
  }

  @Field(() => Boolean, { description: 'Whether the viewer may edit the profile: its owner alone.' })
  viewerCanEdit(@Ctx() ctx: Context): boolean {
    return ctx.viewer.accountId !== null && ctx.viewer.accountId === this.accountId;
  }
}

export const ReviewerConnection = connectionType('Reviewer', () => Reviewer);

export const reviewerById = defineLoader<string, Reviewer | null>(async (db, ids) =>
  byKey(ids, await db.findBy(Reviewer, { id: In([...ids]) }), (r) => r.id),
);

/** The reviewer profile of each account. */
export const reviewerOfAccount = defineLoader<string, Reviewer | null>(async (db, ids) =>
  byKey(ids, await db.findBy(Reviewer, { accountId: In([...ids]) }), (r) => r.accountId!),
);

export const documentsOf = defineLoader<string, ReviewerDocument[]>(async (db, ids) =>
  groupedByKey(
    ids,
    await db.find(ReviewerDocument, { where: { reviewerId: In([...ids]) }, order: { position: 'ASC' } }),
    (row) => row.reviewerId,
  ),
);

export const declarationsOf = defineLoader<string, ReviewerDeclaration[]>(async (db, ids) =>
  groupedByKey(
    ids,
    await db.find(ReviewerDeclaration, { where: { reviewerId: In([...ids]) }, order: { id: 'DESC' } }),
    (row) => row.reviewerId,
  ),
);
