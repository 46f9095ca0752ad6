import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { LocalizedInput } from '../../kernel/localized.js';
import { Reviewer, ReviewerDeclaration } from './reviewers.entity.js';
import { DeclarationKind, DeclarationRelation, ReviewerStatus } from './reviewers.vocabularies.js';
import { Dimension } from '../vocabularies.js';
import { MutationInput } from '../../kernel/mutation-input.js';

@InputType({ description: 'A document that shows expertise.' })
export class ReviewerDocumentInput {
  @Field(() => String, { description: 'Its title; at most 500 characters.' })
  title: string;

  @Field(() => String, { nullable: true, description: 'Its abstract; at most 10,000 characters.' })
  abstract?: string | null;

  @Field(() => Int, { nullable: true, description: 'The year in which it appeared.' })
  year?: number | null;
}

@InputType({
  description: 'A reviewer’s profile. In an edit: what is given replaces, null clears, what is absent stays.',
})
export class ReviewerProfileInput {
  @Field(() => LocalizedInput, {
    nullable: true,
    description: 'Expertise in one’s own words; at most 5,000 characters a language.',
  })
  statement?: LocalizedInput | null;

  @Field(() => [Dimension], { nullable: true, description: 'What the person may judge; at least one.' })
  dimensions?: Dimension[] | null;

  @Field(() => [String], { nullable: true, description: 'GB/T 4754 codes at any level; at most 30.' })
  industries?: string[] | null;

  @Field(() => ID, { nullable: true, description: 'Where the person works. Memberships count for conflicts too.' })
  organisationId?: string | null;

  @Field(() => String, { nullable: true, description: 'ORCID iD, checked by its check digit.' })
  orcid?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Most assignments per cohort, 1 to 500; the cohort’s load by default.',
  })
  maxLoad?: number | null;
}

@InputType({ description: 'Input of applyAsReviewer.' })
export class ApplyAsReviewerInput extends MutationInput {
  @Field(() => ReviewerProfileInput, { description: 'The profile; `dimensions` is needed.' })
  profile: ReviewerProfileInput;
}

@InputType({ description: 'Input of createReviewer.' })
export class CreateReviewerInput extends MutationInput {
  @Field(() => String, {
    description: 'E-mail address that the person’s account has confirmed. Otherwise: `inviteReviewer`.',
  })
  email: string;

  @Field(() => ReviewerProfileInput, { description: 'The profile; `dimensions` is needed.' })
  profile: ReviewerProfileInput;
}

@InputType({ description: 'Input of inviteReviewer.' })
export class InviteReviewerInput extends MutationInput {
  @Field(() => String, { description: 'E-mail address to which the invitation goes.' })
  email: string;

  @Field(() => String, {
    nullable: true,
    description: 'A few words of one’s own in the mail; at most 1,000 characters.',
  })
  message?: string | null;
}

@InputType({ description: 'Input of updateReviewerProfile.' })
export class UpdateReviewerProfileInput extends MutationInput {
  @Field(() => ReviewerProfileInput, { description: 'What changes.' })
  profile: ReviewerProfileInput;
}

@InputType({ description: 'Input of setReviewerDocuments.' })
export class SetReviewerDocumentsInput extends MutationInput {
  @Field(() => [ReviewerDocumentInput], { nullable: true, description: 'The documents, one by one.' })
  documents?: ReviewerDocumentInput[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'Or the text of a CSV table with the headers title (题名), abstract (摘要) and year (年份).',
  })
  csv?: string | null;

  @Field(() => Boolean, { defaultValue: false, description: 'True adds to what is there; false replaces it.' })
  append: boolean;
}

@InputType({ description: 'Input of setReviewerStatus.' })
export class SetReviewerStatusInput extends MutationInput {
  @Field(() => ID, { description: 'The reviewer.' })
  id: string;

  @Field(() => ReviewerStatus, { description: 'ACTIVE activates, SUSPENDED suspends.' })
  status: ReviewerStatus;

  @Field(() => String, { nullable: true, description: 'Why; at most 500 characters. Kept in the ledger.' })
  reason?: string | null;
}

@InputType({
  description:
    'Input of declareTie. Give exactly what `kind` names; for an assigned entry whose names are hidden, `assignmentId`.',
})
export class DeclareTieInput extends MutationInput {
  @Field(() => DeclarationKind, { description: 'With what.' })
  kind: DeclarationKind;

  @Field(() => DeclarationRelation, { description: 'What kind of tie.' })
  relation: DeclarationRelation;

  @Field(() => ID, { nullable: true, description: 'With ORGANISATION: which.' })
  organisationId?: string | null;

  @Field(() => ID, { nullable: true, description: 'With ACHIEVEMENT: which, if the viewer may see it.' })
  achievementId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'With ACHIEVEMENT: the entry of this assignment on the viewer’s desk.',
  })
  assignmentId?: string | null;

  @Field(() => String, { nullable: true, description: 'With PERSON: the ORCID iD.' })
  orcid?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'With COLLABORATION: date of its end, YYYY-MM-DD; leave out while it lasts.',
  })
  endedOn?: string | null;

  @Field(() => String, { nullable: true, description: 'What it is about; at most 500 characters.' })
  reason?: string | null;
}

@InputType({ description: 'Input of retractDeclaration.' })
export class RetractDeclarationInput extends MutationInput {
  @Field(() => ID, { description: 'The declaration.' })
  id: string;
}

@InputType({ description: 'Names two organisations of one family.' })
export class OrganisationFamilyInput extends MutationInput {
  @Field(() => ID, { description: 'The parent.' })
  parentId: string;

  @Field(() => ID, { description: 'The child.' })
  childId: string;
}

@ObjectType({ description: 'Result of a change to a reviewer’s profile.' })
export class ReviewerPayload {
  @Field(() => Reviewer, { description: 'The profile as it is now.' })
  reviewer: Reviewer;
}

@ObjectType({ description: 'Result of inviting a reviewer.' })
export class InviteReviewerPayload {
  @Field(() => Boolean, { description: 'True when a mail was queued; false where the person is a reviewer already.' })
  invited: boolean;
}

@ObjectType({ description: 'Result of declaring a tie.' })
export class DeclarationPayload {
  @Field(() => ReviewerDeclaration, { description: 'What was declared.' })
  declaration: ReviewerDeclaration;

  @Field(() => Int, {
    description: 'How many assignments it made impossible; they were withdrawn, and a replacement is sought.',
  })
  withdrawnAssignments: number;
}

@ObjectType({ description: 'Result of retracting a declaration.' })
export class RetractDeclarationPayload {
  @Field(() => ID, { description: 'Id of what was retracted.' })
  retractedId: string;
}

@ObjectType({ description: 'Result of a change to a family of organisations.' })
export class OrganisationFamilyPayload {
  @Field(() => Boolean, { description: 'Whether anything changed.' })
  changed: boolean;
}
